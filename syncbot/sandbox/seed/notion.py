"""Fill the sandbox's Notion: the data sources "People" and "Mission Cities" with their pages."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from ..notion import NotionService
from .facts import cities, people
from .notion_work import WorkSources, seed_work, type_minutes
from .sharepoint import LANGUAGES
from .sides import CityRow, PersonRow, Side, Value
from .work_words import TITLES
from .working import TOPICS

CITIES, PEOPLE = "Mission Cities", "People"
CONTROL = "Sync control"
KEY = "syncbot key"
_ZONE = ZoneInfo("Europe/Brussels")
_RUN = 2000
"""Characters in one piece of rich text."""
_STATES = {
    "drafting": "Drafting",
    "submitted": "Submitted",
    "resubmission": "Resubmission",
    "label": "Label awarded",
    "implementation": "Implementation",
    "iteration": "Iteration",
}
_ROLES = {"advisor": "City Advisor", "specialist": "City Specialist", "officer": "City Support Officer"}
_SPECIALTIES = {"finance": "Finance", "engagement": "Citizen engagement", "systems": "Systems innovation"}
_STATUSES = {"current": "Current", "former": "Former"}
_CITY: Mapping[str, tuple[str, str]] = {
    "name": ("City", "title"),
    "native_name": ("Native name", "rich_text"),
    "country": ("Country", "select"),
    "csg": ("CSG", "select"),
    "lead": ("Lead advisor", "relation"),
    "follower": ("Follower advisor", "relation"),
    "population": ("Population", "number"),
    "languages": ("Languages", "multi_select"),
    "ccc_window": ("Window", "select"),
    "ccc_state": ("CCC state", "status"),
    "label_date": ("Label date", "date"),
    "pilot_cohort": ("Pilot cohort", "select"),
    "pilot_name": ("Pilot", "rich_text"),
    "last_contact": ("Last contact", "date"),
    "next_checkin": ("Next check-in", "date"),
    "miro": ("Miro board", "url"),
    "topics": ("Topics", "multi_select"),
    "note": ("Note", "rich_text"),
    "geonames_id": ("GeoNames", "rich_text"),
}
"""Field -> property and its type."""
_PERSON: Mapping[str, tuple[str, str]] = {
    "name": ("Name", "title"),
    "email": ("E-mail", "email"),
    "role": ("Role", "select"),
    "specialty": ("Specialty", "select"),
    "organisation": ("Organisation", "rich_text"),
    "csg": ("CSG", "select"),
    "status": ("Status", "select"),
}


@dataclass(frozen=True, kw_only=True)
class Workspace:
    """What was made in Notion."""

    cities: str
    """The id of the data source."""
    people: str
    city_rows: Mapping[str, str] = field(default_factory=dict)
    """English name of the city -> id of its page."""
    person_rows: Mapping[str, str] = field(default_factory=dict)
    """E-mail address -> id of the person's page."""
    users: Mapping[str, str] = field(default_factory=dict)
    """E-mail address -> id of the workspace's member."""
    work: WorkSources
    """The data sources of all kinds, and the pages in them."""
    published: str
    """The data source for agendas and summaries."""
    control: str
    """The data source in which a tick asks for a sync."""

    def environment(self) -> dict[str, str]:
        """Return the lines that name the data sources."""
        lines = {"SYNCBOT_NOTION_CITIES": self.cities, "SYNCBOT_NOTION_PEOPLE": self.people}
        lines["SYNCBOT_NOTION_PUBLICATIONS"] = self.published
        lines["SYNCBOT_NOTION_CONTROL"] = self.control
        return lines | {
            f"SYNCBOT_NOTION_{title.upper()}": self.work.sources[kind] for kind, title in TITLES.items()
        }


def seed_notion(service: NotionService, side: Side, when: datetime) -> Workspace:
    """Make members, both data sources and the pages of `side` as if people had made them before `when`."""
    users = {one.email: service.add_user(one.name, one.email) for one in people() if one.has_account}
    office, made = next(iter(users.values())), when - timedelta(days=500)
    people_source = service.add_data_source(PEOPLE, _person_schema(), at=made, by=office)
    cities_source = service.add_data_source(CITIES, _city_schema(people_source), at=made, by=office)
    persons = {row.email: _add_person(service, people_source, row, office) for row in side.people}
    rows = {row.city: _add_city(service, cities_source, row, persons, users) for row in side.cities}
    work = WorkSources({"city": cities_source, "person": people_source}, {"city": rows, "person": persons})
    seed_work(service, work, side.work, users, made)
    type_minutes(service, work, side.minutes, users)
    columns: dict[str, Any] = {"Name": {"title": {}}, "syncbot key": {"rich_text": {}}}
    published = service.add_data_source("Publications", columns, at=made, by=office)
    return Workspace(
        control=service.add_data_source(CONTROL, _control_schema(), at=made, by=office),
        published=published,
        cities=cities_source,
        people=people_source,
        city_rows=rows,
        person_rows=persons,
        users=users,
        work=work,
    )


def _add_person(service: NotionService, source: str, row: PersonRow, office: str) -> str:
    cells = {_PERSON[name][0]: _cell(_PERSON, name, value) for name, value in row.values.items()}
    return service.add_page(source, cells, by=office, at=row.written)


def _add_city(
    service: NotionService, source: str, row: CityRow, persons: Mapping[str, str], users: Mapping[str, str]
) -> str:
    cells = {}
    for name, value in row.values.items():
        column, kind = _CITY[name]
        pointed = persons[str(value)] if kind == "relation" else value
        cells[column] = _cell(_CITY, name, pointed)
    return service.add_page(source, cells, by=users[row.author], at=row.written)


def _cell(columns: Mapping[str, tuple[str, str]], name: str, value: Value) -> Any:
    """Return a value as Notion's API takes it."""
    kind = columns[name][1]
    words = _words(name)
    match kind:
        case "title" | "rich_text":
            return {kind: _rich_text(str(value))}
        case "select" | "status":
            return {kind: {"name": words.get(str(value), value)}}
        case "multi_select":
            chosen = value if isinstance(value, tuple) else ()
            return {kind: [{"name": words.get(one, one)} for one in chosen]}
        case "date":
            return {kind: {"start": _moment(value)}}
        case "relation":
            return {kind: [{"id": value}]}
    return {kind: value}


def _rich_text(text: str) -> list[dict[str, Any]]:
    pieces = [text[start : start + _RUN] for start in range(0, len(text), _RUN)]
    return [{"type": "text", "text": {"content": piece}} for piece in pieces]


def _moment(value: Value) -> str:
    if isinstance(value, datetime):
        return value.astimezone(_ZONE).isoformat(timespec="minutes")
    return value.isoformat() if isinstance(value, date) else str(value)


def _words(name: str) -> Mapping[str, str]:
    """Return word -> option of a field, where they differ."""
    match name:
        case "country":
            return {city.country_code: city.country for city in cities()}
        case "ccc_state":
            return _STATES
        case "topics":
            return TOPICS
        case "role":
            return _ROLES
        case "specialty":
            return _SPECIALTIES
        case "status":
            return _STATUSES
    return {}


def _options(names: Iterable[str]) -> dict[str, Any]:
    return {"options": [{"name": name} for name in names]}


def _empty(columns: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """Return a schema with the types only, and what every data source has besides."""
    schema: dict[str, Any] = {column: {kind: {}} for column, kind in columns.values()}
    return schema | {
        KEY: {"rich_text": {}},
        "Last edited by": {"last_edited_by": {}},
        "Last edited": {"last_edited_time": {}},
    }


def _city_schema(people_source: str) -> dict[str, Any]:
    advisor = {
        "relation": {"data_source_id": people_source, "type": "single_property", "single_property": {}}
    }
    return _empty(_CITY) | {
        "Country": {"select": _options(sorted(set(_words("country").values())))},
        "CSG": {"select": _options("ABCD")},
        "Lead advisor": advisor,
        "Follower advisor": advisor,
        "Population": {"number": {"format": "number_with_commas"}},
        "Languages": {"multi_select": _options(LANGUAGES)},
        "Window": {"select": _options(("W1", "W2", "W3", "W4", "W4+"))},
        "CCC state": {"status": _options(_STATES.values())},
        "Pilot cohort": {"select": _options("123")},
        "Topics": {"multi_select": _options(TOPICS.values())},
    }


def _control_schema() -> dict[str, Any]:
    texts: dict[str, Any] = {name: {"rich_text": {}} for name in ("State", "Result", "Questions", KEY)}
    return {"Group": {"title": {}}, "Sync now": {"checkbox": {}}} | texts


def _person_schema() -> dict[str, Any]:
    return _empty(_PERSON) | {
        "Role": {"select": _options(_ROLES.values())},
        "Specialty": {"select": _options(_SPECIALTIES.values())},
        "CSG": {"select": _options("ABCD")},
        "Status": {"select": _options(_STATUSES.values())},
    }
