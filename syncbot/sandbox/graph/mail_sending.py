"""`POST /users/{user}/sendMail`: what Exchange refuses at once, and what it takes with 202 and without an id."""

import re
from collections.abc import Iterable
from typing import Any

from ..frame import Answer
from .errors import Refused
from .mail import Mailbox, Message, Wire
from .mail_query import checked_property
from .place import Place

LARGEST = 4 * 1024 * 1024
"""Bytes of a request to Graph."""
MOST_RECIPIENTS = 500
"""Of one message (Exchange Online, sending limits)."""
MOST_HEADERS = 5
_ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+")
_MEMBERS = frozenset(
    {
        "subject",
        "body",
        "toRecipients",
        "ccRecipients",
        "bccRecipients",
        "replyTo",
        "importance",
        "internetMessageHeaders",
        "singleValueExtendedProperties",
    }
)


def send_mail(place: Place, mailbox: Mailbox) -> Answer:
    """Take a message in JSON (the MIME form is not served here) and answer 202 with nothing."""
    order = _order(place)
    message = order["message"]
    to = _recipients(message, "toRecipients")
    cc = _recipients(message, "ccRecipients")
    bcc = _recipients(message, "bccRecipients")
    if not to + cc + bcc:
        raise _bad_recipient("A message can't be sent because it contains no recipients.")
    if len(to + cc + bcc) > MOST_RECIPIENTS:
        raise Refused(400, "ErrorExceededMaxRecipientLimitPerMessage", "Too many recipients.")
    kind, content = _body(message)
    place.state.outlook.messages.append(
        Message(
            id=f"AAMkA{place.new_id().replace('-', '')}AAA=",
            sender=mailbox.address,
            at=place.now,
            saved=order.get("saveToSentItems", True),
            subject=str(message.get("subject") or ""),
            kind=kind,
            content=content,
            to=to,
            cc=cc + bcc,
            reply_to=_recipients(message, "replyTo"),
            headers=_headers(message.get("internetMessageHeaders", [])),
            properties=[checked_property(one) for one in message.get("singleValueExtendedProperties", [])],
        )
    )
    return Answer(status=202)


def _order(place: Place) -> dict[str, Any]:
    if len(place.call.raw) > LARGEST:
        raise Refused(413, "RequestEntityTooLarge", "The request is larger than 4 MB.")
    body = place.call.body
    if not isinstance(body, dict) or not isinstance(body.get("message"), dict):
        raise Refused(400, "ErrorInvalidRequest", "The request is not valid: 'message' is missing.")
    for name in set(body) - {"message", "saveToSentItems"}:
        raise Refused(400, "ErrorInvalidParameter", f"The parameter '{name}' is not a parameter of sendMail.")
    if not isinstance(body.get("saveToSentItems", True), bool):
        raise Refused(400, "RequestBodyRead", "Cannot convert a value to type 'Edm.Boolean'.")
    for name in set(body["message"]) - _MEMBERS:
        text = f"The property '{name}' does not exist on type 'microsoft.graph.message'."
        raise Refused(400, "RequestBodyRead", text)
    return body


def _body(message: Wire) -> tuple[str, str]:
    body = message.get("body", {"contentType": "text", "content": ""})
    kind = str(body.get("contentType", "")).lower() if isinstance(body, dict) else ""
    if kind not in ("html", "text") or not isinstance(body.get("content"), str):
        raise Refused(400, "RequestBodyRead", "Cannot convert a value to type 'microsoft.graph.itemBody'.")
    return kind, body["content"]


def _recipients(message: Wire, name: str) -> list[Wire]:
    given = message.get(name, [])
    if not isinstance(given, list):
        raise Refused(400, "RequestBodyRead", f"When trying to read '{name}', no array was found.")
    return [_recipient(one) for one in given]


def _recipient(given: object) -> Wire:
    address = given.get("emailAddress") if isinstance(given, dict) else None
    text = str(address.get("address", "")) if isinstance(address, dict) else ""
    if not _ADDRESS.fullmatch(text) or not isinstance(address, dict):
        said = f"Recipient '{text}' is not resolved. All recipients must be resolved before a message can be submitted."
        raise _bad_recipient(said)
    return {"emailAddress": {"name": str(address.get("name") or text), "address": text}}


def _bad_recipient(said: str) -> Refused:
    """Seen again and again: one code, two sentences."""
    return Refused(400, "ErrorInvalidRecipients", f"At least one recipient is not valid., {said}")


def _headers(given: Iterable[Any]) -> list[Wire]:
    """Documented: own headers are set when a message is made, and their names begin with x-."""
    found = [{"name": str(one["name"]), "value": str(one["value"])} for one in given]
    if len(found) > MOST_HEADERS:
        said = "Maximum number of headers in one message should be less than or equal to 5."
        raise Refused(400, "InvalidInternetMessageHeaderCollection", said)
    for one in found:
        if not one["name"].lower().startswith("x-"):
            said = f"The internet message header name '{one['name']}' should start with 'x-' or 'X-'."
            raise Refused(400, "InvalidInternetMessageHeader", said)
        if not one["value"].isprintable() or not one["value"].isascii():
            raise Refused(400, "InvalidInternetMessageHeader", "The header has a value that is not ASCII.")
    return found
