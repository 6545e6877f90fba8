"""Answers about databases and data sources: names, schema, and changes of the schema."""

from copy import deepcopy
from urllib.parse import quote

from ..frame import Answer
from . import schema, text
from .errors import Refused, failed
from .place import Place, as_object
from .relations import shown_definitions
from .state import Database, DataSource, Wire, long_stamp, stamp
from .users import partial_user


def one_database(place: Place, key: str) -> Answer:
    """Answer `GET /v1/databases/{id}`: the container, without properties."""
    place.may("read")
    return Answer(status=200, body=shown_database(place, place.database(key)))


def one_data_source(place: Place, key: str) -> Answer:
    """Answer `GET /v1/data_sources/{id}`."""
    place.may("read")
    return Answer(status=200, body=shown_data_source(place, place.data_source(key)))


def templates(place: Place, key: str) -> Answer:
    """Answer `GET /v1/data_sources/{id}/templates`: there are none."""
    place.may("read")
    place.data_source(key)
    return Answer(status=200, body={"templates": [], "has_more": False, "next_cursor": None})


def update(place: Place, key: str) -> Answer:
    """Answer `PATCH /v1/data_sources/{id}`."""
    place.may("update")
    source = place.data_source(key)
    old = place.version == "2025-09-03"
    body = place.body("title", "properties", "icon", "in_trash", *(("archived",) if old else ()))
    trash = body.get("in_trash", body.get("archived"))
    if source.in_trash and trash is not False:
        place.check_living(source)
    changed(place, source, body)
    if trash is not None:
        source.in_trash = _flag(trash, "body.in_trash")
    return Answer(status=200, body=shown_data_source(place, source))


def changed(place: Place, source: DataSource, body: Wire) -> None:
    """Carry out the changes of an update, or none of them."""
    kept = {one.id: deepcopy(one.properties) for one in place.state.data_sources.values()}
    values = {page.id: dict(page.values) for page in place.state.rows(source.id)}
    try:
        if "title" in body:
            source.title = text.taken(place, body["title"], "body.title")
        given = as_object(body.get("properties", {}), "body.properties")
        schema.changed(place, source, given, "body.properties")
    except Refused:
        for key, properties in kept.items():
            place.state.data_sources[key].properties = properties
        for key, cells in values.items():
            place.state.pages[key].values = cells
        raise
    schema.touched(place, source)


def shown_database(place: Place, database: Database) -> Wire:
    """Return a database object; its times have milliseconds (recorded)."""
    sources = [place.state.data_sources[key] for key in database.data_sources]
    return {
        "object": "database",
        "id": database.id,
        "title": text.read(place, database.title),
        "description": [],
        "parent": database.parent,
        "is_inline": False,
        "in_trash": database.in_trash,
        "is_locked": False,
        "created_time": long_stamp(database.created),
        "last_edited_time": long_stamp(database.edited),
        "data_sources": [
            {"id": one.id, "name": text.plain(place, one.title)} for one in sources if place.sees(one)
        ],
        "icon": None,
        "cover": None,
        "url": _address(place, database.id),
        "public_url": None,
    }


def shown_data_source(place: Place, source: DataSource) -> Wire:
    """Return a data source object with its schema."""
    database = place.state.databases[source.parent["database_id"]]
    return {
        "object": "data_source",
        "id": source.id,
        "cover": None,
        "icon": source.icon,
        "created_time": stamp(source.created),
        "created_by": partial_user(source.created_by),
        "last_edited_by": partial_user(source.edited_by),
        "last_edited_time": stamp(source.edited),
        "title": text.read(place, source.title),
        "description": [],
        "is_inline": False,
        "properties": {one["name"]: _shown(place, source, one) for one in shown_definitions(place, source)},
        "parent": source.parent,
        "database_parent": database.parent,
        "url": _address(place, database.id),
        "public_url": None,
        "in_trash": place.state.trashed(source),
    }


def _shown(place: Place, source: DataSource, definition: Wire) -> Wire:
    """Return a definition; a rollup names the properties by what they are called now."""
    shown = deepcopy(definition)
    if definition["type"] != "rollup":
        return shown
    config = shown["rollup"]
    relation = source.properties.get(quote(config["relation_property_id"], safe=""))
    if relation is not None and relation["type"] == "relation":
        config["relation_property_name"] = relation["name"]
        target = place.state.data_sources[relation["relation"]["data_source_id"]]
        goal = target.properties.get(quote(config["rollup_property_id"], safe=""), {})
        config["rollup_property_name"] = goal.get("name", config["rollup_property_name"])
    return shown


def _address(place: Place, key: str) -> str:
    base = "https://app.notion.com/p/" if place.settings.app_links else "https://www.notion.so/"
    return base + key.replace("-", "")


def _flag(value: object, at: str) -> bool:
    if not isinstance(value, bool):
        raise failed(at, "be a boolean", value)
    return value
