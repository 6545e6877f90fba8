"""The commands about what was found in notes: review it, and see what was read."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated

import typer

from syncbot.notes.mention import Standing
from syncbot.service import reviewing
from syncbot.service.parts import Parts
from syncbot.service.reviewing import Finding

from . import actions_text as text
from .deciding import Later, decide
from .options import Everything, Json, day_of
from .plain import as_json
from .rendering import Printer
from .wiring import printer, wired

Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="As `syncbot actions review` lists them.")]

app = typer.Typer(
    help="Actions and decisions found in notes of which a person should say whether they are any.",
    epilog="Example: syncbot actions review",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command("review")
def review(
    *,
    rejected: Annotated[
        bool, typer.Option("--rejected", help="List what people rejected before, instead.")
    ] = False,
    kept: Annotated[
        bool, typer.Option("--kept", help="List what became a record, instead; a wrong one can be rejected.")
    ] = False,
    json: Json = False,
) -> None:
    """List what was found in notes and is not sure, with the line, the reason, and what to type.

    Example: syncbot actions review
    """
    with wired() as parts:
        wanted = Standing.REJECTED if rejected else Standing.OPEN if kept else Standing.WAITING
        found = reviewing.review(parts, wanted)
        print(as_json(found)) if json else text.findings(printer(parts.zone), found, wanted)  # noqa: T201


@app.command("accept")
def accept(
    ids: Ids,
    *,
    as_: Annotated[
        str | None, typer.Option("--as", metavar="ID", help="It is the same as this one, which goes on.")
    ] = None,
    later: Later = False,
    json: Json = False,
) -> None:
    """Say that these are to be kept: each becomes a record in both places.

    Example: syncbot actions accept k7f3 m2xq
    """
    _decide(lambda parts: reviewing.accept(parts, ids, same_as=as_), text.accepted, later=later, json=json)


@app.command("reject")
def reject(ids: Ids, *, later: Later = False, json: Json = False) -> None:
    """Say that these are nothing to keep; the same line never comes back, also not in later notes of the group.

    Taken back with: syncbot actions accept ID

    Example: syncbot actions reject k7f3
    """
    _decide(lambda parts: reviewing.reject(parts, ids), text.rejected, later=later, json=json)


@app.command("edit")
def edit(
    id_: Annotated[str, typer.Argument(metavar="ID", help="As `syncbot actions review` lists it.")],
    *,
    wording: Annotated[str | None, typer.Option("--text", help="What is to be done.")] = None,
    owner: Annotated[
        list[str] | None,
        typer.Option("--owner", metavar="NAME", help="Who does it (may be given again); '-' for nobody."),
    ] = None,
    due: Annotated[
        date | None, typer.Option("--due", metavar="DAY", parser=day_of, help="By when, such as 2026-12-01.")
    ] = None,
    later: Later = False,
    json: Json = False,
) -> None:
    """Keep a finding in better words; what the notes repeat later does not change them back.

    Example: syncbot actions edit k7f3 --text "Send the budget" --owner "Anna Janssens" --due 2026-12-01
    """
    people = None if owner is None else [one for one in owner if one != "-"]
    _decide(
        lambda parts: reviewing.edit(parts, id_, text=wording, owners=people, due=due),
        text.accepted,
        later=later,
        json=json,
    )


def notes(*, everything: Everything = False, json: Json = False) -> None:
    """Say which notes were read, when, what was found in each, and what could not be read and why.

    Example: syncbot notes
    """
    with wired() as parts:
        told = reviewing.notes(parts)
        waiting = len(reviewing.review(parts))
        paper = printer(parts.zone, everything=everything)
        print(as_json(told)) if json else text.notes(paper, told, waiting)  # noqa: T201


def _decide(
    decision: Callable[[Parts], Sequence[Finding]],
    confirm: Callable[[Printer, Sequence[Finding]], None],
    *,
    later: bool,
    json: bool,
) -> None:
    """Keep a decision about findings, say so, and carry it out."""
    decide(
        decision,
        verb="review",
        kinds=reviewing.told_kinds,
        confirm=lambda parts, said: confirm(printer(parts.zone), said),
        later=later,
        json=json,
    )
