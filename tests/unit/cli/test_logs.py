"""The service's lines: everything's ids for machines, a line a deed for people, and never what somebody wrote."""

import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from syncbot import errors
from syncbot.cli.logs import Foreign, Log
from syncbot.endpoints.exchange import Exchange
from syncbot.reconcile.plan import Plan
from syncbot.schedule.delivering import Standing
from syncbot.service.diary import Written
from syncbot.service.report import Failure, KindReport, Report
from syncbot.service.sending import Sent
from syncbot.service.ticking import Ticked

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECRET = "ntn_topsecret and ada@example.eu: Rana is ill https://x/?sig=abc"


class Paper:
    """What a log wrote."""

    def __init__(self, *, as_json: bool = True) -> None:
        self.lines: list[str] = []
        self.log = Log(lambda: NOW, self.lines.append, as_json=as_json)

    def read(self) -> list[dict[str, Any]]:
        """The lines as machines read them."""
        return [json.loads(one) for one in self.lines]


def _leaves(kind: type[errors.SyncbotError] = errors.SyncbotError) -> Iterator[type[errors.SyncbotError]]:
    yield kind
    for below in kind.__subclasses__():
        if below.__module__ == errors.__name__:
            yield from _leaves(below)


_MAKE: dict[type[errors.SyncbotError], Callable[[], errors.SyncbotError]] = {
    errors.Throttled: lambda: errors.Throttled(SECRET, endpoint="notion", retry_after=1),
    errors.Unreadable: lambda: errors.Unreadable(file=SECRET, why=SECRET),
    errors.LeaseHeld: lambda: errors.LeaseHeld(lease="sync", holder="ada@host 1/x", until="2026-11-23"),
    errors.LeaseLost: lambda: errors.LeaseLost(lease="sync", holder=SECRET),
    errors.UnknownId: lambda: errors.UnknownId(what=SECRET, given=SECRET),
}


def made(kind: type[errors.SyncbotError]) -> errors.SyncbotError:
    """An error of this class whose text holds what must not be told."""
    if kind in _MAKE:
        return _MAKE[kind]()
    if issubclass(kind, errors.EndpointError):
        return kind(SECRET, endpoint="notion")
    if issubclass(kind, errors.Refusal):
        return kind(SECRET, kind="city")
    if issubclass(kind, errors.SettingsError | errors.MappingError):
        return kind([errors.Problem(place=SECRET, expected=SECRET, found=SECRET)])
    return kind(SECRET)


@pytest.mark.parametrize("as_json", [True, False])
def test_no_failure_is_told_in_the_words_of_a_service_or_a_person(*, as_json: bool) -> None:
    """Each class of error, wherever it comes up, and each note of a delivery."""
    paper = Paper(as_json=as_json)
    for kind in _leaves():
        error = made(kind)
        paper.log.failed("syncing", error)
        failure = Failure(
            kind="city",
            endpoint="notion",
            title=SECRET,
            message=SECRET,
            error=error if isinstance(error, errors.EndpointError) else None,
        )
        told = KindReport(kind="city", plan=Plan(kind="city"), failures=(failure,))
        paper.log.synced(
            Report(run="run-1", kinds=(told,), requests={}, started=NOW, ended=NOW, titles={"c": SECRET})
        )
    sent = [
        Sent(publication="agenda/D/2026-11-26", outlet="mail", standing=standing, fresh=True, note=SECRET)
        for standing in Standing
        if standing not in {Standing.SKIPPED, Standing.UNSURE}  # these notes are our own
    ]
    paper.log.ticked(Ticked(sent=sent, next=None))
    try:
        raise KeyError(SECRET)
    except KeyError as error:
        paper.log.crashed(error)
        paper.log.broke("syncing", error)
    assert "syncbot broke: KeyError" in paper.lines[-2]
    assert "syncing broke, and is tried again: KeyError" in paper.lines[-1]
    assert len(paper.lines) > 60
    found = [line for line in paper.lines for word in ("ntn_", "ada@example", "Rana", "sig=") if word in line]
    assert found == []


def test_a_write_is_told_with_run_kind_record_and_the_request_by_which_it_went() -> None:
    """The request is the newest of its connection that was to change something; readings in between do not count."""
    paper = Paper()
    paper.log.began("run-1", "sync", ["city"])
    sent = Exchange(place="notion", method="PATCH", path="v1/pages/*", status=200, request="8d15b3f4")
    paper.log.heard(sent)
    paper.log.heard(Exchange(place="notion", method="GET", path="v1/pages/*", status=200, request="other"))
    paper.log.heard(Exchange(place="sharepoint", method="POST", path="v1.0/$batch", status=200))
    paper.log.wrote(
        Written(
            run="run-1",
            kind="city",
            record="city-1",
            endpoint="notion",
            connection="notion",
            action="update",
        )
    )
    told = paper.read()
    assert [one["event"] for one in told] == ["begun", "request", "request", "wrote"]
    assert {one["run"] for one in told} == {"run-1"}
    wanted = {"kind": "city", "record": "city-1", "place": "notion", "request": "8d15b3f4", "status": 200}
    assert told[-1].items() >= wanted.items()


def test_failed_requests_are_warnings_and_readings_that_worked_are_not_told() -> None:
    """Whoever looks for trouble finds it by its level."""
    paper = Paper()
    paper.log.heard(Exchange(place="notion", method="GET", path="v1/pages/*", status=200))
    paper.log.heard(Exchange(place="notion", method="GET", path="v1/pages/*", status=429, error="Throttled"))
    paper.log.heard(Exchange(place="notion", error="Unavailable"))
    assert [(one["level"], one.get("status"), one["error"]) for one in paper.read()] == [
        ("warning", 429, "Throttled"),
        ("warning", None, "Unavailable"),
    ]


def test_people_get_a_line_for_each_thing_done_and_no_more() -> None:
    """Requests, waits and single writes are for machines."""
    paper = Paper(as_json=False)
    paper.log.began("run-1", "sync", ["city"])
    paper.log.heard(Exchange(place="notion", error="Unavailable"))
    paper.log.waited("notion: the service asked to wait", 30)
    paper.log.ended("run-1", "done")
    assert paper.lines == []
    paper.log.synced(Report(run="run-1", kinds=(), requests={"notion": 3}, started=NOW, ended=NOW))
    assert paper.lines == ["2026-11-23T09:00:00Z synced (run-1): 0 rows written, 3 requests"]


def test_what_libraries_log_is_told_without_its_text() -> None:
    """httpx, msal and urllib3 write addresses into their messages, with everything that stands in them."""
    paper = Paper()
    logger, handler = logging.getLogger("some.package"), Foreign(paper.log)
    logger.addHandler(handler)
    try:
        logger.warning("retrying %s", SECRET, extra={"x": SECRET})
        logger.error(SECRET)
        logger.info(SECRET)
    finally:
        logger.removeHandler(handler)
    assert [(one["logger"], one["level"]) for one in paper.read()] == [
        ("some.package", "warning"),
        ("some.package", "error"),
    ]
    assert not any("topsecret" in line for line in paper.lines)


def test_what_fails_each_minute_for_the_same_reason_is_said_once_until_it_changes() -> None:
    """A group without people would else fill the log until its meeting begins."""
    paper = Paper(as_json=False)

    def tick(standing: Standing, note: str | None = None) -> None:
        one = Sent(publication="agenda/D/2026-11-26", outlet="mail", standing=standing, fresh=True, note=note)
        paper.log.ticked(Ticked(sent=[one], next=None))

    for note in ("nobody", "nobody", "nobody", "busy", "busy"):
        tick(Standing.FAILED, note)
    tick(Standing.ACCEPTED)
    tick(Standing.FAILED, "busy")
    said = [line.partition(": ")[2].partition(";")[0] for line in paper.lines]
    assert said == ["failed", "failed", "accepted", "failed"]
