"""What a field of a kind is: its type decides how it is translated, compared, merged and shown."""

from enum import StrEnum


class FieldType(StrEnum):
    """The types of fields that a kind may have."""

    TEXT = "text"
    """One line."""
    LONG_TEXT = "long_text"
    """Several lines; merged by lines."""
    NUMBER = "number"
    FLAG = "flag"
    DAY = "day"
    MOMENT = "moment"
    SPAN = "span"
    """From .. to, days or moments."""
    CHOICE = "choice"
    """One of the kind's declared words, e.g. a window "W4+"."""
    CHOICES = "choices"
    """A set of declared words."""
    WORDS = "words"
    """A set of free words."""
    LINK = "link"
    """A web address."""
    EMAIL = "email"
    PHONE = "phone"
    RECORD = "record"
    """The key of one record of another kind."""
    RECORDS = "records"
    """A set of keys of records of another kind."""


SETS = frozenset({FieldType.CHOICES, FieldType.WORDS, FieldType.RECORDS})
"""Types whose value is a frozenset (or None) and that are merged element by element."""
