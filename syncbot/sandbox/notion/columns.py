"""The kinds of properties and the definitions of single ones."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import Any
from urllib.parse import quote, unquote

from .errors import failed, invalid
from .place import Place, as_list, as_object, check_members, named_kind
from .state import DataSource, Wire
from .text import COLORS, length

TEXTS = frozenset({"title", "rich_text"})
OPTIONS = frozenset({"select", "multi_select", "status"})
STRINGS = {"url": 2000, "email": 200, "phone_number": 200}
"""Kinds that hold one string, and how long it may be."""
WRITABLE = (
    TEXTS
    | OPTIONS
    | frozenset(STRINGS)
    | {"number", "checkbox", "date", "people", "relation", "files", "place"}
)
READ_ONLY = frozenset(
    {"formula", "rollup", "created_time", "created_by", "last_edited_time", "last_edited_by"}
    | {"unique_id", "button", "verification"}
)
KINDS = WRITABLE | READ_ONLY
_BARE = KINDS - OPTIONS - {"number", "formula", "relation", "rollup", "unique_id"}
MAX_OPTION = 100
_ID_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:;<>=?@[]^_`{|}~\\"
_GROUPS = (("To-do", "gray"), ("In progress", "blue"), ("Complete", "green"))
_FIRST_STATUS = (("Not started", "default"), ("In progress", "blue"), ("Done", "green"))
_PAIR = ("synced_property_name", "synced_property_id")
_FUNCTIONS = ("count", "sum", "min", "max", "earliest_date", "latest_date", "show_original")


def new_id(source: DataSource, random_id: str) -> str:
    """Make a property id: four characters, percent-encoded where needed, as Notion's are."""
    keys = (_key(f"{random_id}/{attempt}") for attempt in count())
    return next(key for key in keys if key not in source.properties)


def _key(seed: str) -> str:
    digest = hashlib.sha256(seed.encode()).digest()
    return quote("".join(_ID_LETTERS[number % len(_ID_LETTERS)] for number in digest[:4]), safe="")


def find(source: DataSource, key: str) -> Wire | None:
    """Find a property by name, or by id, encoded or not."""
    return source.named(key) or source.properties.get(key) or source.properties.get(quote(key, safe=""))


def by_plain_id(source: DataSource, key: str) -> Wire | None:
    """Find a property by its id as it stands after percent-decoding; a name is no id."""
    return next((one for one in source.properties.values() if unquote(one["id"]) == key), None)


def kind_in(given: Mapping[str, Any], at: str) -> str | None:
    """Return the kind that a definition or a value names, by `type` or by its one member; None without."""
    if "type" not in given:
        return next((name for name in given if name in KINDS), None)
    named = given["type"]
    if not isinstance(named, str) or named not in KINDS:
        raise failed(f"{at}.type", "be a known property type", named)
    return named


def defined(place: Place, source: DataSource, name: str, given: Wire, at: str) -> Wire:
    """Return a new definition; a relation's other side is the business of `schema`."""
    kind = kind_in(given, at)
    if kind is None:
        raise failed(f"{at}.type", "be defined", missing=True)
    check_members(given, ("id", "name", "description", "type", kind), at)
    key = "title" if kind == "title" else new_id(source, place.new_id())
    inner = as_object(given.get(kind, {}), f"{at}.{kind}")
    return {
        "id": key,
        "name": name,
        "description": given.get("description"),
        "type": kind,
        kind: configured(place, source, kind, inner, {}, f"{at}.{kind}"),
    }


def configured(place: Place, source: DataSource, kind: str, given: Wire, old: Wire, at: str) -> Wire:
    """Return what a definition says about its kind; `old` is what it said before."""
    if kind in _BARE:
        check_members(given, (), at)
        return {}
    makers: dict[str, Callable[..., Wire]] = {
        "number": _number,
        "formula": _formula,
        "relation": _relation,
        "rollup": _rollup,
        "unique_id": _unique_id,
        "status": _status,
        "select": _options,
        "multi_select": _options,
    }
    return makers[kind](place, source, given, old, at)


def option_named(definition: Wire, name: str) -> Wire | None:
    """Find an option by its exact name."""
    options: Sequence[Wire] = definition[definition["type"]]["options"]
    return next((one for one in options if one["name"] == name), None)


def option_of(definition: Wire, key: str) -> Wire | None:
    """Find an option by its id."""
    options: Sequence[Wire] = definition[definition["type"]]["options"]
    return next((one for one in options if one["id"] == key), None)


def default_status(definition: Wire) -> str:
    """Return the id of the option that a new row gets (recorded: no row is without one)."""
    status = definition["status"]
    first: str = (status["groups"][0]["option_ids"] or [status["options"][0]["id"]])[0]
    return first


def new_option(place: Place, name: object, color: object, kind: str, at: str) -> Wire:
    """Judge a new option and return it."""
    if not isinstance(name, str) or not name:
        raise failed(f"{at}.name", "be populated", name)
    if length(name) > MAX_OPTION:
        raise failed(f"{at}.name.length", f"be ≤ `{MAX_OPTION}`", length(name))
    if "," in name:
        raise invalid(f"Invalid {kind} option, commas not allowed: {name}")
    if color not in COLORS:
        raise failed(f"{at}.color", "be a known color", color)
    return {"id": place.new_id(), "name": name, "color": color, "description": None}


def _number(_: Place, __: DataSource, given: Wire, old: Wire, at: str) -> Wire:
    check_members(given, ("format",), at)
    form = given.get("format", old.get("format", "number"))
    if not isinstance(form, str):
        raise failed(f"{at}.format", "be a string", form)
    return {"format": form}


def _formula(_: Place, __: DataSource, given: Wire, old: Wire, at: str) -> Wire:
    check_members(given, ("expression",), at)
    if old and given.get("expression", old["expression"]) != old["expression"]:
        raise invalid("Formula properties cannot be updated through the API.")
    expression = given.get("expression", old.get("expression", ""))
    if not isinstance(expression, str):
        raise failed(f"{at}.expression", "be a string", expression)
    return {"expression": expression}


def _unique_id(_: Place, __: DataSource, given: Wire, ___: Wire, at: str) -> Wire:
    check_members(given, ("prefix",), at)
    prefix = given.get("prefix")
    if prefix is not None and not isinstance(prefix, str):
        raise failed(f"{at}.prefix", "be a string", prefix)
    return {"prefix": prefix}


def _relation(place: Place, _: DataSource, given: Wire, old: Wire, at: str) -> Wire:
    check_members(given, ("data_source_id", "database_id", "type", "single_property", "dual_property"), at)
    where = f"{at}.data_source_id"
    target = place.data_source(given.get("data_source_id", old.get("data_source_id")), where)
    kind = named_kind(given, ("single_property", "dual_property"), at)
    if kind is None:
        raise failed(f"{at}.single_property", "be defined", missing=True)
    check_members(
        as_object(given[kind], f"{at}.{kind}"), _PAIR if kind == "dual_property" else (), f"{at}.{kind}"
    )
    inner = old.get(kind, {}) if target.id == old.get("data_source_id") else {}
    return {
        "database_id": target.parent["database_id"],
        "data_source_id": target.id,
        "type": kind,
        kind: dict(inner) if kind == "dual_property" else {},
    }


def _rollup(place: Place, source: DataSource, given: Wire, _: Wire, at: str) -> Wire:
    names = ("relation_property_name", "rollup_property_name", "relation_property_id", "rollup_property_id")
    check_members(given, (*names, "function"), at)
    relation = find(source, given.get("relation_property_name") or given.get("relation_property_id") or "")
    if relation is None or relation["type"] != "relation":
        raise invalid("Rollup relation property does not exist.")
    target = place.data_source(relation["relation"]["data_source_id"])
    goal = find(target, given.get("rollup_property_name") or given.get("rollup_property_id") or "")
    if goal is None:
        raise invalid("Rollup target property does not exist.")
    if given.get("function") not in _FUNCTIONS:
        raise failed(f"{at}.function", "be a function that the sandbox knows", given.get("function"))
    return {
        "rollup_property_name": goal["name"],
        "relation_property_name": relation["name"],
        # Recorded: these two come without the percent-encoding of the ids.
        "rollup_property_id": unquote(goal["id"]),
        "relation_property_id": unquote(relation["id"]),
        "function": given["function"],
    }


def _options(place: Place, _: DataSource, given: Wire, old: Wire, at: str) -> Wire:
    check_members(given, ("options",), at)
    if "options" not in given:
        return {"options": old.get("options", [])}
    return {"options": _listed_options(place, given["options"], old.get("options", []), "select", at)}


def _status(place: Place, _: DataSource, given: Wire, old: Wire, at: str) -> Wire:
    """Options of a status stand in groups; new ones land in the first (documented)."""
    check_members(given, ("options", "groups"), at)
    first = [{"name": name, "color": color} for name, color in _FIRST_STATUS]
    before = old.get("options", [])
    wanted = given.get("options", before or first)
    options = _listed_options(place, wanted, before, "status", at)
    if not options:
        raise failed(f"{at}.options.length", "be ≥ `1`", 0)
    groups = old.get("groups") or _new_groups(place, options, spread="options" not in given)
    grouped = [key for group in groups[1:] for key in group["option_ids"]]
    members = [[one["id"] for one in options if one["id"] not in grouped]]
    members += [[one["id"] for one in options if one["id"] in group["option_ids"]] for group in groups[1:]]
    return {
        "options": options,
        "groups": [group | {"option_ids": keys} for group, keys in zip(groups, members, strict=True)],
    }


def _new_groups(place: Place, options: Sequence[Wire], *, spread: bool) -> list[Wire]:
    ids = [[one["id"]] for one in options] if spread else [[], [], []]
    return [
        {"id": place.new_id(), "name": name, "color": color, "option_ids": keys}
        for (name, color), keys in zip(_GROUPS, ids, strict=True)
    ]


def _listed_options(place: Place, given: object, before: Sequence[Wire], kind: str, at: str) -> list[Wire]:
    """Return the new options: the list replaces the old one; an option keeps its name for ever.

    Users report that renaming an option is answered with 200 and does nothing.
    """
    result: list[Wire] = []
    for number, one in enumerate(as_list(given, f"{at}.options")):
        where = f"{at}.options[{number}]"
        option = as_object(one, where)
        check_members(option, ("id", "name", "color", "description"), where)
        if not isinstance(option.get("id", ""), str):
            raise failed(f"{where}.id", "be a string", option["id"])
        known = [
            old
            for old in before
            if old["id"] == option.get("id") or ("id" not in option and old["name"] == option.get("name"))
        ]
        result.append(
            known[0]
            if known
            else new_option(place, option.get("name"), option.get("color", "default"), kind, where)
        )
    names = [one["name"].lower() for one in result]
    if len(set(names)) < len(names):
        raise invalid("Option names must be unique.")
    return result
