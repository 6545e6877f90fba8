"""The command that shows and keeps publications: agendas, summaries, digests."""

import re
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from syncbot.publish.form import Publication
from syncbot.publish.forms import Template, fitting, forms
from syncbot.publish.plain import plain
from syncbot.publish.wording import WordingFault
from syncbot.service import publishing

from . import words
from .options import Json
from .plain import as_json
from .wiring import wired

_WEEK = re.compile(r"^\d{4}-W(0[1-9]|[1-4]\d|5[0-3])$")
NAMES = publishing.Names(place=words.place, field=words.field)


def publish(
    what: Annotated[
        str, typer.Argument(help="agenda, interface, summary, digest or deck, as mappings/ calls it.")
    ],
    *,
    group: Annotated[str, typer.Option("--group", help="The group: A, B, C, D or all.")],
    week: Annotated[
        str | None, typer.Option("--week", help="The week, such as 2026-W48; left out: the next one due.")
    ] = None,
    day: Annotated[
        datetime | None,
        typer.Option("--day", formats=["%Y-%m-%d"], help="The day of the meeting, such as 2026-11-26."),
    ] = None,
    to_folder: Annotated[
        Path | None,
        typer.Option("--to-folder", help="Write files that anybody can open, instead of printing."),
    ] = None,
    json: Json = False,
) -> None:
    """Compose an agenda, a summary or a digest from what is known, and print it; nothing is sent.

    Example: syncbot publish agenda --group D
    """
    if week is not None and not _a_week(week):
        raise typer.BadParameter(f"expected a week such as 2026-W48, found {week!r}", param_hint="--week")
    asked = publishing.Asked(what=what, group=group, week=week, day=day.date() if day else None)
    with wired() as parts:
        made = publishing.publication(parts, asked, NAMES)
    if to_folder is not None:
        written = keep(made, to_folder, parts.template)
        print(as_json([str(path) for path in written])) if json else _told(written)  # noqa: T201
    elif json:
        print(as_json(made))  # noqa: T201
    else:
        print(plain(made), end="")  # noqa: T201


def _a_week(text: str) -> bool:
    try:
        return bool(_WEEK.match(text) and date.fromisocalendar(int(text[:4]), int(text[6:]), 1))
    except ValueError:
        return False


def keep(made: Publication, folder: Path, template: Template) -> list[Path]:
    """Write a publication in every form it has; files of the same name are replaced. Raises `NotPublishedError`."""
    try:
        contents = {suffix: form(made) for suffix, form in fitting(forms(template), made).items()}
    except WordingFault as fault:
        raise publishing.NotPublishedError(str(fault)) from None
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{made.what}-{made.group}-{made.period}"
    for suffix, content in contents.items():
        (folder / f"{name}{suffix}").write_bytes(content)
    return [folder / f"{name}{suffix}" for suffix in contents]


def _told(written: list[Path]) -> None:
    for path in written:
        Console().print(f"written: {path}", soft_wrap=True)
