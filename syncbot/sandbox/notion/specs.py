"""New blocks, judged before any of them is made."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from sys import maxsize
from typing import Any

from .errors import failed, invalid, unexpected
from .kinds import INSIDE, KINDS, ONLY, holds, made_content
from .place import MAX_PAGE, Place, as_list, as_object, check_members, named_kind
from .state import Block, Page, Wire, minute

MAX_BLOCKS = 1000
Found = Callable[[Place, Wire, str], Wire]
"""Judges what a block holds of a kind that no append makes."""


@dataclass(frozen=True, kw_only=True)
class Spec:
    """A block that is to be made, with those below it."""

    kind: str
    content: Wire
    children: Sequence["Spec"] = ()

    @property
    def size(self) -> int:
        """It and all below it."""
        return 1 + sum(child.size for child in self.children)


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How much may be sent at once."""

    levels: int
    """Blocks below blocks; columns and rows of tables do not count (as the OpenAPI has it)."""
    siblings: int


BY_API = Limits(levels=2, siblings=MAX_PAGE)
"""The OpenAPI would take one more level; the words of the documentation do not."""
TYPED = Limits(levels=maxsize, siblings=maxsize)
"""Of what a person types, and of Markdown: no such limit is documented."""
_UNCOUNTED = ("column_list", "table")
_FULL = {"table": 1, "column_list": 2, "tab": 1, "column": 0}
"""Kinds that are made together with what is in them, and how much that is at least."""


@dataclass(frozen=True, kw_only=True)
class _Site:
    """Where a new block would stand."""

    place: Place
    limits: Limits
    owner: str
    """Kind of what is above it."""
    level: int = 1
    found: Mapping[str, Found] = field(default_factory=dict)
    """Kinds that nobody can make over the API, but that are found on pages."""


def judged(
    place: Place,
    owner: Page | Block,
    given: object,
    at: str,
    limits: Limits = BY_API,
    found: Mapping[str, Found] | None = None,
) -> list[Spec]:
    """Judge new blocks below an owner; `found` are kinds that are taken besides those of the API."""
    if isinstance(owner, Block):
        check_holds(owner.type, owner.content)
    kind = owner.type if isinstance(owner, Block) else "child_page"
    specs = _list(_Site(place=place, limits=limits, owner=kind, found=found or {}), given, at)
    count = sum(spec.size for spec in specs)
    if limits is BY_API and count > MAX_BLOCKS:
        raise failed(f"{at}.length", f"be ≤ `{MAX_BLOCKS}`", count)
    if isinstance(owner, Block):
        _check_widths(specs, owner.content.get("table_width"), at)
    place.check_space(count)
    return specs


def made(place: Place, owner: Page | Block, specs: Sequence[Spec], index: int | None = None) -> list[str]:
    """Make blocks at a place among the owner's children (None = at the end) and return their ids."""
    kind = "page_id" if isinstance(owner, Page) else "block_id"
    keys = [_one(place, spec, {"type": kind, kind: owner.id}) for spec in specs]
    where = len(owner.children) if index is None else index
    owner.children[where:where] = keys
    return keys


def check_holds(kind: str, content: Wire) -> None:
    """Refuse blocks below what holds none."""
    if kind in KINDS and not holds(kind, content):
        raise invalid(f"Block of type {kind} does not support children.")


def _list(site: _Site, given: object, at: str) -> list[Spec]:
    members = as_list(given, at, most=site.limits.siblings)
    return [_judged(site, one, f"{at}[{n}]") for n, one in enumerate(members)]


def _judged(site: _Site, given: object, at: str) -> Spec:
    spec = as_object(given, at)
    kind = named_kind(spec, (*KINDS, *site.found), at)
    if kind is None:
        raise failed(f"{at}.paragraph", "be defined", missing=True)
    check_members(spec, ("object", "type", kind), at)
    if spec.get("object", "block") != "block":
        raise failed(f"{at}.object", 'be `"block"`', spec["object"])
    _check_site(site, kind, at)
    content = dict(as_object(spec[kind], f"{at}.{kind}"))
    if kind in _FULL and "children" not in content:
        raise failed(f"{at}.{kind}.children", "be defined", missing=True)
    children = content.pop("children", [])
    judge = site.found.get(kind)
    where = f"{at}.{kind}"
    kept = (
        made_content(site.place, kind, content, where) if judge is None else judge(site.place, content, where)
    )
    return Spec(kind=kind, content=kept, children=_below(site, kind, kept, children, where))


def _check_site(site: _Site, kind: str, at: str) -> None:
    """Refuse what does not stand there: rows outside of tables, and the like (wording ours)."""
    wanted = ONLY.get(site.owner)
    if wanted is not None and kind != wanted:
        raise failed(f"{at}.{wanted}", "be defined", missing=True)
    if INSIDE.get(kind, site.owner) != site.owner:
        raise invalid(f"{at}: a {kind} stands in a {INSIDE[kind]} only.")
    if kind == "column_list" and site.level > 1:
        raise unexpected(f"{at}.{kind}", {})


def _below(site: _Site, kind: str, content: Wire, given: Any, at: str) -> list[Spec]:
    where = f"{at}.children"
    least = _FULL.get(kind, 0)
    if least and isinstance(given, list) and len(given) < least:
        raise failed(f"{where}.length", f"be ≥ `{least}`", len(given))
    if not given and isinstance(given, list):
        return []
    if not isinstance(given, list):
        as_list(given, where)
    if kind in KINDS:
        check_holds(kind, content)
    counted = kind not in _UNCOUNTED
    if counted and site.level >= site.limits.levels:
        raise unexpected(where, given)
    inner = _Site(
        place=site.place, limits=site.limits, owner=kind, level=site.level + counted, found=site.found
    )
    specs = _list(inner, given, where)
    _check_widths(specs, content.get("table_width"), where)
    return specs


def _check_widths(rows: Sequence[Spec], width: int | None, at: str) -> None:
    for number, row in enumerate(rows):
        if width is not None and len(row.content["cells"]) != width:
            raise failed(f"{at}[{number}].table_row.cells.length", f"be `{width}`", len(row.content["cells"]))


def _one(place: Place, spec: Spec, parent: Wire) -> str:
    at = minute(place.now)
    block = Block(
        id=place.new_id(),
        parent=parent,
        created=at,
        edited=at,
        created_by=place.hand,
        edited_by=place.hand,
        type=spec.kind,
        content=spec.content,
    )
    place.state.blocks[block.id] = block
    below = {"type": "block_id", "block_id": block.id}
    block.children = [_one(place, child, below) for child in spec.children]
    return block.id
