"""What the rows of manual sync ask for: decided from what stands in them, and from nothing else.

All that is to be remembered stands in the rows, so a crash loses nothing. A tick is taken by one write that takes it
away and says "running"; how the run ended is said by another, which leaves the box alone. So a box that is ticked is
a tick that nobody has taken, and a row that says "running" while nothing runs is one whose run was cut off. Both are
owed a run, and one run answers all that were made before it began.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

RUNNING = "Running since"
"""How the state of a row begins whose tick was taken and not answered."""
_KEY = "control-"


class Part(StrEnum):
    """What a column is for, as mappings/control.yaml calls it."""

    GROUP = "group"
    SYNC_NOW = "sync_now"
    STATE = "state"
    RESULT = "result"
    QUESTIONS = "questions"


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A row, as far as it matters here."""

    place: str
    ref: str
    key: str | None
    name: str
    """What stands in the group's column."""
    ticked: bool
    state: str

    @property
    def running(self) -> bool:
        """A tick was taken and not answered, as far as the row tells."""
        return self.state.startswith(RUNNING)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What is to be done about the rows of one place."""

    owed: Sequence[tuple[Seen, str]]
    """Rows that are owed a run, each with its group."""
    nobody: Sequence[Seen]
    """Rows on which no group can be made out and that were ticked, or say "running": they are told so."""
    missing: Sequence[str]
    """Groups without a row, also without one that only has their key."""
    twice: Sequence[str]
    """Groups with several rows: each is answered, and one should go."""
    strange: int
    """How many rows there are on which no group can be made out, empty ones aside."""


def found(rows: Iterable[Seen], titles: Mapping[str, str]) -> Found:
    """Decide about the rows of one place; `titles` are those of the declared groups."""
    told = [(row, meant(row, titles)) for row in sorted(rows, key=lambda one: one.ref)]
    counts = Counter(group for _, group in told if group is not None)
    keys = {row.key for row, _ in told}
    asking = [(row, group) for row, group in told if row.ticked or row.running]
    return Found(
        owed=[(row, group) for row, group in asking if group is not None],
        nobody=[row for row, group in asking if group is None],
        missing=[group for group in titles if not counts[group] and key_of(group) not in keys],
        twice=[group for group in titles if counts[group] > 1],
        strange=sum(group is None and bool(_plain(row.name)) for row, group in told),
    )


def meant(row: Seen, titles: Mapping[str, str]) -> str | None:
    """Return the group of a row: what people see counts for more than our key, which a copied row has as well."""
    name = _plain(row.name)
    said = [group for group, title in titles.items() if name in (_plain(group), _plain(title))]
    stamped = [group for group in titles if row.key == key_of(group)]
    return next(iter((*said, *stamped)), None)


def key_of(group: str) -> str:
    """Return the key that the row of a group gets."""
    return f"{_KEY}{group}"


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
