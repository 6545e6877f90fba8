"""`python -m syncbot.sandbox`: serve a local Notion, Microsoft Graph and sign-in until told to stop.

The environment lines go to standard output, everything meant for a person to standard error.
"""

import argparse
import errno
import json
import shlex
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from .clock import Clock
from .lines import environment_lines
from .login import LoginService
from .seed.story import SEEDS, story
from .server import Options, Sandbox, start
from .settled import Settled, settled

_HELP = """\
Serves a local Notion, a local Microsoft Graph with one SharePoint site, and a sign-in authority, all on this machine
only. Prints the environment variables that point syncbot at them, then serves until Ctrl+C or SIGTERM.
"""
_TAKEN = """
Another sandbox may be serving there, perhaps from the same folder: stop it, or name other ports with --port-notion,
--port-graph and --port-login."""
_EXAMPLE = """\
example:
  python -m syncbot.sandbox --data sandbox-data > sandbox.env &
  set -a; . ./sandbox.env; set +a; syncbot check
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 = stopped as asked, 2 = could not start."""
    stop = threading.Event()
    asked = _parser().parse_args(arguments)
    _stop_on_signals(stop)
    try:
        choice = settled(asked.data, asked.seed, _ports(asked), Clock().now())
        return _serve(asked, choice, stop)
    except (OSError, ValueError) as error:
        taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
        print(f"The sandbox could not start: {error}.{_TAKEN if taken else ''}", file=sys.stderr)  # noqa: T201
        return 2


def _serve(asked: argparse.Namespace, choice: Settled, stop: threading.Event) -> int:
    login = LoginService(Clock(factor=asked.time_factor))
    told = story(choice.seed, login, choice.when, rate=asked.rate)
    options = Options(
        latency=asked.latency,
        rate=asked.rate,
        time_factor=asked.time_factor,
        data=asked.data,
        ports=choice.ports,
    )
    with start([told.notion, told.graph], login, options) as sandbox:
        choice.keep(asked.data, sandbox.ports())
        lines = environment_lines(sandbox, told.environment, rate=asked.rate, time_factor=asked.time_factor)
        _tell(sandbox, lines, choice, asked)
        stop.wait()
    print("The sandbox has stopped.", file=sys.stderr)  # noqa: T201
    return 0


def _tell(sandbox: Sandbox, lines: dict[str, str], choice: Settled, asked: argparse.Namespace) -> None:
    """Print the lines for machines, and what it is and how to stop it for people."""
    pairs = [f"{name}={shlex.quote(value)}" for name, value in lines.items()]
    text = json.dumps(lines) if asked.print == "json" else "\n".join(pairs)
    print(text, flush=True)  # noqa: T201
    kept = f"State is kept in {asked.data}." if asked.data else "Nothing is kept when it stops."
    told = f"""
This is syncbot's sandbox: a local Notion, SharePoint and sign-in for trying things out. It is filled with: {choice.seed}.
  Notion     {sandbox.notion_url}
  Graph      {sandbox.graph_url}
  sign-in    {sandbox.login_url}
Each has control routes under /_sandbox/ (state, requests, faults, clock, reset, edit). {kept}
The lines above are the environment that points syncbot here. Stop with Ctrl+C."""
    print(told, file=sys.stderr, flush=True)  # noqa: T201


def _stop_on_signals(stop: threading.Event) -> None:
    def ask(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)


def _ports(asked: argparse.Namespace) -> tuple[int, int, int]:
    return asked.port_notion, asked.port_graph, asked.port_login


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m syncbot.sandbox",
        description=_HELP,
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--data", type=_folder, metavar="DIR", help="keep state, keys, ids and ports in this folder")
    add("--latency", type=float, default=0.0, metavar="S", help="seconds before each answer")
    add("--rate", type=_above_zero, default=1.0, metavar="F", help="factor on the documented rate limits")
    add("--time-factor", type=_above_zero, default=1.0, metavar="F", help="how fast the sandbox's time runs")
    for service in ("notion", "graph", "login"):
        add(f"--port-{service}", type=_port, default=0, metavar="N", help="0 = any free one")
    add("--seed", metavar="SEED", help=f"what it is filled with: {SEEDS} (default: demo)")
    add("--print", choices=("env", "json"), default="env", help="lines NAME=value, or one line of JSON")
    return parser


def _folder(text: str) -> Path:
    return Path(text).resolve()  # the printed path of the certificate must hold wherever it is read


def _port(text: str) -> int:
    number = int(text)
    if not 0 <= number <= 65535:
        raise argparse.ArgumentTypeError("no such port: it must be from 0 to 65535")
    return number


def _above_zero(text: str) -> float:
    number = float(text)
    if not number > 0:
        raise argparse.ArgumentTypeError("must be above zero")
    return number


if __name__ == "__main__":
    sys.exit(main())
