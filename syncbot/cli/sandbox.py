"""Starts the sandbox as a process of its own: nothing of syncbot imports it, so that it can judge syncbot."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import IO, Any

from syncbot.errors import UserError

STOP_SECONDS = 10.0


def serve(words: Sequence[str]) -> int:
    """Serve until stopped; return the sandbox's exit status. Who ends this process ends the sandbox."""
    with subprocess.Popen(_command(words)) as process:
        signal.signal(signal.SIGTERM, lambda _number, _frame: process.terminate())
        try:
            return process.wait()
        except KeyboardInterrupt:
            return process.wait(STOP_SECONDS)


@contextmanager
def running(words: Sequence[str]) -> Iterator[Mapping[str, str]]:
    """Run it in the background; yield the environment lines that point at it."""
    command = _command([*words, "--print", "json"])
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            assert process.stdout is not None
            yield _lines(process.stdout)
        finally:
            process.terminate()
            process.wait(STOP_SECONDS)


def _command(words: Sequence[str]) -> list[str]:
    return [sys.executable, "-m", "syncbot.sandbox", *words]


def _lines(output: IO[bytes]) -> Mapping[str, str]:
    said = output.readline()
    try:
        lines: dict[str, Any] = json.loads(said)
    except ValueError:
        raise UserError("the sandbox did not start (run `syncbot sandbox` to see why)") from None
    return {name: str(value) for name, value in lines.items()}
