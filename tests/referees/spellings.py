"""The spellings of cities that ship with the mappings, as the identity ladder takes them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

from syncbot.mapping.gazetteer import GeoNames
from syncbot.reconcile.policy import Gazetteer

SHIPPED = Path(__file__).parents[2] / "mappings/variants/city.yaml"


@cache
def declared() -> Mapping[tuple[str, ...], frozenset[str]]:
    """By country and name: how else the name is spelled."""
    loaded = YAML(typ="safe").load(SHIPPED)
    return {
        (country, name): frozenset(spellings)
        for country, cities in loaded.items()
        for name, spellings in cities.items()
    }


@cache
def _listed() -> GeoNames:
    return GeoNames()


def geonames() -> Gazetteer:
    """Return the gazetteer, for a kind that compares names within a country; one for all tests of a process."""
    return lambda block, name: _listed()(str(block[0]), name)
