"""How much of a service's rate is spent, and until when nobody may send: for one process, or for all of them.

The rate is a sliding window: at most so many units within any `window` seconds. Times are seconds of one clock of
the caller's; where several processes share a budget it is the wall clock, which may be set back: nobody then waits
for longer than a whole window, nor for longer than the service asked.
"""

import json
import math
from collections.abc import Callable
from typing import Protocol

SLOTS = 120
"""Into how many parts a shared window is cut: what is kept of it stays small, however many requests there are."""

Waits = tuple[float, float]
"""Seconds until the service lets anybody in again, as it asked; seconds until the units fit. Both 0: they are spent."""


class Budget(Protocol):
    """What a queue asks before a request, and what it tells afterwards."""

    def spend(self, units: float, *, now: float) -> Waits:
        """Spend so much, or nothing and say how long to wait before asking again."""

    def answered(self, units: float, *, sent: float, now: float) -> None:
        """Count what was spent at `sent` as of now: the service counted it somewhere in between."""

    def hold(self, until: float, *, now: float) -> None:
        """Let nobody send until then: the service said so."""


class Spent:
    """What was spent within a window, and the hold; no clock and no I/O."""

    def __init__(self, *, limit: float, window: float) -> None:
        """Allow `limit` units within any `window` seconds."""
        self._limit = limit
        self._window = window
        self._entries: list[tuple[float, float]] = []
        self._asked = self._until = -math.inf

    def spend(self, units: float, *, now: float, at: float) -> Waits:
        """Spend units as of `at` if they fit; more than a whole limit need the window empty."""
        self._anchor(now)
        if self._until > now:
            return self._until - now, 0.0
        self._forget(now)
        wait = self._wait_for(units, now)
        if not wait:
            self._add(units, at)
        return 0.0, wait

    def move(self, units: float, *, at: float, to: float) -> None:
        """Count what was spent as of one time as of another."""
        there = next((place for place, (time, _) in enumerate(self._entries) if time == at), None)
        if there is not None:
            left = self._entries[there][1] - units
            self._entries[there : there + 1] = [(at, left)] if left > 0 else []
        self._add(units, to)

    def hold(self, until: float, *, now: float) -> None:
        """Let nobody in until then; of two holds the longer one counts."""
        self._anchor(now)
        if until > self._until:
            self._asked, self._until = now, until

    def _anchor(self, now: float) -> None:
        """Where the clock was set back since the hold was asked for, let it begin anew: it lasts as long as asked."""
        if self._asked > now:
            self._asked, self._until = now, now + self._until - self._asked

    def _add(self, units: float, at: float) -> None:
        if self._entries and self._entries[-1][0] == at:
            units += self._entries.pop()[1]
        self._entries.append((at, units))
        self._entries.sort()

    def _forget(self, now: float) -> None:
        """Drop what has left the window, and what lies so far ahead that the clock must have been set back."""
        self._entries = [
            (at, units) for at, units in self._entries if now < at + self._window and at < now + self._window
        ]

    def _wait_for(self, units: float, now: float) -> float:
        left = sum(spent for _, spent in self._entries)
        ready = now
        for at, spent in self._entries:
            if left + units <= self._limit:
                break
            left -= spent
            ready = at + self._window
        return ready - now

    def to_text(self) -> str:
        """All of it as JSON; `None` where there is no hold."""
        hold = [self._asked, self._until] if math.isfinite(self._until) else None
        return json.dumps({"spent": self._entries, "hold": hold}, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str, *, limit: float, window: float) -> "Spent":
        """What `to_text` wrote; nothing is spent where there is no text, or one of another make."""
        spent = cls(limit=limit, window=window)
        try:
            told = json.loads(text)
            spent._entries = [(float(at), float(units)) for at, units in told["spent"]]
            spent._asked, spent._until = told["hold"] or (-math.inf, -math.inf)
        except (ValueError, KeyError, TypeError):
            return cls(limit=limit, window=window)
        return spent


class OwnBudget:
    """The budget of one process, forgotten when it ends."""

    def __init__(self, *, limit: float, window: float) -> None:
        """Allow `limit` units within any `window` seconds."""
        self._spent = Spent(limit=limit, window=window)

    def spend(self, units: float, *, now: float) -> Waits:
        """Spend so much, or say how long to wait."""
        return self._spent.spend(units, now=now, at=now)

    def answered(self, units: float, *, sent: float, now: float) -> None:
        """Count it as of the answer."""
        self._spent.move(units, at=sent, to=now)

    def hold(self, until: float, *, now: float) -> None:
        """Let nobody send until then."""
        self._spent.hold(until, now=now)


class SharedBudget:
    """The budget that all processes of one connection share: a text that one of them at a time revises.

    Units are spent before the request goes out, as of the end of the next slot; only an answer that comes later than
    that needs a second revision. So a process that dies has spent what it spent, and leaves nothing else behind.
    """

    def __init__(
        self, revise: Callable[[Callable[[str], str]], None], *, limit: float, window: float
    ) -> None:
        """`revise` lets a function turn the shared text into another while nobody else does; "" at first."""
        self._revise = revise
        self._limit = limit
        self._window = window
        self._slot = window / SLOTS

    def spend(self, units: float, *, now: float) -> Waits:
        """Spend so much, or say how long to wait."""
        waits: Waits = (0.0, 0.0)

        def change(spent: Spent) -> None:
            nonlocal waits
            waits = spent.spend(units, now=now, at=self._counted(now))

        self._change(change)
        return waits

    def answered(self, units: float, *, sent: float, now: float) -> None:
        """Count it as of the answer, where that came late."""
        if now > self._counted(sent):
            self._change(lambda spent: spent.move(units, at=self._counted(sent), to=self._counted(now)))

    def hold(self, until: float, *, now: float) -> None:
        """Let nobody send until then, in whichever process."""
        self._change(lambda spent: spent.hold(until, now=now))

    def _counted(self, now: float) -> float:
        """The end of the slot after the one in which `now` is."""
        return (math.floor(now / self._slot) + 2) * self._slot

    def _change(self, change: Callable[[Spent], None]) -> None:
        def revised(text: str) -> str:
            spent = Spent.from_text(text, limit=self._limit, window=self._window)
            change(spent)
            return spent.to_text()

        self._revise(revised)
