"""From the path of a call to the handler that answers it."""

from collections.abc import Callable
from urllib.parse import unquote

from ..frame import Answer, Call
from . import blocks, bodies, containers, items, pages, query, tasks, users
from .errors import no_url
from .place import Place

MAX_BYTES = 500 * 1000
_PREFIX = "v1"


def handled(place: Place) -> Answer:
    """Find the handler and let it answer."""
    parts = _parts(place.call)
    match (place.call.method, *parts):
        case (_, "users", *_):
            return _of_users(place, parts)
        case ("GET", "databases", key):
            return containers.one_database(place, key)
        case (_, "data_sources", *_):
            return _of_data_sources(place, parts)
        case (_, "pages", *_):
            return _of_pages(place, parts)
        case (_, "blocks", *_):
            return _of_blocks(place, parts)
        case ("GET", "async_tasks", key):
            return tasks.one_task(place, key)
    raise no_url()


def _of_users(place: Place, parts: tuple[str, ...]) -> Answer:
    match (place.call.method, *parts[1:]):
        case ("GET",):
            return users.user_list(place)
        case ("GET", "me"):
            return users.me(place)
        case ("GET", key):
            return users.one_user(place, key)
    raise no_url()


def _of_data_sources(place: Place, parts: tuple[str, ...]) -> Answer:
    match (place.call.method, *parts[1:]):
        case ("GET", key):
            return containers.one_data_source(place, key)
        case ("PATCH", key):
            return containers.update(place, key)
        case ("POST", key, "query"):
            return query.query(place, key)
        case ("GET", key, "templates"):
            return containers.templates(place, key)
    raise no_url()


def _of_pages(place: Place, parts: tuple[str, ...]) -> Answer:
    match (place.call.method, *parts[1:]):
        case ("POST",):
            return pages.create(place)
        case ("GET", key):
            return pages.one_page(place, key)
        case ("PATCH", key):
            return pages.update(place, key)
        case ("POST", key, "move"):
            return pages.move(place, key)
        case ("GET", key, "properties", name):
            return items.property_item(place, key, name)
        case ("GET", key, "markdown"):
            return bodies.read(place, key)
        case ("PATCH", key, "markdown"):
            return bodies.write(place, key)
    raise no_url()


def _of_blocks(place: Place, parts: tuple[str, ...]) -> Answer:
    handlers: dict[tuple[str, bool], Callable[[Place, str], Answer]] = {
        ("GET", False): blocks.one_block,
        ("PATCH", False): blocks.update,
        ("DELETE", False): blocks.delete,
        ("GET", True): blocks.child_list,
        ("PATCH", True): blocks.append,
    }
    below = parts[2:] == ("children",)
    handler = handlers.get((place.call.method, below)) if len(parts) == (3 if below else 2) else None
    if handler is None:
        raise no_url()
    return handler(place, parts[1])


def _parts(call: Call) -> tuple[str, ...]:
    """Take the path apart before it is percent-decoded: an id may hold a slash."""
    raw = call.raw_path or call.path
    decode = unquote if call.raw_path else str
    parts = tuple(decode(part) for part in raw.split("?", 1)[0].split("/") if part)
    if not parts or parts[0] != _PREFIX:
        raise no_url()
    return parts[1:]
