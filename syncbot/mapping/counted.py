"""Numbers, yes or no, days and moments, between cells and values."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from syncbot.model.values import Span, Value

from . import texts
from .way import TEXTS, Links, Unfit, Way, kind, short


def read_number(_: Way, cell: Value, __: Links) -> Value:
    """Read a number, also from text."""
    found: int | float | None = None
    if isinstance(cell, str):
        said = texts.one_line(cell)
        if said is None:
            return None
        found = texts.number(said)
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        found = texts.whole(cell)
    if found is None:
        raise Unfit(f"holds {short(cell)}, which is no number")
    return found


def write_number(way: Way, value: Value, _: Links) -> Value:
    """Write a number, also into text."""
    return str(value) if way.column.type in TEXTS else value


def read_flag(_: Way, cell: Value, __: Links) -> Value:
    """Read yes or no."""
    if not isinstance(cell, bool):
        raise Unfit(f"holds {kind(cell)}, not yes or no")
    return cell


def read_day(way: Way, cell: Value, _: Links) -> Value:
    """Read a day; of a moment, the day in the zone of the kind."""
    match cell:
        case datetime():
            return _moment(cell).astimezone(way.zone).date()
        case date():
            return cell
        case Span():
            raise Unfit("has an end, where one day is meant")
    raise Unfit(f"holds {kind(cell)}, not a day")


def read_moment(way: Way, cell: Value, _: Links) -> Value:
    """Read a moment; a day without a time begins at midnight in the zone of the kind."""
    match cell:
        case datetime():
            return _moment(cell)
        case date():
            return _begin(cell, way.zone)
        case Span():
            raise Unfit("has an end, where one moment is meant")
    raise Unfit(f"holds {kind(cell)}, not a moment")


def _moment(cell: datetime) -> datetime:
    if cell.tzinfo is None:
        raise Unfit("holds a moment without a time zone")
    try:
        whole = cell.astimezone(UTC)
    except OverflowError:
        raise Unfit("holds a moment at the end of time") from None
    return whole.replace(microsecond=whole.microsecond // 1000 * 1000)


def _begin(day: date, zone: ZoneInfo) -> datetime:
    try:
        return datetime.combine(day, time(), zone).astimezone(UTC)
    except OverflowError:
        raise Unfit("holds a day at the end of time") from None


def read_span(_: Way, cell: Value, __: Links) -> Value:
    """Read from .. to; a day or moment by itself is its own end."""
    match cell:
        case Span(start, end) if isinstance(start, datetime) and isinstance(end, datetime):
            found = Span(_moment(start), _moment(end))
        case Span(start, end) if not isinstance(start, datetime) and not isinstance(end, datetime):
            found = cell
        case datetime():
            found = Span(_moment(cell), _moment(cell))
        case date():
            found = Span(cell, cell)
        case _:
            raise Unfit(f"holds {kind(cell)}, not from .. to")
    if found.end < found.start:
        raise Unfit("ends before it begins")
    return found


def write_span(_: Way, value: Value, __: Links) -> Value:
    """Write from .. to; where both are the same, just that."""
    return value.start if isinstance(value, Span) and value.start == value.end else value
