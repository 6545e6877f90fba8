"""The format of mappings/publications.yaml, and its reader: what is published, section by section, in which words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

from babel import Locale
from pydantic import BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from syncbot.errors import MappingError, Problem
from syncbot.model.kinds.terms import Subject
from syncbot.publish.compose import ChartLayout, Layout, SectionLayout, compose
from syncbot.publish.declared import Milestone, Turn
from syncbot.publish.example import SOMEBODY, bare, example
from syncbot.publish.form import Draw
from syncbot.publish.material import KINDS, Material
from syncbot.publish.personal import narrowed
from syncbot.publish.sources import SOURCES
from syncbot.publish.wording import Reader, Wording, WordingFault

from .faults import declared
from .format import Declaration, Name, Word
from .load import document_at, in_order
from .marks import Document
from .marks import Path as Where
from .tongues import translations

FILE = "publications.yaml"


class ChartDeclaration(Declaration):
    """What is drawn of a section's numbers, where there is room for it: on slides."""

    draw: Literal["bars", "columns", "tiles"]
    """`bars` lie and suit long names, `columns` stand and suit what follows in time, `tiles` are a few large numbers."""
    label: Word
    """Template of what stands below or beside each."""
    values: Annotated[dict[Word, Word], Field(min_length=1, max_length=4)]
    """What is counted, as people call it (translated where we know the word), and the fact that has the number."""


class SectionDeclaration(Declaration):
    """A section; one with nothing to say is left out."""

    model_config = ConfigDict(validate_by_alias=True)

    title: Word
    """Its title."""
    about: list[Subject] = []  # noqa: RUF012
    """Of actions, needs and decisions: only those on one of these topics."""
    not_about: list[Subject] = []  # noqa: RUF012
    """Only those on none of these topics."""
    source: Annotated[Literal[tuple(SOURCES)] | None, Field(alias="from")] = None  # type: ignore[valid-type]
    """What its lines are made of."""
    line: Word = "{{ name }}"
    """With `from`: the template of one line."""
    texts: list[Word] = []  # noqa: RUF012
    """Instead of `from`: lines that always stand there."""
    at_most: Annotated[int, Field(ge=1, le=500)] = 20
    """How many lines; the rest is counted, with a link to the whole."""
    free: bool = False
    """Instead of `from`: space that people fill in."""
    chart: ChartDeclaration | None = None
    """With `from`: drawn on slides instead of the lines."""

    @model_validator(mode="after")
    def _one(self) -> "SectionDeclaration":
        said = [
            word
            for word, there in (("from", self.source), ("texts", self.texts), ("free", self.free))
            if there
        ]
        if len(said) != 1:
            raise PydanticCustomError(
                "wanted",
                "",
                {"expected": "one of `from`, `texts`, `free`", "found": " and ".join(said) or "none"},
            )
        if self.chart is not None and self.source is None:
            raise PydanticCustomError(
                "wanted", "", {"expected": "`chart` only with `from`", "found": said[0]}
            )
        return self


class PersonalDeclaration(Declaration):
    """A publication for one person: every section speaks only of his or her actions, needs and cities."""

    title: Word
    """Template of its title, and of the subject of a mail."""
    opening: list[Word] = []  # noqa: RUF012
    """Templates of what is said before the sections."""
    nothing: Word | None = None
    """Said when no section has anything to say; left out: then that person gets none."""
    sections: dict[Name, SectionDeclaration]
    """Its sections in order, by names of your own."""


class LayoutDeclaration(Declaration):
    """A publication."""

    title: Word
    """Template of its title, and of the subject of a mail."""
    opening: list[Word] = []  # noqa: RUF012
    """Templates of what is said before the sections."""
    nothing: Word | None = None
    """Said when no section has anything to say."""
    sections: dict[Name, SectionDeclaration]
    """Its sections in order, by names of your own."""
    each: PersonalDeclaration | None = None
    """The same for each person of the group, where groups.yaml says `to_each`."""
    slides: bool = False
    """It is a deck of slides: its Office file is a .pptx instead of a .docx."""


Values: TypeAlias = Annotated[list[str | bool], Field(min_length=1)]


class _About(Declaration):
    """Records that something is declared of."""

    kind: Literal[tuple(KINDS)] = "city"  # type: ignore[valid-type]
    """The kind of the records."""
    where: dict[Name, Values] = {}  # noqa: RUF012
    """Field -> the values of which they have one; all fields must fit. Left out: all records."""

    @model_validator(mode="after")
    def _known(self) -> "_About":
        fields = KINDS[self.kind].fields()
        for name, values in self.where.items():
            if name not in fields:
                raise _wanted(f"a field of {self.kind}: {', '.join(fields)}", name)
            wrong = [one for one in values if fields[name].choices and one not in fields[name].choices]
            if wrong:
                raise _wanted(f"words of {name}: {', '.join(fields[name].choices)}", str(wrong[0]))
        return self


def _wanted(expected: str, found: object) -> PydanticCustomError:
    return PydanticCustomError("wanted", "", {"expected": expected, "found": repr(found)})


class TurnDeclaration(_About):
    """Words that are said otherwise of some records."""

    say: Annotated[dict[Word, Word], Field(min_length=1)]
    """Our word -> what is said instead; both are translated where we know them."""


def _day(given: object) -> object:
    """The reader of mappings leaves days as the text that they are in the file."""
    try:
        return date.fromisoformat(given) if isinstance(given, str) else given
    except ValueError:
        raise _wanted("a day such as 2026-12-15", given) from None


class MilestoneDeclaration(_About):
    """A day of the programme that no record holds: a window closes, pilot reports are due."""

    name: Word
    """What people call it."""
    day: Annotated[date, BeforeValidator(_day)]
    """The day."""


class LayoutsDeclaration(Declaration):
    """mappings/publications.yaml."""

    instead: dict[Name, TurnDeclaration] = {}  # noqa: RUF012
    """Of some records one speaks in other words; by names of your own."""
    milestones: list[MilestoneDeclaration] = []  # noqa: RUF012
    """Days of the programme; those of the next two weeks come up under `coming`, with the cities they are for."""

    publications: dict[Name, LayoutDeclaration]
    """By the names that mappings/groups.yaml uses."""


Layouts: TypeAlias = Mapping[str, Layout]
"""By the name of the publication."""


def layouts(folder: Path) -> Layouts:
    """Read the layouts; none where there is no such file. Raises `MappingError` with every fault.

    Each template is tried with an example, so that one that asks for what is not there is found now.
    """
    path = folder / FILE
    if not path.exists():
        return {}
    document = document_at(path)
    found, problems = (None, []) if document.data is None else declared(document, LayoutsDeclaration)
    problems = [*document.problems, *problems]
    made = _made(found) if found else {}
    problems += [fault for name, one in made.items() for fault in _tried(document, name, one)]
    if problems or found is None:
        nothing = Problem(place=path.as_posix(), expected="the key 'publications'", found="nothing")
        raise MappingError(sorted(problems, key=in_order) or [nothing])
    return made


def publication_names(folder: Path) -> frozenset[str] | None:
    """Return the names under `publications`, whatever is wrong with them; None where that cannot be read."""
    data = document_at(folder / FILE).data
    said = data.get("publications") if isinstance(data, dict) else None
    return frozenset(said) if isinstance(said, dict) else None


def _made(found: LayoutsDeclaration) -> dict[str, Layout]:
    turns = [Turn(kind=one.kind, where=one.where, say=one.say) for one in found.instead.values()]
    days = [Milestone(name=one.name, day=one.day, kind=one.kind, where=one.where) for one in found.milestones]
    return {name: _with(_layout(one), turns, days) for name, one in found.publications.items()}


def _with(layout: Layout, turns: Sequence[Turn], milestones: Sequence[Milestone]) -> Layout:
    each = None if layout.each is None else _with(layout.each, turns, milestones)
    return replace(layout, turns=turns, milestones=milestones, each=each)


def _layout(one: LayoutDeclaration | PersonalDeclaration) -> Layout:
    whole = one if isinstance(one, LayoutDeclaration) else None
    return Layout(
        title=one.title,
        opening=one.opening,
        nothing=one.nothing or "",
        sections=[
            SectionLayout(
                name=name,
                title=section.title,
                source=section.source,
                line=section.line,
                texts=section.texts,
                about=section.about,
                not_about=section.not_about,
                at_most=section.at_most,
                free=section.free,
                chart=_chart(section.chart),
            )
            for name, section in one.sections.items()
        ],
        slides=whole is not None and whole.slides,
        each=_layout(whole.each) if whole is not None and whole.each is not None else None,
    )


def _chart(one: ChartDeclaration | None) -> ChartLayout | None:
    return None if one is None else ChartLayout(draw=Draw(one.draw), label=one.label, values=one.values)


def _tried(document: Document, name: str, layout: Layout) -> Iterator[Problem]:
    """Each part alone, so that one fault does not hide another."""
    both = (example(), bare())
    yield from _tried_at(document, ("publications", name), name, layout, both)
    if layout.each is not None:
        own = [narrowed(one, SOMEBODY) for one in both]
        yield from _tried_at(document, ("publications", name, "each"), name, layout.each, own)


def _tried_at(
    document: Document, at: Where, name: str, layout: Layout, tried: Sequence[Material]
) -> Iterator[Problem]:
    head = Layout(title=layout.title, opening=layout.opening, nothing=layout.nothing)
    parts = [
        (at, head),
        *(((*at, "sections", one.name), Layout(title="x", sections=[one])) for one in layout.sections),
    ]
    for where, part in parts:
        try:
            for material in tried:
                compose(name, "2026-W48", part, material, _words())
        except WordingFault as fault:
            yield Problem(
                place=document.at(where), expected="a template that can be filled in", found=str(fault)
            )


def _words() -> Wording:
    locale = Locale.parse("en_GB")
    return Wording(Reader(locale=locale, zone=ZoneInfo("UTC"), translations=translations(locale)))


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the file, by which editors complete and check it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **LayoutsDeclaration.model_json_schema(),
    }
