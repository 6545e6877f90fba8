"""The link in a meeting: in the right one, once, and people can still join."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncbot.endpoints.outlets.calendar import holds, with_link
from syncbot.errors import Invalid, NotFound
from tests.contract.office_place import JOIN, OFFICE, Office, running_office
from tests.contract.outlet_contract import parcel

DAY = date(2026, 3, 5)


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


def test_the_link_stands_in_the_meeting_and_people_can_join(office: Office) -> None:
    """Only that day's meeting is written, and what stood in it is still there."""
    before = office.service.meeting(office.series, DAY).content
    office.calendar().send(parcel())
    after = office.service.meeting(office.series, DAY)
    assert after.online
    assert holds(after.content, "https://example.org/agenda?a=1&b=2")
    assert holds(after.content, JOIN)
    assert "Room 4" in after.content
    assert "<b>" not in after.content
    assert office.service.meeting(office.series, date(2026, 3, 12)).content == before


def test_publishing_again_tells_nobody_again(office: Office) -> None:
    """Every change of a body is mailed to all who are invited."""
    for _ in range(3):
        office.calendar().send(parcel())
    assert office.service.state.outlook.series[office.series].updates == 1


def test_another_address_takes_the_place_of_the_earlier_one(office: Office) -> None:
    """There is one link of ours."""
    office.calendar().send(parcel())
    office.calendar().send(replace(parcel(), whole="https://example.org/other"))
    content = office.service.meeting(office.series, DAY).content
    assert "example.org/other" in content
    assert "example.org/agenda" not in content
    assert office.service.meeting(office.series, DAY).online


def test_a_meeting_that_people_could_no_longer_join_is_left_alone(office: Office) -> None:
    """The body does not show where: somebody has to look at it first."""
    office.service.state.outlook.series[office.series].content = "<html><body>Agenda</body></html>"
    with pytest.raises(Invalid, match="left as it is"):
        office.calendar().send(parcel())
    assert office.service.state.outlook.series[office.series].updates == 0


def test_no_meeting_two_meetings_and_no_address_are_said(office: Office) -> None:
    """Nothing is guessed."""
    with pytest.raises(NotFound, match="no meeting with 'csg d'"):
        office.calendar().send(parcel("2026-03-06"))
    with pytest.raises(Invalid, match="no link"):
        office.calendar().send(replace(parcel(), whole=None))
    with pytest.raises(Invalid, match="belongs to no day"):
        office.calendar().send(replace(parcel(), identity="digest/D/2026-W10"))
    office.service.add_series(OFFICE, "CSG D, once more", first=DAY, until=DAY, at=time(16))
    with pytest.raises(Invalid, match="2 meetings"):
        office.calendar().send(parcel())


def test_a_day_begins_on_the_clock_of_the_zone(office: Office) -> None:
    """A meeting half an hour after midnight in Brussels is, in UTC, one of the day before."""
    series = office.service.add_series(
        OFFICE, "CSG D night", first=date(2026, 3, 7), until=date(2026, 3, 7), at=time(0, 30)
    )
    office.calendar().send(parcel("2026-03-07"))
    assert office.service.state.outlook.series[series].updates == 1


@given(body=st.text(max_size=60), title=st.text(max_size=20))
def test_putting_the_link_in_twice_is_putting_it_in_once(body: str, title: str) -> None:
    """And everything that stood there is still there, in its order."""
    url = "https://example.eu/a?b=1&c=2"
    page = f"<html><body>{body}</body></html>"
    once = with_link(page, title, url)
    assert with_link(once, title, url) == once
    assert holds(once, url)
