"""The sandboxed Graph on the wire, with tokens of the sandboxed sign-in."""

import itertools
import ssl
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from syncbot.sandbox.clock import Clock
from syncbot.sandbox.graph import GraphService
from syncbot.sandbox.login import CLIENT_ID, CLIENT_SECRET, TENANT_ID, LoginService
from syncbot.sandbox.server import Options, Sandbox, start
from tests.unit.sandbox.graph_desk import COLUMNS, START


@pytest.fixture
def service() -> Iterator[tuple[GraphService, str, Sandbox]]:
    """A running service with three rows, its list and its sandbox; the rate is a fiftieth of the real one."""
    login = LoginService(Clock(start=START))
    numbers = itertools.count()
    service = GraphService(
        verify=login.verify,
        ids=lambda: str(uuid.uuid5(uuid.NAMESPACE_OID, str(next(numbers)))),
        app_id=CLIENT_ID,
        rate_factor=0.02,
    )
    anna = service.add_user("Anna Adler", "anna@contoso.example")
    cities = service.add_list("Cities", COLUMNS)
    for name in ("Ghent", "Lier", "Mons"):
        service.add_item(cities, {"Title": name}, by=anna, at=START)
    with start([service], login, Options(rate=0.02)) as sandbox:
        yield service, cities, sandbox


@pytest.fixture
def client(service: tuple[GraphService, str, Sandbox]) -> Iterator[httpx.Client]:
    """A client that is signed in."""
    sandbox = service[2]
    form = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "grant_type": "client_credentials",
        "scope": "https://graph.microsoft.com/.default",
    }
    address = f"{sandbox.login_url}/{TENANT_ID}/oauth2/v2.0/token"
    answer = httpx.post(
        address, data=form, verify=ssl.create_default_context(cafile=sandbox.ca_path), trust_env=False
    )
    headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
    with httpx.Client(base_url=sandbox.graph_url, headers=headers, trust_env=False) as client:
        yield client


SITE = "/sites/contoso.sharepoint.com:/sites/cities"


def test_a_signed_in_application_reads_and_writes(
    client: httpx.Client, service: tuple[GraphService, str, Sandbox]
) -> None:
    """From site to list to item and back, as a client does it, all over HTTP."""
    site = client.get(SITE).json()["id"]
    items = f"/sites/{site}/lists/{service[1]}/items"
    made = client.post(items, json={"fields": {"Title": "Ypres"}})
    assert (made.status_code, made.headers["etag"]) == (201, made.json()["eTag"])
    tag = {"If-Match": made.json()["eTag"]}
    fields = f"{items}/{made.json()['id']}/fields"
    assert client.patch(fields, json={"Title": "Ieper"}, headers=tag).status_code == 200
    assert client.patch(fields, json={"Title": "Ypern"}, headers=tag).status_code == 412
    gone = client.delete(f"{items}/{made.json()['id']}")
    assert (gone.status_code, gone.content) == (204, b"")


def test_links_lead_back_to_the_proxy_that_was_asked(
    client: httpx.Client, service: tuple[GraphService, str, Sandbox]
) -> None:
    """Behind a proxy the next page is asked of the proxy, and the address works as it stands."""
    items = f"{SITE}:/lists/{service[1]}/items"
    proxy = {"X-Forwarded-Host": "proxy.example:8443", "X-Forwarded-Proto": "https"}
    link = client.get(f"{items}?$top=2&$expand=fields($select=Title)", headers=proxy).json()[
        "@odata.nextLink"
    ]
    assert link.startswith("https://proxy.example:8443/v1.0/sites/")
    delta = client.get(f"{items}/delta", headers=proxy).json()["@odata.deltaLink"]
    assert delta.startswith("https://proxy.example:8443/v1.0/sites/")
    here = client.get(link.replace("https://proxy.example:8443/v1.0", "")).json()
    assert [item["fields"]["Title"] for item in here["value"]] == ["Mons"]


def test_a_token_lives_for_an_hour(client: httpx.Client, service: tuple[GraphService, str, Sandbox]) -> None:
    """After an hour of the sandbox the token is refused, and the message says that it is expired."""
    service[2].clock.advance(3601)
    answer = client.get(SITE)
    assert answer.status_code == 401
    assert "expired" in answer.json()["error"]["message"]


def test_the_front_throttles_by_units(
    client: httpx.Client, service: tuple[GraphService, str, Sandbox]
) -> None:
    """At a fiftieth of the rate 25 units pass a minute; headers warn before, the wait ends the refusal."""
    lists = f"{SITE}:/lists"
    answers = [client.get(lists) for _ in range(12)]
    assert {answer.status_code for answer in answers} == {200}
    assert "ratelimit-remaining" not in answers[8].headers
    assert answers[9].headers["ratelimit-remaining"] == "5"
    refused = client.get(lists)
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "activityLimitReached")
    assert refused.headers["ratelimit-remaining"] == "0"
    service[2].clock.advance(int(refused.headers["retry-after"]))
    assert client.get(lists).status_code == 200


def test_the_log_shows_what_calls_cost(
    client: httpx.Client, service: tuple[GraphService, str, Sandbox]
) -> None:
    """The sandbox's log has the units of each call, so that a bench can add them up."""
    client.get(SITE)
    client.get(f"{SITE}:/lists")
    log: list[dict[str, Any]] = httpx.get(
        f"{service[2].url('graph')}/_sandbox/requests", trust_env=False
    ).json()
    assert [(entry["status"], entry["cost"]) for entry in log] == [(200, 1), (200, 2)]
