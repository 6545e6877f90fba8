"""The service is killed (kill -9) while it answers a tick, and started again: the tick is answered, once."""

import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from syncbot.cli.control_words import RowWords
from syncbot.service.controlling import Control
from syncbot.service.syncing import sync
from syncbot.settings import example_mappings
from tests.fakes.running_sandbox import running
from tests.system.killing import DAY, VARIANTS, Cut, Files, Scene, new_scene
from tests.system.manual_rows import GROUPS, PLACES, Rows
from tests.unit.service.test_serving import Heard

SEED = 5
SAMPLE = 2
"""Cut points in an ordinary test run."""
PATIENCE = 60.0
"""Seconds in which a service has to answer."""
COMES_SO_FAR = 15.0
"""Seconds in which it comes to a request."""


def prepared(scene: Scene) -> None:
    """A first sync, and a row for each group."""
    with scene.wired(scene.model) as parts:
        sync(parts)
    answered(scene, scene.model)


def answered(scene: Scene, url: str) -> dict[str, int]:
    """Look once, in this process; return how many requests each service saw."""
    scene.controls.forget()
    with scene.wired(url) as parts:
        controls = parts.controls()
        assert controls is not None
        Control(controls, RowWords(), lambda _: None).answer(parts, Heard())
    return {service: len(scene.controls.requests(service)) for service in ("notion", "graph")}


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped mappings, with groups for which nothing is published: what is sent is killed elsewhere."""
    folder = tmp_path_factory.mktemp("quiet") / "mappings"
    shutil.copytree(example_mappings(), folder)
    meetings = "{weekly: {on: tuesday, at: '10:00', minutes: 60}}"
    group = "  {}: {{title: City Support Group {}, zone: Europe/Brussels, meetings: {}}}\n"
    lines = "".join(group.format(letter, letter, meetings) for letter in "ABCD")
    (folder / "groups.yaml").write_text(f"groups:\n{lines}", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """Everything as it is before a tick."""
    databases = Files(tmp_path_factory.mktemp("databases"))
    with running("small", when=DAY) as world, new_scene("manual sync", world, databases, prepared) as made:
        yield made


class Run:
    """One life of the rows and the database: ticks, services that are killed, one that is not."""

    def __init__(self, scene: Scene, url: str, mappings: Path) -> None:
        self._scene, self._url, self._mappings = scene, url, mappings
        self.rows = Rows(scene.world.environment)
        for place in PLACES:
            self.rows.tick(place, GROUPS[3])
        scene.controls.forget()

    def killed(self, cut: Cut) -> bool:
        """Start the service and kill it there; say whether it came so far."""
        self._scene.controls.hold(cut.service, cut.number, cut.variant)
        with self._service():
            held = self._until(lambda: self._scene.controls.held(cut.service), COMES_SO_FAR)
        self._scene.controls.let_go()
        return held

    def finished(self) -> None:
        """Start the service and let it answer."""
        with self._service():
            assert self._until(lambda: not self.rows.open(), PATIENCE), self.rows.open()

    def syncs(self) -> int:
        """How many syncs began after the first one."""
        with self._scene.wired(self._url) as parts:
            return sum(one.verb == "sync" for one in parts.store.runs(100)) - 1

    @contextmanager
    def _service(self) -> Iterator[None]:
        """A service that is killed in the end."""
        lines = self._scene.variables(self._url)
        lines |= {"SYNCBOT_SYNC_MINUTES": "100000", "SYNCBOT_MAPPINGS": str(self._mappings)}
        child = self._scene.nursery.start(["run"], lines, self._scene.world.sandbox.ca_path.parent)
        try:
            yield
        finally:
            child.signal(signal.SIGKILL)
            child.finished(PATIENCE)

    def _until(self, reached: Callable[[], bool], seconds: float) -> bool:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if reached():
                return True
            time.sleep(0.05)
        return False


def test_a_killed_service_leaves_no_tick_unanswered(scene: Scene, quiet: Path, every_kill: bool) -> None:
    """Before or after the effect of any request: the next start answers both rows, with one more sync at most."""
    with scene.begun() as url:
        run = Run(scene, url, quiet)
        counts = answered(scene, url)
        assert run.rows.open() == []
        assert run.syncs() == 1
    cuts = [
        Cut(service=service, number=number, variant=variant)
        for service, count in counts.items()
        for number in range(1, count + 1)
        for variant in VARIANTS
    ]
    reached = 0
    for cut in cuts if every_kill else random.Random(SEED).sample(cuts, SAMPLE):
        with scene.begun() as url:
            run = Run(scene, url, quiet)
            reached += run.killed(cut)
            run.finished()
            for place in PLACES:
                assert run.rows.at(place)[GROUPS[3]].state.startswith("Done "), cut
            assert 1 <= run.syncs() <= 2, cut
    assert reached >= SAMPLE - 1
