"""Sending one publication to its outlets: when it is due (`ticking`), or because somebody asks for it now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from syncbot.endpoints.outlets.base import Parcel
from syncbot.mapping.groups import GroupSpec
from syncbot.model.kinds.person import Person
from syncbot.publish.form import leading
from syncbot.schedule.delivering import OVER, Standing
from syncbot.schedule.due import Slot

from .identities import key_of
from .known import Look
from .parts import Parts
from .personal import Own, somebody
from .publishing import Asked, Names, NotPublishedError, composed, people_of, recipients, wanted
from .ruling import holder_of
from .sending import Post, Sent, deliver, skip
from .shut import refuse
from .ways import Way, Ways

_THERE = (Standing.SENT, Standing.ACCEPTED)


@dataclass(frozen=True, kw_only=True)
class Posted:
    """What became of a publication that somebody asked to be sent."""

    publication: str
    title: str
    sent: Sequence[Sent]


def post_now(
    parts: Parts, ways: Ways, asked: Asked, names: Names, *, person: str | None = None, again: bool = False
) -> Posted:
    """Send a publication now, to each of its outlets where it is not yet; with `person` (an address) his or her own.

    With `again` what is there already is brought up to date, at the outlets that can do so.

    Raises `SettingsError` when it cannot leave by all that are declared, `NotPublishedError`, `LeaseHeld` while
    something else is at work, and `LeaseLost`.
    """
    spec, slot = wanted(parts, asked)
    refuse(parts.shut(), asked.group, asked.what, each=person is not None)
    mine = [one for one in ways.get((asked.group, asked.what), ()) if one.each is (person is not None)]
    if not mine:
        key = "to" if person is None else "to_each"
        told = f"mappings/groups.yaml does not say where the {asked.what} of {spec.title} goes (`{key}:`)"
        raise NotPublishedError(told)
    if person is not None:
        return _own_now(parts, Own(parts, spec, slot, names), spec, person, mine, again=again)
    with parts.lease.held(parts.store, holder_of(parts)):
        post = Post(store=parts.store, now=parts.now, lease=parts.lease)
        parcel = parcel_of(parts, spec, slot, names)
        sent = list(delivered(post, parcel, mine, again=again))
    return Posted(publication=parcel.identity, title=parcel.publication.title, sent=sent)


def _own_now(
    parts: Parts, own: Own, spec: GroupSpec, email: str, ways: Sequence[Way], *, again: bool
) -> Posted:
    key, person = somebody(people_of(parts, spec.group.name), spec, email)
    parcel = own.parcel(key, person)
    if parcel is None:
        raise NotPublishedError(f"there is nothing to tell {person.name}, so nothing is sent")
    with parts.lease.held(parts.store, holder_of(parts)):
        post = Post(store=parts.store, now=parts.now, lease=parts.lease)
        sent = list(delivered(post, parcel, ways, again=again))
    return Posted(publication=parcel.identity, title=parcel.publication.title, sent=sent)


def delivered_to_each(
    parts: Parts, post: Post, spec: GroupSpec, slot: Slot, names: Names, ways: Sequence[Way], seen: Look
) -> Iterator[Sent]:
    """Bring each person of a group his or her own, where it is not yet; who has nothing to hear gets none.

    Nothing is composed when everybody has it. After `_IN_A_ROW` that failed the rest waits for the next look: the service
    is down, and who was tried least comes first then. Raises `NotPublishedError`.
    """
    owed = _owed(post, slot, people_of(parts, spec.group.name), ways)
    if not owed:
        return
    own, failed = Own(parts, spec, slot, names, seen), 0
    for key, person, way in owed:
        for one in _to_one(post, own, (key, person), key_of(slot.identity, key), way):
            if one.standing is not Standing.SKIPPED:
                failed = 0 if one.standing in OVER else failed + 1
            yield one
        if failed >= _IN_A_ROW:
            return


_IN_A_ROW = 3


def _owed(
    post: Post, slot: Slot, people: Mapping[str, Person], ways: Sequence[Way]
) -> list[tuple[str, Person, Way]]:
    """Return who has not got it yet, and by which outlet; who was tried least comes first."""
    known = {(one.publication, one.outlet): one for one in post.store.deliveries()}
    found = [
        (one.attempts if one else 0, (key, person, way))
        for key, person in people.items()
        for way in ways
        for one in [known.get((key_of(slot.identity, key), way.outlet.name))]
        if one is None or one.standing not in OVER
    ]
    return [owed for _, owed in sorted(found, key=lambda pair: pair[0])]


def _to_one(post: Post, own: Own, who: tuple[str, Person], identity: str, way: Way) -> Iterator[Sent]:
    parcel = own.parcel(*who)
    if parcel is None:
        yield skip(post, identity, way.outlet.name, None)
    else:
        yield from delivered(post, parcel, [way])


def delivered(post: Post, parcel: Parcel, ways: Sequence[Way], *, again: bool = False) -> Iterator[Sent]:
    """Bring a parcel to each outlet in turn; where people can read it in full is told to those that follow."""
    for way in ways:
        yield deliver(post, parcel, way.outlet, way.after_crash, again=again)
        if way.whole and parcel.whole is None:
            parcel = _leading(parcel, _address(post, parcel.identity, way.outlet.name))


def _leading(parcel: Parcel, whole: str | None) -> Parcel:
    if whole is None:
        return parcel
    return replace(parcel, whole=whole, publication=leading(parcel.publication, whole))


def parcel_of(parts: Parts, spec: GroupSpec, slot: Slot, names: Names, seen: Look | None = None) -> Parcel:
    """Compose a publication, for those who get it. Raises `NotPublishedError`."""
    addressees, officer = recipients(parts, spec.group.name)
    return Parcel(
        identity=key_of(slot.identity),
        publication=composed(parts, spec, slot, names, seen),
        addressees=addressees,
        reply_to=officer,
    )


def _address(post: Post, publication: str, outlet: str) -> str | None:
    known = (one for one in post.store.deliveries(publication) if one.outlet == outlet)
    return next((one.url for one in known if one.standing in _THERE and one.url), None)
