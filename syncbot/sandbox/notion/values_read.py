"""How a property of a page is answered."""

import hashlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from . import text
from .columns import OPTIONS, STRINGS, TEXTS, option_of
from .computed import formula, rollup
from .place import Place
from .relations import seen, shown_definitions
from .state import DataSource, Page, Wire, stamp
from .users import shown_user

_LINK_LIFE = timedelta(hours=1)


def properties(place: Place, page: Page, wanted: Sequence[str] | None = None) -> Wire:
    """Return the properties of a page by name; `wanted` are property ids, None = all.

    Recorded: the title comes last however the columns stand.
    """
    source = place.state.source_of(page)
    if source is None:
        return {"title": cell(place, page, {"id": "title", "name": "title", "type": "title"})}
    shown = [one for one in shown_definitions(place, source) if wanted is None or one["id"] in wanted]
    shown.sort(key=lambda one: one["type"] == "title")
    return {one["name"]: cell(place, page, one) for one in shown}


def cell(place: Place, page: Page, definition: Wire) -> Wire:
    """Return one property of a page object: long references are cut here."""
    kind = definition["type"]
    value = whole(place, page, definition)
    shown: Wire = {"id": definition["id"], "type": kind, kind: value}
    cut = place.settings.response_cut
    if kind in ("relation", "people"):
        shown[kind] = value[:cut]
    if kind == "relation":  # the only kind that says so
        shown["has_more"] = len(value) > cut
    if kind == "rollup" and value["type"] == "array":
        shown[kind] = value | {"array": value["array"][:cut]}
    return shown


def whole(place: Place, page: Page, definition: Wire) -> Any:
    """Return the value of a property, uncut."""
    kind = definition["type"]
    kept = page.values.get(definition["id"])
    if kind in TEXTS:
        return text.read(place, kept or [])
    if kind in OPTIONS:
        return _chosen(definition, kept)
    if kind in STRINGS or kind in ("number", "date", "place"):
        return kept
    return _READERS[kind](place, page, definition)


def _chosen(definition: Wire, kept: Any) -> Any:
    if definition["type"] == "multi_select":
        return [_option(definition, key) for key in kept or []]
    return None if kept is None else _option(definition, kept)


def _option(definition: Wire, key: str) -> Wire:
    option = option_of(definition, key)
    assert option is not None, "options that are gone were emptied"
    return {name: option[name] for name in ("id", "name", "color")}


def _checkbox(_: Place, page: Page, definition: Wire) -> bool:
    return bool(page.values.get(definition["id"]))


def _people(place: Place, page: Page, definition: Wire) -> list[Wire]:
    return [shown_user(place, key) for key in page.values.get(definition["id"], [])]


def _relation(place: Place, page: Page, definition: Wire) -> list[Wire]:
    return [{"id": key} for key in seen(place, page.values.get(definition["id"], []))]


def _files(place: Place, page: Page, definition: Wire) -> list[Wire]:
    return [
        file if file["type"] == "external" else _hosted(place, file)
        for file in page.values.get(definition["id"], [])
    ]


def _hosted(place: Place, file: Wire) -> Wire:
    """Sign the address of a file anew, as each reading does."""
    signature = hashlib.sha256(place.new_id().encode()).hexdigest()
    base = f"https://prod-files-secure.s3.us-west-2.amazonaws.com/{place.state.workspace_id}"
    at = place.now.strftime("%Y%m%dT%H%M%SZ")
    url = (
        f"{base}/{file['id']}/{quote(file['name'])}?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        f"&X-Amz-Date={at}&X-Amz-Expires=3600&X-Amz-Signature={signature}"
    )
    expiry = stamp(place.now + _LINK_LIFE)
    return {"name": file["name"], "type": "file", "file": {"url": url, "expiry_time": expiry}}


def _unique_id(_: Place, page: Page, definition: Wire) -> Wire:
    return {"prefix": definition["unique_id"]["prefix"], "number": page.number}


def _verification(_: Place, page: Page, definition: Wire) -> Wire:
    unverified: Wire = {"state": "unverified", "date": None, "verified_by": None}
    verification: Wire = page.values.get(definition["id"], unverified)
    return verification


def _formula(place: Place, page: Page, definition: Wire) -> Wire:
    return formula(place, page, definition, _value_of)


def _rollup(place: Place, page: Page, definition: Wire) -> Wire:
    return rollup(place, page, definition, _value_of)


def _value_of(place: Place, page: Page, source: DataSource, key: str) -> Wire | None:
    """Return a property without its id, as rollups hold it; None when there is no such property."""
    definition = source.properties.get(key)
    if definition is None:
        return None
    kind = definition["type"]
    return {"type": kind, kind: whole(place, page, definition)}


_READERS: dict[str, Callable[[Place, Page, Wire], Any]] = {
    "checkbox": _checkbox,
    "people": _people,
    "relation": _relation,
    "files": _files,
    "unique_id": _unique_id,
    "verification": _verification,
    "formula": _formula,
    "rollup": _rollup,
    "button": lambda _, __, ___: {},
    "created_time": lambda _, page, __: stamp(page.created),
    "last_edited_time": lambda _, page, __: stamp(page.edited),
    "created_by": lambda place, page, _: shown_user(place, page.created_by),
    "last_edited_by": lambda place, page, _: shown_user(place, page.edited_by),
}
