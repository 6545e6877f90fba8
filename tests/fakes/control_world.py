"""Manual sync in memory: two places with rows to tick, over the small world that is synced."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale

from syncbot.endpoints.base import Column, ColumnType, Ref, Row, Schema, Write
from syncbot.endpoints.memory import MemoryEndpoint
from syncbot.errors import EndpointError, LeaseHeld, SyncbotError
from syncbot.mapping.groups import GroupSpec
from syncbot.schedule.calendar import Calendar
from syncbot.schedule.due import Group
from syncbot.service.control import RUNNING, Part
from syncbot.service.control_outcome import Outcome
from syncbot.service.control_place import Cells, Controls
from syncbot.service.controlling import Control, Teller
from syncbot.service.lease import Lease
from syncbot.service.parts import Quiet
from syncbot.service.publishing import Names
from syncbot.service.report import Report
from syncbot.service.serving import Service, went_round
from syncbot.service.ticking import Ticked
from tests.fakes.world import new_world

TITLES = {"A": "Group of Anna", "B": "Group of Bo"}
PLACES = ("left", "right")
NAMES = {part: part.value.replace("_", " ").capitalize() for part in Part}
BY = "a person"


class PulledPlugError(BaseException):
    """The machine goes off: nothing can be tidied up."""


class NumberedWords:
    """Says "Done" with the number of the sync that it tells of."""

    def __init__(self, begun: Callable[[], int]) -> None:
        self._begun = begun

    def ready(self, title: str) -> Cells:
        """A new row."""
        return {Part.GROUP: title, Part.STATE: "Ready"}

    def running(self, now: datetime, zone: ZoneInfo) -> Cells:
        """A tick was taken."""
        return {Part.SYNC_NOW: False, Part.STATE: f"{RUNNING} {now.astimezone(zone):%H:%M}"}

    def nobody(self, titles: Sequence[str]) -> Cells:
        """No group."""
        return {Part.SYNC_NOW: False, Part.STATE: f"none of {len(titles)}"}

    def answer(self, outcome: Outcome) -> Cells:
        """How it went."""
        return {Part.STATE: f"Done {self._begun()}", Part.RESULT: f"{outcome.title}: {outcome.status.value}"}


class Heard:
    """Keeps what the service said."""

    def __init__(self) -> None:
        self.reports: list[Report] = []
        self.trouble: list[str] = []
        self.then: Callable[[], None] = lambda: None
        """What happens once, after a sync and before its answer."""

    def synced(self, report: Report) -> None:
        """Keep it."""
        self.reports.append(report)
        then, self.then = self.then, lambda: None
        then()

    def ticked(self, ticked: Ticked) -> None:
        """Nothing is published here."""

    def broke(self, doing: str, error: Exception) -> None:
        """Keep it."""
        self.trouble.append(f"{doing} broke: {error!r}")

    def waits(self, error: LeaseHeld) -> None:
        """Keep it."""
        self.trouble.append(f"waits: {error.lease}")

    def failed(self, doing: str, error: SyncbotError) -> None:
        """Keep it."""
        self.trouble.append(f"{doing}: {error}")


class Counting(Quiet):
    """Counts the syncs that began."""

    def __init__(self) -> None:
        self.begun = 0

    def reading(self, kind: str, endpoint: str) -> None:
        """The first reading of a sync is that of people on the left."""
        self.begun += (kind, endpoint) == ("person", "notion")


class ControlWorld:
    """Two places with rows to tick, a bot that looks, and people who do things at any moment of it."""

    def __init__(self, folder: Path, *, make_rows: bool = True, words: Teller | None = None) -> None:
        self.world = new_world(folder)
        self.now = self.world.now
        self.syncs = Counting()
        self.heard = Heard()
        self.said: list[str] = []
        self.before_sync: Callable[[], None] = lambda: None
        """What happens once, after a tick was taken and before its sync."""
        self.parts = replace(
            self.world.parts,
            groups={name: _group(name) for name in TITLES},
            watch=self.syncs,
            turn=self._sync_comes,
        )
        self.places = {name: _endpoint(name, lambda: self.now[0]) for name in PLACES}
        self.calls = 0
        self.at: dict[int, Callable[[], None]] = {}
        """By number of the call to any place: what happens just before it."""
        self.down: dict[str, EndpointError] = {}
        self._make_rows = make_rows
        self._words = words or NumberedWords(lambda: self.syncs.begun)
        for name, endpoint in [*self.places.items(), *self.world.cities.items()]:
            endpoint.lies.reading = lambda name=name: self._called(name)  # type: ignore[misc]
            endpoint.lies.refused = lambda _, name=name: self._called(name)  # type: ignore[misc]
            endpoint.lies.lost = self._saved
        self.start()

    def start(self) -> None:
        """Start the bot anew: it knows nothing but what the places and the store say."""
        self._control = self._new()

    def second(self) -> Callable[[], None]:
        """Start another bot on the same store and return how it looks."""
        control, parts = self._new(), replace(self.parts, holder="second", lease=Lease())

        def look() -> None:
            try:
                control.answer(parts, self.heard)
            except LeaseHeld as error:
                self.heard.trouble.append(f"second waits: {error.lease}")

        return look

    def _new(self) -> Control:
        controls = Controls(
            places=[(endpoint, NAMES) for endpoint in self.places.values()], make_rows=self._make_rows
        )
        return Control(controls, self._words, self.said.append)

    def minute(self, minutes: float = 1) -> int:
        """Let a minute pass and look; return how many syncs began. A crash is followed by a new start."""
        before = self.syncs.begun
        self.world.later(minutes=minutes)
        try:
            self._control.answer(self.parts, self.heard)
        except PulledPlugError:
            self.start()
        except LeaseHeld as error:
            self.heard.trouble.append(f"waits: {error.lease}")
        return self.syncs.begun - before

    def round(self, minutes: float) -> int:
        """Let time pass and let the whole service go round; return how many syncs began."""
        before = self.syncs.begun
        self.world.later(minutes=minutes)
        went_round(
            Service(
                parts=self.parts,
                ways={},
                names=Names(place=str, field=str),
                listener=self.heard,
                wait=lambda _: True,
                control=self._control,
            )
        )
        return self.syncs.begun - before

    def rows(self, place: str) -> Mapping[Ref, Row]:
        """The rows of a place."""
        return self.places[place].rows

    def row(self, place: str, group: str) -> Row:
        """The one row of a group."""
        [row] = [row for row in self.rows(place).values() if row.cells["group"] == TITLES[group]]
        return row

    def tick(self, place: str, group: str) -> None:
        """A person ticks a box."""
        self.edit(place, self.row(place, group).ref, sync_now=True)

    def edit(self, place: str, ref: Ref, **cells: bool | str) -> None:
        """A person writes something into a row."""
        self.places[place].edit(ref, cells, by=BY, at=self.now[0])

    def state(self, place: str, group: str) -> str:
        """What the row of a group says."""
        return str(self.row(place, group).cells["state"])

    def unanswered(self) -> list[str]:
        """Rows that are ticked, or say that a sync runs."""
        return [
            f"{place} {row.ref}: {row.cells['state']}"
            for place in PLACES
            for row in self.rows(place).values()
            if row.cells["sync_now"] or str(row.cells["state"] or "").startswith(RUNNING)
        ]

    def requests(self) -> Mapping[str, int]:
        """How often each place was asked so far."""
        return {name: endpoint.requests for name, endpoint in self.places.items()}

    def _sync_comes(self) -> None:
        before, self.before_sync = self.before_sync, lambda: None
        before()

    def _called(self, name: str) -> EndpointError | None:
        self._happens()
        return self.down.get(name)

    def _saved(self, _: Write) -> bool:
        self._happens()
        return False

    def _happens(self) -> None:
        self.calls += 1
        self.at.pop(self.calls, lambda: None)()


def pull_the_plug() -> None:
    """Crash."""
    raise PulledPlugError


def _group(name: str) -> GroupSpec:
    calendar = Calendar(zone=ZoneInfo("Europe/Brussels"), holidays=frozenset())
    group = Group(name=name, calendar=calendar, meetings={}, publications={})
    return GroupSpec(title=TITLES[name], locale=Locale.parse("en"), contact_days=14, group=group)


def _endpoint(name: str, clock: Callable[[], datetime]) -> MemoryEndpoint:
    kinds = {
        Part.GROUP: ColumnType.TEXT,
        Part.SYNC_NOW: ColumnType.FLAG,
        Part.STATE: ColumnType.TEXT,
        Part.RESULT: ColumnType.LONG_TEXT,
        Part.QUESTIONS: ColumnType.LONG_TEXT,
    }
    columns = [
        Column(id=part.value, name=NAMES[part], type=kind, native=kind.value) for part, kind in kinds.items()
    ]
    columns.append(Column(id="key", name="Key", type=ColumnType.TEXT, native="text"))
    schema = Schema(container=name, title=name, columns={one.id: one for one in columns}, key_column="key")
    return MemoryEndpoint(name=name, schema=schema, clock=clock, connection=name)
