"""What the columns of the sandboxed Graph take, keep and show."""

from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest

from syncbot.sandbox.graph import GraphService
from tests.unit.sandbox.graph_desk import START, TOKENS, Desk, error_of, guids, new_desk

STRINGS = "Collection(Edm.String)"


@pytest.fixture
def desk() -> Desk:
    """A service with one city."""
    desk = new_desk()
    desk.create(State="Draft", Key="one")
    return desk


def many(name: str, values: object) -> dict[str, object]:
    """Write several values as Graph wants them."""
    return {f"{name}@odata.type": STRINGS, name: values}


@pytest.mark.parametrize(
    "fields",
    [
        {"Nowhere": "x"},
        {"Modified": "2026-01-01T00:00:00Z"},
        {"AuthorLookupId": 6},
        {"id": "7"},
        {"ID": 7},
        {"Edit": "x"},
        {"Attachments": True},
        {"Secret": "x"},
        {"Sum": 3},
        {"Miro": {"Url": "https://miro.example", "Description": "Board"}},
        {"Odd": "x"},
        {"Population": "12"},
        {"Population": True},
        {"Population": -1},
        {"Budget": "12"},
        {"Pilot": "true"},
        {"Pilot": 1},
        {"State": "Lost"},
        {"State": ["Draft"]},
        {"State": 4},
        {"Note": 4},
        {"Title": "x" * 256},
        {"Title": "two\nlines"},
        {"Title": None},
        {"Title": 7},
        {"Label": "yesterday"},
        {"Label": 20260106},
        {"Contact": "0001-01-01T00:00:00Z"},
        {"Lead": "Anna Adler"},
        {"LeadLookupId": 999},
        {"LeadLookupId": "anna"},
        {"GroupLookupId": 3},
        {"Group": "North"},
        {"StateLookupId": 1},
        {"Languages": ["de"]},
        {"Languages@odata.type": STRINGS, "Languages": ["it"]},
        {"Languages@odata.type": "Collection(Edm.Int32)", "Languages": ["de"]},
        {"State@odata.type": STRINGS, "State": "Draft"},
        {"TeamLookupId": ["6"]},
        {"TeamLookupId@odata.type": STRINGS, "TeamLookupId": [6]},
        {"TeamLookupId@odata.type": STRINGS, "TeamLookupId": ["999"]},
        {"Team": [{"LookupId": 6}]},
        {},
    ],
)
def test_one_wrong_field_refuses_the_whole_write_without_a_name(
    desk: Desk, fields: dict[str, object]
) -> None:
    """Unknown, closed and ill-typed fields are a 400 that names none; nothing is written."""
    before = desk.get(f"{desk.items}/1?$expand=fields")
    answer = desk.patch(1, {"Note": "good"} | fields if fields else {})
    body: Any = answer.body
    assert error_of(answer) == (400, "invalidRequest")
    assert body["error"]["message"] == "Invalid request"
    assert desk.get(f"{desk.items}/1?$expand=fields") == before


def test_every_kind_comes_back_as_it_was_written(desk: Desk) -> None:
    """Each writable kind is read as it was written: numbers as numbers, references as texts."""
    written = {
        "Note": "x" * 5000,
        "Free": "Z",
        "Population": 1.5,
        "Budget": 100,
        "Pilot": False,
        "Contact": "2026-03-01T10:00:00+01:00",
        "LeadLookupId": desk.anna,
        "GroupLookupId": "2",
        **many("Languages", ["fr", "de"]),
    }
    body: Any = desk.patch(1, written).body
    expected = written | {"Contact": "2026-03-01T09:00:00Z", "LeadLookupId": "6", "GroupLookupId": "2"}
    expected["Languages@odata.type"] = "#Collection(String)"
    assert {name: body[name] for name in expected} == expected


def test_null_and_empty_clear(desk: Desk) -> None:
    """Null clears any kind, an empty text and an empty list do too; the column is absent then."""
    many_people = many("TeamLookupId", [str(desk.anna)])
    desk.patch(
        1, {"Note": "n", "Pilot": True, "LeadLookupId": desk.anna, **many("Languages", ["de"]), **many_people}
    )
    cleared = {"Note": "", "Pilot": None, "LeadLookupId": None, **many("Languages", [])}
    body: Any = desk.patch(1, cleared | many("TeamLookupId", [])).body
    assert {"Note", "Pilot", "LeadLookupId", "Languages"}.isdisjoint(body)
    assert "Team" not in desk.service.item(desk.cities, 1).values


@pytest.mark.parametrize(
    ("zone", "written", "kept"),
    [
        ("Europe/Brussels", "2026-01-06T00:00:00+01:00", "2026-01-05T23:00:00Z"),
        ("Europe/Brussels", "2026-01-05T23:00:00Z", "2026-01-05T23:00:00Z"),
        ("Europe/Brussels", "2026-07-06T12:00:00Z", "2026-07-05T22:00:00Z"),
        ("Europe/Brussels", "2026-01-06", "2026-01-05T23:00:00Z"),
        ("America/New_York", "2026-01-06T00:00:00Z", "2026-01-05T05:00:00Z"),
        ("America/New_York", "2026-01-06", "2026-01-05T05:00:00Z"),
    ],
)
def test_a_date_is_the_instant_of_local_midnight(zone: str, written: str, kept: str) -> None:
    """A date-only column keeps the day of the site's time zone, as the UTC instant at which it begins.

    West of Greenwich a bare date therefore becomes the day before.
    """
    service = GraphService(verify=TOKENS.get, ids=guids(), time_zone=zone)
    days = service.add_list("Days", [{"name": "Day", "dateTime": {"format": "dateOnly"}}])
    desk = Desk(service=service, cities=days, groups="", anna=0, ben=0)
    assert desk.create(Day=written)["fields"]["Day"] == kept


def test_a_person_fills_cells_as_in_the_browser(desk: Desk) -> None:
    """Persons pick local days, links and people; Graph shows them in its own form."""
    moment = datetime(2026, 3, 1, 10, tzinfo=timezone(timedelta(hours=1)))
    link = {"Description": "Board", "Url": "https://miro.example/1"}
    fields = {"Title": "Liège", "Label": date(2026, 1, 6), "Contact": moment, "Miro": link, "Sum": 12}
    number = desk.service.add_item(
        desk.cities, fields | {"Lead": desk.ben, "Team": [desk.anna]}, by=desk.ben, at=START
    )
    shown = desk.get(f"{desk.items}/{number}?$expand=fields")
    assert shown["fields"]["Label"] == "2026-01-05T23:00:00Z"
    assert shown["fields"]["Contact"] == "2026-03-01T09:00:00Z"
    assert (shown["fields"]["Miro"], shown["fields"]["Sum"]) == (link, 12)
    assert shown["fields"]["AuthorLookupId"] == shown["fields"]["LeadLookupId"] == str(desk.ben)
    assert "application" not in shown["lastModifiedBy"]


def test_displayed_references_come_only_when_chosen(desk: Desk) -> None:
    """By itself one reference shows its id and several show nothing; chosen, both show labels."""
    people = [str(desk.anna), str(desk.ben)]
    desk.patch(
        1, {"LeadLookupId": desk.anna, **many("TeamLookupId", people), **many("GroupsLookupId", ["1"])}
    )
    plain = desk.get(f"{desk.items}/1?$expand=fields")["fields"]
    assert plain["LeadLookupId"] == str(desk.anna)
    assert {"Lead", "Team", "TeamLookupId", "Groups"}.isdisjoint(plain)
    chosen = desk.get(f"{desk.items}?$expand=fields($select=Lead,Team,Groups)")["value"][0]["fields"]
    assert chosen["Lead"] == "Anna Adler"
    assert chosen["Team"][1] == {
        "LookupId": desk.ben,
        "LookupValue": "Ben Berg",
        "Email": "ben@contoso.example",
    }
    assert chosen["Groups"] == [{"LookupId": 1, "LookupValue": "North"}]


def test_a_lookup_to_a_deleted_row_is_empty_until_it_comes_back(desk: Desk) -> None:
    """Deleting the row that is looked up in empties the cell without changing the item."""
    tag = desk.patch(1, {"GroupLookupId": 1}).headers["ETag"]
    desk.service.delete_item(desk.groups, 1, at=START)
    gone = desk.get(f"{desk.items}/1?$expand=fields")
    assert ("GroupLookupId" in gone["fields"], gone["eTag"]) == (False, tag)
    desk.service.restore_item(desk.groups, 1, at=START)
    assert desk.get(f"{desk.items}/1?$expand=fields")["fields"]["GroupLookupId"] == "1"


def test_a_second_row_with_a_unique_value_is_refused(desk: Desk) -> None:
    """A key that another row has, in whatever case, is refused; the row's own and a freed one are not."""
    assert desk.ask("POST", desk.items, {"fields": {"Title": "B", "Key": "ONE"}}).status == 400
    assert desk.patch(1, {"Key": "one"}).status == 200
    desk.create(Key="two")
    assert desk.patch(2, {"Key": "one"}).status == 400
    desk.ask("DELETE", f"{desk.items}/1")
    assert desk.patch(2, {"Key": "one"}).status == 200


def test_a_new_row_needs_its_required_columns(desk: Desk) -> None:
    """Without the required title nothing is created, and no number is used up."""
    assert error_of(desk.ask("POST", desk.items, {"fields": {"State": "Draft"}})) == (400, "invalidRequest")
    assert desk.create()["id"] == "2"


def test_versions_show_only_where_they_are_kept() -> None:
    """A list without versions stays at 1.0 while its tags go on counting."""
    desk = new_desk()
    desk.cities = desk.service.add_list("Plain", [], versioning=False)
    desk.create()
    body: Any = desk.patch(1, {"Title": "B"}).body
    assert (body["_UIVersionString"], body["@odata.etag"].endswith(',2"')) == ("1.0", True)


def test_an_unchanged_value_is_a_new_version_all_the_same(desk: Desk) -> None:
    """Graph has no silent update: writing what already stands there moves the tag."""
    first, second = (desk.patch(1, {"State": "Draft"}).headers["ETag"] for _ in range(2))
    assert first != second


def test_an_open_row_is_locked(desk: Desk) -> None:
    """While somebody has the row open, writes are refused with 423 and readings are not."""
    desk.service.lock_item(desk.cities, 1)
    assert error_of(desk.patch(1, {"State": "Signed"})) == (423, "resourceLocked")
    assert desk.ask("DELETE", f"{desk.items}/1").status == 423
    assert desk.ask("GET", f"{desk.items}/1").status == 200
    desk.service.lock_item(desk.cities, 1, locked=False)
    assert desk.patch(1, {"State": "Signed"}).status == 200


@pytest.mark.parametrize("form", ['"{tag}"', 'W/"{tag}"', '"{{{upper}}}"', "*"])
def test_a_good_tag_may_be_written_in_other_ways(desk: Desk, form: str) -> None:
    """Weak, upper-case in braces (as libraries show it), and the star all let the write through."""
    tag = desk.get(f"{desk.items}/1")["eTag"].strip('"')
    upper = tag.split(",")[0].upper() + "}," + tag.split(",")[1]
    sent = form.replace("{{{upper}}}", "{" + upper).replace("{tag}", tag)
    assert desk.patch(1, {"State": "Signed"}, sent).status == 200


def test_a_tag_of_a_delta_needs_its_quotes(desk: Desk) -> None:
    """A delta shows tags without quotes; sent like that they are refused, with quotes they are the item's."""
    [entry] = desk.get(f"{desk.items}/delta")["value"]
    assert desk.patch(1, {"State": "Signed"}, entry["eTag"]).status == 400
    assert desk.patch(1, {"State": "Signed"}, f'"{entry["eTag"]}"').status == 200


def test_hidden_columns_stay_hidden(desk: Desk) -> None:
    """What stands in a hidden column is not shown, not even when it is chosen by name."""
    desk.service.edit_item(desk.cities, 1, {"Secret": "s"}, by=desk.anna, at=START)
    for query in ("$expand=fields", "$expand=fields($select=Secret)"):
        assert "Secret" not in desk.get(f"{desk.items}/1?{query}")["fields"]


def test_fields_can_be_read_by_themselves(desk: Desk) -> None:
    """The address of the fields answers them alone, all or the chosen ones."""
    whole = desk.get(f"{desk.items}/1?$expand=fields")["fields"]
    alone = desk.get(f"{desk.items}/1/fields")
    assert {name: value for name, value in alone.items() if name != "@odata.context"} == whole
    chosen = desk.get(f"{desk.items}/1/fields?$select=Key")
    assert {name for name in chosen if "@" not in name} == {"Key"}


def test_a_default_fills_what_is_left_out(desk: Desk) -> None:
    """A column with a default is never empty in a new row, and need not be given though required."""
    desk.service.change_column(desk.cities, "State", {"required": True, "defaultValue": {"value": "Draft"}})
    assert desk.create()["fields"]["State"] == "Draft"
    assert desk.create(State="Signed")["fields"]["State"] == "Signed"


def test_a_large_whole_number_loses_its_last_digits(desk: Desk) -> None:
    """Numbers are kept as SharePoint keeps them, in 53 bits."""
    body: Any = desk.patch(1, {"Population": 2**53 + 1}).body
    assert body["Population"] == 2**53


@pytest.mark.parametrize(
    ("column", "value"), [("Nowhere", 1), ("Lead", 999), ("Team", [6, 999]), ("Group", 9)]
)
def test_seeding_finds_its_own_mistakes(desk: Desk, column: str, value: object) -> None:
    """A cell that cannot be filled in a browser cannot be seeded."""
    with pytest.raises(KeyError):
        desk.service.edit_item(desk.cities, 1, {column: value}, by=desk.anna, at=START)
