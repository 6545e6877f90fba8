"""The lease of a run at work: who has it writes, to the places and to the store, and nobody else does."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from syncbot.errors import LeaseHeld, LeaseLost
from syncbot.store.base import Store

LEASE = "sync"
LEASE_LIFE = timedelta(minutes=2)
"""How long a run that was killed keeps others out, where they cannot know that it is gone."""


@dataclass(frozen=True, kw_only=True)
class Holder:
    """Who holds the lease, and how it knows the time and others' end."""

    name: str
    """This process, unlike any other that ever was."""
    now: Callable[[], datetime]
    is_dead: Callable[[str], bool]
    """Whether a process that holds a lease is known to be gone; False when that cannot be known."""


class Lease:
    """Held by at most one run of this process at a time; used by several threads.

    A process that is stopped for longer than the lease lasts does not notice by itself. So `keep` is called before
    anything is sent or remembered: as long as half of the lease's life is left nobody can have taken it; after that the
    store is asked, and when another run has it or had it, this one is over.
    """

    def __init__(self, life: timedelta = LEASE_LIFE) -> None:
        """Hold nothing."""
        self._life = life
        self._lock = threading.Lock()
        self._store: Store | None = None
        self._holder: Holder | None = None
        self._until: datetime | None = None
        """None while nothing is held, and when it was lost."""

    @contextmanager
    def held(self, store: Store, holder: Holder) -> Iterator[None]:
        """Hold it while working; that of a process that is known to be gone is taken over at once.

        Raises `LeaseHeld` while another run is at work.
        """
        self._take(store, holder)
        try:
            yield
        finally:
            with self._lock:
                self._store = self._holder = self._until = None
            store.drop_lease(LEASE, holder=holder.name)

    def keep(self, ahead: float = 0.0) -> None:
        """Make sure that it is still ours, also after a wait of so many seconds; nothing where no run is at work.

        Raises `LeaseLost`.
        """
        with self._lock:
            if self._store is None or self._holder is None:
                return
            if self._until is None:
                raise LeaseLost(lease=LEASE, holder=self._holder.name)
            needed = self._holder.now() + timedelta(seconds=ahead)
            if self._until - needed >= self._life / 2:
                return
            until, self._until = needed + self._life, None
            self._store.keep_lease(LEASE, holder=self._holder.name, until=until)
            self._until = until

    def _take(self, store: Store, holder: Holder) -> None:
        now = holder.now()
        until = now + self._life
        try:
            store.take_lease(LEASE, holder=holder.name, until=until, now=now)
        except LeaseHeld as held:
            if not holder.is_dead(held.holder):
                raise
            store.drop_lease(LEASE, holder=held.holder)
            store.take_lease(LEASE, holder=holder.name, until=until, now=now)
        with self._lock:
            self._store, self._holder, self._until = store, holder, until
