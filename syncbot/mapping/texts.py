"""Texts in the one form in which they are compared and stored."""

import math
import re
import unicodedata

_BREAKS = re.compile(r"\r\n|[\r\u0085\u2028\u2029]")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
"""Control characters, byte order marks and what is no character at all; a tab and a line feed stay."""
_LONE = re.compile(r"[\ud800-\udfff]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d{1,3})?")
_GROUPS = re.compile(r"(?<=\d)[ '\u00a0\u2009\u202f\u2019](?=\d{3}(?!\d))")
"""What people put between thousands, if it cannot be taken for a decimal point."""


def lines(text: str) -> str | None:
    """Return text of several lines: NFC, line feeds, no blanks at the end of a line or of the whole; None if empty."""
    if text.isprintable():  # by far the most: nothing below could apply
        return unicodedata.normalize("NFC", text).rstrip() or None
    plain = unicodedata.normalize("NFC", _INVISIBLE.sub("", _BREAKS.sub("\n", _LONE.sub("\ufffd", text))))
    return "\n".join(line.rstrip() for line in plain.split("\n")).strip("\n") or None


def one_line(text: str) -> str | None:
    """Return text of one line, without blanks around it; a line break inside becomes a blank; None if empty."""
    whole = lines(text)
    if whole is None or "\n" not in whole:
        return whole and whole.strip()
    return " ".join(part for line in whole.split("\n") if (part := line.strip())) or None


def number(text: str) -> int | float | None:
    """Return the number that a text is, thousands apart or not; None when it is none, or could be read in two ways."""
    plain = _GROUPS.sub("", text.strip())
    if not plain.isascii() or not _NUMBER.fullmatch(plain):
        return None
    return int(plain) if plain.lstrip("+-").isdigit() and len(plain) < 400 else whole(float(plain))


def whole(value: float) -> int | float | None:
    """Return an int where the number is whole; None where it is no number."""
    if isinstance(value, int):
        return value
    if not math.isfinite(value):
        return None
    return int(value) if value.is_integer() else value
