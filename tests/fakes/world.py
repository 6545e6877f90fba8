"""A small world in memory: two places that hold people and cities, a store, and a clock that people move."""

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from syncbot.endpoints.base import Column, ColumnType, Schema
from syncbot.endpoints.memory import MemoryEndpoint
from syncbot.mapping.load import load
from syncbot.model.values import Value
from syncbot.service.parts import Parts
from syncbot.store.base import Store
from syncbot.store.memory import MemoryStore

START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
PLACES = ("notion", "sharepoint")

PERSON = """
kind: person
endpoints:
  notion: {service: memory, container: people-left, key: Key}
  sharepoint: {service: memory, container: people-right, key: Key}
identity: {keys: [[email]]}
fields:
  name: {home: sharepoint, notion: Name, sharepoint: Name}
  email: {home: sharepoint, notion: Email, sharepoint: Email}
"""
CITY = """
kind: city
endpoints:
  notion: {service: memory, container: cities-left, key: Key}
  sharepoint: {service: memory, container: cities-right, key: Key}
identity: {name: name, within: [country]}
fields:
  name: {home: notion, notion: Name, sharepoint: Name}
  country: {home: notion, notion: Country, sharepoint: Country}
  population: {home: notion, notion: Population, sharepoint: Population}
  lead: {home: shared, notion: Lead, sharepoint: Lead}
  last_contact: {home: shared, notion: Contact, sharepoint: Contact}
  topics: {home: shared, notion: Topics, sharepoint: Topics}
  note: {home: shared, notion: Note, sharepoint: Note}
"""
ONLY_LINKED = CITY.replace("key: Key}", "key: Key, creates: false}")
"""No place gets rows of ours."""
_TOPICS = ("finance", "engagement", "mobility")


@dataclass(kw_only=True)
class World:
    """Everything that a test of the verbs needs."""

    parts: Parts
    people: Mapping[str, MemoryEndpoint]
    cities: Mapping[str, MemoryEndpoint]
    now: list[datetime] = field(default_factory=lambda: [START])

    def add_city(self, place: str, name: str, country: str = "BE", **cells: Value) -> str:
        """A person writes a city down; returns its ref."""
        named = {_COLUMNS[name]: value for name, value in cells.items()}
        return self.cities[place].add(
            {"name": name, "country": country, **named}, by=f"{place} person", at=self.now[0]
        )

    def edit_city(self, place: str, ref: str, **cells: Value) -> None:
        """A person changes a city."""
        named = {_COLUMNS[name]: value for name, value in cells.items()}
        self.cities[place].edit(ref, named, by=f"{place} person", at=self.now[0])

    def add_person(self, place: str, name: str) -> str:
        """A person is written down, with an address."""
        address = f"{name.casefold()}@x.example"
        return self.people[place].add({"name": name, "email": address}, by=f"{place} person", at=self.now[0])

    def city(self, place: str, name: str) -> Mapping[str, object]:
        """The cells of the one city of that name."""
        [row] = [row for row in self.cities[place].rows.values() if row.cells["name"] == name]
        return row.cells

    def names(self, place: str) -> list[str]:
        """All city names at a place, sorted."""
        return sorted(str(row.cells["name"]) for row in self.cities[place].rows.values())

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.now[0] += timedelta(**by)

    def requests(self) -> int:
        """Requests to all endpoints so far."""
        return sum(one.requests for one in (*self.people.values(), *self.cities.values()))


_COLUMNS = {
    "name": "name",
    "country": "country",
    "population": "population",
    "lead": "lead",
    "contact": "contact",
    "topics": "topics",
    "note": "note",
}


def new_world(folder: Path, *, store: Store | None = None, city: str = CITY) -> World:
    """Make a world whose mappings are written into `folder`."""
    (folder / "person.yaml").write_text(PERSON)
    (folder / "city.yaml").write_text(city)
    now = [START]
    clock: Callable[[], datetime] = lambda: now[0]  # noqa: E731
    people = {name: _endpoint(name, f"people-{name}", PEOPLE_COLUMNS, clock) for name in PLACES}
    cities = {name: _endpoint(name, f"cities-{name}", CITY_COLUMNS, clock) for name in PLACES}
    numbers = itertools.count(1)
    parts = Parts(
        store=store or MemoryStore(),
        mappings=load(folder, {}),
        endpoints={"person": people, "city": cities},
        requests={
            name: lambda mine=(people[name], cities[name]): sum(one.requests for one in mine)  # type: ignore[misc]
            for name in PLACES
        },
        now=clock,
        new_id=lambda word: f"{word}-{next(numbers)}",
        user="tester",
    )
    return World(parts=parts, people=people, cities=cities, now=now)


def _endpoint(
    name: str, container: str, columns: tuple[Column, ...], clock: Callable[[], datetime]
) -> MemoryEndpoint:
    key = Column(id="key", name="Key", type=ColumnType.TEXT, native="text")
    schema = Schema(
        container=container,
        title=container,
        columns={column.id: column for column in (*columns, key)},
        key_column="key",
    )
    return MemoryEndpoint(name=name, schema=schema, clock=clock, connection=name)


def _column(name: str, kind: ColumnType = ColumnType.TEXT, **more: object) -> Column:
    return Column(id=name.casefold(), name=name, type=kind, native=kind.value, **more)  # type: ignore[arg-type]


PEOPLE_COLUMNS = (_column("Name"), _column("Email", ColumnType.EMAIL))
CITY_COLUMNS = (
    _column("Name"),
    _column("Country"),
    _column("Population", ColumnType.NUMBER),
    _column("Lead", ColumnType.REFS, many=False),
    _column("Contact", ColumnType.DAY),
    _column("Topics", ColumnType.CHOICES, options=_TOPICS),
    _column("Note", ColumnType.LONG_TEXT),
)
DAY = date(2026, 2, 1)
