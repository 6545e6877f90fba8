"""A throw-away PostgreSQL server on a loopback port, from the binaries of the system."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import packages

_ACCOUNT = "postgres"
"""Who runs the server when we are root: it refuses to run as root."""
_FAST = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
"""A killed server need not come back, so nothing waits for the disk."""
_IN_MEMORY = Path("/dev/shm")
_ROOM = 2 * 1024**3
"""Bytes: enough for two hundred small databases and what the server logs beside them."""


def binaries() -> Path | None:
    """Return the folder of the newest installed server's programs."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda path: float(path.parent.name))
    initdb = shutil.which("initdb")
    return Path(initdb).resolve().parent if initdb else None


def available() -> bool:
    """Say whether a server can be started here."""
    return binaries() is not None


@contextmanager
def cluster() -> Iterator[str]:
    """Run a fresh server; give its URL up to the slash before a database's name, for SQLAlchemy with psycopg."""
    programs = binaries()
    assert programs is not None, packages.reason("postgresql")
    folder = Path(tempfile.mkdtemp(prefix="syncbot-pg-", dir=_memory()))
    try:
        _own(folder)
        _run(programs / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync", "--no-instructions")  # fmt: skip
        port = _free_port()
        settings = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} {_FAST}"
        control = (programs / "pg_ctl", "-D", folder / "data", "-w")
        _run(*control, "-l", folder / "log", "-o", settings, "start")
        try:
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/"
        finally:
            _run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _memory() -> Path | None:
    """A folder in memory with room for a database a test: making one takes a tenth of the time; None: on disk."""
    there = os.access(_IN_MEMORY, os.W_OK) and shutil.disk_usage(_IN_MEMORY).free > _ROOM
    return _IN_MEMORY if there else None


def _own(folder: Path) -> None:
    if os.geteuid() == 0:
        account = pwd.getpwnam(_ACCOUNT)
        os.chown(folder, account.pw_uid, account.pw_gid)


def _run(*command: object) -> None:
    account = pwd.getpwnam(_ACCOUNT) if os.geteuid() == 0 else None
    subprocess.run(
        [str(part) for part in command],
        check=True,
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    )


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
