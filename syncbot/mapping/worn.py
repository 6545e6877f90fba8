"""References that are worn out: they name a row, and mean a record whose row is another one.

So it is after people said which rows are which record: a row was left alone, because the record has a better one, or
it was taken out of the record. What was written by pointing at it still means the record.
"""

from collections.abc import Mapping

from syncbot.endpoints.base import ColumnType, Row
from syncbot.model.fields import FieldType
from syncbot.model.values import UNKNOWN, Cell, Unknown, Value
from syncbot.reconcile.state import EMPTY, SeenRow

from .chosen import members
from .way import Links, Unfit, Way


def points(way: Way) -> bool:
    """Whether the column names rows."""
    return way.info.target is not None and way.column.type is ColumnType.REFS


def worn_in(way: Way, cell: Cell, links: Links, before: Mapping[str, str]) -> dict[str, str]:
    """Return the references of a cell that are worn out, and what they mean; `before` are those known already."""
    if not points(way) or not isinstance(cell, frozenset):
        return {}
    found = {}
    for ref in cell:
        record = before.get(ref) or links.pointed_at(str(way.info.target), way.endpoint, ref)
        its = links.ref_of(str(way.info.target), way.endpoint, record) if record else ref
        if record and its != ref and (its is not None or ref in before):
            found[ref] = record
    return found


def read_worn(way: Way, cell: Value, links: Links, worn: Mapping[str, str]) -> Value:
    """Read a cell with references that are worn out. Raises `Unfit`."""
    target = str(way.info.target)
    found = {ref: worn.get(ref) or links.pointed_at(target, way.endpoint, ref) for ref in members(cell)}
    records: set[str] = set()
    for ref, record in found.items():
        if record is None:
            raise Unfit(f"points at the row {ref}, which is no known {target}")
        records.add(record)
    if way.info.type is FieldType.RECORDS:
        return frozenset(records)
    if len(records) > 1:
        raise Unfit(f"holds {len(records)} references, where one is meant")
    return records.pop()


def with_lost(way: Way, row: Row, before: SeenRow | None, name: str) -> Cell:
    """Return what a row says of a field, with worn out references that its place took off by itself.

    A service shows no reference to a row in its trash, and does not count that as an edit of the row that points.
    """
    cell = row.cells.get(way.column.id, UNKNOWN)
    worn = before.worn.get(name, EMPTY) if before and before.version == row.version else EMPTY
    if not worn or isinstance(cell, Unknown) or not (cell is None or isinstance(cell, frozenset)):
        return cell
    there = cell or frozenset()
    return cell if there and way.info.type is FieldType.RECORD else there.union(worn)
