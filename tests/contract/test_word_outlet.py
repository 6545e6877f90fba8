"""Word files in a library: the contract of outlets, in memory and over HTTP, and what becomes of people's work."""

import dataclasses
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from docx import Document

from syncbot.endpoints.files_memory import FilesInMemory
from syncbot.endpoints.outlets.word import THEIRS, WordOutlet
from syncbot.endpoints.sharepoint.connection import GraphConnection
from syncbot.endpoints.sharepoint.drive import Drive
from syncbot.errors import AlreadyExists, Invalid, Locked, NotFound, OutcomeUnknown
from syncbot.mapping.templates import templates
from syncbot.publish.forms import forms
from tests.contract.drive_place import FOLDER, LibrarySite, drive_on, running_library
from tests.contract.outlet_contract import OutletContract, parcel
from tests.contract.sharepoint_place import connected

SHIPPED = Path(__file__).parents[2] / "mappings"
FORMS = forms(templates(SHIPPED, SHIPPED))
NOW = datetime(2026, 3, 3, tzinfo=UTC)
NAME = "agenda-D-2026-03-05.docx"


@dataclass
class InMemory:
    """A library in memory."""

    files: FilesInMemory
    outlet: WordOutlet

    def arrived(self) -> Sequence[str]:
        """Return the publications of which there are files."""
        return [one.name[:-5].replace("-", "/", 2) for one in self.files.changed(None).changed]

    def later(self) -> None:
        """Nothing takes time."""

    def trouble(self, kind: str) -> bool:
        """Lose the answer to the next write."""
        answers = iter([True])
        self.files.lost = lambda method: method == "create" and next(answers, False)
        return kind == "cut_saved"


def in_memory() -> InMemory:
    """Return an empty library."""
    files = FilesInMemory(clock=lambda: NOW)
    return InMemory(files=files, outlet=WordOutlet(name="word", files=files, forms=FORMS))


class TestInMemory(OutletContract):
    """In memory."""

    @pytest.fixture
    def place(self) -> InMemory:
        """Return an empty one."""
        return in_memory()


@dataclass
class InLibrary:
    """A folder of the sandbox's library."""

    site: LibrarySite
    graph: GraphConnection
    drive: Drive
    outlet: WordOutlet

    def arrived(self) -> Sequence[str]:
        """Return the publications of which there are files, by another reader."""
        reading = drive_on(self.graph, suffixes=()).changed(None)
        return [one.name[:-5].replace("-", "/", 2) for one in reading.changed]

    def later(self) -> None:
        """Nothing takes time."""

    def trouble(self, kind: str) -> bool:
        """Let the next upload fail so; a lost one is looked for by the connection itself."""
        self.site.faults({"kind": kind, "path": "/content", "method": "PUT", "times": 1})
        return kind != "cut_saved"


@pytest.fixture(scope="module")
def site() -> Iterator[LibrarySite]:
    """One sandbox for all tests of this file."""
    with running_library() as site:
        yield site


@pytest.fixture
def library(site: LibrarySite) -> Iterator[InLibrary]:
    """Return an empty folder."""
    site.reset()
    with connected(site) as graph:
        drive = drive_on(graph, suffixes=(".docx", ".pptx"))
        yield InLibrary(site, graph, drive, WordOutlet(name="word", files=drive, forms=FORMS))


class TestInLibrary(OutletContract):
    """Over HTTP."""

    @pytest.fixture
    def place(self, library: InLibrary) -> InLibrary:
        """Return an empty one."""
        return library


def typed(data: bytes, words: str) -> bytes:
    """Return the file after somebody typed into it in Word."""
    document = Document(io.BytesIO(data))
    document.add_paragraph(words)
    kept = io.BytesIO()
    document.save(kept)
    return kept.getvalue()


def test_a_new_state_is_a_version_of_the_same_file(library: InLibrary) -> None:
    """People's links go on working, and the library keeps what was; what is the same makes no version."""
    first = library.outlet.send(parcel())
    again = library.outlet.send(parcel(title="Other"))
    same = library.outlet.send(parcel(title="Other"))
    assert first.ref == again.ref == same.ref
    assert len(library.drive.versions(first.ref)) == 2
    assert first.url


def test_a_file_that_is_open_is_said_to_be(library: InLibrary) -> None:
    """A locked file is no failure of ours: the report names it, nothing is made beside it, and later it works."""
    library.outlet.send(parcel())
    service, path = library.site.service, f"{FOLDER}/{NAME}"
    service.lock_file(library.site.documents, path, by=library.site.anna)
    with pytest.raises(Locked, match=NAME):
        library.outlet.send(parcel(title="Other"))
    assert len(library.arrived()) == 1
    service.lock_file(library.site.documents, path, by=None)
    library.outlet.send(parcel(title="Other"))
    assert len(library.arrived()) == 1


def test_what_people_typed_stays() -> None:
    """Once somebody has worked in an agenda it is not replaced, and the receipt says why."""
    place = in_memory()
    place.outlet.send(parcel())
    ref = place.files.ref(NAME)
    assert ref
    edited = typed(place.files.data(ref), "Call Ghent")
    place.files.edit(ref, edited, by="Anna")
    receipt = place.outlet.send(parcel(title="Other"))
    assert receipt.note == THEIRS
    assert place.files.data(ref) == edited
    assert place.outlet.look(parcel().identity) is not None


def test_a_file_of_somebody_else_is_never_replaced() -> None:
    """A person may have called a file just so; looking does not take it for ours either."""
    place = in_memory()
    theirs = typed(b"" or _empty(), "mine")
    ref = place.files.put(NAME, theirs, by="Anna")
    with pytest.raises(AlreadyExists, match=NAME):
        place.outlet.send(parcel())
    assert place.files.data(ref) == theirs
    assert place.outlet.look(parcel().identity) is None


def _empty() -> bytes:
    kept = io.BytesIO()
    Document().save(kept)
    return kept.getvalue()


def test_a_deck_is_a_deck() -> None:
    """What is shown on a wall becomes slides, under the same rules, and is found again."""
    place = in_memory()
    deck = dataclasses.replace(parcel(), publication=dataclasses.replace(parcel().publication, slides=True))
    place.outlet.send(deck)
    assert place.files.ref("agenda-D-2026-03-05.pptx")
    assert place.outlet.look(deck.identity) is not None


def test_a_folder_that_is_not_there_is_named() -> None:
    """Whoever declared the outlet is told what is missing."""
    place = in_memory()
    place.files.failing = lambda method: (
        NotFound("no such folder", endpoint="f") if method == "create" else None
    )
    with pytest.raises(NotFound, match="folder is not there"):
        place.outlet.send(parcel())


def test_a_lost_replacement_is_not_called_sent() -> None:
    """In doubt the outlet says so, and sending again finds the same content and makes no version."""
    place = in_memory()
    place.outlet.send(parcel())
    place.files.lost = lambda method: method == "replace"
    with pytest.raises(OutcomeUnknown):
        place.outlet.send(parcel(title="Other"))
    before = place.files.calls.count("replace")
    place.outlet.send(parcel(title="Other"))
    assert place.files.calls.count("replace") == before


def test_a_broken_template_is_told_before_anything_is_asked() -> None:
    """Nothing is sent, and the note of the delivery names the template."""
    place = in_memory()
    broken = WordOutlet(name="word", files=place.files, forms=forms(lambda _: b"no Word file"))
    with pytest.raises(Invalid, match="Word template"):
        broken.send(parcel())
    assert place.files.calls == []
