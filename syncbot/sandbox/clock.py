"""The sandbox's own time, which may run faster than real time and may be moved."""

import threading
import time
from datetime import UTC, datetime, timedelta


class Clock:
    """A clock that starts at `start` (default: now) and runs `factor` times as fast as real time.

    Sandbox seconds are what the services measure (edit times, limits, token life);
    real seconds are what a client sleeps. It may be read and moved from any thread.
    """

    def __init__(self, *, factor: float = 1.0, start: datetime | None = None) -> None:
        """Take an aware `start`; raise `ValueError` when it is naive or `factor` is not above zero."""
        self._lock = threading.Lock()
        self._factor = _checked_factor(factor)
        self._moment = _aware(start or datetime.now(UTC))  # noqa: TID251  # this is the clock
        self._read_at = time.monotonic()

    @property
    def factor(self) -> float:
        """Sandbox seconds per real second."""
        return self._factor

    def now(self) -> datetime:
        """Return the sandbox's time, aware, in UTC."""
        with self._lock:
            return self._now()

    def advance(self, seconds: float) -> None:
        """Move forward (or, if negative, back) by sandbox seconds."""
        with self._lock:
            self._settle(self._now() + timedelta(seconds=seconds))

    def set(self, moment: datetime) -> None:
        """Go to an aware `moment` and run on from there."""
        with self._lock:
            self._settle(_aware(moment))

    def run_at(self, factor: float) -> None:
        """Run `factor` times as fast as real time from now on; the present moment stays."""
        with self._lock:
            self._settle(self._now())
            self._factor = _checked_factor(factor)

    def real_sleep_for(self, seconds: float) -> float:
        """Return how many real seconds pass during `seconds` of the sandbox."""
        return seconds / self._factor

    def real_now(self) -> datetime:
        """Return the machine's time: what a client stamps into what it signs."""
        return datetime.now(UTC)  # noqa: TID251  # this is the clock

    def _now(self) -> datetime:
        return self._moment + timedelta(seconds=(time.monotonic() - self._read_at) * self._factor)

    def _settle(self, moment: datetime) -> None:
        self._moment, self._read_at = moment, time.monotonic()


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("the sandbox clock needs a moment with a time zone")
    return moment.astimezone(UTC)


def _checked_factor(factor: float) -> float:
    if not factor > 0:
        raise ValueError("the sandbox clock must run forward: the factor must be above zero")
    return factor
