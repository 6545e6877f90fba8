"""Ticks are taken, answered and never answered twice; whatever stands in the rows is handled and said."""

from dataclasses import replace
from pathlib import Path

import pytest

from syncbot.endpoints.base import ColumnType
from syncbot.errors import Forbidden, Unavailable
from syncbot.service.controlling import AGAIN_AFTER
from tests.fakes.control_world import BY, PLACES, TITLES, ControlWorld, pull_the_plug


@pytest.fixture
def world(tmp_path: Path) -> ControlWorld:
    """Two places with a row for each group."""
    made = ControlWorld(tmp_path)
    made.minute()
    return made


def test_each_group_gets_a_row_once(world: ControlWorld) -> None:
    """Also after new starts, and where a person made the row by the group's short name."""
    for place in PLACES:
        assert sorted(str(row.cells["group"]) for row in world.rows(place).values()) == sorted(
            TITLES.values()
        )
    world.start()
    world.minute()
    assert [len(world.rows(place)) for place in PLACES] == [2, 2]


def test_a_row_that_a_person_made_is_the_groups(tmp_path: Path) -> None:
    """By the group's word or title, whatever the case; none is made beside it."""
    world = ControlWorld(tmp_path)
    world.places["left"].add({"group": " group of ANNA ", "sync_now": True}, by=BY, at=world.now[0])
    world.places["left"].add({"group": "b"}, by=BY, at=world.now[0])
    assert world.minute() == 1
    assert len(world.rows("left")) == 2
    assert world.unanswered() == []


def test_rows_are_not_made_where_people_make_them(tmp_path: Path) -> None:
    """`make_rows: false`."""
    world = ControlWorld(tmp_path, make_rows=False)
    world.minute()
    assert not any(world.rows(place) for place in PLACES)


def test_a_row_in_the_trash_is_made_again(world: ControlWorld) -> None:
    """At once where readings tell what went; all rows are read once a day for where they do not."""
    world.places["left"].remove(world.row("left", "A").ref, by=BY, at=world.now[0])
    world.minute()
    assert len(world.rows("left")) == 2
    before = world.requests()["right"]
    world.minute(24 * 60)
    assert world.requests()["right"] == before + 2, "described and read"


def test_a_renamed_row_stays_the_groups(world: ControlWorld) -> None:
    """Our key tells, as long as the name is no other group's."""
    ref = world.row("left", "A").ref
    world.edit("left", ref, group="Anna and friends", sync_now=True)
    assert world.minute() == 1
    assert world.rows("left")[ref].cells["result"] == "Group of Anna: done"


def test_of_a_copied_row_the_name_counts(world: ControlWorld) -> None:
    """Who copies a row and names it otherwise copies our key too, and means what is written there."""
    copy = world.places["left"].add(
        {"group": TITLES["B"], "sync_now": True}, by=BY, at=world.now[0], key="control-A"
    )
    assert world.minute() == 1
    assert world.rows("left")[copy].cells["result"] == "Group of Bo: done"
    assert world.said == ["manual sync in left: several rows are those of Group of Bo: delete all but one"]


def test_two_rows_of_a_group_are_both_answered_and_said_once(world: ControlWorld) -> None:
    """One run for both; a person is told to delete one, and not each minute."""
    other = world.places["right"].add({"group": "A", "sync_now": True}, by=BY, at=world.now[0])
    world.tick("right", "A")
    assert [world.minute() for _ in range(3)] == [1, 0, 0]
    assert world.rows("right")[other].cells["state"] == world.state("right", "A") == "Done 1"
    assert len(world.said) == 1


def test_a_row_of_no_group_is_told_so_and_starts_nothing(world: ControlWorld) -> None:
    """The box is free again; the log counts such rows without what somebody wrote."""
    ref = world.places["left"].add({"group": "Group of Cyd", "sync_now": True}, by=BY, at=world.now[0])
    assert world.minute() == 0
    assert world.rows("left")[ref].cells["sync_now"] is False
    assert world.rows("left")[ref].cells["state"] == "none of 2"
    assert world.said == ["manual sync in left: 1 row names no group that is declared"]


def test_garbage_in_our_columns_is_written_over_by_the_next_answer(world: ControlWorld) -> None:
    """And starts nothing by itself, unless it says that a sync runs: then one does, and the row is right again."""
    ref = world.row("left", "A").ref
    world.edit("left", ref, state="asap!!", result="x" * 5000)
    assert world.minute() == 0
    world.edit("left", ref, state="Running since ever")
    assert world.minute() == 1
    assert world.state("left", "A") == "Done 1"


@pytest.mark.parametrize("change", ["drop", "retype"])
def test_a_column_that_is_missing_is_said_and_holds_up_nothing_else(world: ControlWorld, change: str) -> None:
    """Found while the service runs; the other place answers, and this one does when it is mended."""
    column = world.places["left"].schema.columns["sync_now"]
    if change == "drop":
        world.places["left"].drop_column("sync_now")
    else:
        world.places["left"].retype_column("sync_now", ColumnType.TEXT)
    world.edit("left", world.row("left", "A").ref, result="somebody was here")
    world.tick("right", "B")
    assert world.minute() == 1
    assert world.state("right", "B") == "Done 1"
    world.minute(6)
    assert "'Sync now'" in world.heard.trouble[-1], world.heard.trouble
    assert world.heard.trouble[-1].startswith("manual sync in left: left: ")
    world.places["left"].put_column(column)
    world.minute(6)
    world.tick("left", "A")
    assert world.minute() == 1
    assert world.state("left", "A") == "Done 2"


def test_a_place_that_fails_is_left_alone_for_a_while(world: ControlWorld) -> None:
    """Its tick is answered when it is back."""
    world.tick("left", "A")
    world.down["left"] = Unavailable("no answer", endpoint="left")
    before = world.requests()["left"]
    assert [world.minute() for _ in range(4)] == [0, 0, 0, 0]
    assert world.requests()["left"] == before + 1
    world.down.clear()
    assert world.minute(AGAIN_AFTER.total_seconds() / 60) == 1
    assert world.unanswered() == []


def test_a_tick_that_cannot_be_taken_starts_no_sync(world: ControlWorld) -> None:
    """Else one tick in a place that we may only read would sync each minute for ever."""
    world.tick("left", "A")
    world.places["left"].lies.refused = lambda _: Forbidden("read only", endpoint="left")
    assert [world.minute(6) for _ in range(3)] == [0, 0, 0]
    assert len(world.heard.trouble) == 3


def test_an_answer_that_could_not_be_written_is_written_later_without_another_sync(
    world: ControlWorld,
) -> None:
    """The place was down when the sync ended."""
    world.tick("left", "A")

    def down() -> None:
        world.down["left"] = Unavailable("no answer", endpoint="left")

    world.heard.then = down
    assert world.minute() == 1
    assert world.state("left", "A").startswith("Running")
    world.down.clear()
    assert world.minute(6) == 0
    assert world.state("left", "A") == "Done 1"


def test_a_tick_beside_an_answer_that_waits_is_one_more(world: ControlWorld) -> None:
    """Ticked again while the place was out of reach for us."""
    world.tick("left", "A")
    world.heard.then = lambda: world.down.update(left=Unavailable("no answer", endpoint="left"))
    world.minute()
    world.down.clear()
    world.tick("left", "A")
    assert [world.minute(6), world.minute()] == [1, 0]
    assert world.state("left", "A") == "Done 2"


def test_a_tick_that_was_taken_back_before_it_was_taken_starts_nothing(world: ControlWorld) -> None:
    """Between our reading and our writing."""
    world.tick("left", "A")
    ref = world.row("left", "A").ref
    world.at[world.calls + 2] = lambda: world.edit("left", ref, sync_now=False)
    assert world.minute() == 0
    assert world.state("left", "A") == "Ready"


def test_a_row_that_was_edited_while_the_sync_ran_is_answered(world: ControlWorld) -> None:
    """What the person wrote elsewhere in the row stays."""
    world.tick("left", "A")
    ref = world.row("left", "A").ref
    world.heard.then = lambda: world.edit("left", ref, group="Group of Anna", questions="mine")
    assert world.minute() == 1
    assert world.state("left", "A") == "Done 1"
    assert world.rows("left")[ref].cells["questions"] == "mine"


def test_a_tick_when_a_sync_is_due_anyhow_makes_one(world: ControlWorld) -> None:
    """The one that answers it counts as the one that was due; and the next is due a quarter of an hour later."""
    world.round(1)
    assert world.round(14) == 0
    world.tick("left", "A")
    assert [world.round(1), world.round(14), world.round(1)] == [1, 0, 1]
    assert world.state("left", "A") == "Done 2"


def test_the_history_tells_for_whom_a_sync_was(world: ControlWorld) -> None:
    """Not the login of the service: the groups whose rows were ticked."""
    world.tick("left", "B")
    world.tick("right", "A")
    world.minute()
    assert [run.by for run in world.parts.store.runs()] == ["tick: A, B"]


def test_an_idle_look_is_one_request_a_place(world: ControlWorld) -> None:
    """From the second on."""
    before = world.requests()
    world.minute()
    assert world.requests() == {place: count + 1 for place, count in before.items()}


def test_a_lease_that_is_held_is_waited_for(world: ControlWorld) -> None:
    """Somebody syncs by hand: the tick stays, and is answered after."""
    world.tick("right", "B")
    until = world.now[0].replace(year=2099)
    world.parts.store.take_lease("sync", holder="other", until=until, now=world.now[0])
    assert world.minute() == 0
    assert world.heard.trouble == ["waits: sync"]
    world.parts.store.drop_lease("sync", holder="other")
    assert world.minute() == 1


def test_a_sync_that_was_kept_waiting_leaves_the_row_running_and_is_made_later(world: ControlWorld) -> None:
    """The other process began between our taking the tick and our sync."""
    world.tick("right", "B")
    until = world.now[0].replace(year=2099)
    world.before_sync = lambda: world.parts.store.take_lease(
        "sync", holder="other", until=until, now=world.now[0]
    )
    assert world.minute() == 0
    assert world.state("right", "B").startswith("Running")
    world.parts.store.drop_lease("sync", holder="other")
    assert world.minute() == 1
    assert world.unanswered() == []


@pytest.mark.parametrize("moment", range(1, 12))
def test_a_crash_at_any_moment_loses_no_tick(world: ControlWorld, moment: int) -> None:
    """Before and after each request to a place."""
    world.tick("left", "A")
    world.tick("right", "B")
    world.at[world.calls + moment] = pull_the_plug
    begun = sum(world.minute() for _ in range(3))
    assert 1 <= begun <= 2
    assert world.unanswered() == []
    assert world.state("left", "A").startswith("Done")
    assert world.state("right", "B").startswith("Done")


@pytest.mark.parametrize("gap", ["before the sync", "before the answer"])
def test_two_services_at_the_same_rows_lose_nothing_and_come_to_rest(world: ControlWorld, gap: str) -> None:
    """The lease is free for a moment between taking a tick, syncing and answering: at worst both sync."""
    other = world.second()
    world.tick("left", "A")
    if gap == "before the sync":
        world.before_sync = other
    else:
        world.heard.then = other
    world.minute()
    assert world.unanswered() == []
    assert world.state("left", "A").startswith("Done")
    assert world.syncs.begun == 2
    assert world.minute() == 0
    other()
    assert world.syncs.begun == 2


def test_a_second_service_finds_the_lease_taken_while_the_first_one_looks(world: ControlWorld) -> None:
    """It takes no tick that the other is about to take."""
    other = world.second()
    world.tick("left", "A")
    world.at[world.calls + 1] = other
    assert world.minute() == 1
    assert world.heard.trouble == ["second waits: sync"]
    assert world.unanswered() == []


@pytest.mark.parametrize("most", [1, 17, 40])
def test_a_short_column_takes_the_beginning_of_a_long_answer(tmp_path: Path, most: int) -> None:
    """A single line of text in SharePoint takes 255 characters; an emoji counts twice and is never cut in two."""
    world = ControlWorld(tmp_path)
    world.places["left"].put_column(replace(world.places["left"].schema.columns["group"], max_length=most))
    world.parts.groups["A"] = replace(world.parts.groups["A"], title="😀 Group of Anna and all her friends")  # type: ignore[index]
    world.minute()
    [cut] = [str(row.cells["group"]) for row in world.rows("left").values() if row.key == "control-A"]
    assert len(cut.encode("utf-16-le")) <= 2 * most
    assert cut.endswith("…") or most == 40
    assert world.heard.trouble == []
