"""mappings/notes.yaml: the habits, and every mistake in them at its place."""

from pathlib import Path

import pytest

from syncbot.errors import MappingError, Problem
from syncbot.mapping.__main__ import main
from syncbot.mapping.notes import habits
from syncbot.notes.find import find
from syncbot.notes.form import Block, BlockKind, Note

SHIPPED = Path(__file__).parents[3] / "mappings"


def faults_of(text: str, folder: Path) -> list[Problem]:
    """Return what is wrong with habits written so."""
    (folder / "notes.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(MappingError) as caught:
        habits(folder)
    return list(caught.value.problems)


def test_the_shipped_habits_are_read() -> None:
    """Five languages, each with markers, lists, verbs and forms."""
    languages = {one.code: one for one in habits(SHIPPED).languages}
    assert set(languages) == {"en", "de", "fr", "nl", "es"}
    assert all(one.action and one.action_lists and one.promises and one.decided for one in languages.values())


def test_the_reference_of_habits_is_up_to_date() -> None:
    """docs/reference/habits.md ends with the table that the code writes."""
    page = (SHIPPED.parent / "docs/reference/habits.md").read_text(encoding="utf-8")
    assert page.endswith(main("reference", "notes") + "\n")


def test_no_file_means_no_habits(tmp_path: Path) -> None:
    """Without the file nothing is found, and nothing fails."""
    note = Note(ref="n", title="n", blocks=[Block(kind=BlockKind.PARAGRAPH, text="ACTION: go", address="0")])
    assert find(note, habits(tmp_path)).actions == ()


def test_every_mistake_is_told_at_its_line(tmp_path: Path) -> None:
    """Unknown keys with the nearest, gaps that do not exist, brackets that do not close, forms without a word."""
    text = """habits:
  languages:
    en:
      actoin: [TODO]
      promises:
        - "{who} will {jobb}"
        - "{who} (will {job}"
        - "{who} {job}"
        - "{who} will {job} {job}"
"""
    found = [
        (one.place.rsplit("notes.yaml:")[-1], one.found, one.nearest) for one in faults_of(text, tmp_path)
    ]
    assert found == [
        ("4:7", "'actoin'", "action"),
        ("6:11", "{jobb}", "job"),
        ("7:11", "'{who} (will {job}'", None),
        ("8:11", "'{who} {job}'", None),
        ("9:11", "'{who} will {job} {job}'", None),
    ]


def test_a_language_must_be_one(tmp_path: Path) -> None:
    """Languages are named by ISO 639-1."""
    (fault,) = faults_of("habits: {languages: {qq: {action: [TODO]}}}", tmp_path)
    assert fault.expected == "a language of ISO 639-1"


def test_habits_of_ones_own_are_found(tmp_path: Path) -> None:
    """A language that does not ship works as soon as its words are declared."""
    (tmp_path / "notes.yaml").write_text(
        """habits:
  languages:
    it:
      common: [il, la, di, che]
      action: [da fare]
      attendance: [presenti]
      by: [entro il]
      does: [prepara]
      promises: ["{who} {does} {job}"]
""",
        encoding="utf-8",
    )
    lines = [
        "Presenti: Anna Berg",
        "DA FARE: scrivere la lettera entro il 3 maggio 2024",
        "Anna prepara la sala.",
    ]
    blocks = [Block(kind=BlockKind.PARAGRAPH, text=text, address=str(at)) for at, text in enumerate(lines)]
    letter, hall = find(Note(ref="n", title="n", blocks=blocks), habits(tmp_path)).actions
    assert (letter.text, str(letter.due)) == ("scrivere la lettera", "2024-05-03")
    assert list(hall.owners) == ["Anna"] and "{does}" in hall.why
