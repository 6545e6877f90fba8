"""References to records of other kinds, between cells and values."""

from syncbot.endpoints.base import ColumnType
from syncbot.model.values import Value

from .chosen import members
from .said import as_text
from .way import TEXTS, Links, Unfit, Way, short


def read_records(way: Way, cell: Value, links: Links) -> frozenset[str]:
    """Read the records that rows or addresses stand for; all must be known."""
    return frozenset(_record(way, one, links) for one in members(cell))


def _record(way: Way, said: str, links: Links) -> str:
    target = str(way.info.target)
    if way.column.type is ColumnType.USERS:
        found = links.record_by_email(target, said) if "@" in said else None
        if found is None:
            raise Unfit(f"names {said!r}, whose address no {target} has")
        return found
    if way.column.type in TEXTS:
        found = links.record_by_name(target, said)
        if found is None:
            raise Unfit(f"names {short(said)}, and no {target}, or more than one, goes by that")
        return found
    if way.column.type is ColumnType.RECORDS and "/" not in said:
        return said
    endpoint, ref = said.split("/", 1) if way.column.type is ColumnType.RECORDS else (way.endpoint, said)
    found = links.pointed_at(target, endpoint, ref)
    if found is None and way.column.type is ColumnType.RECORDS:
        raise Unfit(f"tells of a {target} that is not known; its row in {endpoint} may be gone")
    if found is None:
        raise Unfit(f"points at the row {said}, which is no known {target}")
    return found


def read_record(way: Way, cell: Value, links: Links) -> Value:
    """Read the one record that a row or address stands for."""
    refs = [as_text(cell).strip()] if isinstance(cell, str) else members(cell)
    if len(refs) > 1:
        raise Unfit(f"holds {len(refs)} references, where one is meant")
    return _record(way, refs[0], links)


def _reference(way: Way, record: str, links: Links) -> str:
    target = str(way.info.target)
    if way.column.type is ColumnType.RECORDS:
        return record
    if way.column.type is ColumnType.USERS:
        email = links.email_of(target, record)
        if email is None:
            raise Unfit(f"the {target} has no e-mail address known, by which {way.endpoint} knows people")
        return email
    ref = links.ref_of(target, way.endpoint, record)
    if ref is None:
        raise Unfit(f"the {target} pointed at has no row at {way.endpoint} yet")
    return ref


def _name(way: Way, record: str, links: Links) -> str:
    target = str(way.info.target)
    name = links.name_of(target, record)
    if name is None:
        raise Unfit(f"the {target} pointed at has no name known")
    if links.record_by_name(target, name) != record:
        raise Unfit(f"more than one {target} is called {short(name)}")
    return name


def write_record(way: Way, value: Value, links: Links) -> Value:
    """Write a reference to the row or address of a record; its name into a text."""
    if way.column.type in TEXTS:
        return _name(way, as_text(value), links)
    return frozenset({_reference(way, as_text(value), links)})


def write_records(way: Way, value: Value, links: Links) -> Value:
    """Write references to the rows or addresses of records."""
    return frozenset(_reference(way, record, links) for record in members(value))
