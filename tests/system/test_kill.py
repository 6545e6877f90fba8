"""Stopped at any moment (kill -9) and started again: the same end, no duplicates, no lost edits."""

import random
import time
from collections.abc import Callable, Iterator
from datetime import date

import pytest

from syncbot.cli.onlooker import Onlooker
from syncbot.sandbox.frame import Edit
from syncbot.service import answering
from syncbot.service.syncing import sync
from syncbot.store.base import RunStatus
from tests import packages
from tests.fakes import postgres
from tests.fakes.running_sandbox import running
from tests.system.killing import (
    DAY,
    Cut,
    Databases,
    End,
    Files,
    Scene,
    Server,
    every_cut,
    killed_and_finished,
    new_scene,
    some_moments,
    stopped_and_overtaken,
    undisturbed,
)

SEED = 3
SAMPLE = 2
"""Cut points of each scene and database in an ordinary test run."""
MOMENTS = 60
"""Moments between requests, of each scene and database, when all cut points are tried."""
ZARA = "zara.namuna@rcn.example"


def edited(scene: Scene) -> None:
    """A first sync, then what people do on both sides in a day, and an answer that waits."""
    with scene.wired(scene.model) as parts:
        assert sync(parts).status is RunStatus.DONE
        [question] = answering.conflicts(parts)
        answering.resolve(parts, question.id, "sharepoint")
    people_work(scene)


def people_work(scene: Scene) -> None:
    """Flows both ways, a set edited on both sides, a stray edit, a conflict, a new lead, new cities, one taken away."""
    onlooker = Onlooker(scene.world.environment)
    pages = {
        page["properties"]["City"]["title"][0]["plain_text"]: page["id"] for page in onlooker.pages("CITIES")
    }
    items = {item["fields"]["Title"]: item["id"] for item in onlooker.items("Mission Cities")}
    persons = {item["fields"]["Title"]: item["id"] for item in onlooker.items("People")}
    note = {"Note": {"rich_text": [{"type": "text", "text": {"content": "Signs in March."}}]}}
    onlooker.edit_page(pages["Milan"], note, by=ZARA)
    topics = {"Topics": {"multi_select": [{"name": "Finance"}, {"name": "Mobility"}]}}
    onlooker.edit_page(pages["Klagenfurt"], topics, by=ZARA)
    onlooker.edit_page(pages["Lahti"], {"Last contact": {"date": {"start": "2026-11-20"}}}, by=ZARA)
    onlooker.edit_item(items["Kalamata"], {"CCCState": "To be resubmitted"}, by=ZARA)
    onlooker.edit_item(items["Klagenfurt"], {"Topics": ["Finance", "Governance"]}, by=ZARA)
    onlooker.edit_item(items["Lahti"], {"LastContact": date(2026, 11, 21).isoformat()}, by=ZARA)
    onlooker.edit_item(items["Mannheim"], {"Population": 4711}, by=ZARA)
    onlooker.edit_item(items["Lisbon"], {"LeadAdvisor": int(persons["Íñigo Muestreo"])}, by=ZARA)
    now = scene.world.sandbox.clock.now()
    written = {"Title": "Bruges", "Country": "BE", "SupportGroup": "CSG B"}
    written["CCCState"] = "Submitted"  # left empty, Notion gives the page its first state, which nobody said
    scene.world.graph.edit(Edit(by=ZARA, container="Mission Cities", cells=written), now)
    page = {"City": {"title": [{"text": {"content": "Lier"}}]}, "Country": {"select": {"name": "Belgium"}}}
    cities = scene.world.environment["SYNCBOT_NOTION_CITIES"]
    scene.world.notion.edit(Edit(by=ZARA, container=cities, cells=page), now)
    scene.world.notion.edit(Edit(by=ZARA, row=pages["Gabrovo"], action="delete"), now)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A PostgreSQL server."""
    if not postgres.available():
        pytest.skip(packages.reason("postgresql"))
    with postgres.cluster() as url:
        yield url


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Databases of either sort."""
    if request.param == "sqlite":
        return Files(tmp_path_factory.mktemp("databases"))
    return Server(request.getfixturevalue("server"))


@pytest.fixture(scope="module", params=["first", "incremental"])
def scene(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Scene]:
    """What stands before the sync: nothing synced yet, or a day's edits after a first sync."""
    before: dict[str, Callable[[Scene], None] | None] = {"first": None, "incremental": edited}
    with (
        running("small", when=DAY) as world,
        new_scene(request.param, world, databases, before[request.param]) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def expected(scene: Scene) -> tuple[End, dict[str, int]]:
    """The end of a run that nothing disturbed, and its requests."""
    return undisturbed(scene)


def test_killed_at_a_request(
    scene: Scene,
    expected: tuple[End, dict[str, int]],
    every_kill: bool,
    kill_part: tuple[int, int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Killed before or after the effect of a request and started again, a sync ends as if nothing had been."""
    end, counts = expected
    dice = random.Random(f"{SEED}/{scene.name}")
    cuts = every_cut(counts)
    chosen = _part(cuts, kill_part) if every_kill else dice.sample(cuts, SAMPLE)
    _all_end_alike(scene, chosen, end, f"of {len(cuts)} cut points", capsys)


def test_killed_between_requests(
    scene: Scene,
    expected: tuple[End, dict[str, int]],
    every_kill: bool,
    kill_part: tuple[int, int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Killed while it writes to its store, too."""
    _only_in_a_sample(scene, "incremental", Files, every_kill=every_kill)
    end, counts = expected
    cuts = some_moments(counts, random.Random(f"{SEED}/{scene.name}"), MOMENTS if every_kill else 2)
    _all_end_alike(scene, _part(cuts, kill_part), end, "moments between requests", capsys)


def test_stopped_and_overtaken(
    scene: Scene,
    expected: tuple[End, dict[str, int]],
    every_kill: bool,
    kill_part: tuple[int, int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Stopped (SIGSTOP) for longer than its lease lasts, a run sends nothing more when it goes on, and says why.

    Its last request has taken effect and waits to be answered; what a service still holds back nobody can call back.
    """
    _only_in_a_sample(scene, "first", Server, every_kill=every_kill)
    end, counts = expected
    cuts = [cut for cut in every_cut(counts) if cut.variant == "hold_saved" and cut.service != "login"]
    dice = random.Random(f"{SEED}/{scene.name}")
    chosen = _part(cuts, kill_part) if every_kill else dice.sample(cuts, 1)
    began, wrong = time.monotonic(), []
    for cut in chosen:
        try:
            said, found = stopped_and_overtaken(scene, cut)
            assert "another run took over" in said, said
            assert not (other := found.other_than(end)), other
        except AssertionError as error:
            wrong.append(f"{cut}: {error}")
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{scene.name} sync, {type(scene.databases).__name__}: stopped at {len(chosen)} of {len(cuts)} requests, "
            f"{len(wrong)} ended in another way, {time.monotonic() - began:.0f} s"
        )
    assert not wrong, "\n".join(wrong)


def _only_in_a_sample(scene: Scene, name: str, databases: type, *, every_kill: bool) -> None:
    """Leave out the other scenes and databases where not everything is tried: this costs half a minute."""
    if not every_kill and (scene.name != name or not isinstance(scene.databases, databases)):
        pytest.skip("tried on one scene and database only, without --every-kill")


def _part(cuts: list[Cut], part: tuple[int, int]) -> list[Cut]:
    number, parts = part
    return cuts[number - 1 :: parts]


TOLD_EVERY = 20
"""Cut points after which it is said how far it is."""


def _all_end_alike(
    scene: Scene, cuts: list[Cut], end: End, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    began, settled = time.monotonic(), 0
    wrong: list[str] = []
    for number, cut in enumerate(cuts, 1):
        if number % TOLD_EVERY == 0:
            with capsys.disabled():
                print(f"{scene.name} sync: {number} of {len(cuts)}, {len(wrong)} in another way", flush=True)  # noqa: T201
        try:
            report, found = killed_and_finished(scene, cut)
            settled += report.settled
            assert report.status is RunStatus.DONE, report
            assert not (other := found.other_than(end)), other
        except AssertionError as error:
            wrong.append(f"{cut}: {error}")
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{scene.name} sync, {type(scene.databases).__name__}: killed at {len(cuts)} {words}, "
            f"{len(wrong)} ended in another way, {settled} open writes settled, {time.monotonic() - began:.0f} s"
        )
    assert not wrong, "\n".join(wrong)
