"""The Notion endpoint keeps the contract, over real HTTP; what it asked is judged by Notion's own OpenAPI."""

from collections.abc import Iterator

import pytest

from syncbot.endpoints.base import Update
from tests.contract.endpoint_contract import EndpointContract, Place
from tests.contract.notion_place import EDITED_BY, NotionPlace, Workspace, notion_place, workspace


@pytest.fixture(scope="module")
def work() -> Iterator[Workspace]:
    """A running Notion."""
    with workspace() as running:
        yield running


@pytest.fixture
def judged(work: Workspace) -> Iterator[Workspace]:
    """The running Notion; after the test its requests are judged, and nothing is out of order any more."""
    yield work
    work.order()
    work.close()
    work.judge()


class TestNotion(EndpointContract):
    """The contract with the plain overlap of readings."""

    @pytest.fixture
    def place(self, judged: Workspace) -> NotionPlace:
        """An empty data source with a column of every type."""
        return notion_place(judged)


class TestNotionByEditor(EndpointContract):
    """The contract where readings leave out what we were the last to edit."""

    @pytest.fixture
    def place(self, judged: Workspace) -> NotionPlace:
        """An empty data source with a column of every type."""
        return notion_place(judged, edited_by=EDITED_BY)

    def test_own_writes_are_recognised(self, place: Place) -> None:
        """Here they are not read again at all: the answers of the writes were the reading."""
        schema = place.schema()
        cursor = place.endpoint.changes(None, schema).cursor
        made = place.create(schema, "key-1")
        place.written(schema, Update(ref=made.ref, version=made.version, cells={place.title: "Lier"}))
        assert list(place.endpoint.changes(cursor, schema).rows) == []
