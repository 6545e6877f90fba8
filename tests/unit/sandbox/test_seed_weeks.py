"""Whatever moment the demo begins at: its groups have met when their calendar in mappings/ says that they did."""

from datetime import UTC, datetime, timedelta

import pytest

from syncbot.mapping.groups import groups
from syncbot.sandbox.graph import GraphService
from syncbot.sandbox.seed.calendar import held
from syncbot.sandbox.seed.minutes import minutes
from syncbot.sandbox.seed.offices import seed_offices
from syncbot.sandbox.seed.story import Ids
from syncbot.sandbox.seed.work import kept
from syncbot.schedule.choosing import chosen
from syncbot.settings import example_mappings

D = groups(example_mappings())["D"].group
BEGIN = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
AT_ANY_HOUR = [BEGIN + timedelta(hours=29 * turn) for turn in range(340)]
"""More than a year, also at night, at weekends and over Christmas."""
AROUND_HOLIDAYS = [
    datetime(2028, 8, 13, 7, 45, tzinfo=UTC) + timedelta(hours=turn) for turn in range(9 * 24)
]  # the Assumption is a Tuesday then; Monday is none
MOMENTS = [*AT_ANY_HOUR, *AROUND_HOLIDAYS]


def test_the_last_meeting_is_the_one_that_the_summary_is_about() -> None:
    """Group D's last meeting in the sandbox, with its notes, is the last one by mappings/groups.yaml, to the hour."""
    for when in MOMENTS:
        slot = chosen(D, "summary", now=when)
        last = next(one for one in held(when) if one.series.csg == "D")
        assert slot is not None and slot.occurrence is not None
        assert (last.day, last.ended) == (slot.occurrence.day, slot.occurrence.end), when


def test_the_next_meeting_is_in_the_calendar_of_the_office() -> None:
    """The meeting that the agenda is for takes place in Outlook on the same day, once, also after a holiday."""
    for when in MOMENTS[::7]:
        graph = GraphService(verify=lambda _: None, ids=Ids("graph"), app_id="app")
        seed_offices(graph, (), when)
        slot = chosen(D, "agenda", now=when)
        assert slot is not None and slot.occurrence is not None
        mine = [one for one in graph.state.outlook.series.values() if one.subject == "CSG D weekly"]
        assert [day for one in mine for day in one.days()].count(slot.occurrence.day) == 1, when


@pytest.mark.parametrize("hour", range(0, 24, 5))
def test_nothing_is_written_in_the_future(hour: int) -> None:
    """Meetings, actions and notes were written before the moment at which the demo begins."""
    for day in range(7):
        when = BEGIN + timedelta(days=day, hours=hour)
        rows = kept(["notion", "sharepoint"], when).rows
        assert all(one.written <= when for kind in ("meeting", "action", "decision") for one in rows[kind])
        assert all(
            one.meeting.ended <= when for side in ("notion", "sharepoint") for one in minutes(side, when)
        )
