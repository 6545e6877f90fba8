"""The verb `status`: the last and the next of everything, and what waits for a person; asks no service."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from gettext import NullTranslations

from syncbot.model.wording import moment_shown
from syncbot.publish.alert import called
from syncbot.schedule.delivering import Standing
from syncbot.schedule.due import AHEAD, BEHIND, slots
from syncbot.store.base import Run, RunStatus

from .gone import gone
from .identities import key_of, named
from .parts import Parts
from .pulse import Health
from .serving import health, last_sync
from .shut import told
from .watching import known_trouble


@dataclass(frozen=True, kw_only=True)
class Coming:
    """One publication of one group: the last that was sent, and the next that is due."""

    group: str
    what: str
    last: str | None
    """Its period, and how it stands at each outlet, in words."""
    next: datetime | None


@dataclass(frozen=True, kw_only=True)
class Status:
    """How everything stands."""

    sync: Run | None
    sync_due: datetime | None
    health: Health
    publications: tuple[Coming, ...]
    conflicts: int
    strays: int
    matches: int
    gone: int
    """Records that lost a row, where a person says what becomes of the others."""
    failures: tuple[str, ...]
    """What did not work and is tried again, or was given up."""
    shut: tuple[str, ...]
    """What does not leave because a setting lacks, a sentence a setting."""


def status(parts: Parts) -> Status:
    """Tell the last and the next of everything, and what waits for a person; asks no service."""
    last = last_sync(parts)
    waiting = [one for one in parts.store.conflicts() if one.answered_at is None]
    return Status(
        sync=last,
        sync_due=None if last is None else last.started + parts.sync_every,
        health=health(parts),
        publications=tuple(_publications(parts)),
        conflicts=len(waiting),
        strays=len(parts.store.strays()),
        matches=len([one for one in parts.store.waiting() if one.match is not None]),
        gone=len(gone(parts)),
        failures=tuple(_failures(parts)),
        shut=tuple(told(parts.shut())),
    )


def _publications(parts: Parts) -> Iterator[Coming]:
    now = parts.now()
    stands = _stands(parts)
    for name, spec in parts.groups.items():
        today = spec.group.calendar.day_of(now)
        near = slots(spec.group, today - BEHIND, today + AHEAD)
        for what in spec.group.publications:
            mine = [slot for slot in near if slot.identity.what == what]
            past = [
                slot.identity.period for slot in mine if f"{what}/{name}/{slot.identity.period}" in stands
            ]
            last = f"{past[-1]}: {', '.join(stands[f'{what}/{name}/{past[-1]}'])}" if past else None
            coming = next(
                (slot.due for slot in mine if slot.due > now and slot.identity.period not in past), None
            )
            yield Coming(group=name, what=what, last=last, next=coming)


def _stands(parts: Parts) -> Mapping[str, Sequence[str]]:
    """How each publication of a group stands, and of those for single people how many have theirs."""
    found: dict[str, list[str]] = {}
    people: Counter[tuple[str, str]] = Counter()
    for one in parts.store.deliveries():
        about = named(one.publication)
        if about.person is None:
            found.setdefault(one.publication, []).append(f"{one.outlet} {one.standing.value}")
        elif one.standing in (Standing.SENT, Standing.ACCEPTED):
            people[key_of(about.identity), one.outlet] += 1
    for (publication, outlet), count in people.items():
        found.setdefault(publication, []).append(f"{outlet} to {count} of its people")
    return found


def _failures(parts: Parts) -> Iterator[str]:
    for name, known in known_trouble(parts.store).items():
        often = f"{known.failures} times in a row, since {moment_shown(known.since, parts.zone)}"
        yield f"{called(name, NullTranslations(), str.capitalize)}: {known.said} ({often}). {known.remedy}"
    for one in parts.store.deliveries():
        if one.note is not None:
            yield f"{one.publication} to {one.outlet}: {one.note}"
    last = last_sync(parts)
    if last is not None and last.status in {RunStatus.FAILED, RunStatus.PARTLY}:
        yield f"{last.id}: the last sync ended {last.status.value}; syncbot history shows it"
