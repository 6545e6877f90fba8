"""`make bench`: one table of what syncbot costs, beside its peers, measured in this call on the same data.

Every step runs in a process of its own. Requests are counted by the sandbox, never taken from syncbot's own report.
Returns 1 when a bound of ours is broken.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench import first_sync, idle, service
from tests.bench.figures import Figure, printed
from tests.bench.measure import Cost

ROOT = Path(__file__).parents[2]
SIZES = (1_000, 10_000, 100_000)
FIELDS = 20
PEERS = {"diffsync": SIZES, "synctask": SIZES[:2]}
"""By peer: the sizes it is measured at. SyncTask looks each row up in a list of all: 100,000 take it minutes."""


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print as it becomes known, and return 1 when a bound is broken."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes only; a minute instead of ten")
    parser.add_argument(
        "--peers", type=Path, default=ROOT / ".venv-bench", help="the environment of the peers"
    )
    options = parser.parse_args(words)
    broken = 0
    for figure in _all(options.peers / "bin" / "python", quick=options.quick):
        print(printed(figure), flush=True)  # noqa: T201
        broken += not figure.kept
    return int(broken > 0)


def _all(peers: Path, *, quick: bool) -> Iterator[Figure]:
    yield from reconciling(peers, SIZES[:2] if quick else SIZES)
    yield from composing()
    yield from idle.figures(112, rate=1)
    if not quick:
        yield from idle.figures(5_000, rate=1_000)
    yield from first_sync.figures()
    yield from service.figures(0.2 if quick else 1)


def reconciling(peers: Path, sizes: Sequence[int]) -> Iterator[Figure]:
    """Deciding, and the whole way from the store to the plan, beside the peers."""
    for size in sizes:
        asked = f"{size:,} records x {FIELDS} fields, 2 % changed"
        yield Figure(what=asked)
        ours = _median(_decide("decide", size))
        yield from _speed("  syncbot: sift, identify and plan", size, ours)
        yield from _speed(
            "    with every row identified, none sifted out", size, _median(_decide("recognise", size))
        )
        for peer, measured_at in PEERS.items():
            if size in measured_at:
                theirs = _median([str(peers), "-m", f"tests.bench.peer_{peer}", str(size)])
                yield from _speed(f"  {_NAMES[peer]}", size, theirs)
                yield from _ratio(peer, theirs, ours)
        with _filled(size) as whole:
            yield from _speed("  syncbot plan --full, from SQLite store to plan", size, _median(whole))
    if len(sizes) == len(SIZES):
        small, large = sizes[1:]
        yield from _bounds("sift, identify and plan", _decide("decide", small), _decide("decide", large))
        with _filled(small) as few, _filled(large) as many:
            yield from _bounds("plan --full", few, many)


_TIMES = {"diffsync": 5.0}
"""By peer: how many times its throughput ours must be at least, in the same call."""
_NAMES = {"diffsync": "diffsync, diff_to of two adapters", "synctask": "ultimate-notion SyncTask, in memory"}


def _ratio(peer: str, theirs: Cost, ours: Cost) -> Iterator[Figure]:
    yield Figure(
        what=f"    CPU of {peer} / CPU of syncbot", value=theirs.cpu / ours.cpu, least=_TIMES.get(peer)
    )
    if theirs.load:
        whole = (theirs.load + theirs.cpu) / (ours.load + ours.cpu)
        yield Figure(what="    the same with making its models, and our rows", value=whole)


def _speed(what: str, size: int, measured: Cost) -> Iterator[Figure]:
    assert measured.found == size // 50, f"{what} found {measured.found} of {size // 50} changed records"
    yield Figure(
        what=what,
        note=f"{measured.cpu:8.2f} s CPU {measured.wall:8.2f} s wall {size / measured.cpu:>10,.0f} records/s"
        f" {measured.peak:6,.0f} MB",
    )


def _bounds(what: str, small: Sequence[str], large: Sequence[str]) -> Iterator[Figure]:
    """Each large one is held against a small one that ran just before it: this machine is not equally fast all day."""
    pairs = [(_cost(small), _cost(large)) for _ in range(_TRIES)]
    ours = _middle([many for _, many in pairs])
    growth = sorted(many.cpu / few.cpu for few, many in pairs)[_TRIES // 2]
    yield Figure(what=f"{what} of 100,000: CPU seconds", value=ours.cpu, bound=10)
    yield Figure(what="  peak memory of the process, MB", value=ours.peak, bound=600)
    yield Figure(what="  growth of CPU from 10,000 to 100,000", value=growth, bound=11)


def composing() -> Iterator[Figure]:
    """All that four groups and their people get in a week."""
    measured = _cost([sys.executable, "-m", "tests.bench.week"])
    yield Figure(
        what=f"112 cities, the week of 4 groups composed: {measured.found} forms, CPU s",
        value=measured.cpu,
        bound=2,
    )
    yield Figure(what="  and read from SQLite at each look, CPU s", value=measured.load)
    yield Figure(what="  peak memory of the process, MB", value=measured.peak)


def _decide(step: str, size: int) -> Sequence[str]:
    return [sys.executable, "-m", "tests.bench.ours", step, str(size)]


@contextmanager
def _filled(size: int) -> Iterator[Sequence[str]]:
    """A store and two places of a size; what plans over them."""
    with tempfile.TemporaryDirectory() as folder:
        step = [sys.executable, "-m", "tests.bench.whole"]
        _run([*step, "fill", str(size), folder])
        yield [*step, "plan", str(size), folder]


_TRIES = 3


def _median(command: Sequence[str]) -> Cost:
    """The one in the middle of three processes, ours and the peers' alike: one of a tenth of a second may be an odd one."""
    return _middle([_cost(command) for _ in range(_TRIES)])


def _middle(costs: Sequence[Cost]) -> Cost:
    return sorted(costs, key=lambda one: one.cpu)[len(costs) // 2]


def _cost(command: Sequence[str]) -> Cost:
    return Cost(**json.loads(_run(command).splitlines()[-1]))


def _run(command: Sequence[str]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder) / "config.toml"
        settings.write_text("[ultimate_notion]\n")
        variables: Mapping[str, str] = {
            **os.environ,  # noqa: TID251
            "ULTIMATE_NOTION_CONFIG": str(settings),
            "PYTHONPATH": str(ROOT),
        }
        done = subprocess.run(command, env=variables, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main())
