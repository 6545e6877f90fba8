"""What the fields and words of meetings, actions, decisions and needs are called on either side."""

from collections.abc import Mapping
from dataclasses import dataclass

from .working import TOPICS

SUBJECTS: Mapping[str, str] = {
    "ccc": "Climate City Contract",
    "label": "Mission Label",
    "pilot": "Pilots",
    "twinning": "Twinning",
    "monitoring": "Monitoring",
    "programme": "Programme",
    **TOPICS,
}
_SORTS = {
    "weekly": "Weekly",
    "monthly": "Monthly",
    "specialists": "Specialists",
    "interface": "City Interface Meeting",
    "one_to_one": "One to one",
    "other": "Other",
}
_GROUPS = dict(zip("ABCD", "ABCD", strict=True))
_URGENCIES = {one: one.capitalize() for one in ("low", "normal", "high", "critical")}
_STAGES = {one: one.capitalize() for one in ("open", "assigned", "met", "dropped")}


@dataclass(frozen=True, kw_only=True)
class Column:
    """One field of a kind as both sides have it."""

    notion: str
    """The property."""
    sharepoint: str
    """The internal name."""
    shown: str
    """What SharePoint shows."""
    holds: str
    """"title", "text", "lines", "day", "tick", "choice", "choices", "one" or "many" (records)."""
    options: Mapping[str, str] | None = None
    """Of choices: word -> what it is called."""
    target: str = ""
    """Of records: the kind pointed at."""


def _text(notion: str, sharepoint: str, holds: str = "text") -> Column:
    return Column(notion=notion, sharepoint=sharepoint, shown=notion, holds=holds)


def _choice(notion: str, sharepoint: str, options: Mapping[str, str], *, many: bool = False) -> Column:
    holds = "choices" if many else "choice"
    return Column(notion=notion, sharepoint=sharepoint, shown=notion, holds=holds, options=options)


def _record(name: str, target: str, *, many: bool = False) -> Column:
    holds = "many" if many else "one"
    return Column(notion=name, sharepoint=name, shown=name, holds=holds, target=target)


def _group(*, across: bool) -> Column:
    options = {**_GROUPS, "all": "All groups"} if across else _GROUPS
    return Column(
        notion="CSG", sharepoint="SupportGroup", shown="Support group", holds="choice", options=options
    )


TITLES: Mapping[str, str] = {
    "meeting": "Meetings",
    "action": "Actions",
    "decision": "Decisions",
    "need": "Needs",
}
"""Kind -> the data source and the list; those pointed at come first."""
_FOUND: Mapping[str, Column] = {
    "city": _record("City", "city"),
    "topics": _choice("Topics", "Topics", SUBJECTS, many=True),
    "csg": _group(across=True),
    "heading": _text("Heading", "Heading"),
    "meeting": _record("Meeting", "meeting"),
    "source": _text("Source", "Source", "link"),
    "why": _text("Why", "Why", "lines"),
}
COLUMNS: Mapping[str, Mapping[str, Column]] = {
    "meeting": {
        "name": _text("Meeting", "Title", "title"),
        "day": _text("Date", "MeetingDate", "day"),
        "csg": _group(across=True),
        "meeting_type": _choice("Kind", "MeetingType", _SORTS),
        "attendees": _record("Attendees", "person", many=True),
        "notes": _text("Notes file", "Notes", "link"),
    },
    "action": {
        "name": _text("Action", "Title", "title"),
        "owners": _record("Owners", "person", many=True),
        "owners_written": _text("Owners as written", "OwnersWritten"),
        "due": _text("Due", "Due", "day"),
        "due_written": _text("Due as written", "DueWritten"),
        "done": _text("Done", "Done", "tick"),
        **_FOUND,
    },
    "decision": {"name": _text("Decision", "Title", "title"), **_FOUND},
    "need": {
        "name": _text("Need", "Title", "title"),
        "city": _record("City", "city"),
        "csg": _group(across=False),
        "topic": _choice("Topic", "Topic", TOPICS),
        "urgency": _choice("Urgency", "Urgency", _URGENCIES),
        "raised": _text("Raised", "Raised", "day"),
        "specialist": _record("Specialist", "person"),
        "status": _choice("Status", "Status", _STAGES),
        "note": _text("Note", "Note", "lines"),
    },
}
"""Kind -> field -> column."""
STATUSES = frozenset({("need", "status")})
"""Fields that Notion has as a status, which is never empty."""
