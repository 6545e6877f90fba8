"""Manual sync: looks whether a tick asks for a sync, takes it, syncs, and says in the row how that went.

What is decided stands in `control`; here it is carried out. Ticks are looked at and taken under the lease, so two
services never take the same one; the sync has the lease for itself, and the answer is written under it again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol
from zoneinfo import ZoneInfo

from syncbot.endpoints.base import Ref
from syncbot.errors import EndpointError, LeaseHeld, LeaseLost, SyncbotError

from .control import Found, Seen, found, key_of
from .control_outcome import Outcome, outcomes
from .control_place import Cells, Controls, Place
from .lease import Holder
from .parts import Parts
from .report import Report
from .syncing import sync

AGAIN_AFTER = timedelta(minutes=5)
"""When a place is looked at again that failed: a service that is down, or a column that lacks, keeps each look busy."""


class Teller(Protocol):
    """Says things in the rows, in words."""

    def ready(self, title: str) -> Cells:
        """What a new row of a group of this title says."""

    def running(self, now: datetime, zone: ZoneInfo) -> Cells:
        """The tick was taken; the state begins with `control.RUNNING`."""

    def nobody(self, titles: Sequence[str]) -> Cells:
        """No group can be made out; these there are."""

    def answer(self, outcome: Outcome) -> Cells:
        """How the sync went for the group."""


class Listener(Protocol):
    """Hears what the service does."""

    def synced(self, report: Report) -> None:
        """A sync ended."""

    def failed(self, doing: str, error: SyncbotError) -> None:
        """Something did not work; it is tried again."""


@dataclass(frozen=True, kw_only=True)
class Owed:
    """A row whose tick was taken and that is to be told how the sync went."""

    place: str
    ref: Ref
    group: str


class Control:
    """What is known of all places from one look to the next; nothing of it is missed after a crash."""

    def __init__(self, controls: Controls, teller: Teller, say: Callable[[str], None]) -> None:
        """Ask nothing yet. `say` hears once what a person should mend in the rows, and nothing that people wrote there."""
        self._places = {endpoint.name: Place(endpoint, columns) for endpoint, columns in controls.places}
        self._make_rows = controls.make_rows
        self._teller = teller
        self._say = say
        self._said: dict[str, str] = {}
        self._quiet: dict[str, datetime] = {}
        self._unsaid: dict[str, dict[Ref, Cells]] = {name: {} for name in self._places}
        """Answers that could not be written yet, by place."""

    def answer(self, parts: Parts, listener: Listener) -> None:
        """Look at each place once; where a tick asks for it, sync once and answer all.

        Raises `LeaseHeld` and `LeaseLost`: the next look goes on. What fails at one place holds up no other.
        """
        with _held(parts):
            owed = [one for place in self._awake(parts.now()) for one in self._taken(place, parts, listener)]
        if not owed:
            return
        told = _told(parts, sorted({one.group for one in owed}), listener)
        with _held(parts):
            for place in self._places.values():
                mine = [one for one in owed if one.place == place.name]
                self._unsaid[place.name] |= {one.ref: self._teller.answer(told[one.group]) for one in mine}
                if mine:
                    self._tried(place, parts.now(), listener, partial(self._say_unsaid, place))

    def _awake(self, now: datetime) -> list[Place]:
        return [
            one for name, one in self._places.items() if name not in self._quiet or self._quiet[name] <= now
        ]

    def _taken(self, place: Place, parts: Parts, listener: Listener) -> Sequence[Owed]:
        owed: list[Owed] = []
        self._tried(place, parts.now(), listener, lambda: owed.extend(self._look(place, parts)))
        return owed

    def _tried(self, place: Place, now: datetime, listener: Listener, work: Callable[[], None]) -> None:
        """After a failure nothing is taken for known, so that nothing is missed."""
        try:
            work()
            self._quiet.pop(place.name, None)
        except EndpointError as error:
            place.forget()
            self._quiet[place.name] = now + AGAIN_AFTER
            listener.failed(f"manual sync in {place.name}", error)

    def _look(self, place: Place, parts: Parts) -> Iterator[Owed]:
        titles = {name: spec.title for name, spec in parts.groups.items()}
        place.look(parts.now())
        self._say_unsaid(place)
        look = found(place.seen(), titles)
        self._mention(place.name, look, titles)
        if self._make_rows and place.whole and look.missing:
            place.make({key_of(one): self._teller.ready(titles[one]) for one in look.missing})
        if look.nobody:
            place.write({row.ref: self._teller.nobody(list(titles.values())) for row in look.nobody}, _asks)
        yield from self._marked(place, look, parts)

    def _marked(self, place: Place, look: Found, parts: Parts) -> Iterator[Owed]:
        """Take the ticks: only a row that says so afterwards is owed an answer, else one tick would sync for ever."""
        ticked = {
            row.ref: self._teller.running(parts.now(), parts.groups[group].group.calendar.zone)
            for row, group in look.owed
            if row.ticked
        }
        taken = place.write(ticked, _asks) if ticked else frozenset()
        for row, group in look.owed:
            if row.ref in taken or not row.ticked:
                yield Owed(place=place.name, ref=row.ref, group=group)

    def _say_unsaid(self, place: Place) -> None:
        if self._unsaid[place.name]:
            place.write(self._unsaid[place.name], _always)
            self._unsaid[place.name] = {}

    def _mention(self, place: str, look: Found, titles: Mapping[str, str]) -> None:
        """Say what a person should mend, once until it changes."""
        words = "; ".join(
            [
                *(f"several rows are those of {titles[one]}: delete all but one" for one in look.twice),
                *([f"{_naming(look.strange)} no group that is declared"] if look.strange else []),
            ]
        )
        if words != self._said.get(place, ""):
            self._said[place] = words
            if words:
                self._say(f"manual sync in {place}: {words}")


def _told(parts: Parts, groups: Sequence[str], listener: Listener) -> Mapping[str, Outcome]:
    """Sync everything, once, and return how it went for each of these groups."""
    report, problem = None, None
    try:
        report = sync(replace(parts, user=f"tick: {', '.join(groups)}"))
    except (LeaseHeld, LeaseLost):
        raise
    except SyncbotError as error:
        problem = error
        listener.failed("syncing", error)
    else:
        listener.synced(report)
    return outcomes(parts, {name: parts.groups[name] for name in groups}, report, problem)


@contextmanager
def _held(parts: Parts) -> Iterator[None]:
    holder = Holder(name=parts.holder, now=parts.now, is_dead=parts.holder_is_dead)
    with parts.lease.held(parts.store, holder):
        yield


def _naming(count: int) -> str:
    return "1 row names" if count == 1 else f"{count} rows name"


def _asks(row: Seen) -> bool:
    return row.ticked or row.running


def _always(_: Seen) -> bool:
    return True
