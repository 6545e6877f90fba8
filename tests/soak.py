"""`make soak`: the state machine of tests/property/test_soak.py for as long as you like.

Prints the seed, so that a run can be repeated, then what was met, and for a failure the shortest script that shows it.
"""

import argparse
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.fakes import postgres
from tests.fakes.soak_runs import RULES
from tests.property import test_soak

CHUNK = 50
"""So many examples have one seed; the time is looked at in between."""


def main(words: list[str]) -> None:
    """Soak, and say how it went; a broken law is raised with the shortest script that shows it."""
    given = _given(words)
    _say(f"seed {given.seed}, store {given.store}: at most {given.examples} examples")
    began = time.monotonic()
    try:
        with _server(given.store):
            _soak(given, began)
    finally:
        _say(_table(time.monotonic() - began))


def _soak(given: argparse.Namespace, began: float) -> None:
    number = given.seed
    try:
        while (left := given.examples - RULES["examples"]) > 0:
            if given.seconds and time.monotonic() - began > given.seconds:
                break
            _chunk(number, given.store, min(CHUNK, left), shrink=not given.quick)
            _say(f"  {RULES['examples']} examples, {time.monotonic() - began:.0f} s")
            number += 1
    except BaseException:
        _say(f"stopped in the examples of seed {number}")
        raise


@contextmanager
def _server(store: str) -> Iterator[None]:
    if store != "postgresql":
        yield
        return
    with postgres.cluster() as url:
        test_soak.SoakOnPostgresql.url = f"{url}postgres"
        yield


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def _given(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.soak")
    parser.add_argument("--examples", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=0, help="stop after so many; 0 = when all are done")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6))
    parser.add_argument("--store", choices=sorted(test_soak.STORES), default="memory")
    parser.add_argument("--quick", action="store_true", help="do not look for the shortest script")
    return parser.parse_args(words)


def _chunk(number: int, store: str, examples: int, *, shrink: bool) -> None:
    phases = [Phase.generate, *([Phase.shrink] if shrink else [])]
    run_state_machine_as_test(
        seed(number)(test_soak.machine(store)),
        settings=settings(
            test_soak.QUICK,
            max_examples=examples,
            stateful_step_count=40,
            derandomize=False,
            database=None,
            phases=phases,
            report_multiple_bugs=False,
        ),
    )


def _table(seconds: float) -> str:
    lines = [f"{seconds:.0f} s; met so often:"]
    lines += [f"  {name:24} {count:9,}" for name, count in sorted(RULES.items())]
    return "\n".join(lines)


if __name__ == "__main__":
    main(sys.argv[1:])
