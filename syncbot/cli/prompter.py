"""Starts the demo's commands: each in a process of its own, forked from one that has loaded the program already.

Loading takes a second or two, and the demo types some thirty commands. Where processes cannot be forked (Windows) each
is started anew.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import IO, Any, NoReturn

from syncbot.errors import UserError

_DOOR = "syncbot.cli.door"
_LOADED = (_DOOR, "syncbot.cli.main", "syncbot.app")
"""What a command would load; by name, because the demo is one of the commands."""


class Prompter:
    """Runs one command after the other."""

    def __init__(self, orders: IO[bytes] | None, endings: IO[bytes] | None, output: int) -> None:
        """Send orders there and read there how they ended; without, start anew. Commands write to `output`."""
        self._orders, self._endings, self._output = orders, endings, output

    def run(
        self, words: Sequence[str], variables: Mapping[str, str], folder: Path, said: Path | None = None
    ) -> int:
        """Run a command of syncbot with these variables and no others; return its exit code.

        What it says goes to the file `said`, or to where the demo's own words go.
        """
        if self._orders is None or self._endings is None:
            return _anew(words, variables, folder, said or self._output)
        order = {"words": list(words), "variables": dict(variables), "folder": str(folder)}
        to = {"said": str(said) if said else self._output}
        self._orders.write(json.dumps(order | to).encode() + b"\n")
        self._orders.flush()
        ending = self._endings.readline()
        if not ending:
            raise UserError("the process that starts the demo's commands has ended")
        return int(ending)


@contextmanager
def prompting(output: IO[str]) -> Iterator[Prompter]:
    """Load the program in the background; commands write to `output`, a file of the system."""
    if not hasattr(os, "fork"):
        yield Prompter(None, None, output.fileno())
        return
    to = os.dup(output.fileno())
    command = [sys.executable, "-m", "syncbot.cli.prompter"]
    try:
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, pass_fds=(to,)
        ) as process:
            yield Prompter(process.stdin, process.stdout, to)
    finally:
        os.close(to)


def _anew(words: Sequence[str], variables: Mapping[str, str], folder: Path, said: Path | int) -> int:
    command = [sys.executable, "-m", "syncbot", *words]
    if isinstance(said, int):
        return subprocess.run(command, env=variables, cwd=folder, stdout=said, check=False).returncode
    with said.open("wb") as file:
        return subprocess.run(command, env=variables, cwd=folder, stdout=file, check=False).returncode


# -- the process that has loaded the program


def _serve() -> None:
    """Read orders until there are no more; after each write how the command ended."""
    for name in _LOADED:
        import_module(name)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _carry_out(order)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


def _carry_out(order: Mapping[str, Any]) -> NoReturn:
    """Become the command."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    said = order["said"]
    output = said if isinstance(said, int) else os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(output, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.clear()  # noqa: TID251  # as a process that is started anew would find it
    os.environ.update(order["variables"])  # noqa: TID251
    os.chdir(order["folder"])
    sys.argv[1:] = order["words"]
    import_module(_DOOR).run()
    sys.exit(0)


if __name__ == "__main__":
    _serve()
