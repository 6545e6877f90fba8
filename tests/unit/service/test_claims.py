"""What speaks against taking a row for a record's again: its link, its question, and what people decided."""

from pathlib import Path

import pytest

from syncbot.reconcile.state import KnownRecord, SeenRow
from syncbot.service.claims import Claims
from syncbot.service.syncing import sync
from syncbot.store.base import Ruling, Verdict, WaitingRow
from tests.fakes.world import World, new_world

ROW = ("notion", "9")


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Ghent and Mons in both places; row 9 is nobody's."""
    world = new_world(tmp_path)
    for name in ("Ghent", "Mons"):
        world.add_city("sharepoint", name)
    sync(world.parts)
    return world


def _records(world: World) -> tuple[KnownRecord, KnownRecord]:
    """Ghent, whose row at Notion went to the trash, and Mons."""
    by_name = {str(one.agreed["name"].value): one for one in world.parts.store.records("city").values()}
    ghent = by_name["Ghent"]
    rows = {"sharepoint": ghent.rows["sharepoint"]}
    return KnownRecord(key=ghent.key, rows=rows, unlinked={"notion": ROW[1]}), by_name["Mons"]


def _decide(world: World, verdict: Verdict, record: str, **more: object) -> None:
    what: dict[str, object] = {"endpoint": ROW[0], "ref": ROW[1], **more}
    said = Ruling(
        id=f"decision-{verdict}",
        kind="city",
        verdict=verdict,
        record=record,
        title="Ghent",
        by="anna",
        at=world.now[0],
        **what,  # type: ignore[arg-type]
    )
    world.parts.store.rule([said])


def _wait(world: World, ref: str) -> None:
    row = SeenRow(ref=ref, version="1", key=None, values={})
    one = WaitingRow(kind="city", endpoint="notion", row=row, match=None, asked=None, since=world.now[0])
    world.parts.store.keep_waiting([one], kind="city")


def _against(world: World, known: KnownRecord) -> str | None:
    return Claims(world.parts, "city").against(known, *ROW)


def test_nothing_speaks_against_a_row_that_only_went_away(world: World) -> None:
    """Also where somebody said the like of other rows and records, or gave it to this very record."""
    ghent, mons = _records(world)
    away = ("notion", mons.rows["notion"].ref)
    _decide(world, Verdict.APART, mons.key, other=away)
    _decide(world, Verdict.SAME, ghent.key)
    assert _against(world, ghent) is None


def test_a_row_of_another_record_is_its_own(world: World) -> None:
    """And the record's own row is its own, whatever was said of it."""
    ghent, mons = _records(world)
    ref = mons.rows["notion"].ref
    claims = Claims(world.parts, "city")
    assert mons.key in str(claims.against(ghent, "notion", ref))
    assert claims.against(mons, "notion", ref) is None


def test_a_record_that_has_another_row_there_takes_no_second(world: World) -> None:
    """Nor where somebody gave it one that the next sync links."""
    ghent, mons = _records(world)
    assert "another row there by now" in str(_against(world, mons))
    _wait(world, "7")
    assert _against(world, ghent) is None
    _decide(world, Verdict.SAME, ghent.key, ref="7")
    assert "the next sync links (7)" in str(_against(world, ghent))


def test_what_people_decided_about_a_row_stands(world: World) -> None:
    """It waits, is nobody's, is not the record, or is another one."""
    ghent, mons = _records(world)
    store = world.parts.store
    _wait(world, ROW[1])
    assert "no record's now" in str(_against(world, ghent))
    store.keep_waiting([], kind="city", settled=[ROW])
    other = ("sharepoint", ghent.rows["sharepoint"].ref)
    for verdict, record, more, words in (
        (Verdict.ASIDE, ghent.key, {"version": "1"}, "nobody's"),
        (Verdict.APART, ghent.key, {"other": other}, "not this record"),
        (Verdict.SAME, mons.key, {}, mons.key),
    ):
        _decide(world, verdict, record, **more)
        assert words in str(_against(world, ghent))
        store.unrule(f"decision-{verdict}")
    assert _against(world, ghent) is None
