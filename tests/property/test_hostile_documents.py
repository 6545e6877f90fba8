"""Damaged and hostile documents: a note or one clear sentence, in bounded time and memory, and nothing else happens."""

import gc
import random
import resource
import sys
import time
from pathlib import Path

import pytest

from syncbot.endpoints.documents import read_document
from syncbot.endpoints.documents.content import MOST_TEXT
from syncbot.endpoints.files import MOST_BYTES
from syncbot.errors import Unreadable
from syncbot.notes.form import Note
from tests.property.hostile_files import MAKERS, hostile_files

COUNT = 204
SECONDS = 60.0
MEGABYTES = 300
_SUSPECT = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "urllib.",
    "shutil.",
    "os.remove",
    "open",
)
_OWN = (".py", ".pyc", ".dat")
"""What Python and the tables of languages open by themselves the first time that they are used."""
_seen: list[str] = []
_watching = [False]


def _watch(event: str, given: tuple[object, ...]) -> None:
    if not _watching[0] or not event.startswith(_SUSPECT):
        return
    if event == "open" and str(given[0]).endswith(_OWN):
        return
    _seen.append(f"{event} {given[:2]}")


sys.addaudithook(_watch)


def read(name: str, data: bytes) -> Note | Unreadable:
    """Read a file as a run does; watch what Python opens, connects to or starts meanwhile."""
    _watching[0] = True
    try:
        return read_document(data, name=name, ref="f1", url=None)
    except Unreadable as error:
        return error
    finally:
        _watching[0] = False


def peak() -> int:
    """Return the most memory that this process ever took, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@pytest.mark.slow
def test_two_hundred_hostile_files_give_two_hundred_clear_answers() -> None:
    """No crash; each report is one sentence with the file's name; time and memory stay within bounds."""
    read("warm.md", b"# warm\n")
    answers: dict[str, Note | Unreadable] = {}
    took, grown = 0.0, 0
    for label, (name, data) in hostile_files(COUNT, seed=4):
        gc.collect()
        before, started = peak(), time.process_time()
        answers[label] = answer = read(name, data)
        took += time.process_time() - started
        grown = max(grown, peak() - before)
        if isinstance(answer, Unreadable):
            sentence = str(answer)
            assert repr(name) in sentence, label
            assert len(sentence) < 400 and sentence.isprintable(), label
            assert (answer.file, answer.ref) == (name, "f1")
        else:
            assert all(block.text.strip() and "\n" not in block.text for block in answer.blocks), label
            answers[label] = Note(ref="", title="", blocks=())
    told = f"{len(answers)} files, {_told(answers)} refused, {took:.1f} s, {grown} MB more"
    assert len(answers) == COUNT, told
    assert took < SECONDS, told
    assert grown < MEGABYTES, told
    assert _seen == []


def _told(answers: dict[str, Note | Unreadable]) -> int:
    return sum(isinstance(answer, Unreadable) for answer in answers.values())


@pytest.mark.parametrize("maker", ["bomb", "entities", "locked"])
def test_what_is_hostile_beyond_doubt_is_refused(maker: str) -> None:
    """Bombs, document types and files with a password never become notes."""
    for seed in range(12):
        name, data = MAKERS[maker](random.Random(seed))
        assert isinstance(read(name, data), Unreadable)


def test_a_file_of_the_machine_is_never_in_a_note(tmp_path: Path) -> None:
    """An entity that names a file is refused, not read."""
    secret = tmp_path / "secret"
    secret.write_text("of the machine")
    page = f'<!DOCTYPE html [<!ENTITY x SYSTEM "{secret.as_uri()}">]><html><body><p>a &x; b</p></body></html>'
    answer = read("page.html", page.encode())
    assert isinstance(answer, Note)
    assert "machine" not in "".join(block.text for block in answer.blocks)


@pytest.mark.parametrize(
    ("size", "limit"), [(MOST_BYTES + 1, MOST_BYTES), (MOST_TEXT + 1, MOST_TEXT), (MOST_TEXT, None)]
)
def test_what_is_too_large_is_told_with_the_limit(size: int, limit: int | None) -> None:
    """A file above 50 MB, and text above 2 MB, is not read; the sentence names both sizes."""
    answer = read("large.txt", b"line of text\n" * (size // 13) + b"x" * (size % 13))
    if limit is None:
        assert isinstance(answer, Unreadable) and "lines" in str(answer)
    else:
        assert isinstance(answer, Unreadable)
        assert f"{size:,} bytes" in str(answer) and f"the limit is {limit:,}" in str(answer)
