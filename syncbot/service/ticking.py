"""One look at the clock: what is due is composed and sent, what came too late is skipped and said."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial

from syncbot.endpoints.memo import Memo
from syncbot.errors import EndpointError
from syncbot.model.wording import moment_shown
from syncbot.schedule.delivering import OVER, Standing
from syncbot.schedule.due import Due, Identity, Slot, due
from syncbot.schedule.timing import Quiet
from syncbot.store.deliveries import Delivery

from .identities import key_of, named
from .known import Look, look
from .parts import Parts
from .posting import delivered, delivered_to_each, parcel_of
from .publishing import Names, NotPublishedError, people_of
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
        since=_last_look(parts),
        settled=_settled(ways, known),
        quiet=_quiet(parts),
    )
    seen = cache(partial(look, parts))
    sent = [
        *(one for slot in found.send for one in _send(parts, post, slot, ways, names, seen)),
        *(one for slot in found.skip for one in _skip(parts, post, slot, ways)),
        *_leftovers(post, found, ways, known),
    ]
    Memo(partial(parts.store.revise_memo, MEMO)).keep(now.isoformat())
    return Ticked(sent=[one for one in sent if one.fresh or one.note], next=found.next)


def _last_look(parts: Parts) -> datetime:
    """Return when the clock was last looked at; the first look counts from its beginning, also when it is cut off.

    Should that get lost, what is worth sending is sent, and nothing is called skipped.
    """
    now = parts.now()
    if said := parts.store.memo(MEMO):
        return datetime.fromisoformat(said)
    Memo(partial(parts.store.revise_memo, MEMO)).keep(now.isoformat())
    return now


def _settled(ways: Ways, known: Sequence[Delivery]) -> Collection[Identity]:
    """Publications of which nothing is left to do at any outlet; who belongs to a group is known only when it is due."""
    over: dict[Identity, set[str]] = {}
    for one in known:
        about = named(one.publication)
        if one.standing in OVER and about.person is None:
            over.setdefault(about.identity, set()).add(one.outlet)
    return {
        identity
        for identity, outlets in over.items()
        for mine in [ways.get((identity.group, identity.what), ())]
        if not any(way.each for way in mine) and {way.outlet.name for way in mine} <= outlets
    }


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


def _send(parts: Parts, post: Post, slot: Slot, ways: Ways, names: Names, seen: Look) -> Iterator[Sent]:
    identity = slot.identity
    mine = ways.get((identity.group, identity.what), ())
    spec = parts.groups[identity.group]
    whole, each = [one for one in mine if not one.each], [one for one in mine if one.each]
    try:
        if _open(post, identity, whole):
            yield from delivered(post, parcel_of(parts, spec, slot, names, seen), whole)
        if each:
            yield from delivered_to_each(parts, post, spec, slot, names, each, seen)
    except NotPublishedError as error:
        for key, outlet in _all(parts, slot, mine):
            yield _cannot(post, key, outlet, str(error))


def _open(post: Post, identity: Identity, ways: Sequence[Way]) -> bool:
    """Whether there is anything left to do for the group: while its people get theirs, it is not composed again."""
    over = {one.outlet for one in post.store.deliveries(key_of(identity)) if one.standing in OVER}
    return any(way.outlet.name not in over for way in ways)


def _cannot(post: Post, publication: str, outlet: str, why: str) -> Sent:
    """Note that something could not even be made; what was sent, or may have been, stays so."""
    known = {one.outlet: one for one in post.store.deliveries(publication)}.get(outlet)
    if known is not None and known.standing is not Standing.FAILED:
        return Sent(publication=publication, outlet=outlet, standing=known.standing, fresh=False)
    if known is None or known.note != why:  # it is tried at each look
        post.store.settle_delivery(publication, outlet, standing=Standing.FAILED, at=post.now(), note=why)
    return Sent(publication=publication, outlet=outlet, standing=Standing.FAILED, fresh=False, note=why)


def _skip(parts: Parts, post: Post, slot: Slot, ways: Ways) -> Iterator[Sent]:
    due, until = (moment_shown(one, parts.zone) for one in (slot.due, slot.until))
    why = f"it was due {due} and not worth sending after {until}"
    for key, outlet in _all(parts, slot, ways.get((slot.identity.group, slot.identity.what), ())):
        yield skip(post, key, outlet, why)


def _all(parts: Parts, slot: Slot, ways: Sequence[Way]) -> Iterator[tuple[str, str]]:
    """Everything that leaves for a slot, by the name of the publication and of its outlet."""
    for way in ways:
        people = people_of(parts, slot.identity.group) if way.each else [None]
        for person in people:
            yield key_of(slot.identity, person), way.outlet.name


def _leftovers(post: Post, found: Due, ways: Ways, known: Sequence[Delivery]) -> Iterator[Sent]:
    """What was about to be sent when syncbot was cut off, and is not worth sending any more."""
    owed = {slot.identity for slot in (*found.send, *found.later)}
    for one in known:
        about = named(one.publication)
        if one.standing is not Standing.INTENDED or about.identity in owed:
            continue
        for way in ways.get((about.identity.group, about.identity.what), ()):
            if way.outlet.name == one.outlet and way.each is (about.person is not None):
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
