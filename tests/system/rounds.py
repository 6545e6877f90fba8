"""One round of the real service at a moment that the test says: in the test's process, or in one that may be killed.

As a program it forks a process for each moment that it reads, see `nursery`.
"""

import sys
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from syncbot.app import opened
from syncbot.cli.names import NAMES
from syncbot.errors import LeaseHeld, SyncbotError
from syncbot.service.parts import Parts, Quiet
from syncbot.service.report import Report
from syncbot.service.serving import Service, went_round
from syncbot.service.ticking import Ticked
from syncbot.service.ways import Ways
from tests.system.nursery import serve

_NEVER = timedelta(days=1000)


@dataclass(kw_only=True)
class Heard:
    """Keeps what the service said."""

    trouble: list[str] = field(default_factory=list)
    ticked_: list[Ticked] = field(default_factory=list)

    def synced(self, report: Report) -> None:
        """Nobody asked for that."""
        self.trouble.append(f"synced: {report.run}")

    def ticked(self, ticked: Ticked) -> None:
        """Keep it."""
        self.ticked_.append(ticked)

    def failed(self, doing: str, error: SyncbotError) -> None:
        """Keep it."""
        self.trouble.append(f"{doing}: {error}")

    def broke(self, doing: str, error: Exception) -> None:
        """Keep it."""
        self.trouble.append(f"{doing} broke: {error!r}")

    def waits(self, error: LeaseHeld) -> None:
        """Keep it."""
        self.trouble.append(f"waits: {error}")


def go_round(parts: Parts, ways: Ways, at: datetime) -> Heard:
    """Let the service go round once at a moment; it does not sync."""
    heard = Heard()
    still = replace(parts, now=lambda: at, sync_every=_NEVER)
    went_round(Service(parts=still, ways=ways, names=NAMES, listener=heard, wait=lambda _: True))
    return heard


def run() -> None:
    """Go round at the moment of the first word, and end with 1 if anything was wrong."""
    with opened(watch=Quiet(), on_wait=lambda _why, _seconds: None) as parts:
        heard = go_round(parts, parts.ways(), datetime.fromisoformat(sys.argv[1]))
    print(heard)  # noqa: T201
    raise SystemExit(1 if heard.trouble else 0)


if __name__ == "__main__":
    serve(run)
