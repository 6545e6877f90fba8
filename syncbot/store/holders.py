"""Who holds a lease: a process, named unlike any other that ever was, and whether it is known to be gone.

`anna@laptop:4711/f000043c.1b2c3.9f3a`: login name, machine and process id; where Linux tells them also the space in
which process ids count (containers have their own, and may share the machine's name), when the process began, since
ids come again; and a last word that tells two users of leases in one process apart.
"""

import os
import re
import socket
from dataclasses import dataclass
from pathlib import Path

_HOLDER = re.compile(
    r".*@(?P<host>[^@]*):(?P<pid>[0-9]+)(/(?P<space>[0-9a-f]*)\.(?P<began>[0-9a-f]*)\.[0-9a-z]+)?"
)
_PROC = Path("/proc")
_ENDED = "ZX"
"""States of processes that only wait for their parent to ask how they ended (proc_pid_stat(5))."""


def this_process(user: str, word: str) -> str:
    """Name this process as a holder; `word` tells it from others in it."""
    its = _look(os.getpid())
    began = f"{its.began:x}" if its else ""
    return f"{user}@{socket.gethostname()}:{os.getpid()}/{_space()}.{began}.{word}"


def is_gone(holder: str) -> bool:
    """Whether a holder is known to be gone; of other machines and containers nothing is known."""
    named = _HOLDER.fullmatch(holder)
    if named is None or named["host"] != socket.gethostname() or (named["space"] or "") != _space():
        return False
    pid = int(named["pid"])
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        pass
    its = _look(pid)
    if its is None:
        return False
    return its.ended or (bool(named["began"]) and int(named["began"], 16) != its.began)


@dataclass(frozen=True, kw_only=True)
class _Process:
    began: int
    """In clock ticks since the machine started."""
    ended: bool


def _look(pid: int) -> _Process | None:
    """Ask Linux for a process; None where it does not tell, or elsewhere."""
    try:
        said = (_PROC / str(pid) / "stat").read_text("utf-8", "replace")
        threads = sum(1 for _ in (_PROC / str(pid) / "task").iterdir())
    except OSError:
        return None
    words = said.rpartition(")")[2].split()  # the name before may hold blanks and brackets
    return _Process(began=int(words[19]), ended=words[0] in _ENDED and threads <= 1)


def _space() -> str:
    """The namespace in which our process ids count (pid_namespaces(7)); empty where there is none."""
    try:
        return f"{(_PROC / 'self/ns/pid').stat().st_ino:x}"
    except OSError:
        return ""
