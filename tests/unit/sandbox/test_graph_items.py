"""Items of the sandboxed Graph: read, create, change, delete."""

from typing import Any

import pytest

from tests.unit.sandbox.graph_desk import APP_ID, Desk, error_of, new_desk


@pytest.fixture
def desk() -> Desk:
    """A fresh service."""
    return new_desk()


def test_a_created_item_comes_back_whole_and_as_itself(desk: Desk) -> None:
    """What was created is read again with the same tag and the same fields, by id and in the list."""
    made = desk.create(State="Draft", Population=262219)
    alone = desk.get(f"{desk.items}/{made['id']}?$expand=fields")
    among = desk.get(f"{desk.items}?$expand=fields")["value"]
    assert alone["fields"] == made["fields"] == among[0]["fields"]
    assert made["eTag"] == made["fields"]["@odata.etag"] == alone["eTag"]
    assert made["fields"]["Population"] == 262219


def test_empty_columns_are_absent(desk: Desk) -> None:
    """A column that holds nothing is not there, neither as null nor as an empty text."""
    fields = desk.create(State="Draft")["fields"]
    assert {"Note", "Population", "LeadLookupId", "Languages"}.isdisjoint(fields)
    cleared = desk.patch(1, {"State": None}).body
    assert "State" not in str(cleared)


def test_a_change_answers_everything_with_a_new_tag(desk: Desk) -> None:
    """A PATCH is answered with all fields and the tag that the next If-Match needs."""
    made = desk.create(State="Draft", Population=1)
    answer = desk.patch(1, {"Population": 2}, made["eTag"])
    body: Any = answer.body
    assert (answer.status, body["Population"], body["State"]) == (200, 2, "Draft")
    assert body["@odata.etag"] == answer.headers["ETag"] != made["eTag"]
    assert desk.patch(1, {"Population": 3}, body["@odata.etag"]).status == 200


def test_a_stale_tag_stops_changes_and_deletions(desk: Desk) -> None:
    """Whoever has not seen the newest version changes nothing and deletes nothing."""
    stale = desk.create(State="Draft")["eTag"]
    desk.service.edit_item(desk.cities, 1, {"State": "Signed"}, by=desk.anna, at=desk.now)
    assert desk.patch(1, {"State": "Draft"}, stale).status == 412
    assert desk.ask("DELETE", f"{desk.items}/1", if_match=stale).status == 412
    assert desk.get(f"{desk.items}/1?$expand=fields")["fields"]["State"] == "Signed"


def test_a_deleted_item_is_gone(desk: Desk) -> None:
    """A deletion answers 204; afterwards the item is unknown to every method."""
    desk.create()
    assert desk.ask("DELETE", f"{desk.items}/1").status == 204
    assert desk.get(desk.items)["value"] == []
    for method, path in (("GET", "1"), ("DELETE", "1"), ("PATCH", "1/fields")):
        answer = desk.ask(method, f"{desk.items}/{path}", {"State": "Draft"})
        assert error_of(answer) == (404, "itemNotFound")


def test_who_wrote_can_be_told(desk: Desk) -> None:
    """An item last written by the application names it; a person's edit takes the application's name away."""
    made = desk.create()
    assert made["lastModifiedBy"]["application"]["id"] == APP_ID
    desk.service.edit_item(desk.cities, 1, {"State": "Signed"}, by=desk.anna, at=desk.now)
    item = desk.get(f"{desk.items}/1?$expand=fields")
    assert item["lastModifiedBy"]["user"]["email"] == "anna@contoso.example"
    assert "application" not in item["lastModifiedBy"]
    assert item["fields"]["EditorLookupId"] == str(desk.anna)
    assert "AppEditorLookupId" not in item["fields"]
