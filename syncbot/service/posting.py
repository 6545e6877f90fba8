"""Sending one publication to its outlets: when it is due (`ticking`), or because somebody asks for it now."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from syncbot.endpoints.outlets.base import Parcel
from syncbot.mapping.groups import GroupSpec
from syncbot.schedule.delivering import Standing
from syncbot.schedule.due import Identity, Slot

from .parts import Parts
from .publishing import Asked, Names, NotPublishedError, composed, recipients, wanted
from .ruling import holder_of
from .sending import Post, Sent, deliver
from .ways import Way, Ways

_THERE = (Standing.SENT, Standing.ACCEPTED)


@dataclass(frozen=True, kw_only=True)
class Posted:
    """What became of a publication that somebody asked to be sent."""

    publication: str
    title: str
    sent: Sequence[Sent]


def post_now(parts: Parts, ways: Ways, asked: Asked, names: Names) -> Posted:
    """Send a publication now, to each of its outlets where it is not yet.

    Raises `NotPublishedError`, `LeaseHeld` while something else is at work, and `LeaseLost`.
    """
    spec, slot = wanted(parts, asked)
    mine = ways.get((asked.group, asked.what), ())
    if not mine:
        told = f"mappings/groups.yaml does not say where the {asked.what} of {spec.title} goes (`to:`)"
        raise NotPublishedError(told)
    with parts.lease.held(parts.store, holder_of(parts)):
        post = Post(store=parts.store, now=parts.now, lease=parts.lease)
        parcel = parcel_of(parts, spec, slot, names)
        sent = list(delivered(post, parcel, mine))
    return Posted(publication=parcel.identity, title=parcel.publication.title, sent=sent)


def delivered(post: Post, parcel: Parcel, ways: Sequence[Way]) -> Iterator[Sent]:
    """Bring a parcel to each outlet in turn; where people can read it in full is told to those that follow."""
    for way in ways:
        yield deliver(post, parcel, way.outlet, way.after_crash)
        if way.whole and parcel.whole is None:
            parcel = replace(parcel, whole=_address(post, parcel.identity, way.outlet.name))


def parcel_of(parts: Parts, spec: GroupSpec, slot: Slot, names: Names) -> Parcel:
    """Compose a publication, for those who get it. Raises `NotPublishedError`."""
    addressees, officer = recipients(parts, spec.group.name)
    return Parcel(
        identity=key_of(slot.identity),
        publication=composed(parts, spec, slot, names),
        addressees=addressees,
        reply_to=officer,
    )


def key_of(identity: Identity) -> str:
    """Return what stands for it in the store."""
    return f"{identity.what}/{identity.group}/{identity.period}"


def _address(post: Post, publication: str, outlet: str) -> str | None:
    known = (one for one in post.store.deliveries(publication) if one.outlet == outlet)
    return next((one.url for one in known if one.standing in _THERE and one.url), None)
