"""Questions about which rows are which record: asked once, kept without reading again, and answered for ever."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from syncbot.errors import UnknownId
from syncbot.reconcile.plan import Conflict, Duplicate, Proposal
from syncbot.service import matches, matching, uniting
from syncbot.service.answering import story
from syncbot.service.matches import MatchRefusedError
from syncbot.service.parts import Parts
from syncbot.service.report import Report
from syncbot.service.ruling import keep_rulings, ruling
from syncbot.service.syncing import plan, sync
from syncbot.service.undoing import undo
from syncbot.store.base import Intent, RecordChange, Verdict
from tests.fakes.world import CITY, DAY, ONLY_LINKED, World, new_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty world."""
    return new_world(tmp_path)


def asked(report: Report) -> list[str]:
    """The titles of the cities that are asked about."""
    return [one.title for one in report.kinds[1].plan.findings if isinstance(one, Duplicate | Proposal)]


def in_doubt(world: World) -> tuple[str, str]:
    """Two rows that may be one city, read once; return their refs."""
    left = world.add_city("notion", "Lahti", population=120_000)
    right = world.add_city("sharepoint", "Lathi", contact=DAY)
    sync(world.parts)
    return left, right


def doubled(world: World) -> tuple[str, str]:
    """A city in both places whose page somebody copied, key and all; return both refs in Notion."""
    first = world.add_city("notion", "Ghent", note="first")
    sync(world.parts)
    row = world.cities["notion"].rows[first]
    copy = world.add_city("notion", "Ghent", note="copy")
    world.cities["notion"].rows[copy] = replace(world.cities["notion"].rows[copy], key=row.key)  # type: ignore[index]
    sync(world.parts)
    return first, copy


# -- what waits


def test_what_waits_is_asked_by_every_run_and_read_by_none(world: World) -> None:
    """One request an endpoint, nothing written, nothing told again, and the same id each time."""
    in_doubt(world)
    [first] = matches.matches(world.parts)
    sync(world.parts)  # hears of its own writes
    for _ in range(2):
        before = world.requests()
        report = sync(world.parts)
        assert world.requests() - before == 4
        assert asked(report) == ["Lathi"]
        assert report.kinds[1].read == {"notion": 0, "sharepoint": 0}
        assert not report.kinds[1].plan.actions
        assert report.kinds[1].match_ids == {("sharepoint", "1"): first.id}
    assert [one.id for one in matches.matches(world.parts)] == [first.id]
    assert asked(plan(world.parts)) == ["Lathi"]


def test_a_row_that_waits_is_known_as_it_was_read_last(world: World) -> None:
    """An edit takes the place of what was known; one that answers the question by itself is not asked about again."""
    _, right = in_doubt(world)
    world.edit_city("sharepoint", right, name="Lahtii")
    assert asked(sync(world.parts)) == ["Lahtii"]
    assert [one.rows[0].title for one in matches.matches(world.parts)] == ["Lahtii"]
    world.edit_city("sharepoint", right, name="LAHTI")
    assert asked(sync(world.parts)) == []
    assert matches.matches(world.parts) == []
    assert world.names("sharepoint") == ["Lahti"]


@pytest.mark.parametrize("full", [True, False])
def test_a_row_that_went_away_is_asked_about_no_longer(world: World, full: bool) -> None:
    """And the record that it held up gets its row."""
    _, right = in_doubt(world)
    world.cities["sharepoint"].remove(right, by="somebody", at=world.now[0])
    assert asked(sync(world.parts, full=full)) == []
    assert world.parts.store.waiting() == []
    assert world.names("sharepoint") == ["Lahti"]


def test_a_declared_spelling_answers_what_waits_without_a_reading(world: World, tmp_path: Path) -> None:
    """The row is fed to the ladder by every run, so a better ladder links it."""
    in_doubt(world)
    declared = CITY.replace("within: [country]", "within: [country], variants: more/city.yaml")
    (tmp_path / "more").mkdir()
    (tmp_path / "more/city.yaml").write_text("BE: {Lahti: [Lathi]}\n")
    again = new_world(tmp_path, city=declared)
    parts = replace(world.parts, mappings=again.parts.mappings)
    assert asked(sync(parts)) == []
    assert world.names("sharepoint") == ["Lahti"]


# -- answers


def test_an_accepted_match_is_one_record_in_both_places(world: World) -> None:
    """Linked, and filled from both sides; nobody is asked again."""
    left, right = in_doubt(world)
    [match] = matches.matches(world.parts)
    matching.accept(world.parts, match.id)
    report = sync(world.parts)
    assert [one.how for one in report.kinds[1].plan.links] == ["what somebody decided"]
    assert (world.names("notion"), world.names("sharepoint")) == (["Lahti"], ["Lahti"])
    assert world.cities["notion"].rows[left].cells["contact"] == DAY
    assert world.cities["sharepoint"].rows[right].cells["population"] == 120_000
    assert not sync(world.parts, full=True).anything
    [said] = story(world.parts, "Lahti").decisions
    assert (said.verdict, said.by, said.at) == (Verdict.SAME, "tester", world.now[0])


def test_a_rejected_match_is_two_records_for_ever(world: World) -> None:
    """Each gets a row in the other place, and even under one name they stay two."""
    _, right = in_doubt(world)
    [match] = matches.matches(world.parts)
    matching.reject(world.parts, match.id)
    sync(world.parts)
    assert world.names("notion") == world.names("sharepoint") == ["Lahti", "Lathi"]
    world.edit_city("sharepoint", right, contact=DAY)
    for full in (False, True):
        assert asked(sync(world.parts, full=full)) == []
    assert world.parts.store.count("city") == 2
    assert [one.verdict for one in story(world.parts, "Lathi").decisions] == [Verdict.APART]


def test_an_answer_may_name_another_record(world: World) -> None:
    """By its name or key, as long as it has no row there."""
    world.add_city("sharepoint", "Oulu")
    _, right = in_doubt(world)
    world.add_city("notion", "Lappi")
    sync(world.parts)
    [match] = [one for one in matches.matches(world.parts) if one.endpoint == "sharepoint"]
    with pytest.raises(MatchRefusedError, match="split"):
        matching.accept(world.parts, match.id, "Oulu")
    with pytest.raises(UnknownId, match="did you mean"):
        matching.accept(world.parts, match.id, "Lathii")
    matching.accept(world.parts, match.id, "lahti")
    sync(world.parts)
    assert world.parts.store.keys_of("city", "sharepoint", [right])


def test_an_answer_to_the_wrong_question_is_refused(world: World) -> None:
    """The nearest id is named; a duplicate is not accepted, a proposal not kept."""
    in_doubt(world)
    [match] = matches.matches(world.parts)
    with pytest.raises(UnknownId, match=match.id):
        matching.accept(world.parts, match.id + "0")
    with pytest.raises(MatchRefusedError, match="accept or reject"):
        matching.keep(world.parts, match.id, "1")
    with pytest.raises(UnknownId):
        matching.forget(world.parts, "decision-none")


def cut_off_at(world: World, record: str) -> None:
    """A run died while it wrote a row of this record; how that ended was not looked up yet."""
    write = Intent(
        id="write-cut",
        run=world.parts.store.runs()[0].id,
        kind="city",
        record=record,
        endpoint="sharepoint",
        action="create",
        ref=None,
        changes={},
        at=world.now[0],
    )
    world.parts.store.intend([write])


def test_no_match_is_accepted_while_a_write_of_its_record_is_not_settled(world: World) -> None:
    """The row that is looked up then would be linked beside the one that somebody named."""
    left, _ = in_doubt(world)
    cut_off_at(world, world.parts.store.keys_of("city", "notion", [left])[left])
    [match] = matches.matches(world.parts)
    with pytest.raises(MatchRefusedError, match="not settled"):
        matching.accept(world.parts, match.id)


def test_no_row_is_kept_instead_while_a_write_of_its_record_is_not_settled(world: World) -> None:
    """The row that is looked up then would be linked again, although it is to be left alone."""
    first, copy = doubled(world)
    cut_off_at(world, world.parts.store.keys_of("city", "notion", [first])[first])
    [match] = matches.matches(world.parts)
    with pytest.raises(MatchRefusedError, match="not settled"):
        matching.keep(world.parts, match.id, copy)


@pytest.mark.parametrize("answer", [matching.reject, matching.accept])
def test_a_question_that_a_cut_off_sync_had_settled_takes_no_answer(
    world: World, answer: Callable[[Parts, str], object]
) -> None:
    """Its row is a record's already, so nobody would ever carry out that it is not, or is another's."""
    left, right = in_doubt(world)
    [match], store = matches.matches(world.parts), world.parts.store
    matching.accept(world.parts, match.id)
    record = store.keys_of("city", "notion", [left])[left]
    [waits] = store.waiting()
    linked = RecordChange(kind="city", record=record, rows={"sharepoint": waits.row}, again=True)
    store.commit([linked], run="run-cut", at=world.now[0])
    with pytest.raises(MatchRefusedError, match=f"cut off made {right} the row of {record}"):
        answer(world.parts, match.id)
    assert [one.verdict for one in store.rulings()] == [Verdict.SAME]
    sync(world.parts)
    assert not matches.matches(world.parts)


def test_the_last_answer_counts(tmp_path: Path) -> None:
    """Somebody accepts, and names another record before a sync has linked the row: only that is in force."""
    world = new_world(tmp_path, city=ONLY_LINKED)
    world.add_city("notion", "Lappi")
    _, right = in_doubt(world)
    [match] = matches.matches(world.parts)
    matching.accept(world.parts, match.id)
    matching.accept(world.parts, match.id, "Lappi")
    [said] = matches.decisions(world.parts)
    sync(world.parts)
    assert world.parts.store.keys_of("city", "sharepoint", [right]) == {right: said.record}
    assert world.city("sharepoint", "Lappi")


def test_a_record_is_not_promised_two_rows_of_a_place(tmp_path: Path) -> None:
    """As long as no sync has linked the first, the second is refused, and so is a merge that would bring another."""
    world = new_world(tmp_path, city=ONLY_LINKED)
    world.add_city("sharepoint", "Lahtti")
    world.add_city("sharepoint", "Oulu")
    in_doubt(world)
    first, second = matches.matches(world.parts)
    matching.accept(world.parts, first.id, "Lahti")
    with pytest.raises(MatchRefusedError, match="another row in sharepoint"):
        matching.accept(world.parts, second.id, "Lahti")
    for pair in (("Lahti", "Oulu"), ("Oulu", "Lahti")):
        with pytest.raises(MatchRefusedError, match="syncbot sync first"):
            uniting.merge(world.parts, *pair)
    sync(world.parts)
    with pytest.raises(MatchRefusedError, match="--keep"):
        uniting.merge(world.parts, "Lahti", "Oulu")


# -- doubled rows


def test_a_copied_page_is_reported_and_never_written(world: World) -> None:
    """The older one keeps being the record: edits flow from and to it while the question waits."""
    first, copy = doubled(world)
    [right] = world.cities["sharepoint"].rows
    before = world.cities["notion"].rows[copy]
    world.edit_city("sharepoint", right, contact=DAY)
    assert asked(sync(world.parts)) == ["Ghent"]
    assert world.cities["notion"].rows[first].cells["contact"] == DAY
    assert world.cities["notion"].rows[copy] == before
    [match] = matches.matches(world.parts)
    assert {row.ref: row.linked is not None for row in match.rows} == {first: True, copy: False}
    with pytest.raises(MatchRefusedError, match="doubled"):
        matching.accept(world.parts, match.id)
    with pytest.raises(UnknownId, match="row of"):
        matching.keep(world.parts, match.id, "none")


def test_the_row_that_was_kept_is_the_record_and_the_other_is_left_alone(world: World) -> None:
    """Until it changes: then somebody is asked again."""
    first, copy = doubled(world)
    matching.keep(world.parts, matches.matches(world.parts)[0].id, first)
    for full in (False, True, False):
        assert not sync(world.parts, full=full).anything
    assert matches.matches(world.parts) == []
    world.edit_city("notion", copy, note="used again")
    assert asked(sync(world.parts)) == ["Ghent"]


def test_the_copy_can_be_kept_instead(world: World) -> None:
    """The record moves over to it; what the two say differently is asked, not overwritten."""
    first, copy = doubled(world)
    record = world.parts.store.keys_of("city", "notion", [first])[first]
    matching.keep(world.parts, matches.matches(world.parts)[0].id, copy)
    report = sync(world.parts)
    assert world.parts.store.keys_of("city", "notion", [first, copy]) == {copy: record}
    assert world.cities["notion"].rows[first].cells["note"] == "first"
    said = {world.city("sharepoint", "Ghent")["note"], world.cities["notion"].rows[copy].cells["note"]}
    questions = [one.field for one in report.kinds[1].plan.findings if isinstance(one, Conflict)]
    assert questions == ["note"] or said == {"copy"}
    assert asked(sync(world.parts, full=True)) == []


def test_a_doubled_row_that_was_taken_back_since_needs_no_decision(world: World) -> None:
    """The run that made it was undone while the question waited: it cannot be kept, and the other one can."""
    world.add_city("notion", "Ghent")
    run = str(sync(world.parts).run)
    [first] = world.cities["sharepoint"].rows
    key = world.cities["sharepoint"].rows[first].key
    copy = world.cities["sharepoint"].add(
        {"name": "Ghent", "country": "BE"}, by="sharepoint person", at=world.now[0], key=key
    )
    assert asked(sync(world.parts)) == ["Ghent"]
    [match] = matches.matches(world.parts)
    undo(world.parts, run)
    with pytest.raises(UnknownId, match="row of"):
        matching.keep(world.parts, match.id, first)
    matching.keep(world.parts, match.id, copy)
    sync(world.parts)
    assert matches.matches(world.parts) == []


def test_what_is_kept_as_the_row_of_a_record_is_what_it_was_said_not_to_be(world: World) -> None:
    """The last answer counts also where the earlier one was about another row of the record."""
    first, copy = doubled(world)
    [right] = world.cities["sharepoint"].rows
    record = world.parts.store.keys_of("city", "notion", [first])[first]
    said = ruling(
        world.parts, "city", Verdict.APART, record, ("notion", copy), "Ghent", other=("sharepoint", right)
    )
    keep_rulings(world.parts, [said])
    matching.keep(world.parts, matches.matches(world.parts)[0].id, copy)
    assert Verdict.APART not in {one.verdict for one in matches.decisions(world.parts)}
    sync(world.parts)
    assert world.parts.store.keys_of("city", "notion", [copy]) == {copy: record}


def test_doubled_rows_that_are_not_the_same_become_two_records(world: World) -> None:
    """The copy gets a key of its own and a row in the other place."""
    first, copy = doubled(world)
    matching.reject(world.parts, matches.matches(world.parts)[0].id)
    sync(world.parts)
    rows = world.cities["notion"].rows
    assert rows[first].key != rows[copy].key
    assert world.names("sharepoint") == ["Ghent", "Ghent"]
    assert not sync(world.parts, full=True).anything


# -- taking back


def test_a_decision_can_be_taken_back(world: World) -> None:
    """A row that was left alone is asked about again; a link or a merge is taken back by a split."""
    first, _ = doubled(world)
    matching.keep(world.parts, matches.matches(world.parts)[0].id, first)
    sync(world.parts)
    [said] = matches.decisions(world.parts)
    matching.forget(world.parts, said.id)
    assert asked(sync(world.parts)) == ["Ghent"]
    in_doubt(world)
    [match] = [one for one in matches.matches(world.parts) if isinstance(one.question, Proposal)]
    matching.accept(world.parts, match.id)
    sync(world.parts)
    [said] = [one for one in matches.decisions(world.parts) if one.verdict is Verdict.SAME]
    with pytest.raises(MatchRefusedError, match="split"):
        matching.forget(world.parts, said.id)
