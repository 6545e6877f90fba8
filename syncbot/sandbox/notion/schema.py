"""Changes of a data source's properties."""

from .columns import configured, default_status, defined, find, kind_in
from .errors import failed, invalid
from .place import Place, as_object, check_members
from .state import DataSource, Wire, minute
from .text import raw

_DEFINITION = ("id", "name", "description", "type")


def set_up(place: Place, source: DataSource, properties: Wire, at: str) -> None:
    """Give a new data source its properties; exactly one must be the title."""
    kinds = [kind_in(as_object(given, f"{at}.{name}"), f"{at}.{name}") for name, given in properties.items()]
    if kinds.count("title") != 1:
        raise invalid("Title is not provided." if "title" not in kinds else "Only one title is allowed.")
    later = ("relation", "rollup")  # they may point at other properties of the same table
    for name, given in sorted(properties.items(), key=lambda one: kind_in(one[1], at) in later):
        added(place, source, name, given, f"{at}.{name}")


def changed(place: Place, source: DataSource, properties: Wire, at: str) -> None:
    """Carry out the `properties` of an update: add, rename, retype, reconfigure or remove."""
    for key, given in properties.items():
        where = f"{at}.{key}"
        definition = find(source, key)
        if given is None:
            removed(place, source, _existing(definition, key))
        elif definition is None:
            added(place, source, key, as_object(given, where), where)
        else:
            _updated(place, source, definition, as_object(given, where), where)


def added(place: Place, source: DataSource, name: str, given: Wire, at: str) -> Wire:
    """Add a property, and the other side of a two-way relation."""
    if kind_in(given, at) is None:
        raise invalid(f"{name} is not a property that exists.")
    if kind_in(given, at) == "title" and "title" in source.properties:
        raise invalid("Cannot create a second title property.")
    name = given.get("name", name)
    _check_name(source, name)
    definition = defined(place, source, name, given, at)
    source.properties[definition["id"]] = definition
    if definition["type"] == "relation":
        _pair(place, source, definition)
    _fill_status(place, source, definition)
    return definition


def renamed(place: Place, source: DataSource, definition: Wire, name: object) -> None:
    """Give a property another name; its id stays, and the other side of a relation follows."""
    if name == definition["name"]:
        return
    _check_name(source, name)
    definition["name"] = name
    other = other_side(place, definition)
    if other is not None:
        other["relation"]["dual_property"]["synced_property_name"] = name


def removed(place: Place, source: DataSource, definition: Wire) -> None:
    """Remove a property with all that stands in it; its other side becomes a one-way relation."""
    if definition["type"] == "title":
        raise invalid("Cannot delete the title property.")
    other = other_side(place, definition)
    if other is not None and other is not definition:
        other["relation"] = {
            name: value for name, value in other["relation"].items() if name != "dual_property"
        } | {"type": "single_property", "single_property": {}}
    del source.properties[definition["id"]]
    _emptied(place, source, definition["id"])


def retyped(place: Place, source: DataSource, definition: Wire, given: Wire, at: str) -> None:
    """Give a property another kind under the same id.

    Notion converts what it can; here all values are lost, which a client has to bear as well.
    """
    kind = kind_in(given, at)
    if kind is None or "title" in (kind, definition["type"]):
        raise invalid("Cannot change the type of, or into, the title property.")
    inner = configured(place, source, kind, as_object(given.get(kind, {}), at), {}, f"{at}.{kind}")
    del definition[definition["type"]]
    definition |= {"type": kind, kind: inner}
    _emptied(place, source, definition["id"])
    _fill_status(place, source, definition)
    if kind == "relation":
        _pair(place, source, definition)


def other_side(place: Place, definition: Wire) -> Wire | None:
    """Return the definition on the other side of a two-way relation."""
    relation = definition.get("relation", {})
    if relation.get("type") != "dual_property":
        return None
    target = place.state.data_sources[relation["data_source_id"]]
    return target.properties.get(relation["dual_property"].get("synced_property_id", ""))


def _updated(place: Place, source: DataSource, definition: Wire, given: Wire, at: str) -> None:
    kind = kind_in(given, at)
    check_members(given, (*_DEFINITION, *((kind,) if kind else ())), at)
    if not given:
        raise failed(f"{at}.name", "be defined", missing=True)
    if "name" in given:
        renamed(place, source, definition, given["name"])
    if "description" in given:
        definition["description"] = given["description"]
    if kind is None or kind not in given:
        return
    if kind != definition["type"]:
        retyped(place, source, definition, given, at)
        return
    old = definition[kind]
    definition[kind] = configured(place, source, kind, as_object(given[kind], at), old, f"{at}.{kind}")
    _drop_options(place, source, definition)
    if kind == "relation":
        _pair(place, source, definition)


def _pair(place: Place, source: DataSource, definition: Wire) -> None:
    """Make the other side of a two-way relation that has none yet (named as recorded)."""
    relation = definition["relation"]
    if relation["type"] != "dual_property" or "synced_property_id" in relation["dual_property"]:
        return
    target = place.state.data_sources[relation["data_source_id"]]
    name = f"Related to {raw(source.title)} ({definition['name']})"
    back: Wire = {"relation": {"data_source_id": source.id, "single_property": {}}}
    other = defined(place, target, name, back, "body.properties")
    target.properties[other["id"]] = other
    for one, partner in ((definition, other), (other, definition)):
        one["relation"].pop("single_property", None)
        one["relation"] |= {
            "type": "dual_property",
            "dual_property": {
                "synced_property_name": partner["name"],
                "synced_property_id": partner["id"],
            },
        }


def _drop_options(place: Place, source: DataSource, definition: Wire) -> None:
    """Empty what named an option that is gone; the rows count as not edited."""
    kind = definition["type"]
    if kind not in ("select", "multi_select", "status"):
        return
    left = {option["id"] for option in definition[kind]["options"]}
    for page in place.state.rows(source.id):
        value = page.values.get(definition["id"])
        if kind == "multi_select" and value is not None:
            page.values[definition["id"]] = [key for key in value if key in left]
        elif value is not None and value not in left:
            del page.values[definition["id"]]
    _fill_status(place, source, definition)


def _fill_status(place: Place, source: DataSource, definition: Wire) -> None:
    """Give each row without a status the default one."""
    if definition["type"] == "status":
        for page in place.state.rows(source.id):
            page.values.setdefault(definition["id"], default_status(definition))


def _emptied(place: Place, source: DataSource, key: str) -> None:
    for page in place.state.rows(source.id):
        page.values.pop(key, None)


def _existing(definition: Wire | None, key: str) -> Wire:
    if definition is None:
        raise invalid(f"{key} is not a property that exists.")
    return definition


def _check_name(source: DataSource, name: object) -> None:
    if not isinstance(name, str) or not name:
        raise failed("body.properties.name", "be populated", name)
    if source.named(name) is not None:
        raise invalid(f"Cannot have two properties with the same name: {name}")


def touched(place: Place, source: DataSource) -> None:
    """Note who changed the data source and when."""
    source.edited, source.edited_by = minute(place.now), place.hand
