"""What is coming: check-ins, meetings, visits, days of the programme; and who is away meanwhile."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from syncbot.model.kinds.person import Person

from .declared import fits
from .material import Material, members

_AHEAD = timedelta(days=14)
"""How far ahead something counts as coming."""


def coming(material: Material) -> list[Mapping[str, Any]]:
    """Check-ins, meetings, meetings that are only listed (visits), and days of the programme, of the two weeks to come."""
    found = [*_checkins(material), *_held(material), *_listed(material), *_days(material)]
    until = material.today + _AHEAD
    near = [one for one in found if material.today <= one["day"] <= until]
    return sorted(near, key=lambda one: (one["day"], str(one["when"]), one["name"]))


def _facts(name: str, day: date, sort: str, **known: Any) -> Mapping[str, Any]:
    nothing: Mapping[str, Any] = {
        "when": day,
        "lead": None,
        "follower": None,
        "lead_away": False,
        "cities": [],
        "url": None,
    }
    return {"name": name, "day": day, "sort": sort, **nothing, **known}


def _checkins(material: Material) -> Iterator[Mapping[str, Any]]:
    for key, one in material.own_cities():
        if one.next_checkin is not None:
            day = one.next_checkin.astimezone(material.zone).date()
            yield _facts(
                one.name,
                day,
                "check-in",
                when=one.next_checkin,
                lead=_name(material, one.lead),
                follower=_name(material, one.follower),
                lead_away=_is_away(material, one.lead, day),
                url=material.urls.get(key),
            )


def _held(material: Material) -> Iterator[Mapping[str, Any]]:
    for one in material.ahead:
        if one != material.meeting:
            yield _facts(one.name.replace("_", " "), one.day, "meeting", when=one.start)


def _listed(material: Material) -> Iterator[Mapping[str, Any]]:
    """Meetings of which there is a record and that the calendar does not know: visits, workshops."""
    if material.person is not None:
        return
    days = {one.day for one in material.ahead} | ({material.meeting.day} if material.meeting else set())
    for key, one in material.meetings.items():
        regular = one.meeting_type not in (None, "other") and one.day in days
        if one.day is not None and material.ours(one.csg) and not regular:
            yield _facts(one.name, one.day, "listed", url=one.notes or material.urls.get(key))


def _days(material: Material) -> Iterator[Mapping[str, Any]]:
    for one in material.milestones:
        names = [
            city.name for _, city in material.own_cities() if one.kind == city.kind and fits(city, one.where)
        ]
        if names or (not one.where and material.person is None):
            yield _facts(one.name, one.day, "programme", cities=names if one.where else [])


def absences(material: Material) -> list[Mapping[str, Any]]:
    """Who is away in the two weeks to come, and who stands in for him or her in which city; the first away comes first."""
    people = material.people if material.person else members(material.group, material.people)
    found = [
        {
            "name": one.name,
            "begins": one.away_from,
            "ends": one.away_until,
            "cities": _left_to(material, key, one),
        }
        for key, one in people.items()
        if key != material.person and _overlaps(one, material.today, material.today + _AHEAD)
    ]
    told = [one for one in found if one["cities"] or material.person is None]
    return sorted(told, key=lambda one: (one["begins"] or date.min, one["name"]))


def _left_to(material: Material, key: str, person: Person) -> list[Mapping[str, Any]]:
    """The cities of somebody who is away, each with who stands in and whether he or she is away meanwhile too."""
    return [
        {
            "name": city.name,
            "follower": _name(material, city.follower),
            "away": other is not None
            and _overlaps(other, person.away_from or date.min, person.away_until or date.max),
        }
        for _, city in material.own_cities()
        if city.lead == key
        for other in [material.people.get(city.follower or "")]
    ]


def _is_away(material: Material, key: str | None, day: date) -> bool:
    person = material.people.get(key or "")
    return person is not None and _overlaps(person, day, day)


def _overlaps(person: Person, first: date, last: date) -> bool:
    if person.away_from is None and person.away_until is None:
        return False
    return (person.away_from or date.min) <= last and (person.away_until or date.max) >= first


def _name(material: Material, key: str | None) -> str | None:
    return material.people[key].name if key is not None and key in material.people else None
