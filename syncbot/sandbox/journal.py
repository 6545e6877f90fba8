"""What a service's front remembers: the log of requests, and the state kept in a folder."""

import json
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from .frame import Call

KEPT_REQUESTS = 20_000
_SECRET_HEADERS = frozenset({"authorization", "proxy-authorization", "cookie"})


@dataclass
class Entry:
    """One request in the log; `status` stays None when no answer left."""

    n: int
    at: datetime
    call: Call
    status: int | None = None
    fault: str | None = None
    cost: float = 0.0

    def as_json(self) -> Mapping[str, object]:
        """Return what `GET /_sandbox/requests` shows: no credentials, and only bodies that were JSON."""
        headers = {name: value for name, value in self.call.headers.items() if name not in _SECRET_HEADERS}
        return {
            "n": self.n,
            "at": self.at.isoformat(),
            "method": self.call.method,
            "path": self.call.path,
            "query": {name: list(values) for name, values in self.call.query.items()},
            "status": self.status,
            "fault": self.fault,
            "cost": self.cost,
            "headers": headers,
            "body": json.loads(self.call.raw) if self.call.raw else None,
        }


class RequestLog:
    """The newest requests, numbered from 1 in the order they came."""

    def __init__(self, keep: int = KEPT_REQUESTS) -> None:
        """Keep at most `keep` entries."""
        self._entries: deque[Entry] = deque(maxlen=keep)
        self._count = 0

    def open(self, call: Call, at: datetime) -> Entry:
        """Note a request that just came; the front fills in how it went.

        The parsed body belongs to the service from now on; the log keeps the text of it, and no forms or uploads.
        """
        self._count += 1
        kept = replace(call, body=None, raw=call.raw if call.body is not None else b"")
        entry = Entry(self._count, at, kept)
        self._entries.append(entry)
        return entry

    def clear(self) -> None:
        """Empty the log and count from 1 again."""
        self._entries.clear()
        self._count = 0

    def as_json(self) -> list[Mapping[str, object]]:
        """Return the entries, oldest first."""
        return [entry.as_json() for entry in self._entries]


class StateFile:
    """One service's state in one file, always whole.

    It is written before the answer leaves, to a second file that then takes the first one's name. What was answered
    therefore survives the death of the process (kill -9); a power cut may lose the last writes, as nothing waits
    for the disk. The whole state is written each time: right for thousands of rows, not for hundreds of thousands.
    """

    def __init__(self, path: Path) -> None:
        """Use `path`, whose folder exists."""
        self._path = path
        self._last: str | None = None

    def read(self) -> tuple[object, datetime] | None:
        """Return the state and the sandbox time when it was saved, or None when nothing was saved yet."""
        if not self._path.exists():
            return None
        saved = json.loads(self._path.read_text("utf-8"))
        return saved["state"], datetime.fromisoformat(saved["at"])

    def write(self, state: object, at: datetime) -> None:
        """Save a state unless it is the one saved last."""
        text = json.dumps(state, ensure_ascii=False)
        if text == self._last:
            return
        beside = self._path.with_suffix(".new")
        beside.write_text(f'{{"at": "{at.isoformat()}", "state": {text}}}', "utf-8")
        beside.replace(self._path)
        self._last = text
