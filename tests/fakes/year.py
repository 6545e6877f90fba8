"""A service that is killed, loses its database, stands still and comes back, while a year of the four groups goes by.

The outlets are those of the shipped mapping, with the habits of the real ones; moments at which something may happen lie
before and after everything that they do, and before and after every change to the store.
"""

import dataclasses
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Literal, TypeAlias, cast

from syncbot.endpoints.memo import Memo
from syncbot.endpoints.outlets.base import Outlet
from syncbot.endpoints.outlets.fallback import Fallback
from syncbot.errors import StoreError, Unavailable
from syncbot.mapping.groups import Groups
from syncbot.model.values import Value
from syncbot.schedule.delivering import AfterCrash
from syncbot.service.lease import Holder
from syncbot.service.parts import Parts
from syncbot.service.publishing import Names
from syncbot.service.ticking import MEMO, Ticked, tick
from syncbot.service.ways import Way, Ways
from syncbot.store.base import Store
from tests.fakes.four_groups import know
from tests.fakes.outlets import Channel, Documents, Mailbox, Meetings, Outside, Pages, Texts

NAMES = Names(place=str, field=str)
AGAIN = "channel_b"
"""The channel that prefers a card twice to none."""
CHANNELS = ("channel_a", "channel_b", "channel_c", "channel_d")
CALM = (1, 16, 12)
"""Minutes between looks without trouble, after which nothing is in doubt any more."""
_CHANGES = frozenset({"intend_delivery", "settle_delivery", "revise_memo", "take_lease", "drop_lease"})
Sort: TypeAlias = Literal["kill", "database", "fails"]


class Killed(BaseException):
    """The process ends here; nothing of ours catches it."""


@dataclass(frozen=True, kw_only=True)
class Fate:
    """What happens during one look at the clock."""

    sort: Sort
    moment: int
    """At which moment, counted from 1; a look that has not so many goes well."""


@dataclass(kw_only=True)
class Danger:
    """Counts the moments of one look, and lets its fate come true."""

    fate: Fate | None = None
    count: int = 0
    dead: bool = False
    came_true: Counter[str] = field(default_factory=Counter)

    def begins(self, fate: Fate | None) -> None:
        """A process looks at the clock."""
        self.fate, self.count, self.dead = fate, 0, False

    def moment(self, *, of_store: bool) -> None:
        """Something may happen; to a process that is dead nothing happens any more."""
        self.count += 1
        if self.dead:
            raise Killed
        if self.fate is None or self.count < self.fate.moment:
            return
        match self.fate.sort:
            case "kill":
                self.came_true["kill"] += 1
                self.dead = True
                raise Killed
            case "database" if of_store:
                self.came_true["database"] += 1
                raise StoreError("the database is restarted")
            case "fails" if not of_store and self.count == self.fate.moment:
                self.came_true["fails"] += 1
                raise Unavailable("no answer", endpoint="outside")


class Fragile:
    """A store with a moment before and after each change."""

    def __init__(self, inner: Store, danger: Danger) -> None:
        """Stand before a store."""
        self._inner, self._danger = inner, danger

    def __getattr__(self, name: str) -> Any:
        """The store's own method, or one with moments."""
        real = getattr(self._inner, name)
        if name not in _CHANGES:
            return real

        def change(*words: Any, **more: Any) -> Any:
            self._danger.moment(of_store=True)
            answer = real(*words, **more)
            self._danger.moment(of_store=True)
            return answer

        return change


@dataclass(kw_only=True)
class Year:
    """The service, what is outside, and the clock."""

    parts: Parts
    groups: Groups
    now: datetime
    store: Store
    closed: set[str] = field(default_factory=set)
    """Channels whose workflow is switched off."""
    danger: Danger = field(default_factory=Danger)
    calm: list[datetime] = field(default_factory=list)
    """When it had run for so long without trouble that nothing may be in doubt."""

    def __post_init__(self) -> None:
        """Make the outlets, and two people in each group: one has something to do, the other nothing."""
        self.began = self.now
        self.outside: dict[str, Outside] = {name: self._outside(name) for name in _SORTS}
        self.texts = Texts(moment=lambda: self.danger.moment(of_store=True))
        for group in self.groups:
            for name in ("anna", "ben"):
                fields = {"name": f"{name} {group}", "email": f"{name}@{group}.example", "role": "advisor"}
                know(self.parts, "person", f"{name}-{group}", {**fields, "csg": group, "status": "current"})
            owned: dict[str, Value] = {
                "name": "Look",
                "owners": frozenset({f"anna-{group}"}),
                "csg": group,
                "done": False,
            }
            know(self.parts, "action", f"action-{group}", owned)
        self.ways = dict(self._ways())

    def _outside(self, name: str) -> Outside:
        made = _SORTS[name](
            name=name, now=lambda: self.now, moment=lambda: self.danger.moment(of_store=False)
        )
        if isinstance(made, Channel):
            made.closed = lambda: name in self.closed
        return made

    def _ways(self) -> Iterator[tuple[tuple[str, str], Sequence[Way]]]:
        for group, spec in self.groups.items():
            for what in spec.group.publications:
                whole = [self._way(name) for name in spec.to.get(what, ())]
                each = [
                    dataclasses.replace(self._way(name), each=True) for name in spec.to_each.get(what, ())
                ]
                yield (group, what), [*whole, *each]

    def _way(self, name: str) -> Way:
        outlet = cast(Outlet, self.outside[name])
        if name in CHANNELS:
            mail = cast(Outlet, self.outside["mail"])
            outlet = Fallback(first=outlet, second=mail, memo=self.texts.memo)
        after = AfterCrash.AT_LEAST_ONCE if name == AGAIN else AfterCrash.AT_MOST_ONCE
        return Way(outlet=outlet, after_crash=after, whole=name in ("pages", "files"))

    def look(self, fate: Fate | None = None) -> Ticked | None:
        """Look at the clock as the service does; None when the process was killed or lost its database."""
        self.danger.begins(fate)
        store = cast(Store, Fragile(self.store, self.danger))
        parts = dataclasses.replace(self.parts, store=store, now=lambda: self.now)
        name = f"process {self.danger.came_true['kill']}"
        holder = Holder(name=name, now=parts.now, is_dead=lambda other: other != name)
        try:
            with parts.lease.held(store, holder):
                ticked = tick(parts, cast(Ways, self.ways), NAMES)
        except (Killed, StoreError):
            return None
        return ticked

    def calms_down(self) -> Ticked:
        """Go on without trouble until nothing is in doubt."""
        found: Ticked | None = None
        for minutes in CALM:
            self.now += timedelta(minutes=minutes)
            if not Memo(partial(self.store.revise_memo, MEMO)).recall():
                self.began = self.now  # it was killed before it knew that it was ever started
            found = self.look()
            assert found is not None
        self.calm.append(self.now)
        assert found is not None
        return found


_SORTS: Mapping[str, type[Outside]] = {
    "mail": Mailbox,
    **dict.fromkeys((*CHANNELS, "channel_all"), Channel),
    "pages": Pages,
    "files": Documents,
    "meeting_d": Meetings,
}
