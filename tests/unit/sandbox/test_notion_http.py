"""The sandboxed Notion on the wire, asked by the client library as it is."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from notion_client import APIErrorCode, APIResponseError, Client
from notion_client.errors import HTTPResponseError
from notion_client.helpers import collect_paginated_api

from syncbot.sandbox.clock import Clock
from syncbot.sandbox.login import LoginService
from syncbot.sandbox.notion import NotionService
from syncbot.sandbox.server import Options, Sandbox, start
from tests.unit.sandbox.notion_desk import START, columns, title, uuids

TOKEN = "ntn_wire"


class Wire:
    """A running sandbox, its service, and a client that points at it."""

    def __init__(self, sandbox: Sandbox, service: NotionService, cities: str) -> None:
        self.sandbox, self.service, self.cities = sandbox, service, cities
        self.client: Any = Client(
            auth=TOKEN,
            base_url=sandbox.notion_url,
            notion_version="2026-03-11",
            retry=False,
            logger=logging.getLogger("notion_wire"),
        )

    def fault(self, **fault: object) -> None:
        """Order a fault; none takes back what was ordered."""
        orders = {"faults": [fault] if fault else []}
        httpx.post(
            f"{self.sandbox.notion_url}/_sandbox/faults", json=orders, trust_env=False
        ).raise_for_status()

    def create(self, city: str) -> Any:
        """Create a city."""
        return self.client.pages.create(
            parent={"data_source_id": self.cities}, properties={"City": title(city)}
        )


@pytest.fixture
def wire() -> Iterator[Wire]:
    """A sandbox with an empty data source of cities; two requests a minute more than 58."""
    service = NotionService(TOKEN, uuids())
    people = service.add_data_source("People", {"Name": {"title": {}}})
    groups = service.add_data_source("Groups", {"Name": {"title": {}}})
    cities = service.add_data_source("Mission Cities", columns(people, groups))
    login = LoginService(Clock(start=START))
    with start([service], login, Options(rate=1 / 3)) as sandbox:
        wire = Wire(sandbox, service, cities)
        yield wire
        wire.client.close()


def refused(call: Callable[[], object]) -> HTTPResponseError:
    """Return the error of a call."""
    with pytest.raises(HTTPResponseError) as caught:
        call()
    return caught.value


def test_the_client_creates_reads_and_queries(wire: Wire) -> None:
    """From the schema to a page and back, with the library's own methods and its paging."""
    client = wire.client
    schema = client.data_sources.retrieve(wire.cities)["properties"]
    page = wire.create("Ghent")
    client.pages.update(page["id"], properties={schema["Population"]["id"]: {"number": 265_000}})
    for name in ("Population", "Edited by", "City"):
        item = client.pages.properties.retrieve(page["id"], schema[name]["id"])
        assert (item["object"] == "list") == (name == "City")
    for city in ("Lier", "Mons"):
        wire.create(city)
    rows = collect_paginated_api(client.data_sources.query, data_source_id=wire.cities, page_size=2)
    assert len(rows) == 3
    assert client.users.me()["id"] == wire.service.bot_id
    client.blocks.children.append(page["id"], children=[{"paragraph": {"rich_text": []}}])
    assert len(client.blocks.children.list(page["id"])["results"]) == 1
    assert client.blocks.delete(page["id"])["in_trash"] is True


def test_odd_property_ids_survive_the_way(wire: Wire) -> None:
    """`filter_properties` needs ids decoded, as the library encodes them; the property item needs them as given."""
    schema = wire.client.data_sources.retrieve(wire.cities)["properties"]
    odd = next(one for one in schema.values() if "%3F" in one["id"])
    page = wire.create("Ghent")["id"]
    plain = unquote(odd["id"])
    shown = wire.client.data_sources.query(wire.cities, filter_properties=[plain])
    assert list(shown["results"][0]["properties"]) == [odd["name"]]
    assert isinstance(
        refused(lambda: wire.client.data_sources.query(wire.cities, filter_properties=[odd["id"]])),
        APIResponseError,
    )
    assert wire.client.pages.properties.retrieve(page, odd["id"])
    assert refused(lambda: wire.client.pages.properties.retrieve(page, plain)).status in (400, 404)


def test_refusals_arrive_with_code_and_request_id(wire: Wire) -> None:
    """The library understands the errors it knows."""
    error = refused(lambda: wire.client.pages.retrieve("3f2b1c4d-5e6f-4a8b-9c0d-1e2f3a4b5c6d"))
    assert isinstance(error, APIResponseError)
    assert (error.status, error.code) == (404, APIErrorCode.ObjectNotFound)
    assert error.request_id
    stranger = Client(
        auth="wrong", base_url=wire.sandbox.notion_url, retry=False, logger=logging.getLogger("x")
    )
    assert refused(stranger.users.me).status == 401
    stranger.close()


def test_the_61st_request_waits(wire: Wire) -> None:
    """At a third of the rate the 61st request within a minute is refused with the wait; it did not count."""
    for _ in range(60):
        wire.client.users.me()
    error = refused(wire.client.users.me)
    assert isinstance(error, APIResponseError) and error.status == 429
    wait = int(error.headers["retry-after"])
    assert error.additional_data is not None
    assert 1 <= wait <= 60 and error.additional_data["retry_after"] == str(wait)


def test_a_write_can_be_saved_and_answer_503(wire: Wire) -> None:
    """The client sees an error that names the new page; repeating it would make a second one."""
    wire.fault(kind="503_saved", method="POST", path="/v1/pages$", times=1)
    error = refused(lambda: wire.create("Ghent"))
    assert isinstance(error, APIResponseError) and error.status == 503
    assert error.additional_data is not None
    made = str(error.additional_data["committed_resource_id"])
    assert wire.client.pages.retrieve(made)["properties"]["City"]["title"][0]["plain_text"] == "Ghent"
    assert len(wire.service.state.pages) == 1


def test_what_the_client_does_not_know(wire: Wire) -> None:
    """529, 502 and 409's second code reach a caller only as raw text."""
    for kind, status in (("529", 529), ("502", 502)):
        wire.fault(kind=kind, times=1)
        error = refused(wire.client.users.me)
        assert error.status == status and not isinstance(error, APIResponseError)
    wire.fault(kind="409", times=1)
    assert refused(lambda: wire.create("Ghent")).code == APIErrorCode.ConflictError
    wire.service.settings = type(wire.service.settings)(row_limit=0)
    assert "row_limit_exceeded" in refused(lambda: wire.create("Ghent")).body


def test_an_ordered_wait_stands_in_header_and_body(wire: Wire) -> None:
    """A fault that says how long to wait says it in both places, as Notion does."""
    for kind in ("429", "529"):
        wire.fault(kind=kind, times=1, retry_after=77)
        error = refused(wire.client.users.me)
        assert error.headers["retry-after"] == "77"
        assert json.loads(error.body)["additional_data"]["retry_after"] == "77"


def test_a_cut_create_may_have_happened(wire: Wire) -> None:
    """A connection that breaks after the effect leaves a page that nobody was told of."""
    wire.fault(kind="cut_saved", method="POST", path="/v1/pages$", times=1)
    with pytest.raises(httpx.HTTPError):
        wire.create("Ghent")
    assert len(wire.service.state.pages) == 1


def test_a_person_edits_through_the_control_route(wire: Wire) -> None:
    """What a member types under /_sandbox/ is read by the client as that member's edit."""
    anna = wire.service.add_user("Anna Adler", "anna@contoso.example")
    page = wire.service.add_page(wire.cities, {"City": title("Ghent")}, by=anna, at=START)
    order = {"by": "Anna Adler", "page": page, "properties": {"Population": 9}}
    answer = httpx.post(f"{wire.sandbox.notion_url}/_sandbox/edit", json=order, trust_env=False)
    assert answer.status_code == 200, answer.text
    shown = wire.client.pages.retrieve(page)
    assert shown["properties"]["Population"]["number"] == 9
    assert shown["last_edited_by"]["id"] == anna
