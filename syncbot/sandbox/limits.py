"""The rate limit of one service: a window that slides through sandbox time."""

from collections import deque
from datetime import datetime, timedelta

from .frame import RateLimit


class Window:
    """What was used in the last `limit.window_seconds`, and when there is room again."""

    def __init__(self, limit: RateLimit, *, factor: float = 1.0) -> None:
        """Allow `factor` times the documented units."""
        self._units = limit.units * factor
        self._length = timedelta(seconds=limit.window_seconds)
        self._counts_refused = limit.throttled_calls_count
        self._used: deque[tuple[datetime, float]] = deque()

    def admit(self, cost: float, now: datetime) -> float:
        """Take `cost` units and return 0, or take none and return the sandbox seconds until there is room.

        A call that costs more than the whole budget passes when the window is empty.
        """
        self._forget(now)
        wait = self._wait_for(cost, now)
        if wait == 0:
            self._used.append((now, cost))
        elif self._counts_refused:
            self._used.append((now, cost))
            wait = self._wait_for(cost, now)  # so that a client that obeys is let in
        return wait

    def clear(self) -> None:
        """Forget everything used."""
        self._used.clear()

    def _forget(self, now: datetime) -> None:
        while self._used and self._used[0][0] + self._length <= now:
            self._used.popleft()

    def _wait_for(self, cost: float, now: datetime) -> float:
        spent = sum(units for _, units in self._used)
        if not self._used or spent + cost <= self._units:
            return 0
        at = self._used[-1][0]
        for began, units in self._used:
            spent -= units
            if spent + cost <= self._units:
                at = began
                break
        # Never 0 for a refusal, also when the clock was moved back in between.
        return max((at + self._length - now).total_seconds(), 0.001)
