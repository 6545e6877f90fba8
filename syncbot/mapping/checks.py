"""Whether a value may stand in a field, as the kind's model has it."""

from functools import cache
from typing import Annotated, Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import SchemaValidator

from syncbot.model.record import Record
from syncbot.model.values import Value


def complaint(model: type[Record], field: str, value: Value) -> str | None:
    """Return in words why the value may not stand in the field; None when it may."""
    try:
        _validator(model, field).validate_python(value, strict=True)
    except ValidationError as error:
        if value is None:
            return "is empty, and must not be"
        said = error.errors(include_url=False, include_input=False)[0]["msg"]
        return said.removeprefix("Value error, ").replace("Input should", "should")
    return None


@cache
def _validator(model: type[Record], field: str) -> SchemaValidator:
    """Return the inner validator of the field: asked of millions of values, the outer one takes as long as itself."""
    info = model.model_fields[field]
    whole: Any = Annotated[info.annotation, *info.metadata]
    validator = TypeAdapter(whole).validator
    assert isinstance(validator, SchemaValidator)
    return validator
