"""A data source in the sandbox's Notion, over real HTTP, with a person who works in it."""

import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from syncbot.endpoints.base import Column, ColumnId, ColumnType, Ref, Schema
from syncbot.endpoints.notion.connection import NotionConnection
from syncbot.endpoints.notion.endpoint import NotionEndpoint
from syncbot.endpoints.notion.wire import to_property
from syncbot.endpoints.notion.writing import Patience
from syncbot.endpoints.traffic import Traffic
from syncbot.sandbox.clock import Clock
from syncbot.sandbox.login import LoginService
from syncbot.sandbox.notion import NotionService, Settings
from syncbot.sandbox.server import NOTION_TOKEN, Options, Sandbox, start
from tests.contract.endpoint_contract import Cells, Place
from tests.referees import notion as referee

EDITED_BY = "Last edited by"
KEY = "syncbot key"
_OPTIONS = {"options": [{"name": name} for name in ("alpha", "beta", "gamma")]}
_PLAIN = ("number", "date", "people", "checkbox", "url", "email", "phone_number", "files", "unique_id")
_TIMES = ("created_time", "created_by", "last_edited_time")


def properties(people: str) -> Mapping[str, Any]:
    """Return a column of every type."""
    return {
        "City": {"title": {}},
        KEY: {"rich_text": {}},
        "Text": {"rich_text": {}},
        "Select": {"select": _OPTIONS},
        "Status": {"status": {}},
        "Several": {"multi_select": _OPTIONS},
        "Relation": {"relation": {"data_source_id": people, "single_property": {}}},
        **{kind.replace("_", " "): {kind: {}} for kind in (*_PLAIN, *_TIMES)},
        EDITED_BY: {"last_edited_by": {}},
    }


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """A running Notion."""

    sandbox: Sandbox
    service: NotionService
    anna: str
    """A member who edits."""
    people: str
    """A data source to point at."""
    targets: list[Ref]
    """Rows of it."""
    emails: tuple[str, ...]

    def control(self, method: str, path: str, body: object = None) -> Any:
        """Ask the sandbox itself."""
        answer = httpx.request(
            method, f"{self.sandbox.notion_url}/_sandbox/{path}", json=body, trust_env=False
        )
        assert answer.is_success, answer.text
        return answer.json() if answer.content else None

    def requests(self) -> list[Mapping[str, Any]]:
        """Return the requests since the log was emptied."""
        found: Any = self.control("GET", "requests")
        return list(found["requests"] if isinstance(found, dict) else found)

    def order(self, *faults: Mapping[str, object]) -> None:
        """Order faults; none takes them away."""
        self.control("POST", "faults", {"seed": 1, "faults": list(faults)})

    def source(self) -> str:
        """Make a data source with a column of every type."""
        return self.service.add_data_source("Mission Cities", properties(self.people), by=self.anna)

    def endpoint(self, source: str, *, edited_by: str | None = None, units: float = 1e6) -> NotionEndpoint:
        """Return an endpoint on a data source."""
        traffic = Traffic(
            name="notion",
            units=units,
            window_seconds=60,
            monotonic=time.monotonic,
            sleep=lambda _: None,
            dice=random.Random(1),
        )
        connection = NotionConnection(
            token=SecretStr(NOTION_TOKEN),
            traffic=traffic,
            monotonic=time.monotonic,
            base_url=self.sandbox.notion_url,
        )
        self._open.append(connection)
        return NotionEndpoint(
            name="notion",
            connection=connection,
            data_source_id=source,
            key_column=KEY,
            edited_by_column=edited_by,
            clock=self.sandbox.clock.now,
            patience=Patience(sleep=lambda _: None),
        )

    _open: list[NotionConnection] = field(default_factory=list)

    def close(self) -> None:
        """Close the connections and judge what was asked: all that Notion took must be in its documentation."""
        while self._open:
            self._open.pop().close()

    def judge(self) -> int:
        """Hold the requests that were answered against Notion's OpenAPI; return how many there were."""
        taken = [one for one in self.requests() if one["status"] == 200]
        if not referee.available():
            return 0
        for one in taken:
            query = {name: tuple(values) for name, values in one["query"].items()}
            referee.check_request(one["method"], quote(one["path"]), one["body"], query)
        return len(taken)


@contextmanager
def workspace() -> Iterator[Workspace]:
    """Start a Notion with three members and a data source of people."""
    numbers = count(1)

    def new_id() -> str:
        return str(uuid.UUID(int=uuid.uuid5(uuid.NAMESPACE_OID, str(next(numbers))).int, version=4))

    service = NotionService(NOTION_TOKEN, new_id, Settings(empty_status="empty"))
    emails = ("anna@contoso.example", "ben@contoso.example", "carla@contoso.example")
    anna, *_ = [service.add_user(email.split("@", maxsplit=1)[0].title(), email) for email in emails]
    people = service.add_data_source("People", {"Name": {"title": {}}}, by=anna)
    login = LoginService(Clock())
    with start([service], login, Options(rate=1e4)) as sandbox:
        now = sandbox.clock.now()
        rows = [
            service.add_page(
                people, {"Name": {"title": [{"text": {"content": str(number)}}]}}, by=anna, at=now
            )
            for number in range(30)
        ]
        yield Workspace(
            sandbox=sandbox, service=service, anna=anna, people=people, targets=rows, emails=emails
        )


@dataclass
class Anna:
    """A person in the data source."""

    work: Workspace
    source: str
    schema: Callable[[], Schema]

    def add(self, cells: Cells) -> Ref:
        """Make a row."""
        return self.work.service.add_page(
            self.source, self._named(cells), by=self.work.anna, at=self.work.sandbox.clock.now()
        )

    def edit(self, ref: Ref, cells: Cells) -> None:
        """Change cells."""
        self.work.service.edit_page(
            ref, self._named(cells), by=self.work.anna, at=self.work.sandbox.clock.now()
        )

    def trash(self, ref: Ref) -> None:
        """Put a row into the trash."""
        self.work.service.trash_page(ref, by=self.work.anna, at=self.work.sandbox.clock.now())

    def rename_column(self, column: ColumnId, name: str) -> None:
        """Rename a column."""
        self.work.service.rename_property(self.source, self._column(column).name, name)

    def retype_column(self, column: ColumnId) -> None:
        """Make it one of numbers."""
        self.work.service.retype_property(self.source, self._column(column).name, {"number": {}})

    def _named(self, cells: Cells) -> Mapping[str, Any]:
        columns = {column: self._column(column) for column in cells}
        return {
            columns[column].name: to_property(columns[column], value, lambda _: None)
            for column, value in cells.items()
        }

    def _column(self, column: ColumnId) -> Column:
        return self.schema().columns[column]


@dataclass(frozen=True, kw_only=True)
class NotionPlace(Place):
    """Notion's rich text has several lines, so the plain text column is one of LONG_TEXT."""

    source: str
    work: Workspace

    def text(self, schema: Schema) -> ColumnId:
        """Return a plain text column that is neither the key nor the title."""
        return next(one for one, column in schema.columns.items() if column.type is ColumnType.LONG_TEXT)


def notion_place(work: Workspace, *, edited_by: str | None = None) -> NotionPlace:
    """Return an empty data source as the contract wants it."""
    source = work.source()
    endpoint = work.endpoint(source, edited_by=edited_by)
    looking = work.endpoint(source)
    schema = looking.describe()
    relation = next(one.id for one in schema.columns.values() if one.type is ColumnType.REFS)
    work.control("DELETE", "requests")

    def lose() -> None:
        work.order(
            {"kind": "cut_saved", "times": 1, "method": "POST", "path": "^/v1/pages$"},
            {"kind": "cut_saved", "times": 1, "method": "PATCH", "path": "^/v1/pages/"},
        )

    return NotionPlace(
        endpoint=endpoint,
        person=Anna(work, source, looking.describe),
        title="title",
        requests=lambda: len(work.requests()),
        lose_next_write=lose,
        page=100,
        refs={relation: work.targets[:3]},
        users=work.emails,
        source=source,
        work=work,
    )
