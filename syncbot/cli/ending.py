"""How a command ends: failures become one sentence and its cure, and an exit code."""

import sys
from typing import NoReturn

import typer

from syncbot.errors import SyncbotError

from .options import STOPPED


def carried_out(app: typer.Typer) -> NoReturn:
    """Run the command line that was typed, and end the process."""
    json = "--json" in sys.argv[1:]
    try:
        sys.exit(app(standalone_mode=not json))
    except (SyncbotError, typer.TyperException) as error:
        # Loaded when something is to be said: the service ends so once, and else keeps it in memory for months.
        from .telling import tell  # noqa: PLC0415

        sys.exit(tell(error, json=json))
    except SystemExit as ended:
        if ended.code == STOPPED:
            print("Stopped. Run the command again: it first looks how far this one came.", file=sys.stderr)  # noqa: T201
        raise
