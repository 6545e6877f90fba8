"""The sandbox shows no card that the official schema refuses."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from jsonschema import Draft6Validator

from syncbot.publish.card import card, message
from syncbot.publish.form import Publication
from syncbot.sandbox.graph.webhook_card import fault
from tests.fakes.publications import PUBLICATIONS

SCHEMA = Path(__file__).parents[2].parent / "shared/data/cards/adaptive-card-1.5.schema.json"

pytestmark = pytest.mark.skipif(not SCHEMA.is_file(), reason="../shared/data/cards is not here")

BODY: list[dict[str, Any]] = [
    {"type": "TextBlock", "text": "x", "size": "Large", "weight": "Bolder", "color": "good", "wrap": True},
    {
        "type": "Container",
        "style": "emphasis",
        "items": [{"type": "TextBlock", "text": "y", "spacing": "Small"}],
    },
    {
        "type": "ColumnSet",
        "columns": [{"type": "Column", "width": "auto", "items": [{"type": "TextBlock", "text": "z"}]}],
    },
    {"type": "FactSet", "facts": [{"title": "a", "value": "b"}]},
    {"type": "ActionSet", "actions": [{"type": "Action.OpenUrl", "title": "t", "url": "https://example.eu"}]},
]
WHOLE = {
    "type": "AdaptiveCard",
    "version": "1.5",
    "body": BODY,
    "actions": [
        {"type": "Action.OpenUrl", "title": "Open", "url": "https://example.eu"},
        {"type": "Action.ShowCard", "title": "More", "card": {"type": "AdaptiveCard", "body": BODY[:1]}},
    ],
}
VALUES: st.SearchStrategy[Any] = st.sampled_from(
    [
        None,
        True,
        0,
        7,
        "",
        "x",
        "Large",
        "TextBlock",
        "Container",
        "Action.Submit",
        "Media",
        [],
        {},
        [{}],
        ["x"],
    ]
)


def places(node: Any) -> list[tuple[Any, Any]]:
    """Return every object with each of its members."""
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    own = [(node, name) for name in node] if isinstance(node, dict) else []
    return [*own, *(place for value in inner for place in places(value))]


def valid(made: dict[str, Any]) -> bool:
    """Whether the official schema takes it; `msteams` is unknown to it."""
    bare = {name: value for name, value in made.items() if name != "msteams"}
    return Draft6Validator(json.loads(SCHEMA.read_text())).is_valid(bare)


def test_the_card_that_is_changed_is_good() -> None:
    """Otherwise nothing would be shown by changing it."""
    assert valid(WHOLE)
    assert fault(message(WHOLE), known=()) is None


@settings(max_examples=200, deadline=None)
@given(
    where=st.integers(0, 200),
    value=VALUES,
    how=st.sampled_from(["set", "drop", "add"]),
    extra=st.sampled_from(["text", "items", "colour", "wrap", "url", "facts", "width", "style"]),
)
def test_a_card_that_the_schema_refuses_is_not_shown(where: int, value: object, how: str, extra: str) -> None:
    """One member is changed, dropped or added anywhere."""
    made = copy.deepcopy(WHOLE)
    found = places(made)
    owner, name = found[where % len(found)]
    if how == "drop":
        del owner[name]
    else:
        owner[name if how == "set" else extra] = value
    assume(not valid(made))
    assert fault(message(made), known=()) is not None, made


@settings(max_examples=40, deadline=None)
@given(publication=PUBLICATIONS)
def test_our_own_cards_are_shown(publication: Publication) -> None:
    """Whatever people wrote."""
    assume("<at>" not in str(publication))
    assert fault(message(card(publication, whole="https://example.eu/x")), known=()) is None
