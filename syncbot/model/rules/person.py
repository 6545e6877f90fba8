"""Rules about the members of the groups."""

import itertools
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from syncbot.model.auditing import Contradiction, Facts, Rule
from syncbot.model.kinds.person import Person

from .spelling import same_words, spelled_twice

FEWEST, MOST = 3, 5
"""City Advisors of a group (D2.2, section 2)."""
SPECIALTIES = ("finance", "engagement", "systems")
_WORDS = {"finance": "finance", "engagement": "citizen engagement", "systems": "systems innovation"}


def members(facts: Facts) -> Mapping[str, Mapping[str, Person]]:
    """By group: its members, without former ones."""
    found: dict[str, dict[str, Person]] = defaultdict(dict)
    for key, person in facts.of(Person).items():
        if person.csg is not None and person.status != "former":
            found[person.csg][key] = person
    return found


def _of_group(group: str, said: str, against: str, todo: str) -> Contradiction:
    return Contradiction(
        kind=Person.kind, records=(), subject=f"CSG {group}", said=said, against=against, todo=todo
    )


def _roles(facts: Facts, _: date) -> Iterator[Contradiction]:
    for group, people in sorted(members(facts).items()):
        roles = [person.role for person in people.values()]
        advisors, officers = roles.count("advisor"), roles.count("officer")
        todo = "Look whether somebody is missing, former, or has the wrong role."
        if not FEWEST <= advisors <= MOST:
            against = f"a group has {FEWEST} to {MOST} City Advisors"
            yield _of_group(group, f"{advisors} City Advisors", against, todo)
        if officers != 1:
            against = "a group has exactly one"
            yield _of_group(group, f"{officers} City Support Officers", against, todo)
        if "specialist" not in roles:
            yield _of_group(group, "no City Specialist", "a group has specialists", todo)


def _specialties(facts: Facts, _: date) -> Iterator[Contradiction]:
    for group, people in sorted(members(facts).items()):
        specialists = {key: one for key, one in people.items() if one.role == "specialist"}
        for key, person in specialists.items():
            if person.specialty is None:
                yield Contradiction(
                    kind=Person.kind,
                    records=(key,),
                    subject=person.name,
                    said="a specialist without a field of work",
                    against=f"specialists are for {', '.join(_WORDS.values())}",
                    todo="Say what the person is a specialist for.",
                )
        missing = set(SPECIALTIES) - {one.specialty for one in specialists.values()}
        if specialists and missing and all(one.specialty for one in specialists.values()):
            words = ", ".join(_WORDS[one] for one in SPECIALTIES if one in missing)
            against = "each group has a specialist for each of the three fields"
            yield _of_group(group, f"nobody for {words}", against, "Look whether somebody is missing.")


def _names(facts: Facts, _: date) -> Iterator[Contradiction]:
    for (key, one), (other_key, other) in itertools.combinations(facts.of(Person).items(), 2):
        if same_words(one.name, other.name) and one.email != other.email:
            yield Contradiction(
                kind=Person.kind,
                records=(key, other_key),
                subject=one.name,
                said=f'there is "{one.name}"',
                against=f'and "{other.name}": the same words',
                todo="If they are one person, merge them.",
            )


def _organisations(facts: Facts, _: date) -> Iterator[Contradiction]:
    people = facts.of(Person)
    said = [person.organisation for person in people.values() if person.organisation]
    for one, other in spelled_twice(said):
        yield Contradiction(
            kind=Person.kind,
            records=tuple(key for key, person in people.items() if person.organisation in (one, other)),
            subject=one,
            said=f'the organisation is called "{one}"',
            against=f'elsewhere it is called "{other}"',
            todo="If they are the same, spell it one way.",
        )


RULES = (
    Rule(
        id="R1",
        law="Every group has 3 to 5 City Advisors, specialists, and exactly one City Support Officer",
        needs={Person.kind: ("role", "csg")},
        find=_roles,
    ),
    Rule(
        id="R3",
        law="Specialists cover finance, citizen engagement and systems innovation",
        needs={Person.kind: ("role", "csg", "specialty")},
        find=_specialties,
    ),
    Rule(
        id="people",
        law="A person is written down once",
        needs={Person.kind: ("name", "email")},
        find=_names,
    ),
    Rule(
        id="organisations",
        law="An organisation is spelled one way",
        needs={Person.kind: ("organisation",)},
        find=_organisations,
    ),
)
