"""A row that went away at one place, of a kind where a person says what becomes of the others (`deletes: ask`)."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from syncbot.endpoints.base import Delete, GoneReason
from syncbot.endpoints.memory import MemoryEndpoint
from syncbot.errors import OutcomeUnknown, UnknownId, VersionChanged
from syncbot.mapping.load import load
from syncbot.reconcile.plan import Missing
from syncbot.service import gone, matches, matching, uniting
from syncbot.service.auditing import audit
from syncbot.service.gone import GoneRefusedError
from syncbot.service.matches import MatchRefusedError
from syncbot.service.report import Report
from syncbot.service.syncing import sync
from syncbot.service.undoing import undo
from syncbot.store.base import Intent, IntentStatus, RunStatus, Verdict
from tests.fakes.world import CITY, World, new_world

ASKED = CITY.replace("key: Key}", "key: Key, deletes: true}") + "deletes: ask\n"
EXCEL = "  excel: {service: memory, container: cities-third, key: Key, deletes: true}\n"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty world in which a person is asked."""
    return new_world(tmp_path, city=ASKED)


def with_excel(folder: Path) -> World:
    """Return a world whose cities have a third place."""
    world = new_world(folder, city=ASKED)
    text = ASKED.replace("identity:", f"{EXCEL}identity:").replace(
        "sharepoint: Name}", "sharepoint: Name, excel: Name}"
    )
    (folder / "city.yaml").write_text(text.replace("sharepoint: Note}", "sharepoint: Note, excel: Note}"))
    schema = replace(world.cities["notion"].schema, container="cities-third", title="cities-third")
    third = MemoryEndpoint(name="excel", schema=schema, clock=world.parts.now, connection="excel")
    cities = {**world.cities, "excel": third}
    parts = replace(
        world.parts,
        mappings=load(folder, {}),
        endpoints={**world.parts.endpoints, "city": cities},
        requests={**world.parts.requests, "excel": lambda: third.requests},
    )
    return World(parts=parts, people=world.people, cities=cities, now=world.now)


def lost(world: World, *, reason: GoneReason = GoneReason.TRASHED) -> tuple[str, Mapping[str, str]]:
    """Ghent is everywhere, then its row in Notion goes; return its key and where it was."""
    ref = world.add_city("notion", "Ghent", note="one")
    run(world)
    [key] = world.parts.store.keys_of("city", "notion", [ref]).values()
    rows = refs(world, key)
    world.cities["notion"].remove(ref, by="somebody", at=world.now[0], reason=reason)
    run(world)
    return key, rows


def run(world: World) -> Report:
    """Sync, some minutes later."""
    world.later(minutes=10)
    return sync(world.parts)


def refs(world: World, key: str) -> dict[str, str]:
    """Where a record has its rows."""
    return {name: row.ref for name, row in world.parts.store.records("city")[key].rows.items()}


def at_rest(world: World) -> bool:
    """Whether neither what changed nor everything gives a sync anything to do."""
    return not run(world).anything and not sync(world.parts, full=True).anything


def waiting(world: World) -> list[tuple[str, list[str], list[str]]]:
    """Each question: the record, where it went, where it stands."""
    return [
        (one.record, list(one.went), [row.endpoint for row in one.stands]) for one in gone.gone(world.parts)
    ]


@pytest.mark.parametrize("reason", [GoneReason.TRASHED, GoneReason.NOT_FOUND, GoneReason.MOVED])
def test_it_is_asked_and_nothing_happens_until_it_is_answered(world: World, reason: GoneReason) -> None:
    """However the row went: the others stay, none is made again, the report and the audit say what to type."""
    key, rows = lost(world, reason=reason)
    assert waiting(world) == [(key, ["notion"], ["sharepoint"])]
    assert at_rest(world)
    assert refs(world, key) == {"sharepoint": rows["sharepoint"]}
    [one] = [found for found in audit(world.parts).findings if found.rule == "one side"]
    assert "syncbot gone" in one.todo
    assert waiting(world) == [(key, ["notion"], ["sharepoint"])]


@pytest.mark.parametrize(("declared", "asked"), [(ASKED, True), (CITY, False)])
def test_the_report_says_so_only_where_a_person_is_asked(tmp_path: Path, declared: str, asked: bool) -> None:
    """A kind whose others simply stay asks nobody."""
    world = new_world(tmp_path, city=declared)
    ref = world.add_city("notion", "Ghent")
    run(world)
    world.cities["notion"].remove(ref, by="somebody", at=world.now[0])
    [found] = [one for one in run(world).kinds[1].plan.findings if isinstance(one, Missing)]
    assert found.asked is asked
    assert bool(gone.gone(world.parts)) is asked
    if not asked:
        with pytest.raises(GoneRefusedError, match="deletes: unlink"):
            gone.keep(world.parts, "Ghent")


def test_the_others_go_to_the_trash_and_come_back_with_an_undo(world: World) -> None:
    """In a run of its own, each write in the journal; afterwards all is at rest, and so it is after the undo."""
    key, rows = lost(world)
    removed = gone.remove(world.parts, "Ghent")
    assert (removed.trashed, removed.stays) == ({"sharepoint": rows["sharepoint"]}, {})
    assert world.names("sharepoint") == []
    [last] = world.parts.store.runs(1)
    assert (last.id, last.verb, last.status, last.summary["deleted"]) == (
        removed.run,
        "remove",
        RunStatus.DONE,
        1,
    )
    [intent] = world.parts.store.intents(run=last.id)
    assert (intent.action, intent.record, intent.status) == ("delete", key, IntentStatus.DONE)
    assert world.parts.store.records("city")[key].unlinked == rows
    with pytest.raises(GoneRefusedError, match="Ghent stands at no place"):
        gone.keep(world.parts, key)
    assert waiting(world) == []
    assert at_rest(world)
    assert undo(world.parts, last.id).status is RunStatus.DONE
    assert world.city("sharepoint", "Ghent")["note"] == "one"
    run(world)
    assert refs(world, key) == {"sharepoint": rows["sharepoint"]}
    assert waiting(world) == [(key, ["notion"], ["sharepoint"])]
    assert at_rest(world)


def test_of_three_places_both_others_go_and_come_back(tmp_path: Path) -> None:
    """One answer is enough, and one undo."""
    world = with_excel(tmp_path)
    key, rows = lost(world)
    assert waiting(world) == [(key, ["notion"], ["excel", "sharepoint"])]
    removed = gone.remove(world.parts, key)
    assert removed.trashed == {name: rows[name] for name in ("excel", "sharepoint")}
    assert at_rest(world)
    assert removed.run is not None
    undo(world.parts, removed.run)
    run(world)
    assert refs(world, key) == removed.trashed
    assert at_rest(world)


def test_a_dry_run_says_what_would_go_and_writes_nothing(world: World) -> None:
    """Neither a row nor a run nor a decision."""
    key, rows = lost(world)
    before = world.parts.store.runs()
    would = gone.remove(world.parts, "Ghent", dry_run=True)
    assert (would.run, would.trashed) == (None, {"sharepoint": rows["sharepoint"]})
    assert world.names("sharepoint") == ["Ghent"]
    assert (world.parts.store.runs(), world.parts.store.rulings()) == (before, [])
    assert waiting(world) == [(key, ["notion"], ["sharepoint"])]


def test_what_is_to_stay_is_not_asked_again_until_that_is_forgotten(world: World) -> None:
    """The decision is listed like others, and says how it is taken back; the audit takes it as meant."""
    key, rows = lost(world)
    kept = gone.keep(world.parts, "Ghent")
    assert waiting(world) == []
    [said] = matches.decisions(world.parts)
    assert kept.decisions == [said.id]
    assert (said.verdict, said.record, said.endpoint, said.ref) == (
        Verdict.STAYS,
        key,
        "notion",
        rows["notion"],
    )
    assert [one for one in audit(world.parts).findings if one.rule == "one side"] == []
    assert at_rest(world)
    with pytest.raises(GoneRefusedError, match=f"forget {said.id}"):
        gone.remove(world.parts, "Ghent")
    matching.forget(world.parts, said.id)
    assert waiting(world) == [(key, ["notion"], ["sharepoint"])]


def test_a_row_that_comes_back_ends_the_question_and_the_answer(world: World) -> None:
    """When it goes once more, that is asked once more."""
    key, rows = lost(world)
    gone.keep(world.parts, "Ghent")
    for _ in range(2):
        world.cities["notion"].restore(rows["notion"], by="somebody", at=world.now[0])
        with pytest.raises(GoneRefusedError):
            gone.remove(world.parts, "Ghent")
        run(world)
        assert waiting(world) == []
        assert refs(world, key) == rows
        assert matches.decisions(world.parts) == []
        assert at_rest(world)
        world.cities["notion"].remove(rows["notion"], by="somebody", at=world.now[0])
        run(world)
        assert waiting(world) == [(key, ["notion"], ["sharepoint"])]


def test_a_row_that_was_changed_meanwhile_stays_with_all_others(tmp_path: Path) -> None:
    """Changed beats deleted: nothing goes at any place, and after a sync it can be decided again."""
    world = with_excel(tmp_path)
    key, rows = lost(world)
    world.edit_city("sharepoint", rows["sharepoint"], note="news")
    with pytest.raises(GoneRefusedError, match="sharepoint was changed"):
        gone.remove(world.parts, "Ghent")
    assert (world.names("sharepoint"), world.names("excel")) == (["Ghent"], ["Ghent"])
    run(world)
    assert world.city("excel", "Ghent")["note"] == "news"
    assert waiting(world) == [(key, ["notion"], ["excel", "sharepoint"])]
    assert gone.remove(world.parts, "Ghent").stays == {}


def test_a_row_that_is_changed_in_the_very_moment_stays(tmp_path: Path) -> None:
    """What went before is said and can be undone; what would come after stays too, and it is asked still."""
    world = with_excel(tmp_path)
    key, rows = lost(world)
    sharepoint = world.cities["sharepoint"]
    sharepoint.lies.refused = lambda _: VersionChanged(
        "somebody changed the row", endpoint="sharepoint", ref="x"
    )
    removed = gone.remove(world.parts, "Ghent")
    assert (removed.trashed, removed.stays) == (
        {"excel": rows["excel"]},
        {"sharepoint": rows["sharepoint"]},
    )
    assert world.parts.store.runs(1)[0].status is RunStatus.PARTLY
    assert waiting(world) == [(key, ["notion"], ["sharepoint"])]
    sharepoint.lies.refused = lambda _: None
    assert removed.run is not None
    undo(world.parts, removed.run)
    assert world.names("excel") == ["Ghent"]
    run(world)
    assert waiting(world) == [(key, ["notion"], ["excel", "sharepoint"])]


def test_an_answer_that_got_lost_is_looked_up_by_the_next_run(world: World) -> None:
    """Until then nothing more is decided about the record; the row that is in the trash by then is unlinked."""
    key, rows = lost(world)
    world.cities["sharepoint"].lies.lost = lambda write: isinstance(write, Delete)
    removed = gone.remove(world.parts, "Ghent")
    assert isinstance(removed.stopped["sharepoint"], OutcomeUnknown)
    with pytest.raises(MatchRefusedError, match="not settled"):
        gone.remove(world.parts, "Ghent")
    world.cities["sharepoint"].lies.lost = lambda _: False
    run(world)
    assert world.parts.store.records("city")[key].unlinked == rows
    assert waiting(world) == []
    assert at_rest(world)


def test_a_place_where_nothing_may_be_removed_refuses_it_all(tmp_path: Path) -> None:
    """It says so, and what to do; the list says it before."""
    world = new_world(tmp_path, city=CITY + "deletes: ask\n")
    key, _ = lost(world)
    [asked] = gone.gone(world.parts)
    assert [row.removable for row in asked.stands] == [False]
    with pytest.raises(GoneRefusedError, match=f"by hand.* keep {key}"):
        gone.remove(world.parts, "Ghent")
    assert world.names("sharepoint") == ["Ghent"]


def test_nothing_is_removed_while_a_write_or_a_question_of_the_record_is_open(world: World) -> None:
    """A write that is not settled; a row typed anew that may be the record: the old one would go for nothing."""
    key, rows = lost(world)
    store = world.parts.store
    lost_write = Intent(
        id="w",
        run="r",
        kind="city",
        record=key,
        endpoint="sharepoint",
        action="update",
        ref=rows["sharepoint"],
        changes={},
        at=world.now[0],
    )
    store.intend([lost_write])
    with pytest.raises(MatchRefusedError, match="not settled"):
        gone.remove(world.parts, "Ghent")
    run(world)
    world.add_city("notion", "Gheent")
    run(world)
    [match] = matches.matches(world.parts)
    with pytest.raises(GoneRefusedError, match=match.id):
        gone.remove(world.parts, "Ghent")
    matching.reject(world.parts, match.id)
    run(world)
    assert gone.remove(world.parts, "Ghent").stays == {}
    assert world.names("sharepoint") == ["Gheent"]


def test_a_row_that_an_undo_removed_is_nobodys_question(world: World) -> None:
    """We know why it went."""
    world.add_city("notion", "Ghent")
    made = run(world).run
    assert made is not None
    undo(world.parts, made)
    run(world)
    assert (world.names("notion"), world.names("sharepoint")) == (["Ghent"], [])
    assert waiting(world) == []
    with pytest.raises(GoneRefusedError, match="lost no row"):
        gone.keep(world.parts, "Ghent")


def test_records_are_named_as_everywhere(world: World) -> None:
    """By name or key; one that lost nothing, or that is not there, is refused in words."""
    lost(world)
    world.add_city("notion", "Bruges")
    run(world)
    with pytest.raises(GoneRefusedError, match="Bruges lost no row"):
        gone.remove(world.parts, "Bruges")
    with pytest.raises(UnknownId, match="did you mean Ghent"):
        gone.keep(world.parts, "Gent")


def test_a_decision_that_they_stay_goes_along_with_a_merge(world: World) -> None:
    """It harms nothing there: the kept record has its rows, and nothing is asked."""
    key, _ = lost(world)
    gone.keep(world.parts, "Ghent")
    other = world.add_city("notion", "Gand")
    run(world)
    kept = world.parts.store.keys_of("city", "notion", [other])[other]
    uniting.merge(world.parts, kept, key, rows={"sharepoint": refs(world, kept)["sharepoint"]})
    run(world)
    [said] = [one for one in matches.decisions(world.parts) if one.verdict is Verdict.STAYS]
    assert said.record == kept
    assert waiting(world) == []
    assert at_rest(world)
