"""Mailboxes, calendars and Teams of the sandbox, over real HTTP and with a real sign-in, as places for outlets."""

import itertools
import random
import time as clock
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from pydantic import SecretStr

from syncbot.endpoints.outlets.base import Outlet
from syncbot.endpoints.outlets.calendar import CalendarOutlet
from syncbot.endpoints.outlets.fallback import Fallback
from syncbot.endpoints.outlets.mail import MailOutlet
from syncbot.endpoints.outlets.outlook import Outlook
from syncbot.endpoints.outlets.teams import TeamsOutlet, open_webhook
from syncbot.endpoints.sharepoint.connection import GraphConnection, open_client
from syncbot.endpoints.sharepoint.sign_in import SignIn
from syncbot.endpoints.traffic import Traffic
from syncbot.sandbox.clock import Clock
from syncbot.sandbox.graph import GraphService
from syncbot.sandbox.login import CLIENT_ID, CLIENT_SECRET, TENANT_ID, LoginService
from syncbot.sandbox.server import Options, Sandbox, start
from tests.fakes.outlets import Texts
from tests.unit.sandbox.graph_desk import START

OFFICE = "office@contoso.example"
JOIN = "https://teams.microsoft.com/l/meetup-join/19%3ameeting/0?context=%7b%22Tid%22%7d&x=1"
PEOPLE = ("anna@contoso.example", "Ben@contoso.example", "carla@contoso.example")
_MINUTES_TO_APPEAR = 1


@dataclass(kw_only=True)
class Office:
    """A running sandbox with an office, three people, a weekly meeting and a channel."""

    sandbox: Sandbox
    service: GraphService
    graph: GraphConnection
    series: str
    flow: str
    """The path of the webhook, with its secret."""
    texts: Texts = field(default_factory=Texts)
    """What outlets keep."""
    web: httpx.HTTPTransport = field(default_factory=httpx.HTTPTransport)

    def control(self, method: str, path: str, body: object = None) -> Any:
        """Call one of the sandbox's own addresses."""
        url = f"{self.sandbox.url('graph')}/_sandbox/{path}"
        answer = httpx.request(method, url, json=body, trust_env=False)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def fail_next(self, kind: str, path: str) -> None:
        """Let the next call that writes below a path fail so."""
        fault = {"kind": kind, "path": path, "times": 1}
        self.control("POST", "faults", {"seed": 1, "faults": [fault]})

    def later(self) -> None:
        """Let the copies in Sent Items appear."""
        self.control("POST", "clock", {"advance": _MINUTES_TO_APPEAR * 60})

    def outlook(self, name: str = "mail", needs: str = "Mail.Send and Mail.Read") -> Outlook:
        """Return the way to the office's mailbox."""
        return Outlook(name=name, graph=self.graph, mailbox=OFFICE, needs=needs)

    def mail(self) -> MailOutlet:
        """Return the outlet for mails."""
        return MailOutlet(outlook=self.outlook(), monotonic=clock.monotonic)

    def calendar(self) -> CalendarOutlet:
        """Return the outlet for meetings."""
        outlook = self.outlook("calendar", "Calendars.ReadWrite")
        return CalendarOutlet(outlook=outlook, subject="csg d", zone=ZoneInfo("Europe/Brussels"))

    def teams(self) -> TeamsOutlet:
        """Return the outlet for the channel."""
        address = SecretStr(self.sandbox.url("graph") + self.flow)
        return TeamsOutlet(
            name="teams", client=open_webhook(address, self.web), traffic=traffic("teams"), now=_now
        )

    def fallback(self) -> Fallback:
        """Return the channel, and mails where that fails."""
        return Fallback(first=self.teams(), second=self.mail(), memo=self.texts.memo)


def _now() -> datetime:
    return datetime(2026, 3, 2, tzinfo=UTC)


def traffic(name: str) -> Traffic:
    """Return a queue that waits for nothing."""
    return Traffic(
        name=name,
        units=1e9,
        window_seconds=60,
        monotonic=clock.monotonic,
        sleep=lambda _: None,
        dice=random.Random(1),
        max_attempts=4,
    )


@contextmanager
def running_office() -> Iterator[Office]:
    """Start the sandbox and a connection to it."""
    numbers = itertools.count()
    login = LoginService(Clock(start=START))
    service = GraphService(
        verify=login.verify,
        ids=lambda: str(uuid.uuid5(uuid.NAMESPACE_OID, str(next(numbers)))),
        app_id=CLIENT_ID,
    )
    for address in (OFFICE, *PEOPLE):
        service.add_mailbox(address.partition("@")[0], address)
    series = service.add_series(
        OFFICE,
        "CSG D weekly",
        first=date(2026, 2, 5),
        until=date(2026, 6, 25),
        at=time(10),
        join_url=JOIN,
        text="Room 4",
    )
    flow = service.add_flow("CSG D", known=PEOPLE)
    with start([service], login, Options(rate=1000)) as sandbox:
        sign_in = SignIn(
            tenant=TENANT_ID,
            client_id=CLIENT_ID,
            secret=CLIENT_SECRET,
            login_base_url=sandbox.login_url,
            ca_bundle=sandbox.ca_path,
        )
        client = open_client(ca_bundle=sandbox.ca_path)
        graph = GraphConnection(
            token=sign_in,
            base_url=sandbox.graph_url,
            traffic=traffic("outlook"),
            client=client,
            new_id=lambda: str(uuid.uuid4()),
            now=_now,
            name="outlook",
        )
        office = Office(sandbox=sandbox, service=service, graph=graph, series=series, flow=flow)
        try:
            yield office
        finally:
            office.web.close()
            client.close()
            sign_in.close()


@dataclass(kw_only=True)
class OfficePlace:
    """One outlet of the office."""

    office: Office
    outlet: Outlet
    path: str
    """Where its writes go, for faults."""

    def later(self) -> None:
        """Let time pass."""
        self.office.later()

    def trouble(self, kind: str) -> bool:
        """Let the next write fail so."""
        self.office.fail_next(kind, self.path)
        return True

    def arrived(self) -> Sequence[str]:
        """Return what people have: mails by their header, cards by their title, meetings by their mark."""
        return [*self._mails(), *self._cards(), *self._meetings()]

    def _mails(self) -> Iterator[str]:
        for one in self.office.service.messages:
            yield next(str(head["value"]) for head in one.headers if head["name"] == "x-syncbot-publication")

    def _cards(self) -> Iterator[str]:
        """A card says nothing of its identity: the test's own cards are told apart by their order."""
        days: Mapping[int, str] = {0: "2026-03-05", 1: "2026-03-12"}
        shown = [one for one in self.office.service.posted if one.why is None]
        yield from (f"agenda/D/{days[number]}" for number, _ in enumerate(shown))

    def _meetings(self) -> Iterator[str]:
        changes = self.office.service.state.outlook.series[self.office.series].changes
        for change in changes.values():
            assert change.online, "people can no longer join"
            yield from (str(one["value"]) for one in change.properties)
            assert change.content.count("example.org/agenda") in (2, 0), change.content
