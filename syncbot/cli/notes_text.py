"""How reading notes went, said in lines with their style."""

from collections.abc import Iterator, Sequence
from datetime import UTC, tzinfo
from typing import TypeAlias

from syncbot.errors import SyncbotError
from syncbot.model.wording import moment_shown
from syncbot.notes.mention import MoveKind
from syncbot.service.note_report import SourceReport, Unread
from syncbot.store.notes import NoteMove

from . import words
from .cures import cure_of

Line: TypeAlias = tuple[str, str | None]

UNDATED = (
    "Begin the file's name with its day, such as 2026-11-28, or fill in the day of the meeting: "
    'else nobody knows which day "by Monday" is.'
)


def note_lines(told: Sequence[SourceReport], *, done: bool) -> Iterator[Line]:
    """Say how reading went, where there is anything to tell."""
    if not any(one.anything for one in told):
        return
    yield "Notes", "bold"
    if not done:
        yield "  Read for this plan and not remembered: the next sync reads them again.", None
    for one in told:
        if one.anything:
            yield from _report(one)


def _report(one: SourceReport) -> Iterator[Line]:
    opened = [
        words.things(len(names), strand.removesuffix("s"), strand)
        for strand, names in sorted(one.opened.items())
        if names
    ]
    found = f": {', '.join(opened)} new" if opened else ""
    yield f"  {words.things(len(one.read), 'note')} read in {words.field(one.source)}{found}", None
    moves = [f"{count} {what}" for what, count in sorted(one.moves.items()) if count]
    if moves:
        yield f"    Lines that changed: {', '.join(moves)}", None
    if one.undated:
        yield f"    Without a day: {', '.join(one.undated)}", "yellow"
        yield f"      → {UNDATED}", "yellow"
    if one.gone:
        yield f"    Not there any more: {', '.join(one.gone)}; what they said is kept", None
    if one.waiting:
        yield f"    {words.things(one.waiting, 'finding')} to look at: syncbot actions review", "yellow"
    for unread in one.unread:
        yield from _unread(unread)
    if one.error:
        yield f"    Not read to the end: {one.error}", "red"
        yield from _cure(one.error)


def _unread(one: Unread) -> Iterator[Line]:
    yield f"    Could not be read: {one.title}: {one.why}", "red"
    if one.url:
        yield f"      {one.url}", "dim"
    if one.error:
        yield from _cure(one.error)


def _cure(error: SyncbotError) -> Iterator[Line]:
    cure = cure_of(error)
    if cure:
        yield f"      → {cure}", "yellow"


_LONGEST = 250
_HAPPENED = {
    MoveKind.NEW: "says it",
    MoveKind.TICKED: "ticked",
    MoveKind.UNTICKED: "the tick taken away",
    MoveKind.GONE: "the line taken away",
    MoveKind.BACK: "the line is there again",
}


def history_lines(moves: Sequence[NoteMove], zone: tzinfo = UTC) -> Iterator[str]:
    """Say what happened to the lines of a record in notes, oldest first."""
    if moves:
        yield "In notes, oldest first"
    for one in moves:
        kind = MoveKind(one.what)
        before, after = _cut(one.before) or "(nothing)", _cut(one.after) or "(nothing)"
        what = _HAPPENED.get(kind) or f"{kind.value}: {before} → {after}"
        words = f": {after}" if kind in (MoveKind.NEW, MoveKind.BACK) else ""
        yield f'  {moment_shown(one.at, zone)}  "{one.by}": {what}{words}'


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
