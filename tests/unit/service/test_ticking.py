"""A year of four groups: every publication once, none missed that was still worth sending, whatever happens."""

import dataclasses
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncbot.endpoints.outlets.base import Parcel
from syncbot.endpoints.outlets.memory import MemoryOutlet
from syncbot.mapping.groups import groups
from syncbot.mapping.layouts import layouts
from syncbot.schedule.delivering import AfterCrash, Standing
from syncbot.schedule.due import slots
from syncbot.service.publishing import Names
from syncbot.service.ticking import Ticked, tick
from syncbot.service.ways import Way, Ways
from tests.fakes.world import World, new_world

SHIPPED = Path(__file__).parents[3] / "mappings"
GROUPS = groups(SHIPPED)
LAYOUTS = layouts(SHIPPED)
NAMES = Names(place=str, field=str)
BEGIN = datetime(2026, 1, 5, 6, tzinfo=UTC)


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world with nothing in it; each run takes a fresh store."""
    return new_world(tmp_path_factory.mktemp("mappings"))


class Year:
    """A service that is killed, stands still and comes back."""

    def __init__(self, folder: Path) -> None:
        world = new_world(folder)
        self.parts = dataclasses.replace(world.parts, groups=GROUPS, layouts=LAYOUTS)
        self.now = world.now
        self.now[0] = BEGIN
        self.mail = MemoryOutlet(name="mail", appears_within=timedelta(minutes=10))
        self.teams = MemoryOutlet(name="teams", can_look=False, proven=False)
        self.danger: list[bool] = []
        for one in (self.mail, self.teams):
            one.before = one.after = self._moment
        self.calm: list[datetime] = []
        """When it had run for a while without being killed."""

    @property
    def ways(self) -> Ways:
        """Everything goes to a mailbox and to a channel."""
        both = [Way(outlet=self.mail), Way(outlet=self.teams, after_crash=AfterCrash.AT_MOST_ONCE)]
        return {(name, what): both for name, spec in GROUPS.items() for what in spec.group.publications}

    def _moment(self, _: Parcel) -> None:
        if self.danger and self.danger.pop(0):
            raise Killed

    def look(self) -> Ticked | None:
        """Look at the clock; None when the process was killed while it did."""
        try:
            return tick(self.parts, self.ways, NAMES)
        except Killed:
            return None


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_in_a_year_everything_arrives_once_and_nothing_is_missed(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Outages of up to four days, late starts, kills before and after a send, two clock changes, all holidays."""
    year = Year(tmp_path_factory.mktemp("year"))
    pauses = data.draw(st.lists(st.integers(1, 60 * 96), min_size=120, max_size=200))
    dangers = st.lists(st.sampled_from([False, False, False, True]), max_size=6)
    while year.now[0] < BEGIN + timedelta(days=365) and pauses:
        year.danger = data.draw(dangers)
        year.look()
        year.danger = []
        for minutes in (
            1,
            11,
        ):  # the process is started again, and looks once more when all mail is to be seen
            year.now[0] += timedelta(minutes=minutes)
            year.look()
        year.calm.append(year.now[0])
        year.now[0] += timedelta(minutes=pauses.pop())
    _judge(year)


def _judge(year: Year) -> None:
    arrived = Counter(parcel.identity for parcel in year.mail.arrived)
    assert [key for key, count in arrived.items() if count != 1] == []
    assert [
        key for key, count in Counter(one.identity for one in year.teams.arrived).items() if count != 1
    ] == []
    for spec in GROUPS.values():
        for slot in slots(spec.group, BEGIN.date(), year.now[0].date()):
            key = f"{slot.identity.what}/{slot.identity.group}/{slot.identity.period}"
            if slot.identity.what in LAYOUTS and any(slot.due <= one < slot.until for one in year.calm):
                assert key in arrived, (key, slot.due, slot.until)


def test_what_came_too_late_is_skipped_and_said(tmp_path: Path) -> None:
    """The service was down from Friday to Friday: the agenda of group B is not sent after its meeting."""
    year = Year(tmp_path)
    year.look()
    year.now[0] = datetime(2026, 1, 9, 12, tzinfo=UTC)
    ticked = year.look()
    assert ticked is not None
    told = {(one.publication, one.outlet): one for one in ticked.sent}
    skipped = told["agenda/B/2026-01-08", "mail"]
    assert skipped.standing is Standing.SKIPPED
    assert skipped.note is not None
    assert "2026-01-06 09:00 UTC" in skipped.note
    again = year.look()
    assert again is not None
    assert [one for one in again.sent if one.publication == "agenda/B/2026-01-08"] == []


def test_a_quiet_minute_sends_nothing_and_says_when_something_is_due(tmp_path: Path) -> None:
    """Most of the time the service has nothing to do."""
    year = Year(tmp_path)
    year.look()
    year.now[0] += timedelta(minutes=1)
    ticked = year.look()
    assert ticked is not None
    assert ticked.sent == []
    assert ticked.next is not None
    assert ticked.next > year.now[0]
