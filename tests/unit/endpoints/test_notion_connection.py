"""What reaches Notion's wire, and what its failures are called; one test for each trap of the client library."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import pytest

from syncbot.endpoints.notion.connection import NotionConnection
from syncbot.endpoints.notion.failures import SavedUnanswered
from syncbot.errors import (
    AuthFailed,
    EndpointError,
    Fatal,
    Forbidden,
    Incomplete,
    Invalid,
    NotFound,
    OutcomeUnknown,
    Throttled,
    Unavailable,
)
from tests.unit.endpoints.notion_script import SOURCE, TOKEN, Desk, error, listed, me, ok, page_id

Send = Callable[[NotionConnection], object]


def read(connection: NotionConnection) -> object:
    """Send something that may be sent again."""
    return connection.ask("GET", "users/me")


def query(connection: NotionConnection) -> object:
    """Ask for rows: a POST that may be sent again."""
    return connection.query(SOURCE, {})


def write(connection: NotionConnection) -> object:
    """Send a write."""
    return connection.change("POST", "pages", {"properties": {}})


def html() -> httpx.Response:
    """Return what the network's edge says when Notion is not reached."""
    return httpx.Response(200, html="<html>Attention required</html>", headers={"cf-ray": "8"})


def cut(request: str = "x") -> httpx.RemoteProtocolError:
    """Return a connection that was dropped."""
    return httpx.RemoteProtocolError(request)


LOST = [
    error(500, "internal_server_error"),
    error(502, "bad_gateway"),
    error(503, "service_unavailable"),
    error(503, "database_connection_unavailable"),
    error(504, "gateway_timeout"),
    error(409, "conflict_error"),
    httpx.Response(502, html="<html>bad gateway</html>"),
    html(),
    ok([1, 2]),
    cut(),
    httpx.ReadTimeout("x"),
    httpx.ReadError("x"),
    httpx.WriteTimeout("x"),
]
"""Answers that do not say whether a write was saved."""
ids = [str(number) for number in range(len(LOST))]


@pytest.mark.parametrize("reply", LOST, ids=ids)
@pytest.mark.parametrize("send", [read, query])
def test_reads_survive(send: Send, reply: httpx.Response | Exception) -> None:
    """A read or a query that got such an answer is sent again, though the query is a POST."""
    desk = Desk()
    desk.will(reply, ok({"object": "list"}))
    assert send(desk.connection()) == {"object": "list"}
    assert len(desk.asked) == 2


@pytest.mark.parametrize("reply", LOST, ids=ids)
def test_writes_are_never_sent_twice(reply: httpx.Response | Exception) -> None:
    """A write that got such an answer may have been saved: it is sent once and called unknown."""
    desk = Desk()
    desk.will(reply)
    with pytest.raises(OutcomeUnknown):
        write(desk.connection())
    assert len(desk.asked) == 1


@pytest.mark.parametrize(
    "failure", [httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x")]
)
def test_what_never_left_is_sent_again(failure: Exception) -> None:
    """Without a connection nothing was saved, so a write is sent again too."""
    desk = Desk()
    desk.will(failure, ok({"id": "new"}))
    assert write(desk.connection()) == {"id": "new"}


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (error(400, "validation_error"), Invalid),
        (error(400, "missing_version"), Invalid),
        (error(400, "invalid_json"), Invalid),
        (error(401, "unauthorized"), AuthFailed),
        (error(403, "restricted_resource"), Forbidden),
        (error(404, "object_not_found"), NotFound),
        (error(409, "row_limit_exceeded"), Invalid),
        (error(429, "rate_limited", rate_limit_reason="public_api_request_blocked"), Forbidden),
        (httpx.Response(302, headers={"location": "https://elsewhere.example/"}), Invalid),
        (httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed"), Fatal),
    ],
)
@pytest.mark.parametrize("send", [read, query, write])
def test_useless_to_repeat(send: Send, reply: httpx.Response | Exception, kind: type[EndpointError]) -> None:
    """What another sending cannot cure is raised at once, under its own name."""
    desk = Desk()
    desk.will(reply)
    with pytest.raises(kind) as caught:
        send(desk.connection())
    assert caught.value.endpoint == "notion"
    assert len(desk.asked) == 1


@pytest.mark.parametrize("send", [read, query, write])
@pytest.mark.parametrize("status", [429, 529])
def test_asked_to_wait(send: Send, status: int) -> None:
    """A 429, and a 529 that the library does not know, are waited out as asked, beyond the library's 60 s."""
    desk = Desk()
    code = "rate_limited" if status == 429 else "service_overload"
    desk.will(error(status, code, headers={"retry-after": "300"}), ok({"id": "x"}))
    assert send(desk.connection()) == {"id": "x"}
    assert sum(desk.slept) == 300


def test_wait_in_the_body() -> None:
    """Where only the body tells the wait (as text), it counts."""
    desk = Desk()
    desk.will(error(429, "rate_limited", retry_after="42"), ok({}))
    read(desk.connection())
    assert sum(desk.slept) == 42


def test_wait_as_a_date() -> None:
    """A Retry-After that is a date is counted from the answer's own date."""
    desk = Desk()
    headers = {"date": "Mon, 02 Mar 2026 09:00:00 GMT", "retry-after": "Mon, 02 Mar 2026 09:02:00 GMT"}
    desk.will(error(429, "rate_limited", headers=headers), ok({}))
    read(desk.connection())
    assert sum(desk.slept) == 120


def test_throttled_for_longer_than_allowed() -> None:
    """The wait that the workspace's limit asks for stands in the error when it is not waited for."""
    desk = Desk()
    desk.will(error(429, "rate_limited", headers={"retry-after": "7200"}))
    with pytest.raises(Throttled) as caught:
        read(desk.connection())
    assert caught.value.retry_after == 7200


def test_saved_but_unanswered() -> None:
    """A 503 that names the page made says so, with the id."""
    desk = Desk()
    desk.will(
        error(503, "service_unavailable", committed_resource_id=page_id(7), retry_guidance=["Read again."])
    )
    with pytest.raises(SavedUnanswered) as caught:
        write(desk.connection())
    assert caught.value.resource == page_id(7)


def test_heavy_query_asks_for_less() -> None:
    """A query that was too heavy comes again with half the rows, then a quarter; the next begins anew."""
    desk = Desk()
    heavy = [error(503, "service_unavailable", retry_guidance=["smaller page_size"]) for _ in range(2)]
    desk.will(*heavy, listed(), listed())
    connection = desk.connection()
    query(connection)
    query(connection)
    assert [body["page_size"] for body in desk.bodies()] == [100, 50, 25, 100]


def test_version_and_address() -> None:
    """Every request asks for the API version 2026-03-11 under /v1/, whatever the library's default is."""
    desk = Desk()
    desk.will(me())
    read(desk.connection(base_url="http://127.0.0.1:9/"))
    (request,) = desk.asked
    assert str(request.url) == "http://127.0.0.1:9/v1/users/me"
    assert request.headers["notion-version"] == "2026-03-11"
    assert request.headers["authorization"] == f"Bearer {TOKEN}"


def test_arguments_are_not_dropped() -> None:
    """What the library's own methods do not know reaches the wire: in the body and in the query."""
    desk = Desk()
    desk.will(ok({}), ok({}))
    connection = desk.connection()
    connection.ask("POST", f"data_sources/{SOURCE}/query", body={"is_archived": True})
    connection.ask("GET", "pages/x/markdown", query={"markdown_version": "v2"})
    assert desk.bodies()[0] == {"is_archived": True}
    assert desk.sent()[1] == ("GET", "/v1/pages/x/markdown?markdown_version=v2")


def test_property_ids_are_encoded_once() -> None:
    """Ids come percent-encoded and leave so in a query string: not once more, not bare."""
    desk = Desk()
    desk.will(listed())
    desk.connection().query(SOURCE, {}, ["title", "a%3Ab", "%3F%23"])
    ((_, path),) = desk.sent()
    assert path.endswith("?filter_properties=title&filter_properties=a%3Ab&filter_properties=%3F%23")


@pytest.mark.parametrize("odd", ["..", "%2e%2e"])
def test_path_with_dots(odd: str) -> None:
    """A property id that cannot stand in a path is an error of ours, not a crash."""
    desk = Desk()
    with pytest.raises(Invalid):
        desk.connection().ask("GET", f"pages/x/properties/a{odd}b")


def test_list_is_read_to_its_end() -> None:
    """The pages of a list follow each other by cursor, as large as allowed."""
    desk = Desk()
    desk.will(listed({"id": 1}, cursor="c1"), listed({"id": 2}))
    assert len(list(desk.connection().pages_of("users"))) == 2
    assert [path for _, path in desk.sent()] == [
        "/v1/users?page_size=100",
        "/v1/users?page_size=100&start_cursor=c1",
    ]


@pytest.mark.parametrize(
    "broken",
    [{"has_more": True, "next_cursor": None}, {"next_cursor": None}, {"has_more": True, "next_cursor": "c1"}],
)
def test_list_without_an_end(broken: dict[str, object]) -> None:
    """A list that names no next page, or the same again, or does not say, is incomplete."""
    desk = Desk()
    desk.will(listed(cursor="c1"), ok({"object": "list", "results": []} | broken))
    with pytest.raises(Incomplete):
        list(desk.connection().pages_of("users"))


def test_token_is_never_shown() -> None:
    """Neither the connection nor an error, nor what is behind it, shows the token."""
    desk = Desk()
    desk.will(error(401, "unauthorized"), cut("closed by peer"), httpx.Response(500, text=TOKEN))
    connection = desk.connection()
    shown = [repr(connection), str(vars(connection)), repr(connection._client.options)]
    for _ in range(3):
        with pytest.raises(EndpointError) as caught:
            write(connection)
        shown += [str(caught.value), repr(caught.value), str(caught.value.__cause__)]
    assert TOKEN not in "".join(shown)


def test_many_connections_one_logger(caplog: pytest.LogCaptureFixture) -> None:
    """Connections add no handler to any logger, and a failing request writes no line."""
    before = {
        name: list(logging.getLogger(name).handlers) for name in ("notion_client", "syncbot.notion.client")
    }
    for _ in range(3):
        desk = Desk()
        desk.will(error(400, "validation_error"))
        with pytest.raises(Invalid):
            read(desk.connection())
    assert {name: logging.getLogger(name).handlers for name in before} == before
    assert [record for record in caplog.records if record.name.startswith(("notion", "syncbot"))] == []


def test_environment_is_not_asked() -> None:
    """Proxies and CA files in the environment are not looked at: they must be given."""
    connection = Desk().connection(transport=None)
    assert not connection._client.client.trust_env
    connection.close()


class Trickle(httpx.SyncByteStream):
    """An answer of which a little comes every ten seconds, for ever."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def __iter__(self) -> Iterator[bytes]:
        """Yield a space again and again."""
        while True:
            self.desk.now += 10
            yield b" "


def test_trickle_is_broken_off() -> None:
    """An answer that keeps coming in is given up after the total time, which httpx itself does not know."""
    desk = Desk()
    desk.will(httpx.Response(200, stream=Trickle(desk)))
    with pytest.raises(OutcomeUnknown):
        write(desk.connection())
    assert 120 <= desk.now <= 140


def test_time_outs_are_ours() -> None:
    """The time-outs on the wire are ours, not the one value that the library sets for all phases."""
    desk = Desk()
    desk.will(me())
    read(desk.connection())
    assert desk.asked[0].extensions["timeout"] == {"connect": 10.0, "read": 65.0, "write": 30.0, "pool": 10.0}


class Closable(httpx.MockTransport):
    """A transport that notes its end."""

    closed = False

    def close(self) -> None:
        """Note it."""
        self.closed = True


def test_close_ends_the_given_transport() -> None:
    """The transport that was given carries the requests and is closed; the library's `with` would have lost it."""
    desk = Desk()
    desk.will(me())
    transport = Closable(desk)
    connection = desk.connection(transport=transport)
    read(connection)
    connection.close()
    assert transport.closed


def test_errors_tell_where() -> None:
    """The sentence names method, path, status, code and Notion's own words."""
    desk = Desk()
    desk.will(error(400, "validation_error"))
    with pytest.raises(Invalid, match="POST pages: 400 validation_error: about validation_error"):
        write(desk.connection())


def test_unavailable_for_good() -> None:
    """A service that stays away is given up, as what it is."""
    desk = Desk()
    desk.will(*[error(502, "bad_gateway") for _ in range(8)])
    with pytest.raises(Unavailable):
        read(desk.connection())
    assert datetime.fromtimestamp(desk.now, UTC).hour == 0
    assert json.loads(desk.asked[-1].content or b"null") is None
