"""Reads mappings/notes.yaml: where notes are, and by which habits they tell what is to be done; or every fault at once."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

from babel import Locale, UnknownLocaleError
from pydantic import Field, create_model

from syncbot.errors import MappingError, Problem
from syncbot.notes.grammar import GROUPS_OF_FORMS
from syncbot.notes.habits import Habits, Language, language_keys

from .faults import declared, nearest
from .format import Declaration, Name, Word
from .load import document_at, in_order
from .marks import Document
from .note_sources import SourceDeclaration, SourceSpec, source_faults, source_specs
from .spec import Mappings

FILE = "notes.yaml"
_GAPS = ("who", "job", "what", "made", "does", "do")
_BRACES = re.compile(r"\{([^{}]*)\}")


class LanguageBase(Declaration):
    """The habits of one language."""

    capital_nouns: bool = False
    """Nouns have a capital, so that a capital does not show a name."""
    verb_last: bool = False
    """A job ends with its verb, as in German and Dutch."""


_LISTS: dict[str, Any] = {
    name: (list[Word], Field(default=[], description=meaning)) for name, meaning in language_keys().items()
}
"""Made of `syncbot.notes.habits.Language`, so that each list is said once."""
LanguageDeclaration = create_model(
    "LanguageDeclaration", __base__=LanguageBase, __doc__=LanguageBase.__doc__, **_LISTS
)


class HabitsDeclaration(Declaration):
    """What people are in the habit of writing."""

    cities: list[Word] = Field(default=[])
    """Names of cities to look for, beside those of the records."""
    topics: dict[Word, list[Word]] = Field(default={})
    """Topics by the words that show them."""
    languages: dict[Annotated[str, Field(pattern=r"^[a-z]{2}$")], LanguageDeclaration]
    """Habits by language (ISO 639-1)."""


class NotesDeclaration(Declaration):
    """The file: how notes are read."""

    habits: HabitsDeclaration
    """The words and forms by which actions and decisions are told."""
    sources: dict[Name, SourceDeclaration] = Field(default={})
    """Where notes are, by names of your own."""


def habits(folder: Path) -> Habits:
    """Read the habits; none where there is no such file. Raises `MappingError` with every fault."""
    if not (folder / FILE).exists():
        return Habits()
    document, found, problems = _read(folder / FILE)
    if found is not None:
        problems += _faults(document, found.habits)
    return _habits(_judged(folder, found, problems).habits)


def notes(
    folder: Path, mappings: Mappings | None, environment: Mapping[str, str]
) -> tuple[Habits, tuple[SourceSpec, ...]]:
    """Read the habits and where notes are; none and nowhere without the file. Raises `MappingError` with every fault.

    The file is the largest of all and is read once. Without `mappings`, which could not be read, what refers to
    them is not judged.
    """
    if not (folder / FILE).exists():
        return Habits(), ()
    document, found, problems = _read(folder / FILE)
    if found is not None:
        problems += _faults(document, found.habits)
        problems += source_faults(document, found.sources, mappings, environment)
    declared_notes = _judged(folder, found, problems)
    return _habits(declared_notes.habits), source_specs(declared_notes.sources, environment)


def _read(path: Path) -> tuple[Document, NotesDeclaration | None, list[Problem]]:
    document = document_at(path)
    found, problems = (None, []) if document.data is None else declared(document, NotesDeclaration)
    return document, found, [*document.problems, *problems]


def _judged(folder: Path, found: NotesDeclaration | None, problems: list[Problem]) -> NotesDeclaration:
    if problems or found is None:
        nothing = Problem(place=(folder / FILE).as_posix(), expected="the key 'habits'", found="nothing")
        raise MappingError(sorted(problems, key=in_order) or [nothing])
    return found


def reference() -> str:
    """Return the table of a language's lists, as Markdown."""
    rows = [f"| `{name}` | {meaning} |" for name, meaning in language_keys().items()]
    return "\n".join(["| list | meaning |", "|---|---|", *rows])


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the file, by which editors complete and check it."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **NotesDeclaration.model_json_schema()}


def _faults(document: Document, found: HabitsDeclaration) -> Iterator[Problem]:
    for code, language in found.languages.items():
        if not _is_language(code):
            place = document.at_key(("habits", "languages", code))
            yield Problem(place=place, expected="a language of ISO 639-1", found=repr(code))
        for group in GROUPS_OF_FORMS:
            for number, form in enumerate(getattr(language, group)):
                yield from _form_faults(document.at(("habits", "languages", code, group, number)), form)


def _is_language(code: str) -> bool:
    try:
        Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return False
    return True


def _form_faults(place: str, form: str) -> Iterator[Problem]:
    for gap in _BRACES.findall(form):
        if gap not in _GAPS:
            expected = "one of the gaps " + ", ".join(f"{{{one}}}" for one in _GAPS)
            yield Problem(place=place, expected=expected, found=f"{{{gap}}}", nearest=nearest(gap, _GAPS))
    bare = _BRACES.sub("", form)
    for opening, closing in (("(", ")"), ("[", "]"), ("{", "}")):
        if bare.count(opening) != bare.count(closing):
            yield Problem(place=place, expected=f"as many {opening!r} as {closing!r}", found=repr(form))
    if re.search(r"[(\[][^)\]]*[(\[]", bare):
        yield Problem(place=place, expected="brackets that do not stand in brackets", found=repr(form))
    if len(set(_BRACES.findall(form))) < len(_BRACES.findall(form)) and "|" not in form:
        yield Problem(place=place, expected="each gap once", found=repr(form))
    if not re.search(r"\w", re.sub(r"\{(?:who|job|what)\}|\[[^\]]*\]", "", form)):
        yield Problem(place=place, expected="a form with a word that must be there", found=repr(form))


def _habits(found: HabitsDeclaration) -> Habits:
    return Habits(
        languages=tuple(_language(code, one) for code, one in found.languages.items()),
        topics=tuple((name, tuple(words)) for name, words in found.topics.items()),
        cities=tuple(found.cities),
    )


def _language(code: str, found: LanguageBase) -> Language:
    lists = {name: tuple(getattr(found, name)) for name in language_keys()}
    return Language(code=code, capital_nouns=found.capital_nouns, verb_last=found.verb_last, **lists)
