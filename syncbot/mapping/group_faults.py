"""What the format of mappings/groups.yaml cannot judge: words that are to be known, and names that refer to others.

Looks at the file as it is written, so that a fault in one part of a group hides nothing in another.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any
from zoneinfo import available_timezones

from babel import Locale, UnknownLocaleError
from babel.localedata import locale_identifiers

from syncbot.errors import Problem

from .days_off import codes, parts
from .faults import nearest
from .marks import Document
from .marks import Path as Where


def said(document: Document, *at: str) -> Mapping[str, Any]:
    """Return the keys and values at a place of the file; none where there are none, whatever is there instead."""
    found = document.data
    for part in at:
        found = found.get(part) if isinstance(found, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def clock_faults(document: Document, at: Where) -> Iterator[Problem]:
    """Yield time zones and languages that nobody knows."""
    one = said(document, *map(str, at))
    zone, locale = _text(one.get("zone")), _text(one.get("locale"))
    if zone and zone not in available_timezones():
        yield _unknown(document, (*at, "zone"), "a time zone", zone, available_timezones())
    if locale and not _understood(locale):
        yield _unknown(document, (*at, "locale"), "a language", locale, locale_identifiers())


def group_faults(document: Document, publications: Collection[str] | None) -> Iterator[Problem]:
    """Yield what is wrong in groups; `publications` are the names that may be used, None where they are not known."""
    for name in said(document, "groups"):
        yield from clock_faults(document, ("groups", name))
        yield from _holiday_faults(document, name)
        yield from _meeting_faults(document, name)
        for what in said(document, "groups", name, "publications"):
            if publications is not None and what not in publications:
                expected = "a publication of mappings/publications.yaml"
                at = document.at_key(("groups", name, "publications", what))
                near = nearest(what, publications)
                yield Problem(place=at, expected=expected, found=repr(what), nearest=near)


def used_outlets(document: Document) -> dict[Where, str]:
    """Return the names of outlets that are referred to, by where they stand; none where `outlets` is not readable."""
    if not isinstance(said(document).get("outlets", {}), Mapping):
        return {}
    lists: list[tuple[Where, Any]] = [(("alerts", "to"), said(document, "alerts").get("to"))]
    for name in said(document, "groups"):
        for what in said(document, "groups", name, "publications"):
            timing = said(document, "groups", name, "publications", what)
            at = ("groups", name, "publications", what)
            lists += [((*at, key), timing.get(key)) for key in ("to", "to_each")]
    return {
        (*at, number): outlet
        for at, names in lists
        if isinstance(names, list)
        for number, outlet in enumerate(names)
        if isinstance(outlet, str)
    }


def _holiday_faults(document: Document, name: str) -> Iterator[Problem]:
    holidays = _text(said(document, "groups", name).get("holidays"))
    if holidays and not _kept(holidays):
        at = ("groups", name, "holidays")
        yield _unknown(document, at, "a country, or a part of one", holidays, _places())


def _meeting_faults(document: Document, name: str) -> Iterator[Problem]:
    meetings = said(document, "groups", name, "meetings")
    for what in said(document, "groups", name, "publications"):
        timing = said(document, "groups", name, "publications", what)
        key = "before" if timing.get("before") else "after"
        meeting = _text(timing.get(key))
        if meeting and meeting not in meetings:
            at = ("groups", name, "publications", what, key)
            yield _unknown(document, at, "a meeting of the group", meeting, meetings)


def _unknown(document: Document, at: Where, expected: str, found: str, words: Iterable[str]) -> Problem:
    return Problem(place=document.at(at), expected=expected, found=repr(found), nearest=nearest(found, words))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


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
