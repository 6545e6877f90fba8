"""The four groups as a store knows them some weeks on: all people and cities, actions, needs, meetings and changes.

Names are those of the demo; what is said of them is invented, the same in every run.
"""

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from syncbot.endpoints.outlets.base import Parcel
from syncbot.mapping.groups import groups
from syncbot.mapping.layouts import layouts
from syncbot.mapping.load import load
from syncbot.mapping.templates import templates
from syncbot.model.values import Value
from syncbot.reconcile.state import Agreed, SeenRow
from syncbot.sandbox.seed.facts import cities, people
from syncbot.service.parts import Parts
from syncbot.store.base import RecordChange, Store
from syncbot.store.memory import MemoryStore

SHIPPED = Path(__file__).parents[2] / "mappings"
NOW = datetime(2026, 11, 25, 8, tzinfo=UTC)
"""A Wednesday of week 48."""
_ROLES = {"City Advisor": "advisor", "Specialist": "specialist", "City Support Officer": "officer"}
Fields = Mapping[str, Value]


def four_groups(
    *, actions: int = 400, needs: int = 120, changes: int = 120, store: Store | None = None
) -> Parts:
    """Return the parts behind the verbs with everything known; `changes` of cities were made in the last days."""
    parts = Parts(
        store=store or MemoryStore(),
        mappings=load(SHIPPED, _variables()),
        endpoints={},
        requests={},
        now=lambda: NOW,
        new_id=lambda word: f"{word}-1",
        user="tester",
        groups=groups(SHIPPED),
        layouts=layouts(SHIPPED),
        template=templates(SHIPPED, SHIPPED),
    )
    told = [*_people(), *_cities(), *_needs(needs), *_actions(actions)]
    for kind, key, fields in told:
        know(parts, kind, key, fields, at=NOW - timedelta(days=30))
    for number in range(changes):
        state = ("submitted", "label", "implementation")[number % 3]
        know(parts, "city", f"city-{number % 112}", {"ccc_state": state, "population": number}, at=NOW)
    return parts


def _variables() -> dict[str, str]:
    text = "\n".join(path.read_text(encoding="utf-8") for path in SHIPPED.glob("*.yaml"))
    names = re.findall(r"env: (\w+)", text)
    site = "https://contoso.sharepoint.com/sites/cities"
    return {name: site if name.endswith("SITE") else "x" for name in names}


def know(parts: Parts, kind: str, key: str, fields: Fields, *, at: datetime = NOW) -> None:
    """Let the store know fields of a record, as a sync does."""
    url = f"https://example.eu/{key}"
    row = SeenRow(ref=key, version="1", key=key, values=dict(fields), url=url)
    agreed = {
        name: Agreed(value=value, source="notion", at=at, run="run-1") for name, value in fields.items()
    }
    change = RecordChange(kind=kind, record=key, rows={"notion": row}, agreed=agreed)
    parts.store.commit([change], run="run-1", at=at)


def at(parts: Parts, now: datetime) -> Parts:
    """Return the same at another time."""
    return replace(parts, now=lambda: now)


def by_identity(parcels: list[Parcel]) -> dict[str, Parcel]:
    """Return what arrived by its identity; fails where one arrived twice."""
    found = {one.identity: one for one in parcels}
    assert len(found) == len(parcels)
    return found


def _people() -> Iterator[tuple[str, str, Fields]]:
    for number, one in enumerate(people()):
        yield (
            "person",
            f"person-{number}",
            {
                "name": one.name,
                "email": one.email,
                "role": _ROLES[one.role],
                "csg": one.csg,
                "status": "former" if "former" in one.status else "current",
            },
        )


def _advisors(group: str) -> list[str]:
    return [
        f"person-{number}"
        for number, one in enumerate(people())
        if one.csg == group and one.role == "City Advisor" and "former" not in one.status
    ]


def _cities() -> Iterator[tuple[str, str, Fields]]:
    dice = random.Random(5)
    for number, one in enumerate(cities()):
        lead, follower = dice.sample(_advisors(one.csg), 2)
        yield (
            "city",
            f"city-{number}",
            {
                "name": one.name,
                "country": one.country_code,
                "csg": one.csg,
                "lead": lead,
                "follower": follower,
                "population": one.population or 0,
                "ccc_window": dice.choice(["W1", "W2", "W3", "W4", "W4+"]),
                "ccc_state": "drafting",
                "last_contact": NOW.date() - timedelta(days=dice.randrange(40)),
                "next_checkin": NOW + timedelta(days=dice.randrange(1, 30)),
                "topics": frozenset({"finance"}),
            },
        )


def _needs(count: int) -> Iterator[tuple[str, str, Fields]]:
    dice = random.Random(6)
    for number in range(count):
        city = dice.randrange(112)
        yield (
            "need",
            f"need-{number}",
            {
                "name": f"Help with the investment plan, part {number}",
                "city": f"city-{city}",
                "csg": cities()[city].csg,
                "topic": dice.choice(["finance", "engagement", "systems"]),
                "urgency": dice.choice(["low", "normal", "high", "critical"]),
                "raised": date(2026, 11, 1),
                "status": dice.choice(["open", "assigned", "met"]),
            },
        )


def _actions(count: int) -> Iterator[tuple[str, str, Fields]]:
    dice = random.Random(7)
    for number in range(count):
        city = dice.randrange(112)
        group = cities()[city].csg
        yield (
            "action",
            f"action-{number}",
            {
                "name": f"Send the draft of chapter {number} to the city's project manager",
                "owners": frozenset(dice.sample(_advisors(group), dice.randrange(1, 3))),
                "due": NOW.date() + timedelta(days=dice.randrange(-30, 30)),
                "done": dice.random() < 0.3,
                "city": f"city-{city}",
                "csg": group,
            },
        )
