"""What every command needs around its one verb: the parts, a printer, the names of records."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, tzinfo

from rich.console import Console

from syncbot.app import opened
from syncbot.service.links import StoredLinks
from syncbot.service.parts import Parts
from syncbot.service.report import Report

from .plain import as_json
from .progress import Shown
from .rendering import Printer


@contextmanager
def wired() -> Iterator[Parts]:
    """Yield the real parts; progress is shown on standard error."""
    shown = Shown(Console(stderr=True), time.monotonic)
    with opened(watch=shown, on_wait=shown.waiting) as parts, shown.showing():
        yield parts


def printer(zone: tzinfo = UTC, *, everything: bool = False) -> Printer:
    """Return a printer on standard output, which tells times on the clock of a zone."""
    return Printer(Console(), zone=zone, everything=everything)


def show(report: Report, zone: tzinfo, *, json: bool, everything: bool) -> None:
    """Print how a run went."""
    if json:
        print(as_json(report))  # noqa: T201
    else:
        printer(zone, everything=everything).report(report)


def titles(parts: Parts) -> dict[str, str]:
    """Return what people call the records, of all kinds, by key."""
    links = StoredLinks(parts.store, parts.mappings)
    return {key: title for kind in parts.mappings.kinds for key, title in links.titles_apart(kind).items()}
