"""The SharePoint endpoint against answers that the sandbox never gives but the live service might."""

from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from syncbot.endpoints.base import Create, Schema, Update
from syncbot.endpoints.sharepoint.columns import columns_of
from syncbot.endpoints.sharepoint.endpoint import SharePointEndpoint
from syncbot.errors import CursorExpired, Invalid, OutcomeUnknown
from syncbot.model.values import UNKNOWN
from tests.unit.endpoints.graph_script import BASE, Told, Wire, error, wire

SITE = "contoso.sharepoint.com,a,b"
DEFINITIONS: list[dict[str, Any]] = [
    {"name": "Title", "text": {}},
    {"name": "Nick", "displayName": "Nickname", "text": {}},
    {"name": "Key", "text": {}, "indexed": True},
]
NAMES = "Title,Nick,Key,Modified,EditorLookupId,AppEditorLookupId"
ITEM = {"id": "1", "eTag": '"g,1"', "fields": {"Title": "Ghent", "Key": "key-1"}, "lastModifiedBy": {}}
COLUMNS = Told(body={"value": DEFINITIONS})
connect = contextmanager(wire)


def schema() -> Schema:
    """Return the schema of an earlier run."""
    columns = columns_of(DEFINITIONS, site=SITE)
    return Schema(container=f"{SITE}/l", title="Cities", columns=columns, key_column="Key")


def endpoint(link: Wire) -> SharePointEndpoint:
    """Return an endpoint on a script."""
    return SharePointEndpoint(
        name="sharepoint",
        graph=link.graph,
        site_url="https://contoso.sharepoint.com/sites/cities",
        list_name="Cities",
        key_column="Key",
        time_zone=ZoneInfo("Europe/Brussels"),
        app_id="app",
    )


def delta(names: str, token: str = "t") -> str:
    """Return a delta link as Graph gives it."""
    return f"{BASE}/sites/{SITE}/lists/l/items/delta?$expand=fields($select={names})&$top=1000&token={token}"


def inside(*responses: dict[str, Any]) -> Told:
    """Return the answer to a batch."""
    return Told(body={"responses": [{"id": str(number), **one} for number, one in enumerate(responses)]})


def test_a_feed_without_an_end_is_not_complete() -> None:
    """No link to later changes on the last page: its rows are told, and nothing is concluded from the others."""
    with connect(Told(body={"value": [ITEM]}), COLUMNS) as link:
        reading = endpoint(link).changes(None, schema())
    assert ([row.key for row in reading.rows], reading.complete, reading.cursor) == (["key-1"], False, None)


def test_a_link_that_forgot_our_columns_is_noted() -> None:
    """It would tell other columns than we know; every run then reads everything, and a note says so."""
    told = Told(body={"value": [], "@odata.deltaLink": f"{BASE}/sites/x/lists/l/items/delta?token=t"})
    with connect(told) as link:
        reading = endpoint(link).changes(None, schema())
        assert "every run has to read everything" in reading.notes[0]
        with pytest.raises(CursorExpired):
            endpoint(link).changes(reading.cursor, schema())


def test_a_refused_selection_is_made_without_the_columns_that_are_gone() -> None:
    """Should Graph refuse to select a column that is not there: the others are read, this one is unknown."""
    left = Told(body={"value": [one for one in DEFINITIONS if one["name"] != "Nick"]})
    narrow = NAMES.replace("Nick,", "")
    page = Told(body={"value": [ITEM], "@odata.deltaLink": delta(narrow)})
    with connect(error(400, "invalidRequest"), left, page, left) as link:
        (row,) = endpoint(link).changes(None, schema()).rows
    assert (row.cells["Title"], row.cells["Nick"]) == ("Ghent", UNKNOWN)
    assert "'Nickname' is gone" in row.faults["Nick"]


def test_a_refused_selection_with_all_columns_there_is_told() -> None:
    """Not read again and again."""
    with connect(error(400, "invalidRequest"), COLUMNS) as link, pytest.raises(Invalid):
        endpoint(link).changes(None, schema())


def test_a_refused_link_leads_to_a_full_reading() -> None:
    """Whatever Graph dislikes about a stored link."""
    cursor = delta(NAMES).removeprefix(BASE)
    with connect(error(400, "invalidRequest")) as link, pytest.raises(CursorExpired):
        endpoint(link).changes(cursor, schema())


def test_an_update_answered_without_content_is_read_again() -> None:
    """Microsoft's metadata promises a 204 where the live service sends the fields."""
    after = {"status": 200, "body": ITEM | {"eTag": '"g,2"'}}
    with connect(COLUMNS, inside({"status": 204, "body": None}), inside(after)) as link:
        (done,) = endpoint(link).write([Update(ref="1", version="g,1", cells={"Title": "Ghent"})], schema())
    assert done.row is not None
    assert done.row.version == "g,2"
    sent = link.script.bodies()[1]["requests"][0]
    assert (sent["headers"]["If-Match"], sent["body"]) == ('"g,1"', {"Title": "Ghent"})


def test_a_create_answered_without_a_row_is_looked_for() -> None:
    """By its key; then the row is read."""
    found = {"status": 200, "body": {"value": [{"id": "1"}]}}
    with connect(
        COLUMNS, inside({"status": 201, "body": {}}), inside(found), inside({"status": 200, "body": ITEM})
    ) as link:
        (done,) = endpoint(link).write([Create(key="key-1", cells={"Title": "Ghent"})], schema())
    assert done.row is not None
    assert done.row.ref == "1"


def test_a_search_that_fails_leaves_the_doubt() -> None:
    """The create may have been saved and looking is not possible: told as unknown, never as done or failed."""
    lost = inside({"status": 503, "body": None})
    nonsense = inside({"status": 200, "body": {"no": "value"}})
    with connect(COLUMNS, lost, nonsense) as link, pytest.raises(OutcomeUnknown):
        list(endpoint(link).write([Create(key="key-1", cells={"Title": "Ghent"})], schema()))


def test_writes_before_an_unknown_one_are_told() -> None:
    """In the order given, up to the one that nobody knows."""
    good = {"status": 201, "body": ITEM}
    lost = {"status": 503, "body": None}
    nonsense = inside({"status": 200, "body": None})
    writes = [Create(key=f"key-{number}", cells={"Title": "x"}) for number in (1, 2)]
    with connect(COLUMNS, inside(good, lost), *[nonsense] * 8) as link:
        done = endpoint(link).write(writes, schema())
        first = next(done)
        assert first.row is not None
        assert first.row.ref == "1"
        with pytest.raises(OutcomeUnknown):
            next(done)
