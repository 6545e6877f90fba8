"""What the sandboxed Notion remembers."""

import hashlib
from datetime import UTC, datetime
from typing import Any, TypeAlias

from pydantic import BaseModel, Field

Wire: TypeAlias = dict[str, Any]
"""One JSON object as Notion sends or takes it."""


class User(BaseModel):
    """A person, a group or an integration of the workspace."""

    id: str
    name: str
    email: str | None = None
    """None = an integration."""
    guest: bool = False
    """Guests are never listed, but may stand in cells and be read one at a time."""
    group: bool = False
    """A group of people: it stands in cells as a person does, and nowhere else."""


class Thing(BaseModel):
    """What everything with an id has in common."""

    id: str
    parent: Wire
    created: datetime
    edited: datetime
    created_by: str
    edited_by: str
    in_trash: bool = False
    shared: bool = True
    """Whether it is shared with the integration; what is not looks as if it did not exist."""


class Database(Thing):
    """A container of data sources."""

    title: list[Wire]
    data_sources: list[str] = Field(default_factory=list)


class DataSource(Thing):
    """One table."""

    title: list[Wire]
    properties: dict[str, Wire] = Field(default_factory=dict)
    """By property id, in the order of the schema: definitions just as they are answered."""
    counter: int = 0
    """The newest number of the unique id."""
    icon: Wire | None = None

    def named(self, key: str) -> Wire | None:
        """Return the property of that name."""
        return next((one for one in self.properties.values() if one["name"] == key), None)

    @property
    def title_property(self) -> Wire:
        """The one title property."""
        return self.properties["title"]


class Page(Thing):
    """One row of a data source, or a page below another page."""

    values: Wire = Field(default_factory=dict)
    """By property id, in the form that `values_write` made of it; what is empty is left out."""
    archived: bool = False
    locked: bool = False
    icon: Wire | None = None
    cover: Wire | None = None
    number: int = 0
    """Of the unique id, given when the row came into its data source."""
    order: int = 0
    """Counts pages in the order they were made."""
    children: list[str] = Field(default_factory=list)
    """Blocks and pages below it, also those in the trash."""


class Block(Thing):
    """One block of a page."""

    type: str
    content: Wire
    children: list[str] = Field(default_factory=list)


class Task(BaseModel):
    """A write that was answered before it was done."""

    id: str
    created: datetime
    result: Wire


class State(BaseModel):
    """Everything."""

    workspace_id: str
    bot: str
    users: dict[str, User] = Field(default_factory=dict)
    databases: dict[str, Database] = Field(default_factory=dict)
    data_sources: dict[str, DataSource] = Field(default_factory=dict)
    pages: dict[str, Page] = Field(default_factory=dict)
    blocks: dict[str, Block] = Field(default_factory=dict)
    tasks: dict[str, Task] = Field(default_factory=dict)
    made: int = 0
    """Pages made so far."""
    revision: int = 0

    def source_of(self, page: Page) -> DataSource | None:
        """Return the data source that a page is a row of."""
        return self.data_sources.get(page.parent.get("data_source_id", ""))

    def rows(self, source: str) -> list[Page]:
        """Return all rows of a data source, the trash included, in the order they were made."""
        return [page for page in self.pages.values() if page.parent.get("data_source_id") == source]

    def holder(self, key: str) -> Page | Block | None:
        """Return what may have blocks below it."""
        return self.pages.get(key) or self.blocks.get(key)

    def children_of(self, owner: Page | Block) -> list[Page | Block]:
        """Return what stands below a page or a block and is not in the trash."""
        found = (self.holder(key) for key in owner.children)
        return [one for one in found if one is not None and not one.in_trash]

    def above(self, thing: Thing) -> Thing | None:
        """Return the parent, if it is one of the things kept here."""
        kind = thing.parent["type"]
        shelves: dict[str, Any] = {
            "page_id": self.pages,
            "block_id": self.blocks,
            "data_source_id": self.data_sources,
            "database_id": self.databases,
        }
        found: Thing | None = shelves.get(kind, {}).get(thing.parent.get(kind))
        return found

    def visible(self, thing: Thing) -> bool:
        """Say whether the integration can see it: it and everything above it are shared."""
        above = self.above(thing)
        return thing.shared and (above is None or self.visible(above))

    def trashed(self, thing: Thing) -> bool:
        """Say whether it, or anything above it, is in the trash."""
        above = self.above(thing)
        return thing.in_trash or (above is not None and self.trashed(above))


def minute(moment: datetime) -> datetime:
    """Cut to the minute, as Notion does with the times of pages, blocks and data sources."""
    return moment.astimezone(UTC).replace(second=0, microsecond=0)


def stamp(moment: datetime) -> str:
    """Write a moment as pages, blocks and data sources do: `2026-06-27T16:57:00.000Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def long_stamp(moment: datetime) -> str:
    """Write a moment as databases do: with milliseconds and `+00:00` (recorded)."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def scrambled(key: str) -> str:
    """Return a sort key without any meaning."""
    return hashlib.sha256(key.encode()).hexdigest()
