"""The service goes round: it sends and syncs in time, survives what fails, and knows whether it is well."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest

from syncbot.endpoints.outlets.memory import MemoryOutlet
from syncbot.errors import LeaseHeld, Refusal, StoreError, SyncbotError
from syncbot.mapping.groups import groups
from syncbot.mapping.layouts import layouts
from syncbot.service.publishing import Names
from syncbot.service.report import Report
from syncbot.service.serving import Service, health, serve, went_round
from syncbot.service.standing import status
from syncbot.service.ticking import Ticked
from syncbot.service.watching import Unwatched
from syncbot.service.ways import Way
from syncbot.store.base import Run, Store
from syncbot.store.memory import MemoryStore
from tests.fakes.world import World, new_world

SHIPPED = Path(__file__).parents[3] / "mappings"
MONDAY = datetime(2026, 11, 23, 8, 59, 30, tzinfo=UTC)


class Heard:
    """Keeps what the service said."""

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self.ticks: list[Ticked] = []
        self.trouble: list[str] = []

    def synced(self, report: Report) -> None:
        """Keep it."""
        self.reports.append(report)

    def ticked(self, ticked: Ticked) -> None:
        """Keep it."""
        self.ticks.append(ticked)

    def failed(self, doing: str, error: SyncbotError) -> None:
        """Keep it."""
        self.trouble.append(f"{doing}: {error}")

    def broke(self, doing: str, error: Exception) -> None:
        """Keep it."""
        self.trouble.append(f"{doing} broke: {error!r}")

    def waits(self, error: LeaseHeld) -> None:
        """Keep it."""
        self.trouble.append(f"waits: {error.lease}")


class Scene:
    """A world with groups, one mailbox, and a clock that moves when the service waits."""

    def __init__(self, folder: Path, store: Store | None = None) -> None:
        self.world: World = new_world(folder, store=store)
        self.world.now[0] = MONDAY
        self.world.add_city("notion", "Ghent", population=1)
        self.parts = dataclasses.replace(self.world.parts, groups=groups(SHIPPED), layouts=layouts(SHIPPED))
        self.mail = MemoryOutlet(name="mail")
        self.heard = Heard()
        self.looks = 0

    def service(self, looks: int) -> Service:
        """A service that is asked to stop after so many looks."""

        def wait(span: timedelta) -> bool:
            self.looks += 1
            self.world.now[0] += span
            return self.looks >= looks

        return Service(
            parts=self.parts,
            ways={("D", "agenda"): [Way(outlet=self.mail)]},
            names=Names(place=str, field=str),
            listener=self.heard,
            wait=wait,
        )


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    """A service that was never started."""
    return Scene(tmp_path)


def test_in_an_hour_it_syncs_four_times_and_sends_what_is_due_once(scene: Scene) -> None:
    """It looks on the minute: what is due at nine leaves at nine. The agenda is due the Friday before, so at once."""
    serve(scene.service(60))
    assert len(scene.heard.reports) == 4
    assert [one.identity for one in scene.mail.arrived] == ["agenda/D/2026-11-24"]
    assert scene.world.now[0] == datetime(2026, 11, 23, 9, 59, tzinfo=UTC)
    assert scene.heard.trouble == []


def test_what_is_sent_after_a_rest_tells_of_today(scene: Scene) -> None:
    """A service that comes to know everything only now sends its first agenda of what the sync before it found."""
    began: list[int] = []
    scene.mail.before = lambda _: began.append(len(scene.heard.reports))
    serve(scene.service(1))
    assert began == [1]


def test_what_fails_is_said_and_tried_again_at_the_next_look(scene: Scene) -> None:
    """An endpoint that is down ends neither the loop nor what is sent."""

    def fail(_: object) -> None:
        raise Refusal("out of order", kind="city")

    scene.mail.before = fail
    serve(scene.service(2))
    assert scene.heard.trouble == ["sending what is due: out of order"] * 2
    assert len(scene.heard.reports) == 1
    scene.mail.before = lambda _: None
    went_round(scene.service(1))
    assert len(scene.mail.arrived) == 1


def test_a_mistake_of_ours_holds_up_nothing_else(scene: Scene) -> None:
    """Else one publication that cannot be made would end each start of the service, which would look alive."""

    def stumble(_: object) -> None:
        raise KeyError("nothing was prepared for this")

    scene.mail.before = stumble
    serve(scene.service(17))
    assert len(scene.heard.reports) == 2
    assert set(scene.heard.trouble) == {
        "sending what is due broke: KeyError('nothing was prepared for this')"
    }
    scene.mail.before = lambda _: None
    went_round(scene.service(1))
    assert [one.identity for one in scene.mail.arrived] == ["agenda/D/2026-11-24"]


def test_who_asks_twice_ends_it_in_the_midst(scene: Scene) -> None:
    """The second SIGTERM is no mistake of ours."""

    def asked_again(_: object) -> None:
        raise SystemExit(130)

    scene.mail.before = asked_again
    with pytest.raises(SystemExit):
        serve(scene.service(2))


class Restarted:
    """A store whose database is gone from some question on."""

    def __init__(self) -> None:
        self._inner, self._questions = MemoryStore(), 0
        self.gone_from: int | None = None
        """Counted from 1; None: it is there."""

    def begins(self, gone_from: int | None) -> None:
        """Count anew."""
        self._questions, self.gone_from = 0, gone_from

    @property
    def gone(self) -> bool:
        """Whether it came to that."""
        return self.gone_from is not None and self._questions >= self.gone_from

    def __getattr__(self, name: str) -> Any:
        """The store's own method, which does not work while the database is gone."""
        real = getattr(self._inner, name)

        def asked(*words: Any, **more: Any) -> Any:
            self._questions += 1
            if self.gone:
                raise StoreError("the server closed the connection")
            return real(*words, **more)

        return asked


class Doubting(Unwatched):
    """Keeps in the store what worked."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def worked(self, doing: str) -> None:
        """Keep it."""
        self._store.revise_memo("worked", lambda _: doing)


def test_a_database_that_is_restarted_ends_nothing(tmp_path: Path) -> None:
    """At whichever question of a round it goes: the service goes on when the database is back, and sent all once."""
    store = Restarted()
    scene = Scene(tmp_path, cast(Store, store))
    scene.world.now[0] = MONDAY - timedelta(
        days=3
    )  # so many restarts take days, in which the agenda stays due
    service = dataclasses.replace(scene.service(1), watching=Doubting(cast(Store, store)))
    number, reached = 0, True
    while reached:
        number += 1
        store.begins(number)
        went_round(service)
        reached = store.gone
        scene.world.later(minutes=20)
    assert number > 30
    assert scene.heard.trouble
    assert all("the server closed the connection" in one for one in scene.heard.trouble)
    store.begins(None)
    scene.heard.trouble.clear()
    went_round(service)
    assert scene.heard.trouble == []
    assert health(scene.parts).well
    assert len(scene.mail.arrived) == len({one.identity for one in scene.mail.arrived}) > 0


def test_a_second_service_on_the_same_store_waits(scene: Scene) -> None:
    """It says so and does nothing meanwhile."""
    scene.parts.store.take_lease("sync", holder="other", until=MONDAY + timedelta(minutes=5), now=MONDAY)
    serve(scene.service(2))
    assert scene.heard.reports == []
    assert scene.mail.arrived == []
    assert scene.heard.trouble == ["waits: sync"] * 4


def test_it_is_well_while_it_goes_round_and_not_when_it_stands_still(scene: Scene) -> None:
    """What a container's health check asks: the store alone tells."""
    assert not health(scene.parts).well
    serve(scene.service(3))
    assert health(scene.parts).well
    scene.world.now[0] += timedelta(minutes=4)
    assert health(scene.parts).words == "no sign of life for 5 minutes"


def test_a_sync_that_was_killed_does_not_keep_it_looking_well(scene: Scene) -> None:
    """A run that began an hour ago and never ended is no excuse for silence."""
    serve(scene.service(1))
    kinds = tuple(scene.parts.mappings.kinds)
    scene.parts.store.begin_run(Run(id="run-x", verb="sync", kinds=kinds, started=scene.world.now[0], by="x"))
    scene.world.now[0] += timedelta(minutes=20)
    assert health(scene.parts).well
    scene.world.now[0] += timedelta(minutes=20)
    assert not health(scene.parts).well


def test_status_tells_the_last_and_the_next_of_everything(scene: Scene) -> None:
    """Also before anything was ever sent."""
    before = status(scene.parts)
    assert before.sync is None
    assert {one.group for one in before.publications} == set(scene.parts.groups)
    serve(scene.service(2))
    [agenda] = [one for one in status(scene.parts).publications if (one.group, one.what) == ("D", "agenda")]
    assert agenda.last == "2026-11-24: mail sent"
    assert agenda.next == datetime(2026, 11, 27, 9, tzinfo=UTC)


class Asking(MemoryStore):
    """Asks something a while after a run began."""

    def __init__(self) -> None:
        super().__init__()
        self.ask: Callable[[], None] = lambda: None

    def begin_run(self, run: Run) -> None:
        """Keep the run, then ask."""
        super().begin_run(run)
        self.ask()


def test_a_first_sync_that_takes_long_is_a_sign_of_life(tmp_path: Path) -> None:
    """A container's health check must not end a service that is at work for the first time."""
    store, found = Asking(), list[bool]()
    scene = Scene(tmp_path, store)

    def ask() -> None:
        scene.world.now[0] += timedelta(minutes=20)
        found.append(health(scene.parts).well)

    store.ask = ask
    serve(scene.service(1))
    assert found == [True]
