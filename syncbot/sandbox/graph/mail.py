"""What the sandboxed Exchange remembers: mailboxes, messages, series of meetings."""

from datetime import date, datetime, time, timedelta
from typing import Any

from pydantic import BaseModel, Field

Wire = dict[str, Any]
"""One JSON object as Graph sends or takes it."""
PACE = timedelta(minutes=10)
"""The window in which an application may send so many requests to one mailbox (Microsoft Graph throttling limits)."""


class Mailbox(BaseModel):
    """Somebody's, or the one that the application sends from."""

    id: str
    address: str
    name: str
    asked: list[datetime] = Field(default_factory=list)
    """When the requests of the last ten minutes came."""

    def full(self, now: datetime, limit: int) -> bool:
        """Count a request and say whether it was one too many."""
        self.asked = [at for at in self.asked if at > now - PACE]
        self.asked.append(now)
        return len(self.asked) > limit


class Message(BaseModel):
    """One message that was taken for sending."""

    id: str
    sender: str
    at: datetime
    saved: bool
    """Whether the sender keeps a copy in Sent Items."""
    subject: str
    kind: str
    """"html" or "text"."""
    content: str
    to: list[Wire]
    cc: list[Wire] = Field(default_factory=list)
    reply_to: list[Wire] = Field(default_factory=list)
    headers: list[Wire] = Field(default_factory=list)
    """Our own, with name and value."""
    properties: list[Wire] = Field(default_factory=list)
    """Named properties, with id and value."""

    def reaches(self, address: str) -> bool:
        """Whether it came into this mailbox."""
        return any(one["emailAddress"]["address"].lower() == address.lower() for one in (*self.to, *self.cc))


class Change(BaseModel):
    """What is different in one occurrence of a series."""

    subject: str
    content: str
    online: bool
    properties: list[Wire] = Field(default_factory=list)
    version: int = 1
    modified: datetime


class Series(BaseModel):
    """A meeting that takes place every so many weeks, on the clock of its zone."""

    id: str
    owner: str
    """The organiser's address."""
    subject: str
    first: date
    until: date
    weeks: int = 1
    at: time
    minutes: int
    zone: str
    content: str
    """HTML, with the part by which people join."""
    join_url: str | None = None
    created: datetime
    changes: dict[date, Change] = Field(default_factory=dict)
    cancelled: list[date] = Field(default_factory=list)
    updates: int = 0
    """How often those invited were told of a change."""

    def days(self) -> list[date]:
        """Return the days on which it takes place."""
        step, found, day = timedelta(weeks=self.weeks), [], self.first
        while day <= self.until:
            found.append(day)
            day += step
        return [one for one in found if one not in self.cancelled]


class Outlook(BaseModel):
    """Everything of Exchange."""

    mailboxes: dict[str, Mailbox] = Field(default_factory=dict)
    """By address, in lower case."""
    messages: list[Message] = Field(default_factory=list)
    series: dict[str, Series] = Field(default_factory=dict)
    scope: list[str] | None = None
    """The only mailboxes that the application may reach (RBAC for Applications); None = all."""

    def mailbox(self, key: str) -> Mailbox | None:
        """Find a mailbox by address or id."""
        found = self.mailboxes.get(key.lower())
        return found or next((one for one in self.mailboxes.values() if one.id == key.lower()), None)
