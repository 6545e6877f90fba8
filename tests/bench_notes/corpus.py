"""Minutes of other bodies with labels, which stand beside the project and are never part of it."""

import csv
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from syncbot.notes.form import Note

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "minutes"

Reader: TypeAlias = Callable[[bytes, str], Note]
"""Makes a note of the bytes of a file with this name."""


@dataclass(frozen=True, kw_only=True)
class Label:
    """An action or a decision as a careful reader marked it."""

    text: str
    lines: frozenset[int]
    """Of the raw file from 1, or blocks of the Word copy from 0."""
    owners: frozenset[str] = frozenset()
    due: date | None = None
    done: bool = False


@dataclass(frozen=True, kw_only=True)
class Minutes:
    """One file with its labels."""

    name: str
    source: str
    language: str
    habit: str
    path: Path
    day: date | None
    actions: Sequence[Label]
    decisions: Sequence[Label]
    borderline: frozenset[int]
    word: bool
    """It is a Word copy."""


def available() -> bool:
    """Whether the minutes are there."""
    return (FOLDER / "INDEX.csv").is_file()


def minutes(*, word: bool) -> Iterator[Minutes]:
    """Read the index and the labels of the raw files, or of the Word copies."""
    with (FOLDER / "INDEX.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        name = row["id"]
        labels = FOLDER / ("docx" if word else "labels") / f"{name}.json"
        paths = list((FOLDER / ("docx" if word else "raw")).glob(f"{name}.[!j]*"))
        if labels.is_file() and paths:
            yield _minutes(row, json.loads(labels.read_text(encoding="utf-8")), paths[0], word=word)


def _minutes(row: dict[str, str], said: dict[str, Any], path: Path, *, word: bool) -> Minutes:
    key = "blocks" if word else "lines"
    return Minutes(
        name=row["id"],
        source=row["source"],
        language=row["language"],
        habit=row["habit"],
        path=path,
        day=date.fromisoformat(said["meeting_date"]) if said["meeting_date"] else None,
        actions=[_label(one, key) for one in said["actions"]],
        decisions=[_label(one, key) for one in said["decisions"]],
        borderline=frozenset(line for one in said.get("borderline", ()) for line in one.get(key, ())),
        word=word,
    )


def _label(said: dict[str, Any], key: str) -> Label:
    return Label(
        text=said["text"],
        lines=frozenset(said.get(key, ())),
        owners=frozenset(said.get("owners", ())),
        due=date.fromisoformat(said["due"]) if said.get("due") else None,
        done=bool(said.get("done")),
    )
