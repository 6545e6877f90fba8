"""Everything below `/users/{user}`: who may reach which mailbox, and its folders.

Own headers are shown on what arrived, and only when they are selected. The copy in Sent Items does not have them: "internet
headers just do not exist on the copy in Sent Items" (Microsoft, msgraph docs #2716; reported again in 2022, 2025 and 2026).
"""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from ..frame import Answer, Call
from .calendar_routes import below_calendar
from .errors import Refused, no_segment
from .mail import Mailbox, Message, Wire
from .mail_query import Item, chosen, paged, read_mail_query
from .mail_sending import send_mail
from .place import Place
from .state import stamp

PREFIX = "/v1.0/users/"
AT_ONCE = 4
"""Calls of an application to one mailbox at the same time."""
_READING = frozenset({"Mail.Read", "Mail.ReadWrite"})
_FOLDERS = ("inbox", "sentitems")


def is_about_users(path: str) -> bool:
    """Whether a path leads to somebody's mailbox."""
    return path.startswith(PREFIX)


def crowded(call: Call, others: Sequence[Call]) -> Refused | None:
    """Refuse the fifth call to a mailbox that is under way at the same time (Outlook service limits)."""
    key = _key(call)
    if key is None or sum(_key(one) == key for one in others) < AT_ONCE:
        return None
    return _too_much()


def _key(call: Call) -> str | None:
    return call.path.removeprefix(PREFIX).split("/")[0].lower() if is_about_users(call.path) else None


def _too_much() -> Refused:
    said = "Application is over its MailboxConcurrency limit."
    return Refused(429, "ApplicationThrottled", said, headers={"Retry-After": "10"})


def below_user(place: Place, claims: Mapping[str, object]) -> Answer:
    """Check the right to it and answer."""
    held = _held(claims)
    key, *below = place.call.path.removeprefix(PREFIX).split("/")
    method = place.call.method
    match (method, *(part.lower() for part in below)):
        case ("POST", "sendmail"):
            return send_mail(place, _mailbox(place, key, held, {"Mail.Send"}))
        case ("GET", "mailfolders", folder, "messages"):
            return _messages(place, _mailbox(place, key, held, _READING), folder)
        case (_, "calendarview" | "calendar" | "events", *_):
            needed = {"Calendars.ReadWrite"} | ({"Calendars.Read"} if method == "GET" else set())
            mailbox = _mailbox(place, key, held, needed)
            return below_calendar(place, mailbox, below)
    if below and below[0].lower() in ("sendmail", "mailfolders"):
        raise Refused(405, "ErrorMethodNotAllowed", "The method is not allowed here.")
    raise no_segment(below[0] if below else "users")


def _held(claims: Mapping[str, object]) -> set[str]:
    roles = claims.get("roles")
    return set(roles) if isinstance(roles, list | tuple) else set()


def _mailbox(place: Place, key: str, held: set[str], needed: frozenset[str] | set[str]) -> Mailbox:
    """Find the mailbox; without the permission nobody learns whether there is one."""
    if not held & needed:
        raise Refused(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
    found = place.state.outlook.mailbox(key)
    if found is None:
        raise Refused(404, "ErrorInvalidUser", f"The requested user '{key}' is invalid.")
    scope = place.state.outlook.scope
    if scope is not None and found.address.lower() not in {one.lower() for one in scope}:
        raise Refused(403, "ErrorAccessDenied", "Access to OData is disabled.")
    if found.full(place.now, place.settings.mailbox_requests):
        raise _too_much()
    return found


def _messages(place: Place, mailbox: Mailbox, folder: str) -> Answer:
    if folder not in _FOLDERS:
        raise Refused(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    query = read_mail_query(place.call)
    found = [one for one in _in_folder(place, mailbox, folder) if query.test(_item(one))]
    found.sort(key=lambda one: one.at, reverse=True)
    wants_headers = folder == "inbox" and "internetMessageHeaders" in (query.select or ())
    shown = [
        chosen(_shown(one, headers=wants_headers), query, one.properties if folder == "sentitems" else ())
        for one in found
    ]
    context = f"{place.metadata}#users('{quote(mailbox.address, safe='')}')/mailFolders('{folder}')/messages"
    return paged(place.call, query, context, shown)


def _in_folder(place: Place, mailbox: Mailbox, folder: str) -> list[Message]:
    """A copy appears in Sent Items a while after it was taken."""
    messages = place.state.outlook.messages
    if folder == "inbox":
        return [one for one in messages if one.reaches(mailbox.address)]
    seen = place.now - place.settings.sent_appears
    return [one for one in messages if one.saved and one.sender == mailbox.address and one.at <= seen]


def _item(message: Message) -> Item:
    return Item(subject=message.subject, at=message.at, properties=message.properties)


def _shown(message: Message, *, headers: bool) -> Wire:
    address = {"emailAddress": {"name": message.sender, "address": message.sender}}
    shown: Wire = {
        "@odata.etag": f'W/"CQAAABYAAAB{message.id[5:17]}"',
        "id": message.id,
        "createdDateTime": stamp(message.at),
        "receivedDateTime": stamp(message.at),
        "sentDateTime": stamp(message.at),
        "hasAttachments": False,
        "subject": message.subject,
        "body": {"contentType": message.kind, "content": message.content},
        "sender": address,
        "from": address,
        "toRecipients": message.to,
        "ccRecipients": message.cc,
        "bccRecipients": [],
        "replyTo": message.reply_to,
        "isDraft": False,
    }
    return shown | ({"internetMessageHeaders": message.headers} if headers else {})
