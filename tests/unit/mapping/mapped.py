"""A small mapping and the columns that fit it, to bind and translate in tests."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from textwrap import dedent

from syncbot.endpoints.base import Column, ColumnType, Row, Schema
from syncbot.mapping.load import load
from syncbot.mapping.spec import KindSpec
from syncbot.model.values import Cell

PEOPLE = """\
    kind: person
    endpoints:
      notion: {service: memory, container: people, key: syncbot key}
    identity: {name: name}
    fields:
      name: {home: notion, notion: Name}
    """
CITIES = """\
    kind: city
    endpoints:
      notion: {service: memory, container: cities, key: syncbot key, edited_by: Last edited by}
      sharepoint: {service: memory, container: list, key: SyncbotKey}
    zone: Europe/Brussels
    identity: {name: name, within: [country]}
    fields:
      name: {home: notion, notion: City, sharepoint: Title}
      country: {home: notion, notion: {column: Country, written: name}, sharepoint: Country}
      population: {home: sharepoint, notion: Population, sharepoint: Population}
      ccc_state:
        home: shared
        notion:
          column: State
          options: {drafting: Drafting, submitted: Submitted, resubmission: Again, label: Label,
                    implementation: Doing, iteration: Iterating}
        sharepoint: State
      lead: {home: shared, notion: Lead, sharepoint: Lead}
      next_checkin: {home: shared, notion: Next, sharepoint: Next}
      miro: {home: notion, notion: Miro, sharepoint: {column: Miro, read_only: false}}
    """
STATES = ("Drafting", "Submitted", "Again", "Label", "Doing", "Iterating")

COLUMNS = (
    Column(id="title", name="City", type=ColumnType.TEXT, native="title"),
    Column(
        id="a%3A", name="Country", type=ColumnType.CHOICE, native="select", options=("Belgium", "Germany")
    ),
    Column(id="b", name="Population", type=ColumnType.NUMBER, native="number"),
    Column(id="c", name="State", type=ColumnType.CHOICE, native="status", options=STATES),
    Column(id="d", name="Lead", type=ColumnType.REFS, native="relation", target="people"),
    Column(id="e", name="Next", type=ColumnType.MOMENT, native="date"),
    Column(id="f", name="Miro", type=ColumnType.LINK, native="url", max_length=2000),
    Column(id="k", name="syncbot key", type=ColumnType.TEXT, native="rich_text"),
    Column(id="u", name="Last edited by", type=ColumnType.USERS, native="last_edited_by", writable=False),
    Column(id="z", name="Something else", type=ColumnType.OTHER, native="button"),
)


def spec(folder: Path, cities: str = CITIES, people: str = PEOPLE) -> KindSpec:
    """Return the spec of the cities."""
    (folder / "person.yaml").write_text(dedent(people), encoding="utf-8")
    (folder / "city.yaml").write_text(dedent(cities), encoding="utf-8")
    return load(folder, {}).kinds["city"]


def schema(*columns: Column, without: tuple[str, ...] = ()) -> Schema:
    """Return the schema with some columns replaced (by id), added or left out."""
    all_columns = {one.id: one for one in COLUMNS} | {one.id: one for one in columns}
    kept = {one: column for one, column in all_columns.items() if one not in without}
    return Schema(container="cities", title="Mission Cities", columns=kept, key_column="k")


def changed(column: str, **changes: object) -> Column:
    """Return one of the columns, changed."""
    return replace(next(one for one in COLUMNS if one.id == column), **changes)  # type: ignore[arg-type]


def row(cells: Mapping[str, Cell] | None = None, *, faults: Mapping[str, str] | None = None) -> Row:
    """Return a row; cells that are not given are empty."""
    told: dict[str, Cell] = dict.fromkeys((one.id for one in COLUMNS if one.id != "k"), None)
    return Row(
        ref="page",
        version="1",
        key=None,
        cells=told | {"title": "Antwerp"} | dict(cells or {}),
        faults=faults or {},
    )


@dataclass
class Links:
    """What is linked, in dictionaries."""

    refs: dict[str, str] = field(default_factory=dict)
    """Record -> ref."""
    emails: dict[str, str] = field(default_factory=dict)
    """Record -> address."""
    names: dict[str, str] = field(default_factory=dict)
    """Record -> name."""

    def record_of(self, kind: str, endpoint: str, ref: str) -> str | None:
        """The record whose row this is."""
        assert (kind, endpoint) == ("person", "notion")
        return next((record for record, known in self.refs.items() if known == ref), None)

    def pointed_at(self, kind: str, endpoint: str, ref: str) -> str | None:
        """The same: no row was left alone."""
        return self.record_of(kind, endpoint, ref)

    def ref_of(self, kind: str, endpoint: str, record: str) -> str | None:
        """Where a record's row is."""
        assert (kind, endpoint) == ("person", "notion")
        return self.refs.get(record)

    def record_by_email(self, kind: str, email: str) -> str | None:
        """The record with this address."""
        assert kind == "person"
        return next((record for record, known in self.emails.items() if known == email), None)

    def email_of(self, kind: str, record: str) -> str | None:
        """A record's address."""
        assert kind == "person"
        return self.emails.get(record)

    def record_by_name(self, kind: str, name: str) -> str | None:
        """The one record of this name."""
        assert kind == "person"
        found = [record for record, known in self.names.items() if known.casefold() == name.casefold()]
        return found[0] if len(found) == 1 else None

    def name_of(self, kind: str, record: str) -> str | None:
        """What a record is called."""
        assert kind == "person"
        return self.names.get(record)
