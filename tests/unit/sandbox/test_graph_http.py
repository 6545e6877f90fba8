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


def edit(sandbox: Sandbox, **order: object) -> httpx.Response:
    """Ask for an edit as by a person."""
    address = sandbox.graph_url.removesuffix("/v1.0") + "/_sandbox/edit"
    return httpx.post(address, json=order, trust_env=False)


def test_a_person_edits_over_the_control_route(
    client: httpx.Client, service: tuple[GraphService, str, Sandbox]
) -> None:
    """What is saved, deleted and restored there is a person's work in Graph's eyes, and changes come by delta."""
    graph, cities, sandbox = service
    link = client.get(f"{SITE}:/lists/Cities/items/delta").json()["@odata.deltaLink"]
    who = {"list": "Cities", "by": "anna@contoso.example"}
    assert edit(sandbox, **who, item=2, fields={"Label": "2026-03-01", "Note": None}).json() == {"id": "2"}
    assert edit(sandbox, **who, item="3", action="delete").status_code == 200
    assert edit(sandbox, **who, fields={"Title": "Ypres"}).json() == {"id": "4"}
    item = client.get(f"{SITE}:/lists/{cities}/items/2?$expand=fields").json()
    assert item["fields"]["Label"] == "2026-02-28T23:00:00Z"
    assert item["lastModifiedBy"] == {"user": item["lastModifiedBy"]["user"]}
    changed = {one["id"]: "deleted" in one for one in client.get(link).json()["value"]}
    assert changed == {"2": False, "3": True, "4": False}
    edit(sandbox, **who, item="3", action="restore")
    assert graph.item(cities, 3).values["Title"] == "Mons"


@pytest.mark.parametrize(
    "wrong",
    [
        {"by": "Nobody"},
        {"list": "Rivers"},
        {"list": "User Information List"},
        {"item": "99"},
        {"item": "one"},
        {"item": "1", "action": "restore"},
        {"fields": {"Nowhere": "x"}},
        {"fields": {"Label": "soon"}},
        {"fields": {"Label": 5}},
        {"fields": {"Lead": 99}},
        {"cells": {}},
    ],
)
def test_an_edit_that_cannot_be_done_says_why(
    service: tuple[GraphService, str, Sandbox], wrong: dict[str, object]
) -> None:
    """Somebody, something or a value that is not there is a 400 with the reason, and changes nothing."""
    before = service[0].dump()
    order = {"list": "Cities", "by": "Anna Adler", "item": "1", "fields": {"Title": "Gent"}}
    answer = edit(service[2], **(order | wrong))
    assert answer.status_code == 400 and answer.json()["error"]
    assert service[0].dump() == before


def test_faults_inside_a_batch_are_ordered_like_others(
    client: httpx.Client, service: tuple[GraphService, str, Sandbox]
) -> None:
    """A fault marked `inside` hits one request of a batch, also when it was carried out; a reset ends it."""
    graph, cities, sandbox = service
    control = sandbox.graph_url.removesuffix("/v1.0") + "/_sandbox"
    order = {"faults": [{"kind": "503_saved", "path": "/items/2/", "inside": True}]}
    httpx.post(f"{control}/faults", json=order).raise_for_status()
    requests = [
        {
            "id": str(number),
            "method": "PATCH",
            "url": f"{SITE}:/lists/Cities/items/{number}/fields",
            "headers": {"Content-Type": "application/json"},
            "body": {"Title": "New"},
        }
        for number in (1, 2)
    ]
    answers = client.post("/$batch", json={"requests": requests}).json()["responses"]
    assert {one["id"]: one["status"] for one in answers} == {"1": 200, "2": 503}
    assert graph.item(cities, 2).values["Title"] == "New"
    httpx.post(f"{control}/reset").raise_for_status()
    assert not graph.settings.sub_faults.faults


def test_a_whole_batch_can_get_lost_after_it_was_done(
    client: httpx.Client, service: tuple[GraphService, str, Sandbox]
) -> None:
    """A saved fault on `$batch` itself answers 503, and everything in the batch took effect."""
    graph, cities, sandbox = service
    order = {"faults": [{"kind": "503_saved", "path": "batch$"}]}
    httpx.post(sandbox.graph_url.removesuffix("/v1.0") + "/_sandbox/faults", json=order).raise_for_status()
    body = {"requests": [{"id": "1", "method": "DELETE", "url": f"{SITE}:/lists/Cities/items/1"}]}
    assert client.post("/$batch", json=body).status_code == 503
    assert [int(key) for key in graph.state.lists[cities].items] == [2, 3]
