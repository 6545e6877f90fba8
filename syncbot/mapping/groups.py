"""Reads mappings/groups.yaml: the groups with their calendars, or every fault at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError
from babel.localedata import locale_identifiers

from syncbot.errors import MappingError, Problem
from syncbot.schedule.calendar import Calendar, Holidays
from syncbot.schedule.due import Group

from .calendars import GroupDeclaration, GroupsDeclaration
from .days_off import codes, days_off, parts
from .faults import declared, nearest
from .format import Given
from .load import document_at, in_order
from .marks import Document
from .marks import Path as Where
from .outlets import OutletDeclaration, outlet_faults

FILE = "groups.yaml"


_TELLS = ("teams", "mail", "folder")
"""Kinds of outlets by which alerts may leave: they are read at once."""


@dataclass(frozen=True, kw_only=True)
class AlertsSpec:
    """Who is told of failures, as declared."""

    to: Sequence[str]
    people: Given | None
    """The addresses, parted by commas; None where no outlet is a mail."""
    zone: ZoneInfo
    locale: Locale


@dataclass(frozen=True, kw_only=True)
class GroupSpec:
    """A group as declared."""

    title: str
    locale: Locale
    contact_days: int
    """The rhythm agreed with its cities."""
    group: Group
    to: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Publication -> the outlets by which it leaves."""
    to_each: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Publication -> the outlets by which each person gets his or her own."""


Groups: TypeAlias = Mapping[str, GroupSpec]
"""By the word that records use for the group."""


Outlets: TypeAlias = Mapping[str, OutletDeclaration]
"""By the name that groups use for the outlet."""


def groups(folder: Path) -> Groups:
    """Read the groups; none where there is no such file. Raises `MappingError` with every fault."""
    found = _read(folder)
    return {name: _spec(name, one) for name, one in found.groups.items()} if found else {}


def outlets(folder: Path) -> Outlets:
    """Read the outlets that are declared beside the groups. Raises as `groups`."""
    found = _read(folder)
    return found.outlets if found else {}


def alerts(folder: Path) -> AlertsSpec | None:
    """Read who is told of failures; None where nobody is. Raises as `groups`."""
    found = _read(folder)
    one = found.alerts if found else None
    if one is None:
        return None
    zone, locale = ZoneInfo(one.zone), Locale.parse(one.locale)
    return AlertsSpec(to=tuple(one.to), people=one.people, zone=zone, locale=locale)


def _read(folder: Path) -> GroupsDeclaration | None:
    path = folder / FILE
    if not path.exists():
        return None
    document = document_at(path)
    found, problems = (None, []) if document.data is None else declared(document, GroupsDeclaration)
    problems = [*document.problems, *problems]
    for name, one in found.groups.items() if found else ():
        problems += _faults(document, ("groups", name), one)
    if found is not None:
        problems += outlet_faults(document, found.outlets, _used(found))
        problems += _alert_faults(document, found) if found.alerts else ()
    if problems or found is None:
        nothing = Problem(place=path.as_posix(), expected="the key 'groups'", found="nothing")
        raise MappingError(sorted(problems, key=in_order) or [nothing])
    return found


def _used(found: GroupsDeclaration) -> dict[Where, str]:
    alerted = enumerate(found.alerts.to if found.alerts else ())
    return {("alerts", "to", number): outlet for number, outlet in alerted} | {
        ("groups", name, "publications", what, key, number): outlet
        for name, group in found.groups.items()
        for what, timing in group.publications.items()
        for key, names in (("to", timing.to), ("to_each", timing.to_each))
        for number, outlet in enumerate(names)
    }


def _alert_faults(document: Document, found: GroupsDeclaration) -> Iterator[Problem]:
    one = found.alerts
    assert one is not None
    if one.zone not in available_timezones():
        yield _unknown(document, ("alerts", "zone"), "a time zone", one.zone, available_timezones())
    if not _understood(one.locale):
        known = set(locale_identifiers())
        yield _unknown(document, ("alerts", "locale"), "a language", one.locale, known)
    used = {name: found.outlets[name] for name in one.to if name in found.outlets}
    for number, name in enumerate(one.to):
        if name in used and used[name].kind not in _TELLS:
            at, expected = document.at(("alerts", "to", number)), f"an outlet of the kind {', '.join(_TELLS)}"
            yield Problem(place=at, expected=expected, found=used[name].kind)
    others = [found.outlets.get(getattr(outlet, "fallback", None) or "") for outlet in used.values()]
    if one.people is None and any(outlet and outlet.kind == "mail" for outlet in (*used.values(), *others)):
        expected = "the key 'people', because alerts leave by mail"
        yield Problem(place=document.at(("alerts",)), expected=expected, found="no such key")


def _faults(document: Document, at: Where, one: GroupDeclaration) -> Iterator[Problem]:
    zones = available_timezones()
    if one.zone not in zones:
        yield _unknown(document, (*at, "zone"), "a time zone", one.zone, zones)
    if one.holidays is not None and not _kept(one.holidays):
        places = _places()
        yield _unknown(document, (*at, "holidays"), "a country, or a part of one", one.holidays, places)
    if not _understood(one.locale):
        yield _unknown(document, (*at, "locale"), "a language", one.locale, set(locale_identifiers()))
    for what, timing in one.publications.items():
        if timing.meeting is not None and timing.meeting not in one.meetings:
            key = "before" if timing.before else "after"
            where = (*at, "publications", what, key)
            yield _unknown(document, where, "a meeting of the group", timing.meeting, set(one.meetings))


def _unknown(document: Document, at: Where, expected: str, found: str, words: set[str]) -> Problem:
    return Problem(place=document.at(at), expected=expected, found=repr(found), nearest=nearest(found, words))


def _kept(text: str) -> bool:
    country, _, part = text.partition("-")
    return country in codes() and (not part or part in parts(country))


def _places() -> set[str]:
    return {
        place for country in codes() for place in (country, *(f"{country}-{part}" for part in parts(country)))
    }


def _understood(text: str) -> bool:
    try:
        Locale.parse(text)
    except (UnknownLocaleError, ValueError):
        return False
    return True


def _spec(name: str, one: GroupDeclaration) -> GroupSpec:
    group = Group(
        name=name,
        calendar=Calendar(zone=ZoneInfo(one.zone), holidays=_holidays(one.holidays)),
        meetings={what: meeting.meeting(what) for what, meeting in one.meetings.items()},
        publications={what: timing.timing() for what, timing in one.publications.items()},
    )
    return GroupSpec(
        title=one.title,
        locale=Locale.parse(one.locale),
        contact_days=one.contact_days,
        group=group,
        to={what: tuple(timing.to) for what, timing in one.publications.items()},
        to_each={what: tuple(timing.to_each) for what, timing in one.publications.items()},
    )


def _holidays(text: str | None) -> Holidays:
    """Years are worked out as they are asked for."""
    if text is None:
        return frozenset()
    country, _, part = text.partition("-")
    return days_off(country, part or None)
