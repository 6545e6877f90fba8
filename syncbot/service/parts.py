"""What the verbs work with; `app` puts the real parts in, tests put fakes in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Protocol

from syncbot.endpoints.base import Endpoint
from syncbot.mapping.groups import Groups
from syncbot.mapping.layouts import Layouts
from syncbot.mapping.spec import Mappings
from syncbot.publish.forms import Template
from syncbot.publish.wording import WordingFault
from syncbot.store.base import Store

from .control_place import Controls
from .diary import Blank, Diary
from .lease import Lease
from .note_sources import Noting
from .shut import Shut
from .ways import Alarm, Ways


class Watch(Protocol):
    """Hears how a verb gets on, so that a person sees progress. Called from one thread at a time."""

    def reading(self, kind: str, endpoint: str) -> None:
        """A reading begins."""

    def read(self, kind: str, endpoint: str, rows: int) -> None:
        """A reading ended with so many rows."""

    def writing(self, kind: str, total: int) -> None:
        """So many writes are about to be sent."""

    def wrote(self, kind: str, endpoint: str, title: str, *, worked: bool) -> None:
        """One of them ended."""


class Quiet:
    """A watch that says nothing."""

    def reading(self, kind: str, endpoint: str) -> None:
        """Say nothing."""

    def read(self, kind: str, endpoint: str, rows: int) -> None:
        """Say nothing."""

    def writing(self, kind: str, total: int) -> None:
        """Say nothing."""

    def wrote(self, kind: str, endpoint: str, title: str, *, worked: bool) -> None:
        """Say nothing."""


@dataclass(frozen=True, kw_only=True)
class Probe:
    """A question that `check` asks of the outside: it answers in words, or raises a `SyncbotError`."""

    what: str
    """What is tried, for people: "Sign in to Notion"."""
    ask: Callable[[], str]


def _no_template(name: str) -> bytes:
    raise WordingFault(f"there is no template {name}")


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The real or fake parts behind the verbs."""

    store: Store
    mappings: Mappings
    endpoints: Mapping[str, Mapping[str, Endpoint]]
    """By kind, then by the endpoint's name in the mapping."""
    requests: Mapping[str, Callable[[], int]]
    """By connection: how many requests it has sent so far."""
    now: Callable[[], datetime]
    """Aware, UTC."""
    new_id: Callable[[str], str]
    """Makes an id that was never used, beginning with the given word: "run", "conflict", "city" .."""
    user: str
    """Who asks, for the journal."""
    zone: tzinfo = UTC
    """On whose clock people are told times, and type them."""
    holder: str = "syncbot"
    """This process, as it is named in leases."""
    holder_is_dead: Callable[[str], bool] = lambda _: False
    """Whether a process that holds a lease is known to be gone; False when that cannot be known."""
    turn: Callable[[], None] = lambda: None
    """Waits for our turn at the services, before a run begins. Raises `LeaseHeld` when somebody works there for long."""
    lease: Lease = field(default_factory=Lease)
    """Kept by whoever is about to send something or to change the store."""
    noting: Noting | None = None
    """The notes to be read; None where none are declared."""
    probes: Sequence[Probe] = ()
    groups: Groups = field(default_factory=dict)
    """Who meets when; empty where nothing is published."""
    layouts: Layouts = field(default_factory=dict)
    """What is published, in which words."""
    template: Template = _no_template
    """Reads the Office templates."""
    sync_every: timedelta = timedelta(minutes=15)
    """How often the service syncs."""
    bind: str = "127.0.0.1"
    """For whom the service answers how it is."""
    port: int = 0
    """Where it does; 0 = nowhere."""
    ways: Callable[[], Ways] = dict
    """Makes the outlets that can be used, and says where each publication goes."""
    shut: Callable[[], Sequence[Shut]] = tuple
    """Says which outlets cannot be used, and why."""
    alarm: Callable[[], Alarm | None] = lambda: None
    """Makes the outlets of alerts that can be used; None where none are declared."""
    controls: Callable[[], Controls | None] = lambda: None
    """Makes the places where ticks ask for a sync; None where none are declared."""
    rest: Callable[[], None] = lambda: None
    """Lets other processes work with the services, until we ask there again."""
    watch: Watch = field(default_factory=Quiet)
    diary: Diary = field(default_factory=Blank)
