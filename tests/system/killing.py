"""Kills a real sync process at a chosen moment, starts again, and tells the end as seen from outside and remembered."""

import copy
import random
import shutil
import signal
import ssl
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, Protocol

import httpx
from sqlalchemy import create_engine, text

from syncbot.app import opened
from syncbot.cli.onlooker import Onlooker
from syncbot.model.fields import FieldType
from syncbot.reconcile.state import KnownRecord
from syncbot.service.links import StoredLinks
from syncbot.service.parts import Parts, Quiet
from syncbot.service.report import Report
from syncbot.service.syncing import sync
from syncbot.settings import example_mappings
from syncbot.store.base import RunStatus
from syncbot.store.open import open_store
from tests.fakes.running_sandbox import Running
from tests.fakes.shipped import ASKED
from tests.system.nursery import Child, Nursery
from tests.system.telling import told_by_notion, told_by_sharepoint

DAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
SERVICES = ("login", "notion", "graph")
Variant = Literal["hold", "hold_saved"]
VARIANTS: Sequence[Variant] = ("hold", "hold_saved")
"""Killed before the request takes effect, and between its effect and its answer."""
LEASE_SECONDS = 2.0
"""How long a process that stands still keeps others out."""
STOPPED = 3
"""The exit code of a command that the store, or another run, stopped."""
_PATIENCE = 60.0
"""Seconds in which a process has to reach its cut point."""


class Databases(Protocol):
    """Databases of one sort."""

    def fresh(self, model: str | None) -> str:
        """Make a copy of a database, or an empty one, and return its URL."""

    def drop(self, url: str) -> None:
        """Remove it."""


class Files:
    """SQLite files in a folder."""

    def __init__(self, folder: Path) -> None:
        """Use an empty folder."""
        self._folder = folder
        self._count = 0

    def fresh(self, model: str | None) -> str:
        """Copy the file, which nobody has open."""
        self._count += 1
        path = self._folder / f"{self._count}.sqlite"
        if model is not None:
            shutil.copy(model.removeprefix("sqlite:///"), path)
        return f"sqlite:///{path}"

    def drop(self, url: str) -> None:
        """Remove the file and what SQLite keeps beside it."""
        for path in self._folder.glob(f"{Path(url).name}*"):
            path.unlink()


class Server:
    """Databases of a PostgreSQL server."""

    def __init__(self, url: str) -> None:
        """Use the server at this URL up to the slash."""
        self._url = url
        self._count = 0

    def fresh(self, model: str | None) -> str:
        """Copy with the server's own means."""
        self._count += 1
        template = model.rpartition("/")[2] if model else "template1"
        self._say(f"CREATE DATABASE kill{self._count} TEMPLATE {template}")
        return f"{self._url}kill{self._count}"

    def drop(self, url: str) -> None:
        """Remove it, whoever is still connected."""
        self._say(f"DROP DATABASE {url.rpartition('/')[2]} WITH (FORCE)")

    def _say(self, statement: str) -> None:
        engine = create_engine(self._url + "postgres", isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


class Controls:
    """The control routes of a sandbox."""

    def __init__(self, world: Running) -> None:
        """Trust the sandbox's authority."""
        self._world = world
        self._client = httpx.Client(
            verify=ssl.create_default_context(cafile=world.sandbox.ca_path),
            trust_env=False,
            timeout=_PATIENCE,
        )

    def hold(self, service: str, number: int, variant: Variant) -> None:
        """Hold the service's request of that number, counted from 1."""
        fault = {"kind": variant, "after": number - 1, "times": 1}
        self._ask("POST", service, "faults", {"faults": [fault]})

    def held(self, service: str) -> bool:
        """Whether a request is held."""
        return bool(self._ask("GET", service, "held").json())

    def let_go(self) -> None:
        """Hold nothing any more."""
        for service in SERVICES:
            self._ask("POST", service, "faults", {})
            self._ask("DELETE", service, "held")

    def requests(self, service: str) -> list[dict[str, Any]]:
        """The service's log."""
        entries: list[dict[str, Any]] = self._ask("GET", service, "requests").json()
        return entries

    def forget(self) -> None:
        """Empty all logs."""
        for service in SERVICES:
            self._ask("DELETE", service, "requests")

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _ask(self, method: str, service: str, route: str, body: object = None) -> httpx.Response:
        url = f"{self._world.sandbox.url(service)}/_sandbox/{route}"
        return self._client.request(method, url, json=body).raise_for_status()


@dataclass(frozen=True, kw_only=True)
class End:
    """How everything stands after the last run, in words that do not differ from run to run."""

    notion: Mapping[str, object]
    sharepoint: Mapping[str, object]
    rows: Mapping[str, Sequence[str]]
    """By place and kind: the name in every row, so that a double one shows."""
    keys: Mapping[str, int]
    """By place: how many different keys of ours its cities carry."""
    conflicts: Sequence[str]
    strays: Sequence[str]
    agreed: Mapping[str, Mapping[str, object]]
    """The baselines, by kind and title."""
    open_writes: int
    flagged: int
    """Records that the next run would decide again."""

    def other_than(self, right: "End") -> str:
        """Say where this is another end, or nothing."""
        ours, theirs = _flat(vars(self)), _flat(vars(right))
        return "; ".join(
            f"{place}: {ours.get(place, 'nothing')!r} instead of {theirs.get(place, 'nothing')!r}"
            for place in sorted({*ours, *theirs})
            if ours.get(place) != theirs.get(place)
        )


def _flat(things: Mapping[str, object], place: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, thing in things.items():
        here = f"{place}/{name}"
        flat |= _flat(thing, here) if isinstance(thing, dict) else {here: thing}
    return flat


@dataclass(kw_only=True)
class Scene:
    """A sandbox and a database as they stand before the sync that is disturbed."""

    name: str
    world: Running
    databases: Databases
    model: str
    """URL of the database that each run gets a copy of."""
    controls: Controls
    nursery: Nursery
    states: Mapping[str, object] = field(default_factory=dict)

    def keep(self) -> None:
        """Take the services' present state as the one that every run begins with."""
        self.states = {"notion": self.world.notion.dump(), "graph": self.world.graph.dump()}
        self.states = copy.deepcopy(self.states)

    @contextmanager
    def begun(self) -> Iterator[str]:
        """Everything as it was; yields the URL of the database."""
        self.controls.let_go()
        self.world.notion.load(copy.deepcopy(self.states["notion"]))
        self.world.graph.load(copy.deepcopy(self.states["graph"]))
        self.controls.forget()
        url = self.databases.fresh(self.model)
        try:
            yield url
        finally:
            self.databases.drop(url)

    def variables(self, url: str) -> dict[str, str]:
        """What syncbot is told by its environment."""
        return {
            **self.world.environment,
            "SYNCBOT_LEASE_SECONDS": str(LEASE_SECONDS),
            "SYNCBOT_DATABASE_URL": url,
            "SYNCBOT_MAPPINGS": str(example_mappings()),
        }

    @contextmanager
    def process(self, url: str) -> Iterator[Child]:
        """Start a sync as a process of its own; it is dead in the end, also when it stands still."""
        child = self.nursery.start(["sync"], self.variables(url), self.world.sandbox.ca_path.parent)
        try:
            yield child
        finally:
            child.signal(signal.SIGKILL)
            child.finished(_PATIENCE)

    @contextmanager
    def wired(self, url: str) -> Iterator[Parts]:
        """The real parts, in this process; waits take a hundredth of their time."""
        with opened(
            watch=Quiet(),
            on_wait=lambda _why, _seconds: None,
            variables=self.variables(url),
            sleep=lambda seconds: time.sleep(seconds / 100),
        ) as parts:
            yield parts

    def finished(self, url: str) -> tuple[Report, End]:
        """Sync without faults; then sync again, which must ask each place once and change nothing; tell the end."""
        with self.wired(url) as parts:
            report = sync(parts)
            self.controls.forget()
            idle = sync(parts)
            assert not idle.anything and idle.settled == 0, f"a further sync had something to do: {idle}"
            self._asked_once()
            return report, self.told(parts)

    def told(self, parts: Parts) -> End:
        """Tell how everything stands."""
        lines, titles = self.world.environment, _Titles(parts)
        onlooker = Onlooker(lines)
        left, right = told_by_notion(lines), told_by_sharepoint(lines)
        kinds = parts.mappings.kinds
        return End(
            notion={str(fields["name"]): fields for fields in left.values()},
            sharepoint={str(fields["name"]): fields for fields in right.values()},
            rows=_rows(onlooker),
            keys={place: len(set(keys) - {""}) for place, keys in onlooker.keys().items()},
            conflicts=titles.sorted(
                (one.conflict.title, one.conflict.field, one.conflict.base, dict(one.conflict.sides))
                for one in parts.store.conflicts()
            ),
            strays=titles.sorted(
                (one.stray.title, one.stray.field, one.stray.endpoint, one.stray.value, one.stray.kept)
                for one in parts.store.strays()
            ),
            agreed={
                f"{kind} {titles.said(key)}": titles.baselines(kind, record)
                for kind in kinds
                for key, record in parts.store.records(kind).items()
            },
            open_writes=len(parts.store.intents(open_only=True)),
            flagged=sum(len(parts.store.again(kind)) for kind in kinds),
        )

    def _asked_once(self) -> None:
        for service in ("notion", "graph"):
            log = self.controls.requests(service)
            asked = [(one["method"], one["path"]) for one in log]
            assert len(log) == ASKED[service], f"a further sync asked {service} {asked}"
            assert not [one for one in log if one["method"] in ("PATCH", "DELETE")], asked


class _Titles:
    """Says values with what people call the records instead of their keys."""

    def __init__(self, parts: Parts) -> None:
        links = StoredLinks(parts.store, parts.mappings)
        self._parts = parts
        self._titles = {
            key: title for kind in parts.mappings.kinds for key, title in links.titles(kind).items()
        }

    def said(self, what: object) -> str:
        """The text of anything, without keys."""
        words = repr(sorted(what, key=repr)) if isinstance(what, frozenset) else str(what)
        for key, title in self._titles.items():
            words = words.replace(key, title)
        return words

    def sorted(self, things: Iterator[object]) -> list[str]:
        """The texts of all."""
        return sorted(self.said(thing) for thing in things)

    def baselines(self, kind: str, record: KnownRecord) -> dict[str, object]:
        """What was agreed of a record."""
        fields = self._parts.mappings.kinds[kind].model.fields()
        pointing = (FieldType.RECORD, FieldType.RECORDS)
        return {
            name: self.said(one.value) if fields[name].type in pointing else one.value
            for name, one in sorted(record.agreed.items())
        }


def _rows(onlooker: Onlooker) -> dict[str, list[str]]:
    title = {"CITIES": "City", "PEOPLE": "Name"}
    rows = {
        f"notion {what}": sorted(
            "".join(part["plain_text"] for part in page["properties"][column]["title"])
            for page in onlooker.pages(what)
        )
        for what, column in title.items()
    }
    return rows | {
        f"sharepoint {what}": sorted(item["fields"]["Title"] for item in onlooker.items(what))
        for what in ("Mission Cities", "People")
    }


@contextmanager
def new_scene(
    name: str, world: Running, databases: Databases, before: Callable[[Scene], None] | None = None
) -> Iterator[Scene]:
    """Make the scene: a database with empty tables, or what `before` makes of it and of the sandbox."""
    model = databases.fresh(None)
    open_store(model).close()
    with closing(Controls(world)) as controls, closing(Nursery(world.sandbox.ca_path.parent)) as nursery:
        scene = Scene(
            name=name, world=world, databases=databases, model=model, controls=controls, nursery=nursery
        )
        scene.keep()
        if before is not None:
            before(scene)
            scene.keep()
        yield scene


def undisturbed(scene: Scene) -> tuple[End, dict[str, int]]:
    """The end that every disturbed run must reach, and how many requests a process makes at each service."""
    with scene.begun() as url:
        with scene.process(url) as process:
            said = process.finished(_PATIENCE)
            assert process.returncode == 0, said
        counts = {service: len(scene.controls.requests(service)) for service in SERVICES}
        _, end = scene.finished(url)
    return end, counts


@dataclass(frozen=True, kw_only=True)
class Cut:
    """A moment in which the process is killed."""

    service: str
    number: int
    """Which request of that service, from 1."""
    variant: Variant
    later: float | None = None
    """Seconds after the request came; None: while it is held."""

    def __str__(self) -> str:
        when = {"hold": "before", "hold_saved": "after"}[self.variant]
        when = when if self.later is None else f"{self.later * 1000:.0f} ms behind"
        return f"{when} request {self.number} of {self.service}"


def every_cut(counts: Mapping[str, int]) -> list[Cut]:
    """Each request of an undisturbed run, in both variants."""
    return [
        Cut(service=service, number=number, variant=variant)
        for variant in VARIANTS
        for service, count in counts.items()
        for number in range(1, count + 1)
    ]


def some_moments(counts: Mapping[str, int], dice: random.Random, number: int) -> list[Cut]:
    """Moments between requests, when the store is written: a few milliseconds behind a request of either service."""
    return [
        Cut(
            service=(service := dice.choice(("notion", "graph"))),
            number=dice.randint(1, counts[service]),
            variant="hold",
            later=dice.uniform(0.0, 0.06),
        )
        for _ in range(number)
    ]


def killed_and_finished(scene: Scene, cut: Cut) -> tuple[Report, End]:
    """Kill a process there, then start again without faults."""
    with scene.begun() as url:
        kill(scene, url, cut)
        scene.controls.let_go()
        return scene.finished(url)


def kill(scene: Scene, url: str, cut: Cut) -> None:
    """Start a sync and kill it at the cut; it must still be at work then, unless the cut is behind its last request."""
    if cut.later is None:
        scene.controls.hold(cut.service, cut.number, cut.variant)
    with scene.process(url) as process:
        until(lambda: _reached(scene, cut) or process.poll() is not None)
        assert cut.later is not None or process.poll() is None, process.said()
        time.sleep(cut.later or 0.0)
        process.signal(signal.SIGKILL)


def stopped_and_overtaken(scene: Scene, cut: Cut) -> tuple[str, End]:
    """Stop a process there, let another one do the work, let the first go on; tell its last words and the end.

    Asserts that the first one sends nothing more.
    """
    with scene.begun() as url:
        scene.controls.hold(cut.service, cut.number, cut.variant)
        with scene.process(url) as process:
            until(lambda: scene.controls.held(cut.service) or process.poll() is not None)
            time.sleep(0.3)  # its other threads come to rest too, so that it holds no lock of the database
            process.signal(signal.SIGSTOP)
            time.sleep(LEASE_SECONDS * 1.1)
            with scene.wired(url) as parts:
                assert sync(parts).status is RunStatus.DONE
            scene.controls.forget()
            scene.controls.let_go()
            process.signal(signal.SIGCONT)
            said = process.finished(_PATIENCE)
            asked = {service: len(scene.controls.requests(service)) for service in SERVICES}
            assert process.returncode == STOPPED, f"exit {process.returncode}: {said}"
            assert not any(asked.values()), f"it went on with {asked} requests"
        with scene.wired(url) as parts:
            assert {run.status for run in parts.store.runs()} == {RunStatus.DONE, RunStatus.FAILED}
        return said, scene.finished(url)[1]


def until(reached: Callable[[], bool]) -> None:
    """Wait until it is so; asked seldom enough that asking does not cost more than what is waited for."""
    end = time.monotonic() + _PATIENCE
    while not reached():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.03)


def _reached(scene: Scene, cut: Cut) -> bool:
    if cut.later is None:
        return scene.controls.held(cut.service)
    return len(scene.controls.requests(cut.service)) >= cut.number
