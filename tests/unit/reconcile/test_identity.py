"""Rows become records: by key, natural key, name and declared spelling; what is in doubt is left alone."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from syncbot.model.fields import FieldType
from syncbot.model.values import UNKNOWN, Cell
from syncbot.reconcile.identity import Identified, identify
from syncbot.reconcile.names import folded, halves, strict
from syncbot.reconcile.plan import CreateRow, UpdateRow
from syncbot.reconcile.planning import GuardInput, plan
from syncbot.reconcile.policy import EndpointPolicy, FieldPolicy, IdentityPolicy, KindPolicy
from syncbot.reconcile.state import Agreed, GoneRow, KnownRecord, SeenRow

NOW = datetime(2026, 5, 1, tzinfo=UTC)
PLACES = {"east": True, "west": True}
LABELS = ("name", "country", "number")
POLICY = KindPolicy(
    kind="city",
    title_field="name",
    fields={
        label: FieldPolicy(name=label, type=FieldType.TEXT, home=None, places=PLACES) for label in LABELS
    },
    endpoints={name: EndpointPolicy(name=name) for name in PLACES},
    identity=IdentityPolicy(
        keys=(("number",),),
        name="name",
        within=("country",),
        variants={("BE", "Brussels"): frozenset({"Bruxelles", "Brussel"})},
    ),
)


def row(
    ref: str, name: Cell, *, country: Cell = "BE", number: Cell = None, key: str | None = None
) -> SeenRow:
    """A row as it was read."""
    values = {"name": name, "country": country, "number": number}
    return SeenRow(ref=ref, version="1", key=key, values=values)


def known(key: str, **rows: SeenRow) -> KnownRecord:
    """A record that is linked to these rows."""
    return KnownRecord(key=key, rows=rows)


def sort_out(
    seen: Mapping[str, Sequence[SeenRow]],
    *records: KnownRecord,
    gone: Mapping[str, Sequence[GoneRow]] | None = None,
    policy: KindPolicy = POLICY,
) -> Identified:
    """Identify with keys k0, k1 .."""
    numbers = count()
    return identify(
        policy,
        seen=seen,
        gone=gone or {},
        known={one.key: one for one in records},
        refs={name: {one.key: one.rows[name].ref for one in records if name in one.rows} for name in PLACES},
        new_key=lambda: f"k{next(numbers)}",
    )


def together(found: Identified) -> list[set[str]]:
    """The refs of each record that has more than one row."""
    refs = [{one.ref for one in case.seen.values()} for case in found.cases]
    return sorted((one for one in refs if len(one) > 1), key=sorted)


def test_a_natural_key_outweighs_the_name() -> None:
    """The same number is the same city however it is called, and different numbers are two of one name."""
    found = sort_out({"east": [row("e", "Gent", number="1")], "west": [row("w", "Gand", number="1")]})
    assert together(found) == [{"e", "w"}]
    found = sort_out({"east": [row("e", "Gent", number="1")], "west": [row("w", "Gent", number="2")]})
    assert together(found) == []
    assert [one.ref for one in found.proposals] == ["w"]


def test_a_number_that_is_missing_contradicts_nothing() -> None:
    """A name still counts where only one side gives the number."""
    found = sort_out({"east": [row("e", "Gent", number="1")], "west": [row("w", "GENT")]})
    assert together(found) == [{"e", "w"}]


def test_both_halves_of_a_bilingual_name_count_in_any_order() -> None:
    """The same two names are one; one of them alone is a question."""
    found = sort_out({"east": [row("e", "Biel / Bienne")], "west": [row("w", "Bienne (Biel)")]})
    assert together(found) == [{"e", "w"}]
    found = sort_out({"east": [row("e", "Biel / Bienne")], "west": [row("w", "Biel")]})
    assert together(found) == []
    assert found.proposals


def test_a_bilingual_name_is_known_when_both_halves_are_declared() -> None:
    """Brussels is "Bruxelles / Brussel", because it is either."""
    found = sort_out({"east": [row("e", "Brussels")], "west": [row("w", "Bruxelles / Brussel")]})
    assert together(found) == [{"e", "w"}]


def test_names_need_a_place_to_be_compared() -> None:
    """Without a country the same name is only a question; with an unreadable one as well."""
    for country in (None, UNKNOWN):
        found = sort_out({"east": [row("e", "Gent")], "west": [row("w", "Gent", country=country)]})
        assert together(found) == []
        assert [one.ref for one in found.proposals] == ["w"]


def test_without_any_place_names_only_ask() -> None:
    """A kind that declares no `within` never links by name."""
    policy = replace(POLICY, identity=replace(POLICY.identity, within=(), variants={}))
    found = sort_out({"east": [row("e", "Ada Ek")], "west": [row("w", "Ada Ek")]}, policy=policy)
    assert together(found) == []
    assert found.proposals[0].candidates[0][:2] == ("k0", "Ada Ek")


def test_a_row_in_doubt_gets_no_twin() -> None:
    """While a person is asked, the row gets no key and its likely record no row beside it."""
    found = sort_out({"east": [row("e", "Lahti")], "west": [row("w", "Lathi")]})
    made = plan(POLICY, found, guards=GuardInput())
    assert [(type(one), one.endpoint) for one in made.actions] == [(UpdateRow, "east")]
    assert [one.ref for one in made.links] == ["e"]


def test_two_rows_of_one_place_are_a_duplicate_and_left_alone() -> None:
    """Neither is linked or written; the row at the other place goes on without a twin."""
    found = sort_out({"east": [row("e1", "Gent"), row("e2", "GENT")], "west": [row("w", "Gent")]})
    assert [one.refs for one in found.duplicates] == [("e1", "e2")]
    made = plan(POLICY, found, guards=GuardInput())
    assert {one.endpoint for one in made.actions} == {"west"}
    assert not any(isinstance(one, CreateRow) for one in made.actions)


def test_a_copied_row_copies_our_key() -> None:
    """The row with the key of a linked one is reported and never written; the linked one goes on being the record."""
    first = row("e1", "Gent", key="k")
    found = sort_out({"east": [row("e2", "Gent (copy)", key="k")]}, known("k", east=first))
    assert [one.refs for one in found.duplicates] == [("e1", "e2")]
    assert [(case.aside, case.seen) for case in found.cases] == [(frozenset(), {})]
    made = plan(POLICY, found, guards=GuardInput())
    assert {(one.endpoint, type(one)) for one in made.actions} == {("west", CreateRow)}


def test_a_key_that_the_store_forgot_is_taken_over() -> None:
    """Rows that carry the same key are the same record, also for a store that begins anew."""
    found = sort_out({"east": [row("e", "Gent", key="old")], "west": [row("w", "Gand", key="old")]})
    assert [(case.record, len(case.seen)) for case in found.cases] == [("old", 2)]
    assert not [
        one for one in plan(POLICY, found, guards=GuardInput()).actions if getattr(one, "stamp", False)
    ]


def test_what_people_write_into_the_key_column_is_no_key() -> None:
    """A sentence, or a text without end, is not taken for a key and is written over."""
    for text in ("please do not touch", "x" * 65, "", "tab\there"):
        found = sort_out({"east": [row("e", "Gent", key=text)]})
        assert [case.record for case in found.cases] == ["k0"]


def test_a_row_that_moved_keeps_its_record() -> None:
    """A row that went and another that carries its key are one that was moved: linked again, no duplicate."""
    found = sort_out(
        {"east": [row("e2", "Gent", key="k")]},
        known("k", east=row("e1", "Gent", key="k")),
        gone={"east": [GoneRow(ref="e1", reason="moved")]},
    )
    assert not found.duplicates
    [link] = plan(POLICY, found, guards=GuardInput()).links
    assert (link.record, link.ref, link.how) == ("k", "e2", "our key")


def test_a_new_row_finds_its_known_record() -> None:
    """A row that is added later by hand is linked to the record that has no row there."""
    found = sort_out({"west": [row("w", "Ghent")]}, known("k", east=row("e", "GHENT")))
    assert [(case.record, set(case.seen)) for case in found.cases] == [("k", {"west"})]


def test_a_near_name_does_not_take_an_occupied_place() -> None:
    """Where the record has a row already, a row with nearly its name is a question and the record goes on."""
    found = sort_out(
        {"west": [row("w2", "Lohne")]}, known("k", west=row("w1", "Löhne"), east=row("e", "Löhne"))
    )
    assert [one.ref for one in found.proposals] == ["w2"]
    assert all(not case.aside for case in found.cases)


def test_a_place_that_is_in_doubt_is_given_to_no_other_row() -> None:
    """Two rows are asked about; a third, which is recognised less surely, does not take what may be theirs."""
    twins = [row("e1", "Lohne"), row("e2", "LOHNE")]
    found = sort_out({"east": [*twins, row("e3", "Löhne")]}, known("k", west=row("w", "Lohne")))
    assert [one.refs for one in found.duplicates] == [("e1", "e2")]
    assert [(one.ref, [key for key, _, _ in one.candidates]) for one in found.proposals] == [("e3", ["k"])]
    assert not any("east" in case.seen for case in found.cases if case.record == "k")


def test_a_record_that_lost_all_its_rows_is_found_by_its_key_only() -> None:
    """Somebody who adds a city anew gets a new record, which goes to every place; a row out of the trash comes back."""
    lost = KnownRecord(key="k", rows={}, unlinked={"east": "e", "west": "w"})
    agreed = {"name": Agreed(value="Gent", source="east", at=NOW, run="r")}
    lost = replace(lost, agreed=agreed | {"country": Agreed(value="BE", source="east", at=NOW, run="r")})
    anew = sort_out({"east": [row("e2", "Gent")]}, lost)
    assert [case.record for case in anew.cases if case.seen] == ["k0"]
    assert any(isinstance(one, CreateRow) for one in plan(POLICY, anew, guards=GuardInput()).actions)
    back = sort_out({"east": [row("e", "Gent", key="k")]}, lost)
    assert [case.record for case in back.cases if case.seen] == ["k"]


def test_spellings_of_one_name() -> None:
    """Case, dashes, marks, digraphs, scripts and offices do not make another name."""
    assert strict("Vitoria_Gasteiz") == strict("VITORIA\u2011GASTEIZ\u00ae")
    assert strict("Umeå") != strict("Umea")
    for one, other in (
        ("København", "Koebenhavn"),
        ("Århus", "Aarhus"),
        ("Wrocław", "WROCLAW"),
        ("İstanbul", "ISTANBUL"),
        ("Θεσσαλονίκη", "Thessaloniki"),
        ("City of Zagreb", "Zagreb"),
        ("Comune di Parma", "PARMA"),
        ("Malmö", "Malmoe"),
        ("Straßburg", "Strassburg"),
    ):
        assert folded(one) & folded(other), (one, other)
    assert halves("Bolzano - Bozen") == halves("Bozen/Bolzano")
    assert not halves("Cluj-Napoca")


NAMES = st.sampled_from(
    ["Gent", "GENT", "Gént", "Ghent", "Münster", "Munster", "Muenster", "Brussel", "Bruxelles"]
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(PLACES)), NAMES, st.sampled_from([None, "1", "2"])), max_size=7
    ),
)
def test_the_order_of_rows_makes_no_difference(rows: list[tuple[str, str, str | None]]) -> None:
    """However rows and endpoints are ordered, the same rows come together and the same questions are asked."""
    read = [
        (place, row(f"r{number}", name, number=digit)) for number, (place, name, digit) in enumerate(rows)
    ]
    outcomes = []
    for turned in (read, read[::-1]):
        places = list(PLACES) if turned is read else list(reversed(PLACES))
        found = sort_out({place: [one for where, one in turned if where == place] for place in places})
        outcomes.append((found.cases, found.duplicates, found.proposals))
    assert outcomes[0] == outcomes[1]
    refs = [one.ref for case in found.cases for one in case.seen.values()]
    assert len(refs) == len(set(refs))
    claimed = {ref for one in found.duplicates for ref in one.refs} | {one.ref for one in found.proposals}
    assert claimed.isdisjoint(refs) or found.duplicates
    assert claimed | set(refs) == {one.ref for _, one in read}


class Places:
    """A gazetteer that remembers what it was asked."""

    def __init__(self, **places: set[int]) -> None:
        self._places = places
        self.asked: list[str] = []

    def __call__(self, block: tuple[Hashable, ...], name: str) -> set[int]:
        """Names of Belgium only."""
        self.asked.append(name)
        return self._places.get(name, set()) if block == ("BE",) else set()


def listed(places: Places) -> KindPolicy:
    """The policy with this gazetteer."""
    return replace(POLICY, identity=replace(POLICY.identity, gazetteer=places))


def test_two_names_of_one_place_are_one_record() -> None:
    """Where both lead to that place and no other; also where each half of a double name does."""
    places = Places(Anvers={1}, Antwerpen={1}, Antwerp={1})
    rows = {"east": [row("e", "Anvers")], "west": [row("w", "Antwerpen / Antwerp")]}
    found = sort_out(rows, policy=listed(places))
    assert together(found) == [{"e", "w"}]
    [case] = found.cases
    assert case.how["west"] == "two names of one place in the gazetteer and the same country"


def test_a_name_of_several_places_is_a_question() -> None:
    """However unlike the names are; another country, and names that lead elsewhere, are none."""
    places = Places(Aix={1}, Aachen={1, 2}, Elsewhere={3})
    there = known("k", east=row("e", "Aachen"))
    found = sort_out({"west": [row("w", "Aix")]}, there, policy=listed(places))
    assert [one.candidates for one in found.proposals] == [(("k", "Aachen", 0.95),)]
    for other in (row("w", "Elsewhere"), row("w", "Aix", country="DE")):
        found = sort_out({"west": [other]}, there, policy=listed(places))
        assert (together(found), found.proposals) == ([], ())


def test_what_was_declared_counts_more_than_the_gazetteer() -> None:
    """Two names that are declared to be different ones are not one place."""
    places = Places(Bruxelles={1}, Ixelles={1})
    variants: dict[tuple[str, ...], frozenset[str]] = {
        ("BE", "Brussels"): frozenset({"Bruxelles"}),
        ("BE", "Elsene"): frozenset({"Ixelles"}),
    }
    policy = replace(POLICY, identity=replace(POLICY.identity, variants=variants, gazetteer=places))
    rows = {"east": [row("e", "Bruxelles")], "west": [row("w", "Ixelles")]}
    assert together(sort_out(rows, policy=policy)) == []


def test_the_gazetteer_is_asked_last_and_only_about_what_is_left() -> None:
    """Nothing is looked up while every row is recognised otherwise."""
    places = Places()
    rows = {
        "east": [row("e", "Gent"), row("f", "Brussel")],
        "west": [row("w", "GENT"), row("x", "Bruxelles")],
    }
    assert len(together(sort_out(rows, policy=listed(places)))) == 2
    assert places.asked == []
    sort_out({"east": [row("e", "Lier")]}, policy=listed(places))
    assert set(places.asked) == {"Lier"}
