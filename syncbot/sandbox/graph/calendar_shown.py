"""A series, or one of its occurrences, as Graph shows it."""

import base64
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from .errors import Refused
from .mail import Change, Series, Wire
from .place import Place
from .state import stamp

_WINDOWS = {
    "W. Europe Standard Time": "Europe/Berlin",
    "Romance Standard Time": "Europe/Paris",
    "GMT Standard Time": "Europe/London",
    "UTC": "UTC",
}
"""Some of the names that Windows has for time zones; Graph takes IANA's too."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """One occurrence of a series; without a day the series itself."""

    series: Series
    day: date | None

    @property
    def change(self) -> Change | None:
        """What is different in it."""
        return self.series.changes.get(self.day) if self.day else None

    @property
    def id(self) -> str:
        """Opaque, and unlike that of its series."""
        if self.day is None:
            return self.series.id
        text = f"{self.series.id}|{self.day.isoformat()}".encode()
        return "AAMk" + base64.urlsafe_b64encode(text).decode()

    @property
    def subject(self) -> str:
        """As it stands in the calendar."""
        return self.change.subject if self.change else self.series.subject

    @property
    def content(self) -> str:
        """Its body, in HTML."""
        return self.change.content if self.change else self.series.content

    @property
    def online(self) -> bool:
        """Whether people can join it in Teams."""
        return self.change.online if self.change else self.series.join_url is not None

    @property
    def properties(self) -> list[Wire]:
        """Its named properties."""
        return self.change.properties if self.change else []

    @property
    def version(self) -> int:
        """Counts its changes."""
        return self.change.version if self.change else 1

    @property
    def etag(self) -> str:
        """Moves with each change."""
        return f'W/"{base64.urlsafe_b64encode(f"{self.id[-24:]}{self.version}".encode()).decode()}"'

    @property
    def start(self) -> datetime:
        """When it begins; of a series the first time."""
        day = self.day or self.series.first
        zone = ZoneInfo(self.series.zone)
        return datetime.combine(day, self.series.at, zone).astimezone(UTC)

    @property
    def end(self) -> datetime:
        """When it ends."""
        return self.start + timedelta(minutes=self.series.minutes)

    @property
    def type(self) -> str:
        """Graph's word for it."""
        if self.day is None:
            return "seriesMaster"
        return "exception" if self.change else "occurrence"


def shown(place: Place, event: Event) -> Wire:
    """Return it as JSON; its times in the zone that the call prefers."""
    series = event.series
    organizer = {"emailAddress": {"name": series.owner, "address": series.owner}}
    return {
        "@odata.etag": event.etag,
        "id": event.id,
        "createdDateTime": stamp(series.created),
        "lastModifiedDateTime": stamp(event.change.modified if event.change else series.created),
        "changeKey": event.etag[3:-1],
        "subject": event.subject,
        "body": {"contentType": "html", "content": event.content},
        "isOnlineMeeting": event.online,
        "onlineMeetingProvider": "teamsForBusiness" if event.online else "unknown",
        "onlineMeeting": {"joinUrl": series.join_url} if event.online else None,
        "isAllDay": False,
        "isCancelled": False,
        "isOrganizer": True,
        "seriesMasterId": series.id if event.day else None,
        "type": event.type,
        "start": _time(place, event.start),
        "end": _time(place, event.end),
        "organizer": organizer,
        "recurrence": None if event.day else _recurrence(series),
        "webLink": f"https://outlook.office365.com/owa/?itemid={event.id}&exvsurl=1&path=/calendar/item",
    }


def _time(place: Place, moment: datetime) -> Wire:
    name = _preferred(place)
    local = moment.astimezone(ZoneInfo(_WINDOWS.get(name, name)))
    return {"dateTime": f"{local:%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": name}


def _preferred(place: Place) -> str:
    for part in place.call.headers.get("prefer", "").split(","):
        word, _, text = part.strip().partition("=")
        if word.lower() == "outlook.timezone":
            name = text.strip('"')
            if name not in _WINDOWS and name not in available_timezones():
                raise Refused(400, "TimeZoneNotSupportedException", f"Time zone '{name}' is not supported.")
            return name
    return "UTC"


def _recurrence(series: Series) -> Wire:
    weekday = series.first.strftime("%A").lower()
    return {
        "pattern": {
            "type": "weekly",
            "interval": series.weeks,
            "daysOfWeek": [weekday],
            "firstDayOfWeek": "sunday",
        },
        "range": {
            "type": "endDate",
            "startDate": series.first.isoformat(),
            "endDate": series.until.isoformat(),
            "recurrenceTimeZone": series.zone,
        },
    }
