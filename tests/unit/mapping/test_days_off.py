"""Holidays of one country, without the modules of all."""

import subprocess
import sys
from datetime import date, timedelta

import pytest
from holidays import country_holidays, list_supported_countries

from syncbot.mapping.days_off import codes, days_off, parts

YEAR = [date(2026, 1, 1) + timedelta(days=day) for day in range(365)]
ANYWHERE = (
    "BE",
    "BEL",
    "DE",
    "DE-BY",
    "ES-CT",
    "FR",
    "GB-SCT",
    "IT-BZ",
    "NO",
    "SJ",
    "AX",
    "UK",
    "CH-ZH",
    "TR",
    "IL",
)


@pytest.mark.parametrize("place", ANYWHERE)
def test_the_days_are_those_of_the_package(place: str) -> None:
    """By any of its codes, in its parts, and for a country that builds on another."""
    country, _, part = place.partition("-")
    ours, theirs = days_off(country, part or None), country_holidays(country, subdiv=part or None)
    assert [day for day in YEAR if day in ours] == [day for day in YEAR if day in theirs]
    assert any(day in ours for day in YEAR)


def test_the_places_are_those_of_the_package() -> None:
    """None is missing and none is more, with all their parts."""
    assert {country: list(parts(country)) for country in codes()} == list_supported_countries()


def test_a_calendar_loads_its_own_country_alone() -> None:
    """What a service keeps for months is one module of 250, and no library that only another command needs."""
    program = (
        "import sys; import syncbot.cli.door, syncbot.cli.running; from syncbot.mapping.groups import groups;"
        "from syncbot.settings import example_mappings; groups(example_mappings());"
        "print([one for one in ('holidays.countries', 'alembic', 'cryptography', 'docx', 'pptx', 'office365.graph_client',"
        " 'syncbot.cli.rendering', 'syncbot.cli.main', 'uvicorn') if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
