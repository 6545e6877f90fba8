"""Public holidays by the package `holidays`, of one country at a time.

The package loads the modules of all countries, 250 of them, before it answers for one: 8 MB that a service would keep for
months, and a tenth of its start. So the one module is loaded by itself. Those that build on another country's load it,
and with it all, as ever.
"""

from functools import cache
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path

import holidays
from holidays import HolidayBase
from holidays.registry import COUNTRIES

_FOLDER = Path(holidays.__file__).parent / "countries"


def codes() -> frozenset[str]:
    """The countries that are known, in two or three letters."""
    return frozenset(code for names in COUNTRIES.values() for code in names[1:] if 2 <= len(code) <= 3)


def parts(country: str) -> tuple[str, ...]:
    """The parts of a country that have days of their own."""
    return _of(country).subdivisions


def days_off(country: str, part: str | None) -> HolidayBase:
    """Return the holidays of a country or a part of it; years are worked out as they are asked for."""
    return _of(country)(subdiv=part)


@cache
def _of(country: str) -> type[HolidayBase]:
    module, name = next((module, names[0]) for module, names in COUNTRIES.items() if country in names[1:])
    spec = PathFinder.find_spec(f"holidays.countries.{module}", [str(_FOLDER)])
    assert spec is not None
    assert spec.loader is not None
    loaded = module_from_spec(spec)
    spec.loader.exec_module(loaded)
    found: type[HolidayBase] = getattr(loaded, name)
    return found
