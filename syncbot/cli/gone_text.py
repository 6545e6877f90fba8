"""What people read about records that lost a row at one place."""

from collections.abc import Iterable, Sequence

from syncbot.service.gone import GoneAsked, Kept, Removed

from . import words
from .rendering import Printer


def waiting(paper: Printer, asked: Sequence[GoneAsked]) -> None:
    """Print the questions, each with where the record stands and what to type."""
    if not asked:
        paper.line("No record that lost a row waits for somebody to say what becomes of the others.", "green")
    for one in asked:
        _question(paper, one)


def _question(paper: Printer, one: GoneAsked) -> None:
    paper.line(f"{one.title}  ({one.kind} {one.record})", "bold")
    paper.line(f"  It is no longer in {_places(one.went)}. It still stands in:")
    for row in one.stands:
        paper.line(f"    {words.place(row.endpoint)} {row.ref}")
        if row.url:
            paper.line(f"      {row.url}", "dim")
    fixed = [row.endpoint for row in one.stands if not row.removable]
    if fixed:
        paper.line(f"  Should it go?   Remove it in {_places(fixed)} by hand: syncbot may not.", "yellow")
    else:
        paper.line(f"  Should it go?   syncbot gone remove {one.record}", "yellow")
    paper.line(f"  Should it stay? syncbot gone keep {one.record}", "yellow")
    paper.line(
        f"  A mistake?      Restore it in {_places(one.went)}; the next sync takes it up again.", "yellow"
    )


def removed(paper: Printer, one: Removed) -> None:
    """Say what went to the trash, or would, and what did not."""
    for name, ref in one.trashed.items():
        went = "would go to the trash" if one.run is None else "was moved to the trash"
        paper.line(f"{one.title}: {words.place(name)} {ref} {went}.", "green")
    for name, ref in one.stays.items():
        why = words.happened(one.stopped[name].detail)
        paper.line(f"{one.title}: {words.place(name)} {ref} stays: {why}.", "yellow")
    if one.run is None:
        paper.line("Nothing was written.")
    elif one.trashed:
        _way_back(paper, one)
    if one.stays:
        paper.line("Run syncbot sync, then look again: syncbot gone", "yellow")


def _way_back(paper: Printer, one: Removed) -> None:
    if len(one.by_hand) < len(one.trashed):
        paper.line(f"Taken back with: syncbot undo {one.run}")
    if one.by_hand:
        paper.line(f"In {_places(one.by_hand)} only a person can take it back, out of the recycle bin.")


def kept(paper: Printer, one: Kept) -> None:
    """Confirm that the others stay."""
    asked = one.asked
    stands = _places(row.endpoint for row in asked.stands)
    paper.line(f"{asked.title} stays in {stands}, and is not made again in {_places(asked.went)}.", "green")
    for decision in one.decisions:
        paper.line(f"Taken back with: syncbot matches forget {decision}")


def _places(names: Iterable[str]) -> str:
    return " and ".join(words.place(name) for name in names)
