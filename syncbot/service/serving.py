"""The service: once a minute it looks at the clock, sends what is due, and syncs when it is time to.

Whatever fails is said and tried again at the next look; the loop itself ends only when it is asked to. Two services on
one database do not work at once: whoever comes second finds the lease taken, says so, and looks again.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from syncbot.endpoints.memo import Memo
from syncbot.errors import LeaseHeld, StoreError, SyncbotError
from syncbot.store.base import Run, RunStatus

from .controlling import Control
from .lease import Holder
from .parts import Parts
from .publishing import Names
from .pulse import HEARTBEAT, KINDS, LAST_RUNS, LOOK_EVERY, Health, LastSync, judged
from .report import Report
from .syncing import sync
from .ticking import Ticked, tick
from .watching import TELLING, Unwatched, Watching
from .ways import Ways

SYNCING = "syncing"
"""The part of a round that syncs."""


class Listener(Protocol):
    """Hears what the service does."""

    def synced(self, report: Report) -> None:
        """A sync ended."""

    def ticked(self, ticked: Ticked) -> None:
        """The clock was looked at."""

    def failed(self, doing: str, error: SyncbotError) -> None:
        """Something did not work; it is tried again at the next look."""

    def broke(self, doing: str, error: Exception) -> None:
        """A mistake of ours: what it stopped is tried again at the next look."""

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
    parts = service.parts
    Memo(partial(parts.store.revise_memo, KINDS)).keep(" ".join(sorted(parts.mappings.kinds)))
    while True:
        went_round(service)
        if service.wait(_until_next(parts.now())):
            return


def went_round(service: Service) -> None:
    """Do what is due now; the sign of life comes first as well, for what is due may take long."""
    _sign_of_life(service.parts)
    if (control := service.control) is not None:  # its sync is also the one that is due
        _try(service, "manual sync", lambda: control.answer(service.parts, service.listener))
    if _sync_is_due(service):  # before anything is sent, so that after a long rest it tells of today
        _try(service, SYNCING, lambda: service.listener.synced(sync(service.parts)))
    _try(service, "sending what is due", lambda: service.listener.ticked(_tick(service)))
    _try(service, TELLING, service.watching.went_round)
    with suppress(StoreError):
        service.parts.rest()
    _sign_of_life(service.parts)


def _sync_is_due(service: Service) -> bool:
    try:
        return sync_is_due(service.parts)
    except StoreError as error:
        service.listener.failed(SYNCING, error)
        return False


def _sign_of_life(parts: Parts) -> None:
    """While the database is gone there is none, and whatever needs it says so."""
    with suppress(StoreError):
        Memo(partial(parts.store.revise_memo, HEARTBEAT)).keep(parts.now().isoformat())


def _try(service: Service, doing: str, work: Callable[[], None]) -> None:
    try:
        work()
        service.watching.worked(doing)
    except LeaseHeld as error:
        service.listener.waits(error)
    except SyncbotError as error:
        service.listener.failed(doing, error)
    except Exception as error:  # noqa: BLE001  # ending would hold up all the rest, and whoever starts it again hears nothing
        service.listener.broke(doing, error)


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
    runs = (one for one in parts.store.runs(LAST_RUNS) if one.verb == "sync" and set(one.kinds) == set(kinds))
    return next(runs, None)


def health(parts: Parts) -> Health:
    """Tell from the store whether the loop lives and the last syncs were in time."""
    beat = parts.store.memo(HEARTBEAT)
    last = last_sync(parts)
    return judged(
        beat=datetime.fromisoformat(beat) if beat else None,
        last=LastSync(started=last.started, running=last.status is RunStatus.RUNNING) if last else None,
        now=parts.now(),
        every=parts.sync_every,
    )
