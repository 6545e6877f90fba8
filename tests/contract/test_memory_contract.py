"""The endpoint in memory keeps the contract."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from syncbot.endpoints.base import Column, ColumnId, ColumnType, Ref, Schema
from syncbot.endpoints.memory import MemoryEndpoint
from tests.contract.endpoint_contract import Cells, EndpointContract, Place

START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
PEOPLE = ("anna@contoso.example", "ben@contoso.example", "carla@contoso.example")


def column(kind: ColumnType, **more: object) -> Column:
    """Return a column named after its type."""
    name = kind.value.title()
    return Column(id=kind.value, name=name, type=kind, native=kind.value, **more)  # type: ignore[arg-type]


def schema() -> Schema:
    """Return a schema with a column of every type."""
    options = ("a", "b", "c")
    columns = [
        Column(id="title", name="City", type=ColumnType.TEXT, native="title"),
        Column(id="key", name="syncbot key", type=ColumnType.TEXT, native="text"),
        column(ColumnType.TEXT, max_length=255),
        column(ColumnType.CHOICE, options=options),
        column(ColumnType.CHOICES, options=options),
        column(ColumnType.REFS, target="groups"),
        *(column(kind) for kind in ColumnType if kind.value in _PLAIN),
        Column(id="files", name="Files", type=ColumnType.FILES, native="files", writable=False),
    ]
    return Schema(
        container="cities", title="Cities", columns={one.id: one for one in columns}, key_column="key"
    )


_PLAIN = ("long_text", "number", "flag", "day", "moment", "link", "email", "phone", "users")


@dataclass
class Anna:
    """A person at the place."""

    endpoint: MemoryEndpoint
    now: datetime = START

    def add(self, cells: Cells) -> Ref:
        """Make a row."""
        return self.endpoint.add(cells, by="Anna", at=self.now)

    def edit(self, ref: Ref, cells: Cells) -> None:
        """Change a row."""
        self.endpoint.edit(ref, cells, by="Anna", at=self.now)

    def trash(self, ref: Ref) -> None:
        """Remove a row."""
        self.endpoint.remove(ref, by="Anna", at=self.now)

    def rename_column(self, column: ColumnId, name: str) -> None:
        """Rename a column."""
        self.endpoint.rename_column(column, name)

    def retype_column(self, column: ColumnId) -> None:
        """Make it one of numbers."""
        self.endpoint.retype_column(column, ColumnType.NUMBER)


class TestMemory(EndpointContract):
    """The contract on rows in a dict."""

    @pytest.fixture
    def place(self) -> Place:
        """An empty place with a column of every type."""
        ticks = count()
        endpoint = MemoryEndpoint(
            name="memory", schema=schema(), clock=lambda: START + timedelta(seconds=next(ticks))
        )

        def lose() -> None:
            hits = iter((True,))
            endpoint.lies.lost = lambda _: next(hits, False)

        return Place(
            endpoint=endpoint,
            person=Anna(endpoint),
            title="title",
            requests=lambda: endpoint.requests,
            lose_next_write=lose,
            page=2,
            refs={"refs": ("r1", "r2", "r3")},
            users=PEOPLE,
        )
