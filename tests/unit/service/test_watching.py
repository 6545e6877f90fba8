"""Alerts leave once an episode, over restarts and kills, and their own trouble stops nothing."""

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import example, given, settings
from hypothesis import strategies as st

from syncbot.endpoints.outlets.memory import MemoryOutlet
from syncbot.errors import AuthFailed, EndpointError, Forbidden, Invalid, Unavailable, VersionChanged
from syncbot.mapping.tongues import translations
from syncbot.publish.alert import thing
from syncbot.publish.plain import plain
from syncbot.publish.wording import Reader
from syncbot.reconcile.plan import Plan, Refused
from syncbot.schedule.delivering import AfterCrash, Standing
from syncbot.service.note_report import SourceReport, Unread
from syncbot.service.parts import Parts
from syncbot.service.report import Failure, KindReport, Report
from syncbot.service.sending import Sent
from syncbot.service.standing import status
from syncbot.service.ticking import Ticked
from syncbot.service.watching import QUIET, TELLING, Watcher, from_text, to_text
from syncbot.service.ways import Alarm, Way
from syncbot.store.memory import MemoryStore
from tests.fakes.world import new_world

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
REFUSED = AuthFailed("401 of topsecret", endpoint="notion")


class Killed(BaseException):
    """The process ends here: nothing of ours catches it."""


class FragileStore(MemoryStore):
    """A store whose process may be killed before or after whatever it keeps."""

    def __init__(self) -> None:
        super().__init__()
        self.moment: Callable[[], None] = lambda: None

    def revise_memo(self, name: str, change: Callable[[str], str]) -> None:
        """Keep it between two moments of danger."""
        self.moment()
        super().revise_memo(name, change)
        self.moment()

    def intend_delivery(self, publication: str, outlet: str, *, at: datetime) -> None:
        """Keep it between two moments of danger."""
        self.moment()
        super().intend_delivery(publication, outlet, at=at)
        self.moment()

    def settle_delivery(self, publication: str, outlet: str, **how: Any) -> None:
        """Keep it between two moments of danger."""
        self.moment()
        super().settle_delivery(publication, outlet, **how)
        self.moment()


class Scene:
    """A service of which only the watcher is there, and the channel of alerts."""

    def __init__(self, *, can_look: bool = False) -> None:
        self.now = NOW
        self.store = FragileStore()
        self.channel = MemoryOutlet(name="channel", can_look=can_look)
        self.parts = dataclasses.replace(_parts(), store=self.store, now=lambda: self.now)
        self.start()

    def start(self) -> None:
        """Start the service, or start it again."""
        reader = Reader(
            locale=Locale.parse("en_GB"),
            zone=ZoneInfo("Europe/Brussels"),
            translations=translations(Locale.parse("en_GB")),
        )
        ways = [Way(outlet=self.channel, after_crash=AfterCrash.AT_MOST_ONCE)]
        self.watcher = Watcher(self.parts, Alarm(ways=ways, reader=reader))

    def round(self, *, well: bool) -> None:
        """Sync, and go round."""
        self.now += MINUTE
        if well:
            self.watcher.worked("syncing")
        else:
            self.watcher.failed("syncing", REFUSED)
        self.watcher.went_round()

    def told(self) -> list[str]:
        """What arrived: whether it is bad or good news."""
        return ["bad" if "does not" in one.publication.title else "good" for one in self.channel.arrived]


@cache
def _parts() -> Parts:
    with TemporaryDirectory() as folder:
        return new_world(Path(folder)).parts


def test_an_alert_at_the_second_failure_and_one_when_it_works_again() -> None:
    """The first failure and the third are told to nobody."""
    scene = Scene()
    for well in (False, False, False, False, True, True, False, True):
        scene.round(well=well)
    assert scene.told() == ["bad", "good"]
    text = plain(scene.channel.arrived[0].publication)
    assert "the sign-in is refused" in text
    assert "topsecret" not in text


@example(rounds=[False, False, True, False, False], restarts=set(), down=[2, 0, 0])
@example(rounds=[False, False, True, True, False, False], restarts=set(), down=[3, 0, 0])
@settings(max_examples=60, deadline=None)
@given(
    rounds=st.lists(st.booleans(), min_size=4, max_size=14),
    restarts=st.sets(st.integers(0, 13)),
    down=st.lists(st.integers(0, 5), max_size=4),
)
def test_however_often_it_is_started_anew_and_the_channel_fails_each_episode_is_told_once(
    rounds: list[bool], restarts: set[int], down: list[int]
) -> None:
    """What was told is what the rule asks for, save what was over before anybody could be told."""
    scene = Scene()
    failing = {"left": 0}

    def fail(_: object) -> None:
        if failing["left"]:
            failing["left"] -= 1
            raise Unavailable("down", endpoint="channel")

    scene.channel.before = fail
    for number, well in enumerate(rounds):
        if number in restarts:
            scene.start()
        failing["left"] = failing["left"] or (down.pop() if down else 0)
        scene.round(well=well)
    told = scene.told()
    assert told == ["bad", "good"] * (len(told) // 2) + ["bad"] * (len(told) % 2)
    episodes = "".join("x" if not one else "." for one in rounds).split(".")
    assert len([one for one in told if one == "bad"]) <= len([one for one in episodes if len(one) >= 2])


@settings(max_examples=150, deadline=None)
@given(
    rounds=st.lists(st.booleans(), min_size=3, max_size=8),
    kills=st.lists(st.integers(0, 40), max_size=4),
)
@pytest.mark.parametrize("can_look", [True, False])
def test_killed_at_any_moment_no_alert_leaves_twice(
    rounds: list[bool], kills: list[int], *, can_look: bool
) -> None:
    """Where nobody can look it may stay untold; where the channel can be looked at, each arrives exactly once."""
    scene = Scene(can_look=can_look)
    scene.channel.before = scene.channel.after = lambda _: scene.store.moment()
    left = [0]

    def moment() -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Killed

    scene.store.moment = moment
    for well in [*rounds, False, False, False]:
        left[0] = kills.pop() if kills else 0
        try:
            scene.round(well=well)
        except Killed:
            scene.start()
    left[0] = 0
    for _ in range(90):  # nothing fails any more; what is owed is looked for and told
        scene.now += MINUTE
        scene.watcher.went_round()
    identities = [one.identity for one in scene.channel.arrived]
    assert len(identities) == len(set(identities))
    things = [(item.since, bool(item.over)) for message in _messages(scene) for item in message]
    assert len(things) == len(set(things)), "one episode was told twice"
    if can_look:
        assert scene.told()[-1] == "bad"


def _messages(scene: Scene) -> Iterator[list[Any]]:
    for parcel in scene.channel.arrived:
        yield [_Item(line.text) for section in parcel.publication.sections for line in section.lines]


class _Item:
    def __init__(self, text: str) -> None:
        since = text.partition("It had not since ")[2] or text.partition("since ")[2]
        self.since, self.over = since.partition(",")[2][:6], "It had not" in text


def test_a_channel_that_is_gone_stops_nothing_and_is_not_told_of() -> None:
    """Its failures raise nothing, make no episode, and are tried less and less often."""
    scene = Scene()
    tries: list[datetime] = []

    def fail(_: object) -> None:
        tries.append(scene.now)
        raise Forbidden("gone", endpoint="channel")

    scene.channel.before = fail
    for _ in range(180):
        scene.round(well=False)
    assert list(scene.watcher._state().episodes) == [thing("doing", "syncing")]
    assert scene.told() == []
    assert len(tries) < 12


def test_trouble_of_telling_is_not_told() -> None:
    """It would have to go the same way."""
    scene = Scene()
    for _ in range(3):
        scene.now += MINUTE
        scene.watcher.failed(TELLING, REFUSED)
        scene.watcher.went_round()
    assert scene.watcher.alerted == 0


def test_a_mistake_of_ours_is_told_in_fixed_words_like_every_failure() -> None:
    """Else nobody hears of a part that breaks at each look while the rest goes on."""
    scene = Scene()
    for _ in range(2):
        scene.now += MINUTE
        scene.watcher.failed("syncing", KeyError("Rana is ill"))
        scene.watcher.went_round()
    assert scene.told() == ["bad"]
    text = plain(scene.channel.arrived[0].publication)
    assert "something did not work" in text
    assert "Rana" not in text


def test_what_rests_after_a_failure_and_only_tells_failures_works_when_it_was_silent_for_long_enough() -> (
    None
):
    """A place of manual sync is looked at every five minutes while it lacks a permission."""
    scene = Scene()
    for number in range(5 + QUIET + 2):
        scene.now += MINUTE
        if number in (0, 5):
            scene.watcher.failed("manual sync in control", REFUSED)
        scene.watcher.worked("manual sync")
        scene.watcher.went_round()
    assert scene.told() == ["bad", "good"]


def _failure(error: EndpointError | None, title: str | None = "Ada's city") -> Failure:
    return Failure(kind="city", endpoint="notion", title=title, message="", error=error)


def _kind(*failures: Failure) -> KindReport:
    read = {"notion": 1, "sharepoint": 1}
    return KindReport(kind="city", plan=Plan(kind="city"), read=read, failures=failures)


@pytest.mark.parametrize(
    ("final", "said"), [(True, "it cannot be read to its end"), (False, "too much would change at once")]
)
def test_half_a_reading_is_not_called_a_flood_of_changes(final: bool, said: str) -> None:
    """Nobody is told to lift the limits where that does not help."""
    refused = Refused(kind="city", reason="notion did not give its last page", endpoint="notion", final=final)
    kind = dataclasses.replace(_kind(), plan=Plan(kind="city", refused=(refused,)))
    scene = Scene()
    for _ in range(2):
        scene.now += MINUTE
        scene.watcher.synced(Report(run="run-1", kinds=(kind,), requests={}, started=NOW, ended=NOW))
        scene.watcher.went_round()
    text = plain(scene.channel.arrived[0].publication)
    assert said in text
    assert ("--allow-mass-change" in text) is not final


@pytest.mark.parametrize(
    ("kind", "notes", "expected"),
    [
        (_kind(), (), []),
        (_kind(_failure(REFUSED, None)), (), ["place|notion"]),
        (_kind(_failure(Invalid("no", endpoint="notion"))), (), ["rows|city|notion"]),
        (_kind(_failure(VersionChanged("edited", endpoint="notion"))), (), []),
        (_kind(), (SourceReport(source="minutes", error=REFUSED),), ["notes|minutes"]),
        (
            _kind(),
            (SourceReport(source="minutes", unread=[Unread(source="m", title="t", why="w")]),),
            ["notes|minutes"],
        ),
    ],
)
def test_a_sync_that_did_not_do_everything_says_what_did_not_work(
    kind: KindReport, notes: Sequence[SourceReport], expected: list[str]
) -> None:
    """A row that somebody edits meanwhile is no failure; a row that is refused sync after sync is."""
    scene = Scene()
    for _ in range(2):
        scene.now += MINUTE
        report = Report(run="run-1", kinds=(kind,), requests={}, started=NOW, ended=NOW, notes=tuple(notes))
        scene.watcher.synced(report)
        scene.watcher.went_round()
    assert list(scene.watcher._state().alerted) == expected
    scene.watcher.synced(
        Report(
            run="run-2",
            kinds=(_kind(),),
            requests={},
            started=NOW,
            ended=NOW,
            notes=(SourceReport(source="minutes"),),
        )
    )
    scene.watcher.went_round()
    assert scene.watcher.alerted == 0


def test_a_publication_that_cannot_be_sent_is_told_by_its_outlet() -> None:
    """Those of other groups by the same outlet do not hide it; what is only handed over is no failure."""
    scene = Scene()

    def sent(group: str, standing: Standing, *, fresh: bool = True) -> Sent:
        return Sent(publication=f"agenda/{group}/2026-11-26", outlet="mail", standing=standing, fresh=fresh)

    for _ in range(2):
        scene.now += MINUTE
        ticked = [
            sent("A", Standing.FAILED),
            sent("B", Standing.ACCEPTED),
            sent("C", Standing.INTENDED, fresh=False),
        ]
        scene.watcher.ticked(Ticked(sent=ticked, next=None))
        scene.watcher.went_round()
    assert list(scene.watcher._state().alerted) == ["post|agenda|A|mail"]
    assert "Agenda of group A to mail" in plain(scene.channel.arrived[0].publication)


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"episodes": {"a": {}}, "outbox": []}', '{"episodes": 1}', "null"]
)
def test_what_another_version_kept_is_not_fatal(text: str) -> None:
    """The worst that comes of it is one alert too many."""
    assert from_text(text).episodes == {}


def test_what_is_kept_comes_back_as_it_was() -> None:
    """Over a restart nothing is lost: counts, beginnings, what waits to be told."""
    scene = Scene()
    scene.channel.before = lambda _: (_ for _ in ()).throw(Unavailable("down", endpoint="channel"))
    for _ in range(3):
        scene.round(well=False)
    state = scene.watcher._state()
    assert state.outbox and state.episodes
    assert to_text(from_text(to_text(state))) == to_text(state)
    assert from_text(to_text(state)) == state


def test_status_says_what_people_were_told_does_not_work() -> None:
    """Who was called looks there."""
    scene = Scene()
    scene.round(well=False)
    assert status(scene.parts).failures == ()
    scene.round(well=False)
    [said] = status(scene.parts).failures
    assert said.startswith(
        "Syncing: the sign-in is refused (2 times in a row, since 2026-11-23 09:01 UTC). Renew"
    )
