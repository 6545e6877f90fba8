"""The facts that the demo is filled with, read from the files in `data/`."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

SIDES = ("notion", "sharepoint")
_DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, kw_only=True)
class City:
    """One Mission City."""

    name: str
    """In English, as the Mission lists it."""
    native_name: str
    country_code: str
    """ISO 3166-1 alpha-2."""
    country: str
    """In English."""
    csg: str
    """The City Support Group: A, B, C or D."""
    population: int | None
    languages: tuple[str, ...]
    """ISO 639-1."""
    label_date: date | None
    """When the Mission Label was announced."""
    pilot_cohort: str | None
    pilot_name: str | None
    geonames_id: str
    spelled: Mapping[str, str]
    """Side -> the name as it is written there; a side that does not have the city is missing."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """One member of a City Support Group; all of them are invented."""

    name: str
    email: str
    role: str
    specialty: str | None
    organisation: str
    organisation_as_printed: str
    csg: str
    status: str
    spelled: Mapping[str, str]
    """Side -> the name as it is written there; a side that does not have the person is missing."""

    @property
    def has_account(self) -> bool:
        """Whether the person works in both services; specialists come by invitation only."""
        return self.role in ("City Advisor", "City Support Officer")


@dataclass(frozen=True, kw_only=True)
class Contradiction:
    """A field of a city of which the two sides say different things, as published sources do."""

    city: str
    field: str
    told: Mapping[str, str]
    """Side -> what stands there."""
    why: str


@cache
def cities() -> tuple[City, ...]:
    """Return the 112 Mission Cities in the order of the Mission's list."""
    return tuple(_city(row) for row in _rows("cities"))


@cache
def people() -> tuple[Person, ...]:
    """Return the members of the groups."""
    return tuple(_person(row) for row in _rows("people"))


@cache
def contradictions() -> tuple[Contradiction, ...]:
    """Return what the sides disagree on besides spelling."""
    return tuple(
        Contradiction(
            city=row["city"], field=row["field"], told={side: row[side] for side in SIDES}, why=row["why"]
        )
        for row in _rows("contradictions")
    )


def _rows(name: str) -> Iterator[dict[str, str]]:
    with (_DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _city(row: Mapping[str, str]) -> City:
    return City(
        name=row["name"],
        native_name=row["native_name"],
        country_code=row["country_code"],
        country=row["country"],
        csg=row["csg"],
        population=int(row["population"]) if row["population"] else None,
        languages=tuple(row["languages"].split(";")),
        label_date=date.fromisoformat(row["label_date"]) if row["label_date"] else None,
        pilot_cohort=row["pilot_cohort"] or None,
        pilot_name=row["pilot_name"] or None,
        geonames_id=row["geonames_id"],
        spelled=_spelled(row),
    )


def _spelled(row: Mapping[str, str]) -> Mapping[str, str]:
    return {side: row[f"{side}_name"] for side in SIDES if row[f"{side}_name"]}


def _person(row: Mapping[str, str]) -> Person:
    return Person(
        name=row["name"],
        email=row["email"],
        role=row["role"],
        specialty=row["specialty"] or None,
        organisation=row["organisation"],
        organisation_as_printed=row["organisation_as_printed"],
        csg=row["csg"],
        status=row["status"],
        spelled=_spelled(row),
    )
