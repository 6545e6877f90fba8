"""The audit of a small world: what it finds in the store and at the places, and that it writes nothing."""

from datetime import date
from pathlib import Path

import pytest

from syncbot.endpoints.base import GoneReason, Write
from syncbot.service.auditing import MANY_STRAYS, PATIENCE, Audit, audit
from syncbot.service.straying import dismiss, strays
from syncbot.service.syncing import sync
from tests.fakes.world import CITY, DAY, World, new_world


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Ghent and Lier in both places."""
    world = new_world(tmp_path)
    world.add_city("notion", "Ghent", contact=DAY, population=1)
    world.add_city("notion", "Lier")
    sync(world.parts)
    return world


def _found(found: Audit) -> list[tuple[str, str]]:
    return [(one.rule, one.subject) for one in found.findings]


def _ref(world: World, place: str, name: str) -> str:
    return next(ref for ref, row in world.cities[place].rows.items() if row.cells["name"] == name)


def test_a_world_in_order_gives_nothing(world: World) -> None:
    """No place is asked, and rules about fields that nobody maps are named as not checked."""
    before = world.requests()
    found = audit(world.parts)
    assert (found.findings, found.anything) == ((), False)
    assert world.requests() == before
    assert "Every city has a lead and a follower, never the same person" in found.unchecked


def test_a_field_whose_copies_are_edited_has_the_wrong_home(world: World) -> None:
    """From the third edit on, also when they were dismissed; the place where people write it is named."""
    for number in range(MANY_STRAYS):
        assert _found(audit(world.parts)) == []
        world.later(hours=1)
        world.edit_city("sharepoint", _ref(world, "sharepoint", "Ghent"), population=10 + number)
        sync(world.parts)
        dismiss(world.parts, strays(world.parts)[0].id)
    [one] = audit(world.parts).findings
    assert (one.rule, one.field, one.endpoint) == ("wrong home", "population", "sharepoint")
    assert one.said.startswith("it was written 3 times in sharepoint")
    assert one.against == "its home is notion"


def test_a_record_on_one_side_only_is_named_with_the_facts_that_lost_their_home(world: World) -> None:
    """Its row went away at one place; the other says facts whose home that was."""
    world.cities["notion"].remove(_ref(world, "notion", "Ghent"), by="somebody", at=world.now[0])
    sync(world.parts)
    found = audit(world.parts)
    assert _found(found) == [("one side", "Ghent"), ("homeless", "Ghent")]
    one_side, homeless = found.findings
    assert one_side.against == "its row in notion went away"
    assert homeless.said == "sharepoint says its name, country, population"


def test_a_place_that_makes_no_rows_is_asked_for_none_unless_it_is_the_home(tmp_path: Path) -> None:
    """It holds the records that people put there; but facts whose home it is have nobody's word without a row."""
    where = "notion: {service: memory, container: cities-left, key: Key"
    world = new_world(tmp_path, city=CITY.replace(where, f"{where}, creates: false"))
    world.add_city("sharepoint", "Mons")
    sync(world.parts)
    found = {one.rule: one for one in audit(world.parts).findings}
    assert set(found) == {"homeless"}
    assert found["homeless"].todo == "Add it in notion, or give these fields another home in mappings/."


def test_a_record_that_is_nowhere_is_left_out(world: World) -> None:
    """It is history, not a contradiction."""
    for place in ("notion", "sharepoint"):
        world.cities[place].remove(
            _ref(world, place, "Ghent"), by="x", at=world.now[0], reason=GoneReason.TRASHED
        )
    sync(world.parts)
    assert audit(world.parts).findings == ()


def test_a_question_is_old_after_a_week(world: World) -> None:
    """Not before, and not once it is answered."""
    world.edit_city("notion", _ref(world, "notion", "Ghent"), contact=date(2026, 3, 1))
    world.edit_city("sharepoint", _ref(world, "sharepoint", "Ghent"), contact=date(2026, 3, 2))
    sync(world.parts)
    assert audit(world.parts).findings == ()
    world.later(seconds=PATIENCE.total_seconds())
    [one] = audit(world.parts).findings
    assert (one.rule, one.subject, one.field) == ("old question", "Ghent", "last_contact")
    [question] = world.parts.store.conflicts()
    world.parts.store.answer_conflict(question.id, value=None, by="tester", at=world.now[0])
    assert audit(world.parts).findings == ()


def test_a_write_that_was_cut_off_is_told(world: World) -> None:
    """Until a sync has looked how it ended."""
    world.add_city("notion", "Mons")

    def cut(_: Write) -> bool:
        raise KeyboardInterrupt

    world.cities["sharepoint"].lies.lost = cut
    with pytest.raises(KeyboardInterrupt):
        sync(world.parts)
    world.cities["sharepoint"].lies.lost = lambda _: False
    found = audit(world.parts)
    assert ("open write", "Mons") in _found(found)
    sync(world.parts)
    assert audit(world.parts).findings == ()


def test_a_full_audit_reads_everything_and_writes_nothing(world: World) -> None:
    """What the places say against what was agreed is in the reading; the sync after it finds the same."""
    row = world.cities["sharepoint"]._rows[_ref(world, "sharepoint", "Ghent")]
    row.cells["population"] = 7
    assert not audit(world.parts).anything
    found = audit(world.parts, full=True)
    assert found.anything
    assert found.reading is not None
    assert found.reading.kinds[1].compared
    assert {type(one).__name__ for one in found.reading.kinds[1].plan.findings} == {"Drift", "StrayEdit"}
    assert world.city("sharepoint", "Ghent")["population"] == 7
    assert len(world.parts.store.runs()) == 1
    assert sync(world.parts, full=True).anything
    assert not audit(world.parts, full=True).anything


def test_rules_about_records_see_what_was_agreed(tmp_path: Path) -> None:
    """Two records of one city in two spellings, that identity could not know to be one, are named."""
    world = new_world(tmp_path)
    world.add_city("notion", "GHENT", country="BE")
    sync(world.parts)
    assert _found(audit(world.parts)) == [("capitals", "GHENT")]
    assert audit(world.parts).anything
