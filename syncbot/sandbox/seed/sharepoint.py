"""Fill the sandbox's SharePoint: the lists "People" and "Mission Cities" with their rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ..graph import GraphService
from .facts import people
from .sharepoint_work import WorkLists, seed_files, seed_work
from .sides import CityRow, PersonRow, Side, Value
from .working import TOPICS

CITIES, PEOPLE = "Mission Cities", "People"
CONTROL = "Sync control"
LANGUAGES = (
    *(
        "bg",
        "bs",
        "ca",
        "cs",
        "da",
        "de",
        "el",
        "en",
        "es",
        "et",
        "eu",
        "fi",
        "fr",
        "ga",
        "he",
        "hr",
        "hu",
        "is",
    ),
    *("it", "lb", "lt", "lv", "mt", "nb", "nl", "nn", "pl", "pt", "ro", "sk", "sl", "sq", "sr", "sv", "tr"),
)
"""The languages of the 112 cities (ISO 639-1)."""
_GROUPS = {group: f"CSG {group}" for group in "ABCD"}
_COHORTS = {number: f"Cohort {number}" for number in "123"}
_WINDOWS = ("W1", "W2", "W3", "W4", "W4+")
_STATES = {
    "drafting": "In drafting",
    "submitted": "Submitted",
    "resubmission": "To be resubmitted",
    "label": "Mission Label",
    "implementation": "In implementation",
    "iteration": "Iterating",
}
_ROLES = {"advisor": "Advisor", "specialist": "Specialist", "officer": "Support Officer"}
_SPECIALTIES = {"finance": "finance", "engagement": "citizen engagement", "systems": "systems innovation"}
_STATUSES = {"current": "current member", "former": "former member"}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "csg": _GROUPS,
    "pilot_cohort": _COHORTS,
    "ccc_state": _STATES,
    "role": _ROLES,
    "specialty": _SPECIALTIES,
    "status": _STATUSES,
    "topics": TOPICS,
}
"""Field -> word -> choice, where they differ."""
CITY_COLUMNS: Mapping[str, str] = {
    "name": "Title",
    "native_name": "NativeName",
    "country": "Country",
    "csg": "SupportGroup",
    "lead": "LeadAdvisor",
    "follower": "FollowerAdvisor",
    "population": "Population",
    "languages": "Languages",
    "ccc_window": "CCCWindow",
    "ccc_state": "CCCState",
    "label_date": "LabelDate",
    "pilot_cohort": "PilotCohort",
    "pilot_name": "PilotName",
    "last_contact": "LastContact",
    "next_checkin": "NextCheckIn",
    "miro": "MiroBoard",
    "topics": "Topics",
    "note": "Note",
    "geonames_id": "GeoNamesId",
}
"""Field -> internal name."""
PERSON_COLUMNS: Mapping[str, str] = {
    "name": "Title",
    "email": "Email",
    "role": "Role",
    "specialty": "Specialty",
    "organisation": "Organisation",
    "csg": "SupportGroup",
    "status": "Status",
}
_KEY: Mapping[str, Any] = {
    "name": "SyncbotKey",
    "displayName": "Syncbot key",
    "text": {},
    "indexed": True,
    "enforceUniqueValues": True,
}


@dataclass(frozen=True, kw_only=True)
class Sites:
    """What was made in SharePoint."""

    cities: str
    """The id of the list."""
    people: str
    city_rows: Mapping[str, int] = field(default_factory=dict)
    """English name of the city -> id of its item."""
    person_rows: Mapping[str, int] = field(default_factory=dict)
    """E-mail address -> id of the person's item."""
    users: Mapping[str, int] = field(default_factory=dict)
    """E-mail address -> the lookup id of an account."""
    work: WorkLists
    """The lists of all kinds, and the items in them."""
    library: str
    """The id of the library "Documents"."""
    control: str
    """The id of the list in which a tick asks for a sync."""


def seed_graph(service: GraphService, side: Side, when: datetime) -> Sites:
    """Make accounts, both lists and the rows of `side` as if people had made them before `when`."""
    users = {one.email: service.add_user(one.name, one.email) for one in people() if one.has_account}
    made = when - timedelta(days=500)
    people_list = service.add_list(PEOPLE, _person_columns(), at=made)
    cities_list = service.add_list(CITIES, _city_columns(people_list), at=made)
    office = next(iter(users.values()))
    persons = {row.email: _add_person(service, people_list, row, office) for row in side.people}
    rows = {row.city: _add_city(service, cities_list, row, persons, users) for row in side.cities}
    work = WorkLists({"city": cities_list, "person": people_list}, {"city": rows, "person": persons})
    seed_work(service, work, side.work, users, made)
    library = seed_files(service, side, users, made)
    return Sites(
        cities=cities_list,
        people=people_list,
        city_rows=rows,
        person_rows=persons,
        users=users,
        work=work,
        library=library,
        control=service.add_list(CONTROL, _control_columns(), at=made),
    )


def _add_person(service: GraphService, list_id: str, row: PersonRow, office: int) -> int:
    fields = {PERSON_COLUMNS[name]: _cell(name, value) for name, value in row.values.items()}
    return service.add_item(list_id, fields, by=office, at=row.written)


def _add_city(
    service: GraphService, list_id: str, row: CityRow, persons: Mapping[str, int], users: Mapping[str, int]
) -> int:
    fields = {
        CITY_COLUMNS[name]: persons[str(value)] if name in ("lead", "follower") else _cell(name, value)
        for name, value in row.values.items()
    }
    return service.add_item(list_id, fields, by=users[row.author], at=row.written)


def _cell(name: str, value: Value) -> Any:
    words = _WORDS.get(name, {})
    if isinstance(value, tuple):
        return [words.get(one, one) for one in value]
    return words.get(value, value) if isinstance(value, str) else value


def _choice(name: str, display: str, choices: Sequence[str], *, many: bool = False) -> Mapping[str, Any]:
    shape = {"choices": list(choices), "displayAs": "checkBoxes" if many else "dropDownMenu"}
    return {"name": name, "displayName": display, "choice": shape}


def _text(name: str, display: str) -> Mapping[str, Any]:
    return {"name": name, "displayName": display, "text": {}}


def _advisor(name: str, display: str, people_list: str) -> Mapping[str, Any]:
    return {"name": name, "displayName": display, "lookup": {"listId": people_list, "columnName": "Title"}}


def _day(name: str, display: str) -> Mapping[str, Any]:
    return {"name": name, "displayName": display, "dateTime": {"format": "dateOnly"}}


def _city_columns(people_list: str) -> Sequence[Mapping[str, Any]]:
    return (
        {"name": "Title", "displayName": "City"},
        _text("NativeName", "Native name"),
        _text("Country", "Country"),
        _choice("SupportGroup", "Support group", tuple(_GROUPS.values())),
        _advisor("LeadAdvisor", "Lead advisor", people_list),
        _advisor("FollowerAdvisor", "Follower advisor", people_list),
        {
            "name": "Population",
            "displayName": "Population",
            "number": {"decimalPlaces": "none", "minimum": 0},
        },
        _choice("Languages", "Languages", LANGUAGES, many=True),
        _choice("CCCWindow", "CCC window", _WINDOWS),
        _choice("CCCState", "CCC state", tuple(_STATES.values())),
        _day("LabelDate", "Label date"),
        _choice("PilotCohort", "Pilot cohort", tuple(_COHORTS.values())),
        _text("PilotName", "Pilot name"),
        _day("LastContact", "Last contact"),
        {"name": "NextCheckIn", "displayName": "Next check-in", "dateTime": {"format": "dateTime"}},
        _text("MiroBoard", "Miro board"),
        _choice("Topics", "Topics", tuple(TOPICS.values()), many=True),
        {"name": "Note", "displayName": "Note", "text": {"allowMultipleLines": True}},
        _text("GeoNamesId", "GeoNames id"),
        _KEY,
    )


def _person_columns() -> Sequence[Mapping[str, Any]]:
    return (
        {"name": "Title", "displayName": "Name"},
        _text("Email", "E-mail"),
        _choice("Role", "Role", tuple(_ROLES.values())),
        _choice("Specialty", "Specialty", tuple(_SPECIALTIES.values())),
        _text("Organisation", "Organisation"),
        _choice("SupportGroup", "Support group", tuple(_GROUPS.values())),
        _choice("Status", "Status", tuple(_STATUSES.values())),
        _KEY,
    )


def _control_columns() -> Sequence[Mapping[str, Any]]:
    return (
        {"name": "Title", "displayName": "Group"},
        {"name": "SyncNow", "displayName": "Sync now", "boolean": {}},
        _text("State", "State"),
        {"name": "Result", "displayName": "Result", "text": {"allowMultipleLines": True}},
        {"name": "Questions", "displayName": "Questions", "text": {"allowMultipleLines": True}},
        _KEY,
    )
