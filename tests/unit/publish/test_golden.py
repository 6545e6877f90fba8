"""Publications are as they were approved: in all languages, for all groups, in all forms, and in a quiet week."""

import json

import pytest

from syncbot.publish.card import BUDGET, weight
from tests.unit.publish.approved import GOLDEN, every

MADE = every()
MOST = 1_500_000
"""Bytes of all approved files together."""


@pytest.mark.parametrize("name", MADE)
def test_it_is_as_it_was_approved(name: str) -> None:
    """A change of a text, a layout or a form shows here. To approve it, delete the file and run again."""
    path = GOLDEN / name
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(MADE[name], encoding="utf-8")
        pytest.fail(f"{name} did not exist; it was written: look at it")
    assert MADE[name] == path.read_text(encoding="utf-8")


def test_nothing_is_approved_that_is_not_made() -> None:
    """A file that nothing is compared with would be trusted for nothing; all together stay readable."""
    found = list(GOLDEN.iterdir())
    assert {one.name for one in found} == set(MADE)
    assert sum(one.stat().st_size for one in found) < MOST


@pytest.mark.parametrize("name", [name for name in MADE if name.startswith("quiet.")])
def test_a_quiet_week_is_short_and_says_so(name: str) -> None:
    """A sentence and the standing slots; a person who has nothing to hear would get a title only, so gets none."""
    lines = MADE[name].splitlines()
    assert len(lines) <= (2 if "digest_each" in name else 18)
    assert "digest_each" in name or len(lines) > 3


@pytest.mark.parametrize("name", [name for name in MADE if name.endswith(".card.json")])
def test_every_card_is_within_what_teams_takes(name: str) -> None:
    """Measured as Teams does."""
    [attachment] = json.loads(MADE[name])["attachments"]
    assert weight(attachment["content"]) <= BUDGET
