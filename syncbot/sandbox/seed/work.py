"""What the groups keep besides cities and people: meetings, action points, decisions and needs, side by side.

Everything is invented. Groups A and C and the meeting across groups keep theirs in Notion, B and D in SharePoint; group C
keeps its needs in a workbook.
"""

import csv
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from .calendar import WHERE, Meeting, attendees, held
from .days import workday
from .facts import Person, people

Value = str | bool | date | tuple[str, ...]
"""Records are named: cities in English, people by their address, meetings by their id."""
_DATA = Path(__file__).parent / "data"
_WORKBOOK = "C"
"""The group that keeps its needs in a workbook."""


@dataclass(frozen=True, kw_only=True)
class WorkRow:
    """One row that people wrote."""

    id: str
    """Names it among those of its kind."""
    values: Mapping[str, Value]
    """Field -> value; an empty field is missing."""
    author: str
    """E-mail of who wrote it."""
    written: datetime


@dataclass(frozen=True, kw_only=True)
class Work:
    """The rows of one side, by kind, those pointed at first."""

    rows: Mapping[str, Sequence[WorkRow]] = field(default_factory=dict)


def kept(sides: Collection[str], when: datetime) -> Work:
    """Return what the groups that work on these sides keep."""
    meetings = [one for one in held(when) if WHERE[one.series.csg] in sides]
    return Work(
        rows={
            "meeting": [_meeting_row(one) for one in meetings],
            "action": list(_noted("actions", meetings, when)),
            "decision": list(_noted("decisions", meetings, when)),
            "need": [
                _need_row(row, when)
                for row in _rows("needs")
                if WHERE[row["csg"]] in sides and row["csg"] != _WORKBOOK
            ],
        }
    )


def workbook_needs(when: datetime) -> Sequence[WorkRow]:
    """Return the needs that stand in the workbook."""
    return [_need_row(row, when) for row in _rows("needs") if row["csg"] == _WORKBOOK]


def _meeting_row(meeting: Meeting) -> WorkRow:
    there = tuple(one.email for one in attendees(meeting))
    return WorkRow(
        id=meeting.id,
        values={
            "name": meeting.series.name,
            "day": meeting.day,
            "csg": meeting.series.csg,
            "meeting_type": meeting.series.sort,
            "attendees": there,
        },
        author=officer(meeting.series.csg).email,
        written=meeting.written,
    )


def _noted(what: str, meetings: Sequence[Meeting], when: datetime) -> Iterator[WorkRow]:
    """Yield the actions or decisions of the meetings that are kept on this side."""
    by_id = {one.id: one for one in meetings}
    for row in _rows(what):
        meeting = by_id.get(f"{row['csg']}/{row['meeting']}/{row['weeks']}")
        if meeting is not None:
            values = _known(row, when) | {"meeting": meeting.id}
            author = officer(row["csg"]).email
            yield WorkRow(id=row["name"], values=values, author=author, written=meeting.ended)


def _need_row(row: Mapping[str, str], when: datetime) -> WorkRow:
    raised = _worked(row["raised"], when, -1)
    return WorkRow(
        id=row["name"],
        values=_known(row, when),
        author=officer(row["csg"]).email,
        written=datetime.combine(raised, time(13, 20), UTC),
    )


def _known(row: Mapping[str, str], when: datetime) -> dict[str, Value]:
    """Return what a line of a file says, without what it leaves empty."""
    values: dict[str, Value] = {}
    for name, text in row.items():
        if not text or name in ("meeting", "weeks"):
            continue
        match name:
            case "owners":
                values[name] = tuple(_address(one) for one in text.split(";"))
            case "specialist":
                values[name] = _address(text)
            case "topics":
                values[name] = tuple(text.split(";"))
            case "due" | "raised":
                values[name] = _worked(text, when, 1 if name == "due" else -1)
            case "done":
                values[name] = text == "yes"
            case _:
                values[name] = text
    return values


def officer(group: str) -> Person:
    """Return the City Support Officer of a group; for all of them together that of group A."""
    wanted = "A" if group == "all" else group
    return next(one for one in people() if one.csg == wanted and one.role == "City Support Officer")


def _address(local: str) -> str:
    return next(one.email for one in people() if one.email.partition("@")[0] == local)


def _worked(offset: str, when: datetime, step: int) -> date:
    return workday(when.astimezone(UTC).date() + timedelta(days=int(offset)), step)


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
