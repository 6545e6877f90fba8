"""What an outlet is: a place that takes publications, each of which shall arrive there once.

All calls are blocking. What an outlet raises are errors of `syncbot.errors`: `OutcomeUnknown` when it is not known
whether something was sent; everything else means that it was not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, runtime_checkable

from syncbot.publish.form import Publication


@dataclass(frozen=True, kw_only=True, slots=True)
class Addressee:
    """Somebody who gets it."""

    name: str
    email: str


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """One publication on its way to one outlet."""

    identity: str
    """What makes it one: "agenda/D/2026-11-26"; the same however often it is composed, and safe in a file name."""
    publication: Publication
    addressees: Sequence[Addressee] = ()
    """Of mails: who gets it, each a message of his or her own."""
    reply_to: Addressee | None = None
    whole: str | None = None
    """Where it can be read in full."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Receipt:
    """What is known after something was sent, or seen."""

    ref: str
    """Where it lives at the outlet: an id, a path; "" where the outlet does not say."""
    url: str | None = None
    """For people to click on."""
    proven: bool = True
    """It is there. False: the service took it and says nothing more."""
    note: str | None = None
    """What a person should know of it: who did not get it, or by which way it went."""


class Outlet(Protocol):
    """One place that takes publications."""

    @property
    def name(self) -> str:
        """As the mapping calls it."""

    @property
    def connection(self) -> str:
        """Outlets and endpoints of the same connection share one queue and one budget."""

    @property
    def can_look(self) -> bool:
        """Whether `look` can tell what was sent."""

    @property
    def appears_within(self) -> timedelta:
        """What was taken is to be seen by `look` after so long at the latest."""

    @property
    def renews(self) -> bool:
        """Whether `send` brings what is there up to date, so that people do not get it twice. Only where `can_look`."""

    def send(self, parcel: Parcel) -> Receipt:
        """Send it. An outlet that holds one thing per identity (a file, a page) makes it anew or brings it up to date."""

    def look(self, identity: str) -> Receipt | None:
        """Look whether it is there; None when it is not. Only where `can_look`."""


@runtime_checkable
class Detouring(Protocol):
    """What an outlet offers besides that may turn to another one: after a crash the one that was tried last counts."""

    def taken(self, identity: str) -> Outlet:
        """Return the outlet by which it was last begun: whether that can be looked at decides what is to be done."""


@runtime_checkable
class Tried(Protocol):
    """What an outlet may offer besides: to be tried without sending anything."""

    def found(self) -> str:
        """Say in words what is there. Raises what `send` would raise for want of a permission or a place."""
