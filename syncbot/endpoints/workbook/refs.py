"""Which row is which: Excel numbers no rows, and people sort, insert and remove them.

A row that bears our key is known by it. Another is known by what stands in it; one that was edited, by its place. So
refs stay the same from one reading to the next, also when a row gets its key.
"""

import itertools
import json
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, TypeAlias

_MOST_GONE = 2_000
"""Rows that went away are told again and again; the oldest of more are forgotten."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """What a row looks like at a reading."""

    number: int
    """Of the sheet."""
    key: str | None
    content: str
    """A hash of everything in it but the key."""

    @property
    def version(self) -> str:
        """A mark of everything that stands in the row."""
        return f"{self.content}-{hashed(self.key or '')[:6]}"


Sign: TypeAlias = Callable[[Look], Hashable | None]
"""What a row is known by, None for a row that is not known by this."""
_SIGNS: Sequence[tuple[Sign, Sign]] = (
    (lambda old: old.key and (old.key, old.content), lambda new: new.key and (new.key, new.content)),
    (lambda old: old.key, lambda new: new.key),
    (lambda old: old.content, lambda new: new.content if new.key is None else None),
    (lambda old: old.number if old.key is None else None, lambda new: new.number),
)
"""The surest first: the key and what stands there; the key; what stands there, its key lost; the place of a row
that had no key yet. Of those that had one, another in their place is another row."""


@dataclass(kw_only=True)
class Refs:
    """What is remembered of the rows of one table."""

    rows: dict[str, Look] = field(default_factory=dict)
    """By ref."""
    ours: dict[str, str] = field(default_factory=dict)
    """Ref -> what stood in the row when we wrote it last."""
    gone: list[str] = field(default_factory=list)
    ctag: str = ""
    """Of the content in which the rows looked so."""

    @classmethod
    def from_text(cls, text: str) -> "Refs":
        """Read what was kept; what cannot be read is as good as lost."""
        try:
            kept: dict[str, Any] = json.loads(text) if text else {}
            rows = {
                ref: Look(number=one[0], key=one[1], content=one[2])
                for ref, one in kept.get("rows", {}).items()
            }
            return cls(
                rows=rows,
                ours=dict(kept.get("ours", {})),
                gone=list(kept.get("gone", [])),
                ctag=str(kept.get("ctag", "")),
            )
        except (ValueError, TypeError, AttributeError, IndexError):
            return cls()

    def to_text(self) -> str:
        """Return all of it as JSON."""
        rows = {ref: [one.number, one.key, one.content] for ref, one in self.rows.items()}
        kept = {"rows": rows, "ours": self.ours, "gone": self.gone, "ctag": self.ctag}
        return json.dumps(kept, separators=(",", ":"))

    def name(self, looks: Sequence[Look]) -> Mapping[int, str]:
        """Give every row its ref, by the row's number, and remember how it looks now."""
        given: dict[int, str] = {}
        free = dict(self.rows)
        for old_sign, new_sign in _SIGNS:
            waiting = _by_sign(free, old_sign)
            for look in looks:
                refs = waiting.get(new_sign(look)) if look.number not in given else None
                if refs:
                    given[look.number] = refs.pop(0)
                    del free[given[look.number]]
        taken = {*given.values(), *free, *self.gone}
        for look in looks:
            if look.number not in given:
                given[look.number] = _fresh(look, taken)
                taken.add(given[look.number])
        there = set(given.values())
        self.gone = [ref for ref in (*self.gone, *free) if ref not in there][-_MOST_GONE:]
        self.rows = {given[look.number]: look for look in looks}
        self.ours = {ref: content for ref, content in self.ours.items() if ref in self.rows}
        return given

    def is_ours(self, ref: str, content: str) -> bool:
        """Whether a row is as we wrote it."""
        return self.ours.get(ref) == content


def _by_sign(rows: Mapping[str, Look], sign: Sign) -> dict[Hashable | None, list[str]]:
    found: dict[Hashable | None, list[str]] = {}
    for ref, look in rows.items():
        mark = sign(look)
        if mark is not None:
            found.setdefault(mark, []).append(ref)
    return found


def hashed(text: str) -> str:
    """Return a short mark of a text."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _fresh(look: Look, taken: Collection[str]) -> str:
    """Make a ref that no row has or had; the same one for the same row, should everything be forgotten."""
    seed = look.key or f"{look.number} {look.content}"
    for count in itertools.count():
        ref = "row-" + sha256(f"{seed} {count}".encode("utf-8", "replace")).hexdigest()[:12]
        if ref not in taken:
            return ref
    raise AssertionError
