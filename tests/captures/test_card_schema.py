"""Our cards are valid by the official schema and by the rules that it misses."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft6Validator

from syncbot.publish.card import BUDGET, card, weight
from syncbot.publish.form import Publication
from syncbot.sandbox.graph.webhook_card import fault
from tests.fakes.publications import PUBLICATIONS

SCHEMA = Path(__file__).parents[2].parent / "shared/data/cards/adaptive-card-1.5.schema.json"

pytestmark = pytest.mark.skipif(not SCHEMA.is_file(), reason="../shared/data/cards is not here")


def everything(node: Any) -> list[dict[str, Any]]:
    """Return every object of a card."""
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    return [
        *([node] if isinstance(node, dict) else []),
        *(one for value in inner for one in everything(value)),
    ]


@settings(max_examples=30, deadline=None)
@given(publication=PUBLICATIONS)
def test_every_card_is_valid_and_within_what_teams_takes(publication: Publication) -> None:
    """`msteams` is unknown to the schema, which in turn allows versions and actions that Teams refuses."""
    made = card(publication, whole="https://example.eu/whole")
    bare = {name: value for name, value in made.items() if name != "msteams"}
    Draft6Validator(json.loads(SCHEMA.read_text())).validate(bare)
    assert made["version"] == "1.5"
    assert {one["type"] for one in everything(made) if "type" in one} <= {
        "AdaptiveCard",
        "TextBlock",
        "Action.OpenUrl",
    }


GOLDEN = Path(__file__).parents[1] / "unit/publish/golden"
APPROVED = sorted(one.name for one in GOLDEN.glob("*.card.json"))


@pytest.mark.parametrize("name", APPROVED)
def test_every_approved_card_is_valid(name: str) -> None:
    """By the schema, by the rules that it misses, and in the sandbox's Teams, which shows it."""
    posted = json.loads((GOLDEN / name).read_text(encoding="utf-8"))
    assert fault(posted, known=()) is None
    [attachment] = posted["attachments"]
    made = attachment["content"]
    Draft6Validator(json.loads(SCHEMA.read_text())).validate(
        {word: value for word, value in made.items() if word != "msteams"}
    )
    assert made["version"] == "1.5"
    assert weight(made) <= BUDGET
    for one in everything(made):
        assert one.get("type") not in {"Action.Submit", "Action.Execute", "Media"}
        assert str(one.get("url", "https:")).startswith(("https:", "mailto:"))
