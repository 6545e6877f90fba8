"""The command that takes a run back."""

from typing import Annotated

import typer

from syncbot.reconcile.plan import LeftAlone
from syncbot.service import undoing
from syncbot.service.links import StoredLinks
from syncbot.service.parts import Parts
from syncbot.service.report import KindReport, Report
from syncbot.service.running import titles_for
from syncbot.store.base import RunStatus

from .options import NOTHING, SOMETHING, Everything, Json
from .wiring import printer, show, wired


def undo(
    run: Annotated[str, typer.Argument(metavar="RUN", help="Its id, as `syncbot history` lists it.")],
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be taken back; write nothing.")
    ] = False,
    everything: Everything = False,
    json: Json = False,
) -> None:
    """Take back what a run wrote, field by field; what people changed since is left alone and said.

    Rows that the run made go to the trash, and are not made again. An undo is a run itself and can be undone.
    Exit code 0: all is taken back, 1: something was left alone, waits for an answer, or did not work.

    Example: syncbot undo run-ab2cd3 --dry-run
    """
    with wired() as parts:
        if dry_run:
            report = undoing.plan_undo(parts, run)
        else:
            report = undoing.undo(
                parts, run, planned=lambda one: None if json else _planned(parts, one, everything)
            )
    if json or dry_run:
        show(report, parts.zone, json=json, everything=everything)
    else:
        printer(parts.zone).outcome(report)
    raise typer.Exit(SOMETHING if _is_something(report, dry_run=dry_run) else NOTHING)


def _planned(parts: Parts, planned: KindReport, everything: bool) -> None:
    """Print the plan of one kind before it is carried out."""
    titles = titles_for(parts, StoredLinks(parts.store, parts.mappings), [planned])
    printer(parts.zone, everything=everything).planned(planned, titles)


def _is_something(report: Report, *, dry_run: bool) -> bool:
    if dry_run:
        return report.anything
    left = any(isinstance(one, LeftAlone) for kind in report.kinds for one in kind.plan.findings)
    asked = any(kind.conflict_ids for kind in report.kinds)
    return report.status is not RunStatus.DONE or left or asked
