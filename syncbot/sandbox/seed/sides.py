"""What stands on which side before anything was synced.

Groups A and C write in Notion, B and D in SharePoint. Facts of the programme are complete on the side that is
their home and kept by hand on the other, where half of them are missing and some are wrong.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from .calendar import WHERE
from .facts import City, Person, cities, contradictions, people
from .minutes import Minutes, minutes
from .work import Work, WorkRow, kept, workbook_needs
from .working import Working, dice, working_facts

Value = str | int | date | datetime | tuple[str, ...]
"""A date is a day; people are named by their e-mail address."""
HOME: Mapping[str, str] = {
    "name": "notion",
    "native_name": "notion",
    "country": "notion",
    "population": "notion",
    "languages": "notion",
    "geonames_id": "notion",
    "miro": "notion",
    "csg": "sharepoint",
    "ccc_window": "sharepoint",
    "label_date": "sharepoint",
    "pilot_cohort": "sharepoint",
    "pilot_name": "sharepoint",
}
"""Field -> the side on which it is complete; the other fields are complete where the group writes."""
_WRITES: Mapping[str, str] = {"A": "notion", "C": "notion", "B": "sharepoint", "D": "sharepoint"}
_ROLES = {"City Advisor": "advisor", "Specialist": "specialist", "City Support Officer": "officer"}
_SPECIALTIES = {
    "finance": "finance",
    "citizen engagement": "engagement",
    "systems innovation": "systems",
}
_ALWAYS = frozenset({"name", "country", "csg"})
"""Fields that nobody leaves empty."""


@dataclass(frozen=True, kw_only=True)
class CityRow:
    """One row about a city on one side."""

    city: str
    """Its English name, whatever stands in the row."""
    values: Mapping[str, Value]
    """Field -> value; an empty field is missing."""
    author: str
    """E-mail of who wrote it."""
    written: datetime


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """One row about a person on one side."""

    email: str
    values: Mapping[str, Value]
    written: datetime


@dataclass(frozen=True, kw_only=True)
class Side:
    """All rows of one side, in the order in which they were written."""

    people: Sequence[PersonRow] = field(default=())
    cities: Sequence[CityRow] = field(default=())
    work: Work = field(default_factory=Work)
    """Meetings, actions, decisions and needs."""
    minutes: Sequence[Minutes] = field(default=())
    """Notes of meetings that are written here."""
    workbook: Sequence[WorkRow] = field(default=())
    """Needs that stand in a workbook."""


def told(side: str, when: datetime) -> Side:
    """Return what the demo's story puts on a side."""
    advisors = _advisors()
    numbers: Counter[str] = Counter()
    rows = []
    for city in cities():
        number = numbers[city.csg]
        numbers[city.csg] += 1
        working = working_facts(city, number, advisors[city.csg], when)
        if side in city.spelled:
            rows.append(_city_row(city, working, side, when, whole=len(city.spelled) == 1))
    return Side(
        people=_people_rows(side, when),
        cities=rows,
        work=kept([side], when),
        minutes=list(minutes(side, when)),
        workbook=workbook_needs(when) if side == "sharepoint" else (),
    )


def complete(side: str, when: datetime) -> Side:
    """Return all 112 cities and all people, cleanly spelled and with everything known, for one side."""
    advisors = _advisors()
    numbers: Counter[str] = Counter()
    rows = []
    for city in cities():
        working = working_facts(city, numbers[city.csg], advisors[city.csg], when)
        numbers[city.csg] += 1
        row = _city_row(city, working, side, when, whole=True)
        rows.append(
            CityRow(
                city=row.city,
                values=dict(row.values) | {"name": city.name},
                author=row.author,
                written=row.written,
            )
        )
    everybody = [_person_row(person, "sharepoint", person.name, when) for person in people()]
    return Side(
        people=everybody,
        cities=rows,
        work=kept(WHERE.values(), when),
        workbook=workbook_needs(when) if side == "sharepoint" else (),
    )


def _advisors() -> Mapping[str, Sequence[Person]]:
    groups = sorted({person.csg for person in people()})
    return {
        group: [one for one in people() if one.csg == group and one.role == "City Advisor"]
        for group in groups
    }


def _city_row(city: City, working: Working, side: str, when: datetime, *, whole: bool) -> CityRow:
    values = {**_programme(city), **_work(working)}
    kept = {name: value for name, value in values.items() if whole or _stands(city, name, side)}
    if not whole:
        kept |= _contradicted(city, side)
    kept["name"] = city.spelled.get(side, city.name)
    written = when - timedelta(days=20 + dice(city.name, side, 300), minutes=dice(city.name, "minute", 400))
    return CityRow(city=city.name, values=kept, author=working.lead.email, written=written)


def _programme(city: City) -> Mapping[str, Value]:
    facts: Mapping[str, Value | None] = {
        "name": city.name,
        "native_name": city.native_name,
        "country": city.country_code,
        "csg": city.csg,
        "population": city.population,
        "languages": city.languages,
        "label_date": city.label_date,
        "pilot_cohort": city.pilot_cohort,
        "pilot_name": city.pilot_name,
        "geonames_id": city.geonames_id,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _work(working: Working) -> Mapping[str, Value]:
    facts: Mapping[str, Value | None] = {
        "lead": working.lead.email,
        "follower": working.follower.email,
        "ccc_window": working.ccc_window,
        "ccc_state": working.ccc_state,
        "last_contact": working.last_contact,
        "next_checkin": working.next_checkin,
        "topics": working.topics,
        "note": working.note,
        "miro": working.miro,
    }
    return {name: value for name, value in facts.items() if value is not None}


def _stands(city: City, name: str, side: str) -> bool:
    """Say whether a field of a city that both sides have is filled on this one."""
    if name in _ALWAYS or side == HOME.get(name, _WRITES[city.csg]):
        return True
    if name == "ccc_state" and side == "notion":
        return True  # a page gets the first option of a status by itself: left empty it would tell an untruth
    return name != "geonames_id" and dice(city.name, name, 2) == 0


def _contradicted(city: City, side: str) -> Mapping[str, Value]:
    found = [one for one in contradictions() if one.city == city.name]
    return {one.field: _value_of(one.field, one.told[side]) for one in found}


def _value_of(name: str, text: str) -> Value:
    if name == "population":
        return int(text)
    return date.fromisoformat(text) if name == "label_date" else text


def _people_rows(side: str, when: datetime) -> Sequence[PersonRow]:
    return [
        _person_row(person, side, person.spelled[side], when) for person in people() if side in person.spelled
    ]


def _person_row(person: Person, side: str, name: str, when: datetime) -> PersonRow:
    values: dict[str, Value] = {
        "name": name,
        "email": person.email,
        "role": _ROLES[person.role],
        "organisation": person.organisation if side == "sharepoint" else person.organisation_as_printed,
        "csg": person.csg,
        "status": person.status,
    }
    if person.specialty:
        values["specialty"] = _SPECIALTIES[person.specialty]
    return PersonRow(email=person.email, values=values, written=when - timedelta(days=400))
