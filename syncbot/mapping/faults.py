"""From pydantic's errors to faults that say place, expected, found and the nearest word; and how to go on in spite."""

import copy
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from rapidfuzz import fuzz, process

from syncbot.errors import Problem

from .format import GROUP, VARIABLE, WORD
from .marks import Document, Path, child

Schema: TypeAlias = dict[str, Any]
"""A JSON Schema, or a part of one."""

_EXPECTED = {
    "string_type": "text (in quotes, if it is written as a number)",
    "string_too_short": "a text that is not empty",
    "bool_type": "true or false",
    "float_type": "a number",
    "dict_type": "keys and values",
    "model_type": "keys and values",
    "model_attributes_type": "keys and values",
    "list_type": "a list",
    "too_short": "at least one entry",
}
_BOUNDS = {"ge": "at least", "gt": "more than", "le": "at most", "lt": "less than"}
_PATTERNS = {
    WORD: "a name of small letters, digits and _",
    GROUP: "a group's short name: letters, digits, _ and -",
    VARIABLE: "the name of an environment variable: capital letters, digits and _",
}
_ROUNDS = 20
"""How often a file is pruned before giving up on it."""


def nearest(word: str, words: Iterable[str]) -> str | None:
    """Return the word that was probably meant."""
    found = process.extractOne(
        word, list(words), scorer=fuzz.ratio, score_cutoff=60, processor=lambda text: text.casefold()
    )
    return str(found[0]) if found else None


def listed(words: Iterable[str]) -> str:
    """Return words as a person lists them: "a, b or c"."""
    *most, last = list(words) or ["nothing"]
    return f"{', '.join(most)} or {last}" if most else last


def shown(value: object) -> str:
    """Return what was found, short."""
    match value:
        case None:
            return "nothing"
        case bool():
            return str(value).lower()
        case str():
            return repr(value if len(value) <= 60 else value[:57] + "...")
        case Mapping():
            return "keys and values"
        case Sequence():
            return "a list"
        case _:
            return str(value)


Form = TypeVar("Form", bound=BaseModel)
"""What a file of mappings/ declares."""


def declared(document: Document, form: type[Form]) -> tuple[Form | None, list[Problem]]:
    """Return the declaration of a file without what is wrong in it, and what is wrong in it.

    None where too little is left to look further.
    """
    root = _schema(form)
    problems: list[Problem] = []
    data = copy.deepcopy(document.data)
    for turn in range(_ROUNDS):
        try:
            return form.model_validate(data), problems
        except ValidationError as error:
            details = error.errors(include_url=False)
            if turn == 0:
                problems += [_problem(root, document, one) for one in details]
            if not isinstance(data, dict):
                break
            data = _pruned(root, data, details)
    return None, problems


def _problem(root: Schema, document: Document, error: ErrorDetails) -> Problem:
    path, schema = _walk(root, document.data, error["loc"])
    kind, context = error["type"], error.get("ctx", {})
    if kind == "missing":
        return Problem(
            place=document.at_key(path), expected=f"the key {error['loc'][-1]!r}", found="no such key"
        )
    if kind == "union_tag_not_found":
        return Problem(place=document.at_key(path), expected=f"the key {_tag(schema)!r}", found="no such key")
    if kind == "union_tag_invalid":
        tags = _tags(schema)
        where = (*path, _tag(schema))
        return _unfit(document, where, f"one of the {_tag(schema)}s {listed(tags)}", context["tag"], tags)
    if kind == "extra_forbidden":
        known = _keys(schema)
        word = str(path[-1])
        return Problem(
            place=document.at_key(path),
            expected=_key_list(known),
            found=repr(word),
            nearest=nearest(word, known),
        )
    if kind == "wanted":
        return Problem(
            place=document.at(path),
            expected=context["expected"],
            found=context.get("found") or shown(error["input"]),
        )
    if kind == "literal_error":
        words = [str(word) for word in _leaf(schema, path).get("enum", ())]
        return _unfit(document, path, listed(words), error["input"], words)
    if kind == "string_pattern_mismatch":
        expected = _PATTERNS.get(context["pattern"], f"a word that fits {context['pattern']}")
        return _unfit(document, path, expected, error["input"], (), error["loc"])
    bound = next(
        (f"a number of {word} {context[key]:g}" for key, word in _BOUNDS.items() if key in context), None
    )
    expected = bound or _EXPECTED.get(kind) or error["msg"].removeprefix("Input should be ")
    return Problem(place=document.at(path), expected=expected, found=shown(error["input"]))


def _key_list(known: list[str]) -> str:
    return f"the key {known[0]!r}" if len(known) == 1 else f"one of the keys {listed(known)}"


def _unfit(
    document: Document,
    path: Path,
    expected: str,
    found: object,
    words: Iterable[str],
    loc: Sequence[Any] = (),
) -> Problem:
    place = document.at_key((*path, str(loc[-2]))) if loc and loc[-1] == "[key]" else document.at(path)
    return Problem(
        place=place,
        expected=expected,
        found=shown(found),
        nearest=nearest(str(found), words) if words else None,
    )


# -- walking the data and the schema of the format side by side


@cache
def _schema(form: type[BaseModel]) -> Schema:
    return form.model_json_schema()


def _walk(root: Schema, data: Any, loc: Sequence[str | int]) -> tuple[Path, Schema]:
    """Return the path in the data, and the schema of what holds the last part of `loc`."""
    path: Path = ()
    holder = schema = _resolved(root, root, data)
    for part in loc:
        there, inner = child(data, part)
        if there:
            path, data = (*path, part), inner
            holder, schema = schema, _resolved(root, _step(schema, part), data)
    return path, (schema if loc and "discriminator" in schema else holder)


def _step(schema: Mapping[str, Any], part: str | int) -> Mapping[str, Any]:
    if isinstance(part, int):
        return _dict(schema.get("items"))
    named = schema.get("properties", {}).get(part)
    free = schema.get("additionalProperties") or next(
        iter(schema.get("patternProperties", {}).values()), None
    )
    return _dict(named or free)


def _resolved(root: Schema, schema: Mapping[str, Any], data: Any) -> Schema:
    """Follow references and choose the branch that the data is meant for."""
    if "$ref" in schema:
        return _resolved(root, root["$defs"][schema["$ref"].rpartition("/")[2]], data)
    if "discriminator" in schema:
        tag = data.get(_tag(schema)) if isinstance(data, Mapping) else None
        branch = schema["discriminator"]["mapping"].get(tag)
        return _resolved(root, {"$ref": branch}, data) if branch else dict(schema)
    if "anyOf" in schema:
        wanted = "object" if isinstance(data, Mapping) else "array" if isinstance(data, list) else None
        fits = [
            one
            for one in (_resolved(root, one, data) for one in schema["anyOf"])
            if one.get("type") == wanted
        ]
        return fits[0] if fits else dict(schema)
    return dict(schema)


def _dict(schema: object) -> Mapping[str, Any]:
    return schema if isinstance(schema, Mapping) else {}


def _keys(schema: Mapping[str, Any]) -> list[str]:
    return list(schema.get("properties", {}))


def _tag(schema: Mapping[str, Any]) -> str:
    """Return the key that says which of several forms is meant."""
    return str(schema.get("discriminator", {}).get("propertyName", "service"))


def _tags(schema: Mapping[str, Any]) -> list[str]:
    return list(schema.get("discriminator", {}).get("mapping", {}))


def _leaf(holder: Mapping[str, Any], loc: Sequence[str | int]) -> Mapping[str, Any]:
    leaf = _step(holder, loc[-1])
    return next((one for one in leaf.get("anyOf", ()) if "enum" in one), leaf)


# -- leaving out what is wrong


def _pruned(root: Schema, data: dict[str, Any], errors: Sequence[ErrorDetails]) -> dict[str, Any] | None:
    """Return the data without the parts that have errors; None where the whole is not usable."""
    for error in errors:
        path, _ = _walk(root, data, error["loc"])
        if error["loc"][-1:] == ("[key]",):
            path = (*path, str(error["loc"][-2])) if path[-1:] != (error["loc"][-2],) else path
        if path:
            _remove(data, path)
        elif error["loc"] == ("kind",):
            return None
        elif len(error["loc"]) == 1:
            data[str(error["loc"][0])] = {}
    return data


def _remove(data: Any, path: Path) -> None:
    for part in path[:-1]:
        there, data = child(data, part)
        if not there:
            return
    there, _ = child(data, path[-1])
    if there:
        del data[path[-1]]
