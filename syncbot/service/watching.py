"""Watches whether what the service does works, and tells people when it does not; `schedule.alerting` decides when.

What is known and what is still to be told is one text in the store: it changes before anything is sent. Each message is
then sent as publications are (`sending`): intent first, so that no restart sends it twice. An outlet of alerts that fails
is tried again less and less often; nothing is told of it, for that would have to go the same way.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Protocol

from syncbot.endpoints.outlets.base import Parcel
from syncbot.errors import LeaseHeld, VersionChanged
from syncbot.publish.alert import Told, composed, thing
from syncbot.schedule.alerting import (
    Episode,
    Item,
    Message,
    Outcome,
    State,
    after_round,
    failed_to_tell,
)
from syncbot.schedule.delivering import OVER, Standing
from syncbot.store.base import Store

from .lease import Holder
from .parts import Parts
from .report import KindReport, Report
from .sending import Post, deliver
from .ticking import Ticked
from .trouble import REFUSED, UNENDED, UNREAD, UNSENT, UNWRITTEN, Trouble, trouble_of
from .ways import Alarm

TELLING = "telling what does not work"
"""The part of a round that nobody is told of."""
MEMO = "service: alerts"
"""Under which the store keeps what does not work, and what is to be told."""
QUIET = 6
"""Minutes. What reports only failures, and rests for five minutes after one, works when it said nothing for longer."""
_THERE = (Standing.SENT, Standing.ACCEPTED)


class Watching(Protocol):
    """Hears how each round of the service went."""

    def worked(self, doing: str) -> None:
        """A part of the round worked."""

    def went_round(self) -> None:
        """A round ended. What is raised is told like every failure."""


class Unwatched:
    """Hears and does nothing."""

    def worked(self, doing: str) -> None:
        """Do nothing."""

    def went_round(self) -> None:
        """Do nothing."""


class Watcher:
    """Collects how a round went, and tells people what they should know of it."""

    def __init__(self, parts: Parts, alarm: Alarm | None) -> None:
        """Without an alarm it only knows."""
        self._parts = parts
        self._alarm = alarm
        self._outcomes: dict[Outcome, None] = {}
        """Each once, however long the store is away."""

    # -- what is heard

    def synced(self, report: Report) -> None:
        """A sync ended: how did each place, each kind and each source of notes?"""
        self._note(*_of_report(report))

    def ticked(self, ticked: Ticked) -> None:
        """Publications were sent, or were not."""
        for one in ticked.sent:
            what, group, *_ = one.publication.split("/")
            name = thing("post", what, group, one.outlet)
            if one.standing is Standing.FAILED:
                self._note(_failed(name, UNSENT))
            elif one.standing in _THERE and one.fresh:
                self._note(Outcome(thing=name))

    def failed(self, doing: str, error: Exception) -> None:
        """Something did not work, by a mistake of ours or not."""
        if doing != TELLING:
            self._note(_failed(thing("doing", doing), trouble_of(error)))

    def waits(self, error: LeaseHeld) -> None:
        """Another process works: nothing is known of ours."""

    def worked(self, doing: str) -> None:
        """A part of the round worked, and with it whatever belongs to it and has not failed for a while."""
        name, now = thing("doing", doing), self._parts.now()
        self._note(Outcome(thing=name))
        for other, one in self._state().episodes.items():
            if other.startswith(f"{name} in ") and (now - one.last).total_seconds() > QUIET * 60:
                self._note(Outcome(thing=other))

    def _note(self, *outcomes: Outcome) -> None:
        self._outcomes |= dict.fromkeys(outcomes)

    # -- what is told

    def went_round(self) -> None:
        """Keep how the round went, then tell what is to be told. Raises `StoreError`."""
        now, outcomes = self._parts.now(), list(self._outcomes)
        untold = [one.identity for one in self._state().outbox if self._reached_nobody(one)]
        state = self._change(lambda known: after_round(known, outcomes, now, untold))
        self._outcomes.clear()
        if state.outbox and self._alarm is not None:
            self._tell(self._alarm, state)

    @property
    def alerted(self) -> int:
        """How many things do not work, of those that people are told of."""
        return len(self._state().alerted)

    def _tell(self, alarm: Alarm, state: State) -> None:
        parts = self._parts
        holder = Holder(name=parts.holder, now=parts.now, is_dead=parts.holder_is_dead)
        with parts.lease.held(parts.store, holder):
            left = {one.identity: self._told(alarm, one, parts.now()) for one in state.outbox}
        self._change(lambda known: replace(known, outbox=_left(known.outbox, left)))

    def _told(self, alarm: Alarm, message: Message, now: datetime) -> Message | None:
        """Send it where it is not yet; return what is left to do, None when nothing is."""
        if now < message.next:
            return message
        post = Post(store=self._parts.store, now=self._parts.now, lease=self._parts.lease)
        parcel = _parcel(alarm, message)
        sent = [deliver(post, parcel, way.outlet, way.after_crash) for way in alarm.ways]
        return None if all(one.standing in OVER for one in sent) else failed_to_tell(message, now)

    def _reached_nobody(self, message: Message) -> bool:
        """Whether it certainly stands at no outlet."""
        known = self._parts.store.deliveries(message.identity)
        return all(one.standing is Standing.FAILED for one in known)

    def _state(self) -> State:
        return from_text(self._parts.store.memo(MEMO))

    def _change(self, change: Callable[[State], State]) -> State:
        """Change what is known while no other process does."""
        changed: list[State] = []

        def revised(text: str) -> str:
            changed.append(change(from_text(text)))
            return to_text(changed[-1])

        self._parts.store.revise_memo(MEMO, revised)
        return changed[-1]


def known_trouble(store: Store) -> Mapping[str, Episode]:
    """Return what does not work and was told, or is about to be, as the service last left it."""
    state = from_text(store.memo(MEMO))
    return {name: state.episodes[name] for name in state.alerted}


def _left(outbox: Sequence[Message], left: Mapping[str, Message | None]) -> list[Message]:
    found = (left.get(one.identity, one) for one in outbox)
    return [one for one in found if one is not None]


def _failed(name: str, trouble: Trouble) -> Outcome:
    return Outcome(thing=name, said=trouble.said, remedy=trouble.remedy)


def _parcel(alarm: Alarm, message: Message) -> Parcel:
    told = [Told(**asdict(one)) for one in message.items]
    period = message.identity.rpartition("/")[2]
    publication = composed(told, period, alarm.reader, alarm.place)
    return Parcel(identity=message.identity, publication=publication, addressees=alarm.people)


# -- how a sync went


def _of_report(report: Report) -> Iterator[Outcome]:
    places = {name for kind in report.kinds for name in kind.read}
    yield from (Outcome(thing=thing("place", name)) for name in sorted(places))
    for kind in report.kinds:
        yield from _of_kind(kind)
    for source in report.notes:
        name = thing("notes", source.source)
        if source.error is not None:
            yield _failed(name, trouble_of(source.error))
        else:
            yield _failed(name, UNREAD) if source.unread else Outcome(thing=name)


def _of_kind(kind: KindReport) -> Iterator[Outcome]:
    for failure in kind.failures:
        if failure.title is None:
            known = UNWRITTEN if failure.error is None else trouble_of(failure.error)
            yield _failed(thing("place", failure.endpoint), known)
        elif not isinstance(
            failure.error, VersionChanged
        ):  # somebody edits: the next sync takes it into account
            yield _failed(thing("rows", kind.kind, failure.endpoint), UNWRITTEN)
    yield from (Outcome(thing=thing("rows", kind.kind, name)) for name in kind.read)
    name = thing("plan", kind.kind)
    refused = kind.plan.refused
    known = UNENDED if any(one.final for one in refused) else REFUSED
    yield _failed(name, known) if refused else Outcome(thing=name)


# -- as text


def to_text(state: State) -> str:
    """Return the state as JSON."""
    return json.dumps(asdict(state), default=datetime.isoformat, separators=(",", ":"))


def from_text(text: str) -> State:
    """Return what `to_text` wrote; nothing is known where there is none, or one of another make."""
    try:
        told = json.loads(text)
        episodes = {name: Episode(**_moments(one)) for name, one in told["episodes"].items()}
        outbox = [
            Message(**{**_moments(one), "items": [Item(**_moments(item)) for item in one["items"]]})
            for one in told["outbox"]
        ]
    except (ValueError, KeyError, TypeError, AttributeError):
        return State()
    return State(episodes=episodes, outbox=outbox)


def _moments(one: Mapping[str, Any]) -> dict[str, Any]:
    names = {"since", "last", "over", "made", "next"}
    return {
        name: datetime.fromisoformat(value) if name in names and value else value
        for name, value in one.items()
    }
