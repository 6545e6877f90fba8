"""A group with far too much on its mind: 2,000 open actions, long words, emoji, writing from the right, 500 owners."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from syncbot.model.kinds.action import Action
from syncbot.model.kinds.city import City
from syncbot.model.kinds.decision import Decision
from syncbot.model.kinds.need import Need
from syncbot.model.kinds.person import Person
from syncbot.publish.compose import Layout
from syncbot.publish.example import example
from syncbot.publish.material import Change, Material, Question, Unclear

MANY, OWNERS = 2_000, 500
LONGEST = 2_000
"""Characters that a record takes in one line."""
_WORDS = (
    "👩‍👩‍👧‍👦🏳️‍🌈" * 200,
    "התחדשות עירונית — תקציב פתוח " * 60,
    "W" * LONGEST,
    "**[x](https://a)** <at>Ann</at> {{ 7 * 7 }} & \\n \u202e\u0000\ufffe " * 40,
    "budget | draft\tfor the mayor " * 60,
)


def flood() -> Material:
    """Return everything that a group can have, each far too often."""
    base = example()
    people = {f"p{n}": Person.model_construct(name=f"Bożena {_words(n)[:60]} {n}") for n in range(OWNERS)}
    late = base.today - timedelta(days=9)
    common: Mapping[str, Any] = {
        "csg": "D",
        "city": "c1",
        "meeting": "meeting",
        "source": f"https://example.eu/{'é' * 300}",
    }
    return replace(
        base,
        people=people,
        cities={f"c{n}": City.model_construct(name=_words(n), csg="D", lead="p1") for n in range(MANY)},
        actions={
            f"a{n}": Action.model_construct(
                name=_words(n),
                owners=frozenset(people) if n % 200 == 0 else frozenset({f"p{n % OWNERS}"}),
                due=late,
                done=n % 2 == 1,
                **common,
            )
            for n in range(2 * MANY)
        },
        closed={f"a{n}": base.today for n in range(1, 2 * MANY, 2)},
        decisions={f"d{n}": Decision.model_construct(name=_words(n), **common) for n in range(MANY)},
        needs={
            f"n{n}": Need.model_construct(name=_words(n), city="c1", csg="D", urgency="critical")
            for n in range(MANY)
        },
        changes=[_change(base, n) for n in range(MANY)],
        questions=[_question(n) for n in range(MANY)],
        unclear=[Unclear(words=_words(n), why="a box", url="https://example.eu") for n in range(MANY)],
        urls={f"a{n}": f"https://example.eu/{n}?{'x' * 1_900}" for n in range(MANY)},
    )


def _change(base: Material, number: int) -> Change:
    return Change(
        day=base.today,
        kind="city",
        record=f"c{number}",
        subject=_words(number),
        field="note",
        before=_words(number + 1) * 100,
        after=_words(number + 2) * 100,
        keeper="Notion",
        csg="D",
    )


def _question(number: int) -> Question:
    return Question(
        subject=_words(number),
        field="note",
        said=[("Notion", _words(number) * 100), ("SharePoint", "a")],
        csg="D",
    )


def _words(number: int) -> str:
    text = _WORDS[number % len(_WORDS)]
    return f"{number} {text}"[:LONGEST]


def greedy(layout: Layout) -> Layout:
    """Return a layout of somebody who wants to see everything."""
    return replace(layout, sections=[replace(one, at_most=500) for one in layout.sections])
