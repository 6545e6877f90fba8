"""What manual sync says in the rows: for City Support Officers, who have no terminal."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from syncbot.errors import EndpointError
from syncbot.model.wording import shown
from syncbot.reconcile.plan import Conflict, StrayEdit
from syncbot.service.control import RUNNING, Part
from syncbot.service.control_outcome import Outcome
from syncbot.service.control_place import Cells
from syncbot.service.report import Failure
from syncbot.store.base import RunStatus

from . import words

_NAMED = 3
"""So many names are told of several rows."""
_LISTED = 5
"""So many questions or failures are told; the rest is counted."""
_LONGEST = 80
"""Characters of a name or value."""
_LINE = 300
"""Characters of a line."""
_STATES = {RunStatus.DONE: "Done", RunStatus.PARTLY: "Done in part"}
_KEEPER = "whoever runs syncbot"


class RowWords:
    """Says things in the rows."""

    def ready(self, title: str) -> Cells:
        """What a new row says."""
        return {
            Part.GROUP: title,
            Part.STATE: "Ready",
            Part.RESULT: "Tick the box to sync now. The answer stands here a few minutes later.",
        }

    def running(self, now: datetime, zone: ZoneInfo) -> Cells:
        """The tick was taken."""
        return {Part.SYNC_NOW: False, Part.STATE: f"{RUNNING} {_when(now, zone)}"}

    def nobody(self, titles: Sequence[str]) -> Cells:
        """No group can be made out."""
        return {
            Part.SYNC_NOW: False,
            Part.STATE: "Not synced",
            Part.RESULT: f"No group is called like this row. Name one of: {', '.join(titles)}.",
            Part.QUESTIONS: "",
        }

    def answer(self, outcome: Outcome) -> Cells:
        """How the sync went; the box is left alone, for it may have been ticked again meanwhile."""
        state = _STATES.get(outcome.status, "Did not work,")
        return {
            Part.STATE: f"{state} {_when(outcome.ended, outcome.zone)}",
            Part.RESULT: "\n".join(_result(outcome)),
            Part.QUESTIONS: "\n".join(_waiting(outcome)),
        }


def _when(moment: datetime, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%d %b %Y, %H:%M}".removeprefix("0")


# -- how it went


def _result(one: Outcome) -> Iterator[str]:
    if one.error is not None:
        said = words.happened(str(one.error)) if isinstance(one.error, EndpointError) else str(one.error)
        yield f"Nothing was synced: {_short(said, _LINE)}"
        yield f"Tell {_KEEPER}, or tick again later."
        return
    yield from _written(one)
    yield from _troubles("Not synced, because syncbot stopped to ask", one.refused, f"Tell {_KEEPER}.")
    yield from _troubles("Did not work", [_failure(failure) for failure in one.failures], _next(one.failures))
    yield from _troubles("Notes that could not be read", one.unread, "")


def _written(one: Outcome) -> Iterator[str]:
    for place, names in one.written.items():
        yield f"Written in {words.place(place)}: {words.things(len(names), 'row')} of {one.title} ({_some(names)})."
    if not one.written and not one.elsewhere:
        yield "Nothing was written." if one.failures or one.refused else "Nothing had to be written."
    elif not one.written:
        yield f"Nothing had to be written for {one.title}."
    if one.elsewhere:
        yield f"Written besides, for others: {words.things(one.elsewhere, 'row')}."


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    told = ", ".join(_short(name) for name in names[:_NAMED])
    return f"{told} and {more} more" if more > 0 else told


def _troubles(heading: str, lines: Sequence[str], cure: str) -> Iterator[str]:
    if not lines:
        return
    yield f"{heading}:"
    yield from _listed(list(dict.fromkeys(lines)))
    if cure:
        yield cure


def _listed(lines: Sequence[str]) -> Iterator[str]:
    yield from (f"- {_short(line, _LINE)}" for line in lines[:_LISTED])
    if len(lines) > _LISTED:
        yield f"- and {len(lines) - _LISTED} more"


def _failure(one: Failure) -> str:
    what = one.title or words.records(one.kind)
    return f"{_short(what)} in {words.place(one.endpoint)}: {words.spelled(words.happened(one.message))}"


def _next(failures: Sequence[Failure]) -> str:
    passing = all(one.error is not None and one.error.retry for one in failures)
    return "It is tried again by itself." if passing else f"Tell {_KEEPER}."


# -- what waits


def _waiting(one: Outcome) -> Iterator[str]:
    if not (one.conflicts or one.strays or one.lines or one.rows):
        yield "No question waits."
    if one.conflicts:
        yield f"{words.things(len(one.conflicts), 'question waits', 'questions wait')}:"
        yield from _listed([_conflict(conflict, one) for conflict in one.conflicts])
        yield "What to do: write the right value in both places. The next sync then closes the question."
    if one.strays:
        yield f"{words.things(len(one.strays), 'edit of a copy was', 'edits of copies were')} put back:"
        yield from _listed([_stray(stray, one) for stray in one.strays])
        yield f"What to do: if the edit was right, make it where the fact is kept; else {_KEEPER} can dismiss it."
    if one.lines:
        told = words.things(one.lines, "line of your notes is", "lines of your notes are")
        yield f"{told} not sure to be an action or a decision. What to do: ask {_KEEPER} for the list."
    if one.rows:
        told = words.things(one.rows, "row of any group may", "rows of any group may")
        yield f"{told} be the same record as another. What to do: ask {_KEEPER} for the list."


def _conflict(one: Conflict, outcome: Outcome) -> str:
    said = "; ".join(
        f"{words.place(place)} says {_short(shown(side.value, outcome.titles, outcome.zone))}"
        for place, side in sorted(one.sides.items())
    )
    return f"{_short(one.title)}, {words.field(one.field)}: {said}"


def _stray(one: StrayEdit, outcome: Outcome) -> str:
    edited, kept = (_short(shown(said, outcome.titles, outcome.zone)) for said in (one.value, one.kept))
    return (
        f"{_short(one.title)}, {words.field(one.field)}: {words.place(one.endpoint)} said {edited}; "
        f"{words.place(one.home)}, which keeps it, says {kept}"
    )


def _short(text: str, most: int = _LONGEST) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"
