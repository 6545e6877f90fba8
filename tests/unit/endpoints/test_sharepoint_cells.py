"""Cells of SharePoint columns, both ways."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncbot.endpoints.base import Column, ColumnType, Schema
from syncbot.endpoints.sharepoint.cells import (
    Misread,
    Translator,
    Unwritable,
    is_midnight,
    midnight,
    names_to_select,
)
from syncbot.endpoints.sharepoint.columns import column_of, columns_of
from syncbot.model.values import UNKNOWN, Cell, Value

ZONES = ("Europe/Oslo", "Europe/Lisbon", "Atlantic/Azores", "America/Sao_Paulo", "Pacific/Auckland", "UTC")
PEOPLE = {11: "anna@contoso.example", 12: "ben@contoso.example"}
GROUPS = "11111111-2222-3333-4444-555555555555"
zones = st.sampled_from(ZONES).map(ZoneInfo)
days = st.dates(min_value=date(1900, 1, 2), max_value=date(8900, 1, 1))


def translator(zone: str | ZoneInfo = "Europe/Brussels") -> Translator:
    """Return a translator that knows two people."""
    rows = {email: number for number, email in PEOPLE.items()}
    return Translator(
        zone=ZoneInfo(zone) if isinstance(zone, str) else zone, email_of=PEOPLE.get, person_of=rows.get
    )


def column(**definition: Any) -> Column:
    """Return the column of a definition as Graph gives it."""
    found = column_of({"name": "X", "displayName": "The X", **definition}, site="s")
    assert found is not None
    return found


LINE = column(text={"allowMultipleLines": False, "maxLength": 255})
NOTE = column(text={"allowMultipleLines": True, "textType": "plain"})
DAY = column(dateTime={"format": "dateOnly"})
MOMENT = column(dateTime={"format": "dateTime"})
NUMBER = column(number={})
FLAG = column(boolean={})
CHOICES = column(choice={"choices": ["a", "b"], "displayAs": "checkBoxes"})
PERSON = column(personOrGroup={"allowMultipleSelection": False})
TEAM = column(personOrGroup={"allowMultipleSelection": True})
LOOKUP = column(lookup={"listId": GROUPS, "allowMultipleValues": False})
LOOKUPS = column(lookup={"listId": GROUPS, "allowMultipleValues": True})


def back(column: Column, value: Value, zone: str | ZoneInfo = "Europe/Brussels") -> Cell:
    """Write a value and read what was written; references come back as Graph shows them."""
    wire = translator(zone).write(column, value)
    shown = {name: one for name, one in wire.items() if not name.endswith("@odata.type")}
    ids = shown.pop("XLookupId", None)
    if isinstance(ids, list):
        shown["X"] = [{"LookupId": int(one), "LookupValue": "?"} for one in ids]
    elif ids is not None:
        shown["XLookupId"] = str(ids)
    return translator(zone).read(column, shown)


@given(days, zones)
def test_a_day_stays_the_day(day: date, zone: ZoneInfo) -> None:
    """Whatever the zone, also where midnight is skipped or comes twice, a day comes back as itself."""
    assert back(DAY, day, zone) == day
    assert is_midnight(translator(zone).write(DAY, day)["X"], zone)


@pytest.mark.parametrize(
    ("zone", "day", "instant"),
    [
        ("Europe/Oslo", date(2026, 1, 6), "2026-01-05T23:00:00Z"),
        ("Europe/Oslo", date(2026, 3, 29), "2026-03-28T23:00:00Z"),
        ("Europe/Oslo", date(2026, 3, 30), "2026-03-29T22:00:00Z"),
        ("Europe/Oslo", date(2026, 10, 25), "2026-10-24T22:00:00Z"),
        ("Europe/Oslo", date(2026, 10, 26), "2026-10-25T23:00:00Z"),
        ("Europe/Lisbon", date(2026, 3, 29), "2026-03-29T00:00:00Z"),
        ("Europe/Lisbon", date(2026, 3, 30), "2026-03-29T23:00:00Z"),
        ("Europe/Lisbon", date(2026, 10, 26), "2026-10-26T00:00:00Z"),
        ("Atlantic/Azores", date(2026, 3, 29), "2026-03-29T01:00:00Z"),
    ],
)
def test_a_day_is_the_instant_of_its_midnight(zone: str, day: date, instant: str) -> None:
    """Around the changes of the clock, as SharePoint stores date-only columns."""
    assert translator(zone).write(DAY, day) == {"X": instant}
    assert translator(zone).read(DAY, {"X": instant}) == day


def test_a_day_in_another_zone_is_noticed() -> None:
    """Midnight of Oslo is no midnight in Lisbon, so a wrong setting can be reported."""
    told = midnight(date(2026, 1, 6), ZoneInfo("Europe/Oslo")).isoformat()
    assert is_midnight(told, ZoneInfo("Europe/Oslo"))
    assert not is_midnight(told, ZoneInfo("Europe/Lisbon"))


@given(days, st.integers(0, 86_399_999), zones)
def test_a_moment_keeps_its_second(day: date, milliseconds: int, zone: ZoneInfo) -> None:
    """A moment comes back in UTC, cut to the second that SharePoint keeps."""
    moment = datetime.combine(day, time(), UTC) + timedelta(milliseconds=milliseconds)
    assert back(MOMENT, moment.astimezone(zone), zone) == moment.replace(microsecond=0)


@given(st.text().filter(lambda text: "\r" not in text))
def test_text_of_several_lines_comes_back(text: str) -> None:
    """Any text but the empty one; that one is an empty cell."""
    assert back(NOTE, text) == (text or None)


@given(st.one_of(st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False)))
def test_numbers_come_back(number: float) -> None:
    """Whole numbers as int, others as they are."""
    assert back(NUMBER, number) == number


def test_a_number_that_loses_digits_is_refused() -> None:
    """SharePoint keeps 15 to 17 digits; nothing is rounded silently."""
    with pytest.raises(Unwritable, match="The X"):
        translator().write(NUMBER, 2**53 + 1)


@given(st.frozensets(st.sampled_from(["a", "b"])))
def test_choices_come_back_with_their_twin(chosen: frozenset[str]) -> None:
    """A list is always announced by its type; without it Graph answers 400 "Invalid request"."""
    wire = translator().write(CHOICES, chosen or None)
    assert wire["X@odata.type"] == "Collection(Edm.String)"
    assert back(CHOICES, chosen or None) == (chosen or None)


@pytest.mark.parametrize(
    ("column", "value", "wire"),
    [
        (PERSON, frozenset({"anna@contoso.example"}), {"XLookupId": 11}),
        (PERSON, None, {"XLookupId": None}),
        (
            TEAM,
            frozenset(PEOPLE.values()),
            {"XLookupId@odata.type": "Collection(Edm.String)", "XLookupId": ["11", "12"]},
        ),
        (LOOKUP, frozenset({"3"}), {"XLookupId": 3}),
        (LOOKUPS, None, {"XLookupId@odata.type": "Collection(Edm.String)", "XLookupId": []}),
    ],
)
def test_references_are_written_by_their_id(column: Column, value: Value, wire: dict[str, Any]) -> None:
    """One as a number, several as announced texts; and they come back."""
    assert translator().write(column, value) == wire
    assert back(column, value) == value


def test_a_person_without_address_is_named_by_the_row() -> None:
    """A group, or somebody who is gone, is "user:<id>" and can be written back."""
    assert translator().read(PERSON, {"XLookupId": "99"}) == frozenset({"user:99"})
    assert translator().write(PERSON, frozenset({"user:99"})) == {"XLookupId": 99}


def test_a_person_unknown_to_the_site_is_refused_with_the_cure() -> None:
    """Only people who opened the site once can be named."""
    with pytest.raises(Unwritable, match=r"carla@contoso\.example.*open the site once"):
        translator().write(PERSON, frozenset({"carla@contoso.example"}))


def test_several_lines_do_not_fit_into_one() -> None:
    """Refused by name before anything is sent."""
    with pytest.raises(Unwritable, match="The X"):
        translator().write(LINE, "a\nb")


def test_an_absent_column_is_empty_and_a_tick_is_off() -> None:
    """Graph leaves empty columns out."""
    assert [translator().read(one, {}) for one in (LINE, DAY, TEAM, NUMBER)] == [None] * 4
    assert translator().read(FLAG, {}) is False


@pytest.mark.parametrize(
    ("column", "raw"),
    [
        (LINE, 5),
        (NUMBER, "five"),
        (NUMBER, True),
        (FLAG, "true"),
        (DAY, "yesterday"),
        (DAY, 20260106),
        (DAY, "9999-12-31T23:59:59Z"),
        (MOMENT, "0001-01-01T00:00:00+05:00"),
        (MOMENT, {"a": 1}),
        (CHOICES, "a"),
        (CHOICES, [1]),
        (TEAM, {"LookupId": 11}),
        (TEAM, [{"LookupId": None}]),
        (LOOKUPS, ["x"]),
    ],
)
def test_what_a_column_does_not_promise_is_a_fault(column: Column, raw: object) -> None:
    """Never taken for a value, never for an empty cell, and the message does not repeat what stands there."""
    with pytest.raises(Misread) as caught:
        translator().read(column, {"X": raw, "XLookupId": raw})
    assert "yesterday" not in str(caught.value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_is_read_or_is_a_fault(raw: Any) -> None:
    """No answer, however odd, ends in anything but a cell or a Misread."""
    for one in (LINE, NOTE, DAY, MOMENT, NUMBER, FLAG, CHOICES, PERSON, TEAM, LOOKUP, LOOKUPS):
        try:
            translator().read(one, {"X": raw, "XLookupId": raw})
        except Misread:
            continue


def test_rich_text_is_read_as_text_and_not_written() -> None:
    """Its marks would be lost by writing the text back."""
    rich = column(text={"allowMultipleLines": True, "textType": "richText"})
    html = '<div class="ExternalClass">Good &amp; <b>fast</b><br>next</div>'
    assert translator().read(rich, {"X": html}) == "Good & fast\nnext"
    assert not rich.writable


@pytest.mark.parametrize(
    ("definition", "kind", "writable"),
    [
        ({"text": {"allowMultipleLines": False}}, ColumnType.TEXT, True),
        ({"choice": {"choices": ["a"], "displayAs": "dropDownMenu"}}, ColumnType.CHOICE, True),
        ({"currency": {"locale": "en-us"}}, ColumnType.NUMBER, True),
        ({"hyperlinkOrPicture": {"isPicture": False}}, ColumnType.LINK, False),
        ({"calculated": {"outputType": "dateTime", "format": "dateOnly"}}, ColumnType.DAY, False),
        ({"calculated": {"outputType": "number"}}, ColumnType.NUMBER, False),
        ({"term": {}}, ColumnType.OTHER, False),
        ({}, ColumnType.OTHER, False),
        ({"text": {}, "readOnly": True}, ColumnType.TEXT, False),
        ({"lookup": {"listId": GROUPS, "primaryLookupColumnId": GROUPS}}, ColumnType.REFS, False),
    ],
)
def test_facets_become_types(definition: dict[str, Any], kind: ColumnType, writable: bool) -> None:
    """What a column is and whether Graph can write it."""
    found = column(**definition)
    assert (found.type, found.writable) == (kind, writable)


def test_counters_and_hidden_columns_are_left_out() -> None:
    """A lookup without a real list is a counter of the system."""
    definitions = [
        {"name": "ItemChildCount", "lookup": {"listId": "", "columnName": "ItemChildCount"}},
        {"name": "AppAuthor", "lookup": {"listId": "AppPrincipals"}},
        {"name": "Secret", "text": {}, "hidden": True},
        {"name": "Group", "lookup": {"listId": "{" + GROUPS.upper() + "}"}},
        {"displayName": "no name"},
        "no column",
    ]
    found = columns_of(definitions, site="host,a,b")
    assert {one: each.target for one, each in found.items()} == {"Group": f"host,a,b/{GROUPS}"}


def test_a_choice_with_free_text_has_no_options() -> None:
    """Any text is accepted, so none can be unknown."""
    free = column(choice={"choices": ["a"], "allowTextEntry": True})
    assert free.options is None
    assert column(choice={"choices": ["a"]}).options == ("a",)


def test_a_query_names_ids_where_it_can() -> None:
    """Labels of references count against SharePoint's twelve, ids do not; unreadable kinds are not asked for."""
    columns = {"Lead": PERSON, "Team": TEAM, "Odd": column()}
    named = {one: Column(**{**vars(each), "id": one}) for one, each in columns.items()}
    schema = Schema(container="s/l", title="", columns=named, key_column="Key")
    assert names_to_select(schema) == [
        "LeadLookupId",
        "Team",
        "Key",
        "Modified",
        "EditorLookupId",
        "AppEditorLookupId",
    ]
    assert "Team" not in names_to_select(schema, without={"Team"})


def test_an_unreadable_kind_is_unknown() -> None:
    """Neither empty nor a value."""
    assert translator().read(column(), {"X": "anything"}) is UNKNOWN


def test_every_zone_has_its_days() -> None:
    """Each day of a year, in zones on both sides of the date line, goes there and back."""
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu"):
        day = date(2026, 1, 1)
        for offset in range(365):
            assert back(DAY, day + timedelta(days=offset), zone) == day + timedelta(days=offset)
