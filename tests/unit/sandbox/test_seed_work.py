"""What the demo's groups keep besides cities and people: meetings, actions, decisions and needs."""

from datetime import UTC, date, datetime, timedelta

import pytest

from syncbot.sandbox.seed.calendar import WEEKS, held
from syncbot.sandbox.seed.facts import people
from syncbot.sandbox.seed.sides import Side, complete, told
from syncbot.sandbox.seed.work import kept, workbook_needs
from syncbot.sandbox.seed.work_words import COLUMNS, TITLES

WHEN = datetime(2026, 11, 25, 17, tzinfo=UTC)
NOTION, SHAREPOINT = told("notion", WHEN), told("sharepoint", WHEN)


@pytest.mark.parametrize(
    "day", [WHEN + timedelta(days=days) for days in range(7)], ids=lambda day: f"{day:%A}"
)
def test_meetings_lie_before_the_moment_of_the_demo(day: datetime) -> None:
    """Whatever day it is: each series has its latest meeting within the last seven days, on its own day of the week."""
    meetings = list(held(day))
    assert len(meetings) == 9 * WEEKS
    assert len({one.id for one in meetings}) == len(meetings)
    for one in meetings:
        ago = day - one.ended
        assert timedelta(weeks=one.turn - 1) <= ago < timedelta(weeks=one.turn)
        assert one.day.isoweekday() == one.series.weekday


@pytest.mark.parametrize(
    "side", [NOTION, SHAREPOINT, complete("sharepoint", WHEN)], ids=["notion", "sharepoint", "whole"]
)
def test_rows_point_at_rows_of_their_side(side: Side) -> None:
    """No city, person or meeting is named that the side does not have, and no row is there twice."""
    there = {
        "person": {row.email for row in side.people},
        "city": {row.city for row in side.cities},
        "meeting": {row.id for row in side.work.rows["meeting"]},
    }
    for kind in TITLES:
        rows = side.work.rows[kind]
        assert len({row.id for row in rows}) == len(rows) > 0
        for row in rows:
            assert row.author in there["person"]
            for name, value in row.values.items():
                target = COLUMNS[kind][name].target
                named = value if isinstance(value, tuple) else (value,)
                assert not target or set(named) <= there[target], (row.id, name)


def test_words_are_offered() -> None:
    """Every word of a choice is among the options of its column."""
    for side in (NOTION, SHAREPOINT):
        for kind, rows in side.work.rows.items():
            for row in rows:
                for name, value in row.values.items():
                    options = COLUMNS[kind][name].options
                    named = value if isinstance(value, tuple) else (value,)
                    assert options is None or set(named) <= options.keys(), (row.id, name)


def test_groups_keep_theirs_on_one_side() -> None:
    """A, C and the meeting across groups in Notion, B and D in SharePoint; group C's needs only in the workbook."""
    groups = {
        name: {str(row.values["csg"]) for rows in side.work.rows.values() for row in rows}
        for name, side in (("notion", NOTION), ("sharepoint", SHAREPOINT))
    }
    assert groups == {"notion": {"A", "C", "all"}, "sharepoint": {"B", "D"}}
    assert {row.values["csg"] for row in workbook_needs(WHEN)} == {"C"}
    assert "C" not in {row.values["csg"] for row in kept(["notion", "sharepoint"], WHEN).rows["need"]}


def test_actions_are_of_every_sort() -> None:
    """Done, overdue, due this week, without a day: there is something of everything to carry over."""
    rows = [row for side in (NOTION, SHAREPOINT) for row in side.work.rows["action"]]
    today, known = WHEN.date(), {one.email for one in people()}
    days = [due for row in rows if not row.values["done"] and isinstance(due := row.values.get("due"), date)]
    assert {row.values["done"] for row in rows} == {True, False}
    assert any(day < today for day in days) and any(today <= day <= today + timedelta(days=4) for day in days)
    assert any("due" not in row.values for row in rows)
    for row in rows:
        owners = row.values["owners"]
        assert isinstance(owners, tuple) and set(owners) <= known
