"""Calendars below `/users/{user}`: series, their occurrences, and what becomes of a Teams meeting when its body is written.

"Inadvertently removing the meeting blob from the body would disable meeting online" (Microsoft Graph, Update event).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from ..frame import Answer
from .calendar_shown import Event, shown
from .calendar_text import cleaned
from .errors import Refused, no_segment
from .mail import Change, Mailbox, Series, Wire
from .mail_query import Item, MailQuery, checked_property, chosen, paged, read_mail_query
from .place import Place

_CHANGEABLE = frozenset({"body", "subject", "singleValueExtendedProperties"})
_LONGEST = timedelta(days=1825)


def below_calendar(place: Place, mailbox: Mailbox, below: list[str]) -> Answer:
    """Answer what is asked of the mailbox's own calendar."""
    parts = below[1:] if below[0].lower() == "calendar" else below
    match (place.call.method, *[part if number else part.lower() for number, part in enumerate(parts)]):
        case ("GET", "calendarview"):
            return _view(place, mailbox, _occurrences(place, mailbox))
        case ("GET", "events"):
            found = [Event(series=one, day=None) for one in _series(place, mailbox)]
            return _paged(place, mailbox, found, read_mail_query(place.call))
        case ("GET", "events", key, "instances"):
            series = _event(place, mailbox, key).series
            return _view(place, mailbox, (Event(series=series, day=day) for day in series.days()))
        case ("GET", "events", key):
            return _one(place, _event(place, mailbox, key))
        case ("PATCH", "events", key):
            return _patched(place, _event(place, mailbox, key))
    if not parts or parts[0].lower() not in ("calendarview", "events"):
        raise no_segment(parts[0] if parts else "calendar")
    raise Refused(405, "ErrorMethodNotAllowed", "The method is not allowed here.")


def _series(place: Place, mailbox: Mailbox) -> list[Series]:
    return [one for one in place.state.outlook.series.values() if one.owner == mailbox.address]


def _occurrences(place: Place, mailbox: Mailbox) -> Iterator[Event]:
    for one in _series(place, mailbox):
        yield from (Event(series=one, day=day) for day in one.days())


def _event(place: Place, mailbox: Mailbox, key: str) -> Event:
    for series in _series(place, mailbox):
        if series.id == key:
            return Event(series=series, day=None)
        for day in series.days():
            event = Event(series=series, day=day)
            if event.id == key:
                return event
    raise Refused(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def _view(place: Place, mailbox: Mailbox, events: Iterator[Event]) -> Answer:
    """Those that touch the window that must be given."""
    begin, end = _moment(place, "startDateTime"), _moment(place, "endDateTime")
    if end < begin or end - begin > _LONGEST:
        raise Refused(400, "ErrorInvalidParameter", "The calendar view's window is not valid.")
    found = [one for one in events if one.start < end and one.end > begin]
    return _paged(place, mailbox, sorted(found, key=lambda one: one.start), read_mail_query(place.call))


def _moment(place: Place, name: str) -> datetime:
    given = {key.lower(): values[0] for key, values in place.call.query.items()}.get(name.lower())
    if given is None:
        said = (
            "This request requires a time window specified by the query string parameters "
            "StartDateTime and EndDateTime."
        )
        raise Refused(400, "ErrorInvalidParameter", said)
    try:
        moment = datetime.fromisoformat(given)
    except ValueError:
        raise Refused(400, "ErrorInvalidParameter", f"'{given}' is not a valid date and time.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _paged(place: Place, mailbox: Mailbox, found: list[Event], query: MailQuery) -> Answer:
    kept = [
        one for one in found if query.test(Item(subject=one.subject, at=one.start, properties=one.properties))
    ]
    body = [chosen(shown(place, one), query, one.properties) for one in kept]
    context = f"{place.metadata}#users('{quote(mailbox.address, safe='')}')/calendarView"
    return paged(place.call, query, context, body)


def _one(place: Place, event: Event) -> Answer:
    query = read_mail_query(place.call)
    body = chosen(shown(place, event), query, event.properties)
    return Answer(status=200, body={"@odata.context": f"{place.metadata}#users('x')/events/$entity"} | body)


def _patched(place: Place, event: Event) -> Answer:
    """Write the body of one occurrence, which makes it an exception of its series, or that of the series."""
    wanted = place.call.headers.get("if-match")
    if wanted not in (None, "*", event.etag):
        said = "The change key passed in the request does not match the current change key for the item."
        raise Refused(412, "ErrorIrresolvableConflict", said)
    given = place.call.body
    if not isinstance(given, dict) or set(given) - _CHANGEABLE:
        # Others can be written too; whoever needs them teaches them to the sandbox.
        raise Refused(400, "ErrorInvalidRequest", "The sandbox writes body, subject and named properties.")
    if event.day is None:
        raise Refused(400, "ErrorInvalidRequest", "The sandbox writes occurrences, not whole series.")
    event.series.changes[event.day] = _change(place, event, given)
    event.series.updates += 1
    return _one(place, Event(series=event.series, day=event.day))


def _change(place: Place, event: Event, given: Wire) -> Change:
    content = event.content
    if "body" in given:
        content = _content(given["body"])
    join = event.series.join_url
    properties = {one["id"]: one for one in event.properties}
    for one in map(checked_property, given.get("singleValueExtendedProperties", ())):
        properties[one["id"]] = one
    return Change(
        subject=str(given.get("subject", event.subject)),
        content=content,
        online=event.online and join is not None and _holds(content, join),
        properties=list(properties.values()),
        version=event.version + 1,
        modified=place.now,
    )


def _holds(content: str, join_url: str) -> bool:
    """Whether the part by which people join is still there."""
    return join_url in content or join_url.replace("&", "&amp;") in content


def _content(body: object) -> str:
    if not isinstance(body, dict) or str(body.get("contentType", "")).lower() != "html":
        raise Refused(400, "RequestBodyRead", "The sandbox takes bodies in HTML.")
    return cleaned(str(body.get("content", "")))
