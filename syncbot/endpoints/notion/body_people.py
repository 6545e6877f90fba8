"""The people whom bodies of pages mention."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from syncbot.errors import Forbidden, Invalid, NotFound

from .connection import NotionConnection

Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """Somebody, as a mention shows them."""

    name: str
    email: str | None = None

    @property
    def value(self) -> str:
        """The address where it may be seen, else the name."""
        return self.email or self.name


ANONYMOUS = Member(name="Anonymous")
"""As Notion itself shows somebody whom we may not see."""


def member(user: Json) -> Member | None:
    """Return somebody as an answer shows them; None when it says no more than the id."""
    email = (user.get("person") or {}).get("email")
    name = user.get("name") or email
    return None if name is None else Member(name=str(name), email=str(email).lower() if email else None)


class Members:
    """Finds people by their ids: all members are asked for when one is first met, guests one at a time.

    Markdown names people by id only. Meant for one run, as people come and go.
    """

    def __init__(self, connection: NotionConnection) -> None:
        self._connection = connection
        self._known: dict[str, Member] | None = None

    def of(self, user: str) -> Member:
        """Return somebody, or `ANONYMOUS` for whom we may not see."""
        if self._known is None:
            self._known = self._listed()
        if user not in self._known:
            self._known[user] = self._guest(user)
        return self._known[user]

    def _listed(self) -> dict[str, Member]:
        try:
            users = [
                user
                for page in self._connection.pages_of("users")
                for user in page.get("results") or []
                if isinstance(user, Mapping)
            ]
        except Forbidden:
            return {}
        return {str(user.get("id")): found for user in users if (found := member(user)) is not None}

    def _guest(self, user: str) -> Member:
        try:
            return member(self._connection.ask("GET", f"users/{user}")) or ANONYMOUS
        except (Forbidden, NotFound, Invalid):
            return ANONYMOUS
