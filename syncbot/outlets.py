"""The outlets that mappings/groups.yaml declares, made of real connections when they are needed."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from pydantic import SecretStr

from syncbot.connections import Services
from syncbot.endpoints.outlets.apart import apart
from syncbot.endpoints.outlets.base import Addressee, Outlet
from syncbot.endpoints.outlets.calendar import CalendarOutlet
from syncbot.endpoints.outlets.fallback import Fallback
from syncbot.endpoints.outlets.folder import FolderOutlet
from syncbot.endpoints.outlets.mail import MailOutlet
from syncbot.endpoints.outlets.outlook import Outlook
from syncbot.endpoints.outlets.teams import TeamsOutlet, address_fault
from syncbot.endpoints.outlets.word import WordOutlet
from syncbot.errors import Problem
from syncbot.mapping.format import Given
from syncbot.mapping.groups import AlertsSpec, Groups, GroupSpec
from syncbot.mapping.groups import Outlets as Declared
from syncbot.mapping.outlets import (
    CalendarOutletDeclaration,
    FolderOutletDeclaration,
    MailOutletDeclaration,
    NotionOutletDeclaration,
    OutletDeclaration,
    TeamsOutletDeclaration,
    WordOutletDeclaration,
)
from syncbot.mapping.tongues import translations
from syncbot.publish.forms import SLIDES, WORD, Template
from syncbot.publish.wording import Reader
from syncbot.schedule.delivering import AfterCrash
from syncbot.service.shut import Shut
from syncbot.service.ways import Alarm, Way, Ways
from syncbot.settings import Settings

Variables: TypeAlias = Mapping[str, str]
_NEEDED = {"mail": "sharepoint", "calendar": "sharepoint", "word": "sharepoint", "notion": "notion"}
"""The service whose settings a kind of outlet needs."""


def ways_of(
    groups: Groups,
    declared: Declared,
    variables: Variables,
    settings: Settings,
    services: Services,
    template: Template,
    missing: Callable[[Collection[str]], Iterable[Problem]],
) -> Ways:
    """Return by which outlets each publication leaves, without those that `shut_of` names; makes those that are used.

    `missing` says which settings a service needs that are not there.
    """
    lacks = _Lacks(declared, variables, settings, missing)
    make = _Maker(declared, variables, settings, services, template, lacks)
    return {
        (group, what): ways
        for group, spec in groups.items()
        for what in spec.group.publications
        if (
            ways := make.ways(lacks.without(spec.to.get(what, ())), lacks.without(spec.to_each.get(what, ())))
        )
    }


def shut_of(
    groups: Groups,
    declared: Declared,
    variables: Variables,
    settings: Settings,
    missing: Callable[[Collection[str]], Iterable[Problem]],
) -> Sequence[Shut]:
    """Return which outlets of which publications cannot be used, because a setting lacks or is wrong."""
    lacks = _Lacks(declared, variables, settings, missing)
    used = [(group, *use) for group, spec in groups.items() for use in _used(spec)]
    return [
        Shut(group=group, what=what, outlet=outlet, problems=lacks.of(outlet), each=each, stands_in_for=first)
        for group, what, names, each in used
        for name in names
        for outlet, first in lacks.shut(name, names)
    ]


def _used(spec: GroupSpec) -> Iterator[tuple[str, Sequence[str], bool]]:
    """Publication, outlets, and whether each person gets his or her own there."""
    for what in spec.group.publications:
        yield what, spec.to.get(what, ()), False
        yield what, spec.to_each.get(what, ()), True


class _Lacks:
    """What outlets need and the environment lacks."""

    def __init__(
        self,
        declared: Declared,
        variables: Variables,
        settings: Settings,
        missing: Callable[[Collection[str]], Iterable[Problem]],
    ) -> None:
        self._declared = declared
        self._variables = variables
        self._settings = settings
        self._missing = missing

    def of(self, name: str) -> Sequence[Problem]:
        """Return what one outlet lacks; its fallback is another."""
        one = self._declared[name]
        problems = list(_faults(one, self._variables, self._settings))
        if one.kind in _NEEDED:
            problems += self._missing({_NEEDED[one.kind]})
        return list(dict.fromkeys(problems))

    def without(self, names: Iterable[str]) -> Sequence[str]:
        """Return those of the outlets that can be used."""
        return [name for name in names if not self.of(name)]

    def shut(self, name: str, beside: Sequence[str]) -> Iterator[tuple[str, str | None]]:
        """Return the outlet if it cannot be used; else its fallback, and whose it is, if that cannot.

        A fallback that is used `beside` anyhow steps in for nobody.
        """
        other = getattr(self._declared[name], "fallback", None)
        if self.of(name):
            yield name, None
        elif other is not None and other not in beside and self.of(other):
            yield other, name


def alarm_of(
    spec: AlertsSpec,
    declared: Declared,
    variables: Variables,
    settings: Settings,
    services: Services,
    template: Template,
    missing: Callable[[Collection[str]], Iterable[Problem]],
) -> Alarm:
    """Return who is told of failures, and by which outlets; those that lack something are named and left out."""
    lacks = _Lacks(declared, variables, settings, missing)
    make = _Maker(declared, variables, settings, services, template, lacks)
    variable = spec.people.env if spec.people is not None else None
    nobody = variable is not None and not variables.get(variable, "").strip()
    usable = [name for name in lacks.without(spec.to) if not (nobody and declared[name].kind == "mail")]
    problems = [problem for name in spec.to for problem in lacks.of(name)]
    problems += [_unset(str(variable))] if nobody else []
    told = [] if spec.people is None or nobody else make.value(spec.people).split(",")
    return Alarm(
        ways=[make.way(name, usable) for name in usable],
        reader=Reader(locale=spec.locale, zone=spec.zone, translations=translations(spec.locale)),
        people=[Addressee(name="", email=one.strip()) for one in told if one.strip()],
        unset=list(dict.fromkeys(problems)),
    )


def _unset(name: str) -> Problem:
    return Problem(place=name, expected="a value, because an outlet needs it", found="nothing")


def _faults(one: OutletDeclaration, variables: Variables, settings: Settings) -> Iterator[Problem]:
    for given in _givens(one):
        if given.env is not None and not variables.get(given.env, "").strip():
            yield _unset(given.env)
        elif given.env is not None and isinstance(one, TeamsOutletDeclaration):
            wrong = address_fault(variables[given.env].strip(), settings.teams_hosts_allowed)
            if wrong is not None:
                expected = "the https address of a workflow, at a host of SYNCBOT_TEAMS_HOSTS"
                yield Problem(place=given.env, expected=expected, found=wrong)


def _givens(one: OutletDeclaration) -> Iterable[Given]:
    return [value for _, value in one if isinstance(value, Given)]


class _Maker:
    """Makes outlets; each once, however often it is used."""

    def __init__(
        self,
        declared: Declared,
        variables: Variables,
        settings: Settings,
        services: Services,
        template: Template,
        lacks: _Lacks,
    ) -> None:
        self._lacks = lacks
        self._declared = declared
        self._variables = variables
        self._settings = settings
        self._services = services
        self._template = template
        self._made: dict[str, Outlet] = {}

    def ways(self, to: Sequence[str], to_each: Sequence[str]) -> list[Way]:
        """Return where a publication goes: for the group, then for each person."""
        own = (replace(self.way(name, to_each), each=True) for name in to_each)
        return [*(self.way(name, to) for name in to), *own]

    def way(self, name: str, beside: Sequence[str]) -> Way:
        """What goes by the second of a fallback anyhow does not go there a second time."""
        one, outlet = self._declared[name], self.outlet(name)
        if isinstance(outlet, Fallback) and outlet.second.name in beside:
            outlet = outlet.first
        return Way(outlet=outlet, after_crash=AfterCrash(one.after_crash), whole=one.whole)

    def outlet(self, name: str) -> Outlet:
        if name not in self._made:
            self._made[name] = self._new(name, self._declared[name])
        return self._made[name]

    def _new(self, name: str, one: OutletDeclaration) -> Outlet:
        match one:
            case FolderOutletDeclaration():
                return FolderOutlet(
                    name=name, folder=Path(self.value(one.folder)), forms=apart(self._template)
                )
            case MailOutletDeclaration():
                outlook = self._outlook(name, one.mailbox, "Mail.Send and Mail.Read")
                return MailOutlet(outlook=outlook, monotonic=time.monotonic)
            case CalendarOutletDeclaration():
                outlook = self._outlook(name, one.mailbox, "Calendars.ReadWrite")
                return CalendarOutlet(outlook=outlook, subject=one.subject, zone=self._settings.zone)
            case TeamsOutletDeclaration():
                return self._teams(name, one)
            case WordOutletDeclaration():
                site, endings = self.value(one.site), (WORD, SLIDES)
                files = self._services.drive(name, site, one.documents, one.folder, endings)
                return WordOutlet(name=name, files=files, forms=apart(self._template))
            case NotionOutletDeclaration():
                return self._services.publication_pages(name, self.value(one.data_source), one.column)

    def _teams(self, name: str, one: TeamsOutletDeclaration) -> Outlet:
        address = SecretStr(self.value(one.webhook))
        first = TeamsOutlet(
            name=name,
            client=self._services.webhook(address),
            traffic=self._services.teams_traffic,
            now=self._services.now,
        )
        if one.fallback is None or self._lacks.of(one.fallback):
            return first
        memo = self._services.outlet_memo(f"made up for at {name}")
        return Fallback(first=first, second=self.outlet(one.fallback), memo=memo)

    def _outlook(self, name: str, mailbox: Given, needs: str) -> Outlook:
        return Outlook(name=name, graph=self._services.outlook, mailbox=self.value(mailbox), needs=needs)

    def value(self, given: Given) -> str:
        """Return what is given, or what its variable holds."""
        return given.text if given.text is not None else self._variables[str(given.env)].strip()
