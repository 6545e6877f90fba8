"""The sandboxed Notion's databases, data sources and changes of their schema."""

from typing import Any
from urllib.parse import quote, unquote

import pytest

from tests.unit.sandbox.notion_desk import Desk, error_of, message_of, new_desk, words


@pytest.fixture
def desk() -> Desk:
    """A fresh desk."""
    return new_desk()


def options_of(desk: Desk, name: str) -> list[str]:
    """Return the names of a column's options."""
    column = desk.schema()[name]
    return [one["name"] for one in column[column["type"]]["options"]]


def test_a_database_is_a_container(desk: Desk) -> None:
    """It lists its data sources and has no properties; its times have milliseconds and an offset."""
    database = desk.get(f"/databases/{desk.service.database_of(desk.cities)}")
    assert database["data_sources"] == [{"id": desk.cities, "name": "Mission Cities"}]
    assert "properties" not in database
    assert database["created_time"] == "2020-01-01T09:00:00.000+00:00"
    source = desk.get(f"/data_sources/{desk.cities}")
    assert source["created_time"] == "2020-01-01T09:00:00.000Z"
    assert source["parent"] == {"type": "database_id", "database_id": database["id"]}
    assert desk.ask("GET", f"/databases/{desk.cities}").status == 404
    assert desk.get(f"/data_sources/{desk.cities}/templates")["templates"] == []


def test_property_ids_are_percent_encoded(desk: Desk) -> None:
    """Ids are as they go into a path; the title's is `title`; some hold odd characters."""
    ids = [one["id"] for one in desk.schema().values()]
    assert "title" in ids and len(set(ids)) == len(ids)
    assert any("%" in one for one in ids)
    assert all(quote(unquote(one), safe="") == one for one in ids)


def test_a_renamed_column_keeps_its_id(desk: Desk) -> None:
    """Renaming, over the API by id or by a person, changes the name in schema and pages and nothing else."""
    page = desk.create(Population={"number": 7})["id"]
    before = desk.schema()["Population"]
    assert desk.reshape({before["id"]: {"name": "Inhabitants"}}).status == 200
    assert desk.schema()["Inhabitants"] == before | {"name": "Inhabitants"}
    assert desk.cells(page)["Inhabitants"] == {"id": before["id"], "type": "number", "number": 7}
    desk.service.rename_property(desk.cities, "Inhabitants", "People")
    assert desk.service.property_id(desk.cities, "People") == before["id"]
    assert error_of(desk.reshape({"People": {"name": "City"}})) == (400, "validation_error")


def test_a_removed_column_takes_its_data_along(desk: Desk) -> None:
    """Null removes a column; one of the same name made later is another one and empty."""
    page = desk.create(Population={"number": 7})["id"]
    before = desk.schema()["Population"]["id"]
    desk.reshape({"Population": None})
    assert "Population" not in desk.cells(page)
    desk.reshape({"Population": {"number": {}}})
    assert desk.cells(page)["Population"]["number"] is None
    assert desk.schema()["Population"]["id"] != before
    for wrong in ({"City": None}, {"Nowhere": None}, {"Nowhere": {"name": "x"}}):
        assert error_of(desk.reshape(wrong)) == (400, "validation_error")


def test_a_retyped_column_keeps_its_id_and_loses_its_data(desk: Desk) -> None:
    """The id stays, the type changes: only a reader that compares types notices."""
    page = desk.create(Country={"select": {"name": "Spain"}})["id"]
    before = desk.schema()["Country"]["id"]
    desk.service.retype_property(desk.cities, "Country", {"rich_text": {}})
    assert desk.cells(page)["Country"] == {"id": before, "type": "rich_text", "rich_text": []}
    said = message_of(desk.write(page, Country={"select": {"name": "Spain"}}))
    assert said == "Country is expected to be rich_text."
    assert desk.reshape({"City": {"number": {}}}).status == 400
    desk.service.retype_property(desk.cities, "Country", {"status": {}})
    assert desk.cells(page)["Country"]["status"]["name"] == "Not started"


def test_a_list_of_options_replaces_the_old_one(desk: Desk) -> None:
    """An option that is left out is gone, also from the pages; a renamed one keeps its name (200 all the same)."""
    page = desk.create(Country={"select": {"name": "Spain"}}, Topics={"multi_select": [{"name": "Heat"}]})[
        "id"
    ]
    belgium, spain = desk.schema()["Country"]["select"]["options"]
    renamed = {"options": [{"id": belgium["id"], "name": "Belgique"}, {"name": "France"}]}
    assert desk.reshape({"Country": {"select": renamed}}).status == 200
    assert options_of(desk, "Country") == ["Belgium", "France"]
    assert desk.schema()["Country"]["select"]["options"][0]["id"] == belgium["id"] != spain["id"]
    assert desk.cells(page)["Country"]["select"] is None
    desk.reshape({"Topics": {"multi_select": {"options": [{"name": "Cycling"}]}}})
    assert desk.cells(page)["Topics"]["multi_select"] == []
    twice = {"options": [{"name": "A"}, {"name": "a"}]}
    for wrong in (
        twice,
        {"options": [{"name": "a, b"}]},
        {"options": [{"name": str(n)} for n in range(101)]},
    ):
        assert error_of(desk.reshape({"Country": {"select": wrong}})) == (400, "validation_error")


def test_people_rename_options_without_a_trace(desk: Desk) -> None:
    """In the browser an option gets another name in all rows, and no row's edit time moves."""
    page = desk.create(Country={"select": {"name": "Spain"}})
    desk.later(hours=1)
    desk.service.rename_option(desk.cities, "Country", "Spain", "España")
    shown = desk.page(page["id"])
    assert shown["properties"]["Country"]["select"]["name"] == "España"
    assert shown["last_edited_time"] == page["last_edited_time"]
    with pytest.raises(KeyError):
        desk.service.rename_option(desk.cities, "Country", "Spain", "x")
    with pytest.raises(KeyError):
        desk.service.rename_option(desk.cities, "Nowhere", "Spain", "x")


def test_new_options_of_a_status_land_in_the_first_group(desk: Desk) -> None:
    """Options of a status can be added; whoever loses its option falls back to the default."""
    page = desk.create(State={"status": {"name": "Submitted"}})["id"]
    options = [{"name": "Drafting"}, {"name": "Label awarded"}, {"name": "Approved"}]
    assert desk.reshape({"State": {"status": {"options": options}}}).status == 200
    groups = desk.schema()["State"]["status"]["groups"]
    assert [(one["name"], len(one["option_ids"])) for one in groups] == [
        ("To-do", 3),
        ("In progress", 0),
        ("Complete", 0),
    ]
    assert desk.cells(page)["State"]["status"]["name"] == "Drafting"


def test_a_formula_cannot_be_changed(desk: Desk) -> None:
    """The expression of a formula is not updatable; saying the same again is no change."""
    assert desk.reshape({"Score": {"formula": {"expression": "1 + 1"}}}).status == 200
    assert desk.reshape({"Score": {"formula": {"expression": "2 + 2"}}}).status == 400


def test_a_refused_change_changes_nothing(desk: Desk) -> None:
    """When one of several changes is wrong, none is carried out."""
    page = desk.create(Population={"number": 7})["id"]
    before = desk.schema()
    answer = desk.reshape({"Population": None, "Fresh": {"number": {}}, "City": None})
    assert answer.status == 400
    assert desk.schema() == before and desk.cells(page)["Population"]["number"] == 7


def test_both_ends_of_a_two_way_relation_know_each_other(desk: Desk) -> None:
    """The other side is made and named by Notion, follows a renaming, and goes one-way when its partner is removed."""
    back = desk.get(f"/data_sources/{desk.groups}")["properties"]["Related to Mission Cities (Groups)"]
    ours = desk.schema()["Groups"]["relation"]["dual_property"]
    assert ours == {"synced_property_name": back["name"], "synced_property_id": back["id"]}
    desk.reshape({"Groups": {"name": "Clusters"}})
    back = desk.get(f"/data_sources/{desk.groups}")["properties"][back["name"]]
    assert back["relation"]["dual_property"]["synced_property_name"] == "Clusters"
    desk.reshape({"Clusters": None})
    back = desk.get(f"/data_sources/{desk.groups}")["properties"][back["name"]]
    assert (back["relation"]["type"], back["relation"]["single_property"]) == ("single_property", {})


def test_rollups_name_ids_without_encoding(desk: Desk) -> None:
    """The ids inside a rollup's definition are not percent-encoded (recorded), and names are today's."""
    desk.reshape({"Groups": {"name": "Clusters"}})
    schema = desk.schema()
    rollup = schema["Group count"]["rollup"]
    assert rollup["relation_property_id"] == unquote(schema["Clusters"]["id"])
    assert rollup["relation_property_name"] == "Clusters"


def test_a_column_may_be_added(desk: Desk) -> None:
    """A new column appears empty in all pages; it needs a kind and a free name."""
    page = desk.create()["id"]
    desk.service.add_property(desk.cities, "Budget", {"number": {"format": "euro"}})
    assert desk.schema()["Budget"]["number"] == {"format": "euro"}
    assert desk.cells(page)["Budget"]["number"] is None
    wrong: dict[str, Any]
    for wrong in (
        {"More": {}},
        {"More": {"title": {}}},
        {"More": {"number": {"format": 1}}},
        {"More": {"number": 3}},
    ):
        assert error_of(desk.reshape(wrong)) == (400, "validation_error")


def test_title_and_trash_of_a_data_source(desk: Desk) -> None:
    """Its title is rich text; in the trash it is read with 200 and refuses queries, new rows and edits."""
    page = desk.create()["id"]
    path = f"/data_sources/{desk.cities}"
    answer: Any = desk.ask("PATCH", path, {"title": [words("Cities")]}).body
    assert answer["title"][0]["plain_text"] == "Cities"
    assert desk.ask("PATCH", path, {"in_trash": True}).status == 200
    assert desk.get(path)["in_trash"] is True and desk.page(page)["in_trash"] is True
    for refused in (desk.query(), desk.attempt(), desk.write(page), desk.reshape({})):
        assert error_of(refused) == (400, "validation_error")
    assert desk.ask("PATCH", path, {"in_trash": False}).status == 200
    assert desk.found() == ["Ghent"]
    assert error_of(desk.ask("PATCH", path, {"is_inline": True})) == (400, "validation_error")


def test_a_table_needs_one_title(desk: Desk) -> None:
    """The seed cannot make what Notion would not."""
    properties: dict[str, Any]
    for properties in ({"A": {"number": {}}}, {"A": {"title": {}}, "B": {"title": {}}}):
        with pytest.raises(Exception, match="itle"):
            desk.service.add_data_source("Odd", properties)
