"""Readers of documents: bytes in, a note out; nothing in a document is ever executed or fetched."""

from .door import read_document

__all__ = ["read_document"]
