"""The command `run`: the service, until it is asked to stop; one line for each thing that it did."""

import json
import signal
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import FrameType

import typer

from syncbot.app import opened
from syncbot.errors import LeaseHeld, SyncbotError
from syncbot.service.parts import Quiet
from syncbot.service.report import KindReport, Report
from syncbot.service.serving import Service, serve
from syncbot.service.ticking import Ticked

from . import words
from .cures import cure_of
from .options import Json
from .publish import NAMES


class Log:
    """Writes lines for people, or JSON for machines; never a secret and never what somebody wrote."""

    def __init__(self, now: Callable[[], datetime], write: Callable[[str], None], *, as_json: bool) -> None:
        """`write` takes one line."""
        self._now, self._write, self._as_json = now, write, as_json

    def line(self, event: str, sentence: str, **facts: str | int | None) -> None:
        """Write one line."""
        at = f"{self._now():%Y-%m-%dT%H:%M:%SZ}"
        if self._as_json:
            said: Mapping[str, object] = {"at": at, "event": event, "message": sentence, **facts}
            self._write(json.dumps(said, ensure_ascii=False))
        else:
            self._write(f"{at} {sentence}")

    def synced(self, report: Report) -> None:
        """Say how a sync went: counts, no contents."""
        rows = sum(
            sum(done.values()) for one in report.kinds for done in (one.created, one.updated, one.deleted)
        )
        requests = sum(report.requests.values())
        sentence = (
            f"synced ({report.run}): {words.things(rows, 'row')} written, {words.things(requests, 'request')}"
        )
        self.line(
            "synced", sentence, run=report.run, status=report.status.value, rows=rows, requests=requests
        )
        for kind in report.kinds:
            self._trouble(report, kind)

    def _trouble(self, report: Report, kind: KindReport) -> None:
        for failure in kind.failures:
            where = f"{words.records(kind.kind)} in {words.place(failure.endpoint)}"
            self.line(
                "failed",
                f"{where}: something did not work; tells more: syncbot history",
                run=report.run,
                kind=kind.kind,
                endpoint=failure.endpoint,
                error=type(failure.error).__name__,
            )

    def ticked(self, ticked: Ticked) -> None:
        """Say what was sent or skipped."""
        for one in ticked.sent:
            note = f" ({one.note})" if one.note else ""
            self.line(
                "publication",
                f"{one.publication} to {one.outlet}: {one.standing.value}{note}",
                publication=one.publication,
                outlet=one.outlet,
                standing=one.standing.value,
            )

    def failed(self, doing: str, error: SyncbotError) -> None:
        """Say what did not work, and what to do."""
        self.line(
            "failed", f"{doing} did not work: {error} {cure_of(error)}".strip(), error=type(error).__name__
        )

    def waits(self, error: LeaseHeld) -> None:
        """Say who works."""
        self.line("waits", f"another syncbot is at work: {error}")


def run(*, json_: Json = False) -> None:
    """Run as a service until stopped: sync every quarter of an hour, send what is due when it is due.

    Example: syncbot run
    """
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _asked(stopping))
    with opened(watch=Quiet(), on_wait=lambda _, __: None) as parts:
        log = Log(parts.now, _print, as_json=json_)
        log.line("started", f"started; it syncs every {parts.sync_every.total_seconds() / 60:g} minutes")
        serve(
            Service(
                parts=parts,
                ways=parts.ways(),
                names=NAMES,
                listener=log,
                wait=lambda span: stopping.wait(max(0.0, span / timedelta(seconds=1))),
            )
        )
        log.line("stopped", "stopped as asked")


def _asked(stopping: threading.Event) -> Callable[[int, FrameType | None], None]:
    """What is at work is finished; a second time ends it at once, which the next run sets right."""

    def handler(_: int, __: FrameType | None) -> None:
        if stopping.is_set():
            raise typer.Exit(130)
        stopping.set()

    return handler


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201
