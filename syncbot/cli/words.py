"""Names as people write them."""

import re
from math import ceil

_PLACES = {"notion": "Notion", "sharepoint": "SharePoint", "person": "a person"}
_CAPITALS = {
    "ccc": "CCC",
    "checkin": "check-in",
    "csg": "CSG",
    "geonames": "GeoNames",
    "id": "number",
    "miro": "Miro",
}
_PLURALS = {"city": "cities", "person": "people"}

_WIRE = re.compile(
    r"\b(?:GET|POST|PATCH|PUT|DELETE) \S+: |\b[45]\d\d [A-Za-z][\w.]*(?: -|:) | ?\[request-id [^\]]*\]"
)
"""What only those who know the services' interfaces can read: the request, the code of the refusal, its id."""
_NAMES = re.compile(r"\b(?:notion|sharepoint|csg|[a-z]+(?:_[a-z]+)+)\b")
"""In sentences: places, and names of fields that are no word."""


def place(name: str) -> str:
    """An endpoint or source, spelled as its makers spell it."""
    return _PLACES.get(name, name.capitalize())


def field(name: str) -> str:
    """A field's name in words."""
    return " ".join(_CAPITALS.get(part, part) for part in name.split("_"))


def spelled(sentence: str) -> str:
    """A sentence of ours, with the places and fields that it names spelled as people spell them."""
    return _NAMES.sub(lambda found: _PLACES.get(found[0]) or field(found[0]), sentence)


def happened(message: str) -> str:
    """What went wrong at a service, without the request and its codes (`--json` has them), if anything is left then."""
    return _WIRE.sub("", message).strip() or message


def records(kind: str) -> str:
    """The records of a kind, at the beginning of a line: "Cities"."""
    return _PLURALS.get(kind, kind + "s").capitalize()


def many(kind: str, count: int) -> str:
    """A number of records of a kind."""
    if count == 1:
        return f"1 {kind}"
    return f"{count} {_PLURALS.get(kind, kind + 's')}"


def from_now(seconds: float) -> str:
    """When so many seconds will have passed, rounded up: "in 3 minutes"."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds > 2 * length:
            return f"in {things(ceil(seconds / length), unit)}"
    return "in 2 minutes" if seconds > 60 else "in a minute"


def things(count: int, one: str, several: str | None = None) -> str:
    """A number of anything."""
    return f"{count} {one}" if count == 1 else f"{count} {several or one + 's'}"
