"""Turns at the connections: of all processes on one store, one at a time works with a connection."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from syncbot.errors import LeaseHeld
from syncbot.store.base import Store

from .lease import LEASE_LIFE

_LOOK_EVERY = 1.0
"""Seconds between two looks whether the other one has ended."""


class Turns:
    """The leases of this process at its connections; used by several threads.

    All are taken at the first request to any of them, always in the same order: two processes that each hold what
    the other one needs would wait for each other. All are prolonged with each request to any, so that one that
    waits for another connection's work is not lost meanwhile; one that was lost is taken anew, since who writes is
    decided by the lease of the run, not here.
    """

    def __init__(
        self,
        *,
        store: Store,
        holder: str,
        holder_is_dead: Callable[[str], bool],
        now: Callable[[], datetime],
        sleep: Callable[[float], None],
        on_wait: Callable[[str, float], None],
        patience: float,
        life: timedelta = LEASE_LIFE,
    ) -> None:
        """`patience`: seconds to wait for others in all; `on_wait` hears who works there and how long we wait."""
        self._store = store
        self._holder = holder
        self._holder_is_dead = holder_is_dead
        self._now = now
        self._sleep = sleep
        self._on_wait = on_wait
        self._patience = patience
        self._life = life
        self._lock = threading.Lock()
        self._until: dict[str, datetime | None] = {}

    def add(self, connection: str) -> None:
        """A connection that is going to be used, named as in the store."""
        self._until[connection] = None

    def take(self, ahead: float = 0.0) -> None:
        """Make sure of our turn for now, and for a wait of `ahead` seconds.

        Raises `LeaseHeld` when somebody else still works there after our patience; nothing is held then.
        """
        with self._lock:
            needed = self._now() + timedelta(seconds=ahead)
            for connection, until in sorted(self._until.items()):
                if until is None or until < needed + self._life / 2:
                    self._take(connection, needed + self._life)

    def give_back(self) -> None:
        """Let others work."""
        for connection, until in self._until.items():
            if until is not None:
                self._store.drop_lease(connection, holder=self._holder)
                self._until[connection] = None

    def _take(self, connection: str, until: datetime) -> None:
        told = False
        while held := self._refusal(connection, until):
            if self._patience <= 0:
                self.give_back()
                raise held
            if not told:
                self._on_wait(f"{connection}: {held.who} works there{held.began}", self._patience)
                told = True
            wait = min(_LOOK_EVERY, self._patience)
            self._sleep(wait)
            self._patience -= wait
        self._until[connection] = until

    def _refusal(self, connection: str, until: datetime) -> LeaseHeld | None:
        """Try, and once more where the holder is known to be gone; return who holds it, or None when it is ours."""
        for _ in range(2):
            try:
                self._store.take_lease(connection, holder=self._holder, until=until, now=self._now())
            except LeaseHeld as held:
                if not self._holder_is_dead(held.holder):
                    return held
                self._store.drop_lease(connection, holder=held.holder)
                gone = held
            else:
                return None
        return gone
