"""How an action stands on a day, and which ones the next meeting takes up: derived from the record, never stored.

The rules are those of docs/carry-over.md. Days are days: whoever asks says which day it is where the group meets.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from .kinds.action import Action

STALE_AFTER = timedelta(weeks=4)
_LAST = date.max

Key = TypeVar("Key")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What is to be said of an action on a day; of one that is done, nothing."""

    open: bool
    """It moves on to the next meeting."""
    overdue: bool = False
    due_this_week: bool = False
    """Its day is this one or lies ahead in the same week, Monday to Sunday."""
    no_owner: bool = False
    """Nobody is named, neither a person that is known nor anybody as written."""
    no_date: bool = False
    """There is no day by which it is to be done, whatever words there are for it."""
    stale: bool = False
    """Nothing of it changed for four weeks or longer."""


DONE = Standing(open=False)


def standing(action: Action, *, today: date, touched: date | None = None) -> Standing:
    """Say how an action stands; `touched` is the day of the last change in its history, None where that is not known."""
    if action.done:
        return DONE
    due = action.due
    return Standing(
        open=True,
        overdue=due is not None and due < today,
        due_this_week=due is not None and today <= due <= _sunday(today),
        no_owner=not action.owners and not action.owners_written,
        no_date=due is None,
        stale=touched is not None and today - touched >= STALE_AFTER,
    )


@dataclass(frozen=True, kw_only=True)
class Job:
    """An action, and when it was last touched."""

    action: Action
    touched: date | None = None
    """The day of the last change in its history."""


def carried_over(
    jobs: Mapping[Key, Job], *, today: date, group: str | None = None
) -> Sequence[tuple[Key, Standing]]:
    """Return the actions that the next meeting takes up, in the order in which it does; of one group, or of all.

    Overdue ones come first, the longest overdue before the others; then by day; those without a day last.
    """
    mine = ((key, job) for key, job in jobs.items() if group is None or job.action.csg == group)
    told = [(key, job.action, standing(job.action, today=today, touched=job.touched)) for key, job in mine]
    return [(key, how) for key, _, how in sorted(_open(told), key=lambda one: _order(one[1]))]


def _open(
    told: Iterable[tuple[Key, Action, Standing]],
) -> Iterable[tuple[Key, Action, Standing]]:
    return (one for one in told if one[2].open)


def _order(action: Action) -> tuple[date, str]:
    return (action.due or _LAST, action.name.casefold())


def _sunday(day: date) -> date:
    return day + timedelta(days=7 - day.isoweekday())
