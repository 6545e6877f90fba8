"""What both ways of reading a body hand on: its lines in reading order."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from syncbot.notes.form import BlockKind

from ..documents.drafting import Draft, row
from ..documents.words import joined
from .body_words import Lines, Spoken

MOST_LINES = 20_000
"""Of a note; Markdown ends at about so many blocks too."""


@dataclass(kw_only=True)
class Body:
    """The lines read so far, and what was left out."""

    drafts: list[Draft] = field(default_factory=list)
    oddities: dict[str, None] = field(default_factory=dict)
    """In the order they were met, each once."""
    tables: int = 0

    @property
    def is_full(self) -> bool:
        """Say whether no more lines are read."""
        return len(self.drafts) >= MOST_LINES

    def odd(self, what: str) -> None:
        """Note what was left out."""
        self.oddities.setdefault(what)

    def say(
        self,
        kind: BlockKind,
        spoken: Spoken,
        *,
        level: int,
        key: str | None = None,
        checked: bool | None = None,
        numbered: bool = False,
    ) -> None:
        """Add a block: a line for each line in it, a heading in one.

        Below the first line of an item the others are paragraphs in it, as in other notes.
        """
        lines = [line for line in spoken.take() if line.text]
        if kind is BlockKind.HEADING:
            lines = [joined(lines, " ")]
        if spoken.cut:
            self.odd("a text was longer than we read; its end was left out")
        inner = (BlockKind.PARAGRAPH, level + 1) if kind is BlockKind.ITEM else (kind, level)
        for number, words in enumerate(lines):
            first = number == 0
            self._add(
                Draft(
                    kind=kind if first else inner[0],
                    words=words,
                    line=len(self.drafts),
                    level=level if first else inner[1],
                    checked=checked if first else None,
                    numbered=numbered and first,
                    continues=not first,
                    anchor=key if first or not key else f"{key}/{number}",
                )
            )

    def say_row(
        self, cells: Sequence[Lines], *, level: int, head: bool = False, key: str | None = None
    ) -> None:
        """Add a row of the table that was begun last."""
        table = max(0, self.tables - 1)
        draft = row(cells, line=len(self.drafts), table=table, head=head, level=level)
        self._add(replace(draft, anchor=key))

    def say_code(self, text: str, *, level: int, key: str | None = None) -> None:
        """Add code, line by line."""
        spoken = Spoken()
        spoken.add(text)
        for number, words in enumerate(spoken.take()):
            anchor = key if not key or not number else f"{key}/{number}"
            self._add(
                Draft(kind=BlockKind.CODE, words=words, line=len(self.drafts), level=level, anchor=anchor)
            )

    def _add(self, draft: Draft) -> None:
        if self.is_full:
            self.odd(f"the page is longer than {MOST_LINES:,} lines; the rest was left out")
        else:
            self.drafts.append(draft)
