"""From list items to rows, from pages to a feed: also where an answer is not what it should be."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncbot.endpoints.base import Schema
from syncbot.endpoints.sharepoint.asks import ListAsks, asks_for, ids_of, version_of
from syncbot.endpoints.sharepoint.cells import Translator, beyond_labels, names_to_select
from syncbot.endpoints.sharepoint.columns import columns_of
from syncbot.endpoints.sharepoint.feed import feed_of
from syncbot.endpoints.sharepoint.rows import RowReader
from syncbot.endpoints.sharepoint.wire import Answer
from syncbot.model.values import UNKNOWN

GROUPS = "11111111-2222-3333-4444-555555555555"
APP = "b7f3a2d4-5c60-4f1b-8e29-d1a4c3e5f607"
DEFINITIONS: list[dict[str, Any]] = [
    {"name": "Title", "text": {}},
    {"name": "Key", "text": {}},
    {"name": "Due", "dateTime": {"format": "dateOnly"}},
    {"name": "Team", "personOrGroup": {"allowMultipleSelection": True}},
    {"name": "Lead", "personOrGroup": {}},
    {"name": "Count", "number": {}},
]
json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
MEMBERS = ("id", "eTag", "fields", "lastModifiedBy", "lastModifiedDateTime", "webUrl", "deleted", "error")


def schema(*definitions: dict[str, Any]) -> Schema:
    """Return a schema of Graph's definitions."""
    columns = columns_of(definitions or DEFINITIONS, site="s")
    return Schema(container="s/l", title="", columns=columns, key_column="Key")


def reader(**faults: str) -> RowReader:
    """Return a reader that knows nobody and whose row among the applications is 8."""
    zone = Translator(zone=ZoneInfo("Europe/Oslo"), email_of=lambda _: None, person_of=lambda _: None)
    return RowReader(
        schema=schema(),
        translator=zone,
        faults=faults,
        app_id=APP,
        is_ours=lambda row: row == "8",
        name_of={11: "Anna"}.get,
    )


ITEM: dict[str, Any] = {
    "id": "7",
    "eTag": "3f2a,4",
    "lastModifiedDateTime": "2026-03-02T08:30:00Z",
    "webUrl": "https://contoso.example/Lists/X/7_.000",
    "fields": {"Title": "Ghent", "Key": "key-1", "Due": "2026-03-28T23:00:00Z", "EditorLookupId": "11"},
}


def test_an_item_of_a_feed_becomes_a_row() -> None:
    """A feed names no editor: the row of the person on the site does."""
    row = reader().row(ITEM)
    assert (row.ref, row.version, row.key, row.by_us) == ("7", "3f2a,4", "key-1", False)
    assert (row.edited_at, row.edited_by) == (datetime(2026, 3, 2, 8, 30, tzinfo=UTC), "Anna")
    assert row.cells["Due"] == datetime(2026, 3, 29, tzinfo=UTC).date()
    assert row.cells["Count"] is None


@pytest.mark.parametrize(
    ("hand", "editor", "by_us"),
    [
        ({"application": {"id": APP.upper(), "displayName": "Microsoft Graph"}}, None, True),
        ({"application": {"id": "another"}}, None, False),
        ({"user": {"displayName": "Ben", "email": "ben@contoso.example"}}, "Ben", False),
        ({"user": {"email": "ben@contoso.example"}}, "ben@contoso.example", False),
    ],
)
def test_our_hand_is_told_by_the_client_id(hand: dict[str, Any], editor: str | None, by_us: bool) -> None:
    """Never by the name, which is "Microsoft Graph" for every application."""
    row = reader().row(ITEM | {"lastModifiedBy": hand})
    assert (row.edited_by, row.by_us) == (editor, by_us)


def test_our_hand_in_a_feed_is_told_by_our_row() -> None:
    """The row of our application on the site, once it is known."""
    fields = ITEM["fields"] | {"AppEditorLookupId": "8"}
    assert reader().row(ITEM | {"fields": fields}).by_us
    assert not reader().row(ITEM | {"fields": fields | {"AppEditorLookupId": "9"}}).by_us


def test_an_item_without_fields_is_unknown_not_empty() -> None:
    """Every cell has its reason."""
    row = reader().row({"id": "7", "eTag": "x,1"})
    assert set(row.cells.values()) == {UNKNOWN}
    assert set(row.faults) == set(row.cells)


@given(
    st.dictionaries(st.sampled_from(MEMBERS), json_values),
    st.dictionaries(
        st.sampled_from(
            [
                "Title",
                "Key",
                "Due",
                "Team",
                "LeadLookupId",
                "Count",
                "EditorLookupId",
                "AppEditorLookupId",
                "Modified",
            ]
        ),
        json_values,
    ),
)
def test_no_item_makes_the_reader_fall_over(item: dict[str, Any], fields: dict[str, Any]) -> None:
    """Whatever stands where: a row whose doubtful cells are UNKNOWN and have a reason."""
    for one in (item, item | {"fields": fields}):
        row = reader().row(one)
        assert {name for name, cell in row.cells.items() if cell is UNKNOWN} == set(row.faults)
        reader().odd_days(one)


@given(
    st.lists(
        st.lists(
            json_values
            | st.fixed_dictionaries(
                {"id": st.sampled_from(["1", "2"])}, optional={"deleted": json_values, "fields": json_values}
            )
        )
    )
)
def test_no_page_makes_a_feed_fall_over(pages: list[list[Any]]) -> None:
    """Each entry either names its item or counts as broken, and an id is in one place only."""
    feed = feed_of([{"value": page} for page in pages], path_of=str, full=True)
    assert not set(feed.items) & set(feed.gone)
    assert feed.cursor is None


def test_the_last_word_on_an_item_counts() -> None:
    """Deleted and restored, or the other way round, over several pages."""
    gone = {"id": "1", "deleted": {"state": "deleted"}}
    here = {"id": "1", "fields": {}}
    assert feed_of([{"value": [gone]}, {"value": [here]}], path_of=str, full=False).gone == []
    ended = feed_of(
        [{"value": [here]}, {"value": [gone], "@odata.deltaLink": "end"}], path_of=str, full=False
    )
    assert (dict(ended.items), ended.gone, ended.cursor) == ({}, ["1"], "end")


def test_folders_are_no_rows() -> None:
    """A list may have folders; nobody's record is one."""
    folder = {"id": "1", "contentType": {"id": "0x0120001A", "name": "Ordner"}, "fields": {}}
    item = {"id": "2", "contentType": {"id": "0x0100AB", "name": "Item"}, "fields": {}}
    assert list(feed_of([{"value": [folder, item]}], path_of=str, full=True).items) == ["2"]


@pytest.mark.parametrize("tag", ['"{12AD-BB},756"', '"12ad-bb,756"', "12ad-bb,756", 'W/"12AD-bb,756"'])
def test_a_tag_is_one_version_however_it_is_written(tag: str) -> None:
    """With quotes (items), without (delta), with braces (documentation)."""
    assert version_of(tag) == "12ad-bb,756"


def test_paths_are_escaped() -> None:
    """A key with a quote stays one literal; names of lists may hold anything."""
    asks = ListAsks(container="host,a,b/c d/e")
    assert asks.with_key("Key", "o'key&x=1").path.endswith(
        "/items?$filter=fields/Key%20eq%20%27o%27%27key%26x%3D1%27&$select=id"
    )
    assert asks.item("../../x", ["A"]).path.count("..%2F..%2Fx") == 1


def test_a_link_tells_which_columns_it_asks_for() -> None:
    """As we wrote it, and as Graph hands it back, escaped or not, with the dollar sign or without."""
    path = ListAsks(container="s/l").delta(["A", "BLookupId"], 100)
    assert asks_for(path, ["BLookupId", "A"])
    assert asks_for("/x?%24expand=fields(%24select%3DA%2CBLookupId)&token=1", ["A", "BLookupId"])
    assert asks_for("/x?expand=fields($select=A,BLookupId)&token=1", ["A", "BLookupId"])
    assert not asks_for("/x?$expand=fields($select=A)&token=1", ["A", "BLookupId"])
    assert not asks_for("/x?token=1", ["A"])


@pytest.mark.parametrize("body", [None, [], {}, {"value": {}}, {"value": [1]}, {"value": [{}]}])
def test_a_search_without_an_answer_is_not_nothing_found(body: Any) -> None:
    """Else a row would be made a second time."""
    with pytest.raises(ValueError):
        ids_of(body)


def test_more_than_twelve_label_columns_are_not_asked_for() -> None:
    """SharePoint refuses the whole query; single references count not, as they are asked for by id."""
    many = [
        {"name": f"G{number}", "lookup": {"listId": GROUPS, "allowMultipleValues": True}}
        for number in range(14)
    ]
    single = [{"name": f"S{number}", "lookup": {"listId": GROUPS}} for number in range(14)]
    wide = schema({"name": "Key", "text": {}}, *single, *many)
    assert beyond_labels(wide) == ["G12", "G13"]
    names = names_to_select(wide)
    assert sum(name.startswith("G") for name in names) == 12
    assert sum(name.startswith("S") for name in names) == 14


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, None),
        ({"retry-after": "5"}, 5),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "0"}, 0),
        ({"retry-after": "5", "ratelimit-remaining": "0", "ratelimit-reset": "x"}, 5),
        ({"retry-after": "5", "ratelimit-remaining": "9", "ratelimit-reset": "50"}, 5),
    ],
)
def test_waits_are_read_with_care(headers: dict[str, str], wait: float | None) -> None:
    """Nonsense is no wait; nothing is shortened."""
    assert Answer(status=429, headers=headers).wait(datetime(2026, 3, 2, tzinfo=UTC)) == wait
