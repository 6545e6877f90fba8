"""docs/carry-over.md says what moves on to the next meeting; each of its lines is put to the code."""

from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncbot.model.carrying import STALE_AFTER, Job, Standing, carried_over, standing
from syncbot.model.kinds.action import Action
from tests.referees.decisions import lines

PAGE = Path(__file__).parents[3] / "docs/carry-over.md"
TODAY = date(2026, 11, 25)
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


def _day(text: str) -> date | None:
    return None if text == "-" else date.fromisoformat(text)


def _said(how: Standing) -> str:
    told = [name.replace("_", " ") for name, right in vars(how).items() if right]
    return ", ".join(told) or "nothing"


@pytest.mark.parametrize("line", lines("On a day", PAGE), ids=lambda line: line["case"])
def test_the_page_says_what_the_code_does(line: Mapping[str, str]) -> None:
    """Word for word."""
    action = Action(
        name="Send the draft",
        done={"yes": True, "no": False, "-": None}[line["done"]],
        due=_day(line["due"]),
        owners=None if line["owners"] == "-" else frozenset({line["owners"]}),
        owners_written=None if line["written"] == "-" else line["written"],
    )
    assert _said(standing(action, today=TODAY, touched=_day(line["touched"]))) == line["outcome"]


@given(due=st.none() | DAYS, today=DAYS, touched=st.none() | DAYS)
def test_an_open_action_has_one_time_and_a_done_one_nothing(
    due: date | None, today: date, touched: date | None
) -> None:
    """Overdue, this week, later or without a day exclude each other; done silences everything."""
    action = Action(name="Send the draft", due=due)
    how = standing(action, today=today, touched=touched)
    assert how.overdue + how.due_this_week + how.no_date <= 1
    assert how.stale == (touched is not None and touched <= today - STALE_AFTER)
    done = action.model_copy(update={"done": True})
    assert standing(done, today=today, touched=touched) == Standing(open=False)


@given(due=DAYS, today=DAYS)
def test_nothing_is_lost_from_one_day_to_the_next(due: date, today: date) -> None:
    """What is due this week is due this week or overdue tomorrow, unless the week ends; overdue stays overdue."""
    action = Action(name="Send the draft", due=due)
    now, next_day = (standing(action, today=today + timedelta(days=days)) for days in (0, 1))
    assert not now.overdue or next_day.overdue
    assert not now.due_this_week or next_day.due_this_week or next_day.overdue


def test_the_meeting_takes_up_its_open_actions_in_order() -> None:
    """Longest overdue, by day, without a day; done ones and those of another group are left out."""

    def job(due: date | None, csg: str = "A", *, done: bool = False) -> Job:
        return Job(action=Action.model_validate({"name": "Job", "due": due, "csg": csg, "done": done}))

    jobs = {
        "no day": job(None),
        "next week": job(date(2026, 12, 2)),
        "late": job(date(2026, 11, 20)),
        "done": job(date(2026, 11, 20), done=True),
        "very late": job(date(2026, 1, 20)),
        "of B": job(date(2026, 11, 26), "B"),
        "today": job(TODAY),
    }
    assert [key for key, _ in carried_over(jobs, today=TODAY, group="A")] == [
        "very late",
        "late",
        "today",
        "next week",
        "no day",
    ]
    assert {key for key, _ in carried_over(jobs, today=TODAY)} == set(jobs) - {"done"}
