"""What the service costs while there is nothing to do, and what one look at it costs: real processes, a real sandbox.

Memory and CPU are what Linux tells of the process (proc(5)); elsewhere nothing is measured.
"""

import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from syncbot.cli.sandbox import running
from syncbot.settings import environment, example_mappings
from tests.bench.figures import Figure

READY_SECONDS, IDLE_MEGABYTES, HEALTH_SECONDS = 3.0, 150.0, 0.3
_FAST = 20
"""Times the services' limits, so that a first sync takes a minute and not a quarter of an hour."""


@dataclass(frozen=True, kw_only=True)
class Start:
    """One start of the service."""

    ready: float
    """Seconds until it said that it had started."""
    worked: float
    """Seconds of the processor until then."""
    idle: float
    """Megabytes (2**20 bytes) resident after its first sync and a while with nothing to do."""
    busy: float
    """Seconds of the processor in an idle minute."""


def figures(minutes: float) -> Iterator[Figure]:
    """Start it twice, the first time with no database, and wait so long each time; then look at it as the image does."""
    if not Path("/proc/self/status").exists():
        yield Figure(what="service: nothing was measured, as this is not Linux")
        return
    with running(["--rate", str(_FAST)]) as lines, tempfile.TemporaryDirectory() as folder:
        variables = _variables(lines, Path(folder))
        for which in ("first start", "started again"):
            said = Path(folder) / f"{which}.log"
            with _serving(variables, said) as process:
                one = _measured(process, said, minutes * 60)
            yield Figure(
                what=f"service, {which}: s to ready", value=one.ready, bound=READY_SECONDS, note=_work(one)
            )
            yield Figure(what="  idle memory, MB", value=one.idle, bound=IDLE_MEGABYTES)
            yield Figure(what="  CPU seconds of an idle minute", value=one.busy)
        yield from looks(variables)


def looks(variables: Mapping[str, str]) -> Iterator[Figure]:
    """CPU seconds of commands that are typed or asked often."""
    for words, bound in (("health", HEALTH_SECONDS), ("--version", None), ("--help", None), ("status", None)):
        command = [sys.executable, "-m", "syncbot", words]
        costs = [_cpu(command, variables) for _ in range(3)]
        yield Figure(what=f"syncbot {words}: CPU s", value=min(costs), bound=bound)


def _work(one: Start) -> str:
    return f" ({one.worked:.1f} s of CPU)"


def _variables(lines: Mapping[str, str], folder: Path) -> Mapping[str, str]:
    return {
        **environment(),
        **lines,
        "MALLOC_ARENA_MAX": "2",
        "SYNCBOT_DATABASE_URL": f"sqlite:///{folder / 'syncbot.sqlite'}",
        "SYNCBOT_MAPPINGS": str(example_mappings()),
    }


@contextmanager
def _serving(variables: Mapping[str, str], said: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "syncbot", "run", "--json"]
    with said.open("wb") as output, subprocess.Popen(command, env=variables, stdout=output) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def _measured(process: subprocess.Popen[bytes], said: Path, seconds: float) -> Start:
    began = time.monotonic()
    while '"started"' not in said.read_text(encoding="utf-8"):
        assert process.poll() is None, f"the service ended: {said.read_text(encoding='utf-8')}"
        time.sleep(0.01)
    ready, worked = time.monotonic() - began, _worked(process.pid)
    _until_quiet(process.pid)
    before = _worked(process.pid)
    time.sleep(seconds)
    busy = (_worked(process.pid) - before) / seconds * 60
    return Start(ready=ready, worked=worked, idle=_resident(process.pid), busy=busy)


def _until_quiet(process: int) -> None:
    """Wait until it has used no processor worth the name for five seconds."""
    end = time.monotonic() + 600
    while time.monotonic() < end:
        before = _worked(process)
        time.sleep(5)
        if _worked(process) - before < 0.05:
            return
    raise SystemExit("the service did not come to rest")


def _worked(process: int) -> float:
    """Seconds of the processor that it had so far: proc(5), fields 14 and 15."""
    said = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(said[11]) + int(said[12])) / os.sysconf("SC_CLK_TCK")


def _resident(process: int) -> float:
    status = Path(f"/proc/{process}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:")) / 1024


def _cpu(command: list[str], variables: Mapping[str, str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=variables, capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
