"""One look at the clock: what is due is composed and sent, what came too late is skipped and said."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from syncbot.endpoints.memo import Memo
from syncbot.errors import EndpointError
from syncbot.schedule.delivering import OVER, Standing
from syncbot.schedule.due import Due, Identity, Slot, due
from syncbot.schedule.timing import Quiet
from syncbot.store.deliveries import Delivery

from .parts import Parts
from .posting import delivered, key_of, parcel_of
from .publishing import Names, NotPublishedError
from .sending import Post, Sent, resolve, skip
from .ways import Way, Ways

MEMO = "schedule: last look"
"""Under which the store keeps when the clock was last looked at."""


@dataclass(frozen=True, kw_only=True)
class Ticked:
    """What one look did."""

    sent: Sequence[Sent]
    """Everything that came to stand otherwise than before, or has something to say."""
    next: datetime | None
    """When something is due again; None when nothing is declared."""


def tick(parts: Parts, ways: Ways, names: Names) -> Ticked:
    """Send what is due and skip what is not worth sending any more. The caller holds the lease.

    Raises `LeaseLost`; what goes wrong with one publication or outlet holds up no other.
    """
    now = parts.now()
    known = parts.store.deliveries()
    post = Post(store=parts.store, now=parts.now, lease=parts.lease)
    found = due(
        [spec.group for spec in parts.groups.values()],
        now=now,
        since=_last_look(parts) or now,
        settled=_settled(ways, known),
        quiet=_quiet(parts),
    )
    sent = [
        *(one for slot in found.send for one in _send(parts, post, slot, ways, names)),
        *(one for slot in found.skip for one in _skip(post, slot, ways)),
        *_leftovers(post, found, ways, known),
    ]
    Memo(partial(parts.store.revise_memo, MEMO)).keep(now.isoformat())
    return Ticked(sent=[one for one in sent if one.fresh or one.note], next=found.next)


def _last_look(parts: Parts) -> datetime | None:
    """None before the first start. Should it get lost, what is worth sending is sent, and nothing is called skipped."""
    said = Memo(partial(parts.store.revise_memo, MEMO)).recall()
    return datetime.fromisoformat(said) if said else None


def _settled(ways: Ways, known: Sequence[Delivery]) -> Collection[Identity]:
    """Publications of which nothing is left to do at any outlet."""
    over: dict[str, set[str]] = {}
    for one in known:
        if one.standing in OVER:
            over.setdefault(one.publication, set()).add(one.outlet)
    found = set()
    for publication, outlets in over.items():
        what, group, period = publication.split("/")
        if {way.outlet.name for way in ways.get((group, what), ())} <= outlets:
            found.add(Identity(what=what, group=group, period=period))
    return found


def _quiet(parts: Parts) -> Mapping[str, Quiet]:
    """Notes that were found changed count as changed at that moment: they cannot have come to rest before."""
    found: dict[str, dict[tuple[str, date], datetime]] = {}
    for note in parts.store.notes():
        spec = parts.groups.get(note.scope)
        if spec is not None and note.day is not None and note.read_at is not None:
            for meeting in spec.group.meetings:
                changed = found.setdefault(note.scope, {})
                earlier = changed.get((meeting, note.day), note.read_at)
                changed[meeting, note.day] = max(earlier, note.read_at)
    return found


def _send(parts: Parts, post: Post, slot: Slot, ways: Ways, names: Names) -> Iterator[Sent]:
    identity = slot.identity
    mine = ways.get((identity.group, identity.what), ())
    if not mine:
        return
    spec = parts.groups[identity.group]
    try:
        parcel = parcel_of(parts, spec, slot, names)
    except NotPublishedError as error:
        yield from (_cannot(slot, way, str(error)) for way in mine)
        return
    yield from delivered(post, parcel, mine)


def _cannot(slot: Slot, way: Way, why: str) -> Sent:
    key = key_of(slot.identity)
    return Sent(publication=key, outlet=way.outlet.name, standing=Standing.FAILED, fresh=False, note=why)


def _skip(post: Post, slot: Slot, ways: Ways) -> Iterator[Sent]:
    for way in ways.get((slot.identity.group, slot.identity.what), ()):
        why = f"it was due {slot.due:%Y-%m-%d %H:%M} UTC and not worth sending after {slot.until:%Y-%m-%d %H:%M} UTC"
        yield skip(post, key_of(slot.identity), way.outlet.name, why)


def _leftovers(post: Post, found: Due, ways: Ways, known: Sequence[Delivery]) -> Iterator[Sent]:
    """What was about to be sent when syncbot was cut off, and is not worth sending any more."""
    owed = {key_of(slot.identity) for slot in found.send}
    for one in known:
        if one.standing is not Standing.INTENDED or one.publication in owed:
            continue
        what, group, _ = one.publication.split("/")
        for way in ways.get((group, what), ()):
            if way.outlet.name == one.outlet:
                yield _resolved(post, one, way)


def _resolved(post: Post, one: Delivery, way: Way) -> Sent:
    try:
        return resolve(post, one, way.outlet)
    except EndpointError as error:
        return Sent(
            publication=one.publication,
            outlet=one.outlet,
            standing=one.standing,
            fresh=False,
            note=error.detail,
        )
