"""One of everything, so that a template can be tried before anything real exists. Nobody and nothing in it is real."""

from datetime import UTC, date, datetime

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


def example() -> Material:
    """Return material from which every source makes at least one line."""
    held = Held(name="weekly", day=_DAY, start=datetime(2026, 11, 26, 9, tzinfo=UTC))
    later = Held(name="specialists", day=date(2026, 11, 30), start=datetime(2026, 11, 30, 13, tzinfo=UTC))
    people = {
        "lead": Person(name="Ada Example", email="ada@example.eu", csg="D"),
        "follower": Person(name="Ben Example", email="ben@example.eu", csg="D"),
    }
    city = City(
        name="Examplia",
        csg="D",
        lead="lead",
        follower="follower",
        ccc_window="W4+",
        ccc_state="drafting",
        last_contact=date(2026, 10, 1),
        next_checkin=datetime(2026, 11, 27, 9, tzinfo=UTC),
    )
    common = {"city": "city", "csg": "D", "meeting": "meeting", "source": _URL}
    change = Change(
        day=_TODAY,
        kind="city",
        record="city",
        subject="Examplia",
        field="CCC state",
        before="drafting",
        after="submitted",
        keeper="Notion",
        csg="D",
    )
    return Material(
        group="D",
        title="City Support Group D",
        today=_TODAY,
        since=date(2026, 11, 19),
        meeting=held,
        ahead=[held, later],
        cities={"city": city},
        people=people,
        actions={
            "open": Action(
                name="Send the draft", owners=frozenset({"lead"}), due=date(2026, 11, 20), **common
            ),
            "done": Action(name="Book the room", owners=frozenset({"follower"}), done=True, **common),
        },
        decisions={"decision": Decision(name="The visit is in May", **common)},
        needs={
            "need": Need(
                name="Help with the investment plan",
                city="city",
                csg="D",
                topic="finance",
                urgency="critical",
                raised=date(2026, 11, 2),
                specialist="follower",
                status="open",
            )
        },
        meetings={"meeting": Meeting(name="Weekly meeting", day=_DAY, csg="D")},
        closed={"done": _TODAY},
        changes=[change],
        questions=[Question(words="Examplia: population", url=_URL, csg="D")],
        unclear=[Unclear(words="Someone should look into this", why="no marker", url=_URL)],
        urls=dict.fromkeys(("city", "open", "done", "need"), _URL),
    )
