"""The base of all kinds, and how a kind says what its fields are.

A kind is a frozen pydantic model whose fields are declared by the helpers below:

    class City(Record):
        kind: ClassVar[str] = "city"
        name: Text
        window: Annotated[Window | None, Choice()] = None
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
    meaning: str = ""
    """One line, shown to people and in the JSON Schema of the mapping."""


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
