"""The health that is told in a moment, from the database alone, is the one that the whole of syncbot tells."""

import dataclasses
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from syncbot.cli.plain import as_json
from syncbot.cli.pulse import pulse, told
from syncbot.endpoints.memo import Memo
from syncbot.service.pulse import HEARTBEAT, KINDS
from syncbot.service.serving import health
from syncbot.store.base import Run, RunStatus, Store
from syncbot.store.open import open_store
from tests.fakes.world import new_world

NOW = datetime.fromisoformat("2026-11-24T10:00:00.250000+00:00")
ALL = ("city", "person")


@dataclass(frozen=True, kw_only=True)
class Trace:
    """A run that began so many minutes ago."""

    ago: float
    verb: str = "sync"
    kinds: Sequence[str] = ALL
    status: RunStatus = RunStatus.DONE


SCENES: dict[str, tuple[float | None, Sequence[Trace]]] = {
    "it never ran": (None, ()),
    "somebody syncs by hand": (None, [Trace(ago=3)]),
    "it waits for the first sync": (1, ()),
    "all is well": (1, [Trace(ago=14)]),
    "kinds in another order": (1, [Trace(ago=14, kinds=("person", "city"))]),
    "only a part is synced": (1, [Trace(ago=5, kinds=("city",)), Trace(ago=200)]),
    "other verbs came after": (1, [*(Trace(ago=n / 9, verb="resolve") for n in range(49)), Trace(ago=9)]),
    "too many came after": (1, [*(Trace(ago=n / 9, verb="resolve") for n in range(50)), Trace(ago=9)]),
    "it failed, and is tried again": (2, [Trace(ago=16, status=RunStatus.FAILED)]),
    "silent for just so long": (3, [Trace(ago=4)]),
    "silent, and nothing at work": (64, [Trace(ago=70)]),
    "silent in a long sync": (20, [Trace(ago=21, status=RunStatus.RUNNING)]),
    "silent in a sync that was killed": (40, [Trace(ago=41, status=RunStatus.RUNNING)]),
    "no sync for an hour": (1, [Trace(ago=60)]),
}
"""By what happened: minutes since the sign of life, and the runs."""


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'with a blank # and %20.sqlite'}"
    new_postgres: Callable[[str], str] = request.getfixturevalue("new_postgres")
    return new_postgres("model")


def left(store: Store, beat: float | None, runs: Sequence[Trace]) -> None:
    """Leave what a service leaves."""
    if beat is not None:
        Memo(partial(store.revise_memo, HEARTBEAT)).keep((NOW - timedelta(minutes=beat)).isoformat())
        Memo(partial(store.revise_memo, KINDS)).keep(" ".join(ALL))
    for number, one in enumerate(reversed(runs)):
        begun = Run(
            id=f"run-{number}",
            verb=one.verb,
            kinds=tuple(one.kinds),
            started=NOW - timedelta(minutes=one.ago),
            by="somebody",
        )
        store.begin_run(begun)
        if one.status is not RunStatus.RUNNING:
            store.end_run(begun.id, at=NOW, status=one.status, summary={})


@pytest.mark.parametrize("scene", SCENES)
def test_both_say_the_same(scene: str, url: str, tmp_path: Path) -> None:
    """As a sentence and as JSON, whatever the service left behind, in each sort of database."""
    world = new_world(tmp_path)
    with closing(open_store(url)) as store:
        left(store, *SCENES[scene])
        parts = dataclasses.replace(world.parts, store=store, now=lambda: NOW)
        whole = health(parts)
    quick = pulse({"SYNCBOT_DATABASE_URL": url}, NOW)
    assert quick == whole
    assert told(whole, as_json=False) == whole.words
    assert told(whole, as_json=True) == as_json(whole)


@pytest.mark.parametrize(
    "variables",
    [
        {"SYNCBOT_SYNC_MINUTES": "often"},
        {"SYNCBOT_DATABASE_URL": "sqlite:///there/is/none.sqlite"},
        {"SYNCBOT_DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/none"},
        {"SYNCBOT_DATABASE_URL": "oracle://x"},
    ],
)
def test_what_it_cannot_read_is_left_to_the_whole(variables: dict[str, str], tmp_path: Path) -> None:
    """That says in its own words what is wrong; nothing is made on the way."""
    assert pulse(variables, NOW) is None
    assert not list(tmp_path.iterdir())


def test_a_service_of_before_is_left_to_the_whole(tmp_path: Path) -> None:
    """It noted no kinds, so which sync was one of everything is not known."""
    url = f"sqlite:///{tmp_path / 'a.sqlite'}"
    with closing(open_store(url)) as store:
        Memo(partial(store.revise_memo, HEARTBEAT)).keep(NOW.isoformat())
    assert pulse({"SYNCBOT_DATABASE_URL": url}, NOW) is None
