"""When people are told that something does not work: at the second failure in a row, once, and when it works again.

A thing is whatever can fail by itself: a place, a publication on its way to an outlet, the sync. Nothing is told of a
thing that failed once and worked at the next try. What is to be told waits in an outbox until it was told.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

AFTER = 2
"""Failures in a row."""
FORGOTTEN = timedelta(days=45)
"""A thing that was not tried for so long is not there any more; monthly ones are tried more often."""
GIVEN_UP = timedelta(days=1)
"""News older than this are not sent any more."""
_FIRST_GAP, _LONGEST_GAP = timedelta(minutes=1), timedelta(hours=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """How a thing went in one round."""

    thing: str
    said: str | None = None
    """What went wrong, in fixed words; None: it worked."""
    remedy: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Episode:
    """A thing that does not work."""

    since: datetime
    """The first failure in a row."""
    last: datetime
    failures: int
    said: str
    """The newest reason."""
    remedy: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """What is told of one thing."""

    thing: str
    since: datetime
    failures: int
    said: str
    remedy: str
    over: datetime | None = None
    """When it worked again; None: it does not."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """What one round has to tell, all at once."""

    made: datetime
    items: Sequence[Item]
    tried: int = 0
    next: datetime
    """Not sent before; each failure makes the gap longer."""

    @property
    def identity(self) -> str:
        """As deliveries are known: no two are made within one second."""
        return f"alert/all/{self.made:%Y%m%dT%H%M%S}"


@dataclass(frozen=True, kw_only=True, slots=True)
class State:
    """What is kept from round to round, and over restarts."""

    episodes: Mapping[str, Episode] = field(default_factory=dict)
    outbox: Sequence[Message] = ()

    @property
    def alerted(self) -> Sequence[str]:
        """The things that do not work and were told, or are about to be."""
        return sorted(thing for thing, one in self.episodes.items() if one.failures >= AFTER)


def after_round(
    state: State, outcomes: Collection[Outcome], now: datetime, untold: Collection[str] = ()
) -> State:
    """Return what is known, and to be told, after a round. Of a thing that failed and worked, the failure counts.

    `untold` are identities of messages that certainly reached nobody: of what is over before it was told, nothing is,
    nor of what fails again before it was told that it worked.
    """
    failed = {one.thing: one for one in outcomes if one.said is not None}
    worked = {one.thing for one in outcomes} - set(failed)
    episodes = {
        thing: one
        for thing, one in state.episodes.items()
        if thing not in worked and (thing in failed or now - one.last < FORGOTTEN)
    } | {thing: _again(state.episodes.get(thing), one, now) for thing, one in failed.items()}
    over = {thing: one for thing in worked if (one := state.episodes.get(thing)) and one.failures >= AFTER}
    back = [thing for thing in failed if episodes[thing].failures == AFTER]
    outbox, withdrawn = _withdrawn(state.outbox, {*over, *back}, untold, now)
    news = [_item(thing, episodes[thing]) for thing in back if thing not in withdrawn]
    news += [replace(_item(thing, one), over=now) for thing, one in over.items() if thing not in withdrawn]
    if news:
        outbox = [*outbox, Message(made=now, next=now, items=sorted(news, key=lambda one: one.thing))]
    return State(episodes=episodes, outbox=outbox)


def failed_to_tell(message: Message, now: datetime) -> Message:
    """Return it with its next try; the gaps double up to an hour."""
    gap = min(_FIRST_GAP * 2**message.tried, _LONGEST_GAP)
    return replace(message, tried=message.tried + 1, next=now + gap)


def _again(known: Episode | None, outcome: Outcome, now: datetime) -> Episode:
    return Episode(
        since=known.since if known else now,
        last=now,
        failures=known.failures + 1 if known else 1,
        said=str(outcome.said),
        remedy=outcome.remedy,
    )


def _withdrawn(
    outbox: Sequence[Message], turned: Collection[str], untold: Collection[str], now: datetime
) -> tuple[list[Message], set[str]]:
    """Take back what nobody was told of and is true no more, and what is too old; say which things were taken back."""
    left, withdrawn = [], set[str]()
    for message in outbox:
        gone = (
            [one.thing for one in message.items if one.thing in turned] if message.identity in untold else []
        )
        withdrawn.update(gone)
        items = [one for one in message.items if one.thing not in gone]
        if items and now - message.made < GIVEN_UP:
            left.append(replace(message, items=items))
    return left, withdrawn


def _item(thing: str, one: Episode) -> Item:
    return Item(thing=thing, since=one.since, failures=one.failures, said=one.said, remedy=one.remedy)
