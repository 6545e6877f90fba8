"""The notes of the meetings: texts in Markdown that stand in Notion pages, and in Word files in SharePoint."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from .calendar import WHERE, Meeting, held
from .days import workday

FOLDER = "Meeting notes"
_NOTES = Path(__file__).parent / "data/notes"
_IN_DAYS = re.compile(r"\{\+(\d+)\}")
_PERSON = re.compile(r"@\{([^}]+)\}")


@dataclass(frozen=True, kw_only=True)
class Minutes:
    """The notes of one meeting."""

    meeting: Meeting
    markdown: str
    """Days in words; `@{Zofia Przykładowa}` mentions a member of the workspace."""

    @property
    def path(self) -> str:
        """Where the Word file lies in the library."""
        series = self.meeting.series
        return f"{FOLDER}/CSG {series.csg}/{self.meeting.day.isoformat()} {series.name}.docx"

    @property
    def plain(self) -> str:
        """The text without mentions."""
        return _PERSON.sub(r"\1", self.markdown)


def minutes(side: str, when: datetime) -> Iterator[Minutes]:
    """Yield the notes of the groups that write on a side: of the latest two of their main meetings."""
    for meeting in held(when):
        path = _NOTES / f"{meeting.series.csg}-{meeting.turn}.md"
        if meeting.series.sort == "weekly" and WHERE[meeting.series.csg] == side and path.is_file():
            yield Minutes(meeting=meeting, markdown=_dated(path.read_text(encoding="utf-8"), meeting.day))


def _dated(text: str, day: date) -> str:
    return _IN_DAYS.sub(lambda found: _said(workday(day + timedelta(days=int(found[1])), 1)), text)


def _said(day: date) -> str:
    return f"{day.day} {day:%B}"
