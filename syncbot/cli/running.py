"""The command `run`: the service, until it is asked to stop; one line for each thing that it did."""

import logging
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from types import FrameType

from syncbot.app import opened
from syncbot.service.controlling import Control
from syncbot.service.parts import Parts, Quiet
from syncbot.service.serving import Service, serve
from syncbot.service.shut import told

from .control_words import RowWords
from .logs import WARNING, Foreign, Log
from .names import NAMES
from .observed import Observed
from .options import STOPPED, Json


def run(*, json_: Json = False) -> None:
    """Run as a service until stopped: sync every quarter of an hour, send what is due when it is due.

    Example: syncbot run
    """
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _asked(stopping))
    log = Log(_now, _print, as_json=json_)
    sys.excepthook = lambda _, error, __: log.crashed(error)
    logging.getLogger().addHandler(Foreign(log))
    seen = Observed(log)
    with (
        opened(watch=Quiet(), on_wait=seen.waited, diary=seen, heard=seen.heard) as parts,
        seen.served(parts),
    ):
        log.line("started", f"started; it syncs every {parts.sync_every.total_seconds() / 60:g} minutes")
        for sentence in told(parts.shut()):
            log.line("outlets", sentence, WARNING)
        seen.watch(parts)
        serve(
            Service(
                parts=parts,
                ways=parts.ways(),
                names=NAMES,
                listener=seen,
                watching=seen,
                control=_control(parts, log),
                wait=lambda span: stopping.wait(max(0.0, span / timedelta(seconds=1))),
            )
        )
        log.line("stopped", "stopped as asked")


def _control(parts: Parts, log: Log) -> Control | None:
    """What answers ticks; places whose settings lack are named, and do without."""
    controls = parts.controls()
    if controls is None:
        return None
    for one in controls.unset:
        log.line("control", f"nobody can ask for a sync at one place, because {one.place} is not set")
    return Control(controls, RowWords(), lambda said: log.line("control", said))


def _asked(stopping: threading.Event) -> Callable[[int, FrameType | None], None]:
    """What is at work is finished; a second time ends it at once, which the next run sets right."""

    def handler(_: int, __: FrameType | None) -> None:
        if stopping.is_set():
            raise SystemExit(STOPPED)
        stopping.set()

    return handler


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  # lines are written before there are parts with a clock


def _print(line: str) -> None:
    """Write a line at once and whole, for several threads do; a log that cannot be written stops no sync.

    Letters that the terminal or file does not take are told by their numbers.
    """
    code = sys.stdout.encoding or "utf-8"
    with suppress(OSError):
        sys.stdout.write(f"{line.encode(code, 'backslashreplace').decode(code)}\n")
        sys.stdout.flush()
