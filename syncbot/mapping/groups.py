"""Reads mappings/groups.yaml: the groups with their calendars, or every fault at once."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias
from zoneinfo import ZoneInfo

from babel import Locale

from syncbot.errors import MappingError, Problem
from syncbot.schedule.calendar import Calendar, Holidays
from syncbot.schedule.due import Group

from .calendars import AlertsDeclaration, GroupDeclaration, GroupsDeclaration
from .days_off import days_off
from .faults import declared
from .format import Given
from .group_faults import clock_faults, group_faults, said, used_outlets
from .load import document_at, in_order
from .marks import Document
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


@dataclass(frozen=True, kw_only=True)
class Declared:
    """Everything that the file declares."""

    groups: Groups = field(default_factory=dict)
    outlets: Outlets = field(default_factory=dict)
    alerts: AlertsSpec | None = None
    """Who is told of failures; None where nobody is."""


def declared_groups(folder: Path, publications: Collection[str] | None = None) -> Declared:
    """Read the file; nothing where there is none. Raises `MappingError` with every fault.

    `publications` are the names that groups may use; None where they are not known, and not judged.
    """
    found = _read(folder, publications)
    if found is None:
        return Declared()
    named = {name: _spec(name, one) for name, one in found.groups.items()}
    return Declared(groups=named, outlets=found.outlets, alerts=_alerts(found.alerts))


def groups(folder: Path) -> Groups:
    """Read the groups; none where there is no such file. Raises as `declared_groups`."""
    return declared_groups(folder).groups


def outlets(folder: Path) -> Outlets:
    """Read the outlets that are declared beside the groups. Raises as `declared_groups`."""
    return declared_groups(folder).outlets


def alerts(folder: Path) -> AlertsSpec | None:
    """Read who is told of failures; None where nobody is. Raises as `declared_groups`."""
    return declared_groups(folder).alerts


def _alerts(one: AlertsDeclaration | None) -> AlertsSpec | None:
    if one is None:
        return None
    zone, locale = ZoneInfo(one.zone), Locale.parse(one.locale)
    return AlertsSpec(to=tuple(one.to), people=one.people, zone=zone, locale=locale)


def _read(folder: Path, publications: Collection[str] | None) -> GroupsDeclaration | None:
    path = folder / FILE
    if not path.exists():
        return None
    document = document_at(path)
    found, problems = (None, []) if document.data is None else declared(document, GroupsDeclaration)
    outlets = found.outlets if found else {}
    problems = [
        *document.problems,
        *problems,
        *clock_faults(document, ("alerts",)),
        *group_faults(document, publications),
        *outlet_faults(document, outlets, said(document, "outlets").keys() - outlets, used_outlets(document)),
        *(_alert_faults(document, found) if found and found.alerts else ()),
    ]
    if problems or found is None:
        nothing = Problem(place=path.as_posix(), expected="the key 'groups'", found="nothing")
        raise MappingError(sorted(problems, key=in_order) or [nothing])
    return found


def _alert_faults(document: Document, found: GroupsDeclaration) -> Iterator[Problem]:
    one = found.alerts
    assert one is not None
    used = {name: found.outlets[name] for name in one.to if name in found.outlets}
    for number, name in enumerate(one.to):
        if name in used and used[name].kind not in _TELLS:
            at, expected = document.at(("alerts", "to", number)), f"an outlet of the kind {', '.join(_TELLS)}"
            yield Problem(place=at, expected=expected, found=used[name].kind)
    others = [found.outlets.get(getattr(outlet, "fallback", None) or "") for outlet in used.values()]
    if one.people is None and any(outlet and outlet.kind == "mail" for outlet in (*used.values(), *others)):
        expected = "the key 'people', because alerts leave by mail"
        yield Problem(place=document.at(("alerts",)), expected=expected, found="no such key")


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
