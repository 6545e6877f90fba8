"""Which column holds which field: found by name once, by its id from then on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from syncbot.endpoints.base import Column, ColumnId, ColumnType, Row, Schema
from syncbot.model.fields import FieldType
from syncbot.model.sheet import Places, Sheet, places
from syncbot.model.values import UNKNOWN, Cell, Unknown, Value
from syncbot.reconcile.state import EMPTY, SeenRow

from . import translate
from .bound_text import Known, Past, from_text, to_text
from .checks import complaint
from .familiar import Familiar
from .faults import listed, nearest
from .spec import ColumnSpec, EndpointSpec, KindSpec
from .way import Links, Unfit, Way
from .words import fold
from .worn import points, read_worn, with_lost, worn_in

_FAULT: tuple[Cell, None] = (UNKNOWN, None)
"""What is read of a field whose fault is known of the whole place."""


@dataclass(frozen=True, kw_only=True)
class Written:
    """Values translated into cells."""

    cells: Mapping[ColumnId, Value]
    refused: Mapping[str, str]
    """By field: why its value cannot be written there, in words."""


@dataclass(frozen=True, kw_only=True)
class Bound:
    """The columns of one endpoint as they are known for one kind; translates its rows."""

    spec: KindSpec = field(repr=False)
    endpoint: str
    text: str = field(repr=False)
    """All of this as JSON, for the store."""
    schema: Schema = field(repr=False)
    """Only the columns that are needed: those of the fields, of our key, and the one that says who edited."""
    columns: Mapping[str, Column]
    """By field: those that can be synced."""
    faults: Mapping[str, str]
    """By field: why it cannot be synced here now, in words."""
    notes: Mapping[str, str]
    """By field: what will be refused if it comes to it (options that are missing), in words."""

    def read(self, row: Row, links: Links, before: SeenRow | None = None) -> SeenRow:
        """Translate a row; what cannot be understood is UNKNOWN, with the reason.

        `before` is the row as it was last seen: it is returned itself where nothing about the row is another.
        """
        if before is None or not self._familiar.is_same(row, before, links):
            row, worn = self._worn(row, links, before)
            return replace(self._seen(row, *self._values(row, links, worn)), worn=worn)
        return before if _marks(row) == _marks(before) else self._seen(row, before.values, before.faults)

    def _worn(
        self, row: Row, links: Links, before: SeenRow | None
    ) -> tuple[Row, Mapping[str, Mapping[str, str]]]:
        """Return the row with what its place took off by itself, and by field its references that are worn out."""
        found: dict[str, Mapping[str, str]] = {}
        for name, way in self._pointing.items():
            cell = with_lost(way, row, before, name)
            if cell != row.cells.get(way.column.id, UNKNOWN):
                row = replace(row, cells={**row.cells, way.column.id: cell})
            if some := worn_in(way, cell, links, before.worn.get(name, EMPTY) if before else EMPTY):
                found[name] = some
        return row, found or EMPTY

    def _values(
        self, row: Row, links: Links, worn: Mapping[str, Mapping[str, str]]
    ) -> tuple[Mapping[str, Cell], Mapping[str, str]]:
        """Return the values, and why those are UNKNOWN that are."""
        values: list[Cell] = []
        faults = self.faults
        for name in self._places.index:
            value, fault = (
                self._value(name, self.columns[name], row, links, worn.get(name))
                if name in self.columns
                else _FAULT
            )
            values.append(value)
            if fault is not None:
                faults = {**faults, name: fault}
        return Sheet(self._places, tuple(values)), faults

    def _seen(self, row: Row, values: Mapping[str, Cell], faults: Mapping[str, str]) -> SeenRow:
        return SeenRow(
            ref=row.ref,
            version=row.version,
            key=row.key,
            values=values,
            edited_at=row.edited_at,
            edited_by=row.edited_by,
            by_us=row.by_us,
            url=row.url,
            faults=faults,
        )

    def write(self, values: Mapping[str, Value], links: Links) -> Written:
        """Translate values into cells; nothing is cut or guessed: what does not fit is refused."""
        cells: dict[ColumnId, Value] = {}
        refused: dict[str, str] = {}
        for name, value in values.items():
            try:
                column, cell = self._cell(name, value, links)
                cells[column] = cell
            except Unfit as error:
                refused[name] = str(error)
        return Written(cells=cells, refused=refused)

    def _value(
        self, name: str, column: Column, row: Row, links: Links, worn: Mapping[str, str] | None
    ) -> tuple[Cell, str | None]:
        cell = row.cells.get(column.id, UNKNOWN)
        if isinstance(cell, Unknown):
            return UNKNOWN, row.faults.get(column.id, f"{column.name!r} was not told by {self.endpoint}")
        try:
            way = self._ways[name]
            value = read_worn(way, cell, links, worn) if worn else translate.read(way, cell, links)
        except Unfit as error:
            return UNKNOWN, f"{column.name!r} {error}"
        why = complaint(self.spec.model, name, value)
        return (UNKNOWN, f"{column.name!r} {why}") if why else (value, None)

    def _cell(self, name: str, value: Value, links: Links) -> tuple[ColumnId, Value]:
        if name not in self.columns:
            raise Unfit(self.faults.get(name, f"{self.endpoint} has no column for it"))
        column = self.columns[name]
        if not (column.writable and self.spec.policy.fields[name].places[self.endpoint]):
            raise Unfit(f"the column {column.name!r} is read-only")
        why = complaint(self.spec.model, name, value)
        if why:
            raise Unfit(f"the value {why}")
        return column.id, translate.write(self._ways[name], value, links)

    @cached_property
    def _ways(self) -> Mapping[str, Way]:
        return {name: _way(self.spec, self.endpoint, name, column) for name, column in self.columns.items()}

    @cached_property
    def _pointing(self) -> Mapping[str, Way]:
        return {name: way for name, way in self._ways.items() if points(way)}

    @cached_property
    def _places(self) -> Places:
        """The fields in the order in which the store has them, so that rows and baselines compare quickly."""
        return places(tuple(sorted((*self.faults, *self.columns))))

    @cached_property
    def _familiar(self) -> Familiar:
        return Familiar(self._ways, self.faults)


def _marks(row: Row | SeenRow) -> tuple[object, ...]:
    """Return everything about a row but its cells."""
    return (row.ref, row.version, row.key, row.edited_at, row.edited_by, row.by_us, row.url)


def bind(spec: KindSpec, endpoint: str, schema: Schema, earlier: str | None) -> Bound:
    """Find the column of every field; a field without one is a fault of that field only.

    `earlier` is the `text` of a former `Bound`: a column bound then is known by its id, whatever it is called now.
    """
    past = from_text(earlier)
    declared = spec.endpoints[endpoint].columns
    found = {name: _found(schema, column, past.fields.get(name)) for name, column in declared.items()}
    taken = _taken(found)
    columns: dict[str, Column] = {}
    faults: dict[str, str] = {}
    for name, column in found.items():
        fault = (
            column if isinstance(column, str) else taken.get(name) or _unusable(spec, endpoint, name, column)
        )
        if fault is not None:
            faults[name] = fault
        elif isinstance(column, Column):
            columns[name] = column
    return _bound(spec, endpoint, schema, columns, faults, past)


def restore(spec: KindSpec, endpoint: str, text: str) -> Bound | None:
    """Return what was bound in an earlier run; None when the declaration changed since: describe and bind again."""
    past = from_text(text)
    if past.fingerprint != spec.fingerprint or past.schema is None:
        return None
    ids = {name: known.id for name, known in past.fields.items()}
    return Bound(
        spec=spec,
        endpoint=endpoint,
        text=text,
        schema=past.schema,
        columns={
            name: past.schema.columns[ids[name]]
            for name in spec.endpoints[endpoint].columns
            if name in ids and name not in past.faults
        },
        faults=past.faults,
        notes=past.notes,
    )


def reads_alike(bound: Bound, text: str | None) -> bool:
    """Whether what was bound in an earlier run reads rows as this does: a renamed column is the same one."""
    past = restore(bound.spec, bound.endpoint, text) if text else None
    return past is not None and _read_by(past) == _read_by(bound)


def _read_by(bound: Bound) -> tuple[object, ...]:
    columns = {name: (one.id, one.native) for name, one in bound.columns.items()}
    return bound.schema.container, bound.schema.key_column, columns, dict(bound.faults)


def as_bound(spec: EndpointSpec, earlier: str | None) -> EndpointSpec:
    """Return where the rows are, by ids once they are known: a list or a key column may be renamed as well.

    A declaration that names another place or column than it did then is taken as it stands.
    """
    past = from_text(earlier)
    if past.schema is None or past.declared != _place(spec):
        return spec
    return replace(spec, container=past.schema.container, key_column=past.schema.key_column)


def _place(spec: EndpointSpec) -> tuple[str, ...]:
    return spec.service, spec.site or "", spec.container, spec.key_column


def _bound(
    spec: KindSpec,
    endpoint: str,
    schema: Schema,
    columns: Mapping[str, Column],
    faults: Mapping[str, str],
    past: Past,
) -> Bound:
    kept = [*columns.values(), *_others(schema, spec.endpoints[endpoint].edited_by_column)]
    narrow = replace(schema, columns={column.id: column for column in kept})
    notes = {
        name: note
        for name, column in columns.items()
        if (note := _missing_options(_way(spec, endpoint, name, column))) is not None
        and spec.policy.fields[name].places[endpoint]
    }
    now = Past(
        fingerprint=spec.fingerprint,
        declared=_place(spec.endpoints[endpoint]),
        schema=narrow,
        fields=_known(spec.endpoints[endpoint].columns, columns, past),
        faults=faults,
        notes=notes,
    )
    return Bound(
        spec=spec,
        endpoint=endpoint,
        text=to_text(now),
        schema=narrow,
        columns=columns,
        faults=faults,
        notes=notes,
    )


def _others(schema: Schema, edited_by: str | None) -> Iterable[Column]:
    for column in schema.columns.values():
        if column.id == schema.key_column or (edited_by is not None and fold(column.name) == fold(edited_by)):
            yield column


def _known(declared: Mapping[str, ColumnSpec], columns: Mapping[str, Column], past: Past) -> dict[str, Known]:
    """Return what to remember: what is bound now, and of fields at fault what was bound before."""
    before = {name: known for name, known in past.fields.items() if name in declared and name not in columns}
    now = {
        name: Known(declared=declared[name].name, id=column.id, native=column.native)
        for name, column in columns.items()
    }
    return {name: known for name, known in before.items() if known.declared == declared[name].name} | now


def _way(spec: KindSpec, endpoint: str, name: str, column: Column) -> Way:
    return Way(
        info=spec.model.fields()[name],
        column=column,
        declared=spec.endpoints[endpoint].columns[name],
        endpoint=endpoint,
        zone=spec.zone,
    )


# -- finding a column


def column_named(schema: Schema, name: str) -> Column | str:
    """Return the column that people mean by a name, or in words why there is none."""
    return _found(schema, ColumnSpec(name=name), None)


def _found(schema: Schema, declared: ColumnSpec, known: Known | None) -> Column | str:
    """Return the column, or in words why there is none."""
    columns = {one: column for one, column in schema.columns.items() if one != schema.key_column}
    if known is not None and known.declared == declared.name:
        return _again(columns, declared.name, known)
    named = _named(columns.values(), declared.name)
    if len(named) == 1:
        return named[0]
    if named:
        return f"there are {len(named)} columns called {declared.name!r} ({listed(one.id for one in named)})"
    return f"there is no column {declared.name!r}{_near(declared.name, columns.values())}"


def _again(columns: Mapping[ColumnId, Column], name: str, known: Known) -> Column | str:
    column = columns.get(known.id)
    if column is not None and column.native == known.native:
        return column
    if column is not None:
        return f"the column {column.name!r} was of type {known.native} and is of type {column.native} now"
    if _named(columns.values(), name):
        return f"the column {name!r} was removed; the one of that name that is there now is another"
    return f"the column {name!r} was removed{_near(name, columns.values())}"


def _named(columns: Iterable[Column], name: str) -> list[Column]:
    """Return the columns meant by a name: exactly (id or title), else without regard to case and blanks.

    A column that nobody can read is meant only when no other is (SharePoint shows a list's title thrice).
    """
    columns = list(columns)
    readable = [one for one in columns if one.type is not ColumnType.OTHER]
    return _called(readable, name) or _called(columns, name)


def _called(columns: Sequence[Column], name: str) -> list[Column]:
    exact = [one for one in columns if name in (one.id, one.name)]
    by_id = [one for one in exact if one.id == name]
    if by_id and len({one.id for one in exact}) > 1 and by_id[0].name != name:
        return exact
    return by_id or exact or [one for one in columns if fold(name) in (fold(one.id), fold(one.name))]


def _near(name: str, columns: Iterable[Column]) -> str:
    near = nearest(name, [one.name for one in columns])
    return f" (nearest: {near!r})" if near else ""


def _taken(found: Mapping[str, Column | str]) -> dict[str, str]:
    """Return the fields that share a column with another, and with which."""
    users: dict[ColumnId, list[str]] = {}
    for name, column in found.items():
        if isinstance(column, Column):
            users.setdefault(column.id, []).append(name)
    return {
        name: f"its column is also that of {listed(other for other in names if other != name)}"
        for names in users.values()
        if len(names) > 1
        for name in names
    }


# -- what a column can do


def _unusable(spec: KindSpec, endpoint: str, name: str, column: Column) -> str | None:
    policy = spec.policy.fields[name]
    if column.type not in translate.COLUMNS[policy.type]:
        return (
            f"the column {column.name!r} holds {column.type.value} ({column.native}), not {policy.type.value}"
        )
    written = policy.places[endpoint] and policy.home != endpoint
    if written and (not column.writable or column.type is ColumnType.FILES):
        return f"the column {column.name!r} is read-only, and the field has to be written there"
    return None


def _missing_options(way: Way) -> str | None:
    if way.info.type not in {FieldType.CHOICE, FieldType.CHOICES} or way.column.options is None:
        return None
    there = {fold(option) for option in way.column.options}
    missing = [repr(option) for option in way.options.values() if fold(option) not in there]
    return f"the column {way.column.name!r} has no option {listed(missing)}" if missing else None
