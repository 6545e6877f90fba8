"""Whether the service is well: decided from what it left in the store, without the parts that it works with."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LOOK_EVERY = timedelta(minutes=1)
MISSED = 3
"""After so many looks without a sign of life the service is not well."""
LAST_RUNS = 50
"""How many runs are looked through for the last sync."""
HEARTBEAT = "service: heartbeat"
"""Under which the store keeps when the service last went round."""
KINDS = "service: kinds"
"""Under which it keeps what the service syncs: a sync of less says nothing of its health."""


@dataclass(frozen=True, kw_only=True)
class Health:
    """Whether the service is alive, and why not."""

    well: bool
    words: str


@dataclass(frozen=True, kw_only=True)
class LastSync:
    """The last sync of everything."""

    started: datetime
    running: bool
    """It has not ended, as far as is known."""


def judged(*, beat: datetime | None, last: LastSync | None, now: datetime, every: timedelta) -> Health:
    """Tell whether the loop lives and the last sync was in time, by its last sign of life and how often it syncs."""
    if beat is None:
        return Health(well=False, words="the service has not gone round yet")
    longest = _longest(every)
    busy = last is not None and last.running and now - last.started < longest
    if now - beat > MISSED * LOOK_EVERY and not busy:
        return Health(well=False, words=f"no sign of life for {_minutes(now - beat)}")
    if last is None or now - last.started > every + MISSED * LOOK_EVERY + longest:
        return Health(well=False, words="no sync began in time")
    return Health(well=True, words="alive, and the last sync began in time")


def _longest(every: timedelta) -> timedelta:
    """A first sync may take long; nothing else is called late for less."""
    return max(every, timedelta(minutes=30))


def _minutes(span: timedelta) -> str:
    count = int(span.total_seconds() // 60)
    return "1 minute" if count == 1 else f"{count} minutes"
