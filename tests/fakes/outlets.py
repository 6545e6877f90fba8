"""Outlets with the habits of the real ones, and nothing else: how they lose, hide and double what is sent.

Each calls `moment` before and after anything takes effect: there a test kills, or lets something fail.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar

from syncbot.endpoints.memo import Memo
from syncbot.endpoints.outlets.base import Parcel, Receipt
from syncbot.endpoints.outlets.calendar import CalendarOutlet
from syncbot.endpoints.outlets.mail import MailOutlet
from syncbot.endpoints.outlets.notion import NotionOutlet
from syncbot.endpoints.outlets.teams import TeamsOutlet
from syncbot.endpoints.outlets.word import WordOutlet
from syncbot.errors import EndpointError, Invalid, NotFound, OutcomeUnknown

SENT_ITEMS = timedelta(minutes=4)
"""How late Sent Items show a copy, at worst."""
QUERIES = timedelta(seconds=50)
"""How late a query shows a page, at worst."""


@dataclass(kw_only=True)
class Texts:
    """Memos by identity, kept in memory; each change is a moment."""

    moment: Callable[[], None] = lambda: None
    kept: dict[str, str] = field(default_factory=dict)

    def memo(self, identity: str) -> Memo:
        """Return the memo of a publication."""

        def revise(change: Callable[[str], str]) -> None:
            before = self.kept.get(identity, "")
            after = change(before)
            if after != before:
                self.moment()
                self.kept[identity] = after
                self.moment()

        return Memo(revise)


@dataclass(frozen=True, kw_only=True)
class Arrived:
    """Something that a person sees."""

    identity: str
    at: datetime
    to: str = ""
    """Of mails: who has it."""
    of: int = 1
    """Of mails: how many people get one."""


@dataclass(kw_only=True)
class Outside:
    """What all of them have in common."""

    name: str
    now: Callable[[], datetime]
    moment: Callable[[], None] = lambda: None
    arrived: list[Arrived] = field(default_factory=list)
    connection: ClassVar[str] = "outside"

    def there(self, identity: str, within: timedelta = timedelta(0)) -> list[Arrived]:
        """Return what is to be seen of a publication."""
        return [one for one in self.arrived if one.identity == identity and one.at + within <= self.now()]

    def arrives(self, identity: str, to: str = "", of: int = 1) -> None:
        """Let it take effect, between two moments."""
        self.moment()
        self.arrived.append(Arrived(identity=identity, at=self.now(), to=to, of=of))
        self.in_doubt()

    def in_doubt(self) -> None:
        """A moment in which what fails leaves the sender in doubt."""
        try:
            self.moment()
        except EndpointError as error:
            raise OutcomeUnknown("the answer got lost", endpoint=self.name) from error


@dataclass(kw_only=True)
class Mailbox(Outside):
    """A message to each person; Sent Items show it some minutes later."""

    can_look: ClassVar[bool] = MailOutlet.can_look
    appears_within: ClassVar[timedelta] = MailOutlet.appears_within
    renews: ClassVar[bool] = MailOutlet.renews

    def send(self, parcel: Parcel) -> Receipt:
        """Send to those who have none yet; in doubt as soon as one of several was sent."""
        people = [one.email for one in parcel.addressees]
        if not people:
            raise Invalid("nobody is there to send it to", endpoint=self.name)
        reached = self._reached(parcel.identity)
        for done, one in enumerate(one for one in people if one not in reached):
            try:
                self.arrives(parcel.identity, one, len(people))
            except EndpointError as error:
                if not done and not reached:
                    raise
                raise OutcomeUnknown("some have it", endpoint=self.name) from error
        return Receipt(ref="sent", proven=False)

    def look(self, identity: str) -> Receipt | None:
        """It is there when everybody has it."""
        wanted = max((one.of for one in self.there(identity, SENT_ITEMS)), default=1)
        return Receipt(ref="sent") if len(self._reached(identity)) >= wanted else None

    def _reached(self, identity: str) -> Collection[str]:
        return {one.to for one in self.there(identity, SENT_ITEMS)}


@dataclass(kw_only=True)
class Channel(Outside):
    """Cards, of which nobody can tell whether they came."""

    closed: Callable[[], bool] = lambda: False
    """Whether the workflow is switched off."""
    can_look: ClassVar[bool] = TeamsOutlet.can_look
    appears_within: ClassVar[timedelta] = TeamsOutlet.appears_within
    renews: ClassVar[bool] = TeamsOutlet.renews

    def send(self, parcel: Parcel) -> Receipt:
        """Post it."""
        if self.closed():
            self.moment()
            raise NotFound("the workflow is switched off", endpoint=self.name)
        self.arrives(parcel.identity)
        return Receipt(ref="", proven=False)

    def look(self, identity: str) -> Receipt | None:
        """Nobody may ask."""
        raise AssertionError(f"it cannot be known whether {identity} came")


@dataclass(kw_only=True)
class Pages(Outside):
    """A page made in two steps; a query shows it some seconds later."""

    finished: set[str] = field(default_factory=set)
    can_look: ClassVar[bool] = NotionOutlet.can_look
    appears_within: ClassVar[timedelta] = NotionOutlet.appears_within
    renews: ClassVar[bool] = NotionOutlet.renews

    def send(self, parcel: Parcel) -> Receipt:
        """Make the page unless it is to be seen; then finish it."""
        if not self.there(parcel.identity, QUERIES):
            self.arrives(parcel.identity)
        self.moment()
        self.finished.add(parcel.identity)
        self.moment()
        return Receipt(ref="page", url=f"https://pages.example/{parcel.identity}")

    def look(self, identity: str) -> Receipt | None:
        """It is there when it is finished."""
        if identity not in self.finished or not self.there(identity, QUERIES):
            return None
        return Receipt(ref="page", url=f"https://pages.example/{identity}")


@dataclass(kw_only=True)
class Documents(Outside):
    """A file by its name: making it again is seen at once."""

    can_look: ClassVar[bool] = WordOutlet.can_look
    appears_within: ClassVar[timedelta] = WordOutlet.appears_within
    renews: ClassVar[bool] = WordOutlet.renews

    def send(self, parcel: Parcel) -> Receipt:
        """Make it unless it is there."""
        if not self.there(parcel.identity):
            self.arrives(parcel.identity)
        return Receipt(ref="file", url=f"https://files.example/{parcel.identity}")

    def look(self, identity: str) -> Receipt | None:
        """Look for the file."""
        there = self.there(identity)
        return Receipt(ref="file", url=f"https://files.example/{identity}") if there else None


@dataclass(kw_only=True)
class Meetings(Outside):
    """A link in a meeting; writing it again tells everybody again."""

    can_look: ClassVar[bool] = CalendarOutlet.can_look
    appears_within: ClassVar[timedelta] = CalendarOutlet.appears_within
    renews: ClassVar[bool] = CalendarOutlet.renews

    def send(self, parcel: Parcel) -> Receipt:
        """Write the link; there must be one."""
        if parcel.whole is None:
            raise Invalid("there is no link to put into the meeting", endpoint=self.name)
        self.arrives(parcel.identity)
        return Receipt(ref="meeting")

    def look(self, identity: str) -> Receipt | None:
        """Look for our mark."""
        return Receipt(ref="meeting") if self.there(identity) else None
