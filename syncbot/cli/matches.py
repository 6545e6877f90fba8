"""The commands about which rows are which record."""

from collections.abc import Callable
from typing import Annotated, Any

import typer

from syncbot.service import matches as asking
from syncbot.service import matching, uniting
from syncbot.service.matches import MatchRefusedError
from syncbot.service.parts import Parts

from . import matches_text as text
from .deciding import Later, decide
from .options import Json
from .plain import as_json
from .rendering import Printer
from .wiring import printer, titles, wired

Id = Annotated[str, typer.Argument(metavar="ID")]

app = typer.Typer(
    help="Rows that may be the same record, and rows that are there twice; a person decides.",
    epilog="Example: syncbot matches",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def matches(
    context: typer.Context,
    *,
    decided: Annotated[
        bool, typer.Option("--decided", help="List what people decided before, instead.")
    ] = False,
    json: Json = False,
) -> None:
    """List rows of which a person should say what record they are, and what to type.

    Example: syncbot matches
    """
    if context.invoked_subcommand is not None:
        return
    with wired() as parts:
        if decided:
            said = asking.decisions(parts)
            print(as_json(said)) if json else text.decisions(printer(parts.zone), said)  # noqa: T201
            return
        waiting = asking.matches(parts)
        print(as_json(waiting)) if json else text.matches(printer(parts.zone), waiting, titles(parts))  # noqa: T201


@app.command("accept")
def accept(
    id_: Id,
    *,
    as_: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="RECORD", help="The record that it is, by name or key; else the likeliest."
        ),
    ] = None,
    later: Later = False,
    json: Json = False,
) -> None:
    """Say that the row is that record: it is linked, and both are filled from each other.

    Taken back with: syncbot split RECORD --row PLACE

    Example: syncbot matches accept match-4hx2q
    """
    _decide(lambda parts: matching.accept(parts, id_, as_), "accept", text.accepted, later=later, json=json)


@app.command("reject")
def reject(id_: Id, *, later: Later = False, json: Json = False) -> None:
    """Say that these are not the same: each becomes a record of its own, and that is never asked again.

    Taken back with: syncbot merge RECORD RECORD

    Example: syncbot matches reject match-4hx2q
    """
    _decide(lambda parts: matching.reject(parts, id_), "reject", text.rejected, later=later, json=json)


@app.command("keep")
def keep(
    id_: Id,
    *,
    ref: Annotated[str, typer.Option("--ref", help="The row that is the record's, as the list shows it.")],
    later: Later = False,
    json: Json = False,
) -> None:
    """Say which of doubled rows is the record's; the others are left alone until somebody changes them.

    Taken back with: syncbot matches forget DECISION

    Example: syncbot matches keep match-4hx2q --ref 17
    """
    _decide(lambda parts: matching.keep(parts, id_, ref), "keep", text.kept(ref), later=later, json=json)


@app.command("forget")
def forget(
    id_: Annotated[str, typer.Argument(metavar="DECISION", help="As `syncbot matches --decided` lists it.")],
    *,
    json: Json = False,
) -> None:
    """Take a decision back that is not carried out yet, or that left a row alone; the next sync asks or decides anew.

    Example: syncbot matches forget decision-4hx2q
    """
    with wired() as parts:
        said = matching.forget(parts, id_)
    print(as_json(said)) if json else text.forgotten(printer(parts.zone), said)  # noqa: T201


def split(
    record: Annotated[str, typer.Argument(help="The record, by name or key.")],
    *,
    row: Annotated[str, typer.Option("--row", metavar="PLACE", help="The place whose row does not belong.")],
    later: Later = False,
    json: Json = False,
) -> None:
    """Take a wrongly linked row out of a record: it becomes a record of its own, and they are never linked again.

    Each of the two then gets a row wherever it has none. Taken back with: syncbot merge RECORD RECORD

    Example: syncbot split Ghent --row sharepoint
    """
    _decide(
        lambda parts: matching.split(parts, record, row), "split", text.taken_out(row), later=later, json=json
    )


def merge(
    record: Annotated[str, typer.Argument(help="The record that stays, by name or key.")],
    other: Annotated[str, typer.Argument(help="The record that is the same one.")],
    *,
    keep: Annotated[
        list[str] | None,
        typer.Option("--keep", metavar="PLACE=REF", help="Where both have a row: the one to keep."),
    ] = None,
    trash: Annotated[
        bool, typer.Option("--trash", help="Move the rows not kept to the service's trash.")
    ] = False,
    later: Later = False,
    json: Json = False,
) -> None:
    """Make two records one: rows, history and stray edits go to the first, whose values stay.

    What the rows of the second say differently is asked, not overwritten. A row not kept is left alone. This cannot be
    taken back as a whole; a single row can be taken out again with `syncbot split`.

    Example: syncbot merge Ghent Gand --keep notion=17
    """
    rows = dict(_place_and_ref(one) for one in keep or ())
    _decide(
        lambda parts: uniting.merge(parts, record, other, rows=rows, trash=trash),
        "merge",
        text.united,
        later=later,
        json=json,
    )


def _place_and_ref(given: str) -> tuple[str, str]:
    place, sign, ref = given.partition("=")
    if not (place and sign and ref):
        raise MatchRefusedError(f"--keep {given}: expected PLACE=REF, such as notion=17")
    return place, ref


def _decide(
    decision: Callable[[Parts], Any],
    verb: str,
    confirm: Callable[[Printer, Any], None],
    *,
    later: bool,
    json: bool,
) -> None:
    """Keep a decision about rows, say so, and carry it out."""
    decide(
        decision,
        verb=verb,
        kinds=lambda _, said: [text.kind_of(said)],
        confirm=lambda parts, said: confirm(printer(parts.zone), said),
        later=later,
        json=json,
    )
