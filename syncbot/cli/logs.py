"""What the service says: a line for people for each thing that it did, or JSON for machines with everything's ids.

No line holds a secret, a title, a value, or a word that a service or a person wrote: lines are made of fixed words, ids,
counts, and names of the mappings. What a failure says in full is in `syncbot status` and `syncbot history`.
"""

import json
import logging
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from syncbot.endpoints.exchange import Exchange
from syncbot.errors import LeaseHeld, SyncbotError
from syncbot.schedule.delivering import OVER, Standing
from syncbot.service.diary import Written
from syncbot.service.report import KindReport, Report
from syncbot.service.sending import Sent
from syncbot.service.ticking import Ticked
from syncbot.service.trouble import trouble_of

from . import words

INFO, WARNING, ERROR = "info", "warning", "error"
Fact: TypeAlias = str | int | float | None
_LOST = frozenset({Standing.FAILED, Standing.UNSURE})


class Log:
    """Writes lines for people, or JSON for machines."""

    def __init__(self, now: Callable[[], datetime], write: Callable[[str], None], *, as_json: bool) -> None:
        """`write` takes one line; it is called by several threads, each line at once."""
        self._now, self._write, self._as_json = now, write, as_json
        self._run: str | None = None
        self._changes: dict[str, Exchange] = {}
        """By connection: the newest request that was to change something."""
        self._stands: dict[tuple[str, str], Sent] = {}
        """What was said of publications that are not over: it is tried each minute, and said when it changes."""

    def line(self, event: str, sentence: str, level: str = INFO, **facts: Fact) -> None:
        """Write one line for people and machines."""
        at = f"{self._now():%Y-%m-%dT%H:%M:%SZ}"
        if not self._as_json:
            self._write(f"{at} {sentence}")
            return
        said: Mapping[str, Fact] = {"at": at, "level": level, "event": event, "message": sentence, **facts}
        self._write(json.dumps({name: fact for name, fact in said.items() if fact is not None}))

    def detail(self, event: str, sentence: str, level: str = INFO, **facts: Fact) -> None:
        """Write one line for machines only."""
        if self._as_json:
            self.line(event, sentence, level, run=self._run, **facts)

    # -- requests and writes

    def heard(self, exchange: Exchange) -> None:
        """Write down a request that failed or was to change something."""
        if exchange.changes:
            self._changes[exchange.place] = exchange
        if exchange.error is None and not exchange.changes:
            return
        told = f"{exchange.method or 'a request'} {exchange.path or ''}".strip()
        self.detail(
            "request",
            f"{exchange.place}: {told}: {exchange.status or 'no answer'}",
            WARNING if exchange.error else INFO,
            place=exchange.place,
            method=exchange.method,
            path=exchange.path,
            status=exchange.status,
            error=exchange.error,
            request=exchange.request,
            client_request=exchange.client_request,
            seconds=round(exchange.seconds, 3),
        )

    def waited(self, why: str, seconds: float) -> None:
        """Write down a wait for a service; `why` is in our own words, behind the connection's name."""
        if seconds >= 1:
            place = why.partition(":")[0].partition(" (")[0]
            self.detail("wait", f"{place}: waiting", place=place, seconds=round(seconds, 1))

    def began(self, run: str, verb: str, kinds: Sequence[str]) -> None:
        """Write down that a run began."""
        self._run = run
        self.detail("begun", f"{verb} ({run})", kinds=len(kinds))

    def wrote(self, one: Written) -> None:
        """Write down a write, with the request by which it went."""
        sent = self._changes.get(one.connection)
        self.detail(
            "wrote" if one.error is None else "not_written",
            f"{one.action} {one.kind} {one.record} in {one.endpoint}",
            INFO if one.error is None else WARNING,
            kind=one.kind,
            record=one.record,
            place=one.endpoint,
            action=one.action,
            error=one.error,
            request=sent.request if sent else None,
            client_request=sent.client_request if sent else None,
            status=sent.status if sent else None,
        )

    def ended(self, run: str, status: str) -> None:
        """Write down that a run ended; what is said of it is said by `synced`."""
        self.detail("ended", f"{run}: {status}", status=status)
        self._run = None

    # -- what was done

    def synced(self, report: Report) -> None:
        """Say how a sync went: counts, no contents."""
        rows = sum(
            sum(done.values()) for one in report.kinds for done in (one.created, one.updated, one.deleted)
        )
        requests = sum(report.requests.values())
        sentence = (
            f"synced ({report.run}): {words.things(rows, 'row')} written, {words.things(requests, 'request')}"
        )
        seconds = round((report.ended - report.started).total_seconds(), 1)
        status = report.status.value
        self.line(
            "synced", sentence, run=report.run, status=status, rows=rows, requests=requests, seconds=seconds
        )
        for kind in report.kinds:
            self._trouble(report, kind)

    def _trouble(self, report: Report, kind: KindReport) -> None:
        for failure in kind.failures:
            where = f"{words.records(kind.kind)} in {words.place(failure.endpoint)}"
            said = trouble_of(failure.error).said if failure.error else "something did not work"
            self.line(
                "failed",
                f"{where}: {said}; tells more: syncbot history",
                WARNING,
                run=report.run,
                kind=kind.kind,
                place=failure.endpoint,
                error=type(failure.error).__name__,
            )

    def ticked(self, ticked: Ticked) -> None:
        """Say what was sent or skipped; what still stands as it was said is not said again."""
        for one in filter(self._news, ticked.sent):
            self.line(
                "publication",
                f"{one.publication} to {one.outlet}: {one.standing.value}{_noted(one)}",
                WARNING if one.standing in _LOST else INFO,
                publication=one.publication,
                outlet=one.outlet,
                standing=one.standing.value,
            )

    def _news(self, one: Sent) -> bool:
        key = (one.publication, one.outlet)
        known, plain = self._stands.pop(key, None), replace(one, fresh=False)
        if one.standing not in OVER:
            self._stands[key] = plain
        return plain != known

    def failed(self, doing: str, error: SyncbotError) -> None:
        """Say what did not work, and what to do."""
        known = trouble_of(error)
        where = getattr(error, "endpoint", None)
        said = f"{words.place(where)}: {known.said}" if where else known.said
        self.line(
            "failed",
            f"{doing} did not work: {said}. {known.remedy}",
            ERROR,
            doing=doing,
            place=where,
            error=type(error).__name__,
        )

    def waits(self, error: LeaseHeld) -> None:
        """Say who works."""
        since = error.began
        self.line(
            "waits", f"another syncbot is at work: {error.lease}, {error.who}{since}", lease=error.lease
        )

    def broke(self, doing: str, error: Exception) -> None:
        """Say in which part the program broke, and that it goes on."""
        self._broke("broke", f"{doing} broke, and is tried again", error, doing)

    def crashed(self, error: BaseException) -> None:
        """Say where the program broke and ended."""
        self._broke("crashed", "syncbot broke", error)

    def _broke(self, event: str, said: str, error: BaseException, doing: str | None = None) -> None:
        """The error's own text may hold anything, so it is left out."""
        frames, name = traceback.extract_tb(error.__traceback__), type(error).__name__
        where = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames[-8:]))
        self.line(event, f"{said}: {name} at {where}", ERROR, doing=doing, error=name, where=where)


def _noted(one: Sent) -> str:
    """What a note says is ours only where nothing was sent, or nobody knows; others quote a service."""
    if one.note is None:
        return ""
    ours = one.standing in {Standing.SKIPPED, Standing.UNSURE}
    return f" ({one.note})" if ours else "; tells more: syncbot status"


class Foreign(logging.Handler):
    """Takes what libraries log: that they did, and where; their texts may hold addresses with secrets."""

    def __init__(self, log: Log) -> None:
        """Takes warnings and worse."""
        super().__init__(logging.WARNING)
        self._log = log

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line without the message."""
        level = ERROR if record.levelno >= logging.ERROR else WARNING
        where = f"{record.module}:{record.lineno}"
        self._log.detail("library", f"{record.name} warns ({where})", level, logger=record.name, where=where)
