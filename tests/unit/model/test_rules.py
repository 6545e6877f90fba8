"""The contradictions of the report on Mission City Support that are about records, told as records and found.

The numbers I1 to I36 are those of the inventory made of that report (NetZeroCities, D2.2). `NOT_ABOUT_RECORDS` says of
every other one why no rule about records can find it.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from syncbot.model.auditing import Contradiction, Facts, Weight, judge, known_rules
from syncbot.model.kinds.city import City
from syncbot.model.kinds.figure import Figure
from syncbot.model.kinds.person import Person
from syncbot.model.places import Code, code_of
from syncbot.model.record import Record, known_kinds
from syncbot.model.rules.spelling import folded, is_short_for, same_words, spelled_twice

OCTOBER_2024 = date(2024, 10, 31)
"""The report's own position in time."""
SIZES = {"A": 26, "B": 28, "C": 32, "D": 25}
COUNTRIES = {"A": "FI", "B": "IT", "C": "FR", "D": "ES"}
ROLES = ("advisor",) * 4 + ("specialist",) * 3 + ("officer",)
SPECIALTIES = (None,) * 4 + ("finance", "engagement", "systems") + (None,)

NOT_ABOUT_RECORDS = {
    "I5": "the report does not say which city is no pilot; records that do say it contradict nothing",
    "I12": "a comparison in words (the highest number in W4)",
    "I13": "a share printed in a text; records hold no shares",
    "I14": "a share printed in a text",
    "I15": "a share printed in a text",
    "I16": "what cities aimed to do; records hold what they did",
    "I17": "the day of a submission is no field; the window is",
    "I19": "the report against the Commission's pages",
    "I21": "a text names groups for a country; records say where each city is",
    "I23": "when the groups started, in texts",
    "I24": "when cohort 3 starts, in texts",
    "I26": "visits are no records yet",
    "I28": "how often a group meets; meetings are no records yet",
    "I29": "lists of tools in texts",
    "I30": "abbreviations in texts",
    "I33": "countries are kept by their codes, so that two spellings cannot differ (see the test below)",
    "I34": "terms in texts",
    "I36": "captions and layout",
}


class Programme:
    """A programme whose records contradict nothing, to be changed by a test."""

    def __init__(self) -> None:
        self.records: dict[str, dict[str, Record]] = {"city": {}, "person": {}, "figure": {}}
        for group, size in SIZES.items():
            for number, (role, specialty) in enumerate(zip(ROLES, SPECIALTIES, strict=True)):
                key = f"{group}-{number}"
                self.person(
                    key,
                    name=f"Person{group}{number}",
                    csg=group,
                    role=role,
                    specialty=specialty,
                    status="current",
                )
            for number in range(size):
                self.city(
                    f"{group}{number}",
                    name=f"City {group} {number}",
                    csg=group,
                    country=COUNTRIES[group],
                    lead=f"{group}-0",
                    follower=f"{group}-1",
                )

    def city(self, key: str, **values: Any) -> None:
        """Add a city, or change one."""
        self._put(City, key, values)

    def person(self, key: str, **values: Any) -> None:
        """Add a person, or change one."""
        self._put(Person, key, values)

    def figure(self, what: str, number: int, source: str = "table 1", **values: Any) -> None:
        """State a number."""
        key = f"figure-{len(self.records['figure'])}"
        self._put(Figure, key, {"name": key, "what": what, "number": number, "source": source, **values})

    def _put(self, model: type[Record], key: str, values: Mapping[str, Any]) -> None:
        old = self.records[model.kind].get(key)
        self.records[model.kind][key] = model(**{**(old.model_dump() if old else {}), **values})

    def found(self, today: date = OCTOBER_2024) -> dict[str, Sequence[Contradiction]]:
        """What each rule finds that finds anything."""
        fields = {kind: frozenset(model.fields()) for kind, model in known_kinds().items()}
        judged = {rule.id: found for rule, found in judge(Facts(self.records, fields), today)}
        assert None not in judged.values()
        return {rule: found for rule, found in judged.items() if found}

    def said(self, rule: str, today: date = OCTOBER_2024) -> list[tuple[str, str, str]]:
        """What one rule finds, if no other finds anything."""
        found = self.found(today)
        assert set(found) == {rule}, found
        return [(one.subject, one.said, one.against) for one in found[rule]]


@pytest.fixture
def programme() -> Programme:
    """A programme that is in order."""
    return Programme()


def test_a_programme_in_order_gives_nothing(programme: Programme) -> None:
    """Also with numbers that are stated and right, labels in their order, and pilots that are marked."""
    programme.city("D0", ccc_window="W1", ccc_state="implementation", label_date=date(2023, 10, 12))
    programme.city("D1", ccc_window="W4", ccc_state="submitted")
    programme.city("rivne", name="Rivne", csg="D", country="UA", pilot_only=True, pilot_cohort="1")
    for group, size in SIZES.items():
        programme.figure("cities", size, csg=group)
        programme.figure("members", len(ROLES), csg=group)
    programme.figure("cities", 111)
    programme.figure("pilots", 1, csg="D")
    programme.figure("labelled", 1, csg="D")
    programme.figure("submitted", 1, csg="D", ccc_window="W4")
    programme.figure("countries", 4)
    assert programme.found() == {}


# -- numbers


def test_i1_the_groups_come_to_112_and_the_whole_is_111(programme: Programme) -> None:
    """Each group's number is also counted, so that it shows where the one too many is."""
    for group, size in {**SIZES, "D": 26}.items():
        programme.figure("cities", size, csg=group)
    programme.figure("cities", 111, source="page 9")
    found = programme.found()
    assert [(one.said, one.against) for one in found["sums"]] == [
        ("111 (page 9)", "the parts that are stated come to 26 + 28 + 32 + 26 = 112 (table 1)")
    ]
    assert [(one.subject, one.against) for one in found["counts"]] == [
        ("cities of CSG D", "the records come to 25")
    ]


def test_i2_group_d_has_26_in_the_table_and_25_in_the_text(programme: Programme) -> None:
    """And its countries are ten here, nine there."""
    programme.figure("cities", 26, csg="D")
    programme.figure("cities", 25, "section 3.4", csg="D")
    programme.figure("countries", 10, csg="D")
    programme.figure("countries", 9, "section 3.4", csg="D")
    found = programme.found()["figures"]
    assert [(one.subject, one.said, one.against) for one in found] == [
        ("cities of CSG D", "26 (table 1)", "25 (section 3.4)"),
        ("countries of CSG D", "10 (table 1)", "9 (section 3.4)"),
    ]


def test_i3_a_pilot_city_outside_the_mission_is_counted_in(programme: Programme) -> None:
    """Marked and yet with a contract: a contradiction; not marked: a note, since only a person knows."""
    programme.city("rivne", name="Rivne", csg="D", country="UA", pilot_only=True, ccc_window="W4")
    programme.city(
        "uppsala", name="Uppsala", csg="B", country="SE", pilot_cohort="1", lead="B-0", follower="B-1"
    )
    found = programme.found()
    assert [one.subject for one in found["R7"]] == ["Rivne"]
    assert [one.subject for one in found["R7 unmarked"]] == ["Uppsala"]


@pytest.mark.parametrize(
    ("name", "what", "stated", "against"),
    [
        ("I4", "pilots", [(18, "table 1"), (26, "section 3.1")], "26 (section 3.1)"),
        ("I20", "labelled", [(51, "table 1"), (53, "the Commission")], "53 (the Commission)"),
    ],
)
def test_i4_i20_two_statements_of_one_number(
    programme: Programme, name: str, what: str, stated: list[tuple[int, str]], against: str
) -> None:
    """Pilots of group A; labelled cities of the whole programme."""
    for number, source in stated:
        programme.figure(what, number, source, csg="A" if name == "I4" else None)
    assert [one.against for one in programme.found()["figures"]] == [against]


@pytest.mark.parametrize(
    ("group", "whole", "cohorts", "sum_"),
    [("C", 22, {"1": 10, "3": 8}, "10 + 8 = 18"), ("D", 23, {"1": 6, "2": 4, "3": 3}, "6 + 4 + 3 = 13")],
)
def test_i6_i7_cohorts_do_not_add_up(
    programme: Programme, group: str, whole: int, cohorts: Mapping[str, int], sum_: str
) -> None:
    """22 pilots of which 10 and 8; 23 pilots of which 6, 4 and 3."""
    programme.figure("pilots", whole, csg=group)
    for cohort, number in cohorts.items():
        programme.figure("pilots", number, csg=group, pilot_cohort=cohort)
    [one] = programme.found()["sums"]
    assert one.against == f"the parts that are stated come to {sum_} (table 1)"


def test_i8_i9_i10_members_that_cancel_out(programme: Programme) -> None:
    """7 stated and 8 named, 9 stated and 8 named: the total is right, and both are found all the same."""
    for group, number in {"A": 7, "B": 8, "C": 9, "D": 8}.items():
        programme.figure("members", number, csg=group)
    programme.figure("members", 32)
    programme.figure("advisors", 5, "section 3.3", csg="C")
    assert programme.said("counts") == [
        ("advisors of CSG C", "5 (section 3.3)", "the records come to 4"),
        ("members of CSG A", "7 (table 1)", "the records come to 8"),
        ("members of CSG C", "9 (table 1)", "the records come to 8"),
    ]


def test_i11_more_cities_in_w4_than_can_be(programme: Programme) -> None:
    """25 are stated for W4 where the records have 10; and a label before W4 cannot be of W4."""
    for number in range(10):
        programme.city(f"B{number}", ccc_window="W4", ccc_state="submitted")
    programme.city("B10", ccc_window="W4", ccc_state="label", label_date=date(2024, 3, 21))
    programme.figure("submitted", 25, csg="B", ccc_window="W4")
    found = programme.found()
    assert [one.against for one in found["counts"]] == ["the records come to 11"]
    assert [(one.subject, one.said) for one in found["R8 windows"]] == [
        ("City B 10", "window W4, label on 2024-03-21")
    ]


def test_i22_five_finnish_cities_of_six(programme: Programme) -> None:
    """A number may be about a country."""
    for number in range(20):
        programme.city(f"A{number}", country="AT")
    programme.figure("cities", 5, "annex", country="FI")
    assert programme.found()["counts"][0].subject == "cities in Finland of the whole programme"
    assert programme.found()["counts"][0].against == "the records come to 6"


# -- the order of events


def test_i18_one_window_with_two_meanings(programme: Programme) -> None:
    """W4+ for cities that have not submitted, and for cities that have: to be agreed, so a note."""
    programme.city("B0", ccc_window="W4+", ccc_state="drafting")
    programme.city("C0", ccc_window="W4+", ccc_state="implementation", label_date=date(2024, 10, 8))
    [(subject, said, against)] = programme.said("R8 late")
    assert (subject, said[0], against[0]) == ("W4+", "1", "1")


def test_i25_called_a_label_city_before_its_label(programme: Programme) -> None:
    """In February 2024, with a label of 21 March 2024; from that day on it is in order."""
    programme.city("A0", ccc_window="W2", ccc_state="label", label_date=date(2024, 3, 21))
    [(subject, _, against)] = programme.said("R8", today=date(2024, 2, 15))
    assert (subject, against) == ("City A 0", "its label is only due on 2024-03-21")
    assert programme.found(date(2024, 3, 21)) == {}


@pytest.mark.parametrize("state", ["drafting", "submitted", "resubmission"])
def test_r8_a_label_before_the_submission(programme: Programme, state: str) -> None:
    """The label is there, and the contract is still on its way."""
    programme.city("A0", ccc_window="W2", ccc_state=state, label_date=date(2024, 3, 21))
    assert programme.said("R8")[0][2] == "it has the label since 2024-03-21"


def test_r8_an_implementation_without_a_label_and_a_submission_without_a_window(
    programme: Programme,
) -> None:
    """Each is found by its own rule."""
    programme.city("A0", ccc_window="W2", ccc_state="implementation")
    programme.city("A1", ccc_state="submitted")
    found = programme.found()
    assert {rule: [one.subject for one in mine] for rule, mine in found.items()} == {
        "R8": ["City A 0"],
        "R8 windows": ["City A 1"],
    }


def test_r8_a_label_before_its_window(programme: Programme) -> None:
    """Nothing submitted in W2 had a label before W2 was closed."""
    programme.city("A0", ccc_window="W2", ccc_state="label", label_date=date(2023, 9, 1))
    assert programme.said("R8 windows")[0][2] == "nothing submitted in W2 had a label before 2023-09-15"


# -- groups and members


def test_r1_i27_members_of_a_group(programme: Programme) -> None:
    """Too few and too many advisors, two officers, no specialist, a specialist for nobody knows what."""
    for number in (0, 1):
        programme.person(f"A-{number}", role="officer")
    for number in (4, 5, 6):
        programme.person(f"B-{number}", role="advisor", specialty=None)
    programme.person("C-6", specialty=None)
    programme.person("D-6", specialty="finance")
    found = programme.found()
    assert [(one.subject, one.said) for one in found["R1"]] == [
        ("CSG A", "2 City Advisors"),
        ("CSG A", "3 City Support Officers"),
        ("CSG B", "7 City Advisors"),
        ("CSG B", "no City Specialist"),
    ]
    assert [(one.subject, one.said) for one in found["R3"]] == [
        ("PersonC6", "a specialist without a field of work"),
        ("CSG D", "nobody for systems innovation"),
    ]


def test_r2_who_leads_and_follows(programme: Programme) -> None:
    """Nobody, the same person twice, a former member, an officer, somebody of another group."""
    programme.city("A0", lead=None)
    programme.city("A1", follower="A-0")
    programme.person("A-3", status="former")
    programme.city("A2", lead="A-3")
    programme.city("A3", lead="A-7")
    programme.city("A4", follower="B-0")
    found = programme.found()
    assert {rule: [(one.subject, one.said) for one in mine] for rule, mine in found.items()} == {
        "R2": [("City A 0", "no lead advisor"), ("City A 1", "the same person leads and follows")],
        "R2 members": [("City A 2", "PersonA3 is its lead advisor")],
        "R2 groups": [
            ("City A 3", "PersonA7 is its lead advisor"),
            ("City A 4", "it is in CSG A, and PersonB0 is its follower advisor"),
        ],
    }


def test_r4_r6_groups_too_small_and_cities_without_one(programme: Programme) -> None:
    """Pilot cities outside the Mission do not fill a group up."""
    for number in range(7):
        programme.city(f"D{number}", csg=None)
    programme.city("rivne", name="Rivne", csg="D", country="UA", pilot_only=True)
    programme.city("drammen", name="Drammen", csg="D", country="NO", pilot_only=True)
    found = programme.found()
    assert [(one.subject, one.said) for one in found["R4"]] == [("CSG D", "18 Mission cities")]
    assert len(found["R6"]) == 7


def test_r10_split_countries_are_listed(programme: Programme) -> None:
    """A note: it may well be as it should."""
    programme.city("B0", country="FI")
    assert programme.said("R6 countries") == [
        ("Finland", "26 in CSG A, 1 in CSG B", "cities of one country learn from each other")
    ]


# -- spelling


def test_i31_organisations_in_several_spellings(programme: Programme) -> None:
    """Case, and short forms; another body that looks alike is left out."""
    names = ["Demsoc", "DemSoc", "Democratic Society", "CKIC", "Climate KIC", "EuC", "Eurocities", "DML"]
    for number, name in enumerate([*names, "Dark Matter Laboratories", "DemNet"]):
        programme.person(f"{'ABCD'[number % 4]}-{number // 4}", organisation=name)
    pairs = {(one.subject, one.against) for one in programme.found()["organisations"]}
    assert pairs == {
        ("DemSoc", 'elsewhere it is called "Demsoc"'),
        ("DemSoc", 'elsewhere it is called "Democratic Society"'),
        ("Democratic Society", 'elsewhere it is called "Demsoc"'),
        ("CKIC", 'elsewhere it is called "Climate KIC"'),
        ("EuC", 'elsewhere it is called "Eurocities"'),
        ("DML", 'elsewhere it is called "Dark Matter Laboratories"'),
    }


def test_i32_cities_in_two_spellings(programme: Programme) -> None:
    """With and without marks in one country; in capitals; the same name in another country is another city."""
    programme.city("A0", name="Košice")
    programme.city("A1", name="Kosice")
    programme.city("A2", name="KOZANI")
    programme.city("B0", name="Kosice")
    found = programme.found()
    assert [(one.subject, one.against) for one in found["names"]] == [
        ("Košice", 'and "Kosice", in the same country')
    ]
    assert [one.subject for one in found["capitals"]] == ["KOZANI"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bosnia", "Bosnia and Herzegovina"),
        ("UK", "United Kingdom"),
        ("Turkey", "Türkiye"),
        ("Czech Republic", "Czechia"),
    ],
)
def test_i33_spellings_of_a_country_are_one_code(one: str, other: str) -> None:
    """So they cannot contradict each other in records."""
    assert code_of(one, Code.COUNTRY) == code_of(other, Code.COUNTRY) is not None


def test_i35_people_with_their_names_in_another_order(programme: Programme) -> None:
    """Written down twice; two addresses or none."""
    programme.person("C-0", name="Bianca Prova Esempio", email="bianca@x.example")
    programme.person("C-1", name="Prova Esempio Bianca")
    assert programme.said("people")[0][2] == 'and "Prova Esempio Bianca": the same words'


# -- about the rules themselves


def test_every_contradiction_of_the_report_is_found_or_said_why_not() -> None:
    """Each of I1 to I36 stands in the name of a test here, or in the list of those that are not about records."""
    names = " ".join(name for name in globals() if name.startswith("test_")).split("_")
    tested = {
        word.upper() for part in names for word in part.split() if word[:1] == "i" and word[1:].isdigit()
    }
    assert tested - {"I33"} | set(NOT_ABOUT_RECORDS) == {f"I{number}" for number in range(1, 37)}
    assert not (tested - {"I33"}) & set(NOT_ABOUT_RECORDS)


def test_rules_need_only_fields_that_there_are() -> None:
    """And each has an id of its own."""
    fields = {kind: set(model.fields()) for kind, model in known_kinds().items()}
    for rule in known_rules():
        for kind, needed in rule.needs.items():
            assert set(needed) <= fields[kind], rule.id
    ids = [rule.id for rule in known_rules()]
    assert len(set(ids)) == len(ids)


def test_a_rule_without_its_fields_is_not_judged(programme: Programme) -> None:
    """Rather than finding every city without what nobody keeps."""
    fields = {"city": frozenset({"name", "csg", "country"})}
    judged = {rule.id: found for rule, found in judge(Facts(programme.records, fields), OCTOBER_2024)}
    assert judged["R2"] is None
    assert judged["R4"] == []


def test_notes_are_no_contradictions() -> None:
    """What may be right as it is weighs less."""
    notes = {rule.id for rule in known_rules() if rule.weight is Weight.NOTE}
    assert notes == {"R6 countries", "R7 unmarked", "R8 late"}


@given(st.lists(st.text(max_size=12), max_size=6))
@example(["\N{PARENTHESIZED LATIN CAPITAL LETTER A}"])
def test_spellings_of_anything_are_compared(names: list[str]) -> None:
    """Whatever people write, pairs are of different spellings, each once."""
    pairs = list(spelled_twice(names))
    assert all(one < other for one, other in pairs)
    assert len(set(pairs)) == len(pairs)
    assert all(same_words(name, name) for name in names)
    assert not any(is_short_for(name, name) for name in names)
    assert all(folded(folded(name)) == folded(name) for name in names)
