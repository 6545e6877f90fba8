"""What people read about rows of which somebody should say what record they are."""

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from typing import Any

from syncbot.model.values import UNKNOWN, Cell
from syncbot.model.wording import shown
from syncbot.reconcile.plan import Duplicate
from syncbot.service.matches import Match, MatchRow
from syncbot.service.matching import Split
from syncbot.service.uniting import United
from syncbot.store.base import Ruling, Verdict

from . import words
from .rendering import Printer
from .sections import decision

LONGEST = 60


def matches(paper: Printer, waiting: Sequence[Match], titles: Mapping[str, str]) -> None:
    """Print the questions, each with its rows and what to type."""
    if not waiting:
        paper.line("No row waits for somebody to say what record it is.", "green")
    for one in waiting:
        _match(paper, one, titles)


def _match(paper: Printer, one: Match, titles: Mapping[str, str]) -> None:
    place = words.place(one.endpoint)
    asked = one.question
    if isinstance(asked, Duplicate):
        paper.line(f"{one.id}  {asked.title} is there {len(one.rows)} times in {place}", "bold")
        paper.line(f"  {asked.reason[:1].upper()}{asked.reason[1:]}")
        _rows(paper, one.rows, titles)
        paper.line(f"  One of them is right?  syncbot matches keep {one.id} --ref REF", "yellow")
        paper.line(f"  They are different?    syncbot matches reject {one.id}", "yellow")
        return
    paper.line(f"{one.id}  {asked.title} in {place} may be a record that is known", "bold")
    _rows(paper, one.rows, titles)
    for candidate in one.candidates:
        paper.line(f"  {candidate.likeness:.0%} like {candidate.title}  ({candidate.record})")
        _rows(paper, candidate.rows, titles, "  ")
    best, *others = one.candidates
    choice = f" --as {best.record}" if others else ""
    paper.line(f"  The same?  syncbot matches accept {one.id}{choice}", "yellow")
    paper.line(f"  Not?       syncbot matches reject {one.id}", "yellow")


def _rows(paper: Printer, rows: Sequence[MatchRow], titles: Mapping[str, str], indent: str = "") -> None:
    for row in sorted(rows, key=lambda row: (row.linked is None, row.endpoint, row.ref)):
        linked = ", which is linked" if row.linked and not indent else ""
        paper.line(f"  {indent}{words.place(row.endpoint)} {row.ref}: {row.title}{linked}")
        told = [f"{words.field(name)} {_cell(cell, titles, paper.zone)}" for name, cell in row.fields.items()]
        if told:
            paper.line(f"  {indent}    {'; '.join(told)}", "dim")
        if row.url:
            paper.line(f"  {indent}    {row.url}", "dim")


def _cell(cell: Cell, titles: Mapping[str, str], zone: tzinfo) -> str:
    text = "?" if cell is UNKNOWN else " ".join(shown(cell, titles, zone).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


# -- what was decided


def decisions(paper: Printer, said: Sequence[Ruling]) -> None:
    """Print what people decided."""
    if not said:
        paper.line("Nobody has decided anything about identity yet.")
    for one in said:
        paper.line(f"{one.id}  {decision(one, paper.zone)}")


def accepted(paper: Printer, one: Match) -> None:
    """Confirm."""
    paper.line(f"{one.question.title} in {words.place(one.endpoint)} is linked.", "green")


def rejected(paper: Printer, one: Match) -> None:
    """Confirm."""
    paper.line(f"{one.question.title}: not the same; each is a record of its own from now on.", "green")


def kept(ref: str) -> Callable[[Printer, Match], None]:
    """Confirm that this row was kept."""

    def confirm(paper: Printer, one: Match) -> None:
        others = ", ".join(row.ref for row in one.rows if row.ref != ref)
        place = words.place(one.endpoint)
        paper.line(f"{one.question.title}: {place} {ref} is the record's row.", "green")
        paper.line(f"  {place} {others} is left alone until somebody changes it.")

    return confirm


def taken_out(place: str) -> Callable[[Printer, Split], None]:
    """Confirm that a row was taken out of a record."""

    def confirm(paper: Printer, one: Split) -> None:
        row = f"{words.place(place)} {one.ref}"
        paper.line(f"{one.title}: {row} is taken out, and is a record of its own from now on.", "green")

    return confirm


def united(paper: Printer, one: United) -> None:
    """Confirm a merge, and name every row that is no record's any more."""
    paper.line(f"{one.title}: {one.absorbed} is the same record from now on.", "green")
    for name, ref in one.joined.items():
        paper.line(f"  {words.place(name)} {ref} goes over to it.")
    for name, ref in one.unlinked.items():
        paper.line(f"  {words.place(name)} {ref} is unlinked and left alone.")
    for name, ref in one.trashed.items():
        paper.line(f"  {words.place(name)} {ref} was moved to the trash.")
    for name, error in one.stuck.items():
        paper.line(f"  It could not be moved to the trash: {words.place(name)} {error.detail}.", "yellow")


def forgotten(paper: Printer, one: Ruling) -> None:
    """Confirm that a decision was taken back."""
    anew = "syncbot gone asks again" if one.verdict is Verdict.STAYS else "The next sync asks or decides anew"
    paper.line(f"Taken back: {decision(one, paper.zone)}. {anew}.", "green")


def kind_of(said: Any) -> str:
    """The kind that a decision is about."""
    return str(said.kind)
