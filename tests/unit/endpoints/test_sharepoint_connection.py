"""The connection to Graph: what each answer leads to, for readings and for writes, alone and in batches."""

from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import httpx
import pytest

from syncbot.endpoints.sharepoint.refusals import Opaque
from syncbot.endpoints.sharepoint.wire import Answer, Ask
from syncbot.errors import (
    AlreadyExists,
    AuthFailed,
    CursorExpired,
    EndpointError,
    Fatal,
    Forbidden,
    Invalid,
    NotFound,
    OutcomeUnknown,
    ReadOnly,
    Throttled,
    Unavailable,
    VersionChanged,
)
from tests.unit.endpoints.graph_script import BASE, Told, Wire, error, wire

READ = Ask(path="/sites/s/lists/l/items/1")
PATCH = Ask(method="PATCH", path="/sites/s/lists/l/items/1/fields", body={"Title": "x"}, units=2)
POST = Ask(method="POST", path="/sites/s/lists/l/items", body={"fields": {}}, units=2)
GOOD = Told(body={"id": "1"})
CUT = httpx.ReadError("cut")
Connect = Callable[..., AbstractContextManager[Wire]]
connect: Connect = contextmanager(wire)


def sub(number: int, status: int, body: Any = None, **headers: str) -> dict[str, Any]:
    """Return one answer inside a batch; 204 without headers, as recorded."""
    one: dict[str, Any] = {"id": str(number), "status": status, "body": body}
    if headers:
        one["headers"] = {name.replace("_", "-"): text for name, text in headers.items()}
    return one


def batch(*responses: dict[str, Any]) -> Told:
    """Return the answer to a batch."""
    return Told(body={"responses": list(responses)})


def refused(code: str = "activityLimitReached") -> dict[str, Any]:
    """Return the body of a refusal."""
    return {"error": {"code": code, "message": "Words."}}


@pytest.mark.parametrize(
    ("status", "code", "reading", "writing"),
    [
        (400, "invalidRequest", Invalid, Invalid),
        (403, "accessDenied", Forbidden, Forbidden),
        (404, "itemNotFound", NotFound, NotFound),
        (409, "nameAlreadyExists", AlreadyExists, AlreadyExists),
        (409, "resourceModified", VersionChanged, VersionChanged),
        (410, "resyncRequired", CursorExpired, CursorExpired),
        (412, "notAllowed", VersionChanged, VersionChanged),
        (422, "whatever", Invalid, Invalid),
        (423, "resourceLocked", ReadOnly, ReadOnly),
        (500, "generalException", Unavailable, Opaque),
        (502, "BadGateway", Unavailable, OutcomeUnknown),
        (503, "serviceNotAvailable", Unavailable, OutcomeUnknown),
        (504, "GatewayTimeout", Unavailable, OutcomeUnknown),
    ],
)
def test_each_refusal_has_its_meaning(
    status: int, code: str, reading: type[EndpointError], writing: type[EndpointError]
) -> None:
    """By status and code; readings are repeated where that may help, writes never."""
    for ask, kind in ((READ, reading), (PATCH, writing)):
        with connect(*[error(status, code)] * 8) as link, pytest.raises(kind) as caught:
            link.graph.ask(ask)
        assert type(caught.value) is kind
        assert (str(status) in str(caught.value), "r-1" in str(caught.value)) == (True, True)
        assert len(link.script.asked) == (8 if kind is Unavailable else 1)


def test_a_refused_token_is_dropped_once() -> None:
    """A 401 was not carried out: a new token, the same request, also for a write."""
    with connect(error(401, "InvalidAuthenticationToken"), GOOD) as link:
        assert link.graph.ask(POST).body == {"id": "1"}
    assert [one.headers["authorization"] for one in link.script.asked] == ["Bearer token-1", "Bearer token-2"]


def test_a_token_refused_twice_stops() -> None:
    """No third attempt."""
    told = [error(401, "InvalidAuthenticationToken")] * 3
    with connect(*told) as link, pytest.raises(AuthFailed):
        link.graph.ask(READ)
    assert len(link.script.asked) == 2


@pytest.mark.parametrize("ask", [READ, POST])
def test_throttling_waits_as_asked(ask: Ask) -> None:
    """A 429 was not carried out, so a write is sent again too, after as long as asked and not a second less."""
    with connect(error(429, "activityLimitReached", Retry_After="31"), GOOD) as link:
        link.graph.ask(ask)
    assert link.time.now == 31


def test_the_longer_of_two_waits_counts() -> None:
    """RateLimit-Reset counts when nothing remains."""
    headers = {"Retry_After": "5", "RateLimit_Remaining": "0", "RateLimit_Reset": "40"}
    with connect(error(429, "activityLimitReached", **headers), GOOD) as link:
        link.graph.ask(READ)
    assert link.time.now == 40


def test_a_date_may_stand_for_seconds() -> None:
    """RFC 9110 allows both in Retry-After."""
    with connect(error(429, "x", Retry_After="Mon, 02 Mar 2026 08:31:30 GMT"), GOOD) as link:
        link.graph.ask(READ)
    assert link.time.now == 90


def test_a_bare_429_three_times_is_the_threshold() -> None:
    """SharePoint's list view threshold looks like throttling without an end: stop and say so."""
    told = [error(429, "throttledRequest")] * 4
    with connect(*told) as link, pytest.raises(Fatal, match="threshold"):
        link.graph.ask(READ)
    assert len(link.script.asked) == 3


def test_a_busy_reading_waits_as_asked() -> None:
    """503 with Retry-After holds the whole connection."""
    with connect(error(503, "serviceNotAvailable", Retry_After="12"), GOOD) as link:
        link.graph.ask(READ)
    assert link.time.now == 12


def test_a_cut_connection() -> None:
    """A reading is repeated; of a write nobody knows, so it is not; what never left may be repeated."""
    with connect(CUT, GOOD) as link:
        assert link.graph.ask(READ).status == 200
    with connect(CUT) as link, pytest.raises(OutcomeUnknown):
        link.graph.ask(PATCH)
    with connect(httpx.ReadTimeout("slow")) as link, pytest.raises(OutcomeUnknown):
        link.graph.ask(POST)
    with connect(httpx.ConnectError("down"), httpx.ConnectTimeout("down"), GOOD) as link:
        assert link.graph.ask(POST).status == 200


def test_a_page_of_a_proxy_is_no_answer() -> None:
    """HTML with status 200 is not taken for an empty place."""
    page = Told(raw=b"<html>wait</html>", headers={"Content-Type": "text/html"})
    with connect(page, GOOD) as link:
        assert link.graph.ask(READ).body == {"id": "1"}
    with connect(page) as link, pytest.raises(OutcomeUnknown):
        link.graph.ask(POST)


def test_a_redirect_is_no_success() -> None:
    """Nor is an answer without content, where something was asked for."""
    for odd in (Told(status=302, headers={"Location": "https://evil.test/"}), Told(status=200)):
        with connect(odd, GOOD) as link:
            assert link.graph.ask(READ).body == {"id": "1"}
        assert {one.url.host for one in link.script.asked} == {"graph.test"}


def test_links_are_followed_as_they_are() -> None:
    """The next page is asked for by the service's own link, unchanged."""
    following = f"{BASE}/sites/s/lists/l/items?$skiptoken=UGFnZWQ%3d&x=1"
    told = [
        Told(body={"value": [1], "@odata.nextLink": following}),
        Told(body={"value": [2]}),
    ]
    with connect(*told) as link:
        assert [page["value"] for page in link.graph.pages("/sites/s/lists/l/items")] == [[1], [2]]
    assert str(link.script.asked[1].url) == following


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.test/v1.0/sites/s",
        "https://graph.test.evil.test/v1.0/x",
        "https://graph.test@evil.test/v1.0/x",
        "http://graph.test/v1.0/x",
        "/v1.0/x",
        5,
    ],
)
def test_links_elsewhere_are_hostile(link: object) -> None:
    """The token goes to no other server."""
    told = Told(body={"value": [], "@odata.nextLink": link})
    with connect(told) as it, pytest.raises(Fatal, match="another server"):
        list(it.graph.pages("/sites/s"))
    assert len(it.script.asked) == 1


def test_pages_in_a_circle_end() -> None:
    """A link to a page that was read already stops the reading."""
    told = Told(body={"value": [], "@odata.nextLink": f"{BASE}/a"})
    with connect(told, told) as link, pytest.raises(Fatal, match="circle"):
        list(link.graph.pages("/a"))


def test_requests_say_who_asks() -> None:
    """Decorated, numbered, and without the token anywhere but in its header."""
    with connect(GOOD) as link:
        link.graph.ask(READ)
    headers = link.script.asked[0].headers
    assert headers["user-agent"].startswith("NONISV|")
    assert headers["client-request-id"] == "id-0"
    assert "token-1" not in repr(link.graph)


def test_a_batch_may_be_answered_in_any_order() -> None:
    """Each answer finds its request by id; a 204 may have neither headers nor body."""
    with connect(batch(sub(2, 200, {"id": "c"}), sub(0, 201, {"id": "a"}), sub(1, 204))) as link:
        found = link.graph.batch([POST, PATCH, READ])
    assert [(one.status, one.body) for one in found if isinstance(one, Answer)] == [
        (201, {"id": "a"}),
        (204, None),
        (200, {"id": "c"}),
    ]


def test_only_throttled_requests_of_a_batch_are_repeated() -> None:
    """The longest of their waits, then only they, under their old ids."""
    first = batch(
        sub(0, 429, refused(), Retry_After="5"), sub(1, 200, {}), sub(2, 429, refused(), Retry_After="9")
    )
    with connect(first, batch(sub(2, 200, {}), sub(0, 200, {}))) as link:
        found = link.graph.batch([POST, PATCH, PATCH])
    assert all(isinstance(one, Answer) for one in found)
    assert link.time.now == 9
    assert [[one["id"] for one in body["requests"]] for body in link.script.bodies()] == [
        ["0", "1", "2"],
        ["0", "2"],
    ]


def test_errors_inside_a_batch_stay_with_their_request() -> None:
    """A broken write is unknown, a stale one is stale, a broken reading is repeated."""
    first = batch(
        sub(0, 503, refused()), sub(1, 412, refused("notAllowed")), sub(2, 502, refused()), sub(3, 200, {})
    )
    with connect(first, batch(sub(2, 200, {}))) as link:
        found = link.graph.batch([POST, PATCH, READ, PATCH])
    assert [type(one) for one in found] == [OutcomeUnknown, VersionChanged, Answer, Answer]


def test_a_request_that_a_batch_forgets() -> None:
    """Not answered at all: a write is unknown, a reading is asked again."""
    with connect(batch(), batch(sub(1, 200, {}))) as link:
        found = link.graph.batch([POST, READ])
    assert [type(one) for one in found] == [OutcomeUnknown, Answer]


def test_a_batch_whose_answer_is_lost() -> None:
    """Every write in it is unknown, no more and no less; the readings have failed."""
    with connect(CUT) as link:
        found = link.graph.batch([POST, READ, PATCH])
    assert [type(one) for one in found] == [OutcomeUnknown, Unavailable, OutcomeUnknown]


def test_a_batch_of_readings_is_repeated() -> None:
    """It is a POST, and yet harmless."""
    with connect(CUT, error(503, "x"), batch(sub(0, 200, {}))) as link:
        assert isinstance(link.graph.batch([READ])[0], Answer)


def test_a_batch_that_is_throttled_for_good_tells_what_was_done() -> None:
    """The finished ones are not lost with the others."""
    first = batch(sub(0, 201, {"id": "1"}), sub(1, 429, refused(), Retry_After="1"))
    again = batch(sub(1, 429, refused(), Retry_After="1"))
    with connect(first, *[again] * 7) as link:
        found = link.graph.batch([POST, POST])
    assert [type(one) for one in found] == [Answer, Throttled]


def test_a_bare_429_of_whole_batches_or_inside_them() -> None:
    """Both are counted over the attempts."""
    with connect(*[error(429, "throttledRequest")] * 4) as link, pytest.raises(Fatal, match="threshold"):
        link.graph.batch([READ])
    inner = batch(sub(0, 429, refused("throttledRequest")))
    with connect(*[inner] * 4) as link, pytest.raises(Fatal, match="threshold"):
        link.graph.batch([READ])
    assert len(link.script.asked) == 3


def test_what_stops_everything_inside_a_batch_is_raised() -> None:
    """A missing permission is not one request's own matter."""
    told = batch(sub(0, 200, {}), sub(1, 403, refused("accessDenied")))
    with connect(told) as link, pytest.raises(Forbidden, match=r"Sites\.Selected"):
        link.graph.batch([READ, PATCH])


def test_a_batch_has_at_most_twenty() -> None:
    """More is a bug of the caller."""
    with connect() as link, pytest.raises(ValueError):
        link.graph.batch([READ] * 21)
