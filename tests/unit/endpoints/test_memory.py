"""The endpoint in memory lies just as it is told to."""

import random
from datetime import UTC, datetime

import pytest

from syncbot.endpoints.base import Create, Delete, Gone, GoneReason, Row, Update
from syncbot.endpoints.memory import MemoryEndpoint
from syncbot.errors import (
    AlreadyExists,
    CursorExpired,
    Forbidden,
    Invalid,
    OutcomeUnknown,
    ReadOnly,
    Unavailable,
)
from tests.contract.test_memory_contract import START, schema


@pytest.fixture
def place() -> MemoryEndpoint:
    """A place with four rows of ours."""
    endpoint = MemoryEndpoint(name="memory", schema=schema(), clock=lambda: START)
    creates = [Create(key=f"key-{number}", cells={"title": f"City {number}"}) for number in range(4)]
    assert all(done.row for done in endpoint.write(creates, endpoint.schema))
    return endpoint


def test_a_halved_reading_says_so(place: MemoryEndpoint) -> None:
    """Half of the rows, not complete, and no cursor to go on from."""
    place.lies.halved = True
    reading = place.changes(None, place.schema)
    assert (len(reading.rows), reading.complete, reading.cursor) == (2, False, None)


def test_a_failing_reading_is_raised(place: MemoryEndpoint) -> None:
    """By look-ups and searches too."""
    place.lies.reading = lambda: Unavailable("down", endpoint="memory")
    for call in (place.describe, lambda: place.get("1", place.schema), lambda: place.find("k", place.schema)):
        with pytest.raises(Unavailable):
            call()


def test_the_order_can_be_shuffled(place: MemoryEndpoint) -> None:
    """Other order, same rows."""
    before = [row.ref for row in place.changes(None, place.schema).rows]
    place.lies.order = random.Random(3)
    orders = {tuple(row.ref for row in place.changes(None, place.schema).rows) for _ in range(5)}
    assert len(orders) > 1
    assert {tuple(sorted(order)) for order in orders} == {tuple(sorted(before))}


def test_a_refused_write_ends_alone_and_a_fatal_one_stops_all(place: MemoryEndpoint) -> None:
    """The one named in the lie; what came before was saved."""
    writes = [Create(key=f"new-{number}", cells={"title": "x"}) for number in range(3)]
    place.lies.refused = lambda one: Invalid("no", endpoint="memory") if one is writes[1] else None
    assert [done.error is None for done in place.write(writes, place.schema)] == [True, False, True]
    more = [Create(key=f"more-{number}", cells={"title": "x"}) for number in range(3)]
    place.lies.refused = lambda one: Forbidden("no", endpoint="memory") if one is more[1] else None
    with pytest.raises(Forbidden):
        list(place.write(more, place.schema))
    assert [len(place.find(f"more-{number}", place.schema)) for number in range(3)] == [1, 0, 0]


def test_a_lost_answer_was_saved(place: MemoryEndpoint) -> None:
    """`OutcomeUnknown` is raised after saving; a second create with the key is refused."""
    create = Create(key="new", cells={"title": "x"})
    place.lies.lost = lambda _: True
    with pytest.raises(OutcomeUnknown):
        list(place.write([create], place.schema))
    place.lies.lost = lambda _: False
    assert len(place.find("new", place.schema)) == 1
    (done,) = place.write([create], place.schema)
    assert isinstance(done.error, AlreadyExists)


def test_people_may_copy_move_and_restore_rows(place: MemoryEndpoint) -> None:
    """A copy carries the key too; a removed row has its reason; a restored one is a change."""
    place.add({"title": "copy"}, by="Anna", at=START, key="key-0")
    assert len(place.find("key-0", place.schema)) == 2
    cursor = place.changes(None, place.schema).cursor
    place.remove("1", by="Anna", at=START, reason=GoneReason.MOVED)
    moved = place.changes(cursor, place.schema)
    assert list(moved.gone) == [Gone(ref="1", reason=GoneReason.MOVED)]
    place.restore("1", by="Anna", at=START)
    assert [row.ref for row in place.changes(moved.cursor, place.schema).rows] == ["1"]


def test_old_and_foreign_cursors_are_expired(place: MemoryEndpoint) -> None:
    """A cursor that the place no longer knows, or never gave out."""
    cursor = place.changes(None, place.schema).cursor
    place.expire_cursors()
    for one in (cursor, "99", "x"):
        with pytest.raises(CursorExpired):
            place.changes(one, place.schema)


def test_read_only_columns_stay_as_they_are(place: MemoryEndpoint) -> None:
    """Files cannot be written, and say so by name; a delete needs no column."""
    row = place.get("1", place.schema)
    assert isinstance(row, Row)
    update = Update(ref="1", version=row.version, cells={"files": frozenset({"a.pdf"})})
    (done,) = place.write([update], place.schema)
    assert isinstance(done.error, ReadOnly)
    assert "Files" in str(done.error)
    (deleted,) = place.write([Delete(ref="1", version=row.version)], place.schema)
    assert (deleted.row, deleted.error) == (None, None)


def test_rows_can_be_looked_at_without_a_request(place: MemoryEndpoint) -> None:
    """For tests that compare what is there in the end."""
    before = place.requests
    assert sorted(place.rows) == ["1", "2", "3", "4"]
    assert place.rows["1"].edited_at == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    assert place.requests == before
