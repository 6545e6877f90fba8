"""Reads `mappings/*.yaml` into specs, reports every fault of a file at once, and translates rows to records and back."""
