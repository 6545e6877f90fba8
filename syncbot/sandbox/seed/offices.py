"""Fill the sandbox's Exchange and Teams: a mailbox for everybody, the weekly meetings, a channel for each group."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from ..graph import GraphService
from .days import workday
from .sides import PersonRow

OFFICE = "support.office@climate-kic.example"
"""Sends the mails, and has the groups' meetings in its calendar."""
_MEETINGS = (
    ("A", 3, time(10), 90),
    ("B", 3, time(14), 60),
    *(("C", weekday, time(13), 45) for weekday in (0, 2, 4)),
    ("D", 1, time(10), 60),
)
"""Group, weekday (0 = Monday), when, minutes."""
_MOVES = "D"
"""This group meets on the working day before when its day is a holiday."""


def seed_offices(graph: GraphService, people: Iterable[PersonRow], when: datetime) -> dict[str, str]:
    """Fill them and return the lines that say which mailbox is the office's."""
    graph.add_mailbox("Support Office", OFFICE)
    emails = sorted({row.email for row in people if row.email})
    for email in emails:
        graph.add_mailbox(email.partition("@")[0].replace(".", " ").title(), email)
    for group, weekday, at, minutes in _MEETINGS:
        _meeting(graph, group, when, weekday=weekday, at=at, minutes=minutes)
    for group in "ABCD":
        graph.add_flow(f"CSG {group}", known=emails)
    for channel in ("City Interface", "Alerts"):
        graph.add_flow(channel, known=emails)
    return {"SYNCBOT_MAILBOX": OFFICE}


def _meeting(
    graph: GraphService, group: str, when: datetime, *, weekday: int, at: time, minutes: int
) -> None:
    monday = when.date() - timedelta(days=when.weekday() + 28)
    first, until = monday + timedelta(days=weekday), monday + timedelta(days=400)
    moved = _moved(first, until) if group == _MOVES else {}
    _series(graph, group, first, until, at=at, minutes=minutes, cancelled=list(moved))
    for day in moved.values():
        _series(graph, group, day, day, at=at, minutes=minutes)


def _moved(first: date, until: date) -> dict[date, date]:
    """Return the days on which nobody works, and those on which the meeting takes place instead."""
    planned = (first + timedelta(weeks=week) for week in range((until - first).days // 7 + 1))
    return {day: instead for day in planned if (instead := workday(day)) != day}


def _series(
    graph: GraphService,
    group: str,
    first: date,
    until: date,
    *,
    at: time,
    minutes: int,
    cancelled: Sequence[date] = (),
) -> None:
    graph.add_series(
        OFFICE,
        f"CSG {group} weekly",
        first=first,
        until=until,
        at=at,
        minutes=minutes,
        join_url=f"https://teams.microsoft.com/l/meetup-join/19%3ameeting_csg{group}%40thread.v2/0?context=%7b%22Tid%22%7d",
        text=f"Weekly meeting of City Support Group {group}.",
        cancelled=cancelled,
    )
