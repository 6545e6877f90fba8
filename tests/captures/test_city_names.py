"""The declared spellings of the shipped mapping against the list of spellings collected from public documents."""

import csv
from collections import Counter
from pathlib import Path

import pytest

from syncbot.mapping.load import load
from syncbot.mapping.words import fold
from syncbot.model.places import Code, code_of

ROOT = Path(__file__).parents[2]
CITIES = ROOT.parent / "shared/data/cities"
ENVIRONMENT = dict.fromkeys(
    [f"SYNCBOT_NOTION_{one}" for one in ("CITIES", "PEOPLE", "MEETINGS", "ACTIONS", "DECISIONS", "NEEDS")],
    "somewhere",
) | {"SYNCBOT_SHAREPOINT_SITE": "https://contoso.sharepoint.com/sites/cities"}

pytestmark = pytest.mark.skipif(
    not CITIES.is_dir(), reason="no ../shared/data/cities: the collected spellings are not here"
)


def _rows(name: str) -> list[dict[str, str]]:
    with (CITIES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _declared() -> dict[tuple[str, str], str]:
    """Return (country, spelling, folded) -> name."""
    variants = load(ROOT / "mappings", ENVIRONMENT).kinds["city"].policy.identity.variants
    counted = Counter(
        (country, fold(one)) for (country, _), spellings in variants.items() for one in spellings
    )
    assert max(counted.values()) == 1
    return {
        (country, fold(one)): name for (country, name), spellings in variants.items() for one in spellings
    }


def test_every_spelling_is_declared_for_its_city_only() -> None:
    """Each collected spelling that is no lookalike leads to exactly its city; the lookalike leads nowhere."""
    declared = _declared()
    countries = {city["name"]: city["country_code"] for city in _rows("mission_cities.csv")}
    spellings = _rows("name_variants.csv")
    assert len(spellings) > 150
    for spelling in spellings:
        found = declared.get((countries[spelling["city"]], fold(spelling["variant"])))
        assert found == (None if spelling["kind"] == "lookalike" else spelling["city"]), spelling


def test_no_spelling_is_the_name_of_another_city() -> None:
    """No declared spelling is the name, or the native name, of another city of the same country."""
    declared = _declared()
    cities = _rows("mission_cities.csv") + _rows("non_mission_cities.csv")
    for city in cities:
        for name in (city["name"], *city.get("native_name", "").split(" / ")):
            assert declared.get((city["country_code"], fold(name)), city["name"]) == city["name"]


def test_countries_and_languages_of_all_cities_are_understood() -> None:
    """The English name of each city's country, and each language code, is understood."""
    for city in _rows("mission_cities.csv"):
        assert code_of(city["country"], Code.COUNTRY) == city["country_code"]
        for language in city["languages"].split(";"):
            assert code_of(language, Code.LANGUAGE) == language
