"""The commands about records that lost a row at one place, of kinds where a person says what that means."""

from typing import Annotated

import typer

from syncbot.service import gone as asking

from . import gone_text as text
from .options import NOTHING, SOMETHING, Json
from .plain import as_json
from .wiring import printer, wired

Record = Annotated[str, typer.Argument(metavar="RECORD", help="By name or key, as the list shows it.")]

app = typer.Typer(
    help="Records that lost a row at one place; a person says whether the others go or stay.",
    epilog="Example: syncbot gone",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def gone(context: typer.Context, *, json: Json = False) -> None:
    """List records of which a row went away at one place, and what to type about the others.

    Only of kinds whose mapping says `deletes: ask`. Until somebody answers, the others stay as they are.

    Example: syncbot gone
    """
    if context.invoked_subcommand is not None:
        return
    with wired() as parts:
        waiting = asking.gone(parts)
    print(as_json(waiting)) if json else text.waiting(printer(), waiting)  # noqa: T201


@app.command("remove")
def remove(
    record: Record,
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would go to the trash; write nothing.")
    ] = False,
    json: Json = False,
) -> None:
    """Move the other rows of the record to the trash of their services, never beyond.

    Nothing is removed where a row was changed since it was last read. Exit code 0: all went, 1: something stayed.
    Taken back with: syncbot undo RUN

    Example: syncbot gone remove Ghent --dry-run
    """
    with wired() as parts:
        came = asking.remove(parts, record, dry_run=dry_run)
    print(as_json(came)) if json else text.removed(printer(), came)  # noqa: T201
    raise typer.Exit(SOMETHING if came.stays else NOTHING)


@app.command("keep")
def keep(record: Record, *, json: Json = False) -> None:
    """Say that the other rows of the record stay; that is asked again only when the row came back and goes anew.

    Taken back with: syncbot matches forget DECISION

    Example: syncbot gone keep Ghent
    """
    with wired() as parts:
        said = asking.keep(parts, record)
    print(as_json(said)) if json else text.kept(printer(), said)  # noqa: T201
