"""One polite queue for one connection: spacing, waiting as asked, trying again. The only retry policy."""

import random
import threading
from collections.abc import Callable
from typing import TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception

from syncbot.errors import Throttled, Unavailable

from .budget import Budget, OwnBudget
from .exchange import Ear

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
        shared: Callable[[float, float], Budget] | None = None,
        clock: Callable[[], float] | None = None,
        before: Callable[[float], None] | None = None,
        ear: Ear | None = None,
    ) -> None:
        """Allow `units` x `share` within any `window_seconds`.

        `give_up_after` counts seconds from a call's first failure; a longer wait than that is not begun.
        `on_wait` hears why, in words, and how many seconds before each wait.
        `shared` makes the budget from its limit and window, where it is not this process's own; its times are those
        of `clock`, in seconds. `before` is called before each request, and before each wait with its seconds; what it
        raises is raised by `call`. `ear` hears of each request, whatever becomes of it.
        """
        self.name = name
        self.ear = ear or Ear(name, monotonic)
        self.requests = 0
        """Requests sent so far, also those that failed."""
        limit = units * share
        self._budget: Budget = (
            shared(limit, window_seconds) if shared else OwnBudget(limit=limit, window=window_seconds)
        )
        self._clock = clock or monotonic
        self._waited_until = float("-inf")
        self._before = before
        self._monotonic = monotonic
        self._sleep = sleep
        self._dice = dice
        self._max_attempts = max_attempts
        self._give_up_after = give_up_after
        self._on_wait = on_wait
        self._turn = threading.Lock()
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
            sent = self._spend(units)
            self.requests += 1
            try:
                return self._heard(send)
            except Throttled as error:
                self._close_for(error.retry_after or 0.0)
                raise
            finally:
                self._budget.answered(units, sent=sent, now=self._now())

    def _heard(self, send: Callable[[], T]) -> T:
        self.ear.begin()
        try:
            answer = send()
        except Exception as error:
            self.ear.end(error)
            raise
        self.ear.end(None)
        return answer

    def _close_for(self, seconds: float) -> None:
        """Let nobody on this connection send for so long."""
        if seconds > 0:
            self._closed_until = max(self._closed_until, self._monotonic() + seconds)
            now = self._now()
            self._budget.hold(now + seconds, now=now)

    def _spend(self, units: float) -> float:
        """Wait until the service lets us in and the units fit, and spend them; return when that was."""
        while True:
            self._ready(0.0)
            now = self._now()
            closed, full = self._budget.spend(units, now=now)
            if closed > self._give_up_after:
                said = f"the service asked to wait {closed:.0f} s more"
                raise Throttled(said, endpoint=self.name, retry_after=closed)
            if not (closed or full):
                return now
            self._pause(
                "the service asked to wait" if closed else "keeping to the allowed rate", closed or full
            )
            self._waited_until = now + (closed or full)

    def _now(self) -> float:
        """The time of the budget; what was waited counts as waited, also when the clock was set back meanwhile."""
        return max(self._clock(), self._waited_until)

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
        self._ready(seconds)
        if self._on_wait is not None:
            self._on_wait(f"{self.name}: {why}", seconds)
        self._sleep(seconds)

    def _ready(self, seconds: float) -> None:
        if self._before is not None:
            self._before(seconds)
