"""Relations between rows: both sides of a two-way one say the same."""

from collections.abc import Sequence

from .place import Place
from .schema import other_side
from .state import DataSource, Page, Wire


def followed(place: Place, page: Page, source: DataSource, before: Wire) -> None:
    """Carry changed relations of a page over to the other sides; `before` is what its values were.

    The rows on the other side count as not edited: their edit time stays (nothing recorded says otherwise,
    and a reader that trusts edit times must not be helped).
    """
    for definition in source.properties.values():
        other = other_side(place, definition) if definition["type"] == "relation" else None
        if other is not None:
            key = definition["id"]
            _mirror(place, page.id, other["id"], before.get(key, []), page.values.get(key, []))


def _mirror(place: Place, page: str, key: str, before: Sequence[str], after: Sequence[str]) -> None:
    for target in set(before) - set(after):
        cells = place.state.pages[target].values
        cells[key] = [one for one in cells.get(key, []) if one != page]
        if not cells[key]:
            del cells[key]
    for target in after:
        cells = place.state.pages[target].values
        if page not in cells.get(key, []):
            cells[key] = [*cells.get(key, []), page]


def seen(place: Place, ids: Sequence[str]) -> list[str]:
    """Leave out the rows that the integration cannot see, and those in the trash."""
    pages = [place.state.pages[key] for key in ids if key in place.state.pages]
    return [page.id for page in pages if place.sees(page) and not page.in_trash]


def shown_definitions(place: Place, source: DataSource) -> list[Wire]:
    """Return the properties that can be seen: a relation whose target is not shared is left out.

    Documented for the schema; a page leaves the value out as well here.
    """
    return [one for one in source.properties.values() if _target_seen(place, one)]


def _target_seen(place: Place, definition: Wire) -> bool:
    if definition["type"] != "relation":
        return True
    target = place.state.data_sources.get(definition["relation"]["data_source_id"])
    return target is not None and place.sees(target)
