"""Life and death of the sandboxed Notion's pages: edits, trash, archive, moves, sharing, times, addresses."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.unit.sandbox.notion_desk import START, TOKEN, Desk, error_of, message_of, new_desk, title

GONE = "3f2b1c4d-5e6f-4a8b-9c0d-1e2f3a4b5c6d"
IN_TRASH = "Can't edit block that is archived. You must unarchive the block before editing."


@pytest.fixture
def desk() -> Desk:
    """A fresh desk."""
    return new_desk()


def test_edit_times_are_cut_to_the_minute(desk: Desk) -> None:
    """Two edits within a minute show one time, that of the minute's begin."""
    page = desk.create()
    assert page["created_time"] == page["last_edited_time"] == "2026-03-02T08:30:00.000Z"
    desk.later(seconds=30)
    desk.write(page["id"], Population={"number": 1})
    assert desk.page(page["id"])["last_edited_time"] == "2026-03-02T08:30:00.000Z"
    desk.later(seconds=30)
    desk.write(page["id"], Population={"number": 2})
    assert desk.page(page["id"])["last_edited_time"] == "2026-03-02T08:31:00.000Z"


def test_who_edited_last_is_told(desk: Desk) -> None:
    """A person's edit and the integration's are told apart by their ids."""
    page = desk.add("Ghent")
    assert desk.page(page)["last_edited_by"] == {"object": "user", "id": desk.anna}
    desk.write(page, Population={"number": 1})
    assert desk.page(page)["last_edited_by"]["id"] == desk.service.bot_id
    desk.service.edit_page(page, {"Population": {"number": 2}}, by=desk.ben, at=desk.now)
    shown = desk.page(page)
    assert (shown["created_by"]["id"], shown["last_edited_by"]["id"]) == (desk.anna, desk.ben)


def test_the_trash_is_a_third_state(desk: Desk) -> None:
    """A trashed page is read with 200, not found by queries, and refuses every edit but its restoration."""
    page = desk.create()["id"]
    assert desk.patch(page, in_trash=True).status == 200
    assert desk.page(page)["in_trash"] is True
    assert desk.found() == []
    body: dict[str, Any]
    for body in (
        {"in_trash": True},
        {"properties": {}},
        {"in_trash": False, "properties": {"City": title("x")}},
    ):
        answer = desk.ask("PATCH", f"/pages/{page}", body)
        assert (answer.status, message_of(answer)) == (400, IN_TRASH)
    assert desk.ask("DELETE", f"/blocks/{page}").status == 400
    assert desk.patch(page, in_trash=False).status == 200
    assert desk.found() == ["Ghent"]


def test_trash_and_archive_leave_the_edit_time(desk: Desk) -> None:
    """A row that comes back looks untouched, so an incremental reader misses it (unless the settings say otherwise)."""
    page = desk.add("Ghent")
    for minutes, moves in ((5, False), (10, True)):
        desk.set(flags_move_page=moves)
        desk.later(minutes=minutes)
        desk.service.trash_page(page, by=desk.ben, at=desk.now)
        desk.service.restore_page(page, by=desk.ben, at=desk.now)
        desk.patch(page, is_locked=True)
        time = "2026-03-02T08:45:00.000Z" if moves else "2026-03-02T08:30:00.000Z"
        assert desk.page(page)["last_edited_time"] == time


def test_a_free_workspace_is_full_some_day(desk: Desk) -> None:
    """Pages and blocks ever made count against the limit of a free workspace; deleting gives nothing back."""
    page = desk.create()["id"]
    desk.set(block_limit=3)
    block: dict[str, Any] = {"paragraph": {"rich_text": []}}
    path = f"/blocks/{page}/children"
    assert error_of(desk.ask("PATCH", path, {"children": [block] * 3})) == (403, "restricted_resource")
    assert desk.ask("PATCH", path, {"children": [block] * 2}).status == 200
    desk.patch(page, in_trash=True)
    assert error_of(desk.attempt("Lier")) == (403, "restricted_resource")


def test_a_deleted_block_may_be_a_page(desk: Desk) -> None:
    """Deleting a page as a block puts it into the trash."""
    page = desk.create()["id"]
    answer: Any = desk.ask("DELETE", f"/blocks/{page}").body
    assert (answer["type"], answer["in_trash"]) == ("child_page", True)
    assert desk.page(page)["in_trash"] is True


def test_archived_pages_are_found_only_when_asked_for(desk: Desk) -> None:
    """An archived page leaves the query, shows `is_archived`, and comes with `is_archived: true` alone."""
    kept, page = desk.add("Lier"), desk.add("Ghent")
    desk.service.archive_page(page, by=desk.anna, at=desk.now)
    assert desk.page(page)["is_archived"] is True and desk.page(page)["in_trash"] is False
    assert (desk.found(), desk.found(is_archived=True)) == (["Lier"], ["Ghent"])
    assert desk.write(page, Population={"number": 1}).status == 400
    assert desk.patch(page, is_archived=False).status == 200
    assert desk.patch(kept, is_archived=True).status == 200


def test_the_old_name_of_the_trash_is_refused(desk: Desk) -> None:
    """`archived` is an error at this version, in updates, queries and appends."""
    page = desk.create()["id"]
    answer = desk.patch(page, archived=True)
    assert (
        message_of(answer)
        == "body failed validation: body.archived should be not present, instead was `true`."
    )
    assert desk.query(archived=True).status == 400
    assert desk.query(in_trash=True).status == 400
    assert desk.ask("PATCH", f"/blocks/{page}/children", {"children": [], "archived": True}).status == 400


def test_a_moved_page_only_changes_its_parent(desk: Desk) -> None:
    """A page moved away is read with 200 and another parent; its edit time stays and its cells are gone."""
    above = desk.add("Above")
    page = desk.create(Population={"number": 5})["id"]
    desk.later(minutes=10)
    answer: Any = desk.ask("POST", f"/pages/{page}/move", {"parent": {"page_id": above}}).body
    assert answer["parent"] == {"type": "page_id", "page_id": above}
    assert (list(answer["properties"]), answer["last_edited_time"]) == (["title"], "2026-03-02T08:30:00.000Z")
    assert desk.found() == ["Above"]
    desk.service.move_page(page, {"data_source_id": desk.people}, by=desk.anna, at=desk.now)
    assert desk.page(page)["parent"]["data_source_id"] == desk.people
    below = desk.service.add_subpage(page, "Below", by=desk.anna, at=desk.now)
    circle = desk.ask("POST", f"/pages/{page}/move", {"parent": {"page_id": below}})
    assert error_of(circle) == (400, "validation_error")


def test_unshared_and_gone_are_the_same(desk: Desk) -> None:
    """A page that is not shared answers word for word as one that never was."""
    page = desk.create()["id"]
    desk.service.unshare_page(page)
    hidden, gone = desk.ask("GET", f"/pages/{page}"), desk.ask("GET", f"/pages/{GONE}")
    assert error_of(hidden) == error_of(gone) == (404, "object_not_found")
    assert message_of(hidden).replace(page, "ID") == message_of(gone).replace(GONE, "ID")
    body: Any = gone.body
    assert body["additional_data"] == {"integration_id": desk.service.bot_id}
    assert desk.found() == []
    for method, path, sent in (
        ("PATCH", f"/pages/{page}", {"in_trash": True}),
        ("GET", f"/blocks/{page}", None),
        ("GET", f"/blocks/{page}/children", None),
        ("DELETE", f"/blocks/{page}", None),
        ("GET", f"/pages/{page}/properties/title", None),
    ):
        assert desk.ask(method, path, sent).status == 404
    desk.service.share_page(page)
    assert desk.found() == ["Ghent"]


def test_an_unshared_data_source_takes_its_rows_along(desk: Desk) -> None:
    """Nothing of a data source that is not shared can be seen; relations that point at it leave the schema."""
    person = desk.person("Lea")
    page = desk.create(Lead={"relation": [{"id": person}]})["id"]
    desk.service.share_data_source(desk.people, shared=False)
    assert desk.ask("GET", f"/data_sources/{desk.people}").status == 404
    assert desk.ask("GET", f"/pages/{person}").status == 404
    assert "Lead" not in desk.schema() and "Lead" not in desk.cells(page)


@pytest.mark.parametrize("key", ["12345678-1234-1234-1234-123456789abc", "nonsense", "1234"])
def test_malformed_ids_are_a_400(desk: Desk, key: str) -> None:
    """An id that is no UUID of a known version and variant is refused before it is looked for (recorded)."""
    answer = desk.ask("GET", f"/pages/{key}")
    assert error_of(answer) == (400, "validation_error")
    said = f'path failed validation: path.page_id should be a valid uuid, instead was `"{key}"`.'
    assert message_of(answer) == said


def test_ids_are_taken_without_hyphens(desk: Desk) -> None:
    """Both spellings of an id mean the same page; the nil UUID is well-formed (recorded)."""
    page = desk.create()["id"]
    assert desk.page(page.replace("-", ""))["id"] == page
    assert desk.ask("GET", "/pages/00000000-0000-0000-0000-000000000000").status == 404


def test_addresses_come_in_two_forms(desk: Desk) -> None:
    """The address of a page changes with the workspace's time and with its title: it is no key."""
    page = desk.create("St. Ghent / Gand")
    key = page["id"].replace("-", "")
    assert page["url"] == f"https://app.notion.com/p/St-Ghent-Gand-{key}"
    desk.set(app_links=False)
    desk.write(page["id"], City={"title": []})
    assert desk.page(page["id"])["url"] == f"https://www.notion.so/{key}"


def test_parents_are_judged(desk: Desk) -> None:
    """A create needs a parent that can be seen and is alive."""
    for parent, status in (
        ({}, 400),
        ({"data_source_id": "x"}, 400),
        ({"data_source_id": GONE}, 404),
        ({"page_id": GONE}, 404),
        ({"database_id": desk.service.database_of(desk.cities)}, 400),
    ):
        assert desk.ask("POST", "/pages", {"parent": parent, "properties": {}}).status == status
    page = desk.create()["id"]
    desk.patch(page, in_trash=True)
    assert desk.ask("POST", "/pages", {"parent": {"page_id": page}, "properties": {}}).status == 400


def test_a_full_data_source_refuses_rows(desk: Desk) -> None:
    """The row limit is a 409 with a code of its own."""
    desk.set(row_limit=1)
    desk.create()
    assert error_of(desk.attempt("Lier")) == (409, "row_limit_exceeded")


def test_lock_and_pictures(desk: Desk) -> None:
    """Locking does not stop the integration; icon and cover are set and taken away."""
    page = desk.create()["id"]
    cover = {"type": "external", "external": {"url": "https://x.example/c.jpg"}}
    desk.patch(page, is_locked=True, icon={"type": "emoji", "emoji": "🏙"}, cover=cover)
    shown = desk.page(page)
    assert (shown["is_locked"], shown["icon"]["emoji"], shown["cover"]) == (True, "🏙", cover)
    assert desk.patch(page, icon=None, cover=None).status == 200
    assert desk.page(page)["icon"] is None
    assert desk.patch(page, is_locked="yes").status == 400
    assert desk.patch(page, icon={"external": {}}).status == 400


def test_what_is_not_built_is_refused(desk: Desk) -> None:
    """Templates and writes in the background are no silent no-ops."""
    parent = {"data_source_id": desk.cities}
    for more in ({"template": {"type": "default"}}, {"allow_async": True}):
        assert desk.ask("POST", "/pages", {"parent": parent, "properties": {}, **more}).status == 400


def test_the_token_is_asked_first(desk: Desk) -> None:
    """Without the right token nothing is said about the rest of the request."""
    for given in ("", "Bearer wrong", TOKEN):
        answer = desk.ask("GET", "/nowhere", authorization=given, notion_version="")
        assert (error_of(answer), message_of(answer)) == ((401, "unauthorized"), "API token is invalid.")


def test_a_version_is_needed(desk: Desk) -> None:
    """No version is `missing_version`; one that is not built is told, not guessed at."""
    answer = desk.ask("GET", "/users/me", notion_version="")
    assert error_of(answer) == (400, "missing_version")
    assert error_of(desk.ask("GET", "/users/me", notion_version="2022-06-28")) == (400, "validation_error")


def test_the_older_version_has_archived(desk: Desk) -> None:
    """At 2025-09-03 objects say `archived` beside `in_trash`, and take it."""
    page = desk.create()["id"]
    desk.headers["notion-version"] = "2025-09-03"
    assert desk.page(page)["archived"] is False
    answer: Any = desk.patch(page, archived=True).body
    assert (answer["archived"], answer["in_trash"]) == (True, True)


def test_every_answer_has_a_request_id(desk: Desk) -> None:
    """Body and header name the same request, in refusals too."""
    for path in ("/users/me", "/nowhere"):
        answer = desk.ask("GET", path)
        body: Any = answer.body
        assert answer.headers["x-notion-request-id"] == body["request_id"]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/nowhere"),
        ("GET", "/pages"),
        ("DELETE", f"/pages/{GONE}"),
        ("PUT", f"/blocks/{GONE}"),
        ("GET", f"/data_sources/{GONE}/query"),
        ("POST", "/users"),
        ("GET", "/users/me/you"),
        ("GET", f"/pages/{GONE}/properties"),
    ],
)
def test_unknown_addresses_are_a_400(desk: Desk, method: str, path: str) -> None:
    """An address or method that is not known is `invalid_request_url`, not a 404 (recorded)."""
    assert error_of(desk.ask(method, path)) == (400, "invalid_request_url")


def test_bodies_are_read_strictly(desk: Desk) -> None:
    """Broken JSON, no object, and more than 500 KB are refused."""
    call = desk.call("POST", "/pages")
    broken = desk.service.handle(replace(call, bad_json=True, raw=b"{"), desk.now)
    assert error_of(broken) == (400, "invalid_json")
    assert error_of(desk.ask("POST", "/pages", ["list"])) == (400, "validation_error")
    assert error_of(desk.ask("POST", "/pages")) == (400, "validation_error")
    assert "body.length" in message_of(desk.ask("POST", "/pages", {"parent": "x" * 500_001}))


@pytest.mark.parametrize(
    ("lacking", "method", "path"),
    [
        ("read", "GET", "/pages/{page}"),
        ("read", "POST", "/data_sources/{cities}/query"),
        ("insert", "POST", "/pages"),
        ("insert", "PATCH", "/blocks/{page}/children"),
        ("update", "PATCH", "/pages/{page}"),
        ("update", "PATCH", "/data_sources/{cities}"),
        ("update", "DELETE", "/blocks/{page}"),
        ("users", "GET", "/users"),
        ("users", "GET", "/users/{anna}"),
    ],
)
def test_missing_capabilities_are_a_403(desk: Desk, lacking: str, method: str, path: str) -> None:
    """Each call needs a capability of the integration; without it nothing is looked at."""
    page = desk.create()["id"]
    desk.set(capabilities=desk.service.settings.capabilities - {lacking})
    address = path.format(page=page, cities=desk.cities, anna=desk.anna)
    body: object = None if method in ("GET", "DELETE") else {}
    assert error_of(desk.ask(method, address, body)) == (403, "restricted_resource")


def test_users_are_listed_without_guests(desk: Desk) -> None:
    """Guests stand in cells but not in the list; the list is paged; the integration knows itself."""
    guest = desk.service.add_user("Gast", "guest@city.example", guest=True)
    first = desk.get("/users?page_size=2")
    rest = desk.get(f"/users?page_size=2&start_cursor={first['next_cursor']}")
    names = [one["name"] for one in first["results"] + rest["results"]]
    assert names == ["syncbot", "Anna Adler", "Ben Berg"]
    assert desk.get(f"/users/{guest}")["person"]["email"] == "guest@city.example"
    assert desk.get("/users/me")["bot"]["workspace_name"] == "Sandbox"
    assert desk.ask("GET", "/users?page_size=101").status == 400
    assert desk.ask("GET", "/users?page_size=many").status == 400
    assert error_of(desk.ask("GET", f"/users/{GONE}")) == (404, "object_not_found")


def test_what_is_seen_of_people_depends_on_capabilities(desk: Desk) -> None:
    """Without addresses persons have none; without the users' capability a cell holds only ids."""
    page = desk.create(Team={"people": [{"id": desk.anna}]})["id"]
    desk.set(capabilities=frozenset({"read", "users"}))
    assert desk.cells(page)["Team"]["people"][0]["person"] == {}
    desk.set(capabilities=frozenset({"read"}))
    assert desk.cells(page)["Team"]["people"] == [{"object": "user", "id": desk.anna}]
    assert desk.get("/users/me")["id"] == desk.service.bot_id


def test_people_at_the_screen_need_no_rights(desk: Desk) -> None:
    """Persons edit what is not shared with the integration, and their moves count changes of the state."""
    page = desk.add("Ghent")
    desk.service.unshare_page(page)
    before = desk.service.revision
    desk.service.edit_page(page, {"Population": {"number": 9}}, by=desk.ben, at=START + timedelta(hours=1))
    assert desk.service.revision > before
    desk.service.trash_page(page, by=desk.ben, at=desk.now)
    desk.service.restore_page(page, by=desk.ben, at=desk.now)
    assert not desk.service.page(page).in_trash
