"""Sending one publication to one outlet, once: intent, send, record; after a crash in between, look before sending."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from syncbot.endpoints.outlets.base import Detouring, Outlet, Parcel, Receipt
from syncbot.errors import EndpointError, OutcomeUnknown
from syncbot.schedule.delivering import (
    OVER,
    AfterCrash,
    Habits,
    Standing,
    Step,
    after_look,
    next_step,
)
from syncbot.store.deliveries import DeliveriesStore, Delivery

from .lease import Lease


@dataclass(frozen=True, kw_only=True)
class Post:
    """What sending works with."""

    store: DeliveriesStore
    now: Callable[[], datetime]
    lease: Lease
    """Held by whoever sends: of two processes one sends, and one that stood still notices before it does."""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """How it went."""

    publication: str
    outlet: str
    standing: Standing
    fresh: bool
    """It came to stand so just now."""
    note: str | None = None


def resolve(post: Post, known: Delivery, outlet: Outlet) -> Sent:
    """Find out what became of something that was about to be sent and is not worth sending any more."""
    can_look = _tried(outlet, known.publication).can_look
    found = outlet.look(known.publication) if can_look else None
    if found is not None:
        return _settled(post, known.publication, outlet, found)
    if can_look and post.now() - (known.intended or post.now()) < outlet.appears_within:
        return _stays(known.publication, outlet, known)
    standing = Standing.SKIPPED if can_look else Standing.UNSURE
    note = "it was not sent in time; a part of it may be there" if can_look else _NOBODY_KNOWS
    return _ended(post, known.publication, outlet, standing, note)


def deliver(post: Post, parcel: Parcel, outlet: Outlet, after_crash: AfterCrash) -> Sent:
    """Bring a parcel to an outlet unless it is there already.

    What goes wrong at the outlet becomes a standing with a note: one outlet that fails holds up no other.
    """
    known = {one.outlet: one for one in post.store.deliveries(parcel.identity)}.get(outlet.name)
    habits = Habits(
        can_look=_tried(outlet, parcel.identity).can_look,
        appears_within=outlet.appears_within,
        after_crash=after_crash,
    )
    match next_step(known.standing if known else None, habits):
        case Step.SEND:
            return _send(post, parcel, outlet)
        case Step.CALL_UNSURE:
            return _ended(post, parcel.identity, outlet, Standing.UNSURE, _NOBODY_KNOWS)
        case Step.LOOK if known is not None:
            return _look(post, parcel, outlet, known, habits)
        case _:
            return _stays(parcel.identity, outlet, known)


def _tried(outlet: Outlet, identity: str) -> Outlet:
    """Where it is, if it is anywhere."""
    return outlet.taken(identity) if isinstance(outlet, Detouring) else outlet


_NOBODY_KNOWS = "it may have been sent before syncbot was cut off; nobody can look, so it is not sent again"


def _look(post: Post, parcel: Parcel, outlet: Outlet, known: Delivery, habits: Habits) -> Sent:
    try:
        found = outlet.look(parcel.identity)
    except EndpointError as error:
        return _stays(parcel.identity, outlet, known, error.detail)
    if found is not None:
        return _settled(post, parcel.identity, outlet, found)
    intended = known.intended or post.now()
    if after_look(intended=intended, now=post.now(), habits=habits) is Step.SEND:
        return _send(post, parcel, outlet)
    return _stays(
        parcel.identity, outlet, known, "it is not to be seen yet; syncbot looks again before it sends"
    )


def skip(post: Post, publication: str, outlet: str, why: str | None) -> Sent:
    """Note that something is not (or no more) worth sending; what was sent, or may have been, stays so."""
    known = {one.outlet: one for one in post.store.deliveries(publication)}.get(outlet)
    if known is not None and known.standing in {*OVER, Standing.INTENDED}:
        return Sent(publication=publication, outlet=outlet, standing=known.standing, fresh=False)
    post.store.settle_delivery(publication, outlet, standing=Standing.SKIPPED, at=post.now(), note=why)
    return Sent(publication=publication, outlet=outlet, standing=Standing.SKIPPED, fresh=True, note=why)


def _send(post: Post, parcel: Parcel, outlet: Outlet) -> Sent:
    post.lease.keep()
    post.store.intend_delivery(parcel.identity, outlet.name, at=post.now())
    try:
        receipt = outlet.send(parcel)
    except OutcomeUnknown as error:
        return _stays(parcel.identity, outlet, None, error.detail)
    except EndpointError as error:
        return _ended(post, parcel.identity, outlet, Standing.FAILED, error.detail)
    return _settled(post, parcel.identity, outlet, receipt)


def _settled(post: Post, publication: str, outlet: Outlet, receipt: Receipt) -> Sent:
    standing = Standing.SENT if receipt.proven else Standing.ACCEPTED
    post.store.settle_delivery(
        publication,
        outlet.name,
        standing=standing,
        at=post.now(),
        ref=receipt.ref,
        url=receipt.url,
        note=receipt.note,
    )
    return Sent(publication=publication, outlet=outlet.name, standing=standing, fresh=True, note=receipt.note)


def _ended(post: Post, publication: str, outlet: Outlet, standing: Standing, note: str) -> Sent:
    post.store.settle_delivery(publication, outlet.name, standing=standing, at=post.now(), note=note)
    return Sent(publication=publication, outlet=outlet.name, standing=standing, fresh=True, note=note)


def _stays(publication: str, outlet: Outlet, known: Delivery | None, note: str | None = None) -> Sent:
    standing = known.standing if known else Standing.INTENDED
    return Sent(publication=publication, outlet=outlet.name, standing=standing, fresh=False, note=note)
