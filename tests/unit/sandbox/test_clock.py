"""The sandbox's clock."""

import time
from datetime import UTC, datetime, timedelta, timezone

import pytest

from syncbot.sandbox.clock import Clock

START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def test_factor_makes_time_run_faster() -> None:
    """A clock of factor 1000 shows at least a thousand times the real seconds that passed."""
    clock, began = Clock(factor=1000, start=START), time.monotonic()
    time.sleep(0.01)
    passed = (clock.now() - START).total_seconds()
    assert 10 <= passed <= 1000 * (time.monotonic() - began)


def test_real_sleep_is_shorter_in_a_fast_sandbox() -> None:
    """A minute of a sandbox of factor 30 takes two real seconds."""
    assert Clock(factor=30).real_sleep_for(60) == 2


def test_advance_and_set_move_the_moment_and_keep_it_running() -> None:
    """Moving the clock lands on the moment asked for, in UTC whatever zone it was given in."""
    clock = Clock(start=START)
    clock.advance(90)
    assert timedelta(seconds=90) <= clock.now() - START < timedelta(seconds=92)
    clock.set(datetime(2026, 1, 6, tzinfo=timezone(timedelta(hours=1))))
    assert clock.now().isoformat().startswith("2026-01-05T23:00:0")


def test_changing_the_factor_does_not_jump() -> None:
    """Time that passed fast stays passed when the clock slows down."""
    clock = Clock(factor=1000, start=START)
    time.sleep(0.01)
    before = clock.now()
    clock.run_at(1)
    assert timedelta(0) <= clock.now() - before < timedelta(seconds=1000)


@pytest.mark.parametrize("factor", [0, -1, float("nan")])
def test_a_clock_that_does_not_run_forward_is_refused(factor: float) -> None:
    """A factor that is not above zero is an error, not a division by zero later."""
    with pytest.raises(ValueError, match="above zero"):
        Clock(factor=factor)


def test_a_naive_moment_is_refused() -> None:
    """A moment without a time zone is an error."""
    with pytest.raises(ValueError, match="time zone"):
        Clock().set(datetime(2026, 1, 1))  # noqa: DTZ001
