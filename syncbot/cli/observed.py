"""The service as it is seen from outside: its log, its counts, its alerts and its port, each told of everything."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace

from syncbot.endpoints.exchange import Exchange
from syncbot.errors import LeaseHeld, SyncbotError
from syncbot.service.diary import Written
from syncbot.service.parts import Parts
from syncbot.service.report import Report
from syncbot.service.serving import health
from syncbot.service.ticking import Ticked
from syncbot.service.watching import Watcher
from syncbot.service.ways import Alarm

from .figures import CONTENT_TYPE, Figures
from .logs import WARNING, Log
from .names import NAMES
from .port import Page, Pages, served


class Observed:
    """Tells the log, the counts and, once there are parts, the watcher."""

    def __init__(self, log: Log) -> None:
        """Everything that needs no parts."""
        self.log, self.figures = log, Figures()
        self._watcher: Watcher | None = None
        self._rounds = 0
        self._parts: Parts | None = None

    def watch(self, parts: Parts) -> None:
        """From now on there are parts: tell people what does not work."""
        self._parts = parts
        self._watcher = Watcher(parts, self._alarm(parts))

    def _alarm(self, parts: Parts) -> Alarm | None:
        """Without its settings the service does its work all the same."""
        alarm = parts.alarm()
        if alarm is None:
            return None
        if alarm.unset:
            unset = ", ".join(one.place for one in alarm.unset)
            who = "not everybody is" if alarm.ways else "nobody is"
            self.log.line("alerts", f"{who} told of failures, for this is missing or wrong: {unset}", WARNING)
        return replace(alarm, place=NAMES.place) if alarm.ways else None

    # -- requests, writes, waits

    def heard(self, exchange: Exchange) -> None:
        """A request ended."""
        self.log.heard(exchange)
        self.figures.heard(exchange)

    def waited(self, why: str, seconds: float) -> None:
        """A wait begins."""
        self.log.waited(why, seconds)
        self.figures.waited(why, seconds)

    def began(self, run: str, verb: str, kinds: Sequence[str]) -> None:
        """A run began."""
        self.log.began(run, verb, kinds)

    def wrote(self, one: Written) -> None:
        """A write ended."""
        self.log.wrote(one)
        self.figures.wrote(one)

    def ended(self, run: str, status: str) -> None:
        """A run ended."""
        self.log.ended(run, status)
        self.figures.ended(status)

    # -- rounds

    def synced(self, report: Report) -> None:
        """A sync ended."""
        self.log.synced(report)
        self.figures.synced(report)
        if self._watcher:
            self._watcher.synced(report)

    def ticked(self, ticked: Ticked) -> None:
        """The clock was looked at."""
        self.log.ticked(ticked)
        if self._watcher:
            self._watcher.ticked(ticked)

    def failed(self, doing: str, error: SyncbotError) -> None:
        """Something did not work."""
        self.log.failed(doing, error)
        self.figures.failed(doing)
        if self._watcher:
            self._watcher.failed(doing, error)

    def broke(self, doing: str, error: Exception) -> None:
        """A mistake of ours."""
        self.log.broke(doing, error)
        self.figures.failed(doing)
        if self._watcher:
            self._watcher.failed(doing, error)

    def waits(self, error: LeaseHeld) -> None:
        """Another process is at work."""
        self.log.waits(error)

    def worked(self, doing: str) -> None:
        """A part of a round worked."""
        if self._watcher:
            self._watcher.worked(doing)

    def went_round(self) -> None:
        """A round ended."""
        self._rounds += 1
        if self._watcher and self._parts:
            try:
                self._watcher.went_round()
            finally:
                self.figures.stands(self._parts, alerts=self._watcher.alerted)

    # -- from outside

    @contextmanager
    def served(self, parts: Parts) -> Iterator[None]:
        """Answer on the port until the block ends; where it is taken the service does without."""
        pages = {
            "/healthz": lambda: _well(parts),
            "/readyz": lambda: self._ready(parts),
            "/metrics": lambda: Page(body=self.figures.text(), type=CONTENT_TYPE),
        }
        with ExitStack() as stack:
            if parts.port:
                self._open(stack, pages, parts)
            yield

    def _open(self, stack: ExitStack, pages: Pages, parts: Parts) -> None:
        try:
            port = stack.enter_context(served(pages, bind=parts.bind, port=parts.port))
        except OSError as error:
            where = f"port {parts.port} of {parts.bind}"
            self.log.line("port", f"nobody can ask how it is: {where}: {error.strerror}", WARNING)
        else:
            self.log.detail("port", f"answers on port {port} of {parts.bind}")

    def _ready(self, parts: Parts) -> Page:
        """The store answers, the mappings are read (else there were no parts), and a round was made."""
        parts.store.runs(1)
        if not self._rounds:
            return Page(body=b"the first round is not over\n", right=False)
        return Page(body=b"ready\n")


def _well(parts: Parts) -> Page:
    found = health(parts)
    return Page(body=f"{found.words}\n".encode(), right=found.well)
