"""What a section can be made of: for each, which things of the material, in which order, and what is said of each.

Each source returns facts for the section's template (mappings/publications.yaml), one mapping a line. Values are
plain: words, days, numbers, True and False; empty ones are None, so that a template can ask `{% if due %}`.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, TypeAlias

from syncbot.model.carrying import standing
from syncbot.model.kinds.action import Action
from syncbot.model.kinds.city import City
from syncbot.model.kinds.need import URGENCIES, Need
from syncbot.model.rules.spelling import folded

from .coming import absences, coming
from .counts import actions_by_week, at_a_glance, cities_by_state, state_words
from .material import Material, Shown

Facts: TypeAlias = Mapping[str, Any]
Source: TypeAlias = Callable[[Material], Sequence[Facts]]

_FAR = date.max
_LONG = 300
"""Characters of a value in a line."""
_URGENT = ("critical", "high")
_LATE = "W4+"


def carried_over(material: Material) -> list[Facts]:
    """Open actions of the group: overdue first, then by owner, then by date; somebody's own by date alone."""
    found = [
        facts
        for key, one in material.actions.items()
        if material.ours(one.csg) and not one.done
        for facts in [action_facts(material, key, one)]
    ]
    return sorted(found, key=_by_owner if material.person is None else _by_day)


def new_actions(material: Material) -> list[Facts]:
    """Open actions that the meeting brought, by owner."""
    held = material.held_meeting()
    found = [
        facts
        for key, one in material.actions.items()
        if material.ours(one.csg) and not one.done and held is not None and one.meeting == held
        for facts in [action_facts(material, key, one)]
        if material.appeared.get(key, material.today) >= material.since
    ]
    return sorted(found, key=_by_owner)


def ticked_off(material: Material) -> list[Facts]:
    """Actions that were done since the meeting before, the latest last."""
    found = [
        (material.closed[key], action_facts(material, key, one))
        for key, one in material.actions.items()
        if material.ours(one.csg) and one.done and material.closed.get(key, date.min) >= material.since
    ]
    return [facts for _, facts in sorted(found, key=lambda one: (one[0], one[1]["name"]))]


def overdue(material: Material) -> list[Facts]:
    """Open actions whose day has passed, the longest ago first."""
    late = [one for one in carried_over(material) if one["overdue"]]
    return sorted(late, key=lambda one: (one["due"], one["name"].casefold()))


def due_soon(material: Material) -> list[Facts]:
    """Open actions that are overdue or due within a week."""
    until = material.today + timedelta(days=7)
    return [one for one in carried_over(material) if one["due"] is not None and one["due"] <= until]


def decisions(material: Material) -> list[Facts]:
    """What the meeting decided, in the order of the notes' headings."""
    held = material.held_meeting()
    return [
        {
            "name": _begun(one.name),
            "city": _city(material, one.city),
            "heading": one.heading,
            "topics": _sorted(one.topics),
            "instead": material.said(one.city),
            "url": one.source or material.urls.get(key),
        }
        for key, one in material.decisions.items()
        if held is not None and one.meeting == held and material.ours(one.csg)
    ]


def urgent_needs(material: Material) -> list[Facts]:
    """Needs that nobody has met, of high or critical urgency: the most urgent and then the oldest first."""
    found = [
        (key, one)
        for key, one in material.needs.items()
        if material.ours(one.csg) and one.urgency in _URGENT and one.status not in ("met", "dropped")
    ]
    ranked = sorted(found, key=lambda one: (-_rank(one[1]), one[1].raised or _FAR, one[1].name))
    return [need_facts(material, key, one) for key, one in ranked]


def pressing(material: Material) -> list[Facts]:
    """What cannot wait: urgent needs, critical ones first, then actions that are overdue, the longest ago first."""
    asked = [
        {**one, "owners": [one["specialist"]] if one["specialist"] else [], "due": None, "late_days": 0}
        for one in urgent_needs(material)
    ]
    late = [{**one, "urgency": None, "raised": None} for one in overdue(material)]
    kept = (*_COMMON, "owners", "urgency", "raised", "due", "late_days")
    return [{name: one[name] for name in kept} for one in (*asked, *late)]


def own_actions(material: Material) -> list[Facts]:
    """Open actions that the group itself agreed on: of all groups together only those of their own meeting."""
    return [one for one in carried_over(material) if one["csg"] == material.group]


_COMMON = ("name", "city", "csg", "topics", "url", "instead")


def changes(material: Material) -> list[Facts]:
    """What changed in the group's cities since the meeting before, by city and field."""
    found = [
        one
        for one in material.changes
        if one.kind == City.kind and one.day >= material.since and material.ours(one.csg)
    ]
    return [
        {
            "subject": one.subject,
            "field": one.field,
            "before": said.get(str(one.before), one.before) if one.worded else _short(one.before),
            "after": said.get(str(one.after), one.after) if one.worded else _short(one.after),
            "worded": one.worded,
            "keeper": one.keeper,
            "day": one.day,
            "url": material.urls.get(one.record),
        }
        for one in sorted(found, key=lambda one: (one.subject.casefold(), one.field, one.day))
        for said in [material.said(one.record)]
    ]


def questions(material: Material) -> list[Facts]:
    """What two places disagree on, or was edited where it should not be."""
    return [
        {
            "subject": one.subject,
            "field": one.field,
            "said": [{"place": place, "value": _short(value)} for place, value in one.said],
            "url": one.url,
            "csg": one.csg,
        }
        for one in material.questions
        if one.csg is None or material.ours(one.csg)
    ]


def silent_cities(material: Material) -> list[Facts]:
    """Cities that nobody has been in contact with beyond the agreed rhythm, the longest silence first."""
    latest = material.today - timedelta(days=material.contact_days)
    found = [
        (one.last_contact or date.min, city_facts(material, key, one))
        for key, one in material.own_cities()
        if one.last_contact is None or one.last_contact < latest
    ]
    return [facts for _, facts in sorted(found, key=lambda one: (one[0], one[1]["name"]))]


def late_cities(material: Material) -> list[Facts]:
    """Cities of the late window whose contract is not handed in."""
    return [
        city_facts(material, key, one)
        for key, one in material.own_cities()
        if one.ccc_window == _LATE and one.ccc_state in (None, "drafting", "resubmission")
    ]


def unclear(material: Material) -> list[Facts]:
    """Lines of the notes that wait for somebody to say what they are."""
    return [{"words": one.words, "why": one.why, "url": one.url} for one in material.unclear]


SOURCES: Mapping[str, Source] = {
    one.__name__: one
    for one in (
        carried_over,
        new_actions,
        ticked_off,
        due_soon,
        overdue,
        own_actions,
        pressing,
        decisions,
        urgent_needs,
        changes,
        questions,
        silent_cities,
        late_cities,
        coming,
        absences,
        unclear,
        at_a_glance,
        cities_by_state,
        actions_by_week,
    )
}
"""By the word that mappings/publications.yaml uses."""


# -- what is said of one thing


def action_facts(material: Material, key: str, one: Action) -> Facts:
    """What a template may say of an action."""
    owners = [*_names(material, one.owners), *([one.owners_written] if one.owners_written else [])]
    touched = material.touched.get(key)
    how = standing(one, today=material.today, touched=touched)
    return {
        "name": _begun(one.name),
        "owners": owners,
        "due": one.due,
        "due_written": one.due_written if one.due is None else None,
        "overdue": how.overdue,
        "late_days": (material.today - one.due).days if how.overdue and one.due is not None else 0,
        "stale": how.stale,
        "city": _city(material, one.city),
        "csg": one.csg,
        "topics": _sorted(one.topics),
        "touched": touched,
        "url": material.urls.get(key) or one.source,
        "source": one.source,
        "instead": material.said(one.city),
    }


def need_facts(material: Material, key: str, one: Need) -> Facts:
    """What a template may say of a need."""
    return {
        "name": _begun(one.name),
        "city": _city(material, one.city),
        "csg": one.csg,
        "topic": one.topic,
        "topics": [one.topic] if one.topic else [],
        "urgency": one.urgency,
        "raised": one.raised,
        "specialist": _name(material, one.specialist),
        "url": material.urls.get(key),
        "instead": material.said(key, one.city),
    }


def city_facts(material: Material, key: str, one: City) -> Facts:
    """What a template may say of a city."""
    return {
        "name": one.name,
        "csg": one.csg,
        "lead": _name(material, one.lead),
        "follower": _name(material, one.follower),
        "last_contact": one.last_contact,
        "silent_days": None if one.last_contact is None else (material.today - one.last_contact).days,
        "state": state_words(material, key, one),
        "window": one.ccc_window,
        "url": material.urls.get(key),
        "instead": material.said(key),
    }


def _by_owner(facts: Facts) -> tuple[Any, ...]:
    owners = [folded(one) for one in facts["owners"]]
    return (not facts["overdue"], not owners, owners, facts["due"] or _FAR, facts["name"].casefold())


def _by_day(facts: Facts) -> tuple[Any, ...]:
    return (facts["due"] or _FAR, facts["name"].casefold())


def _begun(text: str) -> str:
    """A line begins with a capital letter, also where it was the middle of a sentence in the notes."""
    first = text[:1].upper()
    return first + text[1:] if len(first) == 1 else text


def _rank(need: Need) -> int:
    return URGENCIES.index(need.urgency) if need.urgency else 0


def _short(value: Shown) -> Shown:
    """Whoever wants to read a page of notes opens it."""
    return f"{value[:_LONG].rstrip()}…" if isinstance(value, str) and len(value) > _LONG else value


def _sorted(topics: frozenset[str] | None) -> list[str]:
    return sorted(topics or ())


def _names(material: Material, keys: frozenset[str] | None) -> list[str]:
    return sorted(
        (material.people[key].name for key in keys or () if key in material.people),
        key=lambda name: (folded(name), name),
    )


def _name(material: Material, key: str | None) -> str | None:
    return material.people[key].name if key is not None and key in material.people else None


def _city(material: Material, key: str | None) -> str | None:
    return material.cities[key].name if key is not None and key in material.cities else None
