"""Agendas, summaries, digests and decks, composed from records: same input, same document, so a preview is the thing."""
