"""Values that a page object cuts, read to their end; and the people of the workspace."""

from collections.abc import Mapping
from typing import Any

from syncbot.errors import Forbidden, Incomplete

from .connection import NotionConnection
from .pages import joined
from .wire import Unfit

Json = Mapping[str, Any]


def complete(connection: NotionConnection, page: str, prop: Json) -> Json:
    """Return the property with all its values. Raises errors of `syncbot.errors`.

    The id goes into the path as Notion gave it, percent-encoded: decoded, a `?` or `#` in it would end the path.
    """
    items: list[Json] = []
    for answer in connection.pages_of(f"pages/{page}/properties/{prop['id']}"):
        if answer.get("object") != "list":
            raise Incomplete("the property item endpoint gave no list", endpoint=connection.name, ref=page)
        items += answer.get("results") or []
    return joined(prop, items)


class Directory:
    """Who has which address; asked for once, when first needed. Meant for one batch, as people come and go."""

    def __init__(self, connection: NotionConnection) -> None:
        self._connection = connection
        self._known: dict[str, str] | None = None

    def user_id(self, email: str) -> str | None:
        """Return the id of the member of the workspace with this address (guests are never listed).

        Raises `Unfit` when we may not see the list.
        """
        if self._known is None:
            self._known = self._read()
        return self._known.get(email.lower())

    def _read(self) -> dict[str, str]:
        known: dict[str, str] = {}
        try:
            for answer in self._connection.pages_of("users"):
                for user in answer.get("results") or []:
                    email = (user.get("person") or {}).get("email")
                    if email:
                        known[str(email).lower()] = str(user["id"])
        except Forbidden as error:
            raise Unfit(f"the list of people may not be read: {error.detail}") from error
        return known


def own_id(connection: NotionConnection) -> str:
    """Return the user id under which this connection writes."""
    answer = connection.ask("GET", "users/me")
    if "id" not in answer:
        raise Incomplete("users/me names no user", endpoint=connection.name)
    return str(answer["id"])
