"""The command line: each command parses, calls one verb, and renders."""

from importlib.metadata import version as version_of
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from syncbot.service import answering, checking, syncing
from syncbot.store.base import RunStatus

from . import actions, gone, matches, strays
from . import demo as demo_steps
from . import sandbox as sandbox_process
from .audit import audit
from .deciding import Later, decide
from .ending import carried_out
from .keeping import backup, restore
from .options import NOTHING, SOMETHING, Everything, Full, Json, Kinds, Mass
from .plain import as_json
from .publish import publish
from .running import run as run_service
from .serving import health, status
from .undo import undo
from .wiring import printer, show, titles, wired

app = typer.Typer(
    name="syncbot",
    help="Keeps Notion and SharePoint telling the same story.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _tell_version(asked: bool) -> None:
    if asked:
        print(f"syncbot {version_of('syncbot')}")  # noqa: T201
        raise typer.Exit


@app.callback()
def options(
    *,
    version: Annotated[  # answered before anything is loaded (`door`), or by its callback
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Say which syncbot this is."),
    ] = False,
) -> None:
    """Take what stands before any command."""


questions = typer.Typer(
    help="The questions that wait for a person: two people said two things.\n\nExample: syncbot conflicts",
    invoke_without_command=True,
    rich_markup_mode=None,
)
app.add_typer(questions, name="conflicts")
app.add_typer(strays.app, name="strays")
app.add_typer(matches.app, name="matches")
app.add_typer(gone.app, name="gone")
app.add_typer(actions.app, name="actions")
app.command()(actions.notes)
app.command()(matches.split)
app.command()(matches.merge)
app.command()(undo)
app.command()(audit)
app.command()(publish)
app.command("run")(run_service)
app.command()(status)
app.command()(health)
app.command()(backup)
app.command()(restore)


@app.command()
def check(*, json: Json = False) -> None:
    """Look whether settings, sign-in, permissions, columns and mappings are right; write nothing.

    Example: syncbot check
    """
    with wired() as parts:
        ticks = []
        for tick in checking.check(parts):
            ticks.append(tick)
            if not json:
                printer().tick(tick)
    if json:
        print(as_json(ticks))  # noqa: T201
    raise typer.Exit(NOTHING if all(tick.right for tick in ticks) else SOMETHING)


@app.command()
def plan(
    *,
    kind: Kinds = None,
    full: Full = False,
    everything: Everything = False,
    mass: Mass = False,
    json: Json = False,
) -> None:
    """Show what a sync would do, before anything is written. Exit code 0: nothing to do, 1: something.

    Example: syncbot plan --kind city
    """
    with wired() as parts:
        report = syncing.plan(parts, kind or (), full=full, allow_mass_change=mass)
    show(report, parts.zone, json=json, everything=everything)
    raise typer.Exit(SOMETHING if report.anything else NOTHING)


@app.command()
def sync(
    *,
    kind: Kinds = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="The same as `syncbot plan`.")] = False,
    full: Full = False,
    everything: Everything = False,
    mass: Mass = False,
    json: Json = False,
) -> None:
    """Make both places tell the same story. Exit code 0: done, 1: something was refused or did not work.

    Example: syncbot sync
    """
    if dry_run:
        plan(kind=kind, full=full, everything=everything, mass=mass, json=json)
    with wired() as parts:
        report = syncing.sync(parts, kind or (), full=full, allow_mass_change=mass)
    show(report, parts.zone, json=json, everything=everything)
    raise typer.Exit(NOTHING if report.status is RunStatus.DONE else SOMETHING)


@questions.callback(invoke_without_command=True)
def conflicts(context: typer.Context, *, json: Json = False) -> None:
    """List the questions that wait for a person.

    Example: syncbot conflicts
    """
    if context.invoked_subcommand is not None:
        return
    with wired() as parts:
        waiting = answering.conflicts(parts)
        if json:
            print(as_json(waiting))  # noqa: T201
        else:
            printer(parts.zone).conflicts(waiting, titles(parts))


@questions.command("show")
def show_conflict(id_: Annotated[str, typer.Argument(metavar="ID")], *, json: Json = False) -> None:
    """Show one question: what each place says, and what was agreed before.

    Example: syncbot conflicts show conflict-7k2m9
    """
    with wired() as parts:
        one = answering.show_conflict(parts, id_)
        if json:
            print(as_json(one))  # noqa: T201
        else:
            printer(parts.zone).conflict(one, titles(parts))


@questions.command("resolve")
def resolve_conflict(
    id_: Annotated[str, typer.Argument(metavar="ID")],
    *,
    take: Annotated[
        str, typer.Option(help="The place that is right (notion, sharepoint), or the right value.")
    ],
    later: Later = False,
    json: Json = False,
) -> None:
    """Answer a question and write the answer to every place.

    Example: syncbot conflicts resolve conflict-7k2m9 --take sharepoint
    """
    decide(
        lambda parts: answering.resolve(parts, id_, take),
        verb="resolve",
        kinds=lambda _, one: [one.conflict.kind],
        confirm=lambda parts, one: printer(parts.zone).answered(one, titles(parts), later=later),
        later=later,
        json=json,
    )


@app.command()
def history(
    record: Annotated[
        str | None, typer.Argument(help="A record's name or key; without it the last runs.")
    ] = None,
    *,
    everything: Everything = False,
    json: Json = False,
) -> None:
    """Say where each value of a record came from, when and in which run; or list the last runs.

    Example: syncbot history Mannheim
    """
    with wired() as parts:
        paper = printer(parts.zone, everything=everything)
        if record is None:
            runs = answering.runs(parts)
            print(as_json(runs)) if json else paper.runs(runs)  # noqa: T201
            return
        story = answering.story(parts, record)
        print(as_json(story)) if json else paper.story(story, titles(parts))  # noqa: T201


@app.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
)
def sandbox(context: typer.Context, *, json: Json = False) -> None:
    """Serve a local Notion and Microsoft 365 until stopped, and print the lines that point syncbot at them.

    Its other options (--data, --seed, --latency, --rate ..) are explained by: syncbot sandbox --help

    Example: syncbot sandbox --data sandbox-data
    """
    raise typer.Exit(sandbox_process.serve([*context.args, *(["--print", "json"] if json else [])]))


@app.command()
def demo(
    *,
    folder: Annotated[Path | None, typer.Option(help="Keep the demo's database here.")] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            help="Leave what was published here; else in demo-output, in --folder or where you are."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Show the whole job on 112 real cities against the sandbox: plan, sync, edits, a conflict, the week's papers.

    Example: syncbot demo
    """
    result = demo_steps.show(Console(stderr=json), folder, output)
    if json:
        print(as_json(result))  # noqa: T201
    raise typer.Exit(NOTHING if result.right else SOMETHING)


def run() -> None:
    """Run the command line; failures become one sentence and its cure."""
    carried_out(app)
