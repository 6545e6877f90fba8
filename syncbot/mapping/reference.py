"""The reference of the format's keys, written from the models that read it."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo as ModelField

from syncbot.model.record import Record, known_kinds

from . import format as form
from .translate import COLUMNS

_PARTS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("A file: one kind", form.KindDeclaration),
    ("`endpoints`: a Notion data source", form.NotionPlace),
    ("`endpoints`: a SharePoint list", form.SharePointPlace),
    ("`endpoints`: a table of an Excel workbook", form.ExcelPlace),
    ("`endpoints`: what was found in notes", form.NotesPlace),
    ("`endpoints`: rows in memory", form.MemoryPlace),
    ("A name or id", form.Given),
    ("`identity`", form.IdentityDeclaration),
    ("`limits`", form.Limits),
    ("`extra`: a field of your own", form.ExtraField),
    ("`fields`: one field", form.FieldDeclaration),
    ("A column", form.ColumnDeclaration),
)


def reference() -> str:
    """Return the tables of all keys, all kinds and all pairs of field and column, as Markdown."""
    return "\n".join([*_keys(), *_kinds(), *_pairs()])


def _keys() -> Iterator[str]:
    for title, model in _PARTS:
        yield f"### {title}\n"
        yield f"{_one_line(model.__doc__)}\n"
        yield "| key | value | left out | meaning |"
        yield "|---|---|---|---|"
        for name, field in model.model_fields.items():
            key = field.alias or name
            yield f"| `{key}` | {_value(model, key)} | {_default(field)} | {_one_line(field.description)} |"
        if model is form.FieldDeclaration:
            yield "| the name of an endpoint | a column | not synced there | The field's column at that endpoint. |"
        yield ""


def _value(model: type[BaseModel], name: str) -> str:
    schema = form.json_schema()["$defs"] | {form.KindDeclaration.__name__: form.json_schema()}
    whole = schema[model.__name__]
    whole = next((one for one in whole.get("anyOf", ()) if one.get("type") == "object"), whole)
    return _said(whole["properties"][name])


def _said(schema: dict[str, Any]) -> str:
    """Return in words what a schema takes."""
    for one in schema.get("anyOf", ()):
        if one.get("type") != "null":
            return _said(one)
    if "enum" in schema or "const" in schema:
        return ", ".join(f"`{word}`" for word in schema.get("enum", [schema.get("const")]))
    if "$ref" in schema:
        return {"Given": "a name or id", "Limits": "keys", "IdentityDeclaration": "keys"}[
            schema["$ref"].rpartition("/")[2]
        ]
    if schema["type"] == "array":
        return f"list of {_said(schema['items'])}"
    return {"string": "text", "boolean": "`true`, `false`", "number": "0 to 1", "object": "keys"}[
        schema["type"]
    ]


def _default(field: ModelField) -> str:
    if field.is_required():
        return "**needed**"
    match field.default:
        case None | [] | {}:
            return "none"
        case bool():
            return f"`{str(field.default).lower()}`"
        case BaseModel():
            return "the defaults"
        case default:
            return f"`{default}`"


def _kinds() -> Iterator[str]:
    for kind, model in sorted(known_kinds().items()):
        yield f"### The fields of a {kind}\n"
        yield "| field | type | words | meaning |"
        yield "|---|---|---|---|"
        yield from _fields(model)
        yield ""


def _fields(model: type[Record]) -> Iterator[str]:
    for name, info in model.fields().items():
        words = ", ".join(f"`{word}`" for word in info.choices)
        if info.code or info.target:
            words = f"codes of {info.code.value}" if info.code else f"a {info.target}"
        yield f"| `{name}` | `{info.type}` | {words} | {info.meaning} |"


def _pairs() -> Iterator[str]:
    yield "### Which column can hold which field\n"
    yield "| type of the field | columns |"
    yield "|---|---|"
    for kind, columns in COLUMNS.items():
        yield f"| `{kind}` | {', '.join(sorted(columns))} |"


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())
