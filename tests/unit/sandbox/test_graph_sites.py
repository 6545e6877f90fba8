"""Who may call the sandboxed Graph, and what it says about the site, its lists and columns."""

from dataclasses import replace
from typing import Any

import pytest

from syncbot.sandbox.frame import Call
from tests.unit.sandbox.graph_desk import HOST, SITE, Desk, error_of, new_desk


@pytest.fixture
def desk() -> Desk:
    """A fresh service."""
    return new_desk()


@pytest.mark.parametrize(
    ("token", "message"),
    [(None, "empty"), ("nonsense", "well formed"), ("foreign", "audience")],
)
def test_without_a_good_token_nothing_is_said(desk: Desk, token: str | None, message: str) -> None:
    """No token, an unknown one and one for another service are answered 401, which says why."""
    desk.token = token
    answer = desk.ask("GET", SITE)
    body: Any = answer.body
    assert error_of(answer) == (401, "InvalidAuthenticationToken")
    assert message in body["error"]["message"]
    assert "WWW-Authenticate" in answer.headers


def test_the_role_and_the_grant_are_both_needed(desk: Desk) -> None:
    """A token without the role, and a site without a grant, are two ways to the same 403."""
    desk.token = "no-role"
    assert error_of(desk.ask("GET", SITE)) == (403, "accessDenied")
    desk.token = "good"
    desk.service.grant(False)
    assert error_of(desk.ask("GET", SITE)) == (403, "accessDenied")
    assert error_of(desk.ask("GET", f"{desk.items}/1")) == (403, "accessDenied")
    desk.service.grant(True)
    assert desk.ask("GET", SITE).status == 200


def test_a_reading_grant_does_not_write(desk: Desk) -> None:
    """With the role read, readings work and writes are refused."""
    desk.create()
    desk.service.grant(True, "read")
    assert desk.ask("GET", f"{desk.items}/1").status == 200
    for method, path in (("POST", ""), ("PATCH", "/1/fields"), ("DELETE", "/1")):
        assert error_of(desk.ask(method, desk.items + path, {})) == (403, "accessDenied")


def test_a_writing_grant_makes_no_lists_and_no_columns(desk: Desk) -> None:
    """The role write is for items; making lists or columns needs more."""
    for path in ("/lists", f"/lists/{desk.cities}/columns"):
        assert error_of(desk.ask("POST", SITE + path, {"name": "New"})) == (403, "accessDenied")


def test_the_site_has_one_id_however_it_is_named(desk: Desk) -> None:
    """By path, with or without the closing colon, and by id it is the same site."""
    site = desk.get(SITE)
    by_id = f"/sites/{site['id']}"
    assert desk.get(SITE.rstrip(":"))["id"] == desk.get(by_id)["id"] == site["id"]
    assert len(site["id"].split(",")) == 3
    for name in (desk.cities, desk.cities.upper(), "Mission Cities", "Mission%20Cities"):
        assert desk.get(f"{by_id}/lists/{name}")["id"] == desk.cities


def test_other_sites_are_missing_or_closed(desk: Desk) -> None:
    """A site that is not there is 404; the root is there, but not for this application."""
    assert error_of(desk.ask("GET", "/sites/contoso.sharepoint.com:/sites/towns")) == (404, "itemNotFound")
    assert error_of(desk.ask("GET", "/sites/root")) == (403, "accessDenied")
    assert error_of(desk.ask("GET", f"{SITE}/lists/Towns/items")) == (404, "itemNotFound")


@pytest.mark.parametrize("path", ["/v1.0/users/me", "/v1.0/sites/x/nonsense", "/v9/sites/root"])
def test_unknown_addresses_are_refused_as_recorded(desk: Desk, path: str) -> None:
    """An address that Graph does not know is a 400 with the code BadRequest, not a 404."""
    call = replace(desk.call("GET", SITE), path=path.replace("/x/", f"/{desk.get(SITE)['id']}/"))
    assert error_of(desk.service.handle(call, desk.now)) == (400, "BadRequest")


def test_hidden_lists_stay_out_of_the_listing(desk: Desk) -> None:
    """The list of people is only listed when `system` is selected, but can be read by its name."""
    assert {one["displayName"] for one in desk.get(f"{SITE}/lists")["value"]} == {"Groups", "Mission Cities"}
    everything = desk.get(f"{SITE}/lists?$select=id,displayName,system")["value"]
    assert {"User Information List"} < {one["displayName"] for one in everything}
    select = "$expand=fields($select=EMail,Title)"
    people = desk.get(f"{SITE}/lists/User%20Information%20List/items?{select}")["value"]
    assert [(one["id"], one["fields"]["EMail"]) for one in people] == [
        (str(desk.anna), "anna@contoso.example"),
        (str(desk.ben), "ben@contoso.example"),
    ]


def test_columns_show_their_facets(desk: Desk) -> None:
    """Each column has the facet of its kind; odd kinds have none; system counters look up nowhere."""
    columns = {one["name"]: one for one in desk.get(f"{desk.list_path}/columns")["value"]}
    assert columns["Label"]["dateTime"]["format"] == "dateOnly"
    assert columns["Languages"]["choice"]["displayAs"] == "checkBoxes"
    assert columns["Group"]["lookup"]["listId"] == desk.groups
    assert columns["ItemChildCount"]["lookup"]["listId"] == ""
    assert columns["Team"]["personOrGroup"]["allowMultipleSelection"] is True
    assert columns["Key"]["indexed"] is columns["Key"]["enforceUniqueValues"] is True
    assert columns["Title"]["displayName"] == "City"
    assert columns["Secret"]["hidden"] is True
    usual = {"columnGroup", "description", "displayName", "enforceUniqueValues", "hidden", "id", "indexed"}
    assert set(columns["Odd"]) == usual | {"name", "readOnly", "required"}


def test_a_column_keeps_its_names_apart(desk: Desk) -> None:
    """Renaming moves the display name only; retyping changes the facet; removing removes; ids stay."""

    def columns() -> dict[str, Any]:
        return {one["name"]: one for one in desk.get(f"{desk.list_path}/columns")["value"]}

    before = columns()
    desk.create(State="Draft", Population=1, Key="k")
    desk.service.rename_column(desk.cities, "State", "Status")
    desk.service.retype_column(desk.cities, "Population", {"text": {}})
    desk.service.remove_column(desk.cities, "Key")
    after = columns()
    assert (after["State"]["displayName"], after["State"]["id"]) == ("Status", before["State"]["id"])
    assert "text" in after["Population"]
    assert "number" not in after["Population"]
    fields = desk.get(f"{desk.items}/1?$expand=fields")["fields"]
    assert "Key" not in after
    assert {"Key", "Population"}.isdisjoint(fields)
    assert fields["State"] == "Draft"


def test_answers_carry_the_callers_id(desk: Desk) -> None:
    """The client's own request id comes back in headers and in refusals; without one it is Graph's."""
    answer = desk.ask("GET", f"{desk.items}/99", client_request_id="mine")
    body: Any = answer.body
    inner = body["error"]["innerError"]
    assert answer.headers["client-request-id"] == inner["client-request-id"] == "mine"
    assert answer.headers["request-id"] == inner["request-id"] != "mine"
    own = desk.ask("GET", SITE).headers
    assert own["request-id"] == own["client-request-id"]


def test_state_survives_a_dump(desk: Desk) -> None:
    """A service that loads another's dump answers the same, tokens and recycle bin included."""
    desk.create(State="Draft")
    desk.create(State="Signed")
    link = desk.get(f"{desk.items}/delta?token=latest")["@odata.deltaLink"]
    desk.ask("DELETE", f"{desk.items}/1")
    other = new_desk()
    other.service.load(desk.service.dump())
    twin = replace(desk, service=other.service)
    assert twin.get(f"{desk.items}?$expand=fields") == desk.get(f"{desk.items}?$expand=fields")
    assert twin.get(link)["value"] == desk.get(link)["value"] != []


def test_a_broken_body_is_refused(desk: Desk) -> None:
    """What is not JSON, or not an object, is a 400 of the gateway."""
    call = Call(
        method="POST",
        path="/v1.0" + desk.items,
        headers={"authorization": "Bearer good"},
        host=HOST,
        bad_json=True,
    )
    assert error_of(desk.service.handle(call, desk.now)) == (400, "BadRequest")
    assert error_of(desk.ask("PATCH", f"{desk.items}/1/fields", [])) == (404, "itemNotFound")
    desk.create()
    assert error_of(desk.ask("PATCH", f"{desk.items}/1/fields", [])) == (400, "BadRequest")


def test_one_column_is_found_by_id_and_by_name(desk: Desk) -> None:
    """A column read by itself is the one of the listing; an unknown one is 404."""
    listed = {one["name"]: one for one in desk.get(f"{desk.list_path}/columns")["value"]}
    for key in ("State", listed["State"]["id"]):
        alone = desk.get(f"{desk.list_path}/columns/{key}")
        assert {name: value for name, value in alone.items() if "@" not in name} == listed["State"]
    assert error_of(desk.ask("GET", f"{desk.list_path}/columns/Nowhere")) == (404, "itemNotFound")


def test_a_list_brings_its_columns_when_asked(desk: Desk) -> None:
    """`$expand=columns` saves a call; `$select` leaves the rest out."""
    found = desk.get(f"{desk.list_path}?$select=id,displayName&$expand=columns")
    assert {name for name in found if "@" not in name} == {"id", "displayName", "columns"}
    assert found["columns"] == desk.get(f"{desk.list_path}/columns")["value"]
    names = desk.get(f"{desk.list_path}/columns?$select=name")["value"]
    assert names[0] == {"name": "ID"}


def test_the_tag_of_a_list_says_nothing_of_its_rows(desk: Desk) -> None:
    """New rows move the list's date, not its tag; a changed column moves the tag."""
    before = desk.get(desk.list_path)
    desk.later(hours=1)
    desk.create()
    rows = desk.get(desk.list_path)
    assert (rows["eTag"], rows["lastModifiedDateTime"]) == (before["eTag"], "2026-03-02T09:30:00Z")
    desk.service.add_column(desk.cities, {"name": "New", "boolean": {}})
    assert desk.get(desk.list_path)["eTag"] != before["eTag"]


def test_a_renamed_list_is_found_by_its_id_and_new_title(desk: Desk) -> None:
    """The old title is unknown at once; the id and the address stay."""
    desk.service.rename_list(desk.cities, "Cities of 2030")
    assert desk.ask("GET", f"{SITE}/lists/Mission Cities").status == 404
    found = desk.get(f"{SITE}/lists/Cities of 2030")
    assert found["id"] == desk.cities
    assert found["webUrl"].endswith("/Lists/Mission%20Cities")


@pytest.mark.parametrize(
    ("method", "path"),
    [("PATCH", ""), ("DELETE", "/lists"), ("PUT", "/lists/{list}/items/1"), ("PATCH", "/lists/{list}/items")],
)
def test_other_methods_are_not_allowed(desk: Desk, method: str, path: str) -> None:
    """A known address with a method that is not built is a 405, never a silent success."""
    desk.service.grant(True, "fullcontrol")
    address = SITE + path.replace("{list}", desk.cities)
    assert error_of(desk.ask(method, address, {})) == (405, "notAllowed")


def test_people_are_not_written(desk: Desk) -> None:
    """The hidden list of people is read only: who is not on the site cannot be put there through Graph."""
    people = f"{SITE}/lists/User Information List/items"
    assert error_of(desk.ask("POST", people, {"fields": {"Title": "Eve"}})) == (403, "accessDenied")


def test_a_wide_role_needs_no_grant(desk: Desk) -> None:
    """An application with a role on all sites is let in without a grant on this one."""
    desk.service.grant(False)
    desk.token = "wide"
    assert desk.ask("GET", SITE).status == 200


@pytest.mark.parametrize(
    "address",
    ["lists?$filter=displayName eq 'Groups'", "lists?$top=1", "lists/Mission Cities/columns?$top=1"],
)
def test_lists_and_columns_are_neither_filtered_nor_paged(desk: Desk, address: str) -> None:
    """A condition that would be ignored is refused, or a client would take the first list for the one it asked for."""
    assert error_of(desk.ask("GET", f"{SITE}/{address}")) == (400, "invalidRequest")


def test_people_with_an_account_are_looked_up_in_the_hidden_list(desk: Desk) -> None:
    """The ids that stand in person columns are the rows of the User Information List, with their addresses."""
    chosen = "fields($select=Title,EMail,UserName)"
    value = desk.get(f"{SITE}/lists/User Information List/items?$expand={chosen}")["value"]
    found = {one["id"]: one["fields"] for one in value}
    assert found[str(desk.ben)]["EMail"] == "ben@contoso.example"
    assert found[str(desk.ben)]["UserName"] == "ben@contoso.example"
    assert found[str(desk.anna)]["Title"] == "Anna Adler"
