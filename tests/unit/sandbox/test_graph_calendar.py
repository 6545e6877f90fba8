"""The sandboxed calendar: occurrences, exceptions, and a Teams meeting that is lost with its part of the body."""

from datetime import date, time
from typing import Any
from urllib.parse import quote

import pytest

from syncbot.sandbox.frame import Answer
from tests.unit.sandbox.graph_desk import Desk, new_desk

OFFICE = "office@contoso.example"
JOIN = "https://teams.microsoft.com/l/meetup-join/19%3ax/0?context=%7b%7d&a=b"


@pytest.fixture
def desk() -> Desk:
    """Return a desk with a meeting on Thursdays at ten in Brussels, over the change of clocks."""
    desk = new_desk()
    desk.service.add_mailbox("Office", OFFICE)
    desk.service.add_series(
        OFFICE, "CSG D weekly", first=date(2026, 3, 19), until=date(2026, 4, 30), at=time(10), join_url=JOIN
    )
    desk.token = "office"
    return desk


def view(desk: Desk, begin: str = "2026-03-23", end: str = "2026-04-06", **headers: str) -> Any:
    """Read a window of the calendar."""
    path = f"/users/{OFFICE}/calendarView?startDateTime={begin}T00:00:00Z&endDateTime={end}T00:00:00Z"
    return desk.get(path, **headers)["value"]


def patch(desk: Desk, event: Any, content: str, **headers: str) -> Answer:
    """Write the body of an event."""
    body = {"body": {"contentType": "HTML", "content": content}}
    return desk.ask("PATCH", f"/users/{OFFICE}/events/{quote(event['id'])}", body, **headers)


def test_a_meeting_keeps_its_hour_when_the_clocks_change(desk: Desk) -> None:
    """Times come in UTC, or in the zone that is preferred."""
    assert [one["start"]["dateTime"][:16] for one in view(desk)] == ["2026-03-26T09:00", "2026-04-02T08:00"]
    local = view(desk, prefer='outlook.timezone="Romance Standard Time"')
    assert {one["start"]["dateTime"][11:16] for one in local} == {"10:00"}
    assert {one["start"]["timeZone"] for one in local} == {"Romance Standard Time"}


def test_occurrences_belong_to_a_series(desk: Desk) -> None:
    """Each has an id of its own; the series is among the events, its occurrences are its instances."""
    (series,) = desk.get(f"/users/{OFFICE}/events")["value"]
    assert series["type"] == "seriesMaster"
    window = "startDateTime=2026-03-01T00:00:00Z&endDateTime=2026-05-31T00:00:00Z"
    found = desk.get(f"/users/{OFFICE}/events/{quote(series['id'])}/instances?{window}")["value"]
    assert {one["seriesMasterId"] for one in found} == {series["id"]}
    assert len({one["id"] for one in found}) == len(found) == 7


def test_a_view_needs_its_window(desk: Desk) -> None:
    """Without both ends it is refused."""
    answer = desk.ask("GET", f"/users/{OFFICE}/calendarView?startDateTime=2026-03-01T00:00:00Z")
    body: Any = answer.body
    assert (answer.status, body["error"]["code"]) == (400, "ErrorInvalidParameter")


def test_a_body_written_over_loses_the_meeting_and_only_of_that_day(desk: Desk) -> None:
    """What stood there for joining is gone, and with it the meeting; other days keep theirs."""
    event, other = view(desk)
    changed: Any = patch(desk, event, "<p>Agenda</p>").body
    assert (changed["isOnlineMeeting"], changed["onlineMeeting"], changed["type"]) == (
        False,
        None,
        "exception",
    )
    again = view(desk)
    assert [one["isOnlineMeeting"] for one in again] == [False, True]
    assert again[1]["body"] == other["body"]


def test_a_body_that_keeps_the_part_for_joining_keeps_the_meeting(desk: Desk) -> None:
    """Exchange puts its own head around it and drops comments."""
    event, _ = view(desk)
    content = event["body"]["content"].replace("<body>", "<body><!-- mark --><p>Agenda</p>")
    changed: Any = patch(desk, event, content).body
    assert changed["isOnlineMeeting"] is True
    assert changed["onlineMeeting"]["joinUrl"] == JOIN
    assert "Agenda" in changed["body"]["content"]
    assert "mark" not in changed["body"]["content"]


def test_a_stale_tag_is_refused(desk: Desk) -> None:
    """Who read before somebody else wrote does not write over that."""
    event, _ = view(desk)
    assert patch(desk, event, "<p>One</p>", if_match=event["@odata.etag"]).status == 200
    assert patch(desk, event, "<p>Two</p>", if_match=event["@odata.etag"]).status == 412
