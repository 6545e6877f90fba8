"""What people are told when something does not work, or works again: what, since when, how often, and what helps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from gettext import NullTranslations

from babel.dates import format_skeleton, format_time

from .form import Line, Publication, Run, Section
from .wording import Reader


@dataclass(frozen=True, kw_only=True)
class Told:
    """One thing that is told."""

    thing: str
    """What it is, as `thing` below makes it."""
    since: datetime
    failures: int
    said: str
    """One of our fixed words."""
    remedy: str
    """One of our fixed sentences."""
    over: datetime | None = None
    """When it worked again; None: it does not."""


THINGS: Mapping[str, str] = {
    "doing": "%(name)s",
    "place": "%(name)s",
    "rows": "%(kind)s in %(name)s",
    "plan": "Plan of %(kind)s",
    "notes": "Notes in %(name)s",
    "post": "%(what)s of group %(group)s to %(name)s",
}
"""By what sort of thing it is: how it is called. A thing is its sort, and what the words need, parted by "|"."""
_PARTS: Mapping[str, Sequence[str]] = {
    "rows": ("kind", "name"),
    "plan": ("kind",),
    "post": ("what", "group", "name"),
}
DOINGS = ("syncing", "sending what is due", "manual sync")
"""What the service does in each round; these words are translated."""


def thing(sort: str, *words: str) -> str:
    """Return what stands for a thing in the store: "post|agenda|D|mail"."""
    return "|".join((sort, *words))


def composed(told: Sequence[Told], period: str, reader: Reader, place: Callable[[str], str]) -> Publication:
    """Return the alert. `place` spells the name of a place as people do."""
    words = reader.translations
    wrong, right = [one for one in told if one.over is None], [one for one in told if one.over is not None]
    title = words.gettext("syncbot: something does not work" if wrong else "syncbot: it works again")
    sections = [
        Section(name="wrong", title=words.gettext("Does not work"), lines=_lines(wrong, reader, place)),
        Section(name="right", title=words.gettext("Works again"), lines=_lines(right, reader, place)),
    ]
    return Publication(
        what="alert",
        group="all",
        period=period,
        language=reader.language,
        title=title,
        sections=[one for one in sections if one.lines],
    )


def called(name: str, words: NullTranslations, place: Callable[[str], str]) -> str:
    """Return how people call a thing."""
    sort, *given = name.split("|")
    facts = dict(zip(_PARTS.get(sort, ("name",)), given, strict=False))
    facts |= {part: words.gettext(facts[part]) for part in ("kind", "what") if part in facts}
    if "name" in facts and sort != "post":  # outlets are called as the mapping calls them
        facts["name"] = _done(facts["name"], words, place) if sort == "doing" else place(facts["name"])
    whole = sort in THINGS and len(facts) == len(_PARTS.get(sort, ("name",)))
    said = words.gettext(THINGS[sort]) % facts if whole else name
    return said[:1].upper() + said[1:]


def _done(doing: str, words: NullTranslations, place: Callable[[str], str]) -> str:
    """A part of a round, or what it does at one place: "manual sync in notion"."""
    what, _, where = doing.partition(" in ")
    if not where or what not in DOINGS:
        return words.gettext(doing)
    return words.gettext("%(kind)s in %(name)s") % {"kind": words.gettext(what), "name": place(where)}


def _lines(told: Sequence[Told], reader: Reader, place: Callable[[str], str]) -> Sequence[Line]:
    return [(_over if one.over else _wrong)(one, reader, place) for one in told]


def _wrong(one: Told, reader: Reader, place: Callable[[str], str]) -> Line:
    words = reader.translations
    facts = {"num": one.failures, "since": _moment(one.since, reader)}
    often = words.gettext("%(num)s times in a row, since %(since)s.") % facts
    name = Run(text=called(one.thing, words, place), strong=True)
    return Line(
        runs=[name, Run(text=f": {words.gettext(one.said)}. {often}")],
        under=[Line(runs=[Run(text=words.gettext(one.remedy))])] if one.remedy else (),
    )


def _over(one: Told, reader: Reader, place: Callable[[str], str]) -> Line:
    words = reader.translations
    facts = {"num": one.failures, "since": _moment(one.since, reader), "over": _moment(one.over, reader)}
    said = words.gettext("since %(over)s. It had not since %(since)s, %(num)s times in a row.") % facts
    return Line(runs=[Run(text=called(one.thing, words, place), strong=True), Run(text=f": {said}")])


def _moment(moment: datetime | None, reader: Reader) -> str:
    if moment is None:
        return ""
    local = moment.astimezone(reader.zone)
    day = format_skeleton("MMMEd", local.date(), locale=reader.locale)
    return f"{day}, {format_time(local.time(), 'short', locale=reader.locale)}"
