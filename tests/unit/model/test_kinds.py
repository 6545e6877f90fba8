"""What the shipped kinds accept and refuse."""

from typing import Any, get_args

import pytest
from pydantic import ValidationError

from syncbot.model.fields import FieldType
from syncbot.model.kinds.city import City
from syncbot.model.kinds.figure import Figure
from syncbot.model.kinds.person import Person
from syncbot.model.places import Code, code_of, names_of
from syncbot.model.record import Record, known_kinds


def test_kinds_are_found_by_their_modules() -> None:
    """A kind is known as soon as its module is there."""
    known = known_kinds()
    assert [known["city"], known["figure"], known["person"]] == [City, Figure, Person]
    assert set(known) == {"action", "city", "decision", "figure", "meeting", "need", "person"}


@pytest.mark.parametrize("model", known_kinds().values(), ids=lambda model: model.kind)
def test_declared_words_are_those_of_the_annotation(model: type[Record]) -> None:
    """The words that a mapping must translate are exactly the words that the model accepts."""
    for name, info in model.fields().items():
        if info.choices:
            assert set(info.choices) <= _words(model.model_fields[name].annotation), name
            assert len(_words(model.model_fields[name].annotation)) == len(info.choices), name


def _words(annotation: Any) -> set[str]:
    return {
        word for part in get_args(annotation) for word in ([part] if isinstance(part, str) else _words(part))
    }


@pytest.mark.parametrize("model", known_kinds().values(), ids=lambda model: model.kind)
def test_pointers_point_at_known_kinds(model: type[Record]) -> None:
    """A field that points at records names a kind that exists."""
    for info in model.fields().values():
        if info.type in {FieldType.RECORD, FieldType.RECORDS}:
            assert info.target in known_kinds()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("country", "XX"),
        ("country", "be"),
        ("country", "EU"),
        ("population", -1),
        ("languages", frozenset({"nl", "xx"})),
        ("languages", frozenset()),
        ("ccc_window", "W5"),
        ("miro", "javascript:alert(1)"),
        ("geonames_id", "Antwerp"),
        ("topics", frozenset({"football"})),
        ("name", ""),
    ],
)
def test_city_refuses(field: str, value: object) -> None:
    """A city with a value that cannot be is no city."""
    with pytest.raises(ValidationError, match=field):
        City.model_validate({"name": "Antwerp", field: value})


def test_countries_are_those_of_iso() -> None:
    """All 249 assigned country codes, and none of the reserved ones, are known; so are the 183 languages."""
    assert len(names_of(Code.COUNTRY)) == 249
    assert len(names_of(Code.LANGUAGE)) == 183


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("Belgium", "BE"),
        (" be ", "BE"),
        ("Bosnia and Herzegovina", "BA"),
        ("Bosnia & Herzegovina", "BA"),
        ("Turkey", "TR"),
        ("Türkiye", "TR"),
        ("Czech Republic", "CZ"),
        ("UK", "GB"),
        ("Cote d'Ivoire", "CI"),
        ("Belgique", None),
        ("EU", None),
        ("", None),
    ],
)
def test_countries_are_understood_by_name_and_code(said: str, code: str | None) -> None:
    """A country is understood by its code and its English names, and by nothing that only looks like them."""
    assert code_of(said, Code.COUNTRY) == code


@pytest.mark.parametrize("code", Code)
def test_every_english_name_leads_back_to_its_code(code: Code) -> None:
    """What is written by name is read back as the same code."""
    assert {one: code_of(name, code) for one, name in names_of(code).items()} == {
        one: one for one in names_of(code)
    }
