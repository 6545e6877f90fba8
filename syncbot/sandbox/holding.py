"""Calls that are held at a chosen moment, so that a test can kill or stop a client there."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.types import Receive

from .journal import Entry


@dataclass(frozen=True)
class _Held:
    entry: Entry
    free: asyncio.Event = field(default_factory=asyncio.Event)


class Holding:
    """The calls of one service that wait until they are let go or their client is gone."""

    def __init__(self) -> None:
        """Hold nothing."""
        self._held: list[_Held] = []

    async def let_go(self, entry: Entry, receive: Receive) -> bool:
        """Wait with the call until `release`; False when its client went away before."""
        held = _Held(entry)
        self._held.append(held)
        freed, gone = asyncio.create_task(held.free.wait()), asyncio.create_task(_hung_up(receive))
        try:
            done, _ = await asyncio.wait((freed, gone), return_when=asyncio.FIRST_COMPLETED)
            return gone not in done
        finally:
            freed.cancel()
            gone.cancel()
            self._held.remove(held)

    def release(self) -> None:
        """Let all go on."""
        for held in self._held:
            held.free.set()

    def as_json(self) -> list[Mapping[str, object]]:
        """Return the held calls as the log of requests shows them, oldest first."""
        return [held.entry.as_json() for held in self._held]


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
