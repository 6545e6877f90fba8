"""The verb `publish`: gather what is known of a group, compose, and hand over. Composing itself is `publish`'s."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache

from babel import Locale

from syncbot.endpoints.outlets.base import Addressee
from syncbot.errors import UserError
from syncbot.mapping.faults import nearest
from syncbot.mapping.groups import GroupSpec
from syncbot.mapping.tongues import translations
from syncbot.model.kinds.action import Action
from syncbot.model.kinds.person import Person
from syncbot.model.record import Record
from syncbot.model.values import Value
from syncbot.model.wording import shown
from syncbot.publish.compose import Layout, compose
from syncbot.publish.form import Publication
from syncbot.publish.material import (
    OFFICER,
    Change,
    Held,
    Material,
    Question,
    Shown,
    material,
    members,
)
from syncbot.publish.wording import Reader, Wording, WordingFault
from syncbot.schedule.calendar import Occurrence
from syncbot.schedule.choosing import REACH, chosen, is_near, monday_of
from syncbot.schedule.due import Slot
from syncbot.schedule.timing import Weekly
from syncbot.store.base import HistoryLine

from .known import Known, Look, look
from .parts import Parts
from .recorded import recorded
from .unclear import notes_of, unclear

_WEEK = timedelta(days=7)
_AHEAD = timedelta(days=14)


class NotPublishedError(UserError):
    """There is no such publication, group or week."""


@dataclass(frozen=True, kw_only=True)
class Names:
    """How the edge calls places and fields."""

    place: Callable[[str], str]
    field: Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which publication is wanted."""

    what: str
    group: str
    week: str | None = None
    """"2026-W48"; None = the one that is next."""
    day: date | None = None
    """The day of the meeting, where a group meets several times a week."""


def publication(parts: Parts, asked: Asked, names: Names) -> Publication:
    """Return the publication as it would be sent now. Raises `NotPublishedError`."""
    spec, slot = wanted(parts, asked)
    return composed(parts, spec, slot, names)


def composed(
    parts: Parts, spec: GroupSpec, slot: Slot, names: Names, seen: Look | None = None
) -> Publication:
    """Return a publication as it is known now, or was when it was `seen`. Raises `NotPublishedError`."""
    what = slot.identity.what
    if what not in parts.layouts:
        raise NotPublishedError(_unknown("layout", what, parts.layouts, "mappings/publications.yaml"))
    facts = gather(parts, spec, slot, names, seen() if seen else look(parts))
    return filled(what, slot, parts.layouts[what], facts, reader_of(spec, spec.locale))


def reader_of(spec: GroupSpec, locale: Locale) -> Reader:
    """Return a reader by the clock of a group."""
    return Reader(locale=locale, zone=spec.group.calendar.zone, translations=translations(locale))


def filled(what: str, slot: Slot, layout: Layout, facts: Material, reader: Reader) -> Publication:
    """Compose; a template that cannot be filled in is told with its publication. Raises `NotPublishedError`."""
    try:
        return compose(what, slot.identity.period, layout, facts, _wording(reader))
    except WordingFault as fault:
        told = f"the {what} in mappings/publications.yaml cannot be filled in: {fault}"
        raise NotPublishedError(told) from None


@lru_cache(maxsize=12)
def _wording(reader: Reader) -> Wording:
    """To read templates takes longer than to fill them in: they are kept for each language."""
    return Wording(reader)


def people_of(parts: Parts, group: str) -> dict[str, Person]:
    """Return who belongs to a group now, has a role in it and an address, by key."""
    known = parts.store.records(Person.kind) if Person.kind in parts.mappings.kinds else {}
    spec = parts.mappings.kinds.get(Person.kind)
    made = {key: recorded(spec, one) for key, one in known.items() if spec and one.rows}
    ours = members(group, {key: one for key, one in made.items() if isinstance(one, Person)})
    return {key: one for key, one in ours.items() if one.email}


def recipients(parts: Parts, group: str) -> tuple[Sequence[Addressee], Addressee | None]:
    """Return who gets what is for a group, by name, and who prepares its meetings."""
    ours = people_of(parts, group).values()
    officers = [addressee(one) for one in ours if one.role == OFFICER]
    return [addressee(one) for one in ours], (officers[0] if len(officers) == 1 else None)


def addressee(person: Person) -> Addressee:
    """Return a person as mails know him or her."""
    return Addressee(name=person.name, email=person.email or "")


def wanted(parts: Parts, asked: Asked) -> tuple[GroupSpec, Slot]:
    """Return the group and the date that are meant. Raises `NotPublishedError`."""
    spec = parts.groups.get(asked.group)
    if spec is None:
        raise NotPublishedError(_unknown("group", asked.group, parts.groups, "mappings/groups.yaml"))
    if asked.what not in spec.group.publications:
        where = f"mappings/groups.yaml, under {asked.group}"
        raise NotPublishedError(_unknown("publication", asked.what, spec.group.publications, where))
    _judged(spec, asked, spec.group.calendar.day_of(parts.now()))
    slot = chosen(spec.group, asked.what, now=parts.now(), week=asked.week, day=asked.day)
    if slot is None:
        when = asked.week or asked.day or "the next weeks"
        raise NotPublishedError(f"{spec.title} has no {asked.what} for {when}: no meeting falls there")
    return spec, slot


def _unknown(what: str, given: str, known: Iterable[str], where: str) -> str:
    words = list(known)
    hint = nearest(given, words)
    told = f" (did you mean {hint!r}?)" if hint else ""
    return f"there is no {what} {given!r} in {where}{told}; there is: {', '.join(words) or 'none'}"


# -- gathering


def _judged(spec: GroupSpec, asked: Asked, today: date) -> None:
    meeting = asked.day or (monday_of(asked.week) if asked.week else today)
    if not is_near(meeting, today):
        near = f"{REACH.days} days before or after today"
        raise NotPublishedError(f"{asked.day or asked.week} is too far away: it must be at most {near}")
    if asked.day and isinstance(spec.group.publications[asked.what], Weekly):
        raise NotPublishedError(
            f"the {asked.what} is of a week and of no meeting: use --week instead of --day"
        )


def gather(parts: Parts, spec: GroupSpec, slot: Slot, names: Names, known: Known) -> Material:
    """Return what is known for a publication, from the store alone: no service is asked.

    Raises `NotPublishedError` as long as nothing was ever read: a quiet week is another thing.
    """
    if not any(known.records.values()):
        raise NotPublishedError("nothing is known yet, so there is nothing to tell; first: syncbot sync")
    since = _since(spec, slot)
    zone = spec.group.calendar.zone
    return material(
        known.records,
        group=spec.group.name,
        title=spec.title,
        zone=zone,
        today=spec.group.calendar.day_of(parts.now()),
        since=since,
        meeting=_held(parts, spec.group.name, slot.occurrence),
        ahead=_ahead(spec, parts.now()),
        contact_days=spec.contact_days,
        lines=[
            (kind, line.record, line.field, line.at.astimezone(zone).date(), line.after)
            for kind, lines in known.history.items()
            if kind == Action.kind
            for line in lines
        ],
        changes=list(_changes(parts, known, since, zone, names)),
        questions=list(_questions(parts, known, zone, names)),
        unclear=unclear(parts, spec.group.name, slot.occurrence.day) if slot.occurrence else [],
        urls=known.urls,
    )


def _since(spec: GroupSpec, slot: Slot) -> date:
    """The day of the meeting before, or a week ago."""
    calendar = spec.group.calendar
    if slot.occurrence is None:
        return calendar.day_of(slot.due) - _WEEK
    meeting = spec.group.meetings[slot.occurrence.meeting]
    day = slot.occurrence.day
    earlier = calendar.occurrences(meeting, day - 5 * _WEEK, day - timedelta(days=1))
    return earlier[-1].day if earlier else day - _WEEK


def _held(parts: Parts, group: str, occurrence: Occurrence | None) -> Held | None:
    if occurrence is None:
        return None
    noted = bool(notes_of(parts, group, occurrence.day))
    return Held(name=occurrence.meeting, day=occurrence.day, start=occurrence.start, noted=noted)


def _ahead(spec: GroupSpec, now: datetime) -> list[Held]:
    calendar = spec.group.calendar
    today = calendar.day_of(now)
    found = [
        one
        for meeting in spec.group.meetings.values()
        for one in calendar.occurrences(meeting, today, today + _AHEAD)
        if one.start > now
    ]
    return [
        Held(name=one.meeting, day=one.day, start=one.start)
        for one in sorted(found, key=lambda one: one.start)
    ]


def _changes(parts: Parts, known: Known, since: date, zone: tzinfo, names: Names) -> Iterator[Change]:
    """Of what changed several times the first before and the last after; what came back to what it was is no change."""
    titles = known.titles
    for kind, lines in known.history.items():
        for (key, field), (first, last) in _ends(lines, since, zone).items():
            record = known.records[kind].get(key)
            if record is None or first.before == last.after or first.before is None:
                continue
            policy = parts.mappings.kinds[kind].policy.fields.get(field)
            home = policy.home if policy is not None and policy.home else last.source
            yield Change(
                day=last.at.astimezone(zone).date(),
                kind=kind,
                record=key,
                subject=titles.get(key, key),
                field=names.field(field),
                before=_shown(first.before, titles, zone),
                after=_shown(last.after, titles, zone),
                keeper=names.place(home),
                csg=getattr(record, "csg", None),
                worded=bool(record.fields()[field].choices),
            )


def _shown(value: Value, titles: Mapping[str, str], zone: tzinfo) -> Shown:
    """Numbers and days as they are, for the reader's way of writing them; all else in words."""
    return value if isinstance(value, int | float | date) else shown(value, titles, zone)


def _ends(
    lines: Iterable[HistoryLine], since: date, zone: tzinfo
) -> dict[tuple[str, str], tuple[HistoryLine, HistoryLine]]:
    """Lines come newest first; that a value became known at all is no change, but what came after it may be one."""
    found: dict[tuple[str, str], tuple[HistoryLine, HistoryLine]] = {}
    for line in lines:
        known = found.get((line.record, line.field))
        if line.at.astimezone(zone).date() >= since and (known is None or line.before is not None):
            found[line.record, line.field] = (line, line if known is None else known[1])
    return found


def _questions(parts: Parts, known: Known, zone: tzinfo, names: Names) -> Iterator[Question]:
    def said(value: Value) -> Shown:
        return _shown(value, known.titles, zone)

    for waiting in parts.store.conflicts():
        one = waiting.conflict
        if waiting.answered_at is None:
            yield Question(
                subject=one.title,
                field=names.field(one.field),
                said=[(names.place(place), said(side.value)) for place, side in sorted(one.sides.items())],
                url=next((side.url for _, side in sorted(one.sides.items()) if side.url), None),
                csg=_csg(known.records, one.kind, one.record),
                record=one.record,
            )
    for stray in (kept.stray for kept in parts.store.strays() if not kept.stray.first_sight):
        yield Question(
            subject=stray.title,
            field=names.field(stray.field),
            said=[
                (names.place(stray.endpoint), said(stray.value)),
                (names.place(stray.home), said(stray.kept)),
            ],
            csg=_csg(known.records, stray.kind, stray.record),
            record=stray.record,
        )


def _csg(records: Mapping[str, Mapping[str, Record]], kind: str, key: str) -> str | None:
    return getattr(records.get(kind, {}).get(key), "csg", None)
