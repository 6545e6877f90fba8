"""A desk in front of the sandboxed Notion: it calls the service and lets the referee see every answer."""

import itertools
import json
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from syncbot.sandbox.frame import Answer, Call
from syncbot.sandbox.notion import NotionService, Settings
from tests.referees import notion as referee

START = datetime(2026, 3, 2, 8, 30, 17, tzinfo=UTC)
TOKEN = "ntn_test"
VERSION = "2026-03-11"
STATES = ("Drafting", "Submitted", "Label awarded")


def columns(people: str, groups: str) -> dict[str, Any]:
    """Return one column of every kind, as in a create."""
    back = {"data_source_id": groups, "type": "dual_property", "dual_property": {}}
    rolled = {"relation_property_name": "Groups", "rollup_property_name": "Name"}
    return {
        "City": {"title": {}},
        "Note": {"rich_text": {}},
        "Country": {"select": {"options": [{"name": "Belgium", "color": "red"}, {"name": "Spain"}]}},
        "Topics": {"multi_select": {"options": [{"name": "Heat"}, {"name": "Cycling"}]}},
        "State": {"status": {"options": [{"name": name} for name in STATES]}},
        "Population": {"number": {"format": "number"}},
        "Pilot": {"checkbox": {}},
        "Label date": {"date": {}},
        "Board": {"url": {}},
        "Mail": {"email": {}},
        "Phone": {"phone_number": {}},
        "Team": {"people": {}},
        "Lead": {"relation": {"data_source_id": people, "single_property": {}}},
        "Groups": {"relation": back},
        "Papers": {"files": {}},
        "Number": {"unique_id": {"prefix": "CITY"}},
        "Made": {"created_time": {}},
        "Made by": {"created_by": {}},
        "Edited": {"last_edited_time": {}},
        "Edited by": {"last_edited_by": {}},
        "Again": {"formula": {"expression": 'prop("City")'}},
        "Score": {"formula": {"expression": "1 + 1"}},
        "Group names": {"rollup": {**rolled, "function": "show_original"}},
        "Group count": {"rollup": {**rolled, "function": "count"}},
        "Go": {"button": {}},
        "Proof": {"verification": {}},
        "Where": {"place": {}},
    }


def uuids() -> Callable[[], str]:
    """Make UUIDs that are the same in every run."""
    numbers = itertools.count(1)
    return lambda: str(uuid.uuid5(uuid.NAMESPACE_OID, str(next(numbers))))


def words(content: str, **annotations: object) -> dict[str, Any]:
    """Return one piece of rich text as a client sends it."""
    piece: dict[str, Any] = {"type": "text", "text": {"content": content}}
    return piece | ({"annotations": annotations} if annotations else {})


def title(content: str) -> dict[str, Any]:
    """Return a title as a client sends it."""
    return {"title": [words(content)]}


@dataclass
class Desk:
    """One service with a data source of cities and what was asked of it."""

    service: NotionService
    cities: str
    people: str
    groups: str
    anna: str
    ben: str
    now: datetime = START
    checked: int = 0
    documented: bool = True
    """Whether the referee's documentation, of March 2026, is as new as what is asked."""
    lead: str = ""
    """A row of the people, where a test made one."""
    headers: dict[str, str] = field(
        default_factory=lambda: {"authorization": f"Bearer {TOKEN}", "notion-version": VERSION}
    )

    def call(self, method: str, address: str, body: object = None, **headers: str) -> Call:
        """Make a call as the front does."""
        parts = urlsplit(address)
        query: dict[str, tuple[str, ...]] = {}
        for name, value in parse_qsl(parts.query, keep_blank_values=True):
            query[name] = (*query.get(name, ()), value)
        sent = {**self.headers, **{name.replace("_", "-"): text for name, text in headers.items()}}
        raw = b"" if body is None else json.dumps(body).encode()
        path = "/v1" + parts.path
        return Call(
            method=method,
            path=unquote(path),
            raw_path=path,
            query=query,
            headers={name: text for name, text in sent.items() if text},
            body=body,
            raw=raw,
        )

    def ask(self, method: str, address: str, body: object = None, **headers: str) -> Answer:
        """Call the service; every answer passes the referee, and so does every request that was taken."""
        call = self.call(method, address, body, **headers)
        answer = self.service.handle(call, self.now)
        self.judge(call, answer)
        return answer

    def judge(self, call: Call, answer: Answer) -> None:
        """Let the referee see a call and its answer; older versions are none of its business."""
        if not referee.available() or call.headers.get("notion-version") == "2025-09-03":
            return
        referee.check_answer(call.method, call.raw_path, answer.status, answer.body)
        if answer.status == 200 and self.documented:
            referee.check_request(call.method, call.raw_path, call.body, call.query)
        self.checked += 1

    def get(self, address: str) -> Any:
        """Read something that is there."""
        answer = self.ask("GET", address)
        assert answer.status == 200, answer
        return answer.body

    def page(self, page: str) -> Any:
        """Read a page."""
        return self.get(f"/pages/{page}")

    def cells(self, page: str) -> Any:
        """Read the properties of a page."""
        return self.page(page)["properties"]

    def create(self, city: str = "Ghent", **cells: object) -> Any:
        """Create a city and return the page."""
        answer = self.attempt(city, **cells)
        assert answer.status == 200, answer
        return answer.body

    def attempt(self, city: str = "Ghent", **cells: object) -> Answer:
        """Try to create a city."""
        named = {name.replace("_", " "): value for name, value in cells.items()}
        body = {"parent": {"data_source_id": self.cities}, "properties": {"City": title(city)} | named}
        return self.ask("POST", "/pages", body)

    def patch(self, page: str, **body: object) -> Answer:
        """Update a page."""
        return self.ask("PATCH", f"/pages/{page}", body)

    def write(self, page: str, **cells: object) -> Answer:
        """Update cells of a page."""
        return self.patch(page, properties={name.replace("_", " "): cell for name, cell in cells.items()})

    def query(self, **body: object) -> Answer:
        """Query the cities."""
        return self.ask("POST", f"/data_sources/{self.cities}/query", body)

    def found(self, given: object = None, **body: object) -> list[str]:
        """Return the titles that a filter finds, sorted."""
        answer = self.query(**({} if given is None else {"filter": given}), **body)
        assert answer.status == 200, answer
        return sorted(city_of(page) for page in results(answer))

    def schema(self) -> Any:
        """Read the properties of the cities' data source."""
        return self.get(f"/data_sources/{self.cities}")["properties"]

    def reshape(self, properties: Mapping[str, object]) -> Answer:
        """Change the schema of the cities."""
        return self.ask("PATCH", f"/data_sources/{self.cities}", {"properties": dict(properties)})

    def add(self, city: str, **cells: object) -> str:
        """Add a city as Anna types it."""
        named = {name.replace("_", " "): value for name, value in cells.items()}
        return self.service.add_page(self.cities, {"City": title(city)} | named, by=self.anna, at=self.now)

    def person(self, name: str) -> str:
        """Add a row to the people."""
        return self.service.add_page(self.people, {"Name": title(name)}, by=self.anna, at=self.now)

    def group(self, name: str) -> str:
        """Add a row to the groups."""
        return self.service.add_page(self.groups, {"Name": title(name)}, by=self.anna, at=self.now)

    def set(self, **changes: Any) -> None:
        """Change how the service behaves."""
        self.service.settings = replace(self.service.settings, **changes)

    def later(self, **by: float) -> None:
        """Let time pass."""
        self.now += timedelta(**by)


def new_desk(**settings: Any) -> Desk:
    """Make a service with two members and data sources of people, groups and cities."""
    service = NotionService(TOKEN, uuids(), Settings(**settings))
    anna = service.add_user("Anna Adler", "anna@contoso.example")
    ben = service.add_user("Ben Berg", "ben@contoso.example")
    people = service.add_data_source("People", {"Name": {"title": {}}, "Mail": {"email": {}}})
    groups = service.add_data_source("Groups", {"Name": {"title": {}}})
    cities = service.add_data_source("Mission Cities", columns(people, groups))
    return Desk(service=service, cities=cities, people=people, groups=groups, anna=anna, ben=ben)


def results(answer: Answer) -> Any:
    """Return the results of a list."""
    body: Any = answer.body
    return body["results"]


def city_of(page: Any) -> str:
    """Return the title of a city's page."""
    return "".join(piece["plain_text"] for piece in page["properties"]["City"]["title"])


def error_of(answer: Answer) -> tuple[int, str]:
    """Return status and code of a refusal."""
    body: Any = answer.body
    return answer.status, body["code"]


def message_of(answer: Answer) -> str:
    """Return what a refusal says."""
    body: Any = answer.body
    return str(body["message"])
