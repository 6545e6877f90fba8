"""A process that has imported syncbot and forks one child for each command, so that hundreds can be killed in minutes.

It has no threads, so a child is as good as a process started anew; it reaps its child at once, so that nobody takes a
dead one for a living one. `Nursery` is the side of the tests.
"""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

_HERE = Path(__file__).parents[2]
_INTERVAL = 0.005
_PATIENCE = 60.0
"""Seconds in which it has to have imported everything."""


class Child:
    """One command that was started; the part of `subprocess.Popen` that is needed."""

    def __init__(self, nursery: "Nursery", pid: int, output: Path) -> None:
        """Stand for the process of that number, which writes to `output`."""
        self.pid = pid
        self.returncode: int | None = None
        self._nursery, self._output = nursery, output

    def poll(self) -> int | None:
        """Return its exit code once it ended, minus the signal's number when it was killed."""
        if self.returncode is None:
            self.returncode = self._nursery.ended()
        return self.returncode

    def signal(self, number: int) -> None:
        """Send it a signal, unless it ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def finished(self, seconds: float) -> str:
        """Wait until it ended and return what it said. Raises AssertionError after so many seconds."""
        end = time.monotonic() + seconds
        while self.poll() is None:
            assert time.monotonic() < end, f"it goes on: {self.said()}"
            time.sleep(_INTERVAL)
        return self.said()

    def said(self) -> str:
        """What it wrote so far."""
        return self._output.read_text(errors="replace")


class Nursery:
    """Starts commands, each after the one before ended."""

    def __init__(self, folder: Path, module: str = "tests.system.nursery") -> None:
        """Keep what the commands write in `folder`; `module` is what is run, and calls `serve`."""
        self._output = folder / "said.txt"
        self._unread = b""
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            cwd=_HERE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
        )

    def start(self, words: Sequence[str], variables: Mapping[str, str], folder: Path) -> Child:
        """Start a command of syncbot with these variables and no others, in that folder."""
        assert self._process.stdin is not None
        self._output.write_text("")
        asked = {
            "words": list(words),
            "variables": dict(variables),
            "folder": str(folder),
            "output": str(self._output),
        }
        self._process.stdin.write(json.dumps(asked).encode() + b"\n")
        return Child(self, int(self._line(_PATIENCE) or 0), self._output)

    def ended(self) -> int | None:
        """Return the child's exit code once it ended."""
        line = self._line(0.0)
        return None if line is None else int(line)

    def close(self) -> None:
        """End it."""
        with self._process:
            self._process.kill()

    def _line(self, seconds: float) -> bytes | None:
        """Return the next line that it wrote, or None when none came in that time."""
        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        while b"\n" not in self._unread:
            if not select.select([pipe], [], [], seconds)[0]:
                return None
            more = os.read(pipe, 4096)
            assert more, "the nursery ended"
            self._unread += more
        line, _, self._unread = self._unread.partition(b"\n")
        return line


def _commands() -> None:
    """Run commands of syncbot."""
    import syncbot.app  # noqa: F401, PLC0415 - what a child would import itself
    from syncbot.cli.main import run  # noqa: PLC0415 - only where children are forked

    serve(run)


def serve(run: Callable[[], None]) -> None:
    """Read commands from standard input until it ends; write each child's number, and its exit code when it ended.

    `run` finds the command's words in `sys.argv` and ends the process.
    """
    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _stand_in(asked["variables"])
            os.chdir(asked["folder"])
            output = os.open(asked["output"], os.O_WRONLY | os.O_APPEND)
            os.dup2(output, 1)
            os.dup2(output, 2)
            sys.argv[1:] = asked["words"]
            run()
        print(pid, flush=True)  # noqa: T201
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)  # noqa: T201


def _stand_in(variables: Mapping[str, str]) -> None:
    """Give the child its environment and no other."""
    os.environ.clear()  # noqa: TID251 - what a process started anew would be given
    os.environ.update(variables)  # noqa: TID251


if __name__ == "__main__":
    _commands()
