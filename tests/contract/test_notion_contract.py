"""The Notion endpoint keeps the contract, over real HTTP; what it asked is judged by Notion's own OpenAPI."""

from collections.abc import Iterator

import pytest

from tests.contract.endpoint_contract import EndpointContract
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
        reason = "what we were the last to edit is not read again at all"
        left_out = {"test_own_writes_are_recognised": reason}
        return notion_place(judged, edited_by=EDITED_BY, left_out=left_out)
