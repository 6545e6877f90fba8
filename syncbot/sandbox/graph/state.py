"""What the sandboxed SharePoint remembers."""

from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel, Field

from .documents import Library
from .hands import Hand
from .mail import Outlook
from .webhook_state import Teams

Wire = dict[str, Any]
"""One JSON object as Graph sends or takes it."""


class Person(BaseModel):
    """One row of the site's hidden list of people."""

    lookup_id: int
    name: str
    email: str
    object_id: str


class Item(BaseModel):
    """One row of a list; `values` holds only what is not empty, in the form that `values` made of it."""

    id: int
    guid: str
    version: int = 1
    """The counter in the etag."""
    created: datetime
    modified: datetime
    created_by: Hand
    modified_by: Hand
    values: Wire = Field(default_factory=dict)
    change: int
    """Number in the list's change log of the newest change."""
    locked: bool = False


class Tomb(BaseModel):
    """A deleted item, as long as the recycle bin and the change log know it."""

    item: Item
    change: int


class SharePointList(BaseModel):
    """One list with its columns, rows and change log."""

    id: str
    name: str
    """Of its address."""
    title: str
    created: datetime
    modified: datetime
    content_type: str
    folder: str
    """The id of its root folder."""
    hidden: bool = False
    versioning: bool = True
    schema_version: int = 0
    """In the list's tag: counts changes of title and columns. Rows do not move it (recorded)."""
    columns: list[Wire] = Field(default_factory=list)
    """Column definitions just as Graph answers them."""
    items: dict[int, Item] = Field(default_factory=dict)
    tombs: dict[int, Tomb] = Field(default_factory=dict)
    next_id: int = 1
    changes: int = 0
    """The newest number of the change log."""
    generation: int = 1
    """Of the change log: tokens of an older one were declared too old."""

    def column(self, name: str) -> Wire | None:
        """Return the column of that internal name."""
        return next((column for column in self.columns if column["name"] == name), None)

    def touch(self, item: Item, now: datetime) -> None:
        """Note in the change log that the item is new or different."""
        self.changes += 1
        self.modified = now
        item.change = self.changes


class State(BaseModel):
    """Everything."""

    site_guid: str
    web_guid: str
    app_row: int = 8
    """The application's row among the site's application principals."""
    role: str | None = "write"
    """What the application was granted on the site; None = nothing."""
    lists: dict[str, SharePointList] = Field(default_factory=dict)
    libraries: dict[str, Library] = Field(default_factory=dict)
    people: dict[int, Person] = Field(default_factory=dict)
    next_person: int = 6
    outlook: Outlook = Field(default_factory=Outlook)
    teams: Teams = Field(default_factory=Teams)
    revision: int = 0
    spent: list[tuple[datetime, float]] = Field(default_factory=list)
    """Resource units of the last minute."""

    def list_of(self, name: str) -> SharePointList | None:
        """Find a list by id or by title."""
        found = self.lists.get(name.lower())
        return found or next((one for one in self.lists.values() if one.title == name), None)

    def documents_of(self, name: str) -> Library | None:
        """Find a library by its list's id or by title."""
        found = self.libraries.get(name.lower())
        return found or next((one for one in self.libraries.values() if one.title == name), None)

    def use(self, units: float, now: datetime) -> None:
        """Note units used now and forget those older than a minute."""
        limit = now - timedelta(minutes=1)
        old = next((place for place, (at, _) in enumerate(self.spent) if at > limit), len(self.spent))
        del self.spent[:old]
        self.spent.append((now, units))


def stamp(moment: datetime) -> str:
    """Write a moment as SharePoint does: UTC, whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
