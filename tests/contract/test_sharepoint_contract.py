"""The SharePoint endpoint keeps the contract on the sandbox's Graph."""

from collections.abc import Iterator

import pytest

from tests.contract.endpoint_contract import EndpointContract, Place
from tests.contract.sharepoint_place import Site, connected, place_on, running_site


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """One sandbox for all tests of this file."""
    with running_site() as site:
        yield site


class TestSharePoint(EndpointContract):
    """The contract over HTTP, with tokens of the sandbox's sign-in."""

    @pytest.fixture
    def place(self, site: Site) -> Iterator[Place]:
        """An empty list."""
        site.reset()
        with connected(site) as graph:
            yield place_on(site, graph)
