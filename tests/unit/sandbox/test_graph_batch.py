"""Batches, costs and faults of the sandboxed Graph."""

from typing import Any

import pytest

from syncbot.sandbox.clock import Clock
from syncbot.sandbox.faults import Fault, Orders
from syncbot.sandbox.frame import Answer
from syncbot.sandbox.front import Front
from syncbot.sandbox.limits import Window
from tests.unit.sandbox.graph_desk import SITE, START, Desk, error_of, new_desk

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def desk() -> Desk:
    """A service with three cities."""
    desk = new_desk()
    for number in range(1, 4):
        desk.create(Key=f"k-{number}")
    return desk


def patch(desk: Desk, number: int, fields: object, **more: object) -> dict[str, object]:
    """Make a request of a batch that changes a row."""
    url = f"{desk.items}/{number}/fields"
    return {"id": str(number), "method": "PATCH", "url": url, "headers": JSON, "body": fields} | more


def send(desk: Desk, *requests: object) -> Answer:
    """Send a batch that may be refused."""
    return desk.ask("POST", "/$batch", {"requests": list(requests)})


def test_each_request_is_answered_by_itself(desk: Desk) -> None:
    """The batch is a 200 whatever happened inside; each answer has the status and body of its own call."""
    tag = desk.get(f"{desk.items}/1")["eTag"]
    stale = JSON | {"If-Match": '"0,9"'}
    found = desk.batch(
        patch(desk, 1, {"Title": "Gand"}, headers=JSON | {"If-Match": tag}),
        patch(desk, 2, {"Title": "Lier"}, headers=stale),
        patch(desk, 9, {"Title": "None"}),
        {"id": "g", "method": "get", "url": f"{desk.items.lstrip('/')}/3?$expand=fields"},
    )
    assert {key: one["status"] for key, one in found.items()} == {"1": 200, "2": 412, "9": 404, "g": 200}
    assert found["1"]["headers"]["ETag"] == found["1"]["body"]["@odata.etag"] != tag
    assert found["g"]["body"]["fields"]["Key"] == "k-3"
    assert found["2"]["body"]["error"]["innerError"]


def test_answers_come_in_another_order(desk: Desk) -> None:
    """The order of the answers is never that of the requests, however often one asks."""
    requests = [{"id": str(n), "method": "GET", "url": f"{desk.items}/{n}"} for n in (1, 2)]
    for _ in range(10):
        body: Any = send(desk, *requests).body
        assert [one["id"] for one in body["responses"]] == ["2", "1"]


def test_deletions_have_a_null_body_and_sometimes_no_headers(desk: Desk) -> None:
    """A 204 inside a batch has `"body": null`; half of them have no headers at all."""
    found = desk.batch(*({"id": str(n), "method": "DELETE", "url": f"{desk.items}/{n}"} for n in (1, 2, 3)))
    assert all(one["status"] == 204 and one["body"] is None for one in found.values())
    assert {"headers" in one for one in found.values()} == {True, False}


def test_what_depends_on_a_failure_is_not_done(desk: Desk) -> None:
    """A request that needs a failed one is answered 424 and has no effect; others wait for their turn."""
    found = desk.batch(
        patch(desk, 1, {"Title": "C"}, dependsOn=["2"]),
        patch(desk, 2, {"Title": "B"}, dependsOn=["9"]),
        patch(desk, 3, {"Title": "D"}, dependsOn=["g"]),
        patch(desk, 9, {"Title": "A"}),
        {"id": "g", "method": "GET", "url": f"{desk.items}/3"},
    )
    assert {key: one["status"] for key, one in found.items()} == {
        "9": 404,
        "2": 424,
        "1": 424,
        "g": 200,
        "3": 200,
    }
    assert found["g"]["body"]["eTag"].endswith(',1"')
    assert desk.service.item(desk.cities, 1).values["Title"] == "Ghent"


@pytest.mark.parametrize(
    "case", ["many", "none", "twice", "url", "nested", "bare", "circle", "unknown", "form"]
)
def test_a_batch_of_a_wrong_form_does_nothing(desk: Desk, case: str) -> None:
    """More than twenty, doubled ids, absolute addresses, bodies without a type: the whole batch is a 400."""
    good = patch(desk, 1, {"Title": "X"})
    wrong: dict[str, list[object]] = {
        "many": [good | {"id": str(number)} for number in range(21)],
        "none": [],
        "twice": [good, good],
        "url": [good, good | {"id": "2", "url": f"https://graph.microsoft.com/v1.0{desk.items}/1/fields"}],
        "nested": [
            good,
            {"id": "2", "method": "POST", "url": "/$batch", "headers": JSON, "body": {"requests": []}},
        ],
        "bare": [good, good | {"id": "2", "headers": {}}],
        "circle": [good | {"dependsOn": ["2"]}, good | {"id": "2", "dependsOn": ["1"]}],
        "unknown": [good | {"dependsOn": ["7"]}],
        "form": [good, "GET /"],
    }
    assert error_of(send(desk, *wrong[case])) == (400, "BadRequest")
    assert desk.service.item(desk.cities, 1).values["Title"] == "Ghent"


def test_twenty_are_taken(desk: Desk) -> None:
    """Twenty requests are the most that a batch may hold."""
    creates = [
        {
            "id": str(n),
            "method": "POST",
            "url": desk.items,
            "headers": JSON,
            "body": {"fields": {"Title": "N"}},
        }
        for n in range(20)
    ]
    assert {one["status"] for one in desk.batch(*creates).values()} == {201}
    assert len(desk.get(desk.items)["value"]) == 23


def test_a_batch_needs_a_token_as_a_whole(desk: Desk) -> None:
    """Without a token the batch itself is the 401."""
    desk.token = None
    assert error_of(send(desk, patch(desk, 1, {"Title": "X"})))[0] == 401


def test_faults_hit_single_requests_of_a_batch(desk: Desk) -> None:
    """A fault inside a batch answers its own request only; saved means done all the same."""
    orders = (
        Fault(kind="429", path="/items/1/", retry_after=7),
        Fault(kind="503_saved", path="/items/2/"),
        Fault(kind="504", path="/items/3/"),
    )
    desk.set(sub_faults=Orders(faults=orders))
    found = desk.batch(*(patch(desk, number, {"Title": "New"}) for number in (1, 2, 3)))
    assert {key: one["status"] for key, one in found.items()} == {"1": 429, "2": 503, "3": 504}
    assert found["1"]["headers"]["Retry-After"] == "7"
    titles = [desk.service.item(desk.cities, number).values["Title"] for number in (1, 2, 3)]
    assert titles == ["Ghent", "New", "Ghent"]


@pytest.mark.parametrize(
    ("method", "path", "cost"),
    [
        ("GET", "", 1),
        ("GET", "/lists", 2),
        ("GET", "/lists/L", 1),
        ("GET", "/lists/L/columns", 2),
        ("GET", "/lists/L/items", 2),
        ("GET", "/lists/L/items/1", 1),
        ("GET", "/lists/L/items/1/fields", 1),
        ("GET", "/lists/L/items/delta", 2),
        ("GET", "/lists/L/items/delta?token=x", 1),
        ("POST", "/lists/L/items", 2),
        ("PATCH", "/lists/L/items/1/fields", 2),
        ("DELETE", "/lists/L/items/1", 2),
    ],
)
def test_calls_cost_what_the_guide_says(desk: Desk, method: str, path: str, cost: int) -> None:
    """One unit for one thing or a delta with token, two for several things and for writes."""
    assert desk.service.cost(desk.call(method, SITE + path)) == cost


def test_a_batch_costs_the_sum_of_its_requests(desk: Desk) -> None:
    """Putting requests into a batch saves calls, not units."""
    requests = [patch(desk, 1, {"Title": "X"}), {"id": "g", "method": "GET", "url": f"{desk.items}/1"}]
    assert desk.service.cost(desk.call("POST", "/$batch", {"requests": requests})) == 3


def test_above_the_budget_calls_are_told_how_long_to_wait(desk: Desk) -> None:
    """A throttled call is a 429 with the wait and the state of the budget, and counts all the same."""
    window = Window(desk.service.rate)
    calls = [desk.call("GET", desk.items)] * 626
    waits = [window.admit(desk.service.cost(call), START) for call in calls]
    assert waits[:625] == [0] * 625
    assert waits[625] == 60
    answer = desk.service.throttled(calls[0], 31)
    assert error_of(answer) == (429, "activityLimitReached")
    assert answer.headers["Retry-After"] == answer.headers["RateLimit-Reset"] == "31"
    assert (answer.headers["RateLimit-Limit"], answer.headers["RateLimit-Remaining"]) == ("1250", "0")
    assert desk.service.rate.throttled_calls_count


def test_a_throttled_batch_is_a_200_of_429s(desk: Desk) -> None:
    """Above the budget a batch is answered with 200 outside and a wait of its own for each request."""
    call = desk.call("POST", "/$batch", {"requests": [patch(desk, 1, {"Title": "X"}), patch(desk, 2, {})]})
    answer = desk.service.throttled(call, 12)
    desk.judge(call, answer)
    body: Any = answer.body
    assert answer.status == 200
    assert {(one["id"], one["status"]) for one in body["responses"]} == {("1", 429), ("2", 429)}
    assert {one["headers"]["Retry-After"] for one in body["responses"]} == {"12"}


def test_the_budget_shows_when_most_of_it_is_used(desk: Desk) -> None:
    """From eighty per cent on answers say what is left, until a minute has passed."""
    desk.later(minutes=2)
    before = [desk.ask("GET", desk.items).headers for _ in range(499)]
    assert all("RateLimit-Limit" not in headers for headers in before)
    headers = desk.ask("GET", desk.items).headers
    assert (headers["RateLimit-Limit"], headers["RateLimit-Remaining"]) == ("1250", "250")
    assert 1 <= int(headers["RateLimit-Reset"]) <= 60
    desk.later(minutes=2)
    assert "RateLimit-Limit" not in desk.ask("GET", desk.items).headers


@pytest.mark.parametrize(
    ("kind", "status", "waits"),
    [("429", 429, True), ("500", 500, False), ("502", 502, False), ("503", 503, True), ("504", 504, False)],
)
def test_faults_of_the_whole_call(desk: Desk, kind: str, status: int, *, waits: bool) -> None:
    """Each fault on demand has its status and, where Graph says it, a time to wait."""
    answer = desk.service.fault(kind, desk.call("GET", SITE), None)
    assert answer is not None
    assert (answer.status, "Retry-After" in answer.headers) == (status, waits)
    assert error_of(answer)[1]


def test_a_fault_that_graph_does_not_have_is_none(desk: Desk) -> None:
    """529 is another service's."""
    assert desk.service.fault("529", desk.call("GET", SITE), None) is None


def test_the_front_can_keep_and_reset_it(desk: Desk) -> None:
    """Behind its front the service goes back to what was seeded, and moves its revision with each change."""
    service = desk.service
    front = Front(service, Clock(start=START))
    before = service.revision
    desk.patch(1, {"Title": "X"})
    assert service.revision > before
    front.reset()
    assert service.item(desk.cities, 1).values["Title"] == "Ghent"
