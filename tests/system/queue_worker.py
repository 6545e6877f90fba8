"""A process that asks Notion who it is, again and again, through a budget in a store.

`python -m tests.system.queue_worker DATABASE NOTION TOKEN UNITS WINDOW TIMES`: prints a line for each answer, and one
for each wait, with the moment, so that a test can tell who was let in when.
"""

import random
import sys
import time

from pydantic import SecretStr

from syncbot.endpoints.budget import SharedBudget
from syncbot.endpoints.notion.connection import NotionConnection
from syncbot.endpoints.traffic import Traffic
from syncbot.store.open import open_store


def say(what: str) -> None:
    """Print it with the moment."""
    print(f"{time.time():.3f} {what}", flush=True)  # noqa: T201, TID251


def main(database: str, base_url: str, token: str, units: str, window: str, times: str) -> None:
    """Ask so many times."""
    store = open_store(database)
    traffic = Traffic(
        name="notion",
        units=float(units),
        window_seconds=float(window),
        monotonic=time.monotonic,
        sleep=time.sleep,
        dice=random.Random(1),
        on_wait=lambda why, _: say(f"waits, {why}"),
        shared=lambda limit, length: SharedBudget(
            lambda change: store.revise_memo("notion", change), limit=limit, window=length
        ),
        clock=time.time,  # noqa: TID251
    )
    connection = NotionConnection(
        token=SecretStr(token), traffic=traffic, monotonic=time.monotonic, base_url=base_url
    )
    say("ready")
    sys.stdin.readline()
    for _ in range(int(times)):
        connection.ask("GET", "users/me")
        say("answered")
    connection.close()
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
