"""The link to an agenda in the very meeting that it is for, without losing the part by which people join.

"Before updating the body of an event that has been set up as an online meeting, be sure to first get the body property,
apply the appropriate changes to the content, and preserve the meeting blob" (Microsoft Graph, Update event).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import ClassVar
from urllib.parse import quote
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from syncbot.endpoints.sharepoint.wire import Ask, Json, inside, segment
from syncbot.errors import Invalid, NotFound, OutcomeUnknown

from .base import Parcel, Receipt
from .outlook import PUBLICATION, Outlook, expanded, options, property_of

_MARK = "syncbot"
_BLOCK = Markup('<p title="{mark}">{title}: <a href="{url}">{url}</a></p>')
_OURS = re.compile(rf'<p[^>]*\btitle="{_MARK}"[^>]*>.*?</p\s*>\s*', re.DOTALL | re.IGNORECASE)
_BODY = re.compile(r"<body[^>]*>", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FIELDS = "id,subject,start,body,isOnlineMeeting,onlineMeeting,webLink,isCancelled"


@dataclass(frozen=True, kw_only=True)
class CalendarOutlet:
    """Writes a link into the meetings of one calendar whose subject holds certain words."""

    outlook: Outlook
    subject: str
    """What stands in the subject of the right meetings."""
    zone: ZoneInfo
    """On whose clock days begin."""
    can_look: ClassVar[bool] = True
    appears_within: ClassVar[timedelta] = timedelta(minutes=5)
    renews: ClassVar[bool] = True

    @property
    def name(self) -> str:
        """As the mapping calls it."""
        return self.outlook.name

    @property
    def connection(self) -> str:
        """All mailboxes share one."""
        return self.outlook.connection

    def send(self, parcel: Parcel) -> Receipt:
        """Put the link at the head of the meeting's body, in place of an earlier one of ours."""
        if parcel.whole is None:
            told = "there is no link to put into the meeting: publish it before at a place with an address"
            raise Invalid(told, endpoint=self.name)
        event = self._event(parcel.identity)
        body = self._checked(event)
        if property_of(event, PUBLICATION) != parcel.identity or not holds(body, parcel.whole):
            self._write(event, parcel.identity, with_link(body, parcel.publication.title, parcel.whole))
        return _receipt(event)

    def look(self, identity: str) -> Receipt | None:
        """It is there when the meeting carries our mark with this identity."""
        try:
            event = self._event(identity)
        except (NotFound, Invalid):
            return None
        return _receipt(event) if property_of(event, PUBLICATION) == identity else None

    def found(self) -> str:
        """Look into the calendar. Whether it may write shows only when it does."""
        self.outlook.ask(Ask(path=self.outlook.path("events?$top=1&$select=id")))
        return f"meetings with {self.subject!r} in the calendar of {self.outlook.mailbox}"

    def _event(self, identity: str) -> Json:
        """Find the one meeting on the day that the identity ends with."""
        text = identity.rpartition("/")[2]
        if not _DAY.fullmatch(text):
            raise Invalid(f"{identity} belongs to no day, so to no meeting", endpoint=self.name)
        day = date.fromisoformat(text)
        found = [one for one in self._around(day) if self._fits(one, day)]
        if not found:
            told = (
                f"there is no meeting with {self.subject!r} in its subject on {day} in {self.outlook.mailbox}"
            )
            raise NotFound(told, endpoint=self.name)
        if len(found) > 1:
            told = f"there are {len(found)} meetings with {self.subject!r} in their subject on {day}"
            raise Invalid(told, endpoint=self.name)
        return found[0]

    def _around(self, day: date) -> Iterator[Json]:
        first, last = day - timedelta(days=1), day + timedelta(days=2)
        window = f"&startDateTime={first}T00:00:00Z&endDateTime={last}T00:00:00Z"
        asked = options(select=_FIELDS, expand=expanded(PUBLICATION)) + window
        return self.outlook.all(self.outlook.path(f"calendarView{asked}"))

    def _fits(self, event: Json, day: date) -> bool:
        """Without a preference times come in UTC."""
        subject, start = str(event.get("subject") or ""), inside(event, "start", "dateTime")
        if event.get("isCancelled") is True or self.subject.casefold() not in subject.casefold():
            return False
        begins = datetime.fromisoformat(f"{str(start)[:19]}+00:00")
        return begins.astimezone(self.zone).date() == day

    def _checked(self, event: Json) -> str:
        """Return the body; a meeting whose body is not as expected is left alone."""
        body, kind = inside(event, "body", "content"), str(inside(event, "body", "contentType")).lower()
        if not isinstance(body, str) or kind != "html":
            raise Invalid("the meeting's body is no HTML; it is left as it is", endpoint=self.name)
        if event.get("isOnlineMeeting") is True and not holds(body, _join_url(event)):
            told = "the meeting can be joined online, and its body does not show where; it is left as it is"
            raise Invalid(told, endpoint=self.name)
        return body

    def _write(self, event: Json, identity: str, content: str) -> None:
        body = {
            "body": {"contentType": "HTML", "content": content},
            "singleValueExtendedProperties": [{"id": PUBLICATION, "value": identity}],
        }
        path = self.outlook.path(f"events/{segment(str(event['id']))}")
        tag = event.get("@odata.etag")
        headers = {"If-Match": tag} if isinstance(tag, str) else {}
        answer = self.outlook.ask(Ask(method="PATCH", path=path, body=body, headers=headers)).body
        lost = (
            event.get("isOnlineMeeting") is True
            and isinstance(answer, dict)
            and not answer.get("isOnlineMeeting")
        )
        if lost:
            told = (
                "the link is in the meeting, but Exchange no longer shows it as a Teams meeting: look at it"
            )
            raise OutcomeUnknown(told, endpoint=self.name)


def with_link(body: str, title: str, url: str) -> str:
    """Return the body with the link at its head; one of ours that stands there goes."""
    block = str(_BLOCK.format(mark=_MARK, title=" ".join(title.split()), url=url))
    rest = _OURS.sub("", body)
    head = _BODY.search(rest)
    at = head.end() if head else 0
    return f"{rest[:at]}\r\n{block}\r\n{rest[at:].lstrip()}"


def holds(body: str, url: str | None) -> bool:
    """Whether an address stands in a body, however it is escaped."""
    return url is not None and any(
        form in body for form in (url, str(escape(url)), quote(url, safe=":/?&=%"))
    )


def _join_url(event: Json) -> str | None:
    found = inside(event, "onlineMeeting", "joinUrl")
    return found if isinstance(found, str) else None


def _receipt(event: Json) -> Receipt:
    url = event.get("webLink")
    return Receipt(ref=str(event["id"]), url=url if isinstance(url, str) else None)
