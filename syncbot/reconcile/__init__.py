"""Decides, and does nothing: what was last agreed and what each side says now go in, a plan comes out."""
