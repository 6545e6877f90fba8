"""Mails: each person gets one, whatever happens between two of them."""

import contextlib
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncbot.endpoints.outlets.base import Addressee
from syncbot.endpoints.outlets.mail import MailOutlet
from syncbot.errors import EndpointError, Forbidden, Invalid, NotFound, OutcomeUnknown
from syncbot.schedule.delivering import AfterCrash, Standing
from syncbot.service.lease import Lease
from syncbot.service.sending import Post, deliver
from syncbot.store.memory import MemoryStore
from tests.contract.office_place import OFFICE, Office, running_office
from tests.contract.outlet_contract import PEOPLE, parcel


@pytest.fixture(scope="module")
def running() -> Iterator[Office]:
    """Run one sandbox for all tests here."""
    with running_office() as office:
        yield office


@pytest.fixture
def office(running: Office) -> Office:
    """Return it as it was at the beginning."""
    running.control("POST", "reset")
    return running


def reached(office: Office) -> list[str]:
    """Return who got a mail, one entry for each."""
    return sorted(one.to[0]["emailAddress"]["address"].lower() for one in office.service.messages)


EVERYBODY = sorted(one.email.lower() for one in PEOPLE)


def fault(office: Office, **order: Any) -> None:
    """Order a fault of sending."""
    office.control("POST", "faults", {"seed": 1, "faults": [{"path": "/sendMail$", "times": 1, **order}]})


def test_a_mail_carries_html_the_officer_and_our_marks(office: Office) -> None:
    """Answers go to the officer; the words of people are escaped; notes of absence are asked not to come."""
    office.mail().send(parcel())
    one = office.service.messages[0]
    assert one.reply_to[0]["emailAddress"]["address"] == "carla@contoso.example"
    assert "&lt;script&gt;" in one.content
    assert "<script>" not in one.content
    assert {head["name"]: head["value"] for head in one.headers} == {
        "x-syncbot-publication": "agenda/D/2026-03-05",
        "x-auto-response-suppress": "OOF, AutoReply",
    }


def test_cut_off_between_two_people_the_first_does_not_get_it_twice(office: Office) -> None:
    """The second mail fails for certain, the first was sent: whoever goes on sends the second only."""
    fault(office, kind="504", after=1)
    with pytest.raises(OutcomeUnknown, match="1 of 2 have it"):
        office.mail().send(parcel())
    office.later()
    assert office.mail().look(parcel().identity) is None
    office.mail().send(parcel())
    office.later()
    assert reached(office) == EVERYBODY
    assert office.mail().look(parcel().identity) is not None


def test_who_joined_meanwhile_gets_it_and_who_left_is_not_missed(office: Office) -> None:
    """After a crash the group may be another one."""
    fault(office, kind="504", after=1)
    with pytest.raises(OutcomeUnknown):
        office.mail().send(parcel())
    office.later()
    first = reached(office)[0]
    others = [one for one in PEOPLE if one.email.lower() != first]
    now = [*others, Addressee(name="Carla", email="carla@contoso.example")]
    office.mail().send(replace(parcel(), addressees=now))
    office.later()
    assert reached(office) == sorted([*EVERYBODY, "carla@contoso.example"])
    assert office.mail().look(parcel().identity) is not None


def test_an_address_that_is_refused_keeps_nobody_else_waiting(office: Office) -> None:
    """The others get theirs, and the receipt says who did not."""
    people = [Addressee(name="Nobody", email="no address"), *PEOPLE]
    receipt = office.mail().send(replace(parcel(), addressees=people))
    assert reached(office) == EVERYBODY
    assert "no address was refused" in str(receipt.note)


def test_nobody_to_send_to_is_said(office: Office) -> None:
    """So is a list of addresses that are all refused."""
    with pytest.raises(Invalid, match="nobody"):
        office.mail().send(replace(parcel(), addressees=()))
    with pytest.raises(Invalid, match="refused"):
        office.mail().send(replace(parcel(), addressees=[Addressee(name="Nobody", email="no address")]))


def test_the_same_person_twice_gets_it_once(office: Office) -> None:
    """Addresses do not differ by capital letters."""
    twice = Addressee(name="Anna A.", email="ANNA@contoso.example")
    office.mail().send(replace(parcel(), addressees=[*PEOPLE, twice]))
    assert reached(office) == EVERYBODY


def test_what_is_missing_is_named(office: Office) -> None:
    """Out of the scope that the administrator set, and a mailbox that is not there: nobody speaks of SharePoint."""
    office.service.limit_scope(["other@contoso.example"])
    with pytest.raises(Forbidden, match=r"it needs Mail.Send and Mail.Read .*Access to OData is disabled"):
        office.mail().send(parcel())
    wrong = replace(office.mail(), outlook=replace(office.outlook(), mailbox="nobody@contoso.example"))
    with pytest.raises(NotFound, match=r"nobody@contoso\.example"):
        wrong.send(parcel())


def test_trying_it_out_sends_nothing_and_meets_what_sending_would_meet(office: Office) -> None:
    """So that `check` tells a missing permission before the first agenda is due."""
    assert office.mail().found() == f"mails from {OFFICE}"
    assert "csg d" in office.calendar().found()
    assert not office.service.messages
    office.service.limit_scope([])
    for outlet in (office.mail(), office.calendar()):
        with pytest.raises(Forbidden, match="Access to OData is disabled"):
            outlet.found()


def test_it_takes_no_longer_than_looking_allows_for(office: Office) -> None:
    """When sending takes minutes it stops, and the rest follows when Sent Items can be trusted."""
    clock = itertools.count(step=200)
    slow = MailOutlet(outlook=office.outlook(), monotonic=lambda: float(next(clock)))
    with pytest.raises(OutcomeUnknown, match="1 of 2 have it"):
        slow.send(parcel())
    assert len(reached(office)) == 1


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kinds=st.lists(
        st.tuples(
            st.sampled_from(["429", "500", "503", "503_saved", "504_saved", "cut", "cut_saved"]),
            st.integers(0, 3),
        ),
        max_size=4,
    )
)
def test_whatever_fails_in_whatever_order_everybody_has_it_once(
    office: Office, kinds: list[tuple[str, int]]
) -> None:
    """As `sending` does: in doubt look, send again where it is not whole, wait in between."""
    office.control("POST", "reset")
    office.control(
        "POST",
        "faults",
        {
            "seed": 1,
            "faults": [
                {"path": "/sendMail$", "times": 1, "kind": kind, "after": after} for kind, after in kinds
            ],
        },
    )
    for _ in range(20):
        try:
            office.mail().send(parcel())
            break
        except EndpointError:
            office.later()
            if office.mail().look(parcel().identity) is not None:
                break
    assert Counter(reached(office)) == Counter(EVERYBODY)
    assert {one.sender for one in office.service.messages} == {OFFICE}


class Killed(BaseException):
    """The process ends here: nothing of ours catches it."""


@pytest.mark.parametrize("survives", range(4))
def test_killed_before_any_message_the_next_process_sends_only_what_is_missing(
    office: Office, survives: int
) -> None:
    """The intent is per publication; who has it is read from Sent Items, once that can be trusted."""
    store, now = MemoryStore(), [datetime(2026, 3, 3, 9, tzinfo=UTC)]
    post = Post(store=store, now=lambda: now[0], lease=Lease())
    looks = itertools.count()

    def monotonic() -> float:
        if next(looks) == survives:
            raise Killed
        return 0.0

    mortal = MailOutlet(outlook=office.outlook(), monotonic=monotonic)
    with contextlib.suppress(Killed):
        deliver(post, parcel(), mortal, AfterCrash.AT_MOST_ONCE)
    done = len(reached(office))
    soon = deliver(post, parcel(), office.mail(), AfterCrash.AT_MOST_ONCE)
    assert len(reached(office)) == done, "nothing is sent while Sent Items may be behind"
    assert soon.standing in (Standing.INTENDED, Standing.ACCEPTED)
    now[0] += MailOutlet.appears_within
    office.later()
    later = deliver(post, parcel(), office.mail(), AfterCrash.AT_MOST_ONCE)
    assert later.standing in (Standing.SENT, Standing.ACCEPTED)
    assert reached(office) == EVERYBODY
