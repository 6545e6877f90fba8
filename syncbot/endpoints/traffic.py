"""One polite queue for one connection: spacing, waiting as asked, trying again. The only retry policy."""

import random
import threading
from collections import deque
from collections.abc import Callable
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception

from syncbot.errors import Throttled, Unavailable

T = TypeVar("T")
FIRST_BACKOFF = 1.0
"""Seconds before the second attempt when the service does not say how long to wait; doubled each time."""
LONGEST_BACKOFF = 60.0


class Traffic:
    """Sends the requests of one connection one after the other, within its budget.

    `send` raises errors of `syncbot.errors`, translated by the connection. After `Throttled` the whole connection
    waits as long as asked, then tries again (a refused request was not carried out, so writes too). `Unavailable`
    is tried again only where the request may be repeated. Everything else is raised at once, above all
    `OutcomeUnknown`: the endpoint has to look first.
    """

    def __init__(
        self,
        *,
        name: str,
        units: float,
        window_seconds: float,
        share: float = 0.9,
        monotonic: Callable[[], float],
        sleep: Callable[[float], None],
        dice: random.Random,
        max_attempts: int = 8,
        give_up_after: float = 900.0,
        on_wait: Callable[[str, float], None] | None = None,
    ) -> None:
        """Allow `units` x `share` within any `window_seconds`.

        `give_up_after` counts seconds from a call's first failure; a longer wait than that is not begun.
        `on_wait` hears why, in words, and how many seconds before each wait.
        """
        self.name = name
        self.requests = 0
        """Requests sent so far, also those that failed."""
        self._budget = units * share
        self._window = window_seconds
        self._monotonic = monotonic
        self._sleep = sleep
        self._dice = dice
        self._max_attempts = max_attempts
        self._give_up_after = give_up_after
        self._on_wait = on_wait
        self._turn = threading.Lock()
        self._spent: deque[tuple[float, float]] = deque()
        self._closed_until = float("-inf")

    def call(self, send: Callable[[], T], *, units: float = 1.0, repeatable: bool) -> T:
        """Return what `send` returns, as soon as the budget allows; raise the last error when it is of no use."""
        failed_at: list[float] = []

        def worth_it(error: BaseException) -> bool:
            failed_at.append(self._monotonic())
            return isinstance(error, Throttled) or (repeatable and isinstance(error, Unavailable))

        def hopeless(state: RetryCallState) -> bool:
            if state.attempt_number >= self._max_attempts:
                return True
            ready = max(self._monotonic() + state.upcoming_sleep, self._closed_until)
            return ready - failed_at[0] > self._give_up_after

        retrying = Retrying(
            retry=retry_if_exception(worth_it),
            wait=self._backoff,
            stop=hopeless,
            sleep=lambda seconds: self._pause("no answer, trying again", seconds),
            reraise=True,
        )
        answer: T = retrying(self._once, send, units)
        return answer

    def _once(self, send: Callable[[], T], units: float) -> T:
        """Send when it is our turn; one request of a connection at a time."""
        with self._turn:
            self._await_reopening()
            self._await_budget(units)
            self.requests += 1
            try:
                return send()
            except Throttled as error:
                self._close_for(error.retry_after or 0.0)
                raise
            finally:
                # When it was answered, not when it was sent: the service counted it somewhere in between.
                self._spent.append((self._monotonic(), units))

    def _close_for(self, seconds: float) -> None:
        """Let nobody on this connection send for so long."""
        self._closed_until = max(self._closed_until, self._monotonic() + seconds)

    def _await_reopening(self) -> None:
        wait = self._closed_until - self._monotonic()
        if wait > self._give_up_after:
            raise Throttled(
                f"the service asked to wait {wait:.0f} s more", endpoint=self.name, retry_after=wait
            )
        self._pause("the service asked to wait", wait)

    def _await_budget(self, units: float) -> None:
        """Wait until so much has left the window that `units` fit; more than a whole budget need it empty."""
        while self._spent:
            now = self._monotonic()
            while self._spent and self._spent[0][0] + self._window <= now:
                self._spent.popleft()
            if sum(spent for _, spent in self._spent) + units <= self._budget or not self._spent:
                return
            self._pause("keeping to the allowed rate", self._spent[0][0] + self._window - now)

    def _backoff(self, state: RetryCallState) -> float:
        """Return how long this call waits by itself; where the whole connection waits, nothing on top."""
        error = state.outcome.exception() if state.outcome else None
        wait = self._guess(state.attempt_number)
        if not isinstance(error, Throttled):
            return wait
        if error.retry_after is None:
            self._close_for(wait)
        return 0.0

    def _guess(self, attempt: int) -> float:
        """Return twice as long each time, spread over the upper half so that several clients do not march in step."""
        longest: float = min(FIRST_BACKOFF * 2.0 ** (attempt - 1), LONGEST_BACKOFF)
        return longest * (0.5 + self._dice.random() / 2)

    def _pause(self, why: str, seconds: float) -> None:
        if seconds <= 0:
            return
        if self._on_wait is not None:
            self._on_wait(f"{self.name}: {why}", seconds)
        self._sleep(seconds)
