"""Writes to Notion: looked at before, sent once, looked for when the answer is lost."""

from typing import Any

import httpx
import pytest

from syncbot.endpoints.base import Column, ColumnType, Create, Delete, Done, Update, Write
from syncbot.endpoints.notion.pages import PageReader
from syncbot.errors import (
    AlreadyExists,
    AuthFailed,
    Invalid,
    NotFound,
    OutcomeUnknown,
    ReadOnly,
    VersionChanged,
)
from tests.unit.endpoints.notion_script import (
    BOT,
    EDITED,
    SOURCE,
    Desk,
    Json,
    Reply,
    error,
    listed,
    me,
    ok,
    page,
    page_id,
    schema,
)

STATE = Column(
    id="st", name="State", type=ColumnType.CHOICE, native="status", options=("Drafting", "Submitted")
)
PEOPLE = Column(id="pe", name="Contacts", type=ColumnType.USERS, native="people")
TICK = Column(id="ti", name="Pilot", type=ColumnType.FLAG, native="checkbox")
SUM = Column(id="su", name="Sum", type=ColumnType.NUMBER, native="rollup", writable=False)
WHOLE = schema(STATE, PEOPLE, TICK, SUM)
CREATE = Create(key="k", cells={"title": "Ghent", "a%3Ab": "x"})
LOST: list[Reply] = [
    httpx.RemoteProtocolError("cut"),
    error(503, "service_unavailable"),
    error(502, "bad_gateway"),
    error(409, "conflict_error"),
    httpx.ReadTimeout("slow"),
]


def full(
    number: int, title: str = "Ghent", *, state: str | None = None, tick: bool = False, **more: Any
) -> Json:
    """Return a page with the columns of `WHOLE`."""
    status = None if state is None else {"id": "1", "name": state}
    properties = {
        "State": {"id": "st", "type": "status", "status": status},
        "Contacts": {"id": "pe", "type": "people", "people": []},
        "Pilot": {"id": "ti", "type": "checkbox", "checkbox": tick},
        "Sum": {"id": "su", "type": "rollup", "rollup": {"type": "number", "number": 1}},
    }
    return page(number, title, properties=properties, **more)


def version(of: Json) -> str:
    """Return the version of a page's row."""
    return PageReader(endpoint="notion", complete=lambda _page, prop: prop).row(of, WHOLE).version


def update(number: int, **cells: Any) -> Update:
    """Return an update of an unchanged page."""
    names = {"state": "st", "people": "pe", "tick": "ti"}
    return Update(
        ref=page_id(number),
        version=version(full(number)),
        cells={names.get(name, name): value for name, value in cells.items()},
    )


def write(desk: Desk, *writes: Write) -> list[Done]:
    """Carry out writes; the question who we are is answered first."""
    desk.replies.insert(0, me())
    done = list(desk.endpoint().write(writes, WHOLE))
    assert desk.replies == [], "not all was asked"
    assert [one.write for one in done] == list(writes)
    return done


def changes(desk: Desk) -> list[tuple[str, str, Any]]:
    """Return method, path and body of all writes that were sent."""
    sent = zip(desk.sent(), desk.bodies(), strict=True)
    return [
        (method, path, body)
        for (method, path), body in sent
        if method == "PATCH" or (method == "POST" and path == "/v1/pages")
    ]


def test_create_carries_the_key() -> None:
    """Cells and key go out in one request, by column id; the answer is the row."""
    desk = Desk()
    desk.will(listed(), ok(full(1, key="k", by=BOT)))
    (done,) = write(desk, CREATE)
    assert done.row is not None
    assert (done.row.ref, done.row.key, done.row.by_us) == (page_id(1), "k", True)
    ((_, _, body),) = changes(desk)
    assert body == {
        "parent": {"type": "data_source_id", "data_source_id": SOURCE},
        "properties": {
            "title": {"title": [{"type": "text", "text": {"content": "Ghent"}}]},
            "a%3Ab": {"rich_text": [{"type": "text", "text": {"content": "x"}}]},
            "%3Fkey": {"rich_text": [{"type": "text", "text": {"content": "k"}}]},
        },
    }


def test_keys_of_a_batch_are_looked_for_at_once() -> None:
    """One query finds out which keys are taken; those rows are not made again, the others are."""
    desk = Desk()
    desk.will(listed(full(1, key="k2")), ok(full(2, key="k1")), ok(full(3, key="k3")))
    done = write(desk, *(Create(key=f"k{number}", cells={}) for number in (1, 2, 3)))
    assert [type(one.error) for one in done] == [type(None), AlreadyExists, type(None)]
    assert len(desk.bodies()[1]["filter"]["or"]) == 3
    assert len(desk.asked) == 4


def test_the_same_key_twice_in_a_batch() -> None:
    """The second create of a key is refused without being sent."""
    desk = Desk()
    desk.will(listed(), ok(full(1, key="k")))
    assert isinstance(write(desk, CREATE, CREATE)[1].error, AlreadyExists)


@pytest.mark.parametrize("lost", LOST)
def test_lost_create_is_found(lost: Reply) -> None:
    """A create whose answer is lost is looked for by its key; it was saved, so it is not sent again."""
    desk = Desk()
    desk.will(listed(), lost, listed(full(1, key="k")))
    (done,) = write(desk, CREATE)
    assert done.row is not None
    assert done.row.ref == page_id(1)
    assert len(changes(desk)) == 1


@pytest.mark.parametrize("lost", LOST)
def test_lost_create_is_sent_again(lost: Reply) -> None:
    """A create that was not saved is sent again, after two looks with some patience."""
    desk = Desk()
    desk.will(listed(), lost, listed(), listed(), ok(full(1, key="k")))
    (done,) = write(desk, CREATE)
    assert done.row is not None
    assert len(changes(desk)) == 2
    assert sum(desk.slept) >= 1


def test_create_saved_but_503() -> None:
    """A 503 that names the page made leads straight to it: one GET, no search, no second create."""
    desk = Desk()
    saved = error(503, "service_unavailable", committed_resource_id=page_id(7), retry_guidance=["Read it."])
    desk.will(listed(), saved, ok(full(7, key="k", by=BOT)))
    (done,) = write(desk, CREATE)
    assert done.row is not None
    assert (done.row.ref, done.row.by_us) == (page_id(7), True)
    assert desk.sent()[-1] == ("GET", f"/v1/pages/{page_id(7)}")
    assert len(changes(desk)) == 1


def test_create_that_never_gets_through() -> None:
    """After six tries, each with its looks, the unknown outcome is raised and what follows is not begun."""
    desk = Desk()
    desk.will(listed(), *[one for _ in range(6) for one in (error(502, "bad_gateway"), listed(), listed())])
    with pytest.raises(OutcomeUnknown):
        write(desk, CREATE, Create(key="other", cells={}))
    assert len(changes(desk)) == 6


def test_update_sends_only_what_changes() -> None:
    """Only the named columns go out; a tick that is emptied is sent as false."""
    desk = Desk()
    desk.will(ok(full(1)), ok(full(1, state="Submitted", by=BOT)))
    (done,) = write(desk, update(1, state="Submitted", tick=None))
    assert done.row is not None
    assert done.row.cells["st"] == "Submitted"
    properties = {"st": {"status": {"name": "Submitted"}}, "ti": {"checkbox": False}}
    assert changes(desk) == [("PATCH", f"/v1/pages/{page_id(1)}", {"properties": properties})]


def test_batch_of_updates_is_preceded_by_one_query() -> None:
    """What was edited since the oldest version is read at once; who was edited by a person is left alone."""
    desk = Desk()
    desk.will(
        listed(full(2, "Gent"), full(3, last_edited_time="2026-03-02T10:00:00.000Z")),
        *[ok(full(number)) for number in (1, 3, 4)],
    )
    done = write(desk, *(update(number, state="Drafting") for number in (1, 2, 3, 4)))
    assert [type(one.error) for one in done] == [type(None), VersionChanged, type(None), type(None)]
    edited = {"timestamp": "last_edited_time", "last_edited_time": {"on_or_after": EDITED}}
    assert desk.bodies()[1]["filter"] == edited
    assert len(desk.asked) == 5


def test_much_was_edited_since_the_oldest_version() -> None:
    """When the query would need more requests than half the rows, the rows are looked up one by one."""
    desk = Desk()
    desk.will(
        listed(full(9), cursor="c1"),
        ok(full(1)),
        ok(full(2, "Gent")),
        ok(full(3)),
        *[ok(full(number)) for number in (1, 3)],
    )
    done = write(desk, *(update(number, state="Drafting") for number in (1, 2, 3)))
    assert [type(one.error) for one in done] == [type(None), VersionChanged, type(None)]


def test_two_updates_of_a_row_in_a_batch() -> None:
    """The second one of the same version is refused: the first has moved it."""
    desk = Desk()
    desk.will(ok(full(1)), ok(full(1)), ok(full(1, state="Drafting")))
    done = write(desk, update(1, state="Drafting"), update(1, state="Submitted"))
    assert isinstance(done[1].error, VersionChanged)


@pytest.mark.parametrize("lost", LOST)
def test_lost_update_was_applied(lost: Reply) -> None:
    """After a lost answer the row is read: it shows the new values, so nothing is sent again."""
    desk = Desk()
    desk.will(ok(full(1)), lost, ok(full(1, state="Drafting", tick=True, by=BOT)))
    (done,) = write(desk, update(1, state="Drafting", tick=True))
    assert done.row is not None
    assert done.row.cells["st"] == "Drafting"
    assert len(changes(desk)) == 1


@pytest.mark.parametrize("lost", LOST)
def test_lost_update_was_not_applied(lost: Reply) -> None:
    """The row is as it was, so the update is sent again."""
    desk = Desk()
    desk.will(ok(full(1)), lost, ok(full(1)), ok(full(1, state="Drafting")))
    (done,) = write(desk, update(1, state="Drafting"))
    assert done.row is not None
    assert len(changes(desk)) == 2


def test_lost_update_and_a_person_was_there() -> None:
    """After a lost answer the row is neither old nor as wanted: somebody else was there, nothing is sent again."""
    desk = Desk()
    desk.will(ok(full(1)), error(502, "bad_gateway"), ok(full(1, "Gent")))
    (done,) = write(desk, update(1, state="Drafting"))
    assert isinstance(done.error, VersionChanged)


@pytest.mark.parametrize("reply", [error(404, "object_not_found"), error(400, "validation_error")])
def test_update_of_a_row_trashed_meanwhile(reply: Reply) -> None:
    """Notion words it as 404 or as a wrong request; both are NotFound here, and the others go on."""
    desk = Desk()
    looks = (
        [ok(full(2, in_trash=True))] if isinstance(reply, httpx.Response) and reply.status_code == 400 else []
    )
    desk.will(listed(), ok(full(1)), reply, *looks, ok(full(3)))
    done = write(desk, *(update(number, state="Drafting") for number in (1, 2, 3)))
    assert [type(one.error) for one in done] == [type(None), NotFound, type(None)]


def test_wrong_value_stays_invalid() -> None:
    """A value that Notion refuses is Invalid when the row is still there, with Notion's words."""
    desk = Desk()
    desk.will(ok(full(1)), error(400, "validation_error"), ok(full(1)))
    (done,) = write(desk, update(1, state="Drafting"))
    assert isinstance(done.error, Invalid)
    assert "about validation_error" in str(done.error)


def test_all_faults_of_a_write_are_told_at_once() -> None:
    """Every cell that cannot be sent is named, with the reason; nothing is sent, and the others go on."""
    desk = Desk()
    bad = Create(key="k", cells={"title": "x" * 190_001, "nope": "x", "su": 1, "%3Fkey": "other"})
    desk.will(listed(), ok(full(2)))
    done = write(desk, bad, Create(key="k2", cells={}))
    assert isinstance(done[0].error, Invalid)
    for word in ("City", "190,001", "nope", "Sum", "%3Fkey"):
        assert word in str(done[0].error)
    assert done[1].row is not None


def test_read_only_column() -> None:
    """A column that cannot be written says so by its name."""
    desk = Desk()
    desk.will(ok(full(1)))
    (done,) = write(desk, update(1, su=1))
    assert isinstance(done.error, ReadOnly)
    assert "Sum" in str(done.error)


def test_option_added_since() -> None:
    """An option that a person added after the schema was read is found by reading it again, once a batch."""
    desk = Desk()
    options = [{"name": name} for name in ("Drafting", "Submitted", "Iterating")]
    source = {
        "object": "data_source",
        "id": SOURCE,
        "properties": {
            "syncbot key": {"id": "%3Fkey", "type": "rich_text", "rich_text": {}},
            "State": {"id": "st", "type": "status", "status": {"options": options}},
        },
    }
    desk.will(ok(full(1)), ok(full(2)), ok(source), ok(full(1, state="Iterating")))
    done = write(desk, update(1, state="Iterating"), update(2, state="Nonsense"))
    assert done[0].row is not None
    assert isinstance(done[1].error, Invalid)
    assert "'State': there is no option 'Nonsense'" in str(done[1].error)


def test_people_by_address() -> None:
    """Addresses become ids by one list of the workspace's people; an unknown one is refused by name."""
    desk = Desk()
    people = listed(
        {"object": "user", "id": "a1", "type": "person", "person": {"email": "Anna@city.example"}},
        {"object": "user", "id": BOT, "type": "bot", "bot": {}},
    )
    desk.will(ok(full(1)), ok(full(2)), people, ok(full(1)))
    done = write(
        desk,
        update(1, people=frozenset({"anna@city.example"})),
        update(2, people=frozenset({"x@city.example"})),
    )
    ((_, _, body),) = changes(desk)
    assert body == {"properties": {"pe": {"people": [{"object": "user", "id": "a1"}]}}}
    assert "x@city.example" in str(done[1].error)


def test_people_who_may_not_be_listed() -> None:
    """Without the right to list people an address is refused with that reason, for this write only."""
    desk = Desk()
    desk.will(ok(full(1)), ok(full(2)), error(403, "restricted_resource"), ok(full(2)))
    done = write(desk, update(1, people=frozenset({"anna@city.example"})), update(2, tick=True))
    assert "may not be read" in str(done[0].error)
    assert done[1].row is not None


def test_delete_is_the_trash() -> None:
    """A delete sends in_trash, the only spelling that the API version knows, and nothing else."""
    desk = Desk()
    desk.will(ok(full(1)), ok(full(1, in_trash=True)))
    (done,) = write(desk, Delete(ref=page_id(1), version=version(full(1))))
    assert (done.row, done.error) == (None, None)
    assert changes(desk) == [("PATCH", f"/v1/pages/{page_id(1)}", {"in_trash": True})]


def test_lost_delete() -> None:
    """After a lost answer the row is looked up: in the trash, so it is done; else it is sent again."""
    desk = Desk()
    lost = error(504, "gateway_timeout")
    desk.will(ok(full(1)), lost, ok(full(1)), lost, ok(full(1, in_trash=True)))
    (done,) = write(desk, Delete(ref=page_id(1), version=version(full(1))))
    assert done.error is None
    assert len(changes(desk)) == 2


def test_stamp_alone() -> None:
    """A key without cells is one property."""
    desk = Desk()
    desk.will(ok(full(1)), ok(full(1, key="k")))
    (done,) = write(desk, Update(ref=page_id(1), version=version(full(1)), key="k"))
    assert done.row is not None
    assert done.row.key == "k"
    ((_, _, body),) = changes(desk)
    assert list(body["properties"]) == ["%3Fkey"]


def test_nothing_to_change() -> None:
    """An update without cells and key sends no write and tells the row."""
    desk = Desk()
    desk.will(ok(full(1)), ok(full(1)))
    (done,) = write(desk, update(1))
    assert done.row is not None
    assert changes(desk) == []


def test_what_stops_everything_is_raised() -> None:
    """A refused token is no matter of one row."""
    desk = Desk()
    desk.will(listed(), error(401, "unauthorized"))
    with pytest.raises(AuthFailed):
        write(desk, CREATE)


def test_throttled_write_is_sent_again() -> None:
    """A 429 was never carried out, so the create is sent again without a look."""
    desk = Desk()
    desk.will(listed(), error(429, "rate_limited", headers={"retry-after": "9"}), ok(full(1, key="k")))
    (done,) = write(desk, CREATE)
    assert done.row is not None
    assert sum(desk.slept) == 9
