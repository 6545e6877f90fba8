"""What several processes share besides records, in memory: who is at work, and what endpoints keep for themselves."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from syncbot.errors import LeaseHeld, LeaseLost


@dataclass(frozen=True, kw_only=True)
class _Lease:
    """Who holds it, until when, since when."""

    holder: str
    until: datetime
    since: datetime


class MemoryShared:
    """The part of the store in memory that knows leases and memos."""

    def __init__(self) -> None:
        super().__init__()
        self._shared_lock = threading.RLock()
        self._leases: dict[str, _Lease] = {}
        self._memos: dict[str, str] = {}

    # -- leases
    def take_lease(self, name: str, *, holder: str, until: datetime, now: datetime) -> None:
        """Take or prolong a lease. Raises `LeaseHeld` while somebody else holds it."""
        with self._shared_lock:
            its = self._leases.get(name)
            lasts = its is not None and its.until > now
            if its and lasts and its.holder != holder:
                said = its.until.isoformat(), its.since.isoformat()
                raise LeaseHeld(lease=name, holder=its.holder, until=said[0], since=said[1])
            since = its.since if its and lasts else now
            self._leases[name] = _Lease(holder=holder, until=until, since=since)

    def keep_lease(self, name: str, *, holder: str, until: datetime) -> None:
        """Prolong a lease that is still ours. Raises `LeaseLost` when somebody else took it since."""
        with self._shared_lock:
            if not self._holds(name, holder):
                raise LeaseLost(lease=name, holder=holder)
            self._leases[name] = replace(self._leases[name], until=until)

    def drop_lease(self, name: str, *, holder: str) -> None:
        """Give it back; nothing happens when somebody else holds it by now."""
        with self._shared_lock:
            if self._holds(name, holder):
                del self._leases[name]

    def _holds(self, name: str, holder: str) -> bool:
        return name in self._leases and self._leases[name].holder == holder

    # -- memos
    def memo(self, name: str) -> str:
        """Return such a text, "" before the first time."""
        with self._shared_lock:
            return self._memos.get(name, "")

    def revise_memo(self, name: str, change: Callable[[str], str]) -> None:
        """Turn a text that endpoints keep for themselves into another."""
        with self._shared_lock:
            self._memos[name] = change(self._memos.get(name, ""))
