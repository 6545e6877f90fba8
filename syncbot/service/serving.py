"""The service: once a minute it looks at the clock, sends what is due, and syncs when it is time to.

Whatever fails is said and tried again at the next look; the loop itself ends only when it is asked to. Two services on
one database do not work at once: whoever comes second finds the lease taken, says so, and looks again.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from syncbot.endpoints.memo import Memo
from syncbot.errors import LeaseHeld, SyncbotError
from syncbot.store.base import Run, RunStatus

from .controlling import Control
from .lease import Holder
from .parts import Parts
from .publishing import Names
from .report import Report
from .syncing import sync
from .ticking import Ticked, tick
from .watching import TELLING, Unwatched, Watching
from .ways import Ways

LOOK_EVERY = timedelta(minutes=1)
HEARTBEAT = "service: heartbeat"
"""Under which the store keeps when the service last went round."""
MISSED = 3
"""After so many looks without a sign of life the service is not well."""
_LAST_RUNS = 50
"""How many runs are looked through for the last sync."""


class Listener(Protocol):
    """Hears what the service does."""

    def synced(self, report: Report) -> None:
        """A sync ended."""

    def ticked(self, ticked: Ticked) -> None:
        """The clock was looked at."""

    def failed(self, doing: str, error: SyncbotError) -> None:
        """Something did not work; it is tried again at the next look."""

    def waits(self, error: LeaseHeld) -> None:
        """Another process is at work."""


@dataclass(frozen=True, kw_only=True)
class Service:
    """What the loop works with."""

    parts: Parts
    ways: Ways
    names: Names
    listener: Listener
    wait: Callable[[timedelta], bool]
    """Waits so long, or until the service is asked to stop: then it says True at once."""
    watching: Watching = field(default_factory=Unwatched)
    control: Control | None = None
    """Answers ticks; None where none are looked for."""


def serve(service: Service) -> None:
    """Go round until asked to stop; the record in hand is finished or safely left to the next run."""
    while True:
        went_round(service)
        if service.wait(_until_next(service.parts.now())):
            return


def went_round(service: Service) -> None:
    """Do what is due now; the sign of life comes first as well, for what is due may take long."""
    _sign_of_life(service.parts)
    _try(service, "sending what is due", lambda: service.listener.ticked(_tick(service)))
    if (control := service.control) is not None:
        _try(service, "manual sync", lambda: control.answer(service.parts, service.listener))
    if sync_is_due(service.parts):
        _try(service, "syncing", lambda: service.listener.synced(sync(service.parts)))
    _try(service, TELLING, service.watching.went_round)
    service.parts.rest()
    _sign_of_life(service.parts)


def _sign_of_life(parts: Parts) -> None:
    Memo(partial(parts.store.revise_memo, HEARTBEAT)).keep(parts.now().isoformat())


def _try(service: Service, doing: str, work: Callable[[], None]) -> None:
    try:
        work()
    except LeaseHeld as error:
        service.listener.waits(error)
    except SyncbotError as error:
        service.listener.failed(doing, error)
    else:
        service.watching.worked(doing)


def _tick(service: Service) -> Ticked:
    parts = service.parts
    holder = Holder(name=parts.holder, now=parts.now, is_dead=parts.holder_is_dead)
    with parts.lease.held(parts.store, holder):
        return tick(parts, service.ways, service.names)


def _until_next(now: datetime) -> timedelta:
    """Whole minutes, so that what is due at ten leaves at ten."""
    return LOOK_EVERY - timedelta(seconds=now.second, microseconds=now.microsecond)


def sync_is_due(parts: Parts) -> bool:
    """Whether the last sync of everything began so long ago, whoever asked for it."""
    last = last_sync(parts)
    return last is None or parts.now() - last.started >= parts.sync_every


def last_sync(parts: Parts) -> Run | None:
    """Return the last sync of all kinds, also one that failed."""
    kinds = tuple(parts.mappings.kinds)
    runs = (
        one for one in parts.store.runs(_LAST_RUNS) if one.verb == "sync" and set(one.kinds) == set(kinds)
    )
    return next(runs, None)


# -- whether it is well


@dataclass(frozen=True, kw_only=True)
class Health:
    """Whether the service is alive, and why not."""

    well: bool
    words: str


def health(parts: Parts) -> Health:
    """Tell from the store whether the loop lives and the last syncs were in time."""
    beat = Memo(partial(parts.store.revise_memo, HEARTBEAT)).recall()
    if not beat:
        return Health(well=False, words="the service has not gone round yet")
    silent = parts.now() - datetime.fromisoformat(beat)
    last = last_sync(parts)
    busy = (
        last is not None
        and last.status is RunStatus.RUNNING
        and parts.now() - last.started < _longest(parts.sync_every)
    )
    if silent > MISSED * LOOK_EVERY and not busy:
        return Health(well=False, words=f"no sign of life for {_minutes(silent)}")
    if last is None or parts.now() - last.started > parts.sync_every + MISSED * LOOK_EVERY + _longest(
        parts.sync_every
    ):
        return Health(well=False, words="no sync began in time")
    return Health(well=True, words="alive, and the last sync began in time")


def _longest(every: timedelta) -> timedelta:
    """A first sync may take long; nothing else is called late for less."""
    return max(every, timedelta(minutes=30))


def _minutes(span: timedelta) -> str:
    count = int(span.total_seconds() // 60)
    return "1 minute" if count == 1 else f"{count} minutes"
