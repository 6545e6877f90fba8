"""A desk in front of the sandboxed Graph: it calls the service and lets the referee see every answer."""

import itertools
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from syncbot.sandbox.frame import Answer, Call
from syncbot.sandbox.graph import GraphService, Settings
from tests.referees import graph as referee

START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
HOST = "http://127.0.0.1:9100"
SITE = "/sites/contoso.sharepoint.com:/sites/cities:"
APP_ID = "b7f3a2d4-5c60-4f1b-8e29-d1a4c3e5f607"
CLAIMS = {"aud": "https://graph.microsoft.com", "roles": ["Sites.Selected"]}
TOKENS: Mapping[str, Mapping[str, object]] = {
    "good": CLAIMS,
    "foreign": CLAIMS | {"aud": "https://contoso.sharepoint.com"},
    "wide": CLAIMS | {"roles": ["Sites.ReadWrite.All"]},
    "office": CLAIMS | {"roles": ["Mail.Send", "Mail.Read", "Calendars.ReadWrite"]},
    "no-role": {"aud": "https://graph.microsoft.com", "roles": ["Mail.Send"]},
}
COLUMNS: tuple[dict[str, Any], ...] = (
    {"name": "Title", "displayName": "City"},
    {"name": "Note", "text": {"allowMultipleLines": True}},
    {"name": "State", "choice": {"choices": ["Draft", "Signed"]}},
    {"name": "Free", "choice": {"choices": ["A"], "allowTextEntry": True}},
    {"name": "Languages", "choice": {"choices": ["de", "fr", "nl"], "displayAs": "checkBoxes"}},
    {"name": "Population", "number": {"minimum": 0}},
    {"name": "Budget", "currency": {}},
    {"name": "Pilot", "boolean": {}},
    {"name": "Label", "dateTime": {"format": "dateOnly"}},
    {"name": "Contact", "dateTime": {}},
    {"name": "Lead", "personOrGroup": {}},
    {"name": "Team", "personOrGroup": {"allowMultipleSelection": True}},
    {"name": "Miro", "hyperlinkOrPicture": {}},
    {"name": "Sum", "calculated": {"outputType": "number"}, "readOnly": True},
    {"name": "Key", "text": {}, "indexed": True, "enforceUniqueValues": True},
    {"name": "Secret", "text": {}, "hidden": True},
    {"name": "Odd"},
)


def guids() -> Any:
    """Make GUIDs that are the same in every run."""
    numbers = itertools.count(1)
    return lambda: str(uuid.uuid5(uuid.NAMESPACE_OID, str(next(numbers))))


@dataclass
class Desk:
    """One service with a list of cities and what was asked of it."""

    service: GraphService
    cities: str
    groups: str
    anna: int
    ben: int
    now: datetime = START
    checked: int = 0
    token: str | None = "good"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def list_path(self) -> str:
        """The list of cities."""
        return f"{SITE}/lists/{self.cities}"

    @property
    def items(self) -> str:
        """Its items."""
        return f"{self.list_path}/items"

    def call(self, method: str, address: str, body: object = None, **headers: str) -> Call:
        """Make a call as the front does; an absolute address must be one of the host that was asked."""
        assert not address.startswith("http") or address.startswith(f"{HOST}/v1.0/"), address
        parts = urlsplit(address.removeprefix(f"{HOST}/v1.0"))
        query: dict[str, tuple[str, ...]] = {}
        for name, value in parse_qsl(parts.query, keep_blank_values=True):
            query[name] = (*query.get(name, ()), value)
        sent = {name.replace("_", "-").lower(): text for name, text in {**self.headers, **headers}.items()}
        if self.token is not None:
            sent["authorization"] = f"Bearer {self.token}"
        path = "/v1.0" + unquote(parts.path)
        return Call(method=method, path=path, query=query, headers=sent, body=body, host=HOST)

    def ask(self, method: str, address: str, body: object = None, **headers: str) -> Answer:
        """Call the service; every answer passes the referee."""
        call = self.call(method, address, body, **headers)
        answer = self.service.handle(call, self.now)
        self.judge(call, answer)
        return answer

    def judge(self, call: Call, answer: Answer) -> None:
        """Let the referee see an answer, and what is in it when it is a batch."""
        if not referee.available():
            return
        if call.path.endswith("$batch") and answer.status == 200:
            self.checked += referee.check_batch(call.body, answer.body)
        referee.check_answer(call.method, call.path, answer.status, answer.body)
        self.checked += 1

    def get(self, address: str, **headers: str) -> Any:
        """Read something that is there."""
        answer = self.ask("GET", address, **headers)
        assert answer.status == 200, answer
        return answer.body

    def create(self, **fields: object) -> Any:
        """Create a city and return the item."""
        answer = self.ask("POST", self.items, {"fields": {"Title": "Ghent"} | fields})
        assert answer.status == 201, answer
        return answer.body

    def patch(self, item_id: object, fields: Mapping[str, object], tag: str | None = None) -> Answer:
        """Change a city."""
        headers = {} if tag is None else {"if_match": tag}
        return self.ask("PATCH", f"{self.items}/{item_id}/fields", dict(fields), **headers)

    def batch(self, *requests: Mapping[str, object]) -> Any:
        """Send a batch and return its answers by id."""
        answer = self.ask("POST", "/$batch", {"requests": [dict(one) for one in requests]})
        assert answer.status == 200, answer
        body: Any = answer.body
        return {one["id"]: one for one in body["responses"]}

    def set(self, **changes: Any) -> None:
        """Change how the service behaves."""
        self.service.settings = replace(self.service.settings, **changes)

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)


def new_desk(**settings: Any) -> Desk:
    """Make a service with two people, a list of groups and a list of cities."""
    service = GraphService(verify=TOKENS.get, ids=guids(), app_id=APP_ID, settings=Settings(**settings))
    anna = service.add_user("Anna Adler", "anna@contoso.example")
    ben = service.add_user("Ben Berg", "ben@contoso.example")
    groups = service.add_list("Groups", [])
    for name in ("North", "South"):
        service.add_item(groups, {"Title": name}, by=anna, at=START)
    group = {"listId": groups}
    many = group | {"allowMultipleValues": True}
    lookups = [{"name": "Group", "lookup": group}, {"name": "Groups", "lookup": many}]
    cities = service.add_list("Mission Cities", [*COLUMNS, *lookups])
    return Desk(service=service, cities=cities, groups=groups, anna=anna, ben=ben)


def error_of(answer: Answer) -> tuple[int, str]:
    """Return status and code of a refusal."""
    body: Any = answer.body
    return answer.status, body["error"]["code"]
