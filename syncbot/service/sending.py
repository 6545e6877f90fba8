"""Sending one publication to one outlet, once: intent, send, record; after a crash in between, look before sending."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

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
    when_there,
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


class Again(StrEnum):
    """What became of it that somebody asked for something once more."""

    RENEWED = "renewed"
    """The outlet brought what is there up to date."""
    AS_BEFORE = "as_before"
    """That did not work: what is there is as it was."""
    NEVER = "never"
    """People would get it twice, so it was not done."""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """How it went."""

    publication: str
    outlet: str
    standing: Standing
    fresh: bool
    """It came to stand so just now."""
    note: str | None = None
    again: Again | None = None
    """Of what somebody asked for once more; None where that made no difference."""


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


def deliver(
    post: Post, parcel: Parcel, outlet: Outlet, after_crash: AfterCrash, *, again: bool = False
) -> Sent:
    """Bring a parcel to an outlet unless it is there already; with `again` also then, where that renews it.

    What goes wrong at the outlet becomes a standing with a note: one outlet that fails holds up no other.
    """
    known = {one.outlet: one for one in post.store.deliveries(parcel.identity)}.get(outlet.name)
    habits = Habits(
        can_look=_tried(outlet, parcel.identity).can_look,
        appears_within=outlet.appears_within,
        after_crash=after_crash,
        renews=outlet.renews,
    )
    match next_step(known.standing if known else None, habits, again=again):
        case Step.SEND:
            return _send(post, parcel, outlet)
        case Step.CALL_UNSURE:
            return _ended(post, parcel.identity, outlet, Standing.UNSURE, _NOBODY_KNOWS)
        case Step.LOOK if known is not None:
            return _look(post, parcel, outlet, known, habits, again=again)
        case _:
            stays = _stays(parcel.identity, outlet, known)
            return replace(stays, again=Again.NEVER) if again else stays


def _tried(outlet: Outlet, identity: str) -> Outlet:
    """Where it is, if it is anywhere."""
    return outlet.taken(identity) if isinstance(outlet, Detouring) else outlet


_NOBODY_KNOWS = "it may have been sent before syncbot was cut off; nobody can look, so it is not sent again"


_NOT_YET = "it is not to be seen yet; syncbot looks again before it sends"


def _look(
    post: Post, parcel: Parcel, outlet: Outlet, known: Delivery, habits: Habits, *, again: bool
) -> Sent:
    as_before = Again.AS_BEFORE if again and outlet.renews else None
    try:
        found = outlet.look(parcel.identity)
    except EndpointError as error:
        return replace(_stays(parcel.identity, outlet, known, error.detail), again=as_before)
    if found is not None:
        if when_there(habits, again=again) is Step.SEND:
            return _renew(post, parcel, outlet, found)
        return _settled(post, parcel.identity, outlet, found)
    begun = known.ended or known.intended or post.now()
    if after_look(intended=begun, now=post.now(), habits=habits) is Step.SEND:
        return _send(post, parcel, outlet)
    return replace(_stays(parcel.identity, outlet, known, _NOT_YET), again=as_before)


def _renew(post: Post, parcel: Parcel, outlet: Outlet, there: Receipt) -> Sent:
    """Send what is there once more: when that fails for certain it is still there, as it was."""
    post.lease.keep()
    post.store.intend_delivery(parcel.identity, outlet.name, at=post.now())
    try:
        receipt = outlet.send(parcel)
    except OutcomeUnknown as error:
        return _stays(parcel.identity, outlet, None, error.detail)
    except EndpointError as error:
        note = f"not brought up to date: {error.detail}"
        stays = _settled(post, parcel.identity, outlet, replace(there, note=note))
        return replace(stays, fresh=False, again=Again.AS_BEFORE)
    return replace(_settled(post, parcel.identity, outlet, receipt), again=Again.RENEWED)


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
