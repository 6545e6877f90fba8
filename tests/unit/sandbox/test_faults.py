"""Which calls the ordered faults hit, and the sliding window of the rate limit."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from syncbot.sandbox.faults import Fault, FaultPlan, Orders
from syncbot.sandbox.frame import Call, RateLimit
from syncbot.sandbox.limits import Window

GET = Call(method="GET", path="/v1/pages/1")
POST = Call(method="POST", path="/v1/pages")
START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def plan(*faults: Fault, seed: int = 1) -> FaultPlan:
    """Order faults."""
    return FaultPlan(Orders(seed=seed, faults=faults))


def kinds(of: FaultPlan, calls: list[Call]) -> list[str | None]:
    """Draw for each call in turn."""
    return [fault.kind if (fault := of.draw(call)) else None for call in calls]


def test_the_same_seed_hits_the_same_calls() -> None:
    """Two runs with one seed meet the same faults, another seed meets others, at about the ordered rate."""
    calls = [GET] * 400
    some = Fault(kind="503", rate=0.1)
    first, again, other = (kinds(plan(some, seed=seed), calls) for seed in (7, 7, 8))
    assert first == again != other
    assert 20 <= first.count("503") <= 60


def test_a_fault_more_does_not_move_the_others() -> None:
    """Each fault has its own dice: what the first one hits does not depend on the second."""
    calls = [POST] * 200
    alone = kinds(plan(Fault(kind="500", rate=0.2)), calls)
    both = kinds(plan(Fault(kind="500", rate=0.2), Fault(kind="cut", rate=0.2)), calls)
    assert [kind == "500" for kind in both] == [kind == "500" for kind in alone]
    assert "cut" in both


def test_only_the_meant_calls_are_hit_and_counted() -> None:
    """Method and path choose the calls; calls of another kind do not use up `after` or `times`."""
    fault = Fault(kind="429", method="post", path="^/v1/pages$", after=1, times=1)
    assert kinds(plan(fault), [GET, POST, GET, POST, POST]) == [None, None, None, "429", None]


@pytest.mark.parametrize(
    "wrong", [{"kind": "418"}, {"kind": "500", "path": "("}, {"kind": "500", "tmies": 1}]
)
def test_a_wrong_order_is_refused(wrong: dict[str, object]) -> None:
    """An unknown kind, a broken pattern or a mistyped key is an error, not a fault that never comes."""
    with pytest.raises(ValidationError):
        Orders.model_validate({"faults": [wrong]})


def test_the_window_slides() -> None:
    """Budget comes back when the oldest call is a window old, not at a fixed minute."""
    window = Window(RateLimit(units=2, window_seconds=60))
    moments = [START + timedelta(seconds=after) for after in (0, 40, 50, 60, 61)]
    assert [window.admit(1, moment) for moment in moments] == [0, 0, 10, 0, 39]


def test_the_wait_is_long_enough_for_a_dear_call() -> None:
    """A call of three units waits until three units are free, not until one is."""
    window = Window(RateLimit(units=3, window_seconds=60))
    for after in (0, 10, 20):
        window.admit(1, START + timedelta(seconds=after))
    assert window.admit(3, START + timedelta(seconds=20)) == 60


def test_refused_calls_use_budget_only_where_the_service_says_so() -> None:
    """On Graph a client that keeps asking keeps itself out; on Notion it does not."""
    for counts, expected in ((True, [0, 60, 60, 60]), (False, [0, 60, 50, 0])):
        window = Window(RateLimit(units=1, window_seconds=60, throttled_calls_count=counts))
        waits = [window.admit(1, START + timedelta(seconds=after)) for after in (0, 0, 10, 60)]
        assert waits == expected


def test_a_client_that_obeys_is_let_in_although_its_refusal_counted() -> None:
    """The wait that is asked for already contains what the refused call itself used."""
    window = Window(RateLimit(units=10, window_seconds=60, throttled_calls_count=True))
    for second in range(10):
        window.admit(1, START + timedelta(seconds=second))
    asked = START + timedelta(seconds=10)
    wait = window.admit(2, asked)
    assert 0 < wait < 60
    assert window.admit(2, asked + timedelta(seconds=wait)) == 0


def test_the_rate_factor_and_a_call_above_the_whole_budget() -> None:
    """Half the rate is half the units; a call dearer than all of it passes when nothing else was used."""
    window = Window(RateLimit(units=4, window_seconds=60), factor=0.5)
    assert window.admit(5, START) == 0
    assert window.admit(1, START) == 60
