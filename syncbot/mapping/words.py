"""Words compared as people mean them: without regard to case and blanks."""

import unicodedata


def fold(text: str) -> str:
    """Return the form in which two spellings of one option or column are equal."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
