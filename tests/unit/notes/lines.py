"""Lines of notes, made up briefly."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from syncbot.notes.mention import ACTIONS, Followed, Mention, Said
from syncbot.notes.threads import Known, follow
from syncbot.notes.threads_line import renew

FIRST = date(2026, 9, 3)


def said(text: str, at: str = "", **more: Any) -> Said:
    """One finding; its address is its text unless given."""
    known: dict[str, Any] = {"strand": ACTIONS, "words": f"- {text}", **more}
    return Said(text=text, addresses=(at or text,), **known)


def week(number: int) -> date:
    """The day of the meeting of a week."""
    return FIRST + timedelta(days=7 * number)


def read(*notes: Sequence[Said]) -> list[Mention]:
    """The lines of notes, one a week, each read once; note `n0`, `n1` .."""
    return [line for number, lines in enumerate(notes) for line in renew(f"n{number}", 0, (), lines).mentions]


def days(*numbers: int) -> Mapping[str, date | None]:
    """The day of each note `n0`, `n1` .. of these weeks."""
    return {f"n{number}": week(number) for number in numbers}


def followed(lines: Sequence[Mention], known: Known | None = None) -> Followed:
    """The threads of notes `n0` to `n9`."""
    return follow(lines, days(*range(10)), known or Known())


def parts(found: Followed, lines: Sequence[Mention]) -> set[frozenset[str]]:
    """Which lines are together, as "note: text"."""
    shown = {one.id: f"{one.note}: {one.said.text}" for one in lines}
    return {frozenset(shown[one] for one in thread.mentions) for thread in found.threads}


def after(found: Followed, known: Known | None = None) -> Known:
    """What is known once this was kept."""
    before = known or Known()
    return replace(
        before,
        threads={mention: thread.id for thread in found.threads for mention in thread.mentions},
        opened={one.id for one in found.threads if one.standing == "open"},
    )
