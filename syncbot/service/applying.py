"""Apply: send what a plan says, one write at a time per connection, connections side by side."""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from syncbot.endpoints.base import Endpoint
from syncbot.errors import EndpointError
from syncbot.reconcile.plan import Action, UpdateRow

from .deciding import Prepared
from .jobs import Job
from .ledger import Ledger
from .links import StoredLinks
from .parts import Parts
from .report import KindReport


def apply(
    parts: Parts, prepared: Prepared, links: StoredLinks, run: str, *, again: bool = False
) -> KindReport:
    """Carry out a plan and say how it went. A plan that was refused writes nothing and remembers nothing.

    `again`: the next sync decides every record of the plan once more.
    """
    ledger = Ledger(parts, prepared, links, run, again=again)
    for name, error in prepared.gathering.failed.items():
        ledger.fail(name, None, error.detail, error=error)
    if prepared.plan.refused or prepared.gathering.failed:
        return ledger.report()
    ledger.remember()
    if prepared.plan.actions:
        parts.watch.writing(prepared.spec.kind, len(prepared.plan.actions))
        _Lanes(parts, prepared, ledger).run()
    ledger.move_cursors()
    return ledger.report()


class _Lanes:
    """One thread a connection; the ledger is used by one of them at a time."""

    def __init__(self, parts: Parts, prepared: Prepared, ledger: Ledger) -> None:
        self._endpoints = parts.endpoints[prepared.spec.kind]
        self._actions = prepared.plan.actions
        self._ledger = ledger
        self._schemas = {name: side.bound.schema for name, side in prepared.gathering.sides.items()}
        self._lock = threading.Lock()

    def run(self) -> None:
        """Send everything; an endpoint that fails as a whole does not stop the others."""
        lanes: dict[str, list[Endpoint]] = {}
        for name in sorted({action.endpoint for action in self._actions}):
            lanes.setdefault(self._endpoints[name].connection, []).append(self._endpoints[name])
        with ThreadPoolExecutor(max_workers=len(lanes)) as pool:
            list(pool.map(self._lane, lanes.values()))

    def _lane(self, endpoints: Sequence[Endpoint]) -> None:
        for endpoint in endpoints:
            mine = [action for action in self._actions if action.endpoint == endpoint.name]
            try:
                for first in (True, False):
                    now = [action for action in mine if _stamps(action) is first]
                    for chunk in _chunks(now, endpoint.capabilities.batch):
                        self._chunk(endpoint, chunk)
            except EndpointError as error:
                with self._lock:
                    self._ledger.fail(endpoint.name, None, error.detail, error=error)

    def _chunk(self, endpoint: Endpoint, actions: Sequence[Action]) -> None:
        with self._lock:
            jobs = self._ledger.open(endpoint.name, actions)
        writes, once_more = [job.write for job in jobs], list[Job]()
        for job, done in zip(jobs, endpoint.write(writes, self._schemas[endpoint.name]), strict=True):
            with self._lock:
                plainer = self._ledger.without_key(job, done)
                if plainer is None:
                    self._ledger.close(job, done)
                else:
                    once_more.append(plainer)
        for job in once_more:
            [done] = endpoint.write([job.write], self._schemas[endpoint.name])
            with self._lock:
                self._ledger.close(job, done)


def _stamps(action: Action) -> bool:
    """Whether a row gets another key: that is done before a row is made that will carry the old one."""
    return isinstance(action, UpdateRow) and action.stamp


def _chunks(actions: Sequence[Action], size: int) -> Iterator[Sequence[Action]]:
    for start in range(0, len(actions), size):
        yield actions[start : start + size]
