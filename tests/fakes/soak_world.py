"""A world for the soak: two or three places for cities and people, a mapping with every policy, one clock, one store."""

import itertools
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import cast

from syncbot.endpoints.base import Column, ColumnType, Schema
from syncbot.endpoints.memory import MemoryEndpoint
from syncbot.mapping import translate
from syncbot.mapping.checks import complaint
from syncbot.mapping.load import load
from syncbot.mapping.spec import KindSpec, Mappings
from syncbot.mapping.way import Unfit, Way
from syncbot.model.values import UNKNOWN, Cell, Value
from syncbot.service.lease import Lease
from syncbot.service.links import StoredLinks
from syncbot.service.parts import Parts
from syncbot.store.base import Store
from tests.fakes.soak_place import Fate, MortalStore, Place, moment_cut

START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
KINDS = ("person", "city")
THIRD = "register"

PERSON = """
kind: person
endpoints:
  notion: {{service: memory, container: person-notion, key: Key}}
  sharepoint: {{service: memory, container: person-sharepoint, key: Key}}
identity: {{keys: [[email]]}}
fields:
  name: {{home: sharepoint, notion: name, sharepoint: name}}
  email: {{home: sharepoint, notion: email, sharepoint: email}}
"""
CITY = """
kind: city
endpoints:
  notion: {{service: memory, container: city-notion, key: Key{deletes}}}
  sharepoint: {{service: memory, container: city-sharepoint, key: Key{deletes}}}
{endpoint}
identity: {{name: name, within: [country]}}
{policy}
fields:
  name: {{home: notion, notion: name, sharepoint: name{name}}}
  country: {{home: notion, notion: country, sharepoint: country{country}}}
  population: {{home: sharepoint, notion: population, sharepoint: population{population}}}
  miro: {{home: notion, notion: {{column: miro, read_only: true}}, sharepoint: miro}}
  lead: {{home: shared, notion: lead, sharepoint: lead}}
  csg: {{home: shared, on_conflict: home, prefers: sharepoint, notion: csg, sharepoint: csg{csg}}}
  last_contact: {{home: shared, on_conflict: newest, notion: last_contact, sharepoint: last_contact{last_contact}}}
  next_checkin: {{home: shared, initial: notion, notion: next_checkin, sharepoint: next_checkin}}
  topics: {{home: shared, notion: topics, sharepoint: topics}}
  note: {{home: shared, notion: note, sharepoint: note{note}}}
  pilot_name: {{home: shared, notion: pilot_name, sharepoint: pilot_name}}
"""
THIRD_HAS = ("name", "country", "population", "csg", "last_contact", "note")
TOPICS = ("finance", "engagement", "mobility")
GROUPS = ("A", "B", "C", "D")


def _column(name: str, kind: ColumnType = ColumnType.TEXT, **more: object) -> Column:
    return Column(id=name, name=name, type=kind, native=kind.value, **more)  # type: ignore[arg-type]


COLUMNS: Mapping[str, tuple[Column, ...]] = {
    "person": (_column("name"), _column("email", ColumnType.EMAIL)),
    "city": (
        _column("name"),
        _column("country"),
        _column("population"),
        _column("miro", ColumnType.LINK),
        _column("lead", ColumnType.REFS, many=False),
        _column("csg", ColumnType.CHOICE, options=GROUPS),
        _column("last_contact", ColumnType.DAY),
        _column("next_checkin", ColumnType.MOMENT),
        _column("topics", ColumnType.CHOICES, options=TOPICS),
        _column("note", ColumnType.LONG_TEXT),
        _column("pilot_name"),
    ),
}


@cache
def mappings_of(variant: str) -> Mappings:
    """Load the declarations of a variant: "two", "three" or "propagate"."""
    three = variant == "three"
    more = {
        "endpoint": f"  {THIRD}: {{service: memory, container: city-register, key: Key, creates: false}}"
        if three
        else "",
        "policy": "deletes: propagate" if variant == "propagate" else "",
        "deletes": ", deletes: true" if variant == "propagate" else "",
    }
    more |= {name: f", {THIRD}: {name}" if three else "" for name in THIRD_HAS}
    if three:
        more["population"] = f", {THIRD}: {{column: population, read_only: true}}"
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "person.yaml").write_text(PERSON.format(**more))
        (Path(folder) / "city.yaml").write_text(CITY.format(**more))
        return load(Path(folder), {})


def plain(name: str, value: Value) -> Value:
    """Return a value as every place's habits together would leave it."""
    if name == "pilot_name" and isinstance(value, str):
        return " ".join(value.split()).lower()
    if name == "next_checkin" and isinstance(value, datetime):
        return moment_cut(value)
    return value


def _notion_habits(name: str, value: Value) -> Value:
    return moment_cut(value) if name == "next_checkin" and isinstance(value, datetime) else value


def _sharepoint_habits(name: str, value: Value) -> Value:
    if name == "pilot_name" and isinstance(value, str):
        return " ".join(value.split()).lower()
    return value


HABITS = {"notion": _notion_habits, "sharepoint": _sharepoint_habits, THIRD: lambda _, value: value}


@dataclass(kw_only=True)
class SoakWorld:
    """Everything that a soak needs; `parts` are those of the process that runs now."""

    variant: str
    store: Store
    fate: Fate
    places: Mapping[str, Mapping[str, Place]]
    """By kind and endpoint."""
    clock: list[datetime]
    parts: Parts
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    @property
    def now(self) -> datetime:
        """The time."""
        return self.clock[0]

    def spec(self, kind: str) -> KindSpec:
        """What was declared of a kind."""
        return self.parts.mappings.kinds[kind]

    def all_places(self) -> list[tuple[str, str, Place]]:
        """Every place with its kind and name."""
        return [(kind, name, one) for kind, mine in self.places.items() for name, one in mine.items()]

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.clock[0] += timedelta(**by)

    def broken(self, kind: str, place: str, column: str) -> bool:
        """Whether a column is gone, or is of another type than it was."""
        now = self.places[kind][place].inner.schema.columns.get(column)
        return now is None or now.type is not next(one for one in COLUMNS[kind] if one.id == column).type

    def links(self) -> StoredLinks:
        """What the store says is linked."""
        return StoredLinks(self.store, self.parts.mappings)

    def meant(self, kind: str, place: str, column: str, raw: Value, links: StoredLinks) -> Cell:
        """What a cell says in the words of the kind; UNKNOWN where nobody could tell."""
        spec = self.spec(kind)
        way = Way(
            info=spec.model.fields()[column],
            column=next(one for one in COLUMNS[kind] if one.id == column),
            declared=spec.endpoints[place].columns[column],
            endpoint=place,
            zone=spec.zone,
        )
        try:
            value = translate.read(way, raw, links)
        except Unfit:
            return UNKNOWN
        return UNKNOWN if complaint(spec.model, column, value) else plain(column, value)

    def new_process(self, at: int | None, *, turned: bool = False) -> None:
        """Begin a process that dies at that step; `turned` names the places in the other order."""
        self.fate.begin(at)
        endpoints = {
            kind: {name: mine[name] for name in sorted(mine, reverse=turned)}
            for kind, mine in self.places.items()
        }
        self.parts = replace(self.parts, lease=Lease(), endpoints=endpoints)


def new_world(variant: str, store: Store) -> SoakWorld:
    """An empty world."""
    fate, clock = Fate(), [START]
    mappings = mappings_of(variant)
    places = {
        kind: {
            name: _place(mappings.kinds[kind], name, fate, clock) for name in mappings.kinds[kind].endpoints
        }
        for kind in KINDS
    }
    numbers = itertools.count(1)
    every = [one for mine in places.values() for one in mine.values()]
    parts = Parts(
        store=cast(Store, MortalStore(store, fate)),
        mappings=mappings,
        endpoints=places,
        requests={"memory": lambda: sum(one.inner.requests for one in every)},
        now=lambda: clock[0],
        new_id=lambda word: f"{word}-{next(numbers):05}",
        user="tester",
        holder_is_dead=lambda _: True,
    )
    return SoakWorld(variant=variant, store=store, fate=fate, places=places, clock=clock, parts=parts)


def _place(spec: KindSpec, name: str, fate: Fate, clock: list[datetime]) -> Place:
    mine = spec.endpoints[name].columns
    key = Column(id="key", name="Key", type=ColumnType.TEXT, native="text")
    columns = {one.id: one for one in (*COLUMNS[spec.kind], key) if one.id in mine or one is key}
    if name == "sharepoint" and "pilot_name" in columns:
        columns["pilot_name"] = replace(columns["pilot_name"], max_length=14)
        columns["topics"] = replace(columns["topics"], options=TOPICS[:2])
    inner = MemoryEndpoint(
        name=name,
        schema=Schema(container=f"{spec.kind}-{name}", title=name, columns=columns, key_column="key"),
        clock=lambda: clock[0],
    )
    inner.capabilities = replace(inner.capabilities, batch=3)
    policy = spec.policy.fields
    return Place(
        inner=inner,
        fate=fate,
        read_only=frozenset(one for one in mine if not policy[one].places[name]),
        conditional=name != "notion",
        grain=timedelta(minutes=1) if name == "notion" else timedelta(seconds=1),
        normalise=HABITS[name],
    )
