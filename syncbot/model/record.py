"""The base of all kinds, and how a kind says what its fields are.

A kind is a frozen pydantic model whose fields are declared by the helpers below:

    class City(Record):
        kind: ClassVar[str] = "city"
        name: Annotated[str, text("The name in English.")]
        window: Annotated[Window | None, choice("Submission window.", "W1", "W2")] = None
"""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from pydantic import BaseModel, ConfigDict

from . import kinds
from .fields import FieldType
from .places import Code

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, kw_only=True)
class FieldInfo:
    """What a kind says of one of its fields; stands in the field's `Annotated`."""

    type: FieldType
    choices: tuple[str, ...] = ()
    """Of CHOICE and CHOICES: the declared words, in the order in which a person would list them."""
    target: str | None = None
    """Of RECORD and RECORDS: the kind pointed at."""
    code: Code | None = None
    """Of TEXT and WORDS: the list of codes that the field is restricted to; places may show the English names."""
    meaning: str = ""
    """One line, shown to people and in the JSON Schema of the mapping."""


def text(meaning: str, *, code: Code | None = None) -> FieldInfo:
    """Return the terms of one line of text, free or of a list of codes."""
    return FieldInfo(type=FieldType.TEXT, code=code, meaning=meaning)


def choice(meaning: str, *choices: str) -> FieldInfo:
    """Return the terms of one of the declared words."""
    return FieldInfo(type=FieldType.CHOICE, choices=choices, meaning=meaning)


def choices(meaning: str, *words: str) -> FieldInfo:
    """Return the terms of a set of declared words."""
    return FieldInfo(type=FieldType.CHOICES, choices=words, meaning=meaning)


def record(meaning: str, target: str) -> FieldInfo:
    """Return the terms of a pointer to one record of the kind `target`."""
    return FieldInfo(type=FieldType.RECORD, target=target, meaning=meaning)


def records(meaning: str, target: str) -> FieldInfo:
    """Return the terms of pointers to any number of records of the kind `target`."""
    return FieldInfo(type=FieldType.RECORDS, target=target, meaning=meaning)


class Record(BaseModel):
    """One canonical thing of a kind. Subclasses set `kind` and annotate each field with a `FieldInfo`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: ClassVar[str]
    title_field: ClassVar[str] = "name"
    """The field by which a person recognises a record."""

    @classmethod
    def fields(cls) -> Mapping[str, FieldInfo]:
        """Return what each field is, in the order declared."""
        return _fields_of(cls)


@cache
def _fields_of(model: type[Record]) -> Mapping[str, FieldInfo]:
    found: dict[str, FieldInfo] = {}
    for name, field in model.model_fields.items():
        infos = [one for one in field.metadata if isinstance(one, FieldInfo)]
        if len(infos) != 1:
            raise TypeError(f"{model.__name__}.{name} needs exactly one FieldInfo")
        found[name] = infos[0]
    return found


@cache
def known_kinds() -> Mapping[str, type[Record]]:
    """Return every kind by its name: each subclass of `Record` in a module of `syncbot.model.kinds`."""
    found: dict[str, type[Record]] = {}
    for module in pkgutil.iter_modules(kinds.__path__, f"{kinds.__name__}."):
        members: dict[str, Any] = vars(importlib.import_module(module.name))
        for member in members.values():
            if isinstance(member, type) and issubclass(member, Record) and member is not Record:
                found[member.kind] = member
    return found
