"""The spellings of cities that ship with the mappings, as the identity ladder takes them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

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
