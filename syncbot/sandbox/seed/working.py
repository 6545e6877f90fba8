"""The working facts of a city: how far its contract is, when one met last, what is on the table.

All of this is invented, the same in every run: it follows from the city's name, its label and the day of the demo.
"""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from .days import workday
from .facts import City, Person

TOPICS: Mapping[str, str] = {
    "finance": "Finance",
    "engagement": "Citizen engagement",
    "governance": "Governance",
    "systems": "Systems innovation",
    "mobility": "Mobility",
    "energy": "Energy communities",
    "afolu": "AFOLU",
    "transition": "Just transition",
    "buildings": "Buildings",
    "industry": "Private sector",
    "communication": "Communication",
}
"""Word -> option; the same options are offered on both sides."""
_LABEL_WINDOWS = ((date(2023, 12, 31), "W1"), (date(2024, 6, 30), "W2"), (date(2024, 12, 31), "W3"))
_LAST_OF_W4 = date(2025, 6, 30)
_OPEN_STATES = ("drafting", "submitted", "resubmission")
_SUBMITS_LATE = ("Rome", "Bristol", "Tartu", "Rotterdam", "Podgorica")
_WORDY = "Sarajevo"
"""This city's note is longer than one rich text of Notion (2,000 characters)."""
_NOTES = (
    "Wants to see two finance plans of other cities before it reworks its own.",
    "The new deputy mayor asks for a short version of the contract in {language}.",
    "Asked for a second reading of the action plan; the draft is with the specialists.",
    "Stakeholder workshop planned together with the university.",
    "Data on transport emissions are from 2019; the update comes with the next monitoring report.",
    "Interested in a visit to a city of the same size.",
    "The project manager is away until the end of the month; write to the office meanwhile.",
    "Open question: who signs for the public transport company?",
    'Good example for "one contract, many owners"; ask before quoting.',
    "Needs help with the economic case of the heat network.",
)
_SENTENCE = (
    "Both administrations were asked for the figures of their part, and the answer will be added here. "
)


@dataclass(frozen=True, kw_only=True)
class Working:
    """What the groups note about a city; the fields are those of the mapping."""

    ccc_window: str
    ccc_state: str
    last_contact: date
    next_checkin: datetime
    topics: tuple[str, ...]
    note: str | None
    miro: str | None
    lead: Person
    follower: Person


def working_facts(city: City, number: int, advisors: Sequence[Person], when: datetime) -> Working:
    """Invent the working facts of the group's city number `number`; `advisors` are of its group."""
    turns, place = divmod(number, len(advisors))
    follower = (place + 1 + turns % (len(advisors) - 1)) % len(advisors)
    contact = workday(when.astimezone(UTC).date() - timedelta(days=3 + dice(city.name, "contact", 40)))
    return Working(
        ccc_window=_window(city),
        ccc_state=_state(city),
        last_contact=contact,
        next_checkin=_checkin(city, contact, when),
        topics=_topics(city),
        note=_note(city),
        miro=f"https://miro.example/app/board/{slug(city.name)}" if dice(city.name, "miro", 3) else None,
        lead=advisors[place],
        follower=advisors[follower],
    )


def dice(name: str, what: str, sides: int) -> int:
    """Return a number below `sides` that looks thrown and is the same in every run."""
    return zlib.crc32(f"{what}/{name}".encode()) % sides


def slug(name: str) -> str:
    """Return something that can stand in an address."""
    return f"{zlib.crc32(name.encode()):08x}"


def _window(city: City) -> str:
    """Tell the submission window from the label; those named as late are late."""
    if city.label_date is None or city.name in _SUBMITS_LATE or city.label_date > _LAST_OF_W4:
        return "W4+"
    return next((window for end, window in _LABEL_WINDOWS if city.label_date <= end), "W4")


def _state(city: City) -> str:
    if city.label_date is None:
        return _OPEN_STATES[dice(city.name, "state", len(_OPEN_STATES))]
    if city.label_date.year == 2023:
        return "iteration"
    return "label" if city.label_date > _LAST_OF_W4 else "implementation"


def _checkin(city: City, contact: date, when: datetime) -> datetime:
    """Return half an hour on a working day, later than the last contact and than today."""
    day = max(contact, when.astimezone(UTC).date()) + timedelta(days=1 + dice(city.name, "checkin", 14))
    day = workday(day, 1)
    half_hours = dice(city.name, "hour", 16)
    return datetime.combine(day, time(8 + half_hours // 2, 30 * (half_hours % 2)), UTC)


def _topics(city: City) -> tuple[str, ...]:
    words = list(TOPICS)
    first, step = dice(city.name, "topic", len(words)), 1 + dice(city.name, "step", 4)
    return tuple(
        words[(first + step * turn) % len(words)] for turn in range(1 + dice(city.name, "topics", 3))
    )


def _note(city: City) -> str | None:
    if city.name == _WORDY:
        return (_SENTENCE * 25).strip()
    if not dice(city.name, "silent", 4):
        return None
    text = _NOTES[dice(city.name, "note", len(_NOTES))]
    return text.format(language=f"the city's language ({city.languages[0]})")
