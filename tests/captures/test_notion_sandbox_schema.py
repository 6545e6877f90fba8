"""Where a recording of Notion and the sandbox hold the same kind of object, both have the same shape.

Compared are members and JSON types, never values. What one side has and the other has not is listed with its
reason; anything else is a fault.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.captures.notion_cassettes import Exchange, available, exchanges
from tests.captures.notion_replay import things
from tests.referees import notion as referee
from tests.unit.sandbox.notion_desk import Desk, new_desk

pytestmark = pytest.mark.skipif(
    not (available() and referee.available()), reason="the recordings of Notion are not here"
)
OLDER = frozenset({"archived"})
"""What the recordings at 2025-09-03 still have."""
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


@dataclass
class Tally:
    """What was compared."""

    objects: int = 0
    members: int = 0


@pytest.fixture(scope="module")
def tally() -> Iterator[Tally]:
    """Count over all tests of this file and print at the end."""
    tally = Tally()
    yield tally
    told = f"{tally.objects} objects, {tally.members} members"
    print(f"\nNotion recordings compared with the sandbox: {told}")  # noqa: T201  # figures for the one who asks


@pytest.fixture(scope="module")
def desk() -> Desk:
    """A desk with one city."""
    desk = new_desk(response_cut=25)
    desk.create(
        Groups={"relation": [{"id": desk.group("North")}]}, Lead={"relation": [{"id": desk.person("L")}]}
    )
    return desk


def compare(
    tally: Tally, recorded: Any, ours: Any, *, either: frozenset[str] = frozenset(), at: str = "$"
) -> None:
    """Compare members and types; `either` are members that may be on one side only."""
    assert kind(recorded) == kind(ours) or None in (recorded, ours), (
        f"{at}: {kind(recorded)}, here {kind(ours)}"
    )
    tally.members += 1
    if isinstance(recorded, dict) and isinstance(ours, dict):
        odd = set(recorded) ^ set(ours)
        assert odd <= either, f"{at}: only on one side: {sorted(odd - either)}"
        for name in set(recorded) & set(ours):
            compare(tally, recorded[name], ours[name], either=either, at=f"{at}.{name}")
    if isinstance(recorded, list) and recorded and ours:
        compare(tally, recorded[0], ours[0], either=either, at=f"{at}[0]")


def kind(value: Any) -> str:
    """Name the JSON type; whole and other numbers are one type."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return type(value).__name__
    return "number"


def recorded(kind: str) -> Iterator[Mapping[str, Any]]:
    """Yield the recorded objects of a kind."""
    for exchange in exchanges():
        for one in things(exchange.parsed):
            if one["object"] == kind:
                yield one


def test_columns_look_as_recorded(desk: Desk, tally: Tally) -> None:
    """A definition of every kind that was recorded has the members of the sandbox's."""
    ours = {one["type"]: one for one in desk.schema().values()}
    sides = frozenset({"dual_property", "single_property"})
    kinds = set()
    for source in recorded("data_source"):
        for one in source.get("properties", {}).values():
            compare(tally, one, ours[one["type"]], either=sides, at=one["type"])
            kinds.add(one["type"])
            tally.objects += 1
    assert len(kinds) > 20


def test_cells_look_as_recorded(desk: Desk, tally: Tally) -> None:
    """A value of every kind that was recorded has the members of the sandbox's, empty or not."""
    ours = {cell["type"]: cell for cell in desk.query().body["results"][0]["properties"].values()}  # type: ignore[index]
    results = frozenset({"string", "number", "boolean", "date", "array", "person", "bot", "external", "file"})
    for page in recorded("page"):
        for cell in page.get("properties", {}).values():
            compare(tally, cell, ours[cell["type"]], either=results, at=cell["type"])
            tally.objects += 1


def test_objects_look_as_recorded(desk: Desk, tally: Tally) -> None:
    """Databases, data sources and pages have the members that live ones have."""
    page = desk.query().body["results"][0]  # type: ignore[index]
    ours = {
        "database": desk.get(f"/databases/{desk.service.database_of(desk.cities)}"),
        "data_source": desk.get(f"/data_sources/{desk.cities}"),
        "page": page,
    }
    open_: dict[str, Any] = {
        "properties": {},
        "parent": {},
        "database_parent": {},
        "icon": None,
        "cover": None,
    }
    for name, mine in ours.items():
        for one in recorded(name):
            if "url" not in one:
                continue  # named, not shown whole
            left = {member: value for member, value in one.items() if member not in open_}
            right = {member: value for member, value in mine.items() if member not in open_}
            compare(tally, left, right, either=OLDER | {"request_id"}, at=name)
            assert set(one) - set(mine) <= OLDER | {"request_id"}
            tally.objects += 1


def test_lists_look_as_recorded(desk: Desk, tally: Tally) -> None:
    """Queries, users, blocks and property items come in lists with the recorded members."""
    row = desk.query().body["results"][0]  # type: ignore[index]
    relation = row["properties"]["Lead"]["id"]
    ours = {
        "query": desk.query().body,
        "users": desk.get("/users"),
        "children": desk.get(f"/blocks/{row['id']}/children"),
        relation: desk.get(f"/pages/{row['id']}/properties/{relation}"),
    }
    for exchange in _listing():
        name = exchange.path.split("/")[-1]
        mine = ours.get(name) or ours[relation]
        left = {member: value for member, value in exchange.parsed.items() if member != "results"}
        right = {member: value for member, value in mine.items() if member != "results"}
        compare(tally, left, right, either=frozenset({"title", "relation"}), at=name)
        assert left["type"] == right["type"]
        tally.objects += 1


def _listing() -> Iterator[Exchange]:
    last = ("query", "users", "children")
    for exchange in exchanges():
        body = exchange.parsed
        if exchange.status != 200 or not isinstance(body, dict) or body.get("object") != "list":
            continue
        meant = body["type"] == "property_item" or exchange.path.split("/")[-1] in last
        if meant and not exchange.path.startswith("views/"):
            yield exchange


def test_users_look_as_recorded(desk: Desk, tally: Tally) -> None:
    """Persons and integrations have the recorded members; one recorded workspace also told verified addresses."""
    bot, person, *_ = desk.get("/users")["results"]
    plain = bot | {"bot": {}}
    for one in recorded("user"):
        if "type" in one:
            own = bot if one.get("bot") else plain
            either = frozenset({"email_verified", "request_id", "email"})
            compare(tally, one, person if one["type"] == "person" else own, either=either)
            tally.objects += 1


def test_refusals_say_what_was_recorded(desk: Desk, tally: Tally) -> None:
    """The four recorded refusals have the sandbox's members, codes and words."""
    nil = "00000000-0000-0000-0000-000000000000"
    bad = "12345678-1234-1234-1234-123456789abc"
    ours = {
        "invalid_request_url": desk.ask("GET", "/invalid").body,
        "unauthorized": desk.ask("GET", "/users", authorization="Bearer x").body,
        "object_not_found": desk.ask("GET", f"/pages/{nil}").body,
        "validation_error": desk.ask("GET", f"/pages/{bad}").body,
    }
    met = set()
    for exchange in exchanges():
        if exchange.status >= 400 and isinstance(exchange.parsed, dict):
            theirs, mine = exchange.parsed, ours[exchange.parsed["code"]]
            compare(tally, theirs, mine)
            said = theirs["message"].replace('"notion-sdk-py"', '"syncbot"')
            assert isinstance(mine, dict)
            assert _UUID.sub("ID", said) == _UUID.sub("ID", mine["message"])
            met.add(theirs["code"])
            tally.objects += 1
    assert met == set(ours)


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/v1/users/me", 200, {"object": "user", "id": "x"}),
        ("GET", "/v1/users", 200, {"object": "list", "results": []}),
        ("GET", "/v1/nowhere", 200, {}),
        ("GET", "/v1/users/me", 201, {}),
        ("GET", "/v1/users/me", 404, {"object": "error", "status": 404, "code": "gone", "message": ""}),
        ("GET", "/v1/users/me", 404, "gone"),
    ],
)
def test_the_referee_finds_faults(method: str, path: str, status: int, body: object) -> None:
    """A missing member, a wrong status or an unknown address does not pass."""
    with pytest.raises(AssertionError):
        referee.check_answer(method, path, status, body)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda page: page.pop("in_trash"),
        lambda page: page.update(surprise=1),
        lambda page: page.update(last_edited_time=5),
        lambda page: page["parent"].pop("database_id"),
        lambda page: page["properties"]["Population"].update(number="12"),
        lambda page: page["properties"]["State"].update(status={"name": "x"}),
        lambda page: page["properties"]["Note"].update(rich_text="x"),
        lambda page: page["properties"].update(Odd={"id": "x", "type": "odd", "odd": 1}),
    ],
)
def test_the_referee_sees_into_pages(desk: Desk, spoil: Any) -> None:
    """Whatever is spoiled in a good page is found."""
    page = desk.get(f"/pages/{desk.create()['id']}")
    spoil(page)
    with pytest.raises(AssertionError):
        referee.check_answer("GET", f"/v1/pages/{page['id']}", 200, page)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/v1/pages", {"parent": {"data_source_id": "x"}, "properties": {"A": {"rich_text": "x"}}}),
        ("POST", "/v1/pages", {"parent": {"data_source_id": "x"}, "children": [{"note": {}}]}),
        ("PATCH", "/v1/pages/x", {"properties": {"A": {"relation": [{"id": "x"}] * 101}}}),
        ("POST", "/v1/data_sources/x/query", {"filter": {"property": "A", "number": {"contains": 1}}}),
        ("GET", "/v1/users?page_size=ten", None),
        ("GET", "/v1/users?size=10", None),
        ("POST", "/v1/nowhere", {}),
        ("DELETE", "/v1/blocks/x", {"sure": True}),
    ],
)
def test_the_referee_judges_requests(method: str, path: str, body: object) -> None:
    """Requests that the documentation does not describe do not pass."""
    with pytest.raises(AssertionError):
        referee.check_request(method, path, body)
