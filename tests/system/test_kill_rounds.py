"""Killed (kill -9) while it sends publications and started again: everybody has each of them, and nobody twice."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest

from syncbot.errors import SyncbotError
from syncbot.sandbox.frame import Edit
from syncbot.service.syncing import sync
from syncbot.store.base import RunStatus
from tests.fakes.running_sandbox import running
from tests.system.killing import DAY, Cut, Files, every_cut
from tests.system.killing_rounds import (
    Outside,
    Rounds,
    killed_again_and_again,
    killed_and_settled,
    mappings_in,
    new_rounds,
    some_moments,
    undisturbed,
)

SEED = 5
ZARA = "zara.namuna@rcn.example"
FRIDAY = datetime(2026, 11, 27, 16, 0, tzinfo=UTC)
"""Agendas, digests and what came after the meetings of the week: every outlet of the shipped mapping is used."""
MONDAY = datetime(2026, 11, 30, 16, 0, tzinfo=UTC)
"""Decks, and what came after Monday's meeting; Friday's publications are there."""
CLOSED = ("CSG A", "CSG D")
"""Channels whose workflow is gone in one of the scenes: mails make up for them."""
_B = "env: SYNCBOT_TEAMS_CSG_B}, "
AGAIN = {f"{_B}fallback": f"{_B}after_crash: at_least_once, fallback"}
SAMPLE = 2
"""Cut points of each scene in an ordinary test run."""
TOLD_EVERY = 10
"""Kills after which it is said how far it is."""
MOMENTS = 30
"""Moments between requests, of each scene, when all are tried."""
WALKS = 12
"""How often, in each scene, one process after the other is killed."""
T = TypeVar("T")


def synced(scene: Rounds) -> None:
    """Each group has members, the week's records are known; nothing was published."""
    for name, group in (("Ben Voorbeeld", "CSG B"), ("Carla Ejemplo", "CSG C")):
        email = f"{name.replace(' ', '.').lower()}@rcn.example"
        cells = {"Title": name, "Email": email, "SupportGroup": group, "Role": "Advisor"} | {
            "Status": "current member"
        }
        scene.world.graph.edit(Edit(by=ZARA, container="People", cells=cells), DAY)
    with scene.wired(scene.model) as parts:
        assert sync(parts).status is RunStatus.DONE


def friday_over(scene: Rounds) -> None:
    """Friday's round is done."""
    synced(scene)
    with scene.wired(scene.model) as parts:
        scene.round_after(parts, FRIDAY)


def channels_closed(scene: Rounds) -> None:
    """What is not for channels was sent in the morning; since then two workflows are gone."""
    synced(scene)
    with scene.wired(scene.model) as parts:
        scene.round_after(parts, FRIDAY - timedelta(hours=3))
    for channel in CLOSED:
        scene.world.graph.switch_off(channel)


SCENES = {
    "friday": (FRIDAY, synced, {}),
    "monday": (MONDAY, friday_over, {}),
    "closed": (FRIDAY, channels_closed, AGAIN),
}


@pytest.fixture(scope="module", params=list(SCENES))
def scene(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, every_kill: bool
) -> Iterator[Rounds]:
    """What stands before the round."""
    if request.param == "monday" and not every_kill:
        pytest.skip("a deck is a file as an agenda is: tried with --every-kill")
    moment, before, changes = SCENES[request.param]
    folder: Path = tmp_path_factory.mktemp(request.param)
    with (
        running("small", when=DAY) as world,
        new_rounds(request.param, world, Files(folder), moment, mappings_in(folder, changes), before) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def expected(scene: Rounds) -> tuple[Outside, dict[str, int]]:
    """What people have after a round that nothing disturbed, and its requests."""
    return undisturbed(scene)


def test_undisturbed_everything_is_there_once(
    scene: Rounds, expected: tuple[Outside, dict[str, int]]
) -> None:
    """The yardstick itself is right: no doubt, nothing twice, and every outlet that the scene is about is used."""
    end, _ = expected
    assert "unsure" not in end.stands.values()
    assert set(end.stands.values()) <= {"there", "skipped"}
    personal = [key for key, how in end.stands.items() if how == "skipped"]
    assert all(key.count("/") > 2 for key in personal), (
        "only a person of whom there is nothing to say gets nothing"
    )
    assert set(end.mails.values()) | set(end.cards.values()) | set(end.files.values()) <= {1}
    assert {len(pages) for pages in end.pages.values()} <= {1}
    outlets = {key.rpartition(" to ")[2] for key in end.stands}
    channels = {card.partition(":")[0] for card in end.cards}
    if scene.name == "friday":
        assert outlets >= {"pages", "files", "mail", "meeting_d", "channel_all"} | {
            f"channel_{one}" for one in "abcd"
        }
        assert channels == {"CSG A", "CSG B", "CSG C", "CSG D", "City Interface"}
        assert end.meetings["CSG D weekly, people told"] == "1"
    if scene.name == "closed":
        assert channels == {"CSG B", "CSG C", "City Interface"}
        assert {mail[: mail.index("/2026")] for mail in end.mails} >= {"digest/A", "digest/D"}
    if scene.name == "monday":
        assert any(path.endswith(".pptx") for path in end.files)


def test_killed_at_a_request(
    scene: Rounds,
    expected: tuple[Outside, dict[str, int]],
    every_kill: bool,
    kill_part: tuple[int, int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Killed before or after the effect of a request."""
    _only_in_a_sample(scene, "friday", every_kill=every_kill)
    cuts = every_cut(expected[1])
    dice = random.Random(f"{SEED}/{scene.name}")
    chosen = _part(cuts, kill_part) if every_kill else dice.sample(cuts, SAMPLE)
    with told(scene, f"of {len(cuts)} cut points", capsys) as so_far:
        for cut in chosen:
            _judge(scene, so_far, expected[0], partial(killed_and_settled, scene, cut))


def test_killed_between_requests(
    scene: Rounds,
    expected: tuple[Outside, dict[str, int]],
    every_kill: bool,
    kill_part: tuple[int, int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Killed while it composes or writes to its store."""
    _only_in_a_sample(scene, "friday", every_kill=every_kill)
    dice = random.Random(f"{SEED}/{scene.name}/moments")
    cuts = some_moments(expected[1], dice, MOMENTS if every_kill else 1)
    with told(scene, "moments between requests", capsys) as so_far:
        for cut in _part(cuts, kill_part):
            _judge(scene, so_far, expected[0], partial(killed_and_settled, scene, cut))


def test_killed_again_and_again(
    scene: Rounds,
    expected: tuple[Outside, dict[str, int]],
    every_kill: bool,
    kill_part: tuple[int, int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Each process that is started is killed a few requests on, until one comes to its end."""
    _only_in_a_sample(scene, "closed", every_kill=every_kill)
    dice = [random.Random(f"{SEED}/{scene.name}/{number}") for number in range(WALKS if every_kill else 1)]
    with told(scene, "moments of several processes", capsys) as so_far:
        for one in _part(dice, kill_part):
            _judge(scene, so_far, expected[0], partial(killed_again_and_again, scene, one))


def _only_in_a_sample(scene: Rounds, name: str, *, every_kill: bool) -> None:
    if not every_kill and scene.name != name:
        pytest.skip("tried in one scene only, without --every-kill")


def _part(cuts: Sequence[T], part: tuple[int, int]) -> Sequence[T]:
    number, parts = part
    return cuts[number - 1 :: parts]


@dataclass(kw_only=True)
class SoFar:
    """What came of it so far."""

    scene: str
    capsys: pytest.CaptureFixture[str]
    kills: int = 0
    unsure: int = 0
    wrong: list[str] = field(default_factory=list)

    def say(self, words: str) -> None:
        """Tell how far it is."""
        with self.capsys.disabled():
            print(f"{self.scene}: {words}", flush=True)  # noqa: T201


@contextmanager
def told(scene: Rounds, words: str, capsys: pytest.CaptureFixture[str]) -> Iterator[SoFar]:
    """Tell what came of it in the end."""
    began, so_far = time.monotonic(), SoFar(scene=scene.name, capsys=capsys)
    yield so_far
    so_far.say(
        f"killed at {so_far.kills} {words}, {len(so_far.wrong)} faults, {so_far.unsure} cards in doubt, "
        f"{time.monotonic() - began:.0f} s"
    )
    assert not so_far.wrong, "\n".join(so_far.wrong)


def _judge(scene: Rounds, so_far: SoFar, end: Outside, play: Callable[[list[Cut]], Outside]) -> None:
    cuts = list[Cut]()
    try:
        found = play(cuts)
    except (AssertionError, SyncbotError) as error:
        faults = [str(error)]
    else:
        so_far.unsure += list(found.stands.values()).count("unsure")
        twice = ["CSG B"] if scene.name == "closed" else []
        faults = found.wrong(end, kills=len(cuts), twice=twice)
    so_far.wrong += [f"killed {', then '.join(map(str, cuts))}: {fault}" for fault in faults]
    before, so_far.kills = so_far.kills, so_far.kills + len(cuts)
    if faults or before // TOLD_EVERY != so_far.kills // TOLD_EVERY:
        so_far.say(f"{so_far.kills} kills, {len(so_far.wrong)} faults {so_far.wrong[-1:]}")
