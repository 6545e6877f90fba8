"""Dates: a day stays a day, a moment is cut to the minute and keeps its offset."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .errors import failed, invalid
from .place import as_object, check_members
from .state import Wire

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?(?P<offset>Z|[+-]\d{2}:?\d{2})?", re.IGNORECASE
)


def is_day(text: str) -> bool:
    """Say whether it is a date without a time."""
    return _DAY.fullmatch(text) is not None


def as_date(given: object, at: str) -> Wire | None:
    """Judge a date value and return it as it is kept and answered; None is the empty one."""
    if given is None:
        return None
    value = as_object(given, at)
    check_members(value, ("start", "end", "time_zone"), at)
    zone = _zone(value.get("time_zone"), f"{at}.time_zone")
    start = _end(value.get("start"), zone, f"{at}.start", missing="start" not in value)
    end = None if value.get("end") is None else _end(value["end"], zone, f"{at}.end", missing=False)
    if end is not None:
        _check_order(start, end, at)
    # Recorded: the zone becomes an offset and is never answered.
    return {"start": start, "end": end, "time_zone": None}


def _end(text: object, zone: ZoneInfo | None, at: str, *, missing: bool) -> str:
    if not isinstance(text, str):
        raise failed(at, "be a string", text, missing=missing)
    match = _MOMENT.fullmatch(text)
    try:
        if is_day(text):
            date.fromisoformat(text)
        elif match:
            return _moment(datetime.fromisoformat(text.replace(",", ".").upper()), zone, at)
        else:
            raise ValueError(text)
    except ValueError:
        raise failed(at, "be a valid ISO 8601 date string", text) from None
    if zone is not None:
        raise invalid(f"{at} may not be a date without a time when time_zone is given.")
    return text


def _moment(moment: datetime, zone: ZoneInfo | None, at: str) -> str:
    if zone is not None:
        # Documented: no offset beside a zone. Recorded: Z beside UTC is taken all the same.
        if moment.tzinfo is not None and not (
            zone.key == "UTC" and moment.utcoffset() == UTC.utcoffset(None)
        ):
            raise invalid(f"{at} may not have an offset when time_zone is given.")
        moment = moment.replace(tzinfo=zone)
    elif moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.replace(second=0, microsecond=0).isoformat(timespec="milliseconds")


def _zone(name: object, at: str) -> ZoneInfo | None:
    if name is None:
        return None
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError):
        raise failed(at, "be a valid IANA time zone", name) from None


def _check_order(start: str, end: str, at: str) -> None:
    """Refuse a mixture of day and moment, or an end before the start; neither was recorded."""
    if is_day(start) != is_day(end):
        raise failed(f"{at}.end", "have a time just as start has", end)
    if instant(end) < instant(start):
        raise failed(f"{at}.end", f"be after start `{start}`", end)


def instant(text: str) -> datetime:
    """Return the moment of a kept date; a day begins at midnight UTC."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
