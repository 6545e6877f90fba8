"""What the notes say of one thread, all its lines together.

A later line that only repeats what was said changes nothing, so that what people edit in a database meanwhile stands. A
tick, another date or other people in a later line are news. The text stays as it was first worded.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from .mention import Mention, Ruled, Said
from .shapes import fold

Thing = TypeVar("Thing")


@dataclass(frozen=True, kw_only=True, slots=True)
class Told:
    """One thread as a row says it."""

    text: str
    owners: tuple[str, ...]
    due: date | None
    due_text: str | None
    done: bool
    heading: str | None
    topics: tuple[str, ...]
    cities: tuple[str, ...]
    note: str
    """The latest note that says it."""
    url: str | None
    """Of the line there."""
    words: str
    """The line there, as it stands."""
    why: str
    """The rule that found it first."""


def told(lines: Sequence[Mention], ruled: Mapping[str, Ruled], text: str | None = None) -> Told:
    """Put the lines of a thread together; they come by the day of their meeting.

    `text` is how it was worded when it became a record. It is done once any line is ticked: a later line that repeats
    it without a tick does not open it again, taking the tick away does.
    """
    rulings = [ruled[one.id] for one in lines if one.id in ruled]
    worded = next((one.text for one in reversed(rulings) if one.text), None)
    latest = next((one for one in reversed(lines) if not one.gone), lines[-1])
    first = _first_days(lines)
    due = _newest(lines, ruled, lambda said: (first.get(_dated(said), said.due), said.due_text), _due_said)
    return Told(
        text=worded or text or lines[0].wordings[0],
        owners=_newest(lines, ruled, lambda said: said.owners, lambda one: one.owners) or (),
        due=due[0] if due else None,
        due_text=due[1] if due else None,
        done=any(one.said.done for one in lines),
        heading=_last(lines, lambda said: said.heading),
        topics=_last(lines, lambda said: said.topics) or (),
        cities=_last(lines, lambda said: said.cities) or (),
        note=latest.note,
        url=latest.said.url,
        words=latest.said.words,
        why=lines[0].said.why,
    )


def _first_days(lines: Sequence[Mention]) -> Mapping[tuple[str, str], date]:
    """Return the days that lines meant when they were first written: "by Friday" carried over is that Friday still."""
    found: dict[tuple[str, str], date] = {}
    for one in lines:
        if one.said.due and one.said.due_text:
            found.setdefault(_dated(one.said), one.said.due)
    return found


def _dated(said: Said) -> tuple[str, str]:
    return fold(said.text), fold(said.due_text or "")


def _due_said(one: Ruled) -> tuple[date | None, str | None] | None:
    return (one.due, None) if one.due else None


def _last(lines: Sequence[Mention], part: Callable[[Said], Thing]) -> Thing | None:
    return next((said for one in reversed(lines) if (said := part(one.said))), None)


def _newest(
    lines: Sequence[Mention],
    ruled: Mapping[str, Ruled],
    part: Callable[[Said], Thing],
    word: Callable[[Ruled], Thing | None],
) -> Thing | None:
    """Return what the newest line says that says any.

    Where a person said otherwise about a line, that stands until a later line says something else than that line did.
    """
    stands: Thing | None = None
    overruled: Thing | None = None
    for one in lines:
        said = part(one.said)
        person = word(ruled[one.id]) if one.id in ruled else None
        if person is not None:
            stands, overruled = person, said
        elif _says_any(said) and said != overruled:
            stands, overruled = said, None
    return stands


def _says_any(said: object) -> bool:
    return any(said) if isinstance(said, tuple) else bool(said)
