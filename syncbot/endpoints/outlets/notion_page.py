"""Brings the blocks of one page up to date: reads what stands there, and sends only what has to change.

What we wrote last is kept in a memo, so that a line that a person took away is known to be one. The memo may be lost:
then such a line comes back when the publication is sent again, and nothing else happens.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from syncbot.endpoints.notion.connection import NotionConnection
from syncbot.errors import NotFound

from .notion_changes import Change, Insert, Keep, Remove, Rewrite, Standing, changes
from .notion_lines import Json, Spoken, mark_of, pieces_of

AT_ONCE = 100
"""Blocks of a request, those below others not counted."""
_BLOCKS = 1_000
"""Blocks of a request."""
_BYTES = 400_000
"""Bytes of the blocks of a request; Notion takes 500 kB in all."""
Written: TypeAlias = dict[str, dict[str, str]]
"""By the id of a page or block: the marks of the blocks that we put right below it, by their ids. Those that a person
took away stand under their mark instead of an id."""


@dataclass(kw_only=True)
class Body:
    """The blocks of one page."""

    connection: NotionConnection = field(repr=False)
    bot: str
    """The user that we are."""
    written: Written
    """What we wrote before."""
    now: Written = field(default_factory=dict)
    """What we have written by now."""

    def bring(self, owner: str, wanted: Sequence[Spoken]) -> None:
        """Let what is below a page or block say what is wanted, as far as it is ours."""
        blocks = list(self._children(owner))
        before = self.written.get(owner, {})
        there = {str(one["id"]) for one in blocks}
        away = [mark for key, mark in before.items() if key not in there]
        standing = [self._standing(one, before) for one in blocks if self._made_by_us(one)]
        self.now[owner] = {mark: mark for mark in away if mark in {one.mark for one in wanted}}
        self._do(owner, changes(standing, wanted, away))

    def add(self, owner: str, lines: Sequence[Spoken], position: Json | None = None) -> str | None:
        """Put new blocks below a page or block; return the id of the last."""
        last = None
        for some in portions(lines):
            place = position if last is None else _behind(last)
            body: dict[str, Any] = {"children": [one.block() for one in some]}
            answer = self.connection.change(
                "PATCH", f"blocks/{owner}/children", {**body, **({"position": place} if place else {})}
            )
            last = self.note(owner, some, answer.get("results") or [])
        return last

    def learn(self, owner: str, lines: Sequence[Spoken]) -> None:
        """Remember what was written when a page was made, whose answer does not tell its blocks."""
        self.note(owner, lines, list(self._children(owner)))

    def note(self, owner: str, lines: Sequence[Spoken], blocks: Sequence[Json]) -> str | None:
        """Remember what was written. An answer tells later blocks as well: only the first are the new ones."""
        known = self.now.setdefault(owner, {})
        last = None
        for line, block in zip(lines, blocks, strict=False):
            last = str(block["id"])
            known[last] = line.mark
        return last

    def _do(self, owner: str, steps: Sequence[Change]) -> None:
        behind: str | None = None
        for step in steps:
            match step:
                case Insert():
                    place = _behind(behind) if behind else {"type": "start"}
                    behind = self.add(owner, step.lines, place) or behind
                case Remove():
                    behind = behind if self._removed(step.block) else step.block.id
                case Rewrite():
                    self._rewritten(owner, step)
                    behind = step.block.id
                case Keep():
                    self._kept(owner, step)
                    behind = step.block.id

    def _rewritten(self, owner: str, step: Rewrite) -> None:
        kind = step.line.kind
        self.connection.change("PATCH", f"blocks/{step.block.id}", {kind: step.line.content()})
        self._settled(owner, step.block, step.line)

    def _kept(self, owner: str, step: Keep) -> None:
        if step.line is not None:
            self._settled(owner, step.block, step.line)
        elif step.block.origin is not None:
            self.now[owner][step.block.id] = step.block.origin

    def _settled(self, owner: str, block: Standing, line: Spoken) -> None:
        self.now[owner][block.id] = line.mark
        if block.below or line.under:
            self.bring(block.id, line.under)

    def _removed(self, block: Standing) -> bool:
        """Take a block away, unless somebody wrote below it: then it stays with what they wrote."""
        if block.below and not self._all_ours(block.id):
            return False
        with suppress(NotFound):
            self.connection.change("DELETE", f"blocks/{block.id}", {})
        return True

    def _all_ours(self, owner: str) -> bool:
        return all(
            self._made_by_us(one) and self._changed_by_us(one) and not one.get("has_children")
            for one in self._children(owner)
        )

    def _children(self, owner: str) -> Iterator[Json]:
        for page in self.connection.pages_of(f"blocks/{owner}/children"):
            yield from page.get("results") or []

    def _standing(self, block: Json, before: Mapping[str, str]) -> Standing:
        key, kind, pieces = str(block["id"]), str(block["type"]), pieces_of(block)
        return Standing(
            id=key,
            kind=kind,
            text="".join(words for words, _, _ in pieces),
            mark=mark_of(kind, pieces),
            ours=self._changed_by_us(block),
            origin=before.get(key),
            below=bool(block.get("has_children")),
        )

    def _made_by_us(self, block: Json) -> bool:
        return _user(block, "created_by") == self.bot

    def _changed_by_us(self, block: Json) -> bool:
        return _user(block, "last_edited_by") == self.bot


def portions(lines: Sequence[Spoken]) -> Iterator[Sequence[Spoken]]:
    """Yield as many blocks at a time as one request may hold; nothing for nothing."""
    some: list[Spoken] = []
    blocks = size = 0
    for line in lines:
        own, weight = 1 + len(line.under), len(json.dumps(line.block(), ensure_ascii=False).encode())
        if some and (len(some) == AT_ONCE or blocks + own > _BLOCKS or size + weight > _BYTES):
            yield some
            some, blocks, size = [], 0, 0
        some.append(line)
        blocks, size = blocks + own, size + weight
    if some:
        yield some


def read_written(text: str) -> tuple[str | None, Written]:
    """Return the title and the blocks that a memo tells; nothing from a text that is none of ours."""
    try:
        found = json.loads(text) if text else {}
        blocks = {str(owner): dict(marks) for owner, marks in found.get("blocks", {}).items()}
        title = found.get("title")
    except (ValueError, TypeError, AttributeError):
        return None, {}
    return (title if isinstance(title, str) else None), blocks


def written_text(title: str, written: Written) -> str:
    """Return the text of a memo."""
    return json.dumps({"title": title, "blocks": written}, ensure_ascii=False, separators=(",", ":"))


def _behind(block: str) -> Json:
    return {"type": "after_block", "after_block": {"id": block}}


def _user(block: Json, member: str) -> str | None:
    found = block.get(member)
    return str(found.get("id")) if isinstance(found, dict) else None
