"""Where `syncbot` starts: what runs for months or is asked every minute does not load what the other commands need."""

import sys
from datetime import UTC, datetime
from importlib.metadata import version

_VERSION = (["--version"],)
_HEALTH = (["health"], ["health", "--json"])


def run() -> None:
    """Run the command line that was typed, and end the process."""
    typed = sys.argv[1:]
    if typed in _VERSION:
        print(f"syncbot {version('syncbot')}")  # noqa: T201
    elif typed in _HEALTH and (code := _health(as_json="--json" in typed)) is not None:
        sys.exit(code)
    elif typed[:1] == ["run"]:
        _service()
    else:
        from .main import run as any_command  # noqa: PLC0415  # takes a second and 120 MB

        any_command()


def _health(*, as_json: bool) -> int | None:
    """Answer in a tenth of the time of all the rest; None when the rest is needed."""
    from syncbot.settings import environment  # noqa: PLC0415

    from .pulse import pulse, told  # noqa: PLC0415

    found = pulse(environment(), datetime.now(UTC))  # noqa: TID251  # as in `app`
    if found is None:
        return None
    print(told(found, as_json=as_json))  # noqa: T201
    return 0 if found.well else 1


def _service() -> None:
    """Without the other commands and the library that draws their tables: 6 MB less for months."""
    import typer  # noqa: PLC0415

    from .ending import carried_out  # noqa: PLC0415
    from .running import run as service  # noqa: PLC0415

    app = typer.Typer(
        name="syncbot", add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None
    )
    app.callback()(lambda: None)  # so that `run` stays a word of its own
    app.command("run")(service)
    carried_out(app)
