"""Rules about cities: their groups, their advisors, and the order of events on the way to the label."""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from syncbot.model.auditing import Contradiction, Facts, Rule, Weight
from syncbot.model.kinds.city import City
from syncbot.model.kinds.person import Person
from syncbot.model.kinds.terms import GROUPS
from syncbot.model.places import Code, names_of

from .spelling import folded

FEWEST, MOST = 20, 35
"""Mission cities that a group works with (D2.2, recommendation 1)."""
_WAITING = ("drafting",)
_BEFORE_LABEL = ("drafting", "submitted", "resubmission")
_AFTER_LABEL = ("label", "implementation", "iteration")
_NO_LABEL_BEFORE = {
    "W1": date(2023, 3, 1),
    "W2": date(2023, 9, 15),
    "W3": date(2023, 9, 15),
    "W4": date(2024, 8, 1),
    "W4+": date(2024, 8, 1),
}
"""Window -> a day before which nothing submitted in it can have had a label: W1 was in March 2023, W2 closed on 15
September 2023, drafts for W4 were still written in August 2024 (D2.2, CSG D and A); later windows are not earlier."""


def is_mission(city: City) -> bool:
    """Whether a city counts as a Mission City; one that nobody marked does."""
    return not city.pilot_only


def _found(key: str, city: City, said: str, against: str, todo: str) -> Contradiction:
    return Contradiction(
        kind=City.kind, records=(key,), subject=city.name, said=said, against=against, todo=todo
    )


def _by_group(facts: Facts) -> Mapping[str, Mapping[str, City]]:
    found: dict[str, dict[str, City]] = defaultdict(dict)
    for key, city in facts.of(City).items():
        if city.csg is not None:
            found[city.csg][key] = city
    return found


# -- groups


def _sizes(facts: Facts, _: date) -> Iterator[Contradiction]:
    for group, cities in sorted(_by_group(facts).items()):
        count = sum(is_mission(city) for city in cities.values())
        if not FEWEST <= count <= MOST:
            yield Contradiction(
                kind=City.kind,
                records=(),
                subject=f"CSG {group}",
                said=f"{count} Mission cities",
                against=f"a group works with {FEWEST} to {MOST}",
                todo="Look whether cities are missing, in the wrong group, or not marked as no Mission City.",
            )


def _groupless(facts: Facts, _: date) -> Iterator[Contradiction]:
    for key, city in facts.of(City).items():
        if city.csg not in GROUPS:
            yield _found(
                key, city, "no group", "every city belongs to exactly one", "Say which group supports it."
            )


def _split_countries(facts: Facts, _: date) -> Iterator[Contradiction]:
    groups: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for key, city in facts.of(City).items():
        if city.country and city.csg:
            groups[city.country][city.csg].append(key)
    for country, split in sorted(groups.items()):
        if len(split) > 1:
            yield Contradiction(
                kind=City.kind,
                records=tuple(key for keys in split.values() for key in keys),
                subject=names_of(Code.COUNTRY).get(country, country),
                said=", ".join(f"{len(keys)} in CSG {group}" for group, keys in sorted(split.items())),
                against="cities of one country learn from each other",
                todo="Let these groups see each other's cities of this country.",
            )


# -- advisors


def _advisors(facts: Facts, _: date) -> Iterator[Contradiction]:
    for key, city in facts.of(City).items():
        if not is_mission(city):
            continue
        for role in ("lead", "follower"):
            if getattr(city, role) is None:
                law = "every city has a lead and a follower advisor"
                yield _found(key, city, f"no {role} advisor", law, f"Name the {role} advisor.")
        if city.lead is not None and city.lead == city.follower:
            law = "the follower stands in for the lead"
            yield _found(
                key, city, "the same person leads and follows", law, "Name somebody else as follower."
            )


def _their_people(facts: Facts) -> Iterator[tuple[str, City, str, Person]]:
    people = facts.of(Person)
    for key, city in facts.of(City).items():
        for role in ("lead", "follower"):
            person = people.get(getattr(city, role) or "")
            if person is not None:
                yield key, city, role, person


def _former(facts: Facts, _: date) -> Iterator[Contradiction]:
    for key, city, role, person in _their_people(facts):
        if person.status == "former":
            said = f"{person.name} is its {role} advisor"
            yield _found(
                key, city, said, f"{person.name} is a former member", f"Name another {role} advisor."
            )


def _misplaced(facts: Facts, _: date) -> Iterator[Contradiction]:
    for key, city, role, person in _their_people(facts):
        if person.role not in (None, "advisor"):
            said = f"{person.name} is its {role} advisor"
            yield _found(
                key, city, said, f"{person.name} is no advisor but {person.role}", "Correct one of the two."
            )
        if city.csg and person.csg and city.csg != person.csg:
            said = f"it is in CSG {city.csg}, and {person.name} is its {role} advisor"
            yield _found(key, city, said, f"{person.name} is in CSG {person.csg}", "Correct one of the two.")


# -- pilots and the Mission


def _no_mission_city(facts: Facts, _: date) -> Iterator[Contradiction]:
    for key, city in facts.of(City).items():
        signs = {
            "a window": city.ccc_window,
            "a state of its contract": city.ccc_state,
            "a label": city.label_date,
        }
        has = [name for name, value in signs.items() if value is not None]
        if city.pilot_only and has:
            against = "it is marked as no Mission City, and only those have a Climate City Contract"
            yield _found(key, city, f"it has {' and '.join(has)}", against, "Correct one of the two.")


def _unmarked_pilot(facts: Facts, _: date) -> Iterator[Contradiction]:
    for key, city in facts.of(City).items():
        contract = city.ccc_window or city.ccc_state or city.label_date
        if not city.pilot_only and city.pilot_cohort is not None and not contract:
            against = "it is not marked as a pilot city outside the Mission, and counts as a Mission City"
            yield _found(
                key,
                city,
                "a pilot without any Climate City Contract",
                against,
                "Mark it, or add its window and state.",
            )


# -- the order of events


def _order(facts: Facts, today: date) -> Iterator[Contradiction]:
    for key, city in facts.of(City).items():
        label = city.label_date
        if label is not None and city.ccc_state in _BEFORE_LABEL:
            said = f"its contract is in the state {city.ccc_state}"
            yield _found(key, city, said, f"it has the label since {label}", "Correct one of the two.")
        if label is None and city.ccc_state in _AFTER_LABEL:
            law = "the day of its label is empty, and a label comes before"
            yield _found(
                key, city, f"its contract is in the state {city.ccc_state}", law, "Add the day, or go back."
            )
        if label is not None and label > today and city.ccc_state in _AFTER_LABEL:
            said = f"its contract is in the state {city.ccc_state}"
            yield _found(key, city, said, f"its label is only due on {label}", "Correct one of the two.")


def _windows(facts: Facts, _: date) -> Iterator[Contradiction]:
    for key, city in facts.of(City).items():
        label, window = city.label_date, city.ccc_window
        first = _NO_LABEL_BEFORE.get(window or "")
        if label is not None and first is not None and label < first:
            against = f"nothing submitted in {window} had a label before {first}"
            yield _found(key, city, f"window {window}, label on {label}", against, "Correct one of the two.")
        if window is None and (label is not None or city.ccc_state not in (None, *_WAITING)):
            law = "it says no window, and a contract is submitted in one"
            yield _found(key, city, "its contract was submitted", law, "Say in which window.")


def _late_window(facts: Facts, _: date) -> Iterator[Contradiction]:
    late = {key: city for key, city in facts.of(City).items() if city.ccc_window == "W4+" and city.ccc_state}
    waiting = [key for key, city in late.items() if city.ccc_state in _WAITING]
    if waiting and len(waiting) < len(late):
        yield Contradiction(
            kind=City.kind,
            records=tuple(late),
            subject="W4+",
            said=f"{len(late) - len(waiting)} cities that have submitted",
            against=f"{len(waiting)} cities that have not, under the same window",
            todo="Agree whether W4+ means cities that are late, or cities that submitted late.",
        )


# -- names


def _twice(facts: Facts, _: date) -> Iterator[Contradiction]:
    cities = sorted(facts.of(City).items(), key=lambda one: folded(one[1].name))
    for name, alike in itertools.groupby(cities, key=lambda one: folded(one[1].name)):
        for (key, one), (other_key, other) in itertools.combinations(alike, 2):
            if one.country == other.country and name:
                yield Contradiction(
                    kind=City.kind,
                    records=(key, other_key),
                    subject=one.name,
                    said=f'there is "{one.name}"',
                    against=f'and "{other.name}", in the same country',
                    todo="If they are one city, merge them; else say what tells them apart.",
                )


def _capitals(facts: Facts, _: date) -> Iterator[Contradiction]:
    for key, city in facts.of(City).items():
        if len(city.name) > 3 and city.name.isupper():
            yield _found(
                key, city, "its name is in capitals", "other names are not", "Spell it as the others."
            )


_STATE = {City.kind: ("ccc_state", "label_date")}
_LED = {City.kind: ("lead", "follower")}
RULES = (
    Rule(id="R4", law="A group works with 20 to 35 Mission cities", needs={City.kind: ("csg",)}, find=_sizes),
    Rule(
        id="R6",
        law="Every city belongs to exactly one group",
        needs={City.kind: ("csg",)},
        find=_groupless,
    ),
    Rule(
        id="R6 countries",
        law="Countries that are split over groups",
        needs={City.kind: ("csg", "country")},
        find=_split_countries,
        weight=Weight.NOTE,
    ),
    Rule(
        id="R2", law="Every city has a lead and a follower, never the same person", needs=_LED, find=_advisors
    ),
    Rule(
        id="R2 members",
        law="Who leads or follows a city is a member",
        needs={**_LED, Person.kind: ("status",)},
        find=_former,
    ),
    Rule(
        id="R2 groups",
        law="Who leads or follows a city is an advisor of its group",
        needs={City.kind: ("lead", "follower", "csg"), Person.kind: ("role", "csg")},
        find=_misplaced,
    ),
    Rule(
        id="R7",
        law="A pilot city outside the Mission is marked and not counted as a Mission City",
        needs={City.kind: ("pilot_only", "ccc_state")},
        find=_no_mission_city,
    ),
    Rule(
        id="R7 unmarked",
        law="Pilot cities that may be outside the Mission",
        needs={City.kind: ("pilot_cohort", "ccc_state", "ccc_window")},
        find=_unmarked_pilot,
        weight=Weight.NOTE,
    ),
    Rule(
        id="R8",
        law="First the submission, then the label, then the implementation",
        needs=_STATE,
        find=_order,
    ),
    Rule(
        id="R8 windows",
        law="A label comes after the window in which the contract was submitted",
        needs={City.kind: ("ccc_window", "ccc_state", "label_date")},
        find=_windows,
    ),
    Rule(
        id="R8 late",
        law="A window means one thing",
        needs={City.kind: ("ccc_window", "ccc_state")},
        find=_late_window,
        weight=Weight.NOTE,
    ),
    Rule(
        id="names",
        law="A city is written down once",
        needs={City.kind: ("name", "country")},
        find=_twice,
    ),
    Rule(id="capitals", law="Names are spelled alike", needs={City.kind: ("name",)}, find=_capitals),
)
