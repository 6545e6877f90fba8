"""The demo's data is what the collected sources say, and nothing was added to what is said to be real."""

import csv
from pathlib import Path

import pytest

from syncbot.sandbox.seed.facts import cities, contradictions, people

SOURCES = Path(__file__).parents[3] / "shared/data/cities"
pytestmark = pytest.mark.skipif(
    not SOURCES.is_dir(), reason="no collected facts about the cities: ../shared/data/cities is absent"
)
SPLIT_COUNTRIES = {
    "BE": "BC",
    "ES": "BD",
    "GR": "BD",
    "IT": "AB",
    "NL": "CD",
    "PL": "AD",
    "PT": "BD",
    "SE": "BC",
    "DE": "A",
}
"""Groups in which the report lists a country, for those where a city's group had to be chosen."""


def rows(name: str) -> list[dict[str, str]]:
    """Read one of the collected files."""
    with (SOURCES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_facts_are_the_collected_ones() -> None:
    """Names, places, sizes, languages, labels and pilots are as collected; a label without a day got one."""
    collected = {row["name"]: row for row in rows("mission_cities")}
    assert set(collected) == {city.name for city in cities()}
    for city in cities():
        row = collected[city.name]
        told = (city.native_name, city.country, city.country_code, ";".join(city.languages), city.geonames_id)
        assert told == tuple(
            row[name] for name in ("native_name", "country", "country_code", "languages", "geonames_id")
        )
        assert str(city.population or "") == row["population"]
        assert str(city.label_date or "").startswith(row["label_date"])
        assert (city.pilot_cohort or "") == row["pilot_city_cohort"]
        assert (city.pilot_name or "") in ("", row["pilot_name"])


def test_groups_are_those_of_the_report_where_it_says() -> None:
    """A group that is known is kept; one that was chosen is a group of the city's country."""
    for row in rows("mission_cities"):
        city = next(one for one in cities() if one.name == row["name"])
        assert city.csg in (row["csg"] or SPLIT_COUNTRIES[row["country_code"]])


def test_spellings_were_found_and_mean_the_city() -> None:
    """Each spelling was collected for this city and is not marked as another place or body."""
    collected = {(row["city"], row["variant"]) for row in rows("name_variants") if row["kind"] != "lookalike"}
    for city in cities():
        for name in city.spelled.values():
            assert name == city.name or (city.name, name) in collected, name


def test_people_are_the_invented_ones() -> None:
    """No person stands in the demo who is not in the list of invented people, in the role given there."""
    collected = {(row["name"], row["role"], row["csg"], row["status"]) for row in rows("people_demo")}
    assert {(one.name, one.role, one.csg, one.status) for one in people()} == collected


def test_one_side_of_each_contradiction_is_what_was_collected() -> None:
    """A contradiction is between the collected fact and something else that is said; working facts are invented."""
    for one in contradictions():
        city = next(each for each in cities() if each.name == one.city)
        if not one.field.startswith("ccc_"):
            assert str(getattr(city, one.field)) in one.told.values(), one
