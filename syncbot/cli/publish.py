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
from syncbot.schedule.delivering import OVER, Standing
from syncbot.service import publishing
from syncbot.service.personal import own_publication
from syncbot.service.posting import post_now
from syncbot.service.sending import Again, Sent

from .names import NAMES
from .options import Json
from .plain import as_json
from .wiring import wired

_WEEK = re.compile(r"^\d{4}-W(0[1-9]|[1-4]\d|5[0-3])$")

_AGAIN = (
    "With --send: bring pages, files and links that were sent before up to date. "
    "Mails and cards are never sent twice."
)


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
    person: Annotated[
        str | None,
        typer.Option("--person", help="The address of one person of the group: his or her own digest."),
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Print it, as without any of these options.")
    ] = False,
    to_folder: Annotated[
        Path | None,
        typer.Option("--to-folder", help="Write files that anybody can open, instead of printing."),
    ] = None,
    send: Annotated[
        bool,
        typer.Option("--send", help="Send it to where mappings/groups.yaml says, unless it was sent before."),
    ] = False,
    again: Annotated[bool, typer.Option("--again", help=_AGAIN)] = False,
    json: Json = False,
) -> None:
    """Compose an agenda, a summary, a digest or a deck from what is known, and print it; only --send sends it.

    Example: syncbot publish agenda --group D
    """
    _refuse_ways(preview=preview, send=send, to_folder=to_folder is not None, again=again)
    _refuse_times(week, day)
    asked = publishing.Asked(what=what, group=group, week=week, day=day.date() if day else None)
    if send:
        _send(asked, person, again=again, json=json)
        return
    with wired() as parts:
        if person is not None:
            made = own_publication(parts, asked, person, NAMES)
        else:
            made = publishing.publication(parts, asked, NAMES)
    if to_folder is not None:
        written = keep(made, to_folder, parts.template)
        print(as_json([str(path) for path in written])) if json else _told(written)  # noqa: T201
    elif json:
        print(as_json(made))  # noqa: T201
    else:
        print(plain(made), end="")  # noqa: T201


def _refuse_ways(*, preview: bool, send: bool, to_folder: bool, again: bool) -> None:
    if preview + send + to_folder > 1:
        told = "it is shown, goes to a folder, or is sent; ask for one of them"
        raise typer.BadParameter(told, param_hint="--preview, --to-folder, --send")
    if again and not send:
        told = "only what is sent can be sent again: add --send"
        raise typer.BadParameter(told, param_hint="--again")


def _refuse_times(week: str | None, day: datetime | None) -> None:
    if week is not None and day is not None:
        raise typer.BadParameter("one of them says when", param_hint="--week, --day")
    if week is not None and not _a_week(week):
        raise typer.BadParameter(f"expected a week such as 2026-W48, found {week!r}", param_hint="--week")


def _send(asked: publishing.Asked, person: str | None, *, again: bool, json: bool) -> None:
    """Send it and say for each outlet what happened; status 1 when something was not sent, or not brought up to date."""
    with wired() as parts:
        posted = post_now(parts, parts.ways(), asked, NAMES, person=person, again=again)
    if json:
        print(as_json(posted))  # noqa: T201
    else:
        console = Console()
        console.print(posted.title, markup=False, soft_wrap=True)
        for one in posted.sent:
            console.print(f"  {said(one)}", markup=False, soft_wrap=True)
    if any(one.standing not in OVER or one.again is Again.AS_BEFORE for one in posted.sent):
        raise typer.Exit(1)


_FRESH = {
    Standing.SENT: "sent",
    Standing.ACCEPTED: "handed over; whether it arrives the service does not say",
    Standing.FAILED: "not sent",
    Standing.INTENDED: "perhaps sent; sent again only where syncbot can see that it did not arrive",
    Standing.UNSURE: "perhaps sent, and not sent again",
    Standing.SKIPPED: "not sent",
}
_BEFORE = {
    None: "was sent before, so not again",
    Again.RENEWED: "sent again: only what changed was written",
    Again.AS_BEFORE: "was sent before, and stays as it was",
    Again.NEVER: "was sent before, so not again: people would get it twice",
}


def said(one: Sent) -> str:
    """Say in words what became of a publication at one outlet."""
    there = one.standing in (Standing.SENT, Standing.ACCEPTED)
    told = _BEFORE[one.again] if there and (one.again or not one.fresh) else _FRESH[one.standing]
    return f"{one.outlet}: {told}" + (f" ({one.note})" if one.note else "")


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
    name = "-".join(filter(None, (made.what, made.group, made.period, made.person)))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for suffix, content in contents.items():
            (folder / f"{name}{suffix}").write_bytes(content)
    except OSError as error:
        told = f"{error.filename}: {error.strerror}; name a folder in which files can be written"
        raise publishing.NotPublishedError(told) from None
    return [folder / f"{name}{suffix}" for suffix in contents]


def _told(written: list[Path]) -> None:
    for path in written:
        Console().print(f"written: {path}", soft_wrap=True)
