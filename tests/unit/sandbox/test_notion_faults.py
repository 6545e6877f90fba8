"""The sandboxed Notion's faults, its state, and people who edit it through the control routes."""

import json
from typing import Any

import pytest

from syncbot.sandbox.frame import Answer, CountsChanges, Edit, EditedByPeople, NamesEnvironment
from syncbot.sandbox.notion import NotionService
from tests.referees import notion as referee
from tests.unit.sandbox.notion_desk import TOKEN, Desk, error_of, new_desk, title, uuids, words


@pytest.fixture
def desk() -> Desk:
    """A fresh desk."""
    return new_desk()


def fault(desk: Desk, kind: str, method: str, path: str, body: object = None) -> Answer:
    """Carry out a call when the kind says so, and return the fault that its client sees."""
    call = desk.call(method, path, body)
    saved = desk.service.handle(call, desk.now) if kind.endswith("_saved") else None
    answer = desk.service.fault(kind, call, saved)
    assert answer is not None
    if referee.available():
        referee.check_answer(method, path, answer.status, answer.body)
    return answer


def data(answer: Answer) -> Any:
    """Return the additional data of a refusal."""
    body: Any = answer.body
    return body.get("additional_data")


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("409", 409, "conflict_error"),
        ("429", 429, "rate_limited"),
        ("500", 500, "internal_server_error"),
        ("502", 502, "bad_gateway"),
        ("503", 503, "service_unavailable"),
        ("504", 504, "gateway_timeout"),
        ("529", 529, "service_overload"),
    ],
)
def test_each_fault_has_its_code(desk: Desk, kind: str, status: int, code: str) -> None:
    """Status and code are those of Notion's list."""
    assert error_of(fault(desk, kind, "GET", "/users/me")) == (status, code)


def test_waits_stand_in_header_and_body(desk: Desk) -> None:
    """What Retry-After says, the body repeats as text; a 429 gives its reason."""
    desk.set(throttle_reason="public_api_space_request_rate_limit")
    answer = desk.service.throttled(desk.call("GET", "/users/me"), 61)
    assert answer.headers["Retry-After"] == "61"
    assert data(answer) == {"rate_limit_reason": "public_api_space_request_rate_limit", "retry_after": "61"}
    overloaded = fault(desk, "529", "GET", "/users/me")
    assert data(overloaded)["retry_after"] == overloaded.headers["Retry-After"]


def test_a_saved_create_tells_the_new_id(desk: Desk) -> None:
    """The page is there, and the 503 names it."""
    body = {"parent": {"data_source_id": desk.cities}, "properties": {"City": title("Ghent")}}
    answer = fault(desk, "503_saved", "POST", "/pages", body)
    made = data(answer)["committed_resource_id"]
    assert desk.found() == ["Ghent"] and desk.page(made)["id"] == made
    assert "Do not repeat the write." in data(answer)["retry_guidance"]


def test_a_saved_append_tells_parent_and_children(desk: Desk) -> None:
    """Only the direct new children are named, in the order asked, also when siblings follow them."""
    page = desk.create()["id"]
    paragraph = {"paragraph": {"rich_text": [words("a")]}}
    fault(desk, "503_saved", "PATCH", f"/blocks/{page}/children", {"children": [paragraph]})
    body = {"children": [paragraph, paragraph], "position": {"type": "start"}}
    told = data(fault(desk, "503_saved", "PATCH", f"/blocks/{page}/children", body))
    listed = [one["id"] for one in desk.get(f"/blocks/{page}/children")["results"]]
    assert told["committed_resource_id"] == page
    assert told["committed_child_ids"] == listed[:2] and len(listed) == 3


def test_a_saved_update_tells_no_id(desk: Desk) -> None:
    """The client has the id already; the change is there."""
    page = desk.create()["id"]
    told = data(
        fault(desk, "503_saved", "PATCH", f"/pages/{page}", {"properties": {"Population": {"number": 5}}})
    )
    assert "committed_resource_id" not in told and told["retry_guidance"]
    assert desk.cells(page)["Population"]["number"] == 5


def test_a_503_of_a_read_says_nothing_of_saving(desk: Desk) -> None:
    """Reads and queries save nothing; a heavy query asks for smaller ones."""
    assert data(fault(desk, "503_saved", "GET", "/users/me")) is None
    query = f"/data_sources/{desk.cities}/query"
    assert set(data(fault(desk, "503", "POST", query, {}))) == {
        "endpoint_name",
        "notion_error_name",
        "retry_guidance",
    }


def test_unknown_faults_are_none(desk: Desk) -> None:
    """The front then goes on as if nothing were asked."""
    assert desk.service.fault("418", desk.call("GET", "/users/me"), None) is None


def test_the_state_survives_json(desk: Desk) -> None:
    """What was dumped and loaded answers the same, and new things get ids that are free."""
    page = desk.create(Groups={"relation": [{"id": desk.group("North")}]}, Note={"rich_text": [words("x")]})[
        "id"
    ]
    text = json.dumps(desk.service.dump())
    before = desk.page(page)
    other = NotionService(TOKEN, uuids())
    other.load(json.loads(text))
    desk.service = other
    after = desk.page(page)
    assert after | {"request_id": ""} == before | {"request_id": ""}
    assert json.dumps(other.dump()) == text


def test_only_changes_count(desk: Desk) -> None:
    """Reads, queries and refusals leave the revision; writes and people move it."""
    page = desk.create()["id"]
    before = desk.service.revision
    desk.page(page)
    desk.write(page, Nowhere={"number": 1})
    assert desk.service.revision == before
    desk.write(page, Population={"number": 1})
    desk.add("Lier")
    assert desk.service.revision == before + 2
    desk.query()
    assert desk.service.revision == before + 2


def test_the_service_is_what_the_front_expects(desk: Desk) -> None:
    """It names its environment, counts changes, can be edited, costs one unit a call, 180 a minute."""
    service = desk.service
    assert isinstance(service, NamesEnvironment) and isinstance(service, CountsChanges)
    assert isinstance(service, EditedByPeople)
    assert service.environment() == {"NOTION_TOKEN": TOKEN}
    assert (service.rate.units, service.rate.window_seconds, service.cost(desk.call("GET", "/users"))) == (
        180,
        60,
        1,
    )


def test_a_person_edits_with_plain_values(desk: Desk) -> None:
    """New rows, changes, trash and restoration, with what a person would type."""
    desk.person("Lea")
    cells = {
        "City": "Ghent",
        "Note": "x" * 4500,
        "Country": "Belgium",
        "Topics": ["Heat"],
        "Population": 3,
        "Pilot": True,
        "Label date": "2026-07-01",
        "Board": "https://x.example",
        "Team": ["anna@contoso.example"],
        "Lead": "Lea",
    }
    edit = Edit(by="Ben Berg", container="Mission Cities", cells=cells)
    page = desk.service.edit(edit, desk.now)
    shown = desk.page(page)
    assert shown["created_by"]["id"] == desk.ben and len(shown["properties"]["Lead"]["relation"]) == 1
    assert shown["properties"]["Note"]["rich_text"][0]["plain_text"] == "x" * 4500
    emptied = dict.fromkeys(
        ("Country", "Topics", "Team", "Lead", "Note", "Label date", "Board", "Population")
    )
    desk.service.edit(Edit(by="anna@contoso.example", row=page, cells=emptied), desk.now)
    cell = desk.cells(page)
    assert (
        cell["Country"]["select"] is None
        and cell["Lead"]["relation"] == []
        and cell["Note"]["rich_text"] == []
    )
    desk.service.edit(Edit(by="Ben Berg", row=page, action="delete"), desk.now)
    assert desk.page(page)["in_trash"] is True
    desk.service.edit(Edit(by="Ben Berg", row=page, action="restore"), desk.now)
    desk.service.edit(
        Edit(by="Ben Berg", row=page, cells={"Country": {"select": {"name": "Spain"}}}), desk.now
    )
    assert desk.cells(page)["Country"]["select"]["name"] == "Spain"


@pytest.mark.parametrize(
    ("edit", "error"),
    [
        (Edit(by="Nobody", container="Mission Cities"), LookupError),
        (Edit(by="Ben Berg", container="Nowhere"), LookupError),
        (Edit(by="Ben Berg", row="nope"), LookupError),
        (Edit(by="Ben Berg", container="Mission Cities", cells={"Nowhere": 1}), LookupError),
        (Edit(by="Ben Berg", container="Mission Cities", cells={"Lead": "Max"}), LookupError),
        (Edit(by="Ben Berg", container="Mission Cities", cells={"Team": "Max"}), LookupError),
        (Edit(by="Ben Berg", container="Mission Cities", cells={"Population": "many"}), ValueError),
        (Edit(by="Ben Berg", container="Mission Cities", cells={"State": "Approved"}), ValueError),
    ],
)
def test_a_person_cannot_do_everything(desk: Desk, edit: Edit, error: type[Exception]) -> None:
    """Who, where and what must be there, and values must fit."""
    with pytest.raises(error):
        desk.service.edit(edit, desk.now)
