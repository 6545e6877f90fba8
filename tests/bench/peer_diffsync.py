"""diffsync, by its documented way: a model, two adapters filled with the same records, and their difference."""

import sys
import time
from datetime import date

from diffsync import Adapter, Diff, DiffSyncModel
from pydantic import AwareDatetime

from tests.bench.measure import cost, tell
from tests.bench.records import LEFT, RIGHT, making, told


class Thing(DiffSyncModel):  # type: ignore[misc]  # diffsync is in the environment of the peers only
    """A record."""

    _modelname = "thing"
    _identifiers = ("key",)
    _attributes = (
        "name", "alias", "district", "country", "contact", "phone", "web", "note", "summary", "population",
        "area", "budget", "founded", "met", "due", "state", "window", "cohort", "topics", "languages",
    )  # fmt: skip

    key: str
    name: str
    alias: str
    district: str
    country: str
    contact: str
    phone: str
    web: str
    note: str
    summary: str
    population: int
    area: float
    budget: int
    founded: date
    met: date
    due: AwareDatetime
    state: str
    window: str
    cohort: str
    topics: frozenset[str]
    languages: frozenset[str]


class Place(Adapter):  # type: ignore[misc]
    """All records of a place."""

    thing = Thing
    top_level = ("thing",)


def main(count: int) -> None:
    """Load both places, then compare them."""
    began = time.process_time()
    left, right = _place(count, LEFT), _place(count, RIGHT)
    load = time.process_time() - began - making(count)
    tell(cost(lambda: left.diff_to(right), _changed, load=load))


def _place(count: int, by: str) -> Place:
    place = Place(by)
    for key, values in told(count, by):
        place.add(Thing(key=key, **values))
    return place


def _changed(diff: Diff) -> int:
    return int(diff.summary()["update"])


if __name__ == "__main__":
    main(int(sys.argv[1]))
