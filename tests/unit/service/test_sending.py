"""A publication arrives once, wherever the process that sends it is killed."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncbot.endpoints.outlets.base import Parcel
from syncbot.endpoints.outlets.memory import MemoryOutlet
from syncbot.errors import OutcomeUnknown, Unavailable
from syncbot.publish.form import Publication
from syncbot.schedule.delivering import OVER, AfterCrash, Standing
from syncbot.service.lease import Lease
from syncbot.service.sending import Post, Sent, deliver, skip
from syncbot.store.memory import MemoryStore

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PARCEL = Parcel(
    identity="agenda/D/2026-11-26",
    publication=Publication(what="agenda", group="D", period="2026-11-26", language="en", title="Agenda"),
)
ONCE = AfterCrash.AT_MOST_ONCE


class Killed(BaseException):
    """The process ends here: nothing of ours catches it."""


class FragileStore(MemoryStore):
    """A store whose process is killed before or after a write."""

    def __init__(self) -> None:
        super().__init__()
        self.before: Callable[[], None] = lambda: None
        self.after: Callable[[], None] = lambda: None

    def intend_delivery(self, publication: str, outlet: str, *, at: datetime) -> None:
        """Record it between two moments of danger."""
        self.before()
        super().intend_delivery(publication, outlet, at=at)
        self.after()

    def settle_delivery(self, publication: str, outlet: str, **how: Any) -> None:
        """Record it between two moments of danger."""
        self.before()
        super().settle_delivery(publication, outlet, **how)
        self.after()


class Scene:
    """A store, an outlet, a clock, and a list of moments at which something happens."""

    def __init__(self, outlet: MemoryOutlet, happens: list[BaseException | None] | None = None) -> None:
        self.store, self.outlet, self.now = FragileStore(), outlet, NOW
        self.happens = list(happens or [])
        self.store.before = self.store.after = self.moment
        self.outlet.before = self.outlet.after = lambda _: self.moment()
        self.hidden_until = NOW
        self.outlet.hidden = lambda _: self.now < self.hidden_until

    def moment(self) -> None:
        """One of the moments at which a process may be killed, or the outlet may fail."""
        what = self.happens.pop(0) if self.happens else None
        if what is not None:
            raise what

    def run(self, after_crash: AfterCrash = ONCE) -> Sent:
        """What the service does once a minute."""
        self.now += timedelta(minutes=1)
        post = Post(store=self.store, now=lambda: self.now, lease=Lease())
        return deliver(post, PARCEL, self.outlet, after_crash)

    def run_until_over(self, after_crash: AfterCrash = ONCE) -> Sent:
        """Start again after each kill, until nothing more happens."""
        for _ in range(100):
            try:
                sent = self.run(after_crash)
            except Killed:
                continue
            if sent.standing in OVER:
                return sent
        raise AssertionError("it never came to an end")


DANGERS = st.lists(st.sampled_from([None, None, Killed()]), max_size=12)


@given(happens=DANGERS, minutes=st.integers(0, 9))
def test_where_one_can_look_it_arrives_exactly_once_wherever_it_is_killed(
    happens: list[BaseException | None], minutes: int
) -> None:
    """Also when what was sent is to be seen only some minutes later, as in a mailbox."""
    scene = Scene(MemoryOutlet(appears_within=timedelta(minutes=10)), happens)
    scene.hidden_until = NOW + timedelta(minutes=minutes)
    assert scene.run_until_over().standing is Standing.SENT
    assert len(scene.outlet.arrived) == 1


@given(happens=DANGERS)
def test_where_nobody_can_look_it_arrives_at_most_once_or_at_least_once_as_declared(
    happens: list[BaseException | None],
) -> None:
    """A card in Teams: the service says 202 and nothing more, ever."""
    once = Scene(MemoryOutlet(can_look=False, proven=False), list(happens))
    ended = once.run_until_over(AfterCrash.AT_MOST_ONCE)
    assert len(once.outlet.arrived) <= 1
    assert ended.standing in {Standing.ACCEPTED, Standing.UNSURE}
    assert ended.standing is Standing.UNSURE or once.outlet.arrived
    least = Scene(MemoryOutlet(can_look=False, proven=False), list(happens))
    assert least.run_until_over(AfterCrash.AT_LEAST_ONCE).standing is Standing.ACCEPTED
    assert len(least.outlet.arrived) >= 1


def test_what_failed_is_tried_again_and_says_why() -> None:
    """A service that does not answer is no reason to miss a week."""
    scene = Scene(MemoryOutlet(), [None, None, Unavailable("no answer", endpoint="mail")])
    failed = scene.run()
    assert (failed.standing, failed.note) == (Standing.FAILED, "no answer")
    assert scene.run().standing is Standing.SENT
    [known] = scene.store.deliveries()
    assert (known.attempts, known.note) == (2, None)


def test_a_lost_answer_is_looked_for_before_anything_is_sent_again() -> None:
    """The service saved it and the answer was lost: the next run sees it there."""
    scene = Scene(MemoryOutlet(), [None, None, None, OutcomeUnknown("cut off", endpoint="mail")])
    assert scene.run().standing is Standing.INTENDED
    assert scene.run().standing is Standing.SENT
    assert len(scene.outlet.arrived) == 1


@pytest.mark.parametrize("standing", [one for one in Standing if one in OVER])
def test_what_is_over_is_never_sent_again(standing: Standing) -> None:
    """Whatever the outlet looks like by then."""
    scene = Scene(MemoryOutlet())
    scene.store.settle_delivery(PARCEL.identity, "memory", standing=standing, at=NOW)
    assert scene.run().standing is standing
    assert scene.outlet.arrived == []


def test_a_skip_is_remembered_and_never_hides_that_something_was_sent() -> None:
    """What was sent, or may have been, is not called skipped."""
    scene = Scene(MemoryOutlet())
    post = Post(store=scene.store, now=lambda: scene.now, lease=Lease())
    assert skip(post, PARCEL.identity, "memory", "the meeting has begun").standing is Standing.SKIPPED
    assert scene.run().standing is Standing.SKIPPED
    scene.store.intend_delivery("digest/D/2026-W48", "memory", at=NOW)
    assert skip(post, "digest/D/2026-W48", "memory", "too late").standing is Standing.INTENDED
