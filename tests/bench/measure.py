"""What one step costs, measured in a process of its own; nothing of syncbot in it, so that peers can use it."""

import json
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What a step took."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of all threads of the process."""
    found: int
    """Records that the step found to be changed: the same for all, or something is wrong."""
    peak: float = 0.0
    """The most memory that the process ever had, MB, with everything that the step was given."""
    load: float = 0.0
    """CPU seconds to bring the records into the form that the step works on."""


def cost(step: Callable[[], Result], found: Callable[[Result], int], *, load: float = 0.0) -> Cost:
    """Carry the step out and say what it took."""
    wall, cpu = time.perf_counter(), time.process_time()
    result = step()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return Cost(wall=wall, cpu=cpu, found=found(result), load=load)


def tell(measured: Cost) -> None:
    """Print the cost, with the memory that this process needed, for `__main__` to read."""
    print(json.dumps({**asdict(measured), "peak": peak_mb()}))  # noqa: T201


def peak_mb() -> float:
    """Return the most memory that this process ever had; Linux counts what the parent had into ru_maxrss."""
    status = Path("/proc/self/status")
    if status.exists():
        [line] = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
        return int(line.split()[1]) / 1024
    unit = 2**20 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
