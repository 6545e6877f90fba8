"""What the pages and databases are called that bodies mention."""

from collections.abc import Callable, Mapping
from typing import Any

from syncbot.errors import Invalid, NotFound

from .connection import NotionConnection

Json = Mapping[str, Any]
MOST_ASKED = 200
"""Titles that are asked for in one run; for more of them pages are read as blocks, which tell the titles."""
UNTITLED = "Untitled"
"""As Notion itself shows a page without a title, and one that we may not see."""


class Titles:
    """Finds titles by id: those that are known first, the others are asked for, once in a run.

    Markdown leaves the titles out, and a link to a page names it by id only.
    """

    def __init__(self, connection: NotionConnection, known: Callable[[str], str | None]) -> None:
        self._connection, self._known = connection, known
        self._asked: dict[str, str] = {}

    def of(self, kind: str, key: str) -> str | None:
        """Return the title of a page or database; None for another kind, and when too many were asked for."""
        title = self._known(key) or self._asked.get(key)
        if title is None and kind in _ASKED and len(self._asked) < MOST_ASKED:
            title = self._asked[key] = self._ask(kind, key)
        return title

    def _ask(self, kind: str, key: str) -> str:
        try:
            answer = self._connection.ask("GET", f"{kind}s/{key}")
        except (NotFound, Invalid):
            return UNTITLED
        return _plain(_ASKED[kind](answer)) or UNTITLED


def _of_page(page: Json) -> object:
    properties = page.get("properties")
    for one in properties.values() if isinstance(properties, Mapping) else ():
        if isinstance(one, Mapping) and one.get("type") == "title":
            return one.get("title")
    return None


def _plain(pieces: object) -> str:
    found = pieces if isinstance(pieces, list) else []
    return "".join(str(piece.get("plain_text") or "") for piece in found if isinstance(piece, Mapping))


_ASKED: Mapping[str, Callable[[Json], object]] = {
    "page": _of_page,
    "database": lambda database: database.get("title"),
}
