"""Mails through Exchange: a message to each person, and nobody gets the same twice.

Graph takes a mail with 202, without an id and without proof (user: sendMail). So each message carries which publication it
is and how many people get it; before anything is sent, Sent Items is looked at, and only who is missing there gets one.
The body is HTML; Exchange itself makes the plain text that stands beside it in what arrives. A text part of our own would
have to be sent as MIME, in which no named property can be set and own headers get lost (microsoft-graph-docs #17444).
"""

import json
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import ClassVar
from urllib.parse import quote

from syncbot.endpoints.sharepoint.wire import Ask, Json, inside
from syncbot.errors import EndpointError, Invalid, OutcomeUnknown
from syncbot.publish.html import html
from syncbot.publish.room import tighter

from .base import Addressee, Parcel, Receipt
from .outlook import PUBLIC_STRINGS, PUBLICATION, Outlook, expanded, marked, options, property_of

HEADER = "x-syncbot-publication"
_PEOPLE = f"String {{{PUBLIC_STRINGS}}} Name SyncbotRecipients"
"""How many people get the publication."""
_SUBJECT = 250
_LARGEST = 3_000_000
"""Bytes of a message, as they are written at worst; Graph takes no request of more than 4 MB."""
_WORKS_FOR = 300.0
"""Seconds after which no further message is begun: what is in doubt after a crash was sent within this time."""


@dataclass(frozen=True, kw_only=True)
class MailOutlet:
    """Sends from one mailbox."""

    outlook: Outlook
    monotonic: Callable[[], float] = field(repr=False)
    can_look: ClassVar[bool] = True
    appears_within: ClassVar[timedelta] = timedelta(minutes=15)
    """Five minutes of sending, five of the last request's waiting, five until Sent Items shows it."""
    renews: ClassVar[bool] = False

    @property
    def name(self) -> str:
        """As the mapping calls it."""
        return self.outlook.name

    @property
    def connection(self) -> str:
        """All mailboxes share one."""
        return self.outlook.connection

    def send(self, parcel: Parcel) -> Receipt:
        """Send a message to everybody who has none yet.

        Raises `OutcomeUnknown` when some have it and others not: who looks later sends the rest.
        """
        people = {one.email.strip().lower(): one for one in parcel.addressees if one.email.strip()}
        if not people:
            raise Invalid("nobody is there to send it to", endpoint=self.name)
        there = self._sent(parcel.identity)
        total = len(there | set(people))
        refused = self._deliver(
            parcel, [one for key, one in people.items() if key not in there], total, there
        )
        if len(refused) == len(people):
            raise Invalid("; ".join(refused), endpoint=self.name)
        return Receipt(
            ref=f"{total - len(refused)} messages in Sent Items of {self.outlook.mailbox}",
            note="; ".join(refused) or None,
            proven=False,
        )

    def look(self, identity: str) -> Receipt | None:
        """It is there when everybody has it."""
        found = self._messages(identity)
        reached = {address for one in found for address in _addresses(one)}
        wanted = max((int(property_of(one, _PEOPLE) or 1) for one in found), default=1)
        if len(reached) < wanted:
            return None
        return Receipt(ref=f"{len(reached)} messages in Sent Items of {self.outlook.mailbox}")

    def found(self) -> str:
        """Look into Sent Items. Whether it may send shows only when it does."""
        self.outlook.ask(Ask(path=self.outlook.path("mailFolders/sentitems/messages?$top=1&$select=id")))
        return f"mails from {self.outlook.mailbox}"

    def _deliver(
        self, parcel: Parcel, missing: Sequence[Addressee], total: int, there: Collection[str]
    ) -> list[str]:
        """Send to each and return who was refused, in words; what ends it all is raised."""
        until = self.monotonic() + _WORKS_FOR
        refused, done = [], len(there)
        for one in missing:
            try:
                if self.monotonic() > until:
                    raise OutcomeUnknown("it takes long", endpoint=self.name)
                self._post(parcel, one, total)
                done += 1
            except Invalid as error:
                refused.append(f"{one.email} was refused ({error.detail})")
            except EndpointError as error:
                if not done:
                    raise
                told = f"{done} of {total} have it, the rest follows: {error.detail}"
                raise OutcomeUnknown(told, endpoint=self.name) from error
        return refused

    def _post(self, parcel: Parcel, to: Addressee, total: int) -> None:
        message = composed(parcel, to, total)
        body = {"message": message, "saveToSentItems": True}
        self.outlook.ask(Ask(method="POST", path=self.outlook.path("sendMail"), body=body))

    def _sent(self, identity: str) -> set[str]:
        return {address for one in self._messages(identity) for address in _addresses(one)}

    def _messages(self, identity: str) -> list[Json]:
        asked = options(filter=marked(identity), select="id,toRecipients", expand=expanded(_PEOPLE))
        return list(self.outlook.all(self.outlook.path(f"mailFolders/sentitems/messages{asked}")))


def composed(parcel: Parcel, to: Addressee, total: int) -> Json:
    """Return one message as Graph takes it; what would make it too large is cut, with how much is missing."""
    message: Json = {}
    for shorter in tighter(parcel.publication):
        message = _composed(replace(parcel, publication=shorter), to, total)
        if len(json.dumps(message)) <= _LARGEST:
            break
    return message


def _composed(parcel: Parcel, to: Addressee, total: int) -> Json:
    subject = " ".join(parcel.publication.title.split())[:_SUBJECT]
    message: Json = {
        "subject": subject,
        "body": {"contentType": "HTML", "content": html(parcel.publication)},
        "toRecipients": [_recipient(to)],
        "internetMessageHeaders": [
            {"name": HEADER, "value": quote(parcel.identity)},
            # Asks Exchange not to answer with notes of absence (MS-OXCMAIL).
            {"name": "x-auto-response-suppress", "value": "OOF, AutoReply"},
        ],
        "singleValueExtendedProperties": [
            {"id": PUBLICATION, "value": parcel.identity},
            {"id": _PEOPLE, "value": str(total)},
        ],
    }
    return message | ({"replyTo": [_recipient(parcel.reply_to)]} if parcel.reply_to else {})


def _recipient(one: Addressee) -> Json:
    return {"emailAddress": {"name": " ".join(one.name.split()), "address": one.email.strip()}}


def _addresses(message: Json) -> list[str]:
    found = message.get("toRecipients")
    given = [inside(one, "emailAddress", "address") for one in found] if isinstance(found, list) else []
    return [one.lower() for one in given if isinstance(one, str)]
