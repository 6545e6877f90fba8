"""The sandboxed Exchange refuses what Exchange refuses, and shows no more than it shows."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from syncbot.sandbox.frame import Answer
from tests.contract.office_place import running_office
from tests.unit.sandbox.graph_desk import Desk, new_desk

OFFICE, ANNA = "office@contoso.example", "anna@contoso.example"
MARK = "String {00020329-0000-0000-C000-000000000046} Name Mark"


@pytest.fixture
def desk() -> Desk:
    """Return a desk with two mailboxes and every right to them."""
    desk = new_desk()
    desk.service.add_mailbox("Office", OFFICE)
    desk.service.add_mailbox("Anna", ANNA)
    desk.token = "office"
    return desk


def message(**changes: object) -> dict[str, Any]:
    """Return a message to Anna."""
    return {
        "subject": "Agenda",
        "body": {"contentType": "HTML", "content": "<p>Hello</p>"},
        "toRecipients": [{"emailAddress": {"address": ANNA}}],
        "internetMessageHeaders": [{"name": "x-mark", "value": "agenda/D"}],
        "singleValueExtendedProperties": [{"id": MARK, "value": "agenda/D"}],
    } | changes


def send(desk: Desk, given: object = None, *, sender: str = OFFICE) -> Answer:
    """Send a message."""
    return desk.ask("POST", f"/users/{sender}/sendMail", {"message": given or message()})


def folder(desk: Desk, name: str, owner: str = OFFICE, **options: str) -> Any:
    """Read a folder."""
    query = "&".join(f"${option}={quote(text)}" for option, text in options.items())
    return desk.get(f"/users/{owner}/mailFolders/{name}/messages?{query}")["value"]


def refused(answer: Answer) -> tuple[int, str]:
    """Return status and code of a refusal."""
    body: Any = answer.body
    return answer.status, body["error"]["code"]


def test_a_message_is_taken_without_an_id_and_appears_among_the_sent_ones_later(desk: Desk) -> None:
    """202 and nothing; the copy comes when it comes, the recipient has it at once."""
    answer = send(desk)
    assert (answer.status, answer.body, answer.raw) == (202, None, None)
    assert folder(desk, "SentItems") == []
    assert len(folder(desk, "inbox", ANNA)) == 1
    desk.later(seconds=20)
    assert len(folder(desk, "SentItems")) == 1


def test_what_shall_not_be_saved_is_not_among_the_sent_ones(desk: Desk) -> None:
    """The order not to save is obeyed."""
    order = {"message": message(), "saveToSentItems": False}
    assert desk.ask("POST", f"/users/{OFFICE}/sendMail", order).status == 202
    desk.later(minutes=5)
    assert folder(desk, "sentitems") == []


def test_headers_are_only_shown_on_what_arrived_and_only_when_asked_for(desk: Desk) -> None:
    """Who looks for the own header in Sent Items finds nothing, as with the real service."""
    send(desk)
    desk.later(minutes=1)
    assert "internetMessageHeaders" not in folder(desk, "inbox", ANNA)[0]
    select = "subject,internetMessageHeaders"
    assert folder(desk, "inbox", ANNA, select=select)[0]["internetMessageHeaders"][0]["name"] == "x-mark"
    assert "internetMessageHeaders" not in folder(desk, "sentitems", select=select)[0]
    asked = "internetMessageHeaders/any(h: h/name eq 'x-mark')"
    answer = desk.ask("GET", f"/users/{OFFICE}/mailFolders/sentitems/messages?$filter={quote(asked)}")
    assert refused(answer) == (400, "ErrorInvalidUrlQueryFilter")


def test_named_properties_can_be_filtered_by_and_are_only_shown_when_expanded(desk: Desk) -> None:
    """Names count by case, values do not; they do not travel to the recipient."""
    send(desk)
    send(desk, message(singleValueExtendedProperties=[{"id": MARK, "value": "agenda/C"}]))
    desk.later(minutes=1)

    def found(name: str, value: str, owner: str = OFFICE, where: str = "sentitems") -> Any:
        test = f"singleValueExtendedProperties/Any(ep: ep/id eq '{name}' and ep/value eq '{value}')"
        return folder(
            desk, where, owner, filter=test, expand=f"singleValueExtendedProperties($filter=id eq '{MARK}')"
        )

    (one,) = found(MARK, "AGENDA/d")
    assert one["singleValueExtendedProperties"][0]["value"] == "agenda/D"
    assert found(MARK.replace("Mark", "mark"), "agenda/D") == []
    assert "singleValueExtendedProperties" not in folder(desk, "sentitems")[0]
    assert "singleValueExtendedProperties" not in folder(desk, "inbox", ANNA)[0]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"toRecipients": []}, (400, "ErrorInvalidRecipients")),
        ({"toRecipients": [{"emailAddress": {"address": "no address"}}]}, (400, "ErrorInvalidRecipients")),
        ({"toRecipients": {"emailAddress": {"address": ANNA}}}, (400, "RequestBodyRead")),
        (
            {"internetMessageHeaders": [{"name": "List-Id", "value": "x"}]},
            (400, "InvalidInternetMessageHeader"),
        ),
        (
            {"internetMessageHeaders": [{"name": f"x-{number}", "value": "x"} for number in range(6)]},
            (400, "InvalidInternetMessageHeaderCollection"),
        ),
        ({"singleValueExtendedProperties": [{"id": "Mark", "value": "x"}]}, (400, "ErrorInvalidProperty")),
        ({"body": {"contentType": "Markdown", "content": "x"}}, (400, "RequestBodyRead")),
        ({"colour": "red"}, (400, "RequestBodyRead")),
    ],
)
def test_what_exchange_refuses_is_refused_whole(
    desk: Desk, change: dict[str, object], expected: tuple[int, str]
) -> None:
    """Nothing of it is sent."""
    assert refused(send(desk, message(**change))) == expected
    assert not desk.service.messages


def test_who_may_not_learns_nothing_and_who_asks_for_nobody_is_told(desk: Desk) -> None:
    """No permission, out of the scope that the administrator set, no such mailbox: each is told in its own way."""
    assert refused(send(desk, sender="nobody@contoso.example")) == (404, "ErrorInvalidUser")
    desk.service.limit_scope([OFFICE])
    assert refused(send(desk, sender=ANNA)) == (403, "ErrorAccessDenied")
    assert send(desk).status == 202
    desk.token = "good"
    assert refused(send(desk)) == (403, "ErrorAccessDenied")
    assert refused(send(desk, sender="nobody@contoso.example")) == (403, "ErrorAccessDenied")


def test_a_mailbox_takes_so_many_requests_in_ten_minutes(desk: Desk) -> None:
    """Too many are refused with the time to wait, and taken again later."""
    desk.service.settings = replace(desk.service.settings, mailbox_requests=2)
    assert [send(desk).status for _ in range(3)] == [202, 202, 429]
    assert "Retry-After" in send(desk).headers
    desk.later(minutes=10, seconds=1)
    assert send(desk).status == 202


def test_pages_are_followed_by_the_services_own_link(desk: Desk) -> None:
    """Ten of a page unless asked otherwise, and the link carries the options on."""
    for _ in range(12):
        send(desk)
    desk.later(minutes=1)
    first = desk.get(f"/users/{OFFICE}/mailFolders/sentitems/messages?$select=id")
    second = desk.get(first["@odata.nextLink"])
    assert [len(first["value"]), len(second["value"])] == [10, 2]
    assert set(second["value"][0]) == {"id", "@odata.etag"}


def test_the_fifth_call_at_once_to_a_mailbox_is_refused() -> None:
    """Four may be under way; other mailboxes do not count."""
    with running_office() as office, httpx.Client(trust_env=False) as client, ThreadPoolExecutor(8) as pool:
        office.control("POST", "faults", {"faults": [{"kind": "slow", "seconds": 0.5}]})
        token = office.graph.token()
        base = office.sandbox.graph_url

        def ask(address: str) -> int:
            path = f"{base}/users/{address}/mailFolders/inbox/messages"
            return client.get(path, headers={"Authorization": f"Bearer {token}"}).status_code

        answers = list(pool.map(ask, [OFFICE] * 6 + [ANNA] * 2))
    assert sorted(answers[:6]) == [200, 200, 200, 200, 429, 429]
    assert answers[6:] == [200, 200]
