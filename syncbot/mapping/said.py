"""Texts of all sorts, between cells and values."""

import re
from urllib.parse import urlsplit

from syncbot.endpoints.base import ColumnType
from syncbot.model.places import Code, code_of, names_of
from syncbot.model.values import Value

from . import texts
from .way import Links, Unfit, Way, hint, kind, short


def as_text(cell: Value) -> str:
    """Return a cell that must be text."""
    if not isinstance(cell, str):
        raise Unfit(f"holds {kind(cell)}, not text")
    return cell


def read_text(way: Way, cell: Value, _: Links) -> Value:
    """Read one line, or the code that it says."""
    said = texts.one_line(as_text(cell))
    return said if said is None or way.info.code is None else code(way.info.code, said)


def code(among: Code, said: str) -> str:
    """Return the code that is said by itself or by its English name."""
    found = code_of(said, among)
    if found is None:
        raise Unfit(f"holds {said!r}, which is no {among.value}{hint(said, names_of(among).values())}")
    return found


def write_text(way: Way, value: Value, _: Links) -> Value:
    """Write one line: the option that says it where the column has options."""
    said = as_text(value)
    if way.column.options is not None:
        return _option(way, said)
    return names_of(way.info.code)[said] if way.info.code and way.declared.by_name else said


def _option(way: Way, said: str) -> str:
    """Return the option of the column that reads as this text or code."""
    options = way.column.options or ()
    if way.info.code is not None:
        found = [one for one in options if code_of(one, way.info.code) == said]
        said = names_of(way.info.code)[said] if way.declared.by_name else said
    else:
        found = [one for one in options if texts.one_line(one) == said]
    if not found:
        raise Unfit(f"the column {way.column.name!r} has no option {said!r}{hint(said, options)}")
    return found[0]


def read_lines(_: Way, cell: Value, __: Links) -> Value:
    """Read text of several lines."""
    return texts.lines(as_text(cell))


def write_lines(way: Way, value: Value, _: Links) -> Value:
    """Write text of several lines."""
    said = as_text(value)
    if way.column.type is ColumnType.TEXT and "\n" in said:
        raise Unfit(f"the column {way.column.name!r} takes one line, not {said.count(chr(10)) + 1}")
    return said


_WEB = re.compile(r"https?://\S+", re.IGNORECASE)


def read_link(_: Way, cell: Value, __: Links) -> Value:
    """Read a web address."""
    said = texts.one_line(as_text(cell))
    if said is None:
        return None
    scheme, rest = said.split("://", 1) if "://" in said else ("", said)
    try:
        whole = _WEB.fullmatch(said) is not None and bool(urlsplit(said).hostname)
    except ValueError:
        whole = False
    if not whole:
        raise Unfit(f"holds {short(said)}, which is no web address")
    return f"{scheme.lower()}://{rest}"


def read_email(_: Way, cell: Value, __: Links) -> Value:
    """Read an address in lower case."""
    said = texts.one_line(as_text(cell))
    return said and texts.one_line(said.lower())


def plain(_: Way, value: Value, __: Links) -> Value:
    """Write what is the same in cells and values."""
    return value
