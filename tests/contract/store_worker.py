"""A process that works on a store, for tests that race or kill it: `python -m tests.contract.store_worker ..`."""

import sys

from syncbot.errors import LeaseHeld
from syncbot.store.open import open_store
from tests.contract.store_values import NOW, agreed, change, later, row

RECORDS = 400
"""How many records one commit of `commit` moves."""


def commit(url: str, start: str) -> None:
    """Move one field of all records to the next number, again and again; say each number that is kept."""
    store = open_store(url)
    for number in range(int(start), 1_000_000):
        at = later(number)
        changes = [
            change(
                f"k{key}", rows={"notion": row(f"r{key}", {"n": number})}, agreed={"n": agreed(number, at=at)}
            )
            for key in range(RECORDS)
        ]
        store.commit(changes, run=f"r{number}", at=at)
        print(number, flush=True)  # noqa: T201


def take(url: str, holder: str) -> None:
    """Open the store, wait for a line on the input, try to take a lease, say how it went."""
    store = open_store(url)
    print("ready", flush=True)  # noqa: T201
    sys.stdin.readline()
    try:
        store.take_lease("city", holder=holder, until=later(5), now=NOW)
        print("taken", flush=True)  # noqa: T201
    except LeaseHeld as error:
        print(f"held by {error.holder}", flush=True)  # noqa: T201
    store.close()


if __name__ == "__main__":
    {"commit": commit, "take": take}[sys.argv[1]](*sys.argv[2:])
