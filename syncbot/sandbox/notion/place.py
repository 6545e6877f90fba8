"""Where a call stands: the state, the settings, who asks and when."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from ..frame import Call
from .errors import Refused, bad_json, failed, forbidden, in_trash, not_found, unexpected
from .settings import Settings
from .state import Block, Database, DataSource, Page, State, Thing, User, Wire

_UUID = re.compile(
    r"[0-9a-f]{8}-?[0-9a-f]{4}-?[1-8][0-9a-f]{3}-?[89ab][0-9a-f]{3}-?[0-9a-f]{12}|0{8}-?(0{4}-?){3}0{12}",
    re.IGNORECASE,
)
"""Recorded: an id with a wrong version or variant is refused, the nil UUID is not."""
MAX_PAGE = 100
Found = TypeVar("Found", bound=Thing)

Version = Literal["2026-03-11", "2025-09-03"]
"""What is understood; the older one because the client library asks for it by itself."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """What a handler needs to know."""

    state: State
    settings: Settings
    call: Call
    now: datetime
    version: Version
    workspace: str
    """The workspace's name."""
    integration: str
    """The integration's name."""
    new_id: Callable[[], str]
    """Makes a new UUID."""
    hand: str
    """The user who writes."""
    trusted: bool = False
    """True = a person at the screen, or the seed: no capabilities are asked for, everything is seen."""

    def may(self, *needed: str) -> None:
        """Refuse what the integration was not allowed."""
        if not self.trusted and not set(needed) <= self.settings.capabilities:
            raise forbidden()

    def refuse(self, kind: str, key: str) -> Refused:
        """Word a 404."""
        return not_found(kind, key, self.integration, self.state.bot)

    def database(self, key: str, place: str = "path.database_id") -> Database:
        """Find a database by id."""
        return self._found(self.state.databases.get(as_uuid(key, place)), "database", key)

    def data_source(self, key: object, place: str = "path.data_source_id") -> DataSource:
        """Find a data source by id."""
        return self._found(self.state.data_sources.get(as_uuid(key, place)), "data_source", str(key))

    def page(self, key: str, place: str = "path.page_id") -> Page:
        """Find a page by id."""
        return self._found(self.state.pages.get(as_uuid(key, place)), "page", key)

    def holder(self, key: str, place: str = "path.block_id") -> Page | Block:
        """Find a block, or a page seen as one."""
        found = self.state.holder(as_uuid(key, place))
        if found is None or not self.sees(found):
            raise self.refuse("block", key)
        return found

    def user(self, key: str, place: str) -> User:
        """Find a user by id."""
        user = self.state.users.get(as_uuid(key, place))
        if user is None or (user.group and not self.trusted):
            raise self.refuse("user", key)
        return user

    def sees(self, thing: Thing) -> bool:
        """Say whether the caller can see it."""
        return self.trusted or self.state.visible(thing)

    def check_living(self, thing: Thing) -> None:
        """Refuse a write to what is in the trash, by itself or with something above it."""
        if self.state.trashed(thing):
            raise in_trash()

    def check_space(self, more: int = 1) -> None:
        """Refuse what a free workspace has no room for; what was deleted counts for ever."""
        limit = self.settings.block_limit
        if limit is not None and len(self.state.pages) + len(self.state.blocks) + more > limit:
            raise forbidden("The workspace has reached its block limit.")

    def body(self, *known: str) -> dict[str, Any]:
        """Return the body, one JSON object with no other members than the known ones."""
        body = self.call.body
        if self.call.bad_json or (body is None and self.call.raw):
            raise bad_json()
        if not isinstance(body, dict):
            raise failed("body", "be an object", body, missing=body is None)
        check_members(body, known, "body")
        return body

    def _found(self, thing: Found | None, kind: str, key: str) -> Found:
        if thing is None or not self.sees(thing):
            raise self.refuse(kind, key)
        return thing


def as_uuid(text: object, place: str) -> str:
    """Return an id in its usual form, or refuse it."""
    if not isinstance(text, str) or not _UUID.fullmatch(text):
        raise failed(place, "be a valid uuid", text)
    plain = text.replace("-", "").lower()
    return f"{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}"


def check_members(given: Mapping[str, Any], known: Iterable[str], place: str) -> None:
    """Refuse the first member that is not known."""
    for name in given:
        if name not in known:
            raise unexpected(f"{place}.{name}", given[name])


def as_object(value: object, place: str) -> Wire:
    """Return a JSON object, or refuse."""
    if not isinstance(value, dict):
        raise failed(place, "be an object", value)
    return value


def as_list(value: object, place: str, *, most: int = MAX_PAGE) -> list[Any]:
    """Return a JSON array of at most `most` elements, or refuse."""
    if not isinstance(value, list):
        raise failed(place, "be an array", value)
    if len(value) > most:
        raise failed(f"{place}.length", f"be ≤ `{most}`", len(value))
    return value


def named_kind(given: Mapping[str, Any], known: Iterable[str], at: str) -> str | None:
    """Return the kind of a tagged object: by its `type`, or by the one member that is a known kind.

    None = neither says it. A `type` without the member of that name is refused.
    """
    kinds = tuple(known)
    found = [name for name in given if name in kinds]
    if "type" not in given:
        return found[0] if found else None
    kind = given["type"]
    if not isinstance(kind, str) or kind not in kinds:
        raise failed(f"{at}.type", f"be one of {', '.join(f'`{one}`' for one in kinds)}", kind)
    if kind not in given:
        raise failed(f"{at}.{kind}", "be defined", missing=True)
    return kind


def page_size(value: object, place: str) -> int:
    """Return how many results are wanted."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise failed(place, "be a number", value)
    if value > MAX_PAGE:
        raise failed(place, f"be ≤ `{MAX_PAGE}`", value)
    if value < 1:
        raise failed(place, "be ≥ `1`", value)
    return value


def asked_page(place: Place) -> tuple[int, str | None]:
    """Return page size and cursor of a GET."""
    size = place.call.query.get("page_size", (str(MAX_PAGE),))[0]
    number = int(size) if size.lstrip("-").isdecimal() else size
    return page_size(number, "query.page_size"), place.call.query.get("start_cursor", (None,))[0]
