"""The records that are compared: seeded, with nothing of syncbot in them, so that peers are given the same ones.

A record has 20 fields of the types that people use. Two places hold all of them; of every 50 records one has a field
changed since the places last agreed, at one place or the other in turn.
"""

import random
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

Value: TypeAlias = str | int | float | date | datetime | frozenset[str]
SEED = 20260302
EVERY = 50
"""One record of so many is changed: 2 %."""
LEFT, RIGHT, AGREED = "left", "right", "agreed"

STATES = ("drafting", "submitted", "resubmission", "label", "implementation", "iteration")
WINDOWS = ("W1", "W2", "W3", "W4", "W4+")
COHORTS = ("1", "2", "3")
TOPICS = ("finance", "engagement", "governance", "systems", "mobility", "energy", "buildings", "industry")
LANGUAGES = ("bg", "cs", "da", "de", "el", "en", "es", "fi", "fr", "hu", "it", "nl", "pl", "pt", "ro", "sv")
_WORDS = (
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "fjord",
    "grove",
    "haven",
    "inlet",
    "juniper",
    "knoll",
    "lagoon",
)
_DAY, _MOMENT = date(2020, 1, 1), datetime(2026, 1, 1, 8, tzinfo=UTC)


def told(count: int, by: str, seed: int = SEED) -> Iterator[tuple[str, dict[str, Value]]]:
    """Yield the key and fields of each record as a place tells them, or as they were last agreed."""
    dice = random.Random(seed)
    for number in range(count):
        values = _values(number, dice)
        if is_changed(number) and by == changed_at(number):
            _change(number, values)
        yield f"thing-{number:07d}", values


def making(count: int) -> float:
    """CPU seconds that making the records of both places takes: no part of what anybody is measured by."""
    began = time.process_time()
    for by in (LEFT, RIGHT):
        for _ in told(count, by):
            pass
    return time.process_time() - began


def is_changed(number: int) -> bool:
    """Whether the record was changed anywhere."""
    return number % EVERY == EVERY // 2


def changed_at(number: int) -> str:
    """The place that changed it."""
    return (LEFT, RIGHT)[number // EVERY % 2]


def _values(number: int, dice: random.Random) -> dict[str, Value]:
    draw, some = dice.random, dice.choice
    return {
        "name": f"{some(_WORDS)} {some(_WORDS)} {number}",
        "alias": f"{some(_WORDS)}-{number}",
        "district": f"district {int(draw() * 500)}",
        "country": some(LANGUAGES).upper(),
        "contact": f"desk.{number}@{some(_WORDS)}.example",
        "phone": f"+32 2 {int(draw() * 1e6):06d}",
        "web": f"https://{some(_WORDS)}.example/places/{number}",
        "note": " ".join(some(_WORDS) for _ in range(12)),
        "summary": f"{some(_WORDS)} and {some(_WORDS)}",
        "population": int(draw() * 2e6),
        "area": round(draw() * 400, 2),
        "budget": int(draw() * 1e5) * 100,
        "founded": _DAY + timedelta(days=int(draw() * 1500)),
        "met": _DAY + timedelta(days=int(draw() * 2200)),
        "due": _MOMENT + timedelta(minutes=30 * int(draw() * 9000)),
        "state": some(STATES),
        "window": some(WINDOWS),
        "cohort": some(COHORTS),
        "topics": frozenset(dice.sample(TOPICS, 3)),
        "languages": frozenset(dice.sample(LANGUAGES, 2)),
    }


def _change(number: int, values: dict[str, Value]) -> None:
    """Change one field, another one from record to record."""
    match number // EVERY % 4:
        case 0:
            values["note"] = f"changed: {values['note']}"
        case 1:
            values["population"] = number
        case 2:
            values["met"] = date(2027, 1, 1)
        case _:
            values["topics"] = frozenset(TOPICS[:4])
