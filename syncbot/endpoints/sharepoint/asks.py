"""The requests about one list, as paths and bodies; no I/O."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

from .wire import Ask, Json, query, segment


@dataclass(frozen=True, kw_only=True)
class ListAsks:
    """Words requests about the list with this container ("site id/list id")."""

    container: str

    @property
    def site(self) -> str:
        """The site's path."""
        return f"/sites/{segment(self.container.rpartition('/')[0])}"

    @property
    def list(self) -> str:
        """The list's path."""
        return f"{self.site}/lists/{segment(self.container.rpartition('/')[2])}"

    def columns(self) -> str:
        """Where the column definitions are."""
        return f"{self.list}/columns"

    def delta(self, names: Sequence[str], page: int) -> str:
        """Where all items are enumerated, with a link at the end for what changes later."""
        return f"{self.list}/items/delta" + query(expand=_fields(names), top=page)

    def item(self, ref: str, names: Sequence[str]) -> Ask:
        """Look one item up."""
        return Ask(path=f"{self._item(ref)}{query(expand=_fields(names))}")

    def with_key(self, column: str, key: str) -> Ask:
        """Look for the ids of items whose key column says `key` (SharePoint compares without regard to case)."""
        literal = key.replace("'", "''")
        path = f"{self.list}/items" + query(filter=f"fields/{column} eq '{literal}'", select="id")
        return Ask(path=path, units=2)

    def create(self, fields: Json) -> Ask:
        """Make an item."""
        return Ask(method="POST", path=f"{self.list}/items", body={"fields": fields}, units=2)

    def update(self, ref: str, version: str, fields: Json) -> Ask:
        """Change some columns of an item, if it still has that version."""
        path = f"{self._item(ref)}/fields"
        return Ask(method="PATCH", path=path, body=fields, headers=_if_match(version), units=2)

    def delete(self, ref: str, version: str) -> Ask:
        """Put an item into the recycle bin, if it still has that version."""
        return Ask(method="DELETE", path=self._item(ref), headers=_if_match(version), units=2)

    def _item(self, ref: str) -> str:
        return f"{self.list}/items/{segment(ref)}"


def ids_of(body: Any) -> list[str]:
    """Return the ids of the items in an answer; raise `ValueError` when it is no list of items."""
    found = body.get("value") if isinstance(body, dict) else None
    if not isinstance(found, list) or not all(isinstance(one, dict) and "id" in one for one in found):
        raise ValueError("an answer is no list of items")
    return [str(one["id"]) for one in found]


def version_of(tag: object) -> str:
    """Return an etag without quotes and braces, in lower case: a delta leaves the quotes out (recorded)."""
    text = str(tag or "").removeprefix("W/").strip('"')
    return text.replace("{", "").replace("}", "").lower()


def asks_for(link: str, names: Sequence[str]) -> bool:
    """Say whether a stored delta link, which carries its own `$expand`, asks for just these names."""
    options = parse_qs(urlsplit(link).query)
    text = (options.get("$expand") or options.get("expand") or [""])[0]
    inner = text.removeprefix("fields($select=").removesuffix(")")
    return set(inner.split(",")) == set(names)


def _fields(names: Sequence[str]) -> str:
    return f"fields($select={','.join(names)})"


def _if_match(version: str) -> dict[str, str]:
    return {"If-Match": f'"{version}"'}
