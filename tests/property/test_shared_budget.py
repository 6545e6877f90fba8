"""Any number of processes, with clocks that differ a little, never send more than the service allows."""

from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from syncbot.endpoints.budget import SLOTS, SharedBudget

WINDOW = 60.0
SKEW = WINDOW / SLOTS
"""By so much no two clocks may differ."""
START = 1_790_000_000.0


@dataclass
class Board:
    """The text that all share."""

    text: str = ""

    def revise(self, change: object) -> None:
        """Let somebody change it."""
        assert callable(change)
        self.text = change(self.text)


@dataclass
class Service:
    """Counts what comes, in a window that slides through its own time."""

    limit: float
    log: list[tuple[float, float]] = field(default_factory=list)

    def count(self, at: float, units: float) -> None:
        """Take a request."""
        self.log.append((at, units))

    def most(self) -> float:
        """The most that any window held."""
        return max(
            sum(units for at, units in self.log if start <= at < start + WINDOW) for start, _ in self.log
        )


@settings(deadline=None, max_examples=60)
@given(
    skews=st.lists(st.floats(0, SKEW), min_size=1, max_size=4),
    limit=st.integers(3, 12),
    seed=st.integers(0, 2**32),
)
def test_the_service_never_sees_more_than_it_allows(skews: list[float], limit: int, seed: int) -> None:
    """Whatever the sizes, pauses, lengths of answers, and whoever dies in the middle of a request."""
    dice, board, service = Random(seed), Board(), Service(limit)
    waiting = [(START + dice.random(), number) for number in range(len(skews))]
    heapify(waiting)
    for _ in range(60):
        true, number = heappop(waiting)
        budget = SharedBudget(
            board.revise, limit=limit, window=WINDOW
        )  # started anew: it remembers nothing itself
        units = float(dice.choice([1, 1, 1, 2, limit]))
        now = true + skews[number]
        wait = sum(budget.spend(units, now=now))
        if wait:
            heappush(waiting, (true + wait, number))
            continue
        took = dice.choice([0.0, 0.1, 0.4, 7.0])
        service.count(true + dice.random() * took, units)
        if (
            took > SKEW or dice.random() < 0.9
        ):  # one that dies in a slow request is a little behind what it spent
            budget.answered(units, sent=now, now=now + took)
        heappush(waiting, (true + took + dice.choice([0.0, 0.0, 0.3, 20.0]), number))
    assert service.most() <= limit
