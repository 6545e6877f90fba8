"""Whether the process that holds a lease is gone, asked of real processes."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from syncbot.store.holders import is_gone, this_process

SAYS_WHO = """
import sys
from syncbot.store.holders import this_process
print(this_process("anna", "k3"), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def process() -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that waits, and its name."""
    command = [sys.executable, "-c", SAYS_WHO]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process, process.stdout.readline().strip()
        process.kill()


def test_a_process_at_work_or_stopped_is_there(process: tuple[subprocess.Popen[str], str]) -> None:
    """One that stands still may go on; what it holds expires, and is not taken from it."""
    assert not is_gone(process[1])
    process[0].send_signal(signal.SIGSTOP)
    assert not is_gone(process[1])
    assert not is_gone(this_process("anna", "k3"))


def test_a_killed_process_is_gone_before_its_parent_asks(process: tuple[subprocess.Popen[str], str]) -> None:
    """In a container often nobody asks, and the dead process stays in the list for ever."""
    process[0].kill()
    os.waitid(os.P_PID, process[0].pid, os.WEXITED | os.WNOWAIT)
    assert is_gone(process[1])
    process[0].wait()
    assert is_gone(process[1])


def test_another_process_with_the_same_number_is_not_it(process: tuple[subprocess.Popen[str], str]) -> None:
    """Process ids come again: who began at another time is somebody else."""
    where, _, marks = process[1].rpartition("/")
    space, began, word = marks.split(".")
    assert is_gone(f"{where}/{space}.{int(began, 16) - 1:x}.{word}")


@pytest.mark.parametrize(
    "holder",
    [
        f"anna@elsewhere-{socket.gethostname()}:1",
        f"anna@{socket.gethostname()}:999999999/1.1.k3",
        "syncbot",
        "",
    ],
)
def test_of_other_machines_and_containers_nothing_is_known(holder: str) -> None:
    """They may be at work."""
    assert not is_gone(holder)
