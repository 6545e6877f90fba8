"""Actions and decisions in real minutes of other bodies, found as well as was asked for."""

import sys
from functools import cache

import pytest

from syncbot.mapping.notes import habits
from tests.bench_notes.__main__ import MAPPINGS, read
from tests.bench_notes.corpus import available, minutes
from tests.bench_notes.score import Score, scored
from tests.bench_notes.table import summed, table

pytestmark = pytest.mark.skipif(not available(), reason="the labelled minutes stand outside the project")


@cache
def scores(*, word: bool) -> list[Score]:
    """Return the score of each file."""
    return [scored(one, read, habits(MAPPINGS)) for one in minutes(word=word)]


def test_actions_of_the_raw_files() -> None:
    """Precision 0.90 and recall 0.85 over all, no language under 0.80 and 0.75; owner 0.95, due 0.90, done 0.98."""
    sys.stdout.write("\n".join(table(scores(word=False), remarks=False)) + "\n")
    actions, _ = summed(scores(word=False))
    assert actions.precision >= 0.90 and actions.recall >= 0.85
    assert actions.exact("owner") >= 0.95 and actions.exact("due") >= 0.90 and actions.exact("done") >= 0.98
    for language in {one.minutes.language for one in scores(word=False)}:
        tally, _ = summed(one for one in scores(word=False) if one.minutes.language == language)
        assert tally.precision >= 0.80 and tally.recall >= 0.75, language


def test_files_without_actions_give_none() -> None:
    """Where a careful reader marked no action, none becomes a record by itself."""
    empty = [one for one in scores(word=False) if not one.minutes.actions]
    assert empty and [one.minutes.name for one in empty if one.actions.wrong] == []


def test_decisions_of_the_raw_files() -> None:
    """Precision 0.85 and recall 0.75."""
    _, decisions = summed(scores(word=False))
    assert decisions.precision >= 0.85 and decisions.recall >= 0.75


def test_word_copies_are_read_as_well_as_their_originals() -> None:
    """Precision and recall within 0.03 of the same files as they were."""
    sys.stdout.write("\n".join(table(scores(word=True), remarks=False)) + "\n")
    copied = {one.minutes.name for one in scores(word=True)}
    word, _ = summed(scores(word=True))
    raw, _ = summed(one for one in scores(word=False) if one.minutes.name in copied)
    assert word.precision >= raw.precision - 0.03 and word.recall >= raw.recall - 0.03
