"""The options and exit codes that commands share."""

from datetime import date
from typing import Annotated

import typer

NOTHING, SOMETHING = 0, 1
"""Exit codes: all is well, or there is something to look at."""
STOPPED = 130
"""The exit code after Ctrl-C, as shells have it."""

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Everything = Annotated[bool, typer.Option("--all", help="Do not cut long lists.")]
Kinds = Annotated[list[str] | None, typer.Option("--kind", help="Only this kind (may be given again).")]
Full = Annotated[bool, typer.Option("--full", help="Read and compare everything, not only what changed.")]
Mass = Annotated[
    bool, typer.Option("--allow-mass-change", help="Go on although more would change than the limits allow.")
]


def day_of(text: str) -> date:
    """Return a day as people type it. Raises `BadParameter`."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise typer.BadParameter(f"expected a day such as 2026-12-01, found {text!r}") from None
