"""One condition of a filter: an operator, what is looked for, and the test of a value."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .dates import instant, is_day
from .errors import failed
from .place import Place, as_list, as_uuid
from .state import Wire, minute

Test = Callable[[Any], bool]
_EMPTY: Mapping[str, Test] = {
    "is_empty": lambda value: value in (None, "", []),
    "is_not_empty": lambda value: value not in (None, "", []),
}
_TEXT: Mapping[str, Callable[[str, str], bool]] = {
    # Whether case counts was not recorded; to find more than was meant is the less convenient reading.
    "equals": lambda value, wanted: value == wanted,
    "does_not_equal": lambda value, wanted: value != wanted,
    "contains": lambda value, wanted: wanted in value,
    "does_not_contain": lambda value, wanted: wanted not in value,
    "starts_with": lambda value, wanted: value.startswith(wanted),
    "ends_with": lambda value, wanted: value.endswith(wanted),
}
_NUMBER: Mapping[str, Callable[[float, float], bool]] = {
    "equals": lambda value, wanted: value == wanted,
    "does_not_equal": lambda value, wanted: value != wanted,
    "greater_than": lambda value, wanted: value > wanted,
    "less_than": lambda value, wanted: value < wanted,
    "greater_than_or_equal_to": lambda value, wanted: value >= wanted,
    "less_than_or_equal_to": lambda value, wanted: value <= wanted,
}
_DATE = ("equals", "before", "after", "on_or_before", "on_or_after")
_SPANS = ("this_week", "past_week", "past_month", "past_year", "next_week", "next_month", "next_year")
_RELATIVE = {
    "today": ("day", 0),
    "tomorrow": ("day", 1),
    "yesterday": ("day", -1),
    "one_week_ago": ("week", -1),
    "one_week_from_now": ("week", 1),
    "one_month_ago": ("month", -1),
    "one_month_from_now": ("month", 1),
}


def condition(place: Place, kind: str, given: Wire, at: str) -> Test:
    """Judge one condition on values of a kind and return its test."""
    if kind not in CONDITIONS:
        raise failed(at, "be a known condition", given)
    if len(given) != 1:
        raise failed(at, "have exactly one operator", given)
    [(operator, wanted)] = given.items()
    where = f"{at}.{operator}"
    if operator in _EMPTY and kind != "checkbox":
        if wanted is not True:
            raise failed(where, "be `true`", wanted)
        return _EMPTY[operator]
    return CONDITIONS[kind](place, operator, wanted, where)


def _text(_: Place, operator: str, wanted: Any, at: str) -> Test:
    compare = _known(_TEXT, operator, wanted, at)
    if not isinstance(wanted, str):
        raise failed(at, "be a string", wanted)
    low = wanted.lower()
    return lambda value: compare((value or "").lower(), low)


def _number(_: Place, operator: str, wanted: Any, at: str) -> Test:
    compare = _known(_NUMBER, operator, wanted, at)
    if isinstance(wanted, bool) or not isinstance(wanted, int | float):
        raise failed(at, "be a number", wanted)
    if operator == "does_not_equal":
        return lambda value: value is None or value != wanted
    return lambda value: value is not None and compare(value, wanted)


def _checkbox(_: Place, operator: str, wanted: Any, at: str) -> Test:
    _known(("equals", "does_not_equal"), operator, wanted, at)
    if not isinstance(wanted, bool):
        raise failed(at, "be a boolean", wanted)
    return lambda value: (value == wanted) == (operator == "equals")


def _select(_: Place, operator: str, wanted: Any, at: str) -> Test:
    """Compare with one name or with a list of names (lists since April 2026)."""
    _known(("equals", "does_not_equal"), operator, wanted, at)
    names = wanted if isinstance(wanted, list) else [wanted]
    for name in as_list(names, at):
        if not isinstance(name, str):
            raise failed(at, "be a string", wanted)
    return lambda value: (value in names) == (operator == "equals")


def _multi_select(_: Place, operator: str, wanted: Any, at: str) -> Test:
    _known(("contains", "does_not_contain"), operator, wanted, at)
    names = wanted if isinstance(wanted, list) else [wanted]
    for name in as_list(names, at):
        if not isinstance(name, str):
            raise failed(at, "be a string", wanted)
    return lambda value: any(name in value for name in names) == (operator == "contains")


def _people(place: Place, operator: str, wanted: Any, at: str) -> Test:
    return _references(place, operator, place.state.bot if wanted == "me" else wanted, at)


def _references(_: Place, operator: str, wanted: Any, at: str) -> Test:
    _known(("contains", "does_not_contain"), operator, wanted, at)
    key = as_uuid(wanted, at)
    return lambda value: (key in value) == (operator == "contains")


def _files(_: Place, operator: str, wanted: Any, at: str) -> Test:
    _known((), operator, wanted, at)
    raise AssertionError("files know only is_empty and is_not_empty")


def _date(place: Place, operator: str, wanted: Any, at: str) -> Test:
    """Compare dates; moments are cut to the minute on both sides (recorded)."""
    zone = ZoneInfo(place.settings.bot_time_zone)
    today = place.now.astimezone(zone).date()
    if operator in _SPANS:
        if wanted != {}:
            raise failed(at, "be an object", wanted)
        first, last = _span(today, *operator.split("_"))
        return lambda value: value is not None and first <= _day(value["start"], zone) <= last
    _known(_DATE, operator, wanted, at)
    if wanted in _RELATIVE:
        wanted = _moved(today, *_RELATIVE[wanted]).isoformat()
    begin, end = _wanted_moments(wanted, at)
    return lambda value: value is not None and _compared(operator, value["start"], begin, end)


def _wanted_moments(wanted: Any, at: str) -> tuple[datetime, datetime]:
    """Return the first moment meant and the first one after it: a whole day, or a minute."""
    if not isinstance(wanted, str):
        raise failed(at, "be a string", wanted)
    try:
        moment = instant(wanted.upper().replace("Z", "+00:00"))
    except ValueError:
        raise failed(at, "be a valid ISO 8601 date string", wanted) from None
    if is_day(wanted):
        return moment, moment + timedelta(days=1)
    return minute(moment), minute(moment) + timedelta(minutes=1)


def _compared(operator: str, start: str, begin: datetime, end: datetime) -> bool:
    value = instant(start)
    if end - begin == timedelta(days=1):  # a day is compared with the day that the value shows
        value = instant(start[:10])
    results = {
        "equals": begin <= value < end,
        "before": value < begin,
        "after": value >= end,
        "on_or_before": value < end,
        "on_or_after": value >= begin,
    }
    return results[operator]


def _span(today: date, past: str, span: str) -> tuple[date, date]:
    """Return the first and last day meant. Recorded: past and next weeks, months, years include today.

    Weeks begin on Sunday; the same day of the month is taken for a month, as recorded.
    """
    if past == "this":
        sunday = today - timedelta(days=(today.weekday() + 1) % 7)
        return sunday, sunday + timedelta(days=6)
    if past == "past":
        return _moved(today, span, -1), today
    return today, _moved(today, span, 1)


def _moved(day: date, span: str, by: int) -> date:
    if span in ("day", "week"):
        return day + timedelta(days=by if span == "day" else 7 * by)
    months = by if span == "month" else 12 * by
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in range(day.day, 27, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    return date(year, month + 1, day.day)


def _day(start: str, zone: ZoneInfo) -> date:
    return date.fromisoformat(start) if is_day(start) else instant(start).astimezone(zone).date()


def _known(operators: Any, operator: str, wanted: Any, at: str) -> Any:
    """Return what belongs to the operator; refuse one that the kind does not have."""
    if operator not in operators:
        raise failed(at, "be not present", wanted)
    return operators[operator] if isinstance(operators, Mapping) else operator


CONDITIONS: Mapping[str, Callable[[Place, str, Any, str], Test]] = {
    "text": _text,
    "number": _number,
    "checkbox": _checkbox,
    "select": _select,
    "multi_select": _multi_select,
    "people": _people,
    "references": _references,
    "files": _files,
    "date": _date,
}
