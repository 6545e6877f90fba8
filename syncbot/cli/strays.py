"""The commands about edits of copies that were put back."""

from typing import Annotated

import typer

from syncbot.service import straying

from .deciding import Later, decide
from .options import Json
from .plain import as_json
from .wiring import printer, titles, wired

Id = Annotated[str, typer.Argument(metavar="ID")]

app = typer.Typer(
    help="Edits of copies that were put back; none is lost, and each can become the value after all.",
    epilog="Example: syncbot strays",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@app.callback(invoke_without_command=True)
def strays(
    context: typer.Context,
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Also those that were adopted or dismissed.")
    ] = False,
    json: Json = False,
) -> None:
    """List edits of copies that were put back: what was written where, and what stands at home.

    Example: syncbot strays
    """
    if context.invoked_subcommand is not None:
        return
    with wired() as parts:
        kept = straying.strays(parts, include_settled=everything)
        if json:
            print(as_json(kept))  # noqa: T201
        else:
            printer(parts.zone, everything=True).strays(kept, titles(parts))


@app.command("adopt")
def adopt(id_: Id, *, later: Later = False, json: Json = False) -> None:
    """Make what somebody wrote on a copy the value: it is written at its home and in every other place.

    Example: syncbot strays adopt stray-4hx2q
    """
    decide(
        lambda parts: straying.adopt(parts, id_),
        verb="adopt",
        kinds=lambda _, kept: [kept.stray.kind],
        confirm=lambda parts, kept: printer(parts.zone).settled(kept, titles(parts)),
        later=later,
        json=json,
    )


@app.command("dismiss")
def dismiss(id_: Id, *, json: Json = False) -> None:
    """Let an edit of a copy go: it leaves the list, and nothing is written.

    Example: syncbot strays dismiss stray-4hx2q
    """
    with wired() as parts:
        kept = straying.dismiss(parts, id_)
        print(as_json(kept)) if json else printer(parts.zone).settled(kept, titles(parts))  # noqa: T201
