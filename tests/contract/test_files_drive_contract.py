"""A folder of a SharePoint library keeps the contract on the sandbox's Graph."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.contract.drive_place import LibrarySite, running_library, shelf_on
from tests.contract.files_contract import FilesContract, Shelf
from tests.contract.sharepoint_place import connected

FAULTS = ("429", "503", "503_saved", "504_saved", "cut", "cut_saved")


@pytest.fixture(scope="module")
def site() -> Iterator[LibrarySite]:
    """One sandbox for all tests of this file."""
    with running_library() as site:
        yield site


class TestDrive(FilesContract):
    """The contract over HTTP, with tokens of the sandbox's sign-in."""

    @pytest.fixture
    def shelf(self, site: LibrarySite) -> Iterator[Shelf]:
        """An empty folder."""
        site.reset()
        with connected(site) as graph:
            yield shelf_on(site, graph)


class TestDriveAsOthersSawIt(TestDrive):
    """The same where a feed tells cTags, tags without quotes, and all that a deleted folder held."""

    @pytest.fixture
    def shelf(self, site: LibrarySite) -> Iterator[Shelf]:
        """An empty folder."""
        site.reset()
        before = site.service.settings
        site.service.settings = replace(
            before,
            delta_ctags=True,
            delta_bare_tags=True,
            graves_alone=False,
            ctag_moves_on_rename=False,
        )
        with connected(site) as graph:
            yield shelf_on(site, graph)
        site.service.settings = before


class TestDriveUnderFaults(FilesContract):
    """The same while almost half of the calls go wrong: throttled, broken or cut, saved or not."""

    @pytest.fixture
    def shelf(self, site: LibrarySite) -> Iterator[Shelf]:
        """An empty folder on a Graph that is having a bad day."""
        site.reset()
        site.faults(*({"kind": kind, "rate": 0.08, "retry_after": 1} for kind in FAULTS))
        with connected(site) as graph:
            yield shelf_on(site, graph)

    def test_an_idle_reading_costs_one_request(self, shelf: Shelf) -> None:
        """Nothing to count: repeated requests are counted too."""
        assert shelf.since(shelf.files.changed(None)).changed == []
