"""Answers about pages: create, read, update, move."""

import re

from ..frame import Answer
from .blocks import appended, emptied
from .bodies import first_body
from .columns import by_plain_id, default_status
from .errors import failed, in_trash, invalid, row_limit
from .pictures import cover, icon
from .place import Place, as_object, as_uuid, check_members, named_kind
from .relations import followed
from .state import DataSource, Page, Thing, Wire, minute, stamp
from .text import raw
from .users import partial_user
from .values_read import properties
from .values_write import judged, put

_CREATE = ("parent", "properties", "icon", "cover", "children", "markdown", "template")
_UPDATE = ("properties", "icon", "cover", "in_trash", "is_archived", "is_locked", "erase_content")
_FLAGS = ("in_trash", "is_archived", "is_locked", "erase_content")
_NOT_IN_SLUG = re.compile(r"[^A-Za-z0-9_]+")


def one_page(place: Place, key: str) -> Answer:
    """Answer `GET /v1/pages/{id}`; what is in the trash is answered as well."""
    place.may("read")
    page = place.page(key)
    return Answer(
        status=200, body=shown_page(place, page, wanted_properties(place, place.state.source_of(page)))
    )


def create(place: Place) -> Answer:
    """Answer `POST /v1/pages`."""
    place.may("insert")
    body = place.body(*_CREATE)
    if body.get("template", {"type": "none"}) != {"type": "none"}:
        raise invalid("The sandbox has no templates.")
    page = made(place, body)
    return Answer(status=200, body=shown_page(place, page))


def update(place: Place, key: str) -> Answer:
    """Answer `PATCH /v1/pages/{id}`."""
    place.may("update")
    page = place.page(key)
    old = place.version == "2025-09-03"
    body = dict(place.body(*_UPDATE, *(("archived",) if old else ())))
    if "archived" in body:
        body["in_trash"] = body.pop("archived")
    changed(place, page, body)
    return Answer(status=200, body=shown_page(place, page))


def move(place: Place, key: str) -> Answer:
    """Answer `POST /v1/pages/{id}/move`."""
    place.may("update")
    page = place.page(key)
    parent = as_object(place.body("parent").get("parent"), "body.parent")
    place.check_living(page)
    moved(place, page, parent)
    return Answer(status=200, body=shown_page(place, page))


def made(place: Place, body: Wire) -> Page:
    """Make a page of the body of a create."""
    parent, above, source = _parent(place, as_object(body.get("parent"), "body.parent"))
    if above is not None:
        place.check_living(above)
    place.check_space()
    if source is not None and len(place.state.rows(source.id)) >= place.settings.row_limit:
        raise row_limit()
    given = as_object(body.get("properties", {}), "body.properties")
    values = judged(place, source, given, "body.properties")
    place.state.made += 1
    at = minute(place.now)
    page = Page(
        id=place.new_id(),
        parent=parent,
        created=at,
        edited=at,
        created_by=place.hand,
        edited_by=place.hand,
        order=place.state.made,
        icon=icon(body.get("icon"), "body.icon"),
        cover=cover(body.get("cover"), "body.cover"),
    )
    if "children" in body and "markdown" in body:
        raise failed("body.markdown", "be not present", body["markdown"])
    if "children" in body:
        appended(place, page, body["children"], "body.children")
    if "markdown" in body:
        first_body(place, page, body["markdown"])
    _settle(place, page, source, values)
    return page


def changed(place: Place, page: Page, body: Wire) -> None:
    """Carry out an update; all of it is judged before anything changes."""
    flags = {name: body[name] for name in _FLAGS if name in body}
    for name, value in flags.items():
        if not isinstance(value, bool):
            raise failed(f"body.{name}", "be a boolean", value)
    _check_editable(place, page, body, flags)
    source = place.state.source_of(page)
    given = as_object(body.get("properties", {}), "body.properties")
    values = judged(place, source, given, "body.properties")
    pictures = {
        name: take(body[name], f"body.{name}")
        for name, take in (("icon", icon), ("cover", cover))
        if name in body
    }
    before = dict(page.values)
    put(page, values)
    page.icon, page.cover = pictures.get("icon", page.icon), pictures.get("cover", page.cover)
    page.in_trash = flags.get("in_trash", page.in_trash)
    page.archived = flags.get("is_archived", page.archived)
    page.locked = flags.get("is_locked", page.locked)
    if flags.get("erase_content"):
        emptied(place, page)
    if source is not None:
        followed(place, page, source, before)
    if set(body) - set(_FLAGS) or flags.get("erase_content") or place.settings.flags_move_page:
        page.edited, page.edited_by = minute(place.now), place.hand


def moved(place: Place, page: Page, given: Wire) -> None:
    """Give a page another parent. Its title goes along, other values do not; the edit time stays.

    What the live service does with the values was not recorded.
    """
    parent, above, source = _parent(place, given)
    if above is not None:
        place.check_living(above)
    _check_circle(place, page, above)
    old = place.state.source_of(page)
    before = dict(page.values)
    page.values = {name: value for name, value in page.values.items() if name == "title"}
    if old is not None:
        followed(place, page, old, before)
    former = place.state.above(page)
    if isinstance(former, Page):
        former.children.remove(page.id)
    page.parent = parent
    _settle(place, page, source, {})


def shown_page(place: Place, page: Page, wanted: list[str] | None = None) -> Wire:
    """Return a page object; `wanted` are the ids of the properties to show, None = all."""
    return {
        "object": "page",
        "id": page.id,
        "created_time": stamp(page.created),
        "last_edited_time": stamp(page.edited),
        "created_by": partial_user(page.created_by),
        "last_edited_by": partial_user(page.edited_by),
        "cover": page.cover,
        "icon": page.icon,
        "parent": page.parent,
        "in_trash": place.state.trashed(page),
        "is_archived": page.archived,
        "is_locked": page.locked,
        "properties": properties(place, page, wanted),
        "url": address(place, page),
        "public_url": None,
    }


def address(place: Place, page: Page) -> str:
    """Return where a browser finds the page: in one of two forms, as the workspace is."""
    slug = _NOT_IN_SLUG.sub("-", raw(page.values.get("title", []))).strip("-")
    base = "https://app.notion.com/p/" if place.settings.app_links else "https://www.notion.so/"
    return base + (f"{slug}-" if slug else "") + page.id.replace("-", "")


def wanted_properties(place: Place, source: DataSource | None) -> list[str] | None:
    """Return the property ids in the parameter `filter_properties`; None = all."""
    names = [*place.call.query.get("filter_properties", ()), *place.call.query.get("filter_properties[]", ())]
    return [_wanted_id(source, name) for name in names] or None


def _wanted_id(source: DataSource | None, name: str) -> str:
    """Return the id that a `filter_properties` means: it is compared after percent-decoding.

    What happens to unknown ids was not recorded; here they are refused.
    """
    if source is None and name == "title":
        return name
    definition = by_plain_id(source, name) if source else None
    if definition is None:
        raise invalid(f"Could not find property with name or id: {name}")
    return str(definition["id"])


def _parent(place: Place, given: Wire) -> tuple[Wire, Thing | None, DataSource | None]:
    """Return the parent as pages show it, the thing itself, and the data source if it is one."""
    kind = named_kind(given, ("data_source_id", "page_id"), "body.parent")
    if kind is None:
        raise failed("body.parent.data_source_id", "be defined", missing=True)
    check_members(given, ("type", kind), "body.parent")
    if kind == "data_source_id":
        source = place.data_source(given["data_source_id"], "body.parent.data_source_id")
        shown = {
            "type": "data_source_id",
            "data_source_id": source.id,
            "database_id": source.parent["database_id"],
        }
        return shown, source, source
    above = place.page(as_uuid(given["page_id"], "body.parent.page_id"), "body.parent.page_id")
    return {"type": "page_id", "page_id": above.id}, above, None


def _check_circle(place: Place, page: Page, above: Thing | None) -> None:
    while above is not None:
        if above is page:
            raise invalid("Cannot move a page below itself.")
        above = place.state.above(above)


def _check_editable(place: Place, page: Page, body: Wire, flags: Wire) -> None:
    """Refuse edits of what is in the trash or archived, except the one that takes it out of there.

    That archived pages cannot be edited was not recorded; it is the stricter reading.
    """
    rest = set(body) - {"in_trash", "is_archived"}
    if page.in_trash and (flags.get("in_trash") is not False or rest):
        raise in_trash()
    above = place.state.above(page)
    if above is not None:
        place.check_living(above)
    if page.archived and flags.get("is_archived") is not False and rest and not place.trusted:
        raise in_trash()


def _settle(place: Place, page: Page, source: DataSource | None, values: Wire) -> None:
    """Put a page where it belongs, with its values, a number and the default of each status."""
    place.state.pages[page.id] = page
    above = place.state.above(page)
    if isinstance(above, Page):
        above.children.append(page.id)
    put(page, values)
    if source is None:
        return
    source.counter += 1
    page.number = source.counter
    for definition in source.properties.values():
        if definition["type"] == "status":
            page.values.setdefault(definition["id"], default_status(definition))
    followed(place, page, source, {})
