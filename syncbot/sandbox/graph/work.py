"""What happens to a list, whoever does it: rows come, change, go and come back."""

from datetime import datetime

from .hands import Hand
from .state import Item, SharePointList, Tomb, Wire


def added(owner: SharePointList, guid: str, values: Wire, by: Hand, at: datetime) -> Item:
    """Add a row; columns left out take their default."""
    defaults = {
        column["name"]: column["defaultValue"]["value"]
        for column in owner.columns
        if "value" in column.get("defaultValue", {}) and column["name"] not in values
    }
    item = Item(
        id=owner.next_id,
        guid=guid,
        created=at,
        modified=at,
        created_by=by,
        modified_by=by,
        values={name: value for name, value in (defaults | values).items() if value is not None},
        change=0,
    )
    owner.items[item.id] = item
    owner.next_id += 1
    owner.touch(item, at)
    return item


def changed(owner: SharePointList, item: Item, values: Wire, by: Hand, at: datetime) -> None:
    """Change a row; None clears. It becomes a new version even when nothing is different."""
    kept = item.values | values
    item.values = {name: value for name, value in kept.items() if value is not None}
    item.version += 1
    item.modified = at
    item.modified_by = by
    owner.touch(item, at)


def buried(owner: SharePointList, item: Item, at: datetime) -> None:
    """Put a row into the recycle bin."""
    owner.touch(item, at)
    owner.tombs[item.id] = Tomb(item=owner.items.pop(item.id), change=owner.changes)


def restored(owner: SharePointList, item_id: int, at: datetime) -> Item:
    """Take a row out of the recycle bin, with its id; raise `KeyError` when it is not there."""
    item = owner.tombs.pop(item_id).item
    item.version += 1
    owner.items[item_id] = item
    owner.touch(item, at)
    return item
