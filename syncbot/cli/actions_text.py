"""What people read about what was found in notes."""

from collections.abc import Iterator, Sequence
from datetime import tzinfo

from syncbot.model.wording import moment_shown
from syncbot.notes.mention import Standing
from syncbot.service.reviewing import Finding, NoteStory

from . import words
from .notes_text import UNDATED
from .rendering import SHOWN_LINES, Printer

LONGEST = 100
_LONGEST_JOB = 250


_NOTHING = {
    Standing.WAITING: "Nothing found in notes waits for you.",
    Standing.REJECTED: "Nothing found in notes was rejected.",
    Standing.OPEN: "Nothing found in notes is a record yet.",
}


def findings(paper: Printer, found: Sequence[Finding], standing: Standing) -> None:
    """Print what waits, or stands otherwise, each with its line and what to type."""
    if not found:
        paper.line(_NOTHING[standing], "green")
    for one in found:
        _finding(paper, one)
    if found and standing is Standing.REJECTED:
        paper.line("  One of them is something to do after all?  syncbot actions accept ID", "yellow")
    elif found and standing is Standing.OPEN:
        paper.line("  Not one at all? syncbot actions reject ID, and delete its rows", "yellow")
    elif found:
        paper.line("  To be kept?     syncbot actions accept ID ...", "yellow")
        paper.line("  Nothing to keep? syncbot actions reject ID ...", "yellow")
        paper.line(
            "  In other words? syncbot actions edit ID --text .. --owner .. --due YYYY-MM-DD", "yellow"
        )


def _finding(paper: Printer, one: Finding) -> None:
    paper.line(f"{one.id}  {_cut(one.text, _LONGEST_JOB)}", "bold")
    told = [_owners(one), _due(one)] if one.strand == "actions" else ["a decision"]
    paper.line(f"  {'; '.join(told)}")
    paper.line(f"  It stands in {_place(one)}: {_cut(one.words)}")
    if one.url:
        paper.line(f"  {one.url}", "dim")
    if one.also:
        places = [_note(also.note, also.day.isoformat() if also.day else "", also.group) for also in one.also]
        more = (
            f" and {words.things(len(places) - SHOWN_LINES, 'other note')}"
            if len(places) > SHOWN_LINES
            else ""
        )
        paper.line(f"  It stands also in {', '.join(places[:SHOWN_LINES])}{more}")
    if one.why:
        paper.line(f"  Why it was found: {one.why}", "dim")
    for candidate in one.candidates:
        paper.line(f"  It may be the same as {candidate.id}: {_cut(candidate.name)}")
    if one.candidates:
        paper.line(f"  The same? syncbot actions accept {one.id} --as {one.candidates[0].id}", "yellow")


def _owners(one: Finding) -> str:
    return f"by {', '.join(one.owners)}" if one.owners else "by nobody yet"


def _due(one: Finding) -> str:
    if one.due:
        return f"until {one.due:%Y-%m-%d}"
    return f"until {one.due_text}" if one.due_text else "without a day"


def _place(one: Finding) -> str:
    return _note(one.note, one.day.isoformat() if one.day else "", one.group)


def _note(title: str, day: str, group: str | None) -> str:
    told = [*([day] if day and day not in title else []), *([f"group {group}"] if group else [])]
    return f'"{title}" ({", ".join(told)})' if told else f'"{title}"'


def _cut(text: str, most: int = LONGEST) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def accepted(paper: Printer, found: Sequence[Finding]) -> None:
    """Confirm."""
    for one in found:
        paper.line(f"{_cut(one.text)}: kept.", "green")


def rejected(paper: Printer, found: Sequence[Finding]) -> None:
    """Confirm."""
    for one in found:
        paper.line(f"{_cut(one.text)}: rejected; this line does not come back.", "green")


# -- what was read


def notes(paper: Printer, told: Sequence[NoteStory], waiting: int) -> None:
    """Print which notes were read; first those that could not be. `waiting` findings are to be looked at in all."""
    if not told:
        paper.line("No notes were read yet. Where they are is said in mappings/notes.yaml.")
        return
    failed = [one for one in told if one.failed and not one.gone]
    if failed:
        paper.line("Could not be read", "bold")
    for one in failed:
        paper.line(f"  {_note(one.title, str(one.day or ''), one.group)}: {one.failed}", "red")
        if one.url:
            paper.line(f"      {one.url}", "dim")
    read = sorted((one for one in told if not one.failed or one.gone), key=lambda one: not _lacks_day(one))
    if read:
        paper.line("Read", "bold")
    paper.listed([line for one in read for line in _story(one, paper.zone)])
    if waiting:
        paper.line(f"  → {words.things(waiting, 'finding')} to look at: syncbot actions review", "yellow")


def _lacks_day(one: NoteStory) -> bool:
    return one.day is None and one.read_at is not None and not one.gone


def _story(one: NoteStory, zone: tzinfo) -> Iterator[str]:
    when = f"read {moment_shown(one.read_at, zone)}" if one.read_at else "never read"
    found = [
        words.things(count, word.removesuffix("s"), word)
        for word, count in sorted(one.found.items())
        if count
    ]
    found += [f"{one.waiting} to look at"] if one.waiting else []
    gone = ", not there any more" if one.gone else ""
    yield f"{_note(one.title, str(one.day or ''), one.group)}: {', '.join(found) or 'nothing found'}; {when}{gone}"
    if _lacks_day(one):
        yield f"    without a day. {UNDATED}"
    for oddity in one.oddities[:SHOWN_LINES]:
        yield f"    not read of it: {oddity}"
