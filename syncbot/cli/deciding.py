"""How a person's word is taken: kept, confirmed, and carried out by a sync at once or by the next one."""

from collections.abc import Callable, Sequence
from typing import Annotated, TypeVar

import typer

from syncbot.service import syncing
from syncbot.service.parts import Parts
from syncbot.store.base import RunStatus

from .options import NOTHING, SOMETHING
from .plain import as_json
from .wiring import show, wired

Said = TypeVar("Said")
Later = Annotated[bool, typer.Option("--later", help="Only note the decision; the next sync carries it out.")]


def decide(
    decision: Callable[[Parts], Said],
    *,
    verb: str,
    kinds: Callable[[Parts, Said], Sequence[str]],
    confirm: Callable[[Parts, Said], None],
    later: bool,
    json: bool,
) -> None:
    """Keep a decision and say so; unless `later`, sync the kinds that it is about, show that, and exit."""
    with wired() as parts:
        said = decision(parts)
        if later and json:
            print(as_json(said))  # noqa: T201
        if not json:
            confirm(parts, said)
        if later:
            return
        report = syncing.sync(parts, kinds(parts, said), verb=verb)
    show(report, parts.zone, json=json, everything=False)
    raise typer.Exit(NOTHING if report.status is RunStatus.DONE else SOMETHING)
