"""What the service counts, for Prometheus. Names, labels and meanings: docs/howto/container.md."""

from collections import Counter as Tally

from prometheus_client import CollectorRegistry, Counter, Gauge, ProcessCollector, disable_created_metrics
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest

from syncbot.endpoints.exchange import Exchange
from syncbot.schedule.delivering import Standing
from syncbot.service.diary import Written
from syncbot.service.parts import Parts
from syncbot.service.report import Report
from syncbot.service.serving import last_sync

CONTENT_TYPE = CONTENT_TYPE_LATEST
disable_created_metrics()  # type: ignore[no-untyped-call]  # when each began to be counted is of no use, and doubles the lines


class Figures:
    """Counts since the start, and how things stood when the service last went round."""

    def __init__(self) -> None:
        """Begin at nothing; the counts of a process are its own."""
        self._all = CollectorRegistry()
        self._syncs = self._counter("syncs", "Syncs that ended.", "status")
        self._seconds = self._counter("sync_seconds", "Seconds spent syncing.")
        self._last = self._gauge(
            "last_sync_timestamp_seconds", "When the last sync of everything ended, whoever asked for it."
        )
        self._took = self._gauge("last_sync_seconds", "How long the last sync took.")
        self._written = self._counter("rows_written", "Rows written.", "kind", "place", "action")
        self._not_written = self._counter("rows_not_written", "Writes that failed.", "kind", "place")
        self._requests = self._counter(
            "requests", "Requests by the class of their answer.", "place", "status"
        )
        self._throttled = self._counter("throttled", "Requests that were told to come later.", "place")
        self._waits = self._counter("waits", "Waits before a request.", "place")
        self._waited = self._counter("wait_seconds", "Seconds waited before requests.", "place")
        self._failures = self._counter("failures", "Rounds in which something did not work.", "doing")
        self._round = self._gauge("last_round_timestamp_seconds", "When the service last went round.")
        self._questions = self._gauge("questions", "Questions that wait for a person.", "about")
        self._publications = self._gauge("publications", "Deliveries of publications.", "standing")
        self._alerts = self._gauge("alerts", "What people were told does not work, and still does not.")
        ProcessCollector(registry=self._all)

    def text(self) -> bytes:
        """All of it as Prometheus reads it."""
        return generate_latest(self._all)

    # -- what is heard

    def heard(self, exchange: Exchange) -> None:
        """Count a request."""
        status = "none" if exchange.status is None else f"{exchange.status // 100}xx"
        self._requests.labels(exchange.place, status).inc()
        if exchange.error == "Throttled":
            self._throttled.labels(exchange.place).inc()

    def waited(self, why: str, seconds: float) -> None:
        """Count a wait; the connection's name stands before the reason."""
        place = why.partition(":")[0].partition(" (")[0]
        self._waits.labels(place).inc()
        self._waited.labels(place).inc(seconds)

    def wrote(self, one: Written) -> None:
        """Count a write."""
        if one.error is None:
            self._written.labels(one.kind, one.endpoint, one.action).inc()
        else:
            self._not_written.labels(one.kind, one.endpoint).inc()

    def ended(self, status: str) -> None:
        """Count a run of whatever sort."""
        self._syncs.labels(status).inc()

    def synced(self, report: Report) -> None:
        """Note how long it took."""
        seconds = (report.ended - report.started).total_seconds()
        self._seconds.inc(seconds)
        self._took.set(seconds)

    def failed(self, doing: str) -> None:
        """Count it by what was being done."""
        self._failures.labels(doing).inc()

    def stands(self, parts: Parts, *, alerts: int) -> None:
        """Note how things stand now."""
        conflicts = [one for one in parts.store.conflicts() if one.answered_at is None]
        matches = [one for one in parts.store.waiting() if one.match is not None]
        self._questions.labels("conflict").set(len(conflicts))
        self._questions.labels("stray").set(len(parts.store.strays()))
        self._questions.labels("match").set(len(matches))
        found = Tally(one.standing for one in parts.store.deliveries())
        for standing in Standing:
            self._publications.labels(standing.value).set(found[standing])
        self._alerts.set(alerts)
        last = last_sync(parts)
        if last is not None and last.ended is not None:
            self._last.set(last.ended.timestamp())
        self._round.set(parts.now().timestamp())

    # -- making them

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"syncbot_{name}", meaning, labels, registry=self._all)

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"syncbot_{name}", meaning, labels, registry=self._all)
