"""What `make image-check` runs inside the image, with nothing but what is in there.

`demo`: the demo, and who may write where. `serve`: the sandbox and, as the image does by itself, `syncbot run`.
`measure`: the same, with how long it took to be ready and how much memory it keeps.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

_DATA, _SCRATCH = Path("/data"), Path("/tmp")  # noqa: S108  # the one place that compose.yaml gives besides
_OF_THE_KERNEL = ("/proc", "/sys", "/dev")
_READY_SECONDS, _IDLE_MEGABYTES, _HEALTH_SECONDS = 3.0, 150.0, 0.3
_PATIENCE = 240.0
_IDLE_SECONDS = 10.0


def main(what: str) -> int:
    """Do one of the three; return the exit status."""
    return {"demo": _demo, "serve": _serve, "measure": _measure}[what]()


def _demo() -> int:
    wrong = list(_faults())
    for fault in wrong:
        print(f"WRONG: {fault}")
    kept = _DATA / "demo-output"
    demo = subprocess.run(["syncbot", "demo", "--output", str(kept)], check=False)
    files = len(list(kept.iterdir())) if kept.is_dir() else 0
    print(f"demo ended with {demo.returncode} and left {files} files; {len(wrong)} faults of the image")
    return 1 if wrong or demo.returncode or not files else 0


def _faults() -> Iterator[str]:
    if os.getuid() == 0:
        yield "runs as root"
    for name in ("pip", "setuptools", "ensurepip"):
        if find_spec(name) is not None:
            yield f"{name} is there"
    for path in _writable():
        yield f"{path} can be written to"
    if not os.access(_DATA, os.W_OK):
        yield "/data cannot be written to"


def _writable() -> Iterator[Path]:
    """Every folder and file outside /data that this user may change."""
    for place, below, names in os.walk("/"):
        here = Path(place)
        below[:] = [
            one for one in below if str(here / one) not in {*_OF_THE_KERNEL, str(_DATA), str(_SCRATCH)}
        ]
        for path in (here, *(here / name for name in names)):
            if not path.is_symlink() and os.access(path, os.W_OK):
                yield path


def _settings() -> None:
    """Start the sandbox, and say in /data/.env where it is: syncbot and its health check read it there."""
    command = [
        sys.executable,
        "-m",
        "syncbot.sandbox",
        "--data",
        "/data/sandbox",
        "--rate",
        "20",
        "--print",
        "json",
    ]
    sandbox = subprocess.Popen(command, stdout=subprocess.PIPE)  # lives as long as the container
    assert sandbox.stdout is not None
    lines = json.loads(sandbox.stdout.readline())
    text = "".join(f"{name}='{value}'\n" for name, value in lines.items())
    (_DATA / ".env").write_text(text, encoding="utf-8")


def _serve() -> int:
    _settings()
    os.execvp("syncbot", ["syncbot", "run", "--json"])  # noqa: S606


def _measure() -> int:
    """Start it twice: the first time it makes its tables and its first sync, and keeps what only that needs."""
    _settings()
    return max(_one_start("first start", "synced"), _one_start("started again", "started"))


def _one_start(which: str, until: str) -> int:
    log = _DATA / f"{which}.log"
    began = time.monotonic()
    with log.open("wb") as output:
        service = subprocess.Popen(["syncbot", "run", "--json"], stdout=output)
    _said(log, "started", service)
    ready, worked = time.monotonic() - began, _worked(service.pid)
    _said(log, until, service)
    well, waited = _is_well(), time.monotonic() - began
    time.sleep(_IDLE_SECONDS)
    idle = _resident(service.pid)
    print(f"{which}: ready after {ready:.1f} s, {worked:.1f} s of them at work (asked: {_READY_SECONDS:.0f})")
    print(
        f"{which}: well after {waited:.1f} s; idle with {idle:.0f} MB resident (asked: {_IDLE_MEGABYTES:.0f})"
    )
    stopping = time.monotonic()
    service.send_signal(signal.SIGTERM)
    ended = service.wait(60)
    print(
        f"{which}: ended with {ended}, {time.monotonic() - stopping:.1f} s after it was asked to", flush=True
    )
    kept = idle <= _IDLE_MEGABYTES and worked <= _READY_SECONDS  # on a busy machine only the clock is late
    return 0 if well and kept and ended == 0 else 1


def _said(log: Path, event: str, service: "subprocess.Popen[bytes]") -> None:
    """Wait until the service said so."""
    while f'"event": "{event}"' not in log.read_text(encoding="utf-8"):
        if service.poll() is not None:
            sys.exit(f"the service ended: {log.read_text(encoding='utf-8')}")
        time.sleep(0.02)


def _is_well() -> bool:
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        before = _of_children()
        well = subprocess.run(["syncbot", "health"], check=False).returncode == 0
        if well:
            print(f"asked how it is: {_of_children() - before:.2f} s at work (asked: {_HEALTH_SECONDS})")
            return True
        time.sleep(2)
    return False


def _of_children() -> float:
    """Seconds of the processor that ended children had."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _worked(process: int) -> float:
    """Seconds of the processor that it had so far: proc(5), fields 14 and 15."""
    said = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")


def _resident(process: int) -> float:
    """Megabytes (2**20 bytes) of the process that are in memory."""
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1024


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
