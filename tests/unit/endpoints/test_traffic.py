"""The polite queue: spacing, obeying, repeating, and never repeating what may have been saved."""

import random
import threading
from collections.abc import Callable

import pytest

from syncbot.endpoints.traffic import Traffic
from syncbot.errors import EndpointError, Invalid, OutcomeUnknown, Throttled, Unavailable


class Time:
    """A clock that only moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        """Tell the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(seconds)
        self.now += seconds


def traffic(
    time: Time,
    *,
    units: float = 1000.0,
    share: float = 1.0,
    seed: int = 1,
    give_up_after: float = 900.0,
    on_wait: Callable[[str, float], None] | None = None,
) -> Traffic:
    """Return a queue whose time is `time`."""
    return Traffic(
        name="notion",
        units=units,
        window_seconds=60.0,
        share=share,
        monotonic=time.monotonic,
        sleep=time.sleep,
        dice=random.Random(seed),
        give_up_after=give_up_after,
        on_wait=on_wait,
    )


class Script:
    """Fails as told, then answers "done"; notes when it was asked."""

    def __init__(self, time: Time, *failures: EndpointError) -> None:
        self.time, self.failures = time, list(failures)
        self.asked: list[float] = []

    def __call__(self) -> str:
        """Note the time, then fail or answer."""
        self.asked.append(self.time.now)
        if self.failures:
            raise self.failures.pop(0)
        return "done"


def throttled(seconds: float | None) -> Throttled:
    """Return a 429."""
    return Throttled("slow down", endpoint="notion", retry_after=seconds)


def unavailable() -> Unavailable:
    """Return a 502."""
    return Unavailable("no answer", endpoint="notion")


def test_burst_then_window() -> None:
    """A burst up to the share of the budget goes out at once; the next waits until the first left the window."""
    time = Time()
    queue, send = traffic(time, units=10, share=0.9), Script(time)
    for _ in range(20):
        queue.call(send, repeatable=True)
    assert send.asked == [1000.0] * 9 + [1060.0] * 9 + [1120.0] * 2
    assert queue.requests == 20


def test_window_never_overspent() -> None:
    """Whatever the sizes, no window of 60 s holds more than the budget."""
    time, dice = Time(), random.Random(5)
    queue, sent = traffic(time, units=20, share=0.9), []
    for _ in range(200):
        units = dice.choice([1.0, 2.0, 5.0])
        queue.call(lambda units=units: sent.append((time.now, units)), units=units, repeatable=True)  # type: ignore[misc]
        time.now += dice.random() * 3
    for start, _ in sent:
        assert sum(units for at, units in sent if start <= at < start + 60) <= 18


def test_window_counts_from_the_answer() -> None:
    """A request that was answered late leaves the window late: the service may have counted it late."""
    time = Time()
    queue = traffic(time, units=1)

    def slow() -> float:
        time.now += 20
        return time.now

    assert queue.call(slow, repeatable=True) == 1020.0
    assert queue.call(slow, repeatable=True) == 1020.0 + 60 + 20


def test_larger_than_budget_is_sent_alone() -> None:
    """One request that costs more than a whole budget is sent when the window is empty, not never."""
    time = Time()
    queue, send = traffic(time, units=4), Script(time)
    queue.call(send, repeatable=True)
    queue.call(send, units=9, repeatable=True)
    assert send.asked == [1000.0, 1060.0]


@pytest.mark.parametrize("repeatable", [True, False])
def test_retry_after_is_obeyed_uncapped(repeatable: bool) -> None:
    """A wait of ten minutes is waited in full, once, also by a write: a refused request was not carried out."""
    time = Time()
    send = Script(time, throttled(600.0))
    assert traffic(time).call(send, repeatable=repeatable) == "done"
    assert send.asked == [1000.0, 1600.0]


def test_whole_connection_waits() -> None:
    """After one caller was throttled and gave up, another caller on the connection waits the rest."""
    time = Time()
    queue = traffic(time, give_up_after=100.0)
    first = Script(time, *[throttled(90.0)] * 9)
    with pytest.raises(Throttled):
        queue.call(first, repeatable=True)
    assert first.asked == [1000.0, 1090.0]
    second = Script(time)
    queue.call(second, repeatable=True)
    assert second.asked == [1180.0]


def test_too_long_a_wait_is_not_begun() -> None:
    """Asked to wait longer than it may, the queue raises at once, for later callers too, and sends nothing."""
    time = Time()
    queue, send = traffic(time), Script(time, throttled(3600.0))
    with pytest.raises(Throttled):
        queue.call(send, repeatable=True)
    later = Script(time)
    with pytest.raises(Throttled) as caught:
        queue.call(later, repeatable=True)
    assert caught.value.retry_after == 3600.0
    assert (time.slept, later.asked) == ([], [])


def test_unknown_wait_backs_off() -> None:
    """Without a Retry-After the waits double, and a write is repeated."""
    time = Time()
    send = Script(time, *[throttled(None)] * 4)
    traffic(time).call(send, repeatable=False)
    waits = [later - earlier for earlier, later in zip(send.asked, send.asked[1:], strict=False)]
    assert all(2**n / 2 <= wait <= 2**n for n, wait in enumerate(waits))


def test_jitter_comes_from_the_dice() -> None:
    """The same dice give the same waits, other dice others."""
    waits = []
    for seed in (1, 1, 2):
        time = Time()
        traffic(time, seed=seed).call(Script(time, *[unavailable()] * 3), repeatable=True)
        waits.append(time.slept)
    assert waits[0] == waits[1] != waits[2]


def test_reads_are_repeated() -> None:
    """A read that got no answer is tried again."""
    time = Time()
    assert traffic(time).call(Script(time, unavailable(), unavailable()), repeatable=True) == "done"


@pytest.mark.parametrize(
    ("error", "repeatable"),
    [
        (unavailable(), False),
        (OutcomeUnknown("cut", endpoint="notion"), False),
        (OutcomeUnknown("cut", endpoint="notion"), True),
        (Invalid("too long", endpoint="notion"), True),
    ],
)
def test_raised_at_once(error: EndpointError, repeatable: bool) -> None:
    """A write whose outcome is unknown, and what is wrong in itself, is never sent again here."""
    time = Time()
    send = Script(time, error)
    with pytest.raises(type(error)) as caught:
        traffic(time).call(send, repeatable=repeatable)
    assert caught.value is error
    assert len(send.asked) == 1


def test_gives_up_after_attempts() -> None:
    """After eight attempts the last error is raised."""
    time = Time()
    send = Script(time, *[unavailable()] * 20)
    with pytest.raises(Unavailable):
        traffic(time).call(send, repeatable=True)
    assert len(send.asked) == 8


def test_gives_up_after_a_time() -> None:
    """A back-off that would end too late is not begun."""
    time = Time()
    with pytest.raises(Unavailable):
        traffic(time, give_up_after=0.1).call(Script(time, unavailable()), repeatable=True)
    assert time.slept == []


def test_spacing_does_not_count_as_failing() -> None:
    """A minute spent waiting for the budget does not make the first failure the last."""
    time = Time()
    queue = traffic(time, units=3, give_up_after=30.0)
    for _ in range(3):
        queue.call(Script(time), repeatable=True)
    assert queue.call(Script(time, unavailable()), repeatable=True) == "done"


def test_waits_are_told() -> None:
    """Who listens hears why and how long."""
    time, heard = Time(), list[tuple[str, float]]()
    queue = traffic(time, units=1, on_wait=lambda why, seconds: heard.append((why, seconds)))
    queue.call(Script(time), repeatable=True)
    queue.call(Script(time), repeatable=True)
    queue.call(Script(time, throttled(7.0)), repeatable=True)
    assert [why for why, _ in heard] == [
        "notion: keeping to the allowed rate",
        "notion: keeping to the allowed rate",
        "notion: the service asked to wait",
        "notion: keeping to the allowed rate",
    ]


def test_one_request_at_a_time() -> None:
    """Eight threads on one connection never have two requests under way, and none is lost."""
    time = Time()
    queue = traffic(time)
    inside, most, guard = 0, 0, threading.Lock()
    gate = threading.Event()

    def send() -> None:
        nonlocal inside, most
        with guard:
            inside += 1
            most = max(most, inside)
        gate.wait(0.0005)
        with guard:
            inside -= 1

    threads = [
        threading.Thread(target=lambda: [queue.call(send, repeatable=True) for _ in range(20)])
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (most, queue.requests) == (1, 160)
