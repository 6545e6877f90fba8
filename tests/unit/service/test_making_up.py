"""Where a channel fails and mails make up for it, everybody has it once, wherever the process is killed."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncbot.endpoints.outlets.base import Addressee, Parcel
from syncbot.endpoints.outlets.fallback import Fallback
from syncbot.errors import OutcomeUnknown, Unavailable
from syncbot.publish.form import Publication
from syncbot.schedule.delivering import OVER, AfterCrash, Standing
from syncbot.service.lease import Lease
from syncbot.service.sending import Post, Sent, deliver, resolve
from syncbot.store.memory import MemoryStore
from tests.fakes.outlets import Channel, Mailbox, Texts

NOW = datetime(2026, 11, 27, 14, tzinfo=UTC)
PARCEL = Parcel(
    identity="digest/D/2026-W48",
    publication=Publication(what="digest", group="D", period="2026-W48", language="en", title="Digest"),
    addressees=[Addressee(name=name, email=f"{name}@x.example") for name in ("anna", "ben", "carla")],
)


class Killed(BaseException):
    """The process ends here."""


class Scene:
    """A channel that may be closed, mails that make up for it, and moments at which something happens."""

    def __init__(self, *, closed: bool, happens: list[BaseException | None] | None = None) -> None:
        self.now, self.closed, self.happens = NOW, closed, list(happens or [])
        clock: Callable[[], datetime] = lambda: self.now  # noqa: E731
        self.store, self.texts = MemoryStore(), Texts(moment=self.moment)
        self.channel = Channel(name="channel", now=clock, moment=self.moment, closed=lambda: self.closed)
        self.mail = Mailbox(name="mail", now=clock, moment=self.moment)
        self.post = Post(store=self.store, now=clock, lease=Lease())

    def moment(self) -> None:
        """Something may happen here."""
        what = self.happens.pop(0) if self.happens else None
        if what is not None:
            raise what

    @property
    def outlet(self) -> Fallback:
        """As the process that starts now makes it."""
        return Fallback(first=self.channel, second=self.mail, memo=self.texts.memo)

    def run(self, after_crash: AfterCrash = AfterCrash.AT_MOST_ONCE) -> Sent | None:
        """What the service does once a minute; None when it was killed."""
        self.now += timedelta(minutes=1)
        try:
            return deliver(self.post, PARCEL, self.outlet, after_crash)
        except Killed:
            return None

    def run_until_over(self, after_crash: AfterCrash = AfterCrash.AT_MOST_ONCE) -> Sent:
        """Start again after each kill, until nothing more happens."""
        for _ in range(600):
            sent = self.run(after_crash)
            if sent is not None and sent.standing in OVER:
                return sent
        raise AssertionError("it never came to an end")

    @property
    def reached(self) -> Counter[str]:
        """How many messages each person has."""
        return Counter(one.to for one in self.mail.arrived)


EVENTS = st.lists(
    st.sampled_from([None, None, None, Killed(), Unavailable("no answer", endpoint="x")]), max_size=14
)


@given(happens=EVENTS, reopened=st.none() | st.integers(0, 30))
def test_nobody_has_it_twice_and_nobody_is_forgotten(
    happens: list[BaseException | None], reopened: int | None
) -> None:
    """Also when the channel is opened again meanwhile: what mails have begun, mails end."""
    scene = Scene(closed=True, happens=happens)
    sent: Sent | None = None
    for minute in range(600):
        scene.closed = scene.closed and minute != reopened
        sent = scene.run()
        if sent is not None and sent.standing in OVER:
            break
    assert sent is not None
    assert set(scene.reached.values()) <= {1}
    if sent.standing in (Standing.SENT, Standing.ACCEPTED):
        assert len(scene.channel.arrived) == 1 if not scene.mail.arrived else len(scene.reached) == 3
    else:
        assert sent.standing is Standing.UNSURE
        assert not scene.mail.arrived, "mails can be looked at"
    assert not (scene.channel.arrived and scene.mail.arrived)


@pytest.mark.parametrize("number", range(5))
def test_killed_while_mails_are_sent_the_rest_follows(number: int) -> None:
    """Nobody can look at a channel, but it is known that it failed; so it is looked at the mails."""
    happens: list[BaseException | None] = [None, None, None, *[None] * number, Killed()]
    scene = Scene(closed=True, happens=happens)
    assert scene.run() is None
    assert len(scene.mail.arrived) == (number + 1) // 2
    scene.closed = False
    sent = scene.run_until_over()
    assert sent.standing in (Standing.SENT, Standing.ACCEPTED)
    assert sent.note == "sent by mail, because channel failed: the workflow is switched off"
    assert set(scene.reached.values()) == {1}
    assert len(scene.reached) == 3
    assert scene.channel.arrived == []


def test_a_copy_is_waited_for_from_when_mails_may_have_been_begun() -> None:
    """The channel was tried for ten minutes before: what Sent Items do not show yet is not sent again."""
    scene = Scene(closed=True, happens=[None] * 8 + [Killed()])
    assert scene.run() is None
    assert len(scene.mail.arrived) == 3
    scene.mail.arrived = [replace(one, at=one.at + timedelta(minutes=18)) for one in scene.mail.arrived]
    assert scene.run_until_over().standing is Standing.SENT
    assert set(scene.reached.values()) == {1}


def test_in_doubt_about_the_channel_nothing_is_made_up_for() -> None:
    """It may have the card: a mail would be a second."""
    scene = Scene(closed=False, happens=[None, OutcomeUnknown("cut off", endpoint="channel")])
    first = scene.run()
    assert first is not None
    assert first.standing is Standing.INTENDED
    assert scene.run_until_over().standing is Standing.UNSURE
    assert scene.mail.arrived == []


def test_when_both_have_failed_the_channel_is_tried_again() -> None:
    """The owner of the workflow came back before somebody gave the mailbox its permission."""
    scene = Scene(closed=True, happens=[None, None, None, Unavailable("no mailbox", endpoint="mail")])
    first = scene.run()
    assert first is not None
    assert (first.standing, first.note) == (Standing.FAILED, "no mailbox")
    scene.closed = False
    assert scene.run_until_over().standing is Standing.ACCEPTED
    assert len(scene.channel.arrived) == 1
    assert scene.mail.arrived == []


def test_what_was_cut_off_and_came_too_late_is_looked_for_where_it_was_begun() -> None:
    """Of mails it is known that they were not all sent; of a card nobody knows."""
    for number, standing in ((0, Standing.UNSURE), (4, Standing.SKIPPED), (8, Standing.SENT)):
        scene = Scene(closed=True, happens=[None] * number + [Killed()])
        scene.run()
        scene.now += timedelta(hours=9)
        [known] = scene.store.deliveries()
        assert resolve(scene.post, known, scene.outlet).standing is standing
