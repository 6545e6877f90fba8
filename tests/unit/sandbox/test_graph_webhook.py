"""The sandboxed host of workflows: refuses only what it sees at once; what Teams refuses fails later and silently."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from syncbot.sandbox.frame import Answer, Call
from syncbot.sandbox.graph.webhook_card import LARGEST, fault, weight
from tests.unit.sandbox.graph_desk import Desk, new_desk

ANNA = "anna@contoso.example"


def card(**changes: object) -> dict[str, Any]:
    """Return a small card."""
    return {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [{"type": "TextBlock", "text": "Hello", "wrap": True}],
    } | changes


def message(made: object) -> dict[str, Any]:
    """Return what is posted."""
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "content": made}
    return {"type": "message", "attachments": [attachment]}


def post(desk: Desk, address: str, body: object, kind: str = "application/json; charset=utf-8") -> Answer:
    """Post to a workflow; nobody signs in."""
    parts = urlsplit(address)
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    query = {name: (value,) for name, value in parse_qsl(parts.query, keep_blank_values=True)}
    call = Call(method="POST", path=parts.path, query=query, headers={"content-type": kind}, raw=raw)
    return desk.service.handle(call, desk.now)


@pytest.fixture
def desk() -> Desk:
    """Return a desk."""
    return new_desk()


def test_everything_that_is_json_is_taken_and_what_teams_refuses_is_never_heard_of(desk: Desk) -> None:
    """202 and nothing for good cards and bad ones alike."""
    address = desk.service.add_flow("CSG D", known=[ANNA])
    for made in (card(), card(version="1.9"), {"nonsense": True}):
        answer = post(desk, address, message(made))
        assert (answer.status, answer.body, answer.raw) == (202, None, None)
    assert [one.why is None for one in desk.service.posted] == [True, False, False]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("api-version=1&", ""), (400, "MissingApiVersionParameter")),
        (("&sig=", "&signature="), (401, "DirectApiAuthorizationRequired")),
        (("&sig=", "&sig=x"), (401, "AuthorizationFailed")),
        (("/workflows/", "/workflows/0"), (404, "WorkflowNotFound")),
    ],
)
def test_a_wrong_address_is_refused_at_once(
    desk: Desk, change: tuple[str, str], expected: tuple[int, str]
) -> None:
    """Version, secret and workflow are what the host itself looks at."""
    answer = post(desk, desk.service.add_flow("CSG D").replace(*change), message(card()))
    body: Any = answer.body
    assert (answer.status, body["error"]["code"]) == expected
    assert not desk.service.posted


def test_a_body_that_is_no_json_is_refused_at_once(desk: Desk) -> None:
    """So is one that does not say that it is."""
    address = desk.service.add_flow("CSG D")
    assert post(desk, address, b"{").status == 400
    assert post(desk, address, message(card()), kind="text/plain").status == 400


def test_a_workflow_whose_owner_left_is_not_found(desk: Desk) -> None:
    """It was switched off."""
    address = desk.service.add_flow("CSG D")
    desk.service.switch_off("CSG D")
    assert post(desk, address, message(card())).status == 404


def test_too_many_cards_are_refused_with_the_time_to_wait(desk: Desk) -> None:
    """And taken again a minute later."""
    address = desk.service.add_flow("CSG D")
    desk.service.settings = replace(desk.service.settings, posts_per_minute=1)
    answers = [post(desk, address, message(card())) for _ in range(2)]
    assert [one.status for one in answers] == [202, 429]
    assert "Retry-After" in answers[1].headers
    desk.later(seconds=61)
    assert post(desk, address, message(card())).status == 202


def block(text: str, **more: object) -> dict[str, object]:
    """Return a text."""
    return {"type": "TextBlock", "text": text, **more}


def mention(who: str, text: str = "<at>Anna</at>") -> dict[str, object]:
    """Return a mention."""
    return {"entities": [{"type": "mention", "text": text, "mentioned": {"id": who, "name": "Anna"}}]}


@pytest.mark.parametrize(
    "made",
    [
        card(version="1.6"),
        card(version=None),
        {name: value for name, value in card().items() if name != "version"},
        card(body=[{"type": "TextBlock"}]),
        card(body=[block("x", size="Huge")]),
        card(body=[block("x", colour="red")]),
        card(body=[block("x", wrap="yes")]),
        card(body=[{"type": "Media", "sources": []}]),
        card(body=[{"type": "Input.Text", "id": "x"}]),
        card(body=[{"type": "Column", "items": []}]),
        card(body=[{"type": "Container", "items": [{"type": "TextBlock"}]}]),
        card(body=[{"type": "FactSet", "facts": [{"title": "x"}]}]),
        card(actions=[{"type": "Action.Submit", "title": "x"}]),
        card(actions=[{"type": "Action.Execute", "title": "x"}]),
        card(actions=[{"type": "Action.OpenUrl", "title": "x"}]),
        card(actions=[{"type": "Action.OpenUrl", "title": "x", "url": "javascript:alert(1)"}]),
        card(
            actions=[
                {"type": "Action.OpenUrl", "title": "x", "url": "https://x.example", "style": "positive"}
            ]
        ),
        card(actions=[block("x")]),
        card(body=[block("<at>Anna</at>")], msteams=mention("nobody@contoso.example")),
        card(body=[block("Hello")], msteams=mention(ANNA)),
        card(body=[block("<at>Anna</at>")]),
        card(body=[block("é" * LARGEST)]),
    ],
)
def test_what_teams_refuses(made: dict[str, Any]) -> None:
    """Each of these has something that Teams does not show."""
    assert fault(message(made), known={ANNA}) is not None


def test_what_teams_shows() -> None:
    """Mentions of people who are known, texts in columns, links."""
    column = {"type": "Column", "width": "stretch", "items": [block("x", weight="Bolder", isSubtle=True)]}
    body = [block("<at>Anna</at>"), {"type": "ColumnSet", "columns": [column]}]
    actions = [{"type": "Action.OpenUrl", "title": "Open", "url": "https://example.eu"}]
    made = card(body=body, actions=actions, msteams={"width": "Full", **mention(ANNA)})
    assert fault(message(made), known={ANNA}) is None


def test_the_size_is_that_of_the_card_as_text_in_a_text() -> None:
    """Quotation marks count twice: a card below the limit as JSON may be above it as Teams counts."""
    made = card(body=[block('"' * 9_000)])
    assert len(json.dumps(made)) < LARGEST < weight(made)
    assert "too large" in str(fault(message(made), known=()))
