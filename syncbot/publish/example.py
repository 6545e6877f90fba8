"""One of everything, so that a template can be tried before anything real exists. Nobody and nothing in it is real."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from syncbot.model.kinds.action import Action
from syncbot.model.kinds.city import City
from syncbot.model.kinds.decision import Decision
from syncbot.model.kinds.meeting import Meeting
from syncbot.model.kinds.need import Need
from syncbot.model.kinds.person import Person

from .material import Change, Held, Material, Question, Unclear

_TODAY = date(2026, 11, 24)
_DAY = date(2026, 11, 26)
_URL = "https://example.eu/record"


SOMEBODY = "follower"
"""The key of a person in it."""
_COMMON: Mapping[str, Any] = {"city": "city", "csg": "D", "meeting": "meeting", "source": _URL}


def example() -> Material:
    """Return material from which every source makes at least one line."""
    held = Held(name="weekly", day=_DAY, start=datetime(2026, 11, 26, 9, tzinfo=UTC))
    later = Held(name="specialists", day=date(2026, 11, 30), start=datetime(2026, 11, 30, 13, tzinfo=UTC))
    return Material(
        group="D",
        title="City Support Group D",
        today=_TODAY,
        since=date(2026, 11, 19),
        meeting=held,
        ahead=[held, later],
        cities={"city": _city()},
        people={
            "lead": _lead(),
            "follower": Person(name="Ben Example", email="ben@example.eu", csg="D", role="advisor"),
        },
        actions=_actions(),
        decisions={"decision": Decision(name="The visit is in May", **_COMMON)},
        needs={"need": _need()},
        meetings={
            "meeting": Meeting(name="Weekly meeting", day=_DAY, csg="D", meeting_type="weekly"),
            "visit": Meeting(name="Visit to Examplia", day=date(2026, 12, 2), csg="D"),
        },
        touched={"open": date(2026, 10, 5)},
        closed={"done": _TODAY},
        changes=[_change()],
        questions=[_question()],
        unclear=[Unclear(words="Someone should look into this", why="no marker", url=_URL)],
        urls=dict.fromkeys(("city", "open", "done", "need"), _URL),
    )


def bare() -> Material:
    """Return the same with nothing known that may be unknown: no owner, no date, no city, nobody who leads."""
    common: Mapping[str, Any] = {"csg": "D", "meeting": "meeting"}
    return replace(
        example(),
        cities={"city": City(name="Examplia", csg="D", ccc_window="W4+")},
        actions={
            "open": Action(name="Send the draft", **common),
            "done": Action(name="x", done=True, **common),
        },
        decisions={"decision": Decision(name="The visit is in May", **common)},
        needs={"need": Need(name="Help", csg="D", urgency="high")},
        touched={},
        urls={},
    )


def _lead() -> Person:
    return Person(
        name="Ada Example",
        email="ada@example.eu",
        csg="D",
        role="advisor",
        away_from=date(2026, 11, 27),
        away_until=date(2026, 12, 4),
    )


def _city() -> City:
    return City(
        name="Examplia",
        csg="D",
        lead="lead",
        follower="follower",
        ccc_window="W4+",
        ccc_state="drafting",
        last_contact=date(2026, 10, 1),
        next_checkin=datetime(2026, 11, 27, 9, tzinfo=UTC),
    )


def _actions() -> dict[str, Action]:
    draft = Action(
        name="Send the draft", owners=frozenset({"lead", "follower"}), due=date(2026, 11, 20), **_COMMON
    )
    room = Action(name="Book the room", owners=frozenset({"follower"}), done=True, **_COMMON)
    return {"open": draft, "done": room}


def _need() -> Need:
    return Need(
        name="Help with the investment plan",
        city="city",
        csg="D",
        topic="finance",
        urgency="critical",
        raised=date(2026, 11, 2),
        specialist="follower",
        status="open",
    )


def _change() -> Change:
    return Change(
        day=_TODAY,
        kind="city",
        record="city",
        subject="Examplia",
        field="CCC state",
        before="drafting",
        after="submitted",
        keeper="Notion",
        csg="D",
        worded=True,
    )


def _question() -> Question:
    said = [("Notion", 120_000), ("SharePoint", 121_000)]
    return Question(subject="Examplia", field="population", said=said, url=_URL, csg="D", record="city")
