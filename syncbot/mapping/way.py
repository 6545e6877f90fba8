"""What translating a field depends on, and how it says that it cannot."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Protocol
from zoneinfo import ZoneInfo

from syncbot.endpoints.base import Column, ColumnType
from syncbot.model.record import FieldInfo
from syncbot.model.values import Span, Value

from .faults import nearest
from .spec import ColumnSpec
from .words import fold

TEXTS = frozenset({ColumnType.TEXT, ColumnType.LONG_TEXT})


class Links(Protocol):
    """Resolves references between rows and records."""

    def record_of(self, kind: str, endpoint: str, ref: str) -> str | None:
        """The record whose row this is."""

    def pointed_at(self, kind: str, endpoint: str, ref: str) -> str | None:
        """The record that is meant by pointing at this row: also one whose row it was, and that has a better one."""

    def ref_of(self, kind: str, endpoint: str, record: str) -> str | None:
        """Where a record's row is."""

    def record_by_email(self, kind: str, email: str) -> str | None:
        """The one record with this address."""

    def email_of(self, kind: str, record: str) -> str | None:
        """A record's address."""

    def record_by_name(self, kind: str, name: str) -> str | None:
        """The one record that goes by this name anywhere, in any case."""

    def name_of(self, kind: str, record: str) -> str | None:
        """What a record is called."""


class Unfit(ValueError):
    """A cell that is no value of the field, or a value that the column cannot hold; says why in words."""


@dataclass(frozen=True, kw_only=True)
class Way:
    """All that translating one field at one endpoint depends on."""

    info: FieldInfo
    column: Column
    declared: ColumnSpec
    endpoint: str
    zone: ZoneInfo

    @cached_property
    def options(self) -> Mapping[str, str]:
        """Word -> option, of fields of declared words."""
        return self.declared.options or {word: word for word in self.info.choices}

    @cached_property
    def words(self) -> Mapping[str, str]:
        """Option, folded -> word."""
        return {fold(name): word for word, name in self.options.items()}

    @cached_property
    def sets(self) -> dict[frozenset[str], frozenset[str]]:
        """Sets of options that were read already -> the words they mean: there are few, and one of each is kept."""
        return {}

    @cached_property
    def spelled(self) -> Mapping[str, str]:
        """Option of the column, folded -> as the column spells it."""
        return {fold(option): option for option in self.column.options or ()}


def kind(cell: Value) -> str:
    """Return in words what sort of thing a cell holds."""
    names = {bool: "yes or no", str: "text", frozenset: "several", Span: "from .. to"}
    return names.get(type(cell), "a moment" if isinstance(cell, datetime) else "something else")


def short(value: object) -> str:
    """Return what a cell holds, not too long for a sentence."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def hint(said: str, words: Iterable[str]) -> str:
    """Return the nearest word in brackets, or nothing."""
    near = nearest(said, words)
    return f" (nearest: {near!r})" if near else ""
