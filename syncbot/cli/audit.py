"""The command that looks for what contradicts itself."""

from collections.abc import Sequence
from itertools import groupby
from typing import Annotated

import typer

from syncbot.model.auditing import Weight
from syncbot.service import auditing

from . import words
from .options import NOTHING, SOMETHING, Everything, Json
from .plain import as_json
from .rendering import SHOWN_LINES, Printer
from .wiring import printer, wired


def audit(
    *,
    full: Annotated[
        bool, typer.Option("--full", help="Also read every place as a whole and compare it.")
    ] = False,
    everything: Everything = False,
    json: Json = False,
) -> None:
    """Look for contradictions, facts without a home, records on one side only, and what waits; write nothing.

    Exit code 0: nothing but notes, 1: something was found.

    Example: syncbot audit
    """
    with wired() as parts:
        found = auditing.audit(parts, full=full)
    if json:
        print(as_json(found))  # noqa: T201
    else:
        show(printer(everything=everything), found, everything=everything)
    raise typer.Exit(SOMETHING if found.anything else NOTHING)


def show(paper: Printer, found: auditing.Audit, *, everything: bool) -> None:
    """Print what was found, rule by rule, each with what to do."""
    most = None if everything else SHOWN_LINES
    for _, alike in groupby(found.findings, key=lambda one: one.rule):
        _rule(paper, list(alike), most)
    _unchecked(paper, found, everything=everything)
    if found.reading is not None:
        paper.report(found.reading)
    if not found.anything:
        paper.line("Nothing contradicts itself.", "green")


def _rule(paper: Printer, found: Sequence[auditing.Finding], most: int | None) -> None:
    first = found[0]
    note = first.weight is Weight.NOTE
    heading = f"{first.law} ({first.rule}): {len(found)}{', good to know' if note else ''}"
    paper.line(heading, "cyan" if note else "bold")
    for one in found[:most]:
        paper.line(f"  {_line(one)}")
        paper.line(f"      → {words.spelled(one.todo)}", "yellow")
    if most is not None and len(found) > most:
        paper.line(f"  … and {len(found) - most} more (--all shows them)", "dim")


def _unchecked(paper: Printer, found: auditing.Audit, *, everything: bool) -> None:
    if everything:
        for law, why in found.unchecked.items():
            paper.line(f"Not checked: {law}; {why}", "dim")
    elif found.unchecked:
        rules = words.things(len(found.unchecked), "rule")
        paper.line(f"{rules} not checked, for lack of fields (--all names them).", "dim")


def _line(one: auditing.Finding) -> str:
    subject = words.field(one.subject) if one.rule == "wrong home" else one.subject
    return f"{subject}: {words.spelled(one.said)}; but {words.spelled(one.against)}"
