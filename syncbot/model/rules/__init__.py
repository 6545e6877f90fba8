"""Rules about records, one module for what is about a kind; each gives its `RULES` (see `syncbot.model.auditing`).

The numbers R1 to R8 are ours for what the report on Mission City Support asks for (NetZeroCities, D2.2).
"""
