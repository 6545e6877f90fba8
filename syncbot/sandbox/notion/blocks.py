"""Answers about blocks, below pages and below each other."""

from typing import Any

from ..frame import Answer
from . import text
from .errors import failed, invalid
from .kinds import KINDS, changed_content, shown_content
from .paging import listed, paged
from .place import Place, as_object, as_uuid, asked_page, check_members
from .specs import judged, made
from .state import Block, Page, Wire, minute, stamp
from .users import partial_user


def one_block(place: Place, key: str) -> Answer:
    """Answer `GET /v1/blocks/{id}`; what is in the trash is answered as well."""
    place.may("read")
    return Answer(status=200, body=shown_block(place, place.holder(key)))


def child_list(place: Place, key: str) -> Answer:
    """Answer `GET /v1/blocks/{id}/children`: one level; what is not shared is left out."""
    place.may("read")
    owner = place.holder(key)
    size, cursor = asked_page(place)
    children = {one.id: one for one in seen_children(place, owner)}
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
    keys = made(place, owner, judged(place, owner, body.get("children"), "body.children"), where)
    touch(place, owner)
    living = [one.id for one in place.state.children_of(owner)]
    answered = keys if where is None else living[living.index(keys[0]) :] if keys else []
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
    if not isinstance(body.get(flag, False), bool):
        raise failed(f"body.{flag}", "be a boolean", body[flag])
    if block.type in body:
        change(place, block, as_object(body[block.type], f"body.{block.type}"))
    block.in_trash = body.get(flag, block.in_trash)
    touch(place, block)
    return Answer(status=200, body=shown_block(place, block))


def change(place: Place, block: Block, given: Wire) -> None:
    """Replace the named fields of a block."""
    if block.type not in KINDS:
        raise invalid(f"Block of type {block.type} cannot be updated.")
    # An empty list of children is taken (recorded), children are not.
    fields = {name: value for name, value in given.items() if (name, value) != ("children", [])}
    block.content = changed_content(place, block, fields, f"body.{block.type}")


def delete(place: Place, key: str) -> Answer:
    """Answer `DELETE /v1/blocks/{id}`: into the trash, pages too."""
    place.may("update")
    block = place.holder(key)
    place.check_living(block)
    block.in_trash = True
    touch(place, block)
    return Answer(status=200, body=shown_block(place, block))


def emptied(place: Place, owner: Page | Block) -> None:
    """Put everything below it into the trash."""
    for child in place.state.children_of(owner):
        child.in_trash = True


def appended(place: Place, owner: Page | Block, given: object, at: str) -> list[str]:
    """Judge new blocks, put them at the end below the owner, and return their ids."""
    return made(place, owner, judged(place, owner, given, at))


def original_of(place: Place, block: Block) -> Block | None:
    """Return the block that a copy of a synced block shows; itself where it is none, None where it cannot be seen."""
    source = block.content.get("synced_from")
    if source is None:
        return block
    original = place.state.blocks.get(source["block_id"])
    hidden = original is None or not place.sees(original) or place.state.trashed(original)
    return None if hidden else original


def seen_children(place: Place, owner: Page | Block) -> list[Page | Block]:
    """Return what stands below it and can be seen.

    Below a copy of a synced block stand the blocks of the original, with their own ids and parents; below one whose
    original cannot be seen nothing does. Neither was recorded; the other reading would spare a reader a step.
    """
    above = owner if isinstance(owner, Page) else original_of(place, owner)
    return [] if above is None else [one for one in place.state.children_of(above) if place.sees(one)]


def shown_block(place: Place, block: Page | Block) -> Wire:
    """Return a block object; a page is shown as the block that it is to its parent."""
    kind, content = _inner(place, block)
    # A copy says that it has children whatever becomes of the original (recorded for one that is there).
    copy = isinstance(block, Block) and block.content.get("synced_from") is not None
    return {
        "object": "block",
        "id": block.id,
        "parent": block.parent,
        "created_time": stamp(block.created),
        "last_edited_time": stamp(block.edited),
        "created_by": partial_user(block.created_by),
        "last_edited_by": partial_user(block.edited_by),
        "has_children": copy or bool(place.state.children_of(block)),
        "in_trash": place.state.trashed(block),
        "type": kind,
        kind: content,
    }


def touch(place: Place, block: Page | Block) -> None:
    """Note an edit of blocks. Whether the page above counts as edited too is a setting; by a person it does."""
    if isinstance(block, Block):
        block.edited, block.edited_by = minute(place.now), place.hand
    above = page_of(place, block)
    if above is not None and (place.trusted or place.settings.blocks_move_page):
        above.edited, above.edited_by = minute(place.now), place.hand


def page_of(place: Place, block: Page | Block) -> Page | None:
    """Return the page that a block stands on."""
    above: Any = block
    while above is not None and not isinstance(above, Page):
        above = place.state.above(above)
    return above


def _inner(place: Place, block: Page | Block) -> tuple[str, Wire]:
    if isinstance(block, Page):
        return "child_page", {"title": text.plain(place, block.values.get("title", []))}
    return block.type, shown_content(place, block.content)


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
