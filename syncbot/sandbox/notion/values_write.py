"""What may be written into a property, and how it is kept."""

import math
from collections.abc import Callable
from typing import Any

from . import text
from .columns import (
    OPTIONS,
    STRINGS,
    TEXTS,
    default_status,
    find,
    kind_in,
    new_option,
    option_named,
    option_of,
)
from .dates import as_date
from .errors import Refused, failed, invalid, unexpected
from .place import Place, as_list, as_object, as_uuid, check_members
from .state import DataSource, Page, Wire

_EMPTY: tuple[None, list[Any]] = (None, [])
_SEEDED = ("formula", "rollup", "verification")
_PLACE = ("lat", "lon", "name", "address", "aws_place_id", "google_place_id")
"""Read-only kinds whose value the seed may set; the service does not compute them, or not always."""
_WRAPPER = ("type",)
"""Members beside the value itself."""


def judged(place: Place, source: DataSource | None, given: Wire, at: str) -> Wire:
    """Judge the `properties` of a create or update; return what is kept, by property id.

    Wrong names and kinds are told all at once, as Notion does; of wrong values the first.
    """
    found: list[tuple[Wire, Any, str]] = []
    faults: list[str] = []
    for key, one in given.items():
        definition = _definition(source, key)
        short = definition is not None and definition["type"] == "title" and isinstance(one, list)
        value = {"title": one} if short else one  # the short form is taken (recorded)
        if definition is None:
            faults.append(f"{key} is not a property that exists.")
        elif (fault := _wrong_kind(definition, value, f"{at}.{key}")) is not None:
            faults.append(fault)
        else:
            found.append((definition, value[definition["type"]], f"{at}.{key}.{definition['type']}"))
    if faults:
        raise invalid(" ".join(faults))
    options = [
        (one[one["type"]], list(one[one["type"]]["options"])) for one, *_ in found if one["type"] in OPTIONS
    ]
    try:
        return {one["id"]: accepted(place, one, value, where) for one, value, where in found}
    except Refused:
        for config, before in options:  # a refused write adds no option
            config["options"] = before
        raise


def put(page: Page, values: Wire) -> None:
    """Replace the named values of a page; what is empty is not kept."""
    for key, value in values.items():
        if value in _EMPTY:
            page.values.pop(key, None)
        else:
            page.values[key] = value


def accepted(place: Place, definition: Wire, value: Any, at: str) -> Any:
    """Judge one value and return it as it is kept."""
    kind = definition["type"]
    if kind in TEXTS:
        return text.taken(place, value, at)
    if kind in OPTIONS:
        return _chosen(place, definition, value, at)
    if kind in STRINGS:
        return _string(value, at, most=STRINGS[kind])
    judges: dict[str, Callable[[Place, Wire, Any, str], Any]] = {
        "number": _number,
        "checkbox": _checkbox,
        "date": lambda _, __, given, where: as_date(given, where),
        "people": _people,
        "relation": _relation,
        "files": _files,
        "place": _place,
    }
    if kind in judges:
        return judges[kind](place, definition, value, at)
    if place.trusted and kind in _SEEDED:
        return value
    raise unexpected(at, value)


def _definition(source: DataSource | None, key: str) -> Wire | None:
    """Find the property; a page that is no row has only its title."""
    if source is not None:
        return find(source, key)
    return {"id": "title", "name": "title", "type": "title"} if key == "title" else None


def _wrong_kind(definition: Wire, value: object, at: str) -> str | None:
    """Say what is wrong with the kind of a value, if anything; refuse what is no value at all."""
    given = as_object(value, at)
    kind = kind_in(given, at)
    expected = definition["type"]
    if kind is None:
        raise failed(f"{at}.{expected}", "be defined", missing=True)
    if kind != expected:
        return f"{definition['name']} is expected to be {expected}."
    if expected not in given:
        raise failed(f"{at}.{expected}", "be defined", missing=True)
    # Recorded: a relation may be sent with the flag that it was read with.
    flag = ("has_more",) if expected == "relation" and isinstance(given.get("has_more"), bool) else ()
    check_members(given, (*_WRAPPER, *flag, expected), at)
    return None


def _number(_: Place, __: Wire, value: Any, at: str) -> Any:
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float)):
        raise failed(at, "be a number", value)
    if value is None:
        return None
    number = float(value)  # as all numbers of JavaScript: whole ones beyond 2**53 lose digits
    if not math.isfinite(number):
        raise failed(at, "be a number", str(value))
    return int(number) if number.is_integer() else number


def _checkbox(_: Place, __: Wire, value: Any, at: str) -> bool | None:
    if not isinstance(value, bool):
        raise failed(at, "be a boolean", value)
    return value or None


def _string(value: Any, at: str, *, most: int) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise failed(at, "be a string", value)
    if not value:  # nothing recorded says that an empty string empties the cell; null does
        raise failed(at, "be populated", value)
    if text.length(value) > most:
        raise failed(f"{at}.length", f"be ≤ `{most}`", text.length(value))
    return value


def _chosen(place: Place, definition: Wire, value: Any, at: str) -> Any:
    """Return the id of the chosen option, or the ids of several."""
    if definition["type"] != "multi_select":
        if value is None:
            return _no_choice(place, definition, at)
        return _option(place, definition, value, at)
    options = [
        _option(place, definition, one, f"{at}[{number}]") for number, one in enumerate(as_list(value, at))
    ]
    if len(set(options)) < len(options):
        # Not recorded; a list that names an option twice is more likely a mistake of the client.
        raise failed(at, "have no option twice", value)
    return options


def _no_choice(place: Place, definition: Wire, at: str) -> str | None:
    if definition["type"] != "status" or place.settings.empty_status == "empty" or place.trusted:
        return None
    if place.settings.empty_status == "default":
        return default_status(definition)
    raise failed(at, "be an object", None)


def _option(place: Place, definition: Wire, value: Any, at: str) -> str:
    """Find the option, or add it to the schema when it has a new name and is no status.

    Names are compared exactly: a different spelling is a new option, as a typing mistake is.
    """
    kind = definition["type"]
    given = as_object(value, at)
    check_members(given, ("id", "name", "color", "description"), at)
    if given.get("id") is not None:
        found = option_of(definition, str(given["id"]))
        if found is None:
            raise invalid(f"{definition['name']} option with id {given['id']} does not exist.")
        return str(found["id"])
    if "name" not in given:
        raise failed(f"{at}.name", "be defined", missing=True)
    found = option_named(definition, given["name"])
    if found is None and kind == "status":
        raise invalid(f'Invalid status option. Status option "{given["name"]}" does not exist.')
    if found is None:
        found = new_option(place, given["name"], given.get("color", "default"), kind, at)
        place.may("update")  # a new option is a change of the data source
        definition[kind]["options"].append(found)
    return str(found["id"])


def _people(place: Place, _: Wire, value: Any, at: str) -> list[str]:
    result: list[str] = []
    for number, one in enumerate(as_list(value, at)):
        where = f"{at}[{number}]"
        check_members(as_object(one, where), ("id", "object"), where)
        key = place.user(one.get("id"), f"{where}.id").id
        if key not in result:
            result.append(key)
    return result


def _relation(place: Place, definition: Wire, value: Any, at: str) -> list[str]:
    """Return the ids of rows of the data source pointed at that can be seen and are not in the trash."""
    target = definition["relation"]["data_source_id"]
    result: list[str] = []
    for number, one in enumerate(as_list(value, at)):
        where = f"{at}[{number}]"
        check_members(as_object(one, where), ("id",), where)
        page = place.page(as_uuid(one.get("id"), f"{where}.id"), f"{where}.id")
        if page.parent.get("data_source_id") != target or page.in_trash:
            raise place.refuse("page", page.id)
        if page.id not in result:
            result.append(page.id)
    return result


def _files(place: Place, _: Wire, value: Any, at: str) -> list[Wire]:
    """Take external files; uploads are not built, and Notion's own files cannot be written.

    The seed may also put Notion's own: `{"name", "type": "file"}`.
    """
    result: list[Wire] = []
    for number, one in enumerate(as_list(value, at)):
        where = f"{at}[{number}]"
        file = as_object(one, where)
        check_members(file, ("name", "type", "external", *(("file",) if place.trusted else ())), where)
        if place.trusted and file.get("type") == "file":
            result.append({"name": file["name"], "type": "file", "id": place.new_id()})
            continue
        external = as_object(file.get("external"), f"{where}.external")
        check_members(external, ("url",), f"{where}.external")
        if file.get("type", "external") != "external":
            raise failed(f"{where}.type", 'be `"external"`', file["type"])
        url = _string(external.get("url"), where, most=2000)
        name = _string(file.get("name"), f"{where}.name", most=100)
        if url is None or name is None:
            raise failed(f"{where}.name", "be defined", missing=True)
        result.append({"name": name, "type": "external", "external": {"url": url}})
    return result


def _place(_: Place, __: Wire, value: Any, at: str) -> Wire | None:
    """Take a place on the map; what is not said is answered as null (recorded)."""
    if value is None:
        return None
    given = as_object(value, at)
    check_members(given, _PLACE, at)
    for name in ("lat", "lon"):
        if isinstance(given.get(name), bool) or not isinstance(given.get(name), int | float):
            raise failed(f"{at}.{name}", "be a number", given.get(name), missing=name not in given)
    return {name: given.get(name) for name in _PLACE}
