"""Rules about stated numbers: against each other, against their parts, and against what the records come to."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from syncbot.model.auditing import Contradiction, Facts, Rule
from syncbot.model.kinds.city import City
from syncbot.model.kinds.figure import Figure
from syncbot.model.kinds.person import Person
from syncbot.model.kinds.terms import GROUPS
from syncbot.model.places import Code, names_of

from .city import is_mission
from .person import members


class Scope(NamedTuple):
    """What a number is about."""

    what: str
    csg: str | None
    country: str | None
    window: str | None
    cohort: str | None

    def __str__(self) -> str:
        where = f"CSG {self.csg}" if self.csg else "the whole programme"
        parts = (
            self.country and f"in {names_of(Code.COUNTRY).get(self.country, self.country)}",
            self.window and f"of {self.window}",
            self.cohort and f"of cohort {self.cohort}",
        )
        return " ".join([self.what, *(part for part in parts if part), f"of {where}"])


class Stated(NamedTuple):
    """One statement."""

    key: str
    number: int
    source: str


def _stated(facts: Facts) -> Mapping[Scope, list[Stated]]:
    found: dict[Scope, list[Stated]] = defaultdict(list)
    for key, one in facts.of(Figure).items():
        if one.what is not None and one.number is not None:
            scope = Scope(one.what, one.csg, one.country, one.ccc_window, one.pilot_cohort)
            found[scope].append(Stated(key, one.number, one.source or one.name))
    return found


def _found(records: tuple[str, ...], scope: Scope, said: str, against: str) -> Contradiction:
    return Contradiction(
        kind=Figure.kind,
        records=records,
        subject=str(scope),
        said=said,
        against=against,
        todo="Find out which is right, and correct the other.",
    )


def _differing(facts: Facts, _: date) -> Iterator[Contradiction]:
    for scope, stated in sorted(_stated(facts).items(), key=lambda one: str(one[0])):
        for one, other in itertools.combinations(stated, 2):
            if one.number != other.number:
                said, against = f"{one.number} ({one.source})", f"{other.number} ({other.source})"
                yield _found((one.key, other.key), scope, said, against)


def _parts(facts: Facts, _: date) -> Iterator[Contradiction]:
    stated = _stated(facts)
    for whole, totals in sorted(stated.items(), key=lambda one: str(one[0])):
        for parts in _split(whole, stated):
            total_of_parts = sum(part.number for part in parts)
            for total in totals:
                if total.number != total_of_parts:
                    sum_ = " + ".join(str(part.number) for part in parts)
                    yield _found(
                        (total.key, *(part.key for part in parts)),
                        whole,
                        f"{total.number} ({total.source})",
                        f"the parts that are stated come to {sum_} = {total_of_parts} ({parts[0].source})",
                    )


def _split(whole: Scope, stated: Mapping[Scope, list[Stated]]) -> Iterator[list[Stated]]:
    """The groups of the whole programme, source by source; the cohorts of anything."""
    if whole.csg is None and whole.what != "countries":  # a country may be in several groups
        of_groups = [stated.get(whole._replace(csg=group), []) for group in GROUPS]
        for source in sorted({one.source for mine in of_groups for one in mine}):
            parts = [one for mine in of_groups for one in mine if one.source == source]
            if len(parts) == len(GROUPS):
                yield parts
    if whole.cohort is None:
        cohorts = [one for cohort in ("1", "2", "3") for one in stated.get(whole._replace(cohort=cohort), ())]
        if len(cohorts) > 1:
            yield cohorts


# -- against the records


def _counted(facts: Facts, _: date) -> Iterator[Contradiction]:
    for scope, stated in sorted(_stated(facts).items(), key=lambda one: str(one[0])):
        count = _count(facts, scope)
        for one in stated:
            if count is not None and count != one.number:
                against = f"the records come to {count}"
                yield _found((one.key,), scope, f"{one.number} ({one.source})", against)


def _count(facts: Facts, scope: Scope) -> int | None:
    if scope.what in _PEOPLE:
        if (scope.country, scope.window, scope.cohort) != (None, None, None):
            return None
        return _people(facts, scope)
    needed = [field for field, asked in zip(_NARROWED, scope[1:], strict=True) if asked is not None]
    counts = _CITIES[scope.what]
    if not facts.keeps(City.kind, *needed, *counts.needs):
        return None
    chosen = [city for city in facts.of(City).values() if _is_in(city, scope)]
    if scope.what == "countries":
        return len({city.country for city in chosen if city.country and is_mission(city)})
    return sum(counts.test(city) for city in chosen)


def _is_in(city: City, scope: Scope) -> bool:
    mine = (city.csg, city.country, city.ccc_window, city.pilot_cohort)
    return all(asked in (None, its) for asked, its in zip(scope[1:], mine, strict=True))


def _people(facts: Facts, scope: Scope) -> int | None:
    if not facts.keeps(Person.kind, "role", "csg"):
        return None
    groups = members(facts)
    chosen = [one for group, mine in groups.items() if scope.csg in (None, group) for one in mine.values()]
    return sum(scope.what == "members" or one.role == _PEOPLE[scope.what] for one in chosen)


class _Counts(NamedTuple):
    needs: tuple[str, ...]
    test: Callable[[City], bool]


_NARROWED = ("csg", "country", "ccc_window", "pilot_cohort")
_PEOPLE = {"members": None, "advisors": "advisor", "specialists": "specialist", "officers": "officer"}
_CITIES = {
    "cities": _Counts((), is_mission),
    "countries": _Counts(("country",), is_mission),
    "labelled": _Counts(("label_date",), lambda city: city.label_date is not None),
    "submitted": _Counts(("ccc_state",), lambda city: city.ccc_state not in (None, "drafting")),
    "pilots": _Counts(("pilot_cohort",), lambda city: city.pilot_cohort is not None),
}
_NEEDS = {Figure.kind: ("what", "number")}
RULES = (
    Rule(id="figures", law="What is stated twice is stated alike", needs=_NEEDS, find=_differing),
    Rule(id="sums", law="Parts add up to the whole", needs=_NEEDS, find=_parts),
    Rule(id="counts", law="Numbers that are stated are those of the records", needs=_NEEDS, find=_counted),
)
