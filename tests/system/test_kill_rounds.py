"""Killed (kill -9) while it sends publications and started again: everybody has each of them, and nobody twice."""

import random
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

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
"""Moments between requests, of each scene, when all are tried; and as many pairs of kills."""


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
    cuts = [[cut] for cut in every_cut(expected[1])]
    dice = random.Random(f"{SEED}/{scene.name}")
    chosen = _part(cuts, kill_part) if every_kill else dice.sample(cuts, SAMPLE)
    _all_have_it_once(scene, chosen, expected[0], f"of {len(cuts)} cut points", capsys)


def test_killed_between_requests(
    scene: Rounds,
    expected: tuple[Outside, dict[str, int]],
    every_kill: bool,
    kill_part: tuple[int, int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Killed while it composes or writes to its store."""
    dice = random.Random(f"{SEED}/{scene.name}/moments")
    cuts = [[cut] for cut in some_moments(expected[1], dice, MOMENTS if every_kill else 1)]
    _all_have_it_once(scene, _part(cuts, kill_part), expected[0], "moments between requests", capsys)


def test_killed_again_when_started_again(
    scene: Rounds,
    expected: tuple[Outside, dict[str, int]],
    every_kill: bool,
    kill_part: tuple[int, int],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Killed, and killed once more while it looks what became of it."""
    if not every_kill and scene.name != "friday":
        pytest.skip("tried in one scene only, without --every-kill")
    dice = random.Random(f"{SEED}/{scene.name}/again")
    firsts = dice.sample(every_cut(expected[1]), MOMENTS if every_kill else 1)
    seconds = some_moments({"graph": 6, "login": 1}, dice, len(firsts))
    cuts = [[first, second] for first, second in zip(firsts, seconds, strict=True)]
    _all_have_it_once(scene, _part(cuts, kill_part), expected[0], "pairs of kills", capsys)


def _part(cuts: Sequence[Sequence[Cut]], part: tuple[int, int]) -> Sequence[Sequence[Cut]]:
    number, parts = part
    return cuts[number - 1 :: parts]


def _all_have_it_once(
    scene: Rounds,
    tried: Sequence[Sequence[Cut]],
    end: Outside,
    words: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    began, wrong, unsure = time.monotonic(), list[str](), 0
    twice = ["CSG B"] if scene.name == "closed" else []
    for number, cuts in enumerate(tried, 1):
        where = ", then ".join(map(str, cuts))
        try:
            found = killed_and_settled(scene, cuts)
        except (AssertionError, SyncbotError) as error:
            faults = [str(error)]
        else:
            unsure += list(found.stands.values()).count("unsure")
            faults = found.wrong(end, kills=len(cuts), twice=twice)
        wrong += [f"killed {where}: {fault}" for fault in faults]
        if number % TOLD_EVERY == 0 or faults:
            with capsys.disabled():
                print(f"{scene.name}: {number} of {len(tried)}, {len(wrong)} faults {wrong[-1:]}", flush=True)  # noqa: T201
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{scene.name}: killed at {len(tried)} {words}, {len(wrong)} faults, {unsure} cards in doubt, "
            f"{time.monotonic() - began:.0f} s"
        )
    assert not wrong, "\n".join(wrong)
