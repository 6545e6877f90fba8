"""Says a failure, with its cure."""

import typer
from rich.console import Console
from rich.text import Text

from syncbot.errors import EndpointError, SyncbotError

from . import words
from .cures import cure_of, exit_code
from .plain import as_json


def tell(error: SyncbotError | typer.TyperException, *, json: bool) -> int:
    """Say it to people, and to machines that asked for JSON as well, where they read the answer; return the exit code."""
    if isinstance(error, SyncbotError):
        said, cure, code = str(error), cure_of(error), exit_code(error)
    else:  # a wrong option; without --json typer says it
        said, cure = error.format_message(), "See: syncbot --help, and syncbot COMMAND --help"
        code = error.exit_code
    if json:
        print(as_json({"what": type(error).__name__, "error": said, "cure": cure}))  # noqa: T201
    console = Console(stderr=True)
    plain = words.happened(said) if isinstance(error, EndpointError) else said
    console.print(Text(plain, style="red"), soft_wrap=True)
    if cure:
        console.print(Text(f"→ {cure}", style="yellow"), soft_wrap=True)
    return code
