"""Reading `$filter`, `$expand` and their like as Exchange does behind Graph.

What can be filtered is documented in part only; what is not known to work is refused. Filtering by
`internetMessageHeaders` was seen to be answered with 400 (2026).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from ..frame import Answer, Call
from .errors import Refused
from .mail import Wire

DEFAULT_PAGE = 10
LARGEST_PAGE = 1000
_KNOWN = ("filter", "select", "expand", "top", "skip", "orderby", "count")
_TEXT = r"'((?:[^']|'')*)'"
_ANY = re.compile(
    rf"singleValueExtendedProperties/any\(\s*(\w+)\s*:\s*\1/id eq {_TEXT} and \1/value eq {_TEXT}\s*\)",
    re.IGNORECASE,
)
_SUBJECT = re.compile(rf"subject eq {_TEXT}")
_MOMENT = re.compile(r"(?:sent|received)DateTime (ge|gt|le|lt) (\d{4}-\d{2}-\d{2}T[\d:.]+Z)")
_EXPANDED = re.compile(rf"singleValueExtendedProperties\(\$filter=id eq {_TEXT}\)", re.IGNORECASE)
_PROPERTY = re.compile(
    r"(?P<type>String|Integer|Boolean|SystemTime) "
    r"\{(?P<set>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\} Name (?P<name>\S.*)",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Item:
    """What a filter looks at."""

    subject: str
    at: datetime
    properties: Iterable[Wire]


Test = Callable[[Item], bool]


@dataclass(frozen=True, kw_only=True)
class MailQuery:
    """The options of one call."""

    options: Mapping[str, str]
    test: Test
    property: str | None
    """The named property that `$expand` asks for."""
    select: tuple[str, ...] | None
    top: int
    skip: int


def read_mail_query(call: Call) -> MailQuery:
    """Read and judge the options of a call."""
    options = {name.lstrip("$").lower(): values[0] for name, values in call.query.items() if name[:1] == "$"}
    for name in options:
        if name not in _KNOWN:
            raise Refused(400, "BadRequest", f"The query parameter '${name}' is not supported.")
    select = options.get("select")
    return MailQuery(
        options=options,
        test=_test(options.get("filter", "")),
        property=_expanded(options.get("expand", "")),
        select=tuple(part.strip() for part in select.split(",")) if select else None,
        top=min(_number(options, "top", DEFAULT_PAGE), LARGEST_PAGE) or DEFAULT_PAGE,
        skip=_number(options, "skip", 0),
    )


def paged(call: Call, query: MailQuery, context: str, found: list[Wire]) -> Answer:
    """Answer with one page and the address of the next (recorded: it carries the options and `$skip`)."""
    body: Wire = {"@odata.context": context, "value": found[query.skip : query.skip + query.top]}
    if len(found) > query.skip + query.top:
        kept = {name: text for name, values in call.query.items() for text in values if name != "$skip"}
        pairs = [f"{name}={quote(text, safe='$(),/*')}" for name, text in kept.items()]
        link = "&".join([*pairs, f"$skip={query.skip + query.top}"])
        body["@odata.nextLink"] = f"{call.host}{quote(call.path)}?{link}"
    return Answer(status=200, body=body)


def chosen(body: Wire, query: MailQuery, properties: Iterable[Wire]) -> Wire:
    """Keep what `$select` asks for (the id always comes) and add the property of `$expand`."""
    kept = {
        name: value
        for name, value in body.items()
        if query.select is None or name in query.select or name in ("id", "@odata.etag")
    }
    wanted = [one for one in properties if query.property is not None and _same(one["id"], query.property)]
    return kept | ({"singleValueExtendedProperties": wanted} if wanted else {})


def checked_property(given: object) -> Wire:
    """Judge a named property that is to be set; ids come back with the set in lower case."""
    if not isinstance(given, dict) or set(given) != {"id", "value"} or not isinstance(given["value"], str):
        raise Refused(400, "RequestBodyRead", "A single-value extended property has an id and a value.")
    match = _PROPERTY.fullmatch(str(given["id"]))
    if match is None:
        raise Refused(400, "ErrorInvalidProperty", f"Property ID {given['id']} is not valid.")
    return {
        "id": f"{match['type'].capitalize()} {{{match['set'].lower()}}} Name {match['name']}",
        "value": given["value"],
    }


def _test(text: str) -> Test:
    """Read conditions joined by `and`."""
    tests: list[Test] = []
    rest = text.strip()
    while rest:
        test, length = _first(rest)
        tests.append(test)
        rest = rest[length:]
        if rest and not rest.startswith(" and "):
            raise _bad_filter()
        rest = rest.removeprefix(" and ")
    return lambda item: all(test(item) for test in tests)


def _first(text: str) -> tuple[Test, int]:
    if match := _ANY.match(text):
        name, value = _plain(match[2]), _plain(match[3])
        return (lambda item: _has(item, name, value)), match.end()
    if match := _SUBJECT.match(text):
        subject = _plain(match[1])
        return (lambda item: item.subject.lower() == subject.lower()), match.end()
    if match := _MOMENT.match(text):
        return _compared(match[1], datetime.fromisoformat(match[2]).astimezone(UTC)), match.end()
    raise _bad_filter()


def _compared(operator: str, moment: datetime) -> Test:
    match operator:
        case "ge":
            return lambda item: item.at >= moment
        case "gt":
            return lambda item: item.at > moment
        case "le":
            return lambda item: item.at <= moment
        case _:
            return lambda item: item.at < moment


def _has(item: Item, name: str, value: str) -> bool:
    """Documented: the name is compared by case, the value is not."""
    return any(_same(one["id"], name) and one["value"].lower() == value.lower() for one in item.properties)


def _same(one: str, other: str) -> bool:
    before, _, name = one.partition(" Name ")
    asked, _, wanted = other.partition(" Name ")
    return name == wanted and before.lower() == asked.lower()


def _plain(text: str) -> str:
    return text.replace("''", "'")


def _expanded(text: str) -> str | None:
    if not text:
        return None
    match = _EXPANDED.fullmatch(text.strip())
    if match is None:
        raise Refused(400, "BadRequest", f"Parsing OData Select and Expand failed: '{text}'.")
    return _plain(match[1])


def _number(options: Mapping[str, str], name: str, default: int) -> int:
    text = options.get(name)
    if text is None:
        return default
    if not text.isdecimal():
        raise Refused(400, "BadRequest", f"Invalid value '{text}' for ${name} query option found.")
    return int(text)


def _bad_filter() -> Refused:
    return Refused(400, "ErrorInvalidUrlQueryFilter", "The query filter contains one or more invalid nodes.")
