"""Several runs in a row: what could not be read or written for a while is neither lost nor flows back."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from syncbot.model.fields import FieldType
from syncbot.model.values import UNKNOWN
from syncbot.reconcile.plan import Agree, Conflict, StrayEdit, Unread
from syncbot.reconcile.policy import EndpointPolicy, FieldPolicy, IdentityPolicy, KindPolicy, OnConflict
from syncbot.reconcile.records import decide_record
from syncbot.reconcile.state import Case, KnownRecord, SeenRow
from tests.fakes.sync_world import World, WorldRow

THREE = ("east", "north", "west")
TWO = ("east", "west")


def world(
    names: tuple[str, ...], values: Mapping[str, str | None], *, writable: Mapping[str, bool] | None = None
) -> World:
    """One thing with a row at each place that has a value here, agreed where they say the same."""
    places = dict.fromkeys(names, True)
    policy = KindPolicy(
        kind="thing",
        title_field="id",
        fields={
            "id": FieldPolicy(name="id", type=FieldType.TEXT, home=None, places=places),
            "word": FieldPolicy(
                name="word",
                type=FieldType.TEXT,
                home=None,
                places=places | dict(writable or {}),
                on_conflict=OnConflict.ASK,
            ),
        },
        endpoints={name: EndpointPolicy(name=name) for name in names},
        identity=IdentityPolicy(keys=(("id",),)),
    )
    made = World(policy=policy, places={name: {} for name in names})
    for name, value in values.items():
        made.add(name, {"id": "thing", "word": value})
    made.run()
    return made


def edit(at: World, name: str, value: str | None) -> None:
    """Somebody edits the word of the only row there."""
    at.edit(name, next(iter(at.places[name])), "word", value)


def words(at: World) -> list[object]:
    """What stands at each place."""
    return [next(iter(rows.values())).values["word"] for rows in at.places.values()]


def disputed() -> World:
    """Two places agreed on b; somebody wrote c in the east and somebody d in the west, and a person is asked."""
    at = world(TWO, dict.fromkeys(TWO, "b"))
    edit(at, "east", "c")
    edit(at, "west", "d")
    at.run()
    return at


def unreadable(at: World, name: str) -> None:
    """The column breaks, and the next reading says so."""
    at.blind = {(name, "word")}
    at.unread = {name: set(at.places[name])}


def readable(at: World, name: str) -> None:
    """The column is mended, and the next reading shows it."""
    at.blind = set()
    at.unread.setdefault(name, set()).update(at.places[name])


def test_a_place_that_was_unreadable_is_brought_up_and_not_asked_about() -> None:
    """Its old value is known for its old value: it neither flows back nor makes a conflict."""
    at = world(TWO, {"east": "b", "west": "b"})
    unreadable(at, "west")
    at.run()
    edit(at, "east", "c")
    at.run()
    assert words(at) == ["c", "b"]
    readable(at, "west")
    made = at.run()
    assert words(at) == ["c", "c"]
    assert not made.findings


def test_others_go_on_while_one_place_cannot_be_read() -> None:
    """Edits flow between the places that are heard, again and again, and the last one reaches the third later."""
    at = world(THREE, dict.fromkeys(THREE, "b"))
    unreadable(at, "west")
    at.run()
    for name, value in (("east", "c"), ("north", "d"), ("north", "e")):
        edit(at, name, value)
        assert not [one for one in at.run().findings if isinstance(one, Conflict)]
        assert words(at) == [value, value, "b"]
    readable(at, "west")
    assert not at.run().findings
    assert words(at) == ["e", "e", "e"]


def test_what_was_edited_while_unreadable_is_asked_about() -> None:
    """Two people edited, one of them unseen: a conflict, and nobody is written over."""
    at = world(THREE, dict.fromkeys(THREE, "b"))
    unreadable(at, "west")
    at.run()
    edit(at, "east", "c")
    at.run()
    edit(at, "west", "d")
    readable(at, "west")
    [found] = at.run().findings
    assert isinstance(found, Conflict)
    assert words(at) == ["c", "c", "d"]


def test_a_stranger_is_not_heard_while_the_others_cannot_be() -> None:
    """A row that joins waits with its value until those who agreed can be read."""
    at = world(TWO, {"east": "b"})
    at.remove("west", next(iter(at.places["west"])))
    at.run()
    known = at.known["key-0"]
    seen = at.shown("east", known.rows["east"].ref)
    blind = SeenRow(ref=seen.ref, version="9", key=seen.key, values={**seen.values, "word": UNKNOWN})
    west = SeenRow(ref="w", version="1", key=None, values={"id": "thing", "word": "d"})
    fresh = Case(record="key-0", known=_never_at_west(at), seen={"east": blind, "west": west})
    verdict = decide_record(at.policy, fresh)
    assert not [one for one in verdict.agrees if one.field == "word"]
    assert not [one for one in verdict.findings if isinstance(one, Conflict)]
    assert not any(
        change.field == "word" for one in verdict.actions for change in getattr(one, "changes", ())
    )


def test_a_baseline_waits_for_rows_that_are_being_made() -> None:
    """What is agreed on with a new row is agreed only once that row is there."""
    at = World(policy=world(TWO, {}).policy, places={name: {} for name in TWO})
    at.add("east", {"id": "thing", "word": "b"})
    agrees = {one.field: one for one in at.look(full=False).agrees}
    assert isinstance(agrees["word"], Agree)
    assert agrees["word"].after == {"west"}


def test_a_failed_write_is_tried_again_and_not_mistaken_for_an_edit() -> None:
    """The value that did not arrive arrives later; the one it was to replace does not flow back."""
    at = world(TWO, {"east": "b", "west": "b"})
    at.failing = {"west"}
    edit(at, "east", "c")
    at.run()
    assert words(at) == ["c", "b"]
    at.failing = set()
    assert not at.run().findings
    assert words(at) == ["c", "c"]


def test_a_place_that_may_not_be_written_does_not_flow_back() -> None:
    """What it said before others moved on is an old word; what it says anew is an edit."""
    at = world(THREE, dict.fromkeys(THREE, "b"), writable={"west": False})
    edit(at, "east", "c")
    assert [type(one) for one in at.run().findings] == [Unread]
    assert words(at) == ["c", "c", "b"]
    edit(at, "north", "d")
    at.run()
    assert words(at) == ["d", "d", "b"]
    assert at.run(full=True).empty
    edit(at, "west", "e")
    at.run()
    assert words(at) == ["e", "e", "e"]


def test_emptied_here_and_brought_there_is_asked_about() -> None:
    """A value that somebody just removed is not filled in again by a row that never heard of it."""
    at = world(TWO, {"east": "b"})
    at.remove("west", next(iter(at.places["west"])))
    at.run()
    known = at.known["key-0"]
    edit(at, "east", None)
    east = at.shown("east", known.rows["east"].ref)
    west = SeenRow(ref="w", version="1", key=None, values={"id": "thing", "word": "d"})
    fresh = Case(record="key-0", known=_never_at_west(at), seen={"east": east, "west": west})
    found = [one for one in decide_record(at.policy, fresh).findings if isinstance(one, Conflict)]
    assert [sorted(one.sides) for one in found] == [["east", "west"]]


def gone_for_a_while(at: World, meanwhile: str | None) -> tuple[str, WorldRow]:
    """The row at west goes, the word is edited at east, and the run after that has dealt with it."""
    ref, row = next(iter(at.places["west"].items()))
    at.remove("west", ref)
    at.run()
    edit(at, "east", meanwhile)
    at.run()
    return ref, row


def back(at: World, ref: str, row: WorldRow) -> None:
    """The row at west is there again."""
    at.places["west"][ref] = row
    at.unread.setdefault("west", set()).add(ref)


@pytest.mark.parametrize("meanwhile", ["c", None])
def test_a_row_that_comes_back_overwrites_no_edit_made_meanwhile(meanwhile: str | None) -> None:
    """Its word may be an edit or only its age: nobody can tell, so a person is asked, and nothing is written."""
    at = world(TWO, {"east": "b", "west": "b"})
    back(at, *gone_for_a_while(at, meanwhile))
    made = at.run()
    assert words(at) == [meanwhile, "b"]
    [asked] = [one for one in made.findings if isinstance(one, Conflict)]
    assert asked.base == meanwhile
    assert not asked.first_sight


def test_a_row_that_comes_back_empty_is_filled() -> None:
    """What was written while it was away reaches it, and nobody is asked about an empty cell."""
    at = world(TWO, {"east": None, "west": None})
    back(at, *gone_for_a_while(at, "c"))
    at.run()
    assert words(at) == ["c", "c"]
    assert not at.conflicts


def _never_at_west(at: World) -> KnownRecord:
    return replace(at.known["key-0"], unlinked={})


def test_a_conflict_of_three_places_ends_when_all_say_the_same() -> None:
    """Two that say the same are not enough; the third is heard too."""
    at = world(THREE, dict.fromkeys(THREE, "b"))
    for name, value in zip(THREE, "cde", strict=True):
        edit(at, name, value)
    at.run()
    assert len(at.conflicts) == 1
    edit(at, "east", "d")
    at.run()
    assert len(at.conflicts) == 1
    assert words(at) == ["d", "d", "e"]
    edit(at, "west", "d")
    at.run()
    assert not at.conflicts
    edit(at, "west", "f")
    at.run()
    assert words(at) == ["f", "f", "f"]


def test_an_answer_is_carried_out_everywhere_and_stays() -> None:
    """A decided value reaches all places, closes the conflict, and no losing side flows back."""
    at = world(THREE, dict.fromkeys(THREE, "b"))
    edit(at, "east", "c")
    edit(at, "west", "d")
    at.run()
    at.answer(next(iter(at.conflicts)), "x")
    at.run()
    assert words(at) == ["x", "x", "x"]
    assert not at.conflicts
    assert at.run(full=True).empty


def test_what_a_run_heard_before_it_was_cut_off_is_shown_to_who_is_asked() -> None:
    """It was remembered as seen, yet nobody saw it: the question is put again with it."""
    at = disputed()
    edit(at, "east", "e")
    at.cut_off()
    at.run(full=True)
    [asked] = at.conflicts.values()
    assert {name: side.value for name, side in asked.sides.items()} == {"east": "e", "west": "d"}
    assert at.run(full=True).empty


def test_what_a_run_heard_before_it_was_cut_off_outlives_the_answer() -> None:
    """Whoever answered did not know of it: it is kept as a stray edit."""
    at = disputed()
    edit(at, "east", "e")
    at.cut_off()
    at.answer(next(iter(at.conflicts)), "d")
    at.run(full=True)
    assert words(at) == ["d", "d"]
    assert [one.value for one in at.strays] == ["e"]


def test_what_copies_had_in_common_before_their_home_joined_is_kept() -> None:
    """Nothing was agreed without the home, so no history holds it: it is a stray edit of each, not the old value."""
    at = world(THREE, dict.fromkeys(THREE, "b"))
    word = replace(at.policy.fields["word"], home="west", on_conflict=OnConflict.HOME)
    policy = replace(at.policy, fields={**at.policy.fields, "word": word})
    rows = at.known["key-0"].rows
    known = KnownRecord(
        key="key-0",
        rows={name: rows[name] for name in ("east", "north")},
        agreed={"id": at.known["key-0"].agreed["id"]},
    )
    newcomer = replace(rows["west"], values={"id": "thing", "word": "c"})
    made = decide_record(policy, Case(record="key-0", known=known, seen={"west": newcomer}))
    kept = [(one.endpoint, one.value, one.kept) for one in made.findings if isinstance(one, StrayEdit)]
    assert kept == [("east", "b", "c"), ("north", "b", "c")]


def test_an_answer_waits_for_a_home_that_cannot_be_heard() -> None:
    """Carried out without it, what the home still says would win over the answer as soon as it is heard again."""
    at = world(TWO, {"east": None, "west": "b"})
    word = replace(at.policy.fields["word"], home="east")
    edit(at, "east", "c")
    edit(at, "west", "d")
    at.run()
    [asked] = at.conflicts
    at.policy = replace(at.policy, fields={**at.policy.fields, "word": word})
    unreadable(at, "east")
    at.answer(asked, "d")
    at.run()
    assert list(at.conflicts) == [asked]
    readable(at, "east")
    at.run(full=True)
    assert words(at) == ["d", "d"]
    assert not at.conflicts
    assert at.run(full=True).empty


def test_an_answer_that_the_home_would_overrule_ends_and_says_why() -> None:
    """The home became one that may not be written: its word stands, and the answer is not written and taken back."""
    at = disputed()
    word = replace(at.policy.fields["word"], home="east", places={"east": False, "west": True})
    at.policy = replace(at.policy, fields={**at.policy.fields, "word": word})
    at.answer(next(iter(at.conflicts)), "d")
    [why] = at.run(full=True).ended.values()
    assert "may not be written" in why
    assert words(at) == ["c", "c"]
    assert at.run(full=True).empty


def test_a_conflict_ends_with_the_record_and_with_the_field() -> None:
    """A question about rows that are gone, or a field that is no longer mapped, is put to nobody."""
    at = world(TWO, {"east": "b", "west": "b"})
    edit(at, "east", "c")
    edit(at, "west", "d")
    at.run()
    [asked] = at.conflicts
    fields = {label: one for label, one in at.policy.fields.items() if label != "word"}
    unmapped = replace(at, policy=replace(at.policy, fields=fields))
    assert asked in unmapped.look(full=True).ended
    for name in TWO:
        at.remove(name, next(iter(at.places[name])))
    at.run()
    assert not at.conflicts


def test_a_conflict_ends_where_one_place_is_left() -> None:
    """When the row of the other side is gone there is nobody to disagree with."""
    at = world(TWO, {"east": "b", "west": "b"})
    edit(at, "east", "c")
    edit(at, "west", "d")
    at.run()
    at.remove("west", next(iter(at.places["west"])))
    made = at.run()
    assert list(made.ended.values()) == ["only east has the record now"]
    assert at.known["key-0"].agreed["word"].value == "c"


def test_a_broken_column_is_said_once() -> None:
    """One line for a column that nobody can read, not one for each record; and not again while it stays broken."""
    at = World(policy=world(TWO, {}).policy, places={name: {} for name in TWO})
    for number in range(8):
        at.add("east", {"id": f"thing {number}", "word": "b"})
    at.run()
    unreadable(at, "west")
    [said] = at.run().findings
    assert isinstance(said, Unread)
    assert (said.endpoint, said.field, said.title, said.record) == ("west", "word", "8 records", "")
    assert said.reason == "the column is of another type"
    assert at.run(full=True).empty


def test_records_on_which_nothing_is_new_give_the_same_answer_as_records_decided_in_full() -> None:
    """The quick answer for an idle record is the answer that the whole table gives."""
    at = world(THREE, dict.fromkeys(THREE, "b"))
    quick = at.look(full=True)
    known = at.known["key-0"]
    at.known["key-0"] = replace(known, conflicts={"never mapped": "c9"})
    slow = at.look(full=True)
    assert quick.empty
    assert (slow.actions, slow.agrees, slow.findings) == ((), (), ())
