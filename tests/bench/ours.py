"""What syncbot is given for the same records, and its deciding alone: sift, identify and plan, no I/O."""

import sys
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, ClassVar
from zoneinfo import ZoneInfo

from syncbot.endpoints.base import Column, ColumnType, Row, Schema
from syncbot.mapping.binding import bind
from syncbot.mapping.spec import ColumnSpec, EndpointSpec, KindSpec, Mappings
from syncbot.model.fields import FieldType
from syncbot.model.kinds.terms import Day, Line, Moment, Pages, Web
from syncbot.model.record import FieldInfo, Record
from syncbot.model.values import Value
from syncbot.reconcile.identity import identify
from syncbot.reconcile.plan import Plan
from syncbot.reconcile.planning import GuardInput, plan
from syncbot.reconcile.policy import EndpointPolicy, FieldPolicy, IdentityPolicy, KindPolicy
from syncbot.reconcile.quiet import nothing_new
from syncbot.reconcile.state import Agreed, KnownRecord, SeenRow
from syncbot.service.collecting import uncollected
from syncbot.service.links import StoredLinks
from syncbot.store.codec import dump_agreed, dump_cells, dump_row
from syncbot.store.memory import MemoryStore
from syncbot.store.reading import Reader
from tests.bench import records
from tests.bench.measure import cost, tell
from tests.bench.records import AGREED, LEFT, RIGHT

PLACES = (LEFT, RIGHT)
AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def _info(kind: FieldType, *words: str) -> FieldInfo:
    return FieldInfo(type=kind, choices=words)


class Thing(Record):
    """A record of 20 fields."""

    kind: ClassVar[str] = "thing"

    name: Annotated[Line, _info(FieldType.TEXT)]
    alias: Annotated[Line | None, _info(FieldType.TEXT)] = None
    district: Annotated[Line | None, _info(FieldType.TEXT)] = None
    country: Annotated[Line | None, _info(FieldType.TEXT)] = None
    contact: Annotated[Line | None, _info(FieldType.EMAIL)] = None
    phone: Annotated[Line | None, _info(FieldType.PHONE)] = None
    web: Annotated[Web | None, _info(FieldType.LINK)] = None
    note: Annotated[Pages | None, _info(FieldType.LONG_TEXT)] = None
    summary: Annotated[Pages | None, _info(FieldType.LONG_TEXT)] = None
    population: Annotated[int | None, _info(FieldType.NUMBER)] = None
    area: Annotated[int | float | None, _info(FieldType.NUMBER)] = None
    budget: Annotated[int | None, _info(FieldType.NUMBER)] = None
    founded: Annotated[Day | None, _info(FieldType.DAY)] = None
    met: Annotated[Day | None, _info(FieldType.DAY)] = None
    due: Annotated[Moment | None, _info(FieldType.MOMENT)] = None
    state: Annotated[Line | None, _info(FieldType.CHOICE, *records.STATES)] = None
    window: Annotated[Line | None, _info(FieldType.CHOICE, *records.WINDOWS)] = None
    cohort: Annotated[Line | None, _info(FieldType.CHOICE, *records.COHORTS)] = None
    topics: Annotated[frozenset[str] | None, _info(FieldType.CHOICES, *records.TOPICS)] = None
    languages: Annotated[frozenset[str] | None, _info(FieldType.CHOICES, *records.LANGUAGES)] = None


def policy() -> KindPolicy:
    """Every field is shared: anybody may change it anywhere."""
    places = dict.fromkeys(PLACES, True)
    return KindPolicy(
        kind=Thing.kind,
        title_field="name",
        fields={
            name: FieldPolicy(name=name, type=info.type, home=None, places=places)
            for name, info in Thing.fields().items()
        },
        endpoints={name: EndpointPolicy(name=name) for name in PLACES},
        identity=IdentityPolicy(name="name", within=("country",)),
    )


def spec() -> KindSpec:
    """The kind as a mapping would declare it."""
    columns = {name: ColumnSpec(name=name) for name in Thing.fields()}
    return KindSpec(
        kind=Thing.kind,
        model=Thing,
        policy=policy(),
        endpoints={
            name: EndpointSpec(name=name, service="memory", container=name, key_column="key", columns=columns)
            for name in PLACES
        },
        zone=ZoneInfo("Europe/Brussels"),
        fingerprint="bench",
    )


_COLUMNS = {
    FieldType.TEXT: ColumnType.TEXT,
    FieldType.LONG_TEXT: ColumnType.LONG_TEXT,
    FieldType.NUMBER: ColumnType.NUMBER,
    FieldType.DAY: ColumnType.DAY,
    FieldType.MOMENT: ColumnType.MOMENT,
    FieldType.CHOICE: ColumnType.CHOICE,
    FieldType.CHOICES: ColumnType.CHOICES,
    FieldType.LINK: ColumnType.LINK,
    FieldType.EMAIL: ColumnType.EMAIL,
    FieldType.PHONE: ColumnType.PHONE,
}


def schema(place: str) -> Schema:
    """The columns of a place: one a field, and our key's."""
    columns = {
        name: Column(
            id=name, name=name, type=_COLUMNS[info.type], native="bench", options=info.choices or None
        )
        for name, info in Thing.fields().items()
    }
    key = Column(id="key", name="key", type=ColumnType.TEXT, native="bench")
    return Schema(container=place, title=place, columns={**columns, "key": key}, key_column="key")


def told(count: int, place: str) -> Iterator[Row]:
    """All rows of a place as it tells them now."""
    for number, (key, values) in enumerate(records.told(count, place)):
        moved = records.is_changed(number) and records.changed_at(number) == place
        yield Row(
            ref=ref(place, key),
            version=version(moved=moved),
            key=key,
            cells=values,
            edited_at=AT + moved * timedelta(days=1),
        )


def seen(count: int, place: str) -> Iterator[SeenRow]:
    """The same in the fields of the kind, translated as for a first sight: nothing is compared yet."""
    bound = bind(spec(), place, schema(place), None)
    assert not bound.faults, bound.faults
    links = StoredLinks(MemoryStore(), Mappings(kinds={}))
    return (bound.read(one, links) for one in told(count, place))


def known(count: int) -> Iterator[KnownRecord]:
    """All records as they were last agreed, in the shape in which the store loads them."""
    reader = Reader()
    for key, values in records.told(count, AGREED):
        cells = dump_cells(values)
        agreed = {
            name: Agreed(value=value, source=LEFT, at=AT, run="run-1") for name, value in values.items()
        }
        rows = {place: row(place, key, values) for place in PLACES}
        yield KnownRecord(
            key=key,
            rows={
                place: reader.row(ref=one.ref, version=one.version, cells=cells, details=dump_row(one))
                for place, one in rows.items()
            },
            agreed=reader.agreed(dump_agreed(agreed)),
        )


def ref(place: str, key: str) -> str:
    """Where a record's row is."""
    return f"{place}-{key}"


def version(*, moved: bool) -> str:
    """The version of a row that was changed, or was not."""
    return "2" if moved else "1"


def row(place: str, key: str, values: Mapping[str, Value]) -> SeenRow:
    """A row as it was last seen."""
    return SeenRow(ref=ref(place, key), version=version(moved=False), key=key, values=values, edited_at=AT)


def decided(
    now: Mapping[str, list[SeenRow]], before: Mapping[str, KnownRecord], refs: Mapping[str, Mapping[str, str]]
) -> Plan:
    """Sift, recognise and decide, in the steps of a run: rows on which nothing is to be decided are left out first.

    As a run does, all rows of a record are looked at together; here both places tell the records in the same order.
    """
    with uncollected():
        declared = policy()
        left: dict[str, list[SeenRow]] = {place: [] for place in now}
        for together in zip(*now.values(), strict=True):
            for place, row in zip(now, together, strict=True):
                if not nothing_new(declared, before.get(row.key or ""), place, row):
                    left[place].append(row)
        concerned = {row.key: before[row.key] for rows in left.values() for row in rows if row.key}
        return _recognised(left, concerned, refs, records=len(before))


def recognised(
    now: Mapping[str, list[SeenRow]], before: Mapping[str, KnownRecord], refs: Mapping[str, Mapping[str, str]]
) -> Plan:
    """Recognise and decide without leaving anything out first."""
    with uncollected():
        return _recognised(now, before, refs, records=len(before))


def _recognised(
    now: Mapping[str, list[SeenRow]],
    known: Mapping[str, KnownRecord],
    refs: Mapping[str, Mapping[str, str]],
    *,
    records: int,
) -> Plan:
    found = identify(
        policy(), seen=now, gone={}, known=known, refs=refs, new_key=lambda: "there is nothing new"
    )
    return plan(policy(), found, guards=GuardInput(records=records))


def changed(made: Plan) -> int:
    """The records that a plan changes."""
    return len({action.record for action in made.actions})


STEPS = {"decide": decided, "recognise": recognised}


def main(step: str, count: int) -> None:
    """Hand over whole readings of both places, with everything that is known, and decide."""
    before = {one.key: one for one in known(count)}
    refs = {place: {key: ref(place, key) for key in before} for place in PLACES}
    began = time.process_time()
    now = {place: list(seen(count, place)) for place in PLACES}
    load = time.process_time() - began - records.making(count)
    tell(cost(lambda: STEPS[step](now, before, refs), changed, load=load))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
