"""Ticking a box starts a sync and is answered in the row: over HTTP, in both places, judged from outside."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from syncbot.cli.control_words import RowWords
from syncbot.cli.names import NAMES
from syncbot.cli.onlooker import said
from syncbot.errors import LeaseHeld, SyncbotError
from syncbot.service.checking import check
from syncbot.service.control import RUNNING
from syncbot.service.controlling import Control
from syncbot.service.parts import Parts, Quiet
from syncbot.service.report import Report
from syncbot.service.serving import Service, went_round
from syncbot.service.syncing import sync
from syncbot.service.ticking import Ticked
from tests.fakes.running_sandbox import Running, running
from tests.system.manual_rows import ALL, BY, GROUPS, PLACES, Row, Rows
from tests.system.test_first_light import DAY, wired


class PulledPlugError(BaseException):
    """The machine goes off: nothing can be tidied up."""


class Heard:
    """Keeps what the service said."""

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self.trouble: list[str] = []

    def synced(self, report: Report) -> None:
        """Keep it."""
        self.reports.append(report)

    def ticked(self, ticked: Ticked) -> None:
        """Nothing is published here."""

    def failed(self, doing: str, error: SyncbotError) -> None:
        """Keep it."""
        self.trouble.append(f"{doing}: {error}")

    def broke(self, doing: str, error: Exception) -> None:
        """Keep it."""
        self.trouble.append(f"{doing} broke: {error!r}")

    def waits(self, error: LeaseHeld) -> None:
        """Keep it."""
        self.trouble.append(f"waits: {error}")


class Meanwhile(Quiet):
    """Somebody who does something once, when a sync reads the cities."""

    def __init__(self) -> None:
        self.act: Callable[[], None] | None = None

    def reading(self, kind: str, endpoint: str) -> None:  # noqa: ARG002
        """Now."""
        if kind == "city" and self.act is not None:
            act, self.act = self.act, None
            act()


class Scene:
    """A sandbox, a service that is started and stopped, and people who tick."""

    def __init__(self, world: Running, parts: Parts) -> None:
        self.meanwhile = Meanwhile()
        self.rows = Rows(world.environment)
        self.onlooker = self.rows.onlooker
        self.heard = Heard()
        self.said: list[str] = []
        self.parts = replace(parts, watch=self.meanwhile)
        self.start()

    def start(self) -> None:
        """Start the service anew: it knows nothing but what stands in the store and in the rows."""
        controls = self.parts.controls()
        assert controls is not None
        self._service = Service(
            parts=self.parts,
            ways={},
            names=NAMES,
            listener=self.heard,
            wait=lambda _: True,
            control=Control(controls, RowWords(), self.said.append),
        )

    def minute(self) -> None:
        """The service goes round once."""
        went_round(self._service)

    def minutes(self, count: int) -> list[int]:
        """Go round so often; return how many syncs each time began."""
        begun = []
        for _ in range(count):
            before = len(self.heard.reports)
            self.minute()
            begun.append(len(self.heard.reports) - before)
        return begun


@contextmanager
def serving(folder: Path, without: str | None = None) -> Iterator[Scene]:
    """A sandbox that was synced, and its service after a first round, in which the rows are made."""
    with running("small", when=DAY) as world:
        lines = {name: text for name, text in world.environment.items() if name != without}
        with wired(replace(world, environment=lines), folder) as parts:
            sync(parts)
            scene = Scene(world, parts)
            scene.minute()
            yield scene


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A service that goes round, with a row for each group."""
    with serving(tmp_path) as found:
        yield found


@pytest.mark.parametrize("place", PLACES)
def test_a_tick_is_answered_in_its_row(scene: Scene, place: str) -> None:
    """Ticked, running with the time, the result in words, and the box is free again; one sync, and no further one."""
    seen: list[Row] = []
    assert sorted(scene.rows.at(place)) == sorted(ALL)
    assert {row.state for row in scene.rows.at(place).values()} == {"Ready"}
    scene.rows.tick(place, GROUPS[3])
    assert scene.rows.at(place)[GROUPS[3]].ticked
    scene.meanwhile.act = lambda: seen.append(scene.rows.at(place)[GROUPS[3]])
    assert scene.minutes(3) == [1, 0, 0]
    assert (seen[0].state.startswith(RUNNING), seen[0].ticked) == (True, False)
    row = scene.rows.at(place)[GROUPS[3]]
    assert (row.ticked, row.state.startswith("Done ")) == (False, True), row
    assert row.result == "Nothing had to be written."
    assert row.questions
    others = {row.state for group, row in scene.rows.at(place).items() if group != GROUPS[3]}
    assert others == {"Ready"}
    assert scene.heard.trouble == scene.said == []


def test_ticks_of_two_groups_in_both_places_make_one_run(scene: Scene) -> None:
    """Each row is told its own group's part."""
    for place in PLACES:
        scene.rows.tick(place, GROUPS[0])
        scene.rows.tick(place, GROUPS[1])
    assert scene.minutes(2) == [1, 0]
    assert scene.rows.open() == []
    for place in PLACES:
        for group in GROUPS[:2]:
            assert scene.rows.at(place)[group].state.startswith("Done ")


def test_a_tick_made_while_a_run_goes_on_is_answered_by_one_more(scene: Scene) -> None:
    """Of the same row and of another, in both places: the run that goes on may have read what they are about before."""
    scene.rows.tick("Notion", GROUPS[2])

    def again() -> None:
        for place in PLACES:
            scene.rows.tick(place, GROUPS[2])
        scene.rows.tick("Notion", GROUPS[0])

    scene.meanwhile.act = again
    assert scene.minutes(3) == [1, 1, 0]
    assert scene.rows.open() == []


@pytest.mark.parametrize("place", PLACES)
def test_a_crash_between_start_and_result_leaves_no_row_running(scene: Scene, place: str) -> None:
    """The next start answers it, with one more run."""
    scene.rows.tick(place, GROUPS[1])

    def off() -> None:
        raise PulledPlugError

    scene.meanwhile.act = off
    with pytest.raises(PulledPlugError):
        scene.minute()
    assert scene.rows.at(place)[GROUPS[1]].state.startswith(RUNNING)
    scene.start()
    assert scene.minutes(2) == [1, 0]
    assert scene.rows.open() == []


def test_a_tick_made_while_the_bot_was_down_is_answered_when_it_is_back(scene: Scene) -> None:
    """It stands in the row until then."""
    scene.rows.tick("SharePoint", GROUPS[0])
    scene.rows.tick("Notion", GROUPS[1])
    scene.start()
    assert scene.minutes(2) == [1, 0]
    assert scene.rows.open() == []


def test_an_idle_minute_costs_one_request_a_place(scene: Scene) -> None:
    """Also the minutes after one in which something was answered."""
    scene.rows.tick("Notion", GROUPS[0])
    scene.minutes(2)
    for _ in range(3):
        scene.onlooker.forget()
        scene.minute()
        assert scene.onlooker.requests() == dict.fromkeys(PLACES, 1)


def test_a_row_tells_what_was_written_and_what_waits(scene: Scene) -> None:
    """In words: how many rows of the group, which, where; and the questions with what to do."""
    [(name, page)] = [
        (said(page["properties"]["City"]), page["id"])
        for page in scene.onlooker.pages("CITIES")
        if (page["properties"]["CSG"]["select"] or {}).get("name") == "D"
    ][:1]
    scene.onlooker.edit_page(page, {"Population": {"number": 4711}}, by=BY)
    scene.rows.tick("Notion", GROUPS[3])
    scene.rows.tick("SharePoint", GROUPS[0])
    scene.minute()
    ours, theirs = scene.rows.at("Notion")[GROUPS[3]], scene.rows.at("SharePoint")[GROUPS[0]]
    assert ours.result == f"Written in SharePoint: 1 row of {GROUPS[3]} ({name})."
    assert theirs.result.splitlines() == [
        f"Nothing had to be written for {GROUPS[0]}.",
        "Written besides, for others: 1 row.",
    ]


def test_what_is_not_set_is_said_by_check_and_left_out(tmp_path: Path) -> None:
    """Without the data source's id nobody can ask in Notion; SharePoint answers, and check tells what to set."""
    with serving(tmp_path, without="SYNCBOT_NOTION_CONTROL") as scene:
        scene.rows.tick("SharePoint", GROUPS[0])
        assert scene.minutes(2) == [1, 0]
        found = {one.what: one for one in check(scene.parts)}
        assert found["Manual sync"].right
        assert found["Manual sync"].left_out
        assert "SYNCBOT_NOTION_CONTROL" in found["Manual sync"].detail
        assert found["Manual sync in sharepoint"].right


def test_a_place_that_is_missing_holds_up_nothing_else(tmp_path: Path) -> None:
    """The id is that of nothing: it is said, with what to do, and ticks in the other place are answered."""
    nothing = {"SYNCBOT_NOTION_CONTROL": "0f2e4c6a-0000-4000-8000-00000000000f"}
    with running("small", when=DAY) as world:
        with wired(replace(world, environment={**world.environment, **nothing}), tmp_path) as parts:
            sync(parts)
            scene = Scene(world, parts)
            scene.minute()
            assert scene.heard.trouble[0].startswith("manual sync in notion: notion: ")
            scene.rows.tick("SharePoint", GROUPS[0])
            assert scene.minutes(2) == [1, 0]
            assert scene.rows.open() == []
            assert len(scene.heard.trouble) == 1
            found = {one.what: one for one in check(scene.parts)}
        assert not found["Manual sync in notion"].right
        assert found["Manual sync in notion"].error is not None
