"""What a deck counts: cities by the state of their contract, actions by the week, and the group in a few numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from syncbot.model.kinds.action import Action
from syncbot.model.kinds.city import City, State

from .material import Material

_WEEK = timedelta(days=7)
_BACK, _AHEAD = 6, 3
STATE_WORDS: Mapping[State | None, str] = {
    "drafting": "In drafting",
    "submitted": "Submitted",
    "resubmission": "To be resubmitted",
    "label": "Label awarded",
    "implementation": "In implementation",
    "iteration": "In iteration",
    None: "Not noted",
}
"""What is said of the states of a contract, in the order of the programme; fixed words, translated by templates."""


def cities_by_state(material: Material) -> list[dict[str, Any]]:
    """How many cities of the group are in each state of their contract, in the order of the programme."""
    cities = material.own_cities()
    counted = Counter((one.ccc_state, state_words(material, key, one)) for key, one in cities)
    return [
        {"state": words, "cities": counted[state, words]}
        for state, usual in (STATE_WORDS.items() if cities else ())
        for words in [usual, *sorted({said for of, said in counted if of == state} - {usual})]
        if state is not None or counted[None, words]
    ]


def state_words(material: Material, key: str, city: City) -> str:
    """Return what is said of how far a city is."""
    usual = STATE_WORDS[city.ccc_state]
    return material.said(key).get(usual, usual)


def actions_by_week(material: Material) -> list[dict[str, Any]]:
    """How many actions of the group were due, and how many were done, in the weeks around today; none when none was."""
    ours = [(key, one) for key, one in material.actions.items() if material.ours(one.csg)]
    due = Counter(_monday(one.due) for _, one in ours if one.due is not None)
    done = Counter(_monday(day) for day in _closed(material, ours))
    this = _monday(material.today)
    weeks = [this + n * _WEEK for n in range(-_BACK, _AHEAD + 1)]
    if not any(due[monday] or done[monday] for monday in weeks):
        return []
    return [
        {
            "week": monday.isocalendar().week,
            "monday": monday,
            "due": due[monday],
            "done": done[monday],
            "now": monday == this,
        }
        for monday in weeks
    ]


def at_a_glance(material: Material) -> list[dict[str, Any]]:
    """The group in four numbers."""
    cities = material.own_cities()
    open_ones = [one for one in material.actions.values() if material.ours(one.csg) and not one.done]
    needs = [one for one in material.needs.values() if material.ours(one.csg)]
    return (
        [
            {"what": "Cities", "number": len(cities)},
            {"what": "Open actions", "number": len(open_ones)},
            {"what": "Overdue", "number": sum(_late(material, one) for one in open_ones)},
            {"what": "Open needs", "number": sum(one.status not in ("met", "dropped") for one in needs)},
        ]
        if cities or open_ones or needs
        else []
    )


def _late(material: Material, one: Action) -> bool:
    return one.due is not None and one.due < material.today


def _closed(material: Material, ours: Iterable[tuple[str, Action]]) -> Iterable[date]:
    return (material.closed[key] for key, one in ours if one.done and key in material.closed)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
