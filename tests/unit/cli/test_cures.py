"""What people are told to do about a failure."""

import pytest

from syncbot.cli.cures import cure_of
from syncbot.errors import Throttled, Unreadable


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (None, "in a few minutes"),
        (4, "in a minute"),
        (90, "in 2 minutes"),
        (901, "in 16 minutes"),
        (10_000, "in 3 hours"),
        (7 * 86_400, "in 7 days"),
    ],
)
def test_who_is_asked_to_wait_is_told_how_long(seconds: float | None, said: str) -> None:
    """As long as the service says, rounded up; where it does not say, some minutes."""
    cure = cure_of(Throttled("asks to wait", endpoint="notion", retry_after=seconds))
    assert cure is not None
    assert cure.endswith(f"run the same command again {said}.")


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("note.docx", "in Word and save it anew as .docx"),
        ("Needs.XLSX", "in Excel and save it anew as .xlsx"),
        ("note.md", "as plain text"),
    ],
)
def test_a_file_that_cannot_be_read_is_saved_anew_as_what_it_is(file: str, said: str) -> None:
    """Nobody is told to make a Word file of a workbook."""
    cure = cure_of(Unreadable(file=file, why="it is damaged"))
    assert cure is not None
    assert said in cure and "ask your IT first" in cure


def test_nobody_is_told_to_open_what_may_do_harm() -> None:
    """Where a file is a bomb or a trap, and not only damaged."""
    cure = cure_of(Unreadable(file="note.docx", why="it unpacks to 1,000 times its size", suspect=True))
    assert cure == "Do not open the file. Ask your IT, or whoever put it there, where it comes from."
