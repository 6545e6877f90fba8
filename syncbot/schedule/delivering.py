"""What to do about one publication at one outlet, from what is known of it. Pure; the sending is `service`'s.

An intent is recorded before something is sent, and how it ended after. Who finds an intent without an end does not know
whether it was sent: where the outlet can be looked at, it is looked at; where it cannot, what was declared decides.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class Standing(StrEnum):
    """How a delivery stands."""

    INTENDED = "intended"
    """Sent or about to be sent; how it ended is not known."""
    SENT = "sent"
    """It is there: seen, or confirmed by the service."""
    ACCEPTED = "accepted"
    """The service took it and says nothing more; whether it arrived is not known."""
    FAILED = "failed"
    """It was not sent; it is tried again while it is worth sending."""
    UNSURE = "unsure"
    """It may have been sent; nobody can look, and it is not sent again."""
    SKIPPED = "skipped"
    """It was not worth sending any more."""


OVER = frozenset({Standing.SENT, Standing.ACCEPTED, Standing.UNSURE, Standing.SKIPPED})
"""Nothing more happens to these."""


class AfterCrash(StrEnum):
    """What a declared outlet prefers where nobody can look whether something was sent."""

    AT_MOST_ONCE = "at_most_once"
    AT_LEAST_ONCE = "at_least_once"


class Step(StrEnum):
    """What to do now."""

    SEND = "send"
    LOOK = "look"
    """Look whether it is there; if it is not, `after_look` says how to go on."""
    LEAVE = "leave"
    """Nothing to do, now or ever."""
    CALL_UNSURE = "call_unsure"
    """Record that it may have been sent, and tell a person."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Habits:
    """What an outlet is like."""

    can_look: bool
    """Whether it can be asked what was sent."""
    appears_within: timedelta
    """What was taken is to be seen after so long at the latest; before, not being there proves nothing."""
    after_crash: AfterCrash = AfterCrash.AT_MOST_ONCE
    renews: bool = False
    """To send it once more only brings up to date what is there."""


def next_step(standing: Standing | None, habits: Habits, *, again: bool = False) -> Step:
    """Decide what to do about a delivery that stands so; None = nothing is known of it.

    With `again` somebody asked for what is over, too. Also then it is looked at first: what was made just now may not be
    to be seen yet, and an outlet that does not see it would make a second one.
    """
    if standing is None or standing is Standing.FAILED:
        return Step.SEND
    if standing in OVER:
        return Step.LOOK if again and habits.renews and habits.can_look else Step.LEAVE
    if habits.can_look:
        return Step.LOOK
    return Step.SEND if habits.after_crash is AfterCrash.AT_LEAST_ONCE else Step.CALL_UNSURE


def when_there(habits: Habits, *, again: bool) -> Step:
    """Decide how to go on when something was looked for and is there."""
    return Step.SEND if again and habits.renews else Step.LEAVE


def after_look(*, intended: datetime, now: datetime, habits: Habits) -> Step:
    """Decide how to go on when something was looked for and is not there (yet)."""
    return Step.SEND if now - intended >= habits.appears_within else Step.LEAVE
