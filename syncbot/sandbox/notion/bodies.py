"""Answers about the bodies of pages as Markdown.

Every way to change a body over the API ends in one: the Markdown of the whole page is changed as asked, the blocks
before and after what differs stay, those between are put into the trash and new ones are made. Whether the live
service keeps more of them is not recorded.
"""

from collections.abc import Sequence

from ..frame import Answer
from .blocks import touch
from .errors import failed, invalid
from .markdown import Writer, rendered
from .markup import parsed
from .place import Place, as_list, as_object, check_members
from .specs import TYPED, judged, made
from .state import Page, Wire
from .tasks import queued

_WAYS = {
    "insert_content": ("content", "after", "position"),
    "replace_content": ("new_str", "allow_deleting_content"),
    "replace_content_range": ("content", "content_range", "allow_deleting_content"),
    "update_content": ("content_updates", "allow_deleting_content"),
}
_ELLIPSIS = "..."


def read(place: Place, key: str) -> Answer:
    """Answer `GET /v1/pages/{id}/markdown`; the id of a block that was not shown is taken as well."""
    place.may("read")
    asked = place.call.query.get("include_transcript", ("false",))[0]
    if asked not in ("true", "false"):
        raise failed("query.include_transcript", "be a boolean", asked)
    version = place.call.query.get("markdown_version", ("v1",))[0]
    if version != "v1":
        raise failed("query.markdown_version", 'be `"v1"` in this sandbox', version)
    owner = place.holder(key, "path.page_id")
    return Answer(status=200, body=rendered(place, owner, transcript=asked == "true"))


def write(place: Place, key: str) -> Answer:
    """Answer `PATCH /v1/pages/{id}/markdown`."""
    place.may("update")
    page = place.page(key)
    body = place.body("type", *_WAYS, "allow_async")
    way = body.get("type")
    if not isinstance(way, str) or way not in _WAYS:
        raise failed("body.type", f"be one of {', '.join(f'`{one}`' for one in _WAYS)}", way)
    check_members(body, ("type", way, "allow_async"), "body")
    if not isinstance(body.get("allow_async", False), bool):
        raise failed("body.allow_async", "be a boolean", body["allow_async"])
    place.check_living(page)
    given = as_object(body.get(way), f"body.{way}")
    check_members(given, _WAYS[way], f"body.{way}")
    old = _markdown(place, page)
    _rewrite(place, page, _changed(way, given, old), allowed=_allowed(given, way))
    touch(place, page)
    result = rendered(place, page)
    if body.get("allow_async"):
        return queued(place, result)
    return Answer(status=200, body=result)


def first_body(place: Place, page: Page, markdown: object) -> None:
    """Give a new page its body as Markdown."""
    text = _text({"markdown": markdown}, "markdown", "body")
    made(place, page, judged(place, page, parsed(text), "body.markdown", TYPED))


def _changed(way: str, given: Wire, old: str) -> str:
    """Return what the Markdown of the page becomes."""
    match way:
        case "replace_content":
            return _text(given, "new_str", f"body.{way}")
        case "replace_content_range":
            start, end = _range(
                old, _text(given, "content_range", f"body.{way}"), f"body.{way}.content_range"
            )
            return old[:start] + _text(given, "content", f"body.{way}") + old[end:]
        case "update_content":
            return _updated(old, given.get("content_updates"), f"body.{way}.content_updates")
    return _inserted(old, given, f"body.{way}")


def _inserted(old: str, given: Wire, at: str) -> str:
    content = _text(given, "content", at)
    if "after" in given and "position" in given:
        raise failed(f"{at}.position", "be not present", given["position"])
    if "after" in given:
        _, end = _range(old, _text(given, "after", at), f"{at}.after")
        line_end = old.find("\n", end)
        end = len(old) if line_end < 0 else line_end
        return f"{old[:end]}\n{content}{old[end:]}"
    position = as_object(given.get("position", {"type": "end"}), f"{at}.position")
    check_members(position, ("type",), f"{at}.position")
    if position.get("type") not in ("start", "end"):
        raise failed(f"{at}.position.type", 'be `"start"` or `"end"`', position.get("type"))
    return f"{content}\n{old}" if position["type"] == "start" else f"{old}\n{content}"


def _updated(old: str, given: object, at: str) -> str:
    """Replace each text that occurs just once, or every occurrence where that is asked for."""
    for number, one in enumerate(as_list(given, at)):
        where = f"{at}[{number}]"
        update = as_object(one, where)
        check_members(update, ("old_str", "new_str", "replace_all_matches"), where)
        before, after = _text(update, "old_str", where), _text(update, "new_str", where)
        count = old.count(before) if before else 0
        if count == 0 or (count > 1 and update.get("replace_all_matches") is not True):
            raise invalid(f"{where}.old_str matches {count} places of the page.")
        old = old.replace(before, after)
    return old


def _range(old: str, selection: str, at: str) -> tuple[int, int]:
    """Return where the selection `start...end` is."""
    first, dots, last = selection.partition(_ELLIPSIS)
    start = old.find(first) if first else -1
    end = old.find(last, start + len(first)) if dots and start >= 0 else start
    if start < 0 or end < 0:
        raise invalid(f"{at} matches nothing on the page.")
    return start, end + len(last if dots else first)


def _text(given: Wire, name: str, at: str) -> str:
    if not isinstance(given.get(name), str):
        raise failed(f"{at}.{name}", "be a string", given.get(name), missing=name not in given)
    return str(given[name])


def _allowed(given: Wire, way: str) -> bool:
    allowed = given.get("allow_deleting_content", False)
    if not isinstance(allowed, bool):
        raise failed(f"body.{way}.allow_deleting_content", "be a boolean", allowed)
    return allowed


def _markdown(place: Place, page: Page) -> str:
    return str(rendered(place, page)["markdown"])


def _rewrite(place: Place, page: Page, markdown: str, *, allowed: bool) -> None:
    """Replace the blocks between those at both ends that stay as they are."""
    old = place.state.children_of(page)
    writer = Writer(place=place, transcript=False, left=place.settings.markdown_blocks)
    chunks = [writer.one(child) for child in old]
    lines = [line for line in markdown.split("\n") if line.strip()]
    first, used = _kept(chunks, lines)
    last, cut = _kept([chunk[::-1] for chunk in chunks[first:][::-1]], lines[used:][::-1], backwards=True)
    gone = old[first : len(old) - last]
    if not allowed and any(isinstance(one, Page) or one.type == "child_database" for one in gone):
        raise invalid("This would delete child pages or databases; allow_deleting_content was not set.")
    text = "\n".join(lines[used : len(lines) - cut])
    specs = judged(place, page, parsed(text), "body.markdown", TYPED)
    for one in gone:
        one.in_trash = True
    index = page.children.index(old[first - 1].id) + 1 if first else 0
    made(place, page, specs, index)


def _kept(
    chunks: Sequence[Sequence[str]], lines: Sequence[str], *, backwards: bool = False
) -> tuple[int, int]:
    """Return how many blocks stay at one end, and how many lines they are."""
    used = 0
    for count, chunk in enumerate(chunks):
        following = lines[used + len(chunk) : used + len(chunk) + 1]
        deeper = not backwards and following and following[0].startswith("\t")
        if list(lines[used : used + len(chunk)]) != list(chunk) or deeper:
            return count, used
        used += len(chunk)
    return len(chunks), used
