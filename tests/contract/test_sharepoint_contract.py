"""The SharePoint endpoint keeps the contract on the sandbox's Graph."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.contract.endpoint_contract import EndpointContract, Place
from tests.contract.sharepoint_place import Site, connected, place_on, running_site

FAULTS = ("429", "503", "503_saved", "cut", "cut_saved")


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


class TestSharePointUnderFaults(EndpointContract):
    """The same while four of ten calls go wrong: throttled, broken or cut, saved or not."""

    @pytest.fixture
    def place(self, site: Site) -> Iterator[Place]:
        """An empty list on a Graph that is having a bad day."""
        site.reset()
        site.faults(*({"kind": kind, "rate": 0.1, "retry_after": 1} for kind in FAULTS))
        counting = "repeated requests are counted too"
        with connected(site) as graph:
            place = place_on(site, graph)
            yield replace(place, left_out={"test_an_idle_reading_costs_one_request": counting})
