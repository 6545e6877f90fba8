"""The format of mappings/control.yaml, and its reader: where a tick on a group's row asks for a sync."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, Field

from syncbot.errors import MappingError, Problem

from .faults import declared
from .format import Declaration, InNotion, InSharePoint, Name, Word
from .groups import Groups
from .load import document_at, in_order
from .marks import Document
from .spec import ColumnSpec, EndpointSpec

FILE = "control.yaml"


class ColumnsDeclaration(Declaration):
    """The columns of a place, as people see them (SharePoint: or by their internal names)."""

    group: Word = "Group"
    """Text: the group's title, by which people know the row."""
    sync_now: Word = "Sync now"
    """A box to tick: it asks for a sync."""
    state: Word = "State"
    """Text: whether a sync runs for the row, and since when, or how the last one ended."""
    result: Word = "Result"
    """Text of several lines: what was written, and what did not work."""
    questions: Word = "Questions"
    """Text of several lines: what waits for somebody of the group, and what to do about it."""


class _PlaceDeclaration(Declaration):
    """What all places have in common."""

    key: Word
    """A text column that syncbot fills, as with the records (SharePoint: its internal name, indexed)."""
    columns: ColumnsDeclaration = ColumnsDeclaration()
    """The other columns, where they are called otherwise."""


class NotionControl(InNotion, _PlaceDeclaration):
    """A Notion data source."""


class SharePointControl(InSharePoint, _PlaceDeclaration):
    """A SharePoint list."""


PlaceDeclaration: TypeAlias = Annotated[NotionControl | SharePointControl, Field(discriminator="service")]


class ControlDeclaration(Declaration):
    """mappings/control.yaml."""

    make_rows: bool = True
    """A group of mappings/groups.yaml that has no row gets one; else people make them."""
    places: Annotated[dict[Name, PlaceDeclaration], Field(min_length=1)]
    """Where the rows are, by names of your own."""


@dataclass(frozen=True, kw_only=True)
class ControlSpec:
    """Everything that the file declares."""

    make_rows: bool
    places: Mapping[str, PlaceDeclaration]


def control(folder: Path, groups: Groups | None) -> ControlSpec | None:
    """Read the file; None where there is none. Raises `MappingError` with every fault.

    Without `groups`, which could not be read, what refers to them is not judged.
    """
    path = folder / FILE
    if not path.exists():
        return None
    document = document_at(path)
    found, problems = (None, []) if document.data is None else declared(document, ControlDeclaration)
    problems = [*document.problems, *problems]
    if found is not None:
        problems += _faults(document, found, groups)
    if problems or found is None:
        nothing = Problem(place=path.as_posix(), expected="the key 'places'", found="nothing")
        raise MappingError(sorted(problems, key=in_order) or [nothing])
    return ControlSpec(make_rows=found.make_rows, places=found.places)


def _faults(document: Document, found: ControlDeclaration, groups: Groups | None) -> Iterator[Problem]:
    if groups is not None and not groups:
        expected = "groups in mappings/groups.yaml, each of which gets a row"
        yield Problem(place=document.at(("places",)), expected=expected, found="none")
    for name, place in found.places.items():
        used: dict[str, str] = {place.key: "key"}
        for part, column in _columns(place).items():
            if column in used:
                where = document.at(("places", name, *(("columns", part) if _said(place, part) else ())))
                other = f"{column!r}, which is that of {used[column]!r}"
                yield Problem(place=where, expected=f"another column for {part!r}", found=other)
            used.setdefault(column, part)


def _columns(place: PlaceDeclaration) -> Mapping[str, str]:
    return place.columns.model_dump()


def _said(place: PlaceDeclaration, part: str) -> bool:
    return part in place.columns.model_fields_set


def unset(place: PlaceDeclaration, environment: Mapping[str, str]) -> list[Problem]:
    """Name the variables that a place needs and that are not set: nobody can ask there until they are."""
    names = [given.env for given in place.where if given is not None and given.env is not None]
    return [
        Problem(place=name, expected="a value, because mappings/control.yaml uses it", found="nothing")
        for name in names
        if not environment.get(name, "").strip()
    ]


def endpoint_of(name: str, place: PlaceDeclaration, environment: Mapping[str, str]) -> EndpointSpec:
    """Return a place as an endpoint whose columns are named by what they are for."""
    container, site = (
        None if given is None else given.text or environment[str(given.env)].strip() for given in place.where
    )
    return EndpointSpec(
        name=name,
        service=place.service,
        container=str(container),
        site=site,
        key_column=place.key,
        columns={part: ColumnSpec(name=column) for part, column in _columns(place).items()},
    )


# -- for people and editors

_PARTS: tuple[tuple[str, type[BaseModel]], ...] = (
    ("The file", ControlDeclaration),
    ("`places`: a Notion data source", NotionControl),
    ("`places`: a SharePoint list", SharePointControl),
    ("`columns`", ColumnsDeclaration),
)


def reference() -> str:
    """Return the tables of all keys, as Markdown."""
    return "\n".join(line for title, model in _PARTS for line in _table(title, model)).rstrip()


def _table(title: str, model: type[BaseModel]) -> Iterator[str]:
    yield f"### {title}\n"
    yield "| key | left out | meaning |"
    yield "|---|---|---|"
    for name, field in model.model_fields.items():
        yield f"| `{name}` | {_default(field.is_required(), field.default)} | {field.description} |"
    yield ""


def _default(needed: bool, default: object) -> str:
    if needed:
        return "**needed**"
    match default:
        case bool():
            return f"`{str(default).lower()}`"
        case str():
            return f"`{default}`"
    return "the names below"


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the file, by which editors complete and check it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **ControlDeclaration.model_json_schema(),
    }
