"""Blocks: the few kinds that notes need, below pages and below each other."""

from collections.abc import Sequence
from typing import Any

from ..frame import Answer
from . import text
from .errors import failed, invalid, unexpected
from .paging import listed, paged
from .place import Place, as_list, as_object, as_uuid, asked_page, check_members, named_kind
from .state import Block, Page, Wire, minute, stamp
from .users import partial_user

_TEXT: Wire = {"rich_text": [], "color": "default"}
_HEADING: Wire = {"rich_text": [], "is_toggleable": False, "color": "default"}
_KINDS: dict[str, Wire] = {
    "paragraph": {"rich_text": [], "icon": None, "color": "default"},
    "heading_1": _HEADING,
    "heading_2": _HEADING,
    "heading_3": _HEADING,
    "heading_4": _HEADING,
    "bulleted_list_item": _TEXT,
    "numbered_list_item": _TEXT,
    "to_do": {"rich_text": [], "checked": False, "color": "default"},
    "toggle": _TEXT,
    "quote": _TEXT,
    "divider": {},
}
"""What a block holds when nothing is said (recorded members)."""
MAX_DEPTH = 2
MAX_BLOCKS = 1000


def one_block(place: Place, key: str) -> Answer:
    """Answer `GET /v1/blocks/{id}`; what is in the trash is answered as well."""
    place.may("read")
    return Answer(status=200, body=shown_block(place, place.holder(key)))


def child_list(place: Place, key: str) -> Answer:
    """Answer `GET /v1/blocks/{id}/children`: one level; what is not shared is left out."""
    place.may("read")
    owner = place.holder(key)
    size, cursor = asked_page(place)
    children = {one.id: one for one in place.state.children_of(owner) if place.sees(one)}
    page = paged(list(children), size, cursor)
    return listed("block", [shown_block(place, children[one]) for one in page.keys], page.cursor)


def append(place: Place, key: str) -> Answer:
    """Answer `PATCH /v1/blocks/{id}/children`.

    Recorded: with a position the new blocks are answered together with all that follow them.
    """
    place.may("insert")
    owner = place.holder(key)
    old = place.version == "2025-09-03"
    body = place.body("children", "position", *(("after",) if old else ()))
    place.check_living(owner)
    where = _position(place, owner, body)
    made = appended(place, owner, body.get("children"), "body.children", where)
    _touch(place, owner)
    living = [one.id for one in place.state.children_of(owner)]
    answered = made if where is None else living[living.index(made[0]) :] if made else []
    return listed("block", [shown_block(place, place.holder(one)) for one in answered], None)


def update(place: Place, key: str) -> Answer:
    """Answer `PATCH /v1/blocks/{id}`: the named fields are replaced, the others stay."""
    place.may("update")
    block = place.holder(key)
    flag = "archived" if place.version == "2025-09-03" else "in_trash"
    if isinstance(block, Page):
        raise invalid("A page is updated with the pages endpoint.")
    body = place.body("type", block.type, flag)
    if block.in_trash and body.get(flag) is not False:
        place.check_living(block)
    if body.get("type", block.type) != block.type:
        raise failed("body.type", f'be `"{block.type}"`', body["type"])
    if block.type in body:
        at = f"body.{block.type}"
        given = as_object(body[block.type], at)
        # An empty list of children is taken (recorded), children are not.
        fields = {name: value for name, value in given.items() if (name, value) != ("children", [])}
        block.content |= _content(place, block.type, fields, at)
    block.in_trash = bool(body.get(flag, block.in_trash))
    _touch(place, block)
    return Answer(status=200, body=shown_block(place, block))


def delete(place: Place, key: str) -> Answer:
    """Answer `DELETE /v1/blocks/{id}`: into the trash, pages too."""
    place.may("update")
    block = place.holder(key)
    place.check_living(block)
    block.in_trash = True
    _touch(place, block)
    return Answer(status=200, body=shown_block(place, block))


def emptied(place: Place, owner: Page | Block) -> None:
    """Put everything below it into the trash."""
    for child in place.state.children_of(owner):
        child.in_trash = True


def appended(
    place: Place, owner: Page | Block, given: object, at: str, where: int | None = None
) -> list[str]:
    """Judge new blocks, put them below the owner at a place among its children, and return their ids."""
    specs = [_judged(place, one, f"{at}[{n}]", depth=1) for n, one in enumerate(as_list(given, at))]
    if sum(_count(spec) for spec in specs) > MAX_BLOCKS:
        raise failed(f"{at}.length", f"be ≤ `{MAX_BLOCKS}`", sum(_count(spec) for spec in specs))
    place.check_space(sum(_count(spec) for spec in specs))
    kind = "page_id" if isinstance(owner, Page) else "block_id"
    made = [_made(place, spec, {"type": kind, kind: owner.id}) for spec in specs]
    index = len(owner.children) if where is None else where
    owner.children[index:index] = made
    return made


def shown_block(place: Place, block: Page | Block) -> Wire:
    """Return a block object; a page is shown as the block that it is to its parent."""
    kind, content = _inner(place, block)
    return {
        "object": "block",
        "id": block.id,
        "parent": block.parent,
        "created_time": stamp(block.created),
        "last_edited_time": stamp(block.edited),
        "created_by": partial_user(block.created_by),
        "last_edited_by": partial_user(block.edited_by),
        "has_children": bool(place.state.children_of(block)),
        "in_trash": place.state.trashed(block),
        "type": kind,
        kind: content,
    }


def _inner(place: Place, block: Page | Block) -> tuple[str, Wire]:
    if isinstance(block, Page):
        return "child_page", {"title": text.plain(place, block.values.get("title", []))}
    if "rich_text" not in block.content:
        return block.type, block.content
    return block.type, block.content | {"rich_text": text.read(place, block.content["rich_text"])}


def _judged(place: Place, given: object, at: str, depth: int) -> tuple[str, Wire, Sequence[Any]]:
    """Return kind, content and children of a new block."""
    spec = as_object(given, at)
    kind = named_kind(spec, _KINDS, at)
    if kind is None:
        raise failed(f"{at}.paragraph", "be defined", missing=True)
    check_members(spec, ("object", "type", kind), at)
    if spec.get("object", "block") != "block":
        raise failed(f"{at}.object", 'be `"block"`', spec["object"])
    content = dict(as_object(spec[kind], f"{at}.{kind}"))
    if "rich_text" in _KINDS[kind] and "rich_text" not in content:
        raise failed(f"{at}.{kind}.rich_text", "be defined", missing=True)
    children = content.pop("children", [])
    if children and depth >= MAX_DEPTH:
        raise unexpected(f"{at}.{kind}.children", children)
    where = f"{at}.{kind}.children"
    inner = [
        _judged(place, one, f"{where}[{n}]", depth + 1) for n, one in enumerate(as_list(children, where))
    ]
    return kind, _KINDS[kind] | _content(place, kind, content, f"{at}.{kind}"), inner


def _content(place: Place, kind: str, given: Wire, at: str) -> Wire:
    """Judge the fields of a block that are named."""
    check_members(given, _KINDS[kind], at)
    result = dict(given)
    if "rich_text" in given:
        result["rich_text"] = text.taken(place, given["rich_text"], f"{at}.rich_text")
    if "icon" in given and not isinstance(given["icon"], dict):
        raise unexpected(f"{at}.icon", given["icon"])  # as users report of null
    for name in ("checked", "is_toggleable"):
        if not isinstance(given.get(name, False), bool):
            raise failed(f"{at}.{name}", "be a boolean", given[name])
    if given.get("color", "default") not in text.COLORS:
        raise failed(f"{at}.color", "be a known color", given["color"])
    return result


def _count(spec: tuple[str, Wire, Sequence[Any]]) -> int:
    return 1 + sum(_count(child) for child in spec[2])


def _made(place: Place, spec: tuple[str, Wire, Sequence[Any]], parent: Wire) -> str:
    kind, content, children = spec
    at = minute(place.now)
    block = Block(
        id=place.new_id(),
        parent=parent,
        created=at,
        edited=at,
        created_by=place.hand,
        edited_by=place.hand,
        type=kind,
        content=content,
    )
    place.state.blocks[block.id] = block
    below = {"type": "block_id", "block_id": block.id}
    block.children = [_made(place, child, below) for child in children]
    return block.id


def _position(place: Place, owner: Page | Block, body: Wire) -> int | None:
    """Return where among the children (those in the trash counted) new ones go; None = at the end."""
    if "after" in body:
        return _after(owner, as_uuid(body["after"], "body.after"), place)
    given = as_object(body.get("position", {"type": "end"}), "body.position")
    check_members(given, ("type", "after_block"), "body.position")
    match given.get("type"):
        case "end":
            return None
        case "start":
            return 0
        case "after_block":
            after = as_object(given.get("after_block"), "body.position.after_block")
            return _after(owner, as_uuid(after.get("id"), "body.position.after_block.id"), place)
    raise failed("body.position.type", 'be `"after_block"`, `"start"` or `"end"`', given.get("type"))


def _after(owner: Page | Block, key: str, place: Place) -> int:
    if key not in owner.children:
        raise place.refuse("block", key)
    return owner.children.index(key) + 1


def _touch(place: Place, block: Page | Block) -> None:
    """Note the edit. Whether the page above counts as edited too is a setting."""
    if isinstance(block, Block):
        block.edited, block.edited_by = minute(place.now), place.hand
    if not place.settings.blocks_move_page:
        return
    above: Any = block
    while above is not None and not isinstance(above, Page):
        above = place.state.above(above)
    if above is not None:
        above.edited, above.edited_by = minute(place.now), place.hand
