"""Where notes are read: the part `sources:` of mappings/notes.yaml."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from syncbot.errors import Problem

from .faults import nearest
from .format import Declaration, Given, Word
from .marks import Document
from .marks import Path as Where
from .spec import Mappings

READABLE = (".docx", ".md", ".txt", ".html", ".htm")
"""Endings of the files that are read where none are declared."""


class PagesDeclaration(Declaration):
    """The bodies of the rows of a kind: pages of a Notion data source."""

    service: Literal["pages"]
    """Which sort of place this is."""
    kind: Word
    """The kind whose rows have the notes on their pages."""
    endpoint: Word
    """At which of its endpoints."""
    group: Word | None = None
    """The field that says whose notes they are; lines are carried on within a group."""
    day: Word | None = None
    """The field that says when the meeting is."""
    groups: list[Word] = Field(default=[])
    """Only rows of these groups are read; left out: all."""


class FilesDeclaration(Declaration):
    """Files in a folder of a SharePoint library."""

    service: Literal["files"]
    """Which sort of place this is."""
    site: Given
    """The site: `{env: NAME}`, where the variable holds its address."""
    documents: Annotated[Word, Field(alias="library")] = "Documents"
    """The library, by the name that people see."""
    folder: Word
    """The folder; those below it are read as well."""
    groups: dict[Word, Word] = Field(default={})
    """Folders in it, each with the group whose notes they hold."""
    endings: list[Annotated[str, Field(pattern=r"^\.[a-z0-9]+$")]] = Field(default=[*READABLE])
    """Which files are notes, by the ending of their names."""
    meeting_type: Word | None = None
    """What sort of meeting it is, in the kind's own word."""


SourceDeclaration: TypeAlias = Annotated[PagesDeclaration | FilesDeclaration, Field(discriminator="service")]


@dataclass(frozen=True, kw_only=True)
class PagesSpec:
    """Notes on the pages of a kind's rows."""

    name: str
    kind: str
    endpoint: str
    group: str | None
    day: str | None
    groups: frozenset[str] | None


@dataclass(frozen=True, kw_only=True)
class FilesSpec:
    """Notes in files."""

    name: str
    site: str
    documents: str
    folder: str
    groups: Mapping[str, str]
    endings: tuple[str, ...]
    meeting_type: str | None


SourceSpec: TypeAlias = PagesSpec | FilesSpec


def source_faults(
    document: Document,
    found: Mapping[str, PagesDeclaration | FilesDeclaration],
    mappings: Mappings | None,
    environment: Mapping[str, str],
) -> Iterator[Problem]:
    """Tell what does not fit the kinds that are mapped, where these are known, and which variables are not set."""
    for name, one in found.items():
        at: Where = ("sources", name)
        if isinstance(one, PagesDeclaration):
            yield from _page_faults(document, at, one, mappings) if mappings else ()
        elif one.site.env and not environment.get(one.site.env, "").strip():
            yield Problem(
                place=document.at((*at, "site", "env")),
                expected=f"the environment variable {one.site.env}",
                found="nothing: it is empty" if one.site.env in environment else "nothing: it is not set",
            )


def _page_faults(
    document: Document, at: Where, one: PagesDeclaration, mappings: Mappings
) -> Iterator[Problem]:
    spec = mappings.kinds.get(one.kind)
    if spec is None:
        yield _unknown(document, (*at, "kind"), "a kind that is mapped", one.kind, mappings.kinds)
        return
    place = spec.endpoints.get(one.endpoint)
    if place is None:
        yield _unknown(document, (*at, "endpoint"), "an endpoint of the kind", one.endpoint, spec.endpoints)
    elif place.service not in {"notion", "memory"}:
        expected = "an endpoint whose rows are pages"
        yield Problem(place=document.at((*at, "endpoint")), expected=expected, found=repr(one.endpoint))
    for key, field in (("group", one.group), ("day", one.day)):
        if field is not None and field not in spec.fields:
            yield _unknown(document, (*at, key), "a mapped field of the kind", field, spec.fields)


def _unknown(document: Document, at: Where, expected: str, found: str, words: Iterable[str]) -> Problem:
    return Problem(place=document.at(at), expected=expected, found=repr(found), nearest=nearest(found, words))


def source_specs(
    found: Mapping[str, PagesDeclaration | FilesDeclaration], environment: Mapping[str, str]
) -> tuple[SourceSpec, ...]:
    """Return the places as declared."""
    return tuple(_spec(name, one, environment) for name, one in found.items())


def _spec(name: str, one: PagesDeclaration | FilesDeclaration, environment: Mapping[str, str]) -> SourceSpec:
    if isinstance(one, PagesDeclaration):
        return PagesSpec(
            name=name,
            kind=one.kind,
            endpoint=one.endpoint,
            group=one.group,
            day=one.day,
            groups=frozenset(one.groups) or None,
        )
    return FilesSpec(
        name=name,
        site=one.site.text or environment[str(one.site.env)].strip(),
        documents=one.documents,
        folder=one.folder.strip("/"),
        groups={folder.strip("/"): group for folder, group in one.groups.items()},
        endings=tuple(one.endings),
        meeting_type=one.meeting_type,
    )
