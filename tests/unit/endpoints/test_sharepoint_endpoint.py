"""The SharePoint endpoint beyond the contract, on the sandbox's Graph over HTTP."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from syncbot.endpoints.base import Create, Done, Row, Schema, Update
from syncbot.endpoints.sharepoint.connection import GraphConnection
from syncbot.endpoints.sharepoint.endpoint import SharePointEndpoint
from syncbot.errors import (
    AlreadyExists,
    CursorExpired,
    Fatal,
    Forbidden,
    Invalid,
    OutcomeUnknown,
    Precondition,
    ReadOnly,
    SchemaChanged,
    VersionChanged,
)
from syncbot.model.values import UNKNOWN
from syncbot.sandbox.faults import Fault, Orders
from tests.contract.sharepoint_place import Anna, Site, connected, endpoint_on, running_site


@pytest.fixture(scope="module")
def running() -> Iterator[Site]:
    """One sandbox for all tests of this file."""
    with running_site() as site:
        yield site


@pytest.fixture
def site(running: Site) -> Iterator[Site]:
    """The sandbox as it began."""
    settings = running.service.settings
    running.reset()
    yield running
    running.service.settings = settings


@pytest.fixture
def graph(site: Site) -> Iterator[GraphConnection]:
    """A connection to it."""
    with connected(site) as graph:
        yield graph


@pytest.fixture
def endpoint(graph: GraphConnection) -> SharePointEndpoint:
    """The list of cities."""
    return endpoint_on(graph)


@pytest.fixture
def schema(endpoint: SharePointEndpoint) -> Schema:
    """Its schema."""
    return endpoint.describe()


@pytest.fixture
def anna(site: Site) -> Anna:
    """A person in the browser."""
    return Anna(site, site.cities)


def written(endpoint: SharePointEndpoint, schema: Schema, *writes: Create | Update) -> list[Done]:
    """Carry out writes."""
    return list(endpoint.write(writes, schema))


def row_of(done: Done) -> Row:
    """Return the row of a write that worked."""
    assert done.error is None, done.error
    assert done.row is not None
    return done.row


def made(endpoint: SharePointEndpoint, schema: Schema, **cells: Any) -> Row:
    """Create a city."""
    key = cells.pop("key", "key-1")
    return row_of(written(endpoint, schema, Create(key=key, cells={"Title": "Ghent", **cells}))[0])


def calls(site: Site) -> list[tuple[str, str]]:
    """Return method and last part of the path of each request so far."""
    return [(one["method"], one["path"].rsplit("/", 1)[-1]) for one in site.requests()]


# -- reading


def test_a_stored_schema_needs_no_discovery(
    site: Site, endpoint: SharePointEndpoint, schema: Schema, graph: GraphConnection
) -> None:
    """Another process with the stored schema and cursor makes one request, and never asks for site or list."""
    made(endpoint, schema)
    cursor = endpoint.changes(None, schema).cursor
    site.control("DELETE", "requests")
    reading = endpoint_on(graph).changes(cursor, schema)
    assert calls(site) == [("GET", "delta")]
    assert list(reading.rows) == []
    assert cursor is not None
    assert "127.0.0.1" not in cursor


def test_a_cursor_of_other_columns_is_not_used(endpoint: SharePointEndpoint, schema: Schema) -> None:
    """A delta link carries the columns it was made with; newly mapped ones would seem empty."""
    cursor = endpoint.changes(None, schema).cursor
    columns = {one: column for one, column in schema.columns.items() if one != "Note"}
    with pytest.raises(CursorExpired):
        endpoint.changes(cursor, replace(schema, columns=columns))


def test_an_expired_change_log_says_so(site: Site, endpoint: SharePointEndpoint, schema: Schema) -> None:
    """410 becomes CursorExpired; reading everything works."""
    made(endpoint, schema)
    cursor = endpoint.changes(None, schema).cursor
    site.service.expire_tokens(site.cities)
    with pytest.raises(CursorExpired):
        endpoint.changes(cursor, schema)
    assert len(endpoint.changes(None, schema).rows) == 1


def test_broken_entries_lead_to_a_full_comparison(
    site: Site, endpoint: SharePointEndpoint, schema: Schema, anna: Anna
) -> None:
    """A deletion that comes as an error names no item: only reading everything tells what is gone."""
    made(endpoint, schema)
    other = made(endpoint, schema, key="key-2")
    cursor = endpoint.changes(None, schema).cursor
    site.service.settings = replace(site.service.settings, delta_errors=True)
    anna.trash(other.ref)
    with pytest.raises(CursorExpired, match="broken"):
        endpoint.changes(cursor, schema)
    full = endpoint.changes(None, schema)
    assert ([row.key for row in full.rows], full.full, full.complete) == (["key-1"], True, True)


def test_people_and_our_own_hand_are_told_apart_in_a_feed(
    endpoint: SharePointEndpoint, schema: Schema, graph: GraphConnection, anna: Anna
) -> None:
    """A feed names no editor; a fresh process finds out all the same, with one look-up."""
    made(endpoint, schema)
    anna.add({"Title": "Lier"})
    rows = {row.cells["Title"]: row for row in endpoint_on(graph).changes(None, schema).rows}
    assert (rows["Ghent"].by_us, rows["Ghent"].edited_by) == (True, None)
    assert (rows["Lier"].by_us, rows["Lier"].edited_by) == (False, "Anna Adler")


def test_people_are_named_by_address(endpoint: SharePointEndpoint, schema: Schema, anna: Anna) -> None:
    """A person column says whose address it is, single or several."""
    anna.add({"Title": "Lier", "Lead": anna.site.people["ben@contoso.example"]})
    (row,) = endpoint.changes(None, schema).rows
    assert row.cells["Lead"] == frozenset({"ben@contoso.example"})
    assert row.cells["Author"] == frozenset({"anna@contoso.example"})


def test_a_removed_column_is_unknown(
    site: Site, endpoint: SharePointEndpoint, schema: Schema, anna: Anna
) -> None:
    """Absent because it is gone is not empty; writes to it are refused by name, others go through."""
    row = made(endpoint, schema, Nick="Gent")
    site.service.remove_column(site.cities, "Nick")
    anna.edit(row.ref, {"Title": "Lier"})
    (read,) = endpoint.changes(None, schema).rows
    assert read.cells["Nick"] is UNKNOWN
    assert "'Nickname' is gone" in read.faults["Nick"]
    bad, good = written(
        endpoint,
        schema,
        Update(ref=row.ref, version=read.version, cells={"Nick": "x"}),
        Update(ref=row.ref, version=read.version, cells={"Title": "Mons"}),
    )
    assert isinstance(bad.error, Precondition)
    assert "Nickname" in str(bad.error)
    assert row_of(good).cells["Title"] == "Mons"


def test_days_that_are_no_midnight_are_noted(
    endpoint: SharePointEndpoint, schema: Schema, anna: Anna
) -> None:
    """The site's zone differs from the setting: the days are doubtful, and a note says why."""
    anna.add({"Title": "Lier", "Label": "2026-03-29"})
    assert list(endpoint.changes(None, schema).notes) == []
    elsewhere = replace(endpoint, time_zone=type(endpoint.time_zone)("America/New_York"))
    (note,) = elsewhere.changes(None, schema).notes
    assert "America/New_York" in note


# -- discovery


def test_a_missing_site_list_or_key_is_named(endpoint: SharePointEndpoint) -> None:
    """Each is a SchemaChanged that says what was looked for."""
    changed: Any
    for changed, words in (
        ({"site_url": "https://contoso.sharepoint.com/sites/nowhere"}, "no site"),
        ({"list_name": "Villages"}, "no list 'Villages'"),
        ({"key_column": "Nowhere"}, "'Nowhere' is not there"),
        ({"key_column": "Nick"}, "not indexed"),
        ({"key_column": "Secret"}, "hidden"),
        ({"key_column": "Note"}, "single line"),
    ):
        with pytest.raises(SchemaChanged, match=words):
            replace(endpoint, **changed).describe()


def test_a_site_may_be_named_with_a_slash(endpoint: SharePointEndpoint, schema: Schema) -> None:
    """As it is copied from the browser; the list by its id too."""
    slashed = replace(endpoint, site_url=endpoint.site_url + "/")
    assert slashed.describe() == schema
    assert replace(endpoint, list_name=schema.container.rpartition("/")[2]).describe() == schema


def test_discovery_goes_through_our_queue(site: Site, endpoint: SharePointEndpoint, schema: Schema) -> None:
    """The library only words the requests: they are repeated, counted and decorated like all others."""
    site.faults(
        {"kind": "429", "times": 1, "path": "/sites/", "retry_after": 1},
        {"kind": "cut", "times": 1, "path": "/lists/Mission"},
        {"kind": "503", "times": 1, "path": "/lists/Mission", "retry_after": 1},
    )
    before = endpoint.graph.traffic.requests
    assert endpoint.describe() == schema
    assert endpoint.graph.traffic.requests - before == 6
    agents = {one["headers"]["user-agent"] for one in site.requests()}
    assert agents == {endpoint.graph.user_agent}


def test_a_missing_grant_is_forbidden(site: Site, endpoint: SharePointEndpoint, schema: Schema) -> None:
    """The message says that consent and grant are two things."""
    site.service.grant(False)
    with pytest.raises(Forbidden, match="grant"):
        endpoint.changes(None, schema)
    with pytest.raises(Forbidden):
        endpoint.describe()


def test_a_list_that_is_gone_is_no_empty_list(
    site: Site, endpoint: SharePointEndpoint, schema: Schema
) -> None:
    """Not one row of it counts as deleted."""
    row = made(endpoint, schema)
    site.service.state.lists.pop(site.cities)
    for call in (
        lambda: endpoint.changes(None, schema),
        lambda: endpoint.get(row.ref, schema),
        lambda: endpoint.find("key-1", schema),
        lambda: written(endpoint, schema, Update(ref=row.ref, version=row.version, cells={"Title": "x"})),
    ):
        with pytest.raises(SchemaChanged):
            call()


# -- writing


def test_the_guilty_column_is_found(endpoint: SharePointEndpoint, schema: Schema) -> None:
    """Graph refuses the row and names nothing: the column is named, the others are written."""
    row = made(endpoint, schema)
    cells: dict[str, Any] = {
        "Title": "Lier",
        "Nick": "L",
        "Population": -5,
        "Pilot": True,
        "Note": "n",
    }  # the list wants population >= 0
    (done,) = written(endpoint, schema, Update(ref=row.ref, version=row.version, cells=cells))
    assert isinstance(done.error, Invalid)
    assert "'Population'" in str(done.error)
    assert "'Nickname'" not in str(done.error)
    now = endpoint.get(row.ref, schema)
    assert isinstance(now, Row)
    assert [now.cells[one] for one in cells] == ["Lier", "L", None, True, "n"]


def test_two_guilty_columns_of_a_new_row(endpoint: SharePointEndpoint, schema: Schema) -> None:
    """The row is made once, with its key, without the two; both are named."""
    cells: dict[str, Any] = {
        "Title": "Lier",
        "Population": -5,
        "Group": frozenset({"99"}),
        "Nick": "L",
        "Note": "n",
    }
    (done,) = written(endpoint, schema, Create(key="key-1", cells=cells))
    assert isinstance(done.error, Invalid)
    assert "'Population'" in str(done.error)
    assert "'Group'" in str(done.error)
    (row,) = endpoint.find("key-1", schema)
    assert (row.cells["Nick"], row.cells["Note"], row.cells["Population"]) == ("L", "n", None)
    assert len(endpoint.changes(None, schema).rows) == 1


def test_a_required_column_is_found_guilty(site: Site, endpoint: SharePointEndpoint, schema: Schema) -> None:
    """A list that requires another column still gets the row, all but the bad column."""
    site.service.change_column(site.cities, "Nick", {"required": True})
    cells: dict[str, Any] = {"Title": "Lier", "Population": -5, "Nick": "L", "Note": "n"}
    (done,) = written(endpoint, schema, Create(key="key-1", cells=cells))
    assert isinstance(done.error, Invalid)
    assert "'Population'" in str(done.error)
    (row,) = endpoint.find("key-1", schema)
    assert (row.cells["Nick"], row.cells["Note"]) == ("L", "n")


def test_a_key_that_is_taken_is_told(endpoint: SharePointEndpoint, schema: Schema, anna: Anna) -> None:
    """Neither a second row nor a second stamp; the row that has the key is named."""
    row = made(endpoint, schema)
    other = anna.add({"Title": "Lier"})
    (seen,) = (one for one in endpoint.changes(None, schema).rows if one.ref == other)
    first, second = written(
        endpoint,
        schema,
        Create(key="key-1", cells={"Title": "Ghent"}),
        Update(ref=other, version=seen.version, key="key-1", cells={"Title": "Lierre"}),
    )
    for done in (first, second):
        assert isinstance(done.error, AlreadyExists)
        assert f"row {row.ref}" in str(done.error)


def test_a_locked_row_waits_for_the_next_run(
    site: Site, endpoint: SharePointEndpoint, schema: Schema
) -> None:
    """423: this row only, in words."""
    row = made(endpoint, schema)
    site.service.lock_item(site.cities, int(row.ref))
    (done,) = written(endpoint, schema, Update(ref=row.ref, version=row.version, cells={"Title": "x"}))
    assert isinstance(done.error, ReadOnly)
    assert "next run" in str(done.error)


def test_an_unknown_person_costs_only_that_write(endpoint: SharePointEndpoint, schema: Schema) -> None:
    """Refused by name before it is sent; the other write of the batch is done."""
    bad, good = written(
        endpoint,
        schema,
        Create(key="key-1", cells={"Title": "Ghent", "Lead": frozenset({"nobody@contoso.example"})}),
        Create(key="key-2", cells={"Title": "Lier", "Lead": frozenset({"Anna@contoso.example"})}),
    )
    assert isinstance(bad.error, Invalid)
    assert "nobody@contoso.example" in str(bad.error)
    assert row_of(good).cells["Lead"] == frozenset({"anna@contoso.example"})


def test_an_option_added_since_is_known(site: Site, endpoint: SharePointEndpoint, schema: Schema) -> None:
    """The stored schema is of an earlier run; people add options in between."""
    row = made(endpoint, schema)
    choices = {"choice": {"choices": ["Draft", "Signed", "Lost"]}}
    site.service.change_column(site.cities, "State", choices)
    update = Update(ref=row.ref, version=row.version, cells={"State": "Lost"})
    assert row_of(written(endpoint, schema, update)[0]).cells["State"] == "Lost"


def test_an_update_of_nothing_reads_the_row(endpoint: SharePointEndpoint, schema: Schema) -> None:
    """Graph refuses an empty change, so none is sent."""
    row = made(endpoint, schema)
    (done,) = written(endpoint, schema, Update(ref=row.ref, version=row.version))
    assert row_of(done).version == row.version


def test_a_read_only_column_is_never_sent(site: Site, endpoint: SharePointEndpoint, schema: Schema) -> None:
    """A hyperlink cannot be written over Graph: said before anything is sent."""
    row = made(endpoint, schema)
    site.control("DELETE", "requests")
    (done,) = written(
        endpoint, schema, Update(ref=row.ref, version=row.version, cells={"Miro": "https://a.example"})
    )
    assert isinstance(done.error, ReadOnly)
    assert {method for method, _ in calls(site)} <= {"GET"}


def test_twenty_rows_are_one_batch(site: Site, endpoint: SharePointEndpoint, schema: Schema) -> None:
    """With columns that an answer tells whole, twenty creates cost one request."""
    columns = {one: column for one, column in schema.columns.items() if one not in ("Team", "Groups")}
    narrow = replace(schema, columns=columns)
    endpoint.changes(None, narrow)
    site.control("DELETE", "requests")
    writes = [Create(key=f"key-{number}", cells={"Title": f"City {number}"}) for number in range(20)]
    assert [row_of(done).key for done in written(endpoint, narrow, *writes)] == [one.key for one in writes]
    assert calls(site) == [("POST", "$batch")]


def test_a_saved_write_that_looks_failed_is_recognised(
    site: Site, endpoint: SharePointEndpoint, schema: Schema
) -> None:
    """503 after saving, inside the batch: the update is not sent again, no version is lost."""
    row = made(endpoint, schema)
    fault = Fault(kind="503_saved", method="PATCH", times=1)
    site.service.settings = replace(site.service.settings, sub_faults=Orders(faults=(fault,)))
    (done,) = written(endpoint, schema, Update(ref=row.ref, version=row.version, cells={"Title": "Lier"}))
    assert row_of(done).cells["Title"] == "Lier"
    assert site.service.item(site.cities, int(row.ref)).version == 2


def test_somebody_elses_edit_after_a_lost_answer_is_told(
    site: Site, endpoint: SharePointEndpoint, schema: Schema, anna: Anna
) -> None:
    """The write was lost before saving and a person was faster: VersionChanged, nothing overwritten."""
    row = made(endpoint, schema)
    anna.edit(row.ref, {"Title": "Lierre"})
    site.faults({"kind": "cut", "times": 1, "path": r"\$batch$"})
    (done,) = written(endpoint, schema, Update(ref=row.ref, version=row.version, cells={"Title": "Lier"}))
    assert isinstance(done.error, VersionChanged)
    assert site.service.item(site.cities, int(row.ref)).values["Title"] == "Lierre"


def test_a_broken_server_is_not_a_bad_column(
    site: Site, endpoint: SharePointEndpoint, schema: Schema
) -> None:
    """A 500 that passes costs nothing but time."""
    row = made(endpoint, schema)
    fault = Fault(kind="500", method="PATCH", times=1)
    site.service.settings = replace(site.service.settings, sub_faults=Orders(faults=(fault,)))
    (done,) = written(
        endpoint, schema, Update(ref=row.ref, version=row.version, cells={"Title": "Lier", "Nick": "L"})
    )
    assert row_of(done).cells["Nick"] == "L"


def test_a_service_that_stays_down_is_raised(
    site: Site, endpoint: SharePointEndpoint, schema: Schema
) -> None:
    """What nobody knows is not called done or failed."""
    site.faults({"kind": "503", "path": r"\$batch$"})
    with pytest.raises(OutcomeUnknown):
        written(endpoint, schema, Create(key="key-1", cells={"Title": "Ghent"}))
    site.faults()
    assert list(endpoint.find("key-1", schema)) == []


def test_a_long_list_is_searched_by_its_index(
    site: Site, endpoint: SharePointEndpoint, schema: Schema, anna: Anna
) -> None:
    """Above the threshold the key is still found; without an index the reason is named, not retried for ever."""
    for number in range(12):
        anna.add({"Title": f"City {number}"})
    made(endpoint, schema)
    site.service.settings = replace(site.service.settings, threshold=10)
    assert [row.key for row in endpoint.find("key-1", schema)] == ["key-1"]
    assert len(endpoint.changes(None, schema).rows) == 13
    site.service.change_column(site.cities, "Key", {"indexed": False})
    with pytest.raises((Fatal, Precondition), match="index"):
        endpoint.find("key-1", schema)


def test_moments_are_read_in_utc(endpoint: SharePointEndpoint, schema: Schema) -> None:
    """A moment of another zone is the same instant, to the second."""
    moment = datetime(2026, 7, 1, 9, 30, 15, 250_000, tzinfo=UTC)
    row = made(endpoint, schema, Contact=moment)
    assert row.cells["Contact"] == moment.replace(microsecond=0)
