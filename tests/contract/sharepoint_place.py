"""A SharePoint list on the sandbox's Graph, over real HTTP and with a real sign-in, as a place for tests."""

import itertools
import json
import random
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import httpx

from syncbot.endpoints.base import ColumnId, GoneReason, Ref
from syncbot.endpoints.sharepoint.connection import GraphConnection, open_client
from syncbot.endpoints.sharepoint.endpoint import SharePointEndpoint
from syncbot.endpoints.sharepoint.sign_in import SignIn
from syncbot.endpoints.traffic import Traffic
from syncbot.sandbox.clock import Clock
from syncbot.sandbox.graph import GraphService
from syncbot.sandbox.login import CLIENT_ID, CLIENT_SECRET, TENANT_ID, LoginService
from syncbot.sandbox.server import Options, Sandbox, start
from tests.contract.endpoint_contract import Cells, Place
from tests.referees import graph as referee
from tests.unit.sandbox.graph_desk import COLUMNS, START

SITE = "https://contoso.sharepoint.com/sites/cities"
ZONE = ZoneInfo("Europe/Brussels")
NAMES = ("Anna Adler", "Ben Berg", "Carla Cohn")
PAGE = 3


def address(name: str) -> str:
    """Return the e-mail address of a person of the sandbox."""
    return f"{name.split(maxsplit=1)[0].lower()}@contoso.example"


@dataclass(kw_only=True)
class Site:
    """A running sandbox with one site; `reset` brings it back to how it began."""

    sandbox: Sandbox
    service: GraphService
    cities: str
    groups: str
    people: Mapping[str, int]
    """E-mail address -> row of the site."""

    def control(self, method: str, path: str, body: object = None) -> Any:
        """Call one of the sandbox's own addresses."""
        url = f"{self.sandbox.url('graph')}/_sandbox/{path}"
        answer = httpx.request(method, url, json=body, trust_env=False)
        return answer.json() if answer.content else None

    def reset(self) -> None:
        """Forget all rows, requests and faults."""
        self.control("POST", "reset")

    def faults(self, *faults: Mapping[str, object], seed: int = 1) -> None:
        """Order faults in place of those before."""
        self.control("POST", "faults", {"seed": seed, "faults": list(faults)})

    def requests(self) -> list[dict[str, Any]]:
        """Return the sandbox's log."""
        log: list[dict[str, Any]] = self.control("GET", "requests")
        return log


@contextmanager
def running_site() -> Iterator[Site]:
    """Start a sandbox with three people, three groups and an empty list of cities."""
    numbers = itertools.count()
    login = LoginService(Clock(start=START))
    service = GraphService(
        verify=login.verify,
        ids=lambda: str(uuid.uuid5(uuid.NAMESPACE_OID, str(next(numbers)))),
        app_id=CLIENT_ID,
    )
    people = {address(name): service.add_user(name, address(name)) for name in NAMES}
    groups = service.add_list("Groups", [])
    for name in ("North", "South", "West"):
        service.add_item(groups, {"Title": name}, by=people[address(NAMES[0])], at=START)
    lookups: list[dict[str, Any]] = [
        {"name": "Nick", "displayName": "Nickname", "text": {}},
        {"name": "Group", "lookup": {"listId": groups}},
        {"name": "Groups", "lookup": {"listId": groups, "allowMultipleValues": True}},
    ]
    cities = service.add_list("Mission Cities", [*COLUMNS, *lookups])
    with start([service], login, Options(rate=1000)) as sandbox:
        yield Site(sandbox=sandbox, service=service, cities=cities, groups=groups, people=people)


def judge(response: httpx.Response) -> None:
    """Let the referee, which is Microsoft's own metadata, see an answer of Graph."""
    if not referee.available() or "json" not in response.headers.get("content-type", ""):
        return
    body = json.loads(response.read())
    request = response.request
    if request.url.path.endswith("/$batch") and response.status_code == 200:
        referee.check_batch(json.loads(request.content), body)
    referee.check_answer(request.method, request.url.path, response.status_code, body)


class HasSandbox(Protocol):
    """Whatever has a running sandbox."""

    sandbox: Sandbox


@contextmanager
def connected(site: HasSandbox, *, patience: float = 0.0) -> Iterator[GraphConnection]:
    """Connect with the secret; waits are `patience` times as long as asked."""
    sign_in = SignIn(
        tenant=TENANT_ID,
        client_id=CLIENT_ID,
        secret=CLIENT_SECRET,
        login_base_url=site.sandbox.login_url,
        ca_bundle=site.sandbox.ca_path,
    )
    traffic = Traffic(
        name="sharepoint",
        units=1e9,
        window_seconds=60,
        monotonic=time.monotonic,
        sleep=lambda seconds: time.sleep(seconds * patience),
        dice=random.Random(1),
        max_attempts=12,
    )
    client = open_client(ca_bundle=site.sandbox.ca_path)
    client.event_hooks["response"].append(judge)
    graph = GraphConnection(
        token=sign_in,
        base_url=site.sandbox.graph_url,
        traffic=traffic,
        client=client,
        new_id=lambda: str(uuid.uuid4()),
        now=lambda: datetime(2026, 3, 2, tzinfo=UTC),
    )
    try:
        yield graph
    finally:
        graph.close()
        sign_in.close()


def endpoint_on(graph: GraphConnection, *, page: int = PAGE) -> SharePointEndpoint:
    """Return the endpoint of the list of cities."""
    return SharePointEndpoint(
        name="sharepoint",
        graph=graph,
        site_url=SITE,
        list_name="Mission Cities",
        key_column="Key",
        time_zone=ZONE,
        app_id=CLIENT_ID,
        page=page,
    )


@dataclass
class Anna:
    """A person in the browser."""

    site: Site
    list_id: str

    @property
    def _by(self) -> int:
        return self.site.people[address(NAMES[0])]

    def add(self, cells: Cells) -> Ref:
        """Make a row."""
        return str(self.site.service.add_item(self.list_id, dict(cells), by=self._by, at=START))

    def edit(self, ref: Ref, cells: Cells) -> None:
        """Change a row."""
        self.site.service.edit_item(self.list_id, int(ref), dict(cells), by=self._by, at=START)

    def trash(self, ref: Ref) -> None:
        """Put a row into the recycle bin."""
        self.site.service.delete_item(self.list_id, int(ref), at=START)

    def rename_column(self, column: ColumnId, name: str) -> None:
        """Rename a column."""
        self.site.service.rename_column(self.list_id, column, name)

    def retype_column(self, column: ColumnId) -> None:
        """Make it one of numbers."""
        self.site.service.retype_column(self.list_id, column, {"number": {}})


def place_on(site: Site, graph: GraphConnection) -> Place:
    """Return the list of cities as a place."""
    groups = {"Group": ("1", "2", "3"), "Groups": ("1", "2", "3")}
    lost = {"kind": "cut_saved", "times": 1, "path": r"\$batch$"}
    return Place(
        endpoint=endpoint_on(graph),
        person=Anna(site, site.cities),
        title="Title",
        requests=lambda: len(site.requests()),
        lose_next_write=lambda: site.faults(lost),
        page=PAGE,
        refs=groups,
        users=tuple(site.people),
        moving=frozenset({"Modified", "Editor", "_UIVersionString"}),
        trash_reason=GoneReason.NOT_FOUND,  # Graph does not say whether a row is in the recycle bin
    )
