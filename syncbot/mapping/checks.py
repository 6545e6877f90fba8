"""Whether a value may stand in a field, as the kind's model has it, and in our words why not."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails, SchemaValidator

from syncbot.model.fields import FieldType
from syncbot.model.record import Record
from syncbot.model.values import Value
from syncbot.model.wording import shown

_LONGEST = 40
_EMPTY = "is empty, and must not be"


def complaint(model: type[Record], field: str, value: Value) -> str | None:
    """Return in words why the value may not stand in the field: what it is, and what was expected; None when it may."""
    try:
        _validator(model, field).validate_python(value, strict=True)
    except ValidationError as error:
        if value is None:
            return _EMPTY
        return _said(model, field, error.errors(include_url=False)[0])
    return None


def _said(model: type[Record], field: str, error: ErrorDetails) -> str:
    found = error["input"]
    told = _quoted(found)
    limits = error.get("ctx", {})
    if error["type"] in _LIMITS:
        return _LIMITS[error["type"]](told, found, limits)
    match error["type"]:
        case "value_error":
            return f"holds {told}, which {str(limits['error']).removeprefix(f'{found!r} ')}"
        case "literal_error":
            return f"holds {told}, which is none of {limits['expected']}"
    return f"holds {told}, which is no {_EXPECTED.get(model.fields()[field].type, 'value for this field')}"


def _quoted(found: Any) -> str:
    if not isinstance(found, str):
        return shown(found)
    return repr(found if len(found) <= _LONGEST else f"{found[: _LONGEST - 1]}…")


_EXPECTED: Mapping[FieldType, str] = {
    FieldType.NUMBER: "whole number",
    FieldType.FLAG: "yes or no",
    FieldType.DAY: "day, such as 2026-11-25",
    FieldType.MOMENT: "moment, such as 2026-11-25 10:00",
    FieldType.LINK: "web address (https://...)",
    FieldType.EMAIL: "e-mail address",
}
_LIMITS: Mapping[str, Callable[[str, Any, Mapping[str, Any]], str]] = {
    "string_too_short": lambda *_: _EMPTY,
    "string_too_long": lambda _, found, limits: (
        f"has {len(found):,} characters, and at most {limits['max_length']:,} are allowed"
    ),
    "too_short": lambda *_: _EMPTY,
    "too_long": lambda _, found, limits: (
        f"names {len(found):,}, and at most {limits['max_length']:,} are allowed"
    ),
    "greater_than_equal": lambda told, _, limits: f"holds {told}, which is less than {shown(limits['ge'])}",
    "greater_than": lambda told, _, limits: f"holds {told}, which is not more than {shown(limits['gt'])}",
    "less_than_equal": lambda told, _, limits: f"holds {told}, which is more than {shown(limits['le'])}",
    "less_than": lambda told, _, limits: f"holds {told}, which is not less than {shown(limits['lt'])}",
}
"""By pydantic's name of the error: what is wrong with a value of the right type."""


@cache
def _validator(model: type[Record], field: str) -> SchemaValidator:
    """Return the inner validator of the field: asked of millions of values, the outer one takes as long as itself."""
    info = model.model_fields[field]
    whole: Any = Annotated[info.annotation, *info.metadata]
    validator = TypeAdapter(whole).validator
    assert isinstance(validator, SchemaValidator)
    return validator
