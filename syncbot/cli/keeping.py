"""The commands that take everything syncbot knows out of its database, and put it into another one."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from syncbot.settings import environment, read_settings
from syncbot.store import backup as store_backup

from .options import Json
from .plain import as_json
from .progress import Shown
from .wiring import printer

_WORDS: Mapping[str, str] = {
    "records": "records",
    "links": "linked rows",
    "history": "steps of history",
    "runs": "runs",
    "conflicts": "questions",
    "strays": "stray edits",
    "intents": "writes in the journal",
}
"""What people call the tables that they know; the others are counted in the sum alone."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What went into a file, or came out of one."""

    file: str
    rows: Mapping[str, int]
    """By table."""


def backup(
    file: Annotated[Path, typer.Argument(help="A new file; one that is there is never replaced.")],
    *,
    json: Json = False,
) -> None:
    """Write everything that syncbot knows to one file, as it stands at this moment; a sync may be at work.

    Example: syncbot backup syncbot-2026-11-25.gz
    """
    rows = _moved(store_backup.backup, file)
    _say(Kept(file=str(file), rows=rows), f"{file} holds", json=json)


def restore(
    file: Annotated[Path, typer.Argument(help="What `syncbot backup` wrote.", exists=True, dir_okay=False)],
    *,
    json: Json = False,
) -> None:
    """Put a backup into the database of the settings, which must be empty; SQLite or PostgreSQL, whichever it was.

    Example: SYNCBOT_DATABASE_URL=sqlite:///new.sqlite syncbot restore syncbot-2026-11-25.gz
    """
    rows = _moved(store_backup.restore, file)
    _say(Kept(file=str(file), rows=rows), "The database now holds", json=json)


def _moved(move: Callable[..., Mapping[str, int]], file: Path) -> Mapping[str, int]:
    """Do it, and say how far it is when it takes long."""
    url = read_settings(environment()).database_url.get_secret_value()
    shown = Shown(Console(stderr=True), time.monotonic)
    with shown.showing():
        return move(url, file, told=shown.counted)


def _say(kept: Kept, beginning: str, *, json: bool) -> None:
    if json:
        print(as_json(kept))  # noqa: T201
        return
    known = [f"{word} {kept.rows[table]:,}" for table, word in _WORDS.items() if kept.rows.get(table)]
    printer().line(f"{beginning} {sum(kept.rows.values()):,} rows: {', '.join(known) or 'nothing'}.", "green")
