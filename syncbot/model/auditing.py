"""What records of a kind must not say together: how rules are written, found and asked.

Rules live in `syncbot.model.rules`, one module for what is about a kind; adding one is adding to a module's `RULES`.
They are pure: they see records, never places, and say what contradicts what.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import TypeVar

from . import rules
from .record import Record

Kind = TypeVar("Kind", bound=Record)


class Weight(StrEnum):
    """How much a finding asks for."""

    CONTRADICTION = "contradiction"
    """Two things that cannot both be true; somebody has to correct one."""
    NOTE = "note"
    """Worth knowing; may be right as it is."""


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """What one rule found."""

    kind: str
    records: tuple[str, ...]
    """Keys of the records that it is about; empty where it is about all of a group."""
    subject: str
    """What people call it: "Ghent", "CSG A"."""
    said: str
    """What the records say."""
    against: str
    """What that contradicts."""
    todo: str
    """What to do about it."""


class Facts:
    """All records, by kind, and which of their fields are kept at all."""

    def __init__(
        self, records: Mapping[str, Mapping[str, Record]], fields: Mapping[str, frozenset[str]]
    ) -> None:
        """Takes records by kind and key, and by kind the fields that the mappings have."""
        self._records = records
        self._fields = fields

    def of(self, model: type[Kind]) -> Mapping[str, Kind]:
        """The records of a kind, by key."""
        known = self._records.get(model.kind, {})
        return {key: one for key, one in known.items() if isinstance(one, model)}

    def keeps(self, kind: str, *fields: str) -> bool:
        """Whether a kind is mapped with all of these fields."""
        return kind in self._fields and self._fields[kind] >= set(fields)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """Something that must hold between records."""

    id: str
    """As the rules of the programme are numbered ("R2"), or a word of ours."""
    law: str
    """The rule in words."""
    needs: Mapping[str, tuple[str, ...]]
    """By kind: the fields without which it cannot be judged."""
    find: Callable[[Facts, date], Iterable[Contradiction]]
    """What contradicts it on a day."""
    weight: Weight = Weight.CONTRADICTION


@cache
def known_rules() -> Sequence[Rule]:
    """Return the `RULES` of every module of `syncbot.model.rules`."""
    found: list[Rule] = []
    for module in pkgutil.iter_modules(rules.__path__, f"{rules.__name__}."):
        found += vars(importlib.import_module(module.name)).get("RULES", ())
    return tuple(found)


def judge(facts: Facts, today: date) -> Iterator[tuple[Rule, Sequence[Contradiction] | None]]:
    """Ask every rule; None where it cannot be judged, because a kind or field that it needs is not kept."""
    for rule in known_rules():
        if all(facts.keeps(kind, *fields) for kind, fields in rule.needs.items()):
            yield rule, list(rule.find(facts, today))
        else:
            yield rule, None
