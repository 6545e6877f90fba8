"""Each outlet keeps the contract of outlets."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from syncbot.endpoints.outlets.base import Parcel
from syncbot.endpoints.outlets.folder import FolderOutlet
from syncbot.endpoints.outlets.memory import MemoryOutlet
from syncbot.errors import OutcomeUnknown, Unavailable
from syncbot.publish.html import html
from syncbot.publish.plain import plain
from tests.contract.office_place import Office, OfficePlace, running_office
from tests.contract.outlet_contract import OutletContract, parcel


@pytest.fixture(scope="module")
def running() -> Iterator[Office]:
    """Run one sandbox for all tests here."""
    with running_office() as office:
        yield office


@pytest.fixture
def office(running: Office) -> Office:
    """Return it as it was at the beginning."""
    running.control("POST", "reset")
    running.texts.kept.clear()
    return running


@dataclass
class InMemory:
    """The outlet in memory, looked at from behind."""

    outlet: MemoryOutlet = field(default_factory=MemoryOutlet)

    def arrived(self) -> Sequence[str]:
        """Return what it keeps."""
        return [one.identity for one in self.outlet.arrived]

    def later(self) -> None:
        """Nothing takes time."""

    def trouble(self, kind: str) -> bool:
        """Fail once, before or after it arrived."""

        def broken(_: Parcel) -> None:
            self.outlet.before = self.outlet.after = lambda _: None
            raise (
                OutcomeUnknown("lost", endpoint="memory")
                if kind == "cut_saved"
                else Unavailable("down", endpoint="memory")
            )

        if kind not in ("cut", "cut_saved"):
            return False
        setattr(self.outlet, "after" if kind == "cut_saved" else "before", broken)
        return True


@dataclass
class InFolder:
    """A folder of files."""

    outlet: FolderOutlet

    def arrived(self) -> Sequence[str]:
        """Return the publications of which there are files."""
        names = {path.name.removesuffix(path.suffix) for path in self.outlet.folder.glob("[!.]*")}
        return [name.replace("-", "/", 2) for name in sorted(names)]

    def later(self) -> None:
        """Nothing takes time."""

    def trouble(self, kind: str) -> bool:  # noqa: ARG002
        """Files do not fail in the ways of services."""
        return False


class TestMemory(OutletContract):
    """In memory."""

    repeats = True

    @pytest.fixture
    def place(self) -> InMemory:
        """Return a fresh one."""
        return InMemory()


class TestFolder(OutletContract):
    """Files."""

    @pytest.fixture
    def place(self, tmp_path: Path) -> InFolder:
        """Return an empty one."""
        forms = {
            ".html": lambda publication: html(publication).encode(),
            ".txt": lambda publication: plain(publication).encode(),
        }
        return InFolder(FolderOutlet(name="folder", folder=tmp_path / "out", forms=forms))


class TestMail(OutletContract):
    """Mails."""

    things = 2

    @pytest.fixture
    def place(self, office: Office) -> OfficePlace:
        """Return the office's."""
        return OfficePlace(office=office, outlet=office.mail(), path="/sendMail$")


class TestCalendar(OutletContract):
    """Meetings."""

    @pytest.fixture
    def place(self, office: Office) -> OfficePlace:
        """Return the office's."""
        return OfficePlace(office=office, outlet=office.calendar(), path="/events/")


class TestTeams(OutletContract):
    """A channel."""

    repeats = True

    @pytest.fixture
    def place(self, office: Office) -> OfficePlace:
        """Return that of group D."""
        return OfficePlace(office=office, outlet=office.teams(), path="^/powerautomate/")


class TestFallback(OutletContract):
    """A channel, then mails."""

    repeats = True

    @pytest.fixture
    def place(self, office: Office) -> OfficePlace:
        """Return that of group D."""
        return OfficePlace(office=office, outlet=office.fallback(), path="^/powerautomate/")

    def test_mails_that_were_begun_are_ended(self, place: OfficePlace, office: Office) -> None:
        """The workflow is gone, half of the mails are sent; then it is there again: nobody gets a mail and a card."""
        office.service.switch_off("CSG D")
        fault = {"kind": "cut", "path": "/sendMail$", "after": 1, "times": 1}
        office.control("POST", "faults", {"seed": 1, "faults": [fault]})
        with pytest.raises(OutcomeUnknown):
            place.outlet.send(parcel())
        assert len(place.arrived()) == 1
        office.control("POST", "faults", {})
        for flow in office.service.state.teams.flows.values():
            flow.on = True
        place.later()
        again = office.fallback()
        assert again.taken(parcel().identity) is again.second
        assert again.look(parcel().identity) is None
        assert "because teams failed" in str(again.send(parcel()).note)
        place.later()
        seen = again.look(parcel().identity)
        assert seen is not None
        assert "because teams failed" in str(seen.note)
        assert list(place.arrived()) == [parcel().identity] * 2
        assert not office.service.posted

    def test_what_was_not_made_up_for_is_at_the_first(self, place: OfficePlace, office: Office) -> None:
        """Nobody can look at a channel; that mails could be looked at proves nothing."""
        place.outlet.send(parcel())
        assert not office.fallback().taken(parcel().identity).can_look
