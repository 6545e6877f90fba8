"""What is counted can be read by Prometheus, is documented, and has no label that people fill."""

import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from syncbot.cli.figures import Figures
from syncbot.endpoints.exchange import Exchange
from syncbot.schedule.delivering import Standing
from syncbot.service.diary import Written
from syncbot.service.report import Report
from tests.fakes.world import START, new_world

DOCS = Path(__file__).parents[3] / "docs/howto/container.md"


def read(figures: Figures) -> Mapping[tuple[str, frozenset[tuple[str, str]]], float]:
    """What Prometheus takes from the page."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(figures.text().decode())
        for sample in family.samples
    }


def value(figures: Figures, name: str, **labels: str) -> float:
    """One of the numbers."""
    return read(figures)[name, frozenset(labels.items())]


def busy(folder: Path) -> Figures:
    """Counts after a little of everything."""
    figures, world = Figures(), new_world(folder)
    for status, error in ((200, None), (429, "Throttled"), (503, "Unavailable"), (None, "Unavailable")):
        figures.heard(Exchange(place="notion", method="GET", status=status, error=error))
    figures.waited("notion: the service asked to wait", 30)
    figures.waited("notion (1a2b3c4d): somebody works there", 2)
    written = Written(
        run="run-1", kind="city", record="city-1", endpoint="notion", connection="notion", action="update"
    )
    figures.wrote(written)
    figures.wrote(Written(**{**_facts(written), "error": "Invalid"}))
    figures.ended("partly")
    figures.synced(
        Report(run="run-1", kinds=(), requests={}, started=START, ended=START + timedelta(seconds=8))
    )
    figures.failed("syncing")
    world.parts.store.settle_delivery("agenda/D/2026-11-26", "mail", standing=Standing.ACCEPTED, at=START)
    figures.stands(world.parts, alerts=2)
    return figures


def _facts(one: Written) -> dict[str, str]:
    names = ("run", "kind", "record", "endpoint", "connection", "action")
    return {name: getattr(one, name) for name in names}


def test_what_was_heard_is_counted_under_its_labels(tmp_path: Path) -> None:
    """Answers by class, throttling apart, waits by connection whatever the reason."""
    figures = busy(tmp_path)
    for status in ("2xx", "4xx", "5xx", "none"):
        assert value(figures, "syncbot_requests_total", place="notion", status=status) == 1
    assert value(figures, "syncbot_throttled_total", place="notion") == 1
    assert value(figures, "syncbot_wait_seconds_total", place="notion") == 32
    assert value(figures, "syncbot_waits_total", place="notion") == 2
    assert value(figures, "syncbot_rows_written_total", kind="city", place="notion", action="update") == 1
    assert value(figures, "syncbot_rows_not_written_total", kind="city", place="notion") == 1
    assert value(figures, "syncbot_syncs_total", status="partly") == 1
    assert value(figures, "syncbot_last_sync_seconds") == 8
    assert value(figures, "syncbot_publications", standing="accepted") == 1
    assert value(figures, "syncbot_publications", standing="failed") == 0
    assert value(figures, "syncbot_alerts") == 2


def test_two_services_in_one_process_count_apart(tmp_path: Path) -> None:
    """Nothing is kept in a registry of the library."""
    busy(tmp_path)
    assert ("syncbot_alerts", frozenset()) in read(Figures())
    assert value(Figures(), "syncbot_alerts") == 0


def test_every_number_is_in_the_documentation_with_its_labels(tmp_path: Path) -> None:
    """docs/howto/container.md has a line for each, and no other."""
    rows = re.findall(
        r"^\| `(syncbot_\w+)` \| ([^|]*)\|", DOCS.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    documented = {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}
    counted: dict[str, set[str]] = {}
    for name, labels in read(busy(tmp_path)):
        if name.startswith("syncbot_"):
            counted.setdefault(name, set()).update(label for label, _ in labels)
    assert documented == counted
