"""What persons do in the workspace without the API: in the browser, or when the sandbox is filled."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from ..frame import Call, Edit
from . import containers, pages, schema, text
from .columns import option_named
from .errors import Refused
from .place import Place
from .settings import Settings
from .state import Database, DataSource, Page, State, User, Wire, minute
from .typed import wire_of
from .typed_notes import retyped, typed

_FIRST = datetime(2020, 1, 1, 9, tzinfo=UTC)


class People:
    """The workspace as its members see it; no method here goes through HTTP, and none asks for rights."""

    def __init__(self, ids: Callable[[], str], workspace: str, integration: str, settings: Settings) -> None:
        """Make an empty workspace with one integration; `ids` makes valid UUIDs."""
        self._ids = ids
        self._workspace, self._integration = workspace, integration
        self.settings = settings
        bot = User(id=ids(), name=integration)
        self.state = State(workspace_id=ids(), bot=bot.id, users={bot.id: bot})

    @property
    def bot_id(self) -> str:
        """The integration's user id."""
        return self.state.bot

    def add_user(self, name: str, email: str, *, guest: bool = False) -> str:
        """Add a person and return the id; a guest is not listed."""
        user = User(id=self._ids(), name=name, email=email, guest=guest)
        self.state.users[user.id] = user
        self._moved()
        return user.id

    def add_group(self, name: str) -> str:
        """Add a group of people and return its id; only persons put groups into cells."""
        group = User(id=self._ids(), name=name, group=True)
        self.state.users[group.id] = group
        self._moved()
        return group.id

    def remove_user(self, user: str) -> None:
        """Take a person out of the workspace; cells go on naming the id."""
        del self.state.users[user]
        self._moved()

    def add_data_source(
        self, title: str, properties: Mapping[str, Any], *, at: datetime = _FIRST, by: str | None = None
    ) -> str:
        """Add a database with one data source and return the latter's id; `properties` as in a create."""
        hand = by or self.bot_id
        made = {"created_by": hand, "edited_by": hand}
        workspace = {"type": "workspace", "workspace": True}
        database = Database(
            id=self._ids(), parent=workspace, created=at, edited=at, title=text.simple(title), **made
        )
        source = DataSource(
            id=self._ids(),
            parent={"type": "database_id", "database_id": database.id},
            created=minute(at),
            edited=minute(at),
            title=text.simple(title),
            **made,
        )
        database.data_sources.append(source.id)
        self.state.databases[database.id] = database
        self.state.data_sources[source.id] = source
        schema.set_up(self._place(hand, at), source, dict(properties), "body.properties")
        self._moved()
        return source.id

    def add_page(self, source: str, properties: Mapping[str, Any], *, by: str, at: datetime) -> str:
        """Add a row as a person types it and return its id; `properties` as in a create.

        Besides what the API takes: results of formulas and rollups, and files kept by Notion
        (`{"name", "type": "file"}`).
        """
        body = {"parent": {"data_source_id": source}, "properties": dict(properties)}
        page = pages.made(self._place(by, at), body)
        self._moved()
        return page.id

    def add_subpage(self, parent: str, title: str, *, by: str, at: datetime) -> str:
        """Add a page below another page and return its id."""
        properties = {"title": {"title": [{"text": {"content": title}}]}}
        page = pages.made(self._place(by, at), {"parent": {"page_id": parent}, "properties": properties})
        self._moved()
        return page.id

    def edit_page(self, page: str, properties: Mapping[str, Any], *, by: str, at: datetime) -> None:
        """Change cells of a row; each named one is replaced whole."""
        self._change(page, {"properties": dict(properties)}, by, at)

    def type_body(self, page: str, markdown: str, *, by: str, at: datetime) -> None:
        """Type the body of a page anew, in Markdown as Notion's; `@{Anna Adler}`, `@{2026-12-01}` are mentions."""
        typed(self._place(by, at), self.state.pages[page], markdown)
        self._moved()

    def retype_line(self, page: str, line: str, now: str | bool | None, *, by: str, at: datetime) -> None:
        """Change the one line of a page that says just these words: other words, a box ticked or not, None = delete.

        Raises `LookupError` for a line that is not there, or there twice.
        """
        retyped(self._place(by, at), self.state.pages[page], line, now)
        self._moved()

    def trash_page(self, page: str, *, by: str, at: datetime) -> None:
        """Put a page into the trash."""
        self._change(page, {"in_trash": True}, by, at)

    def restore_page(self, page: str, *, by: str, at: datetime) -> None:
        """Take a page out of the trash."""
        self._change(page, {"in_trash": False}, by, at)

    def archive_page(self, page: str, *, by: str, at: datetime, archived: bool = True) -> None:
        """Archive a page, or take it out of the archive."""
        self._change(page, {"is_archived": archived}, by, at)

    def move_page(self, page: str, parent: Mapping[str, str], *, by: str, at: datetime) -> None:
        """Move a page below `{"page_id": ..}` or into `{"data_source_id": ..}`."""
        pages.moved(self._place(by, at), self.state.pages[page], dict(parent))
        self._moved()

    def unshare_page(self, page: str) -> None:
        """Take a page away from the integration: for it the page is gone. Its edit time stays."""
        self._share(self.state.pages[page], shared=False)

    def share_page(self, page: str) -> None:
        """Share a page with the integration again."""
        self._share(self.state.pages[page], shared=True)

    def share_data_source(self, source: str, *, shared: bool = True) -> None:
        """Share a data source with all its rows, or take it away."""
        self._share(self.state.data_sources[source], shared=shared)

    def rename_property(self, source: str, old: str, new: str) -> None:
        """Give a column another name; its id stays."""
        self._reshape(source, {old: {"name": new}})

    def retype_property(self, source: str, name: str, definition: Mapping[str, Any]) -> None:
        """Give a column another type, e.g. `{"rich_text": {}}`; what stood in it is lost."""
        self._reshape(source, {name: dict(definition)})

    def add_property(self, source: str, name: str, definition: Mapping[str, Any]) -> None:
        """Add a column, e.g. `{"number": {}}`."""
        self._reshape(source, {name: dict(definition)})

    def remove_property(self, source: str, name: str) -> None:
        """Delete a column with all that stands in it."""
        self._reshape(source, {name: None})

    def edit(self, edit: Edit, now: datetime) -> str:
        """Do what a member does in the browser; return the page's id (see `EditedByPeople`).

        Cells are as in a create, or plain: words, numbers, truth values, days and moments as text, lists of options,
        addresses of members, ids or titles of rows; None empties.
        """
        person = self._member(edit.by)
        source = self._edited_source(edit)
        try:
            cells = {name: wire_of(self.state, source, name, value) for name, value in edit.cells.items()}
            row = edit.row or self.add_page(source.id, cells, by=person, at=now)
            if edit.action != "save":
                self._change(row, {"in_trash": edit.action == "delete"}, person, now)
            elif edit.row is not None:
                self.edit_page(row, cells, by=person, at=now)
            if edit.body is not None:
                self.type_body(row, edit.body, by=person, at=now)
            for line, said in edit.lines.items():
                self.retype_line(row, line, said, by=person, at=now)
        except Refused as refused:
            raise ValueError(refused.message) from None
        return row

    def rename_option(self, source: str, name: str, old: str, new: str) -> None:
        """Give an option another name; its id stays, all rows show the new name, and none counts as edited."""
        definition = self._definition(source, name)
        option = option_named(definition, old)
        if option is None:
            raise KeyError(old)
        option["name"] = new
        self._moved()

    def database_of(self, source: str) -> str:
        """Return the id of the database that a data source is in."""
        return str(self.state.data_sources[source].parent["database_id"])

    def property_id(self, source: str, name: str) -> str:
        """Return the id of a column."""
        return str(self._definition(source, name)["id"])

    def page(self, page: str) -> Page:
        """Return a page as it is kept, for looking at."""
        return self.state.pages[page]

    def _definition(self, source: str, name: str) -> Wire:
        definition = self.state.data_sources[source].named(name)
        if definition is None:
            raise KeyError(name)
        return definition

    def _member(self, who: str) -> str:
        found = [one for one in self.state.users.values() if one.email and who in (one.name, one.email)]
        if not found:
            raise LookupError(f"nobody called {who!r} is in the workspace")
        return found[0].id

    def _edited_source(self, edit: Edit) -> DataSource:
        if edit.row is not None:
            page = self.state.pages.get(edit.row)
            source = None if page is None else self.state.source_of(page)
            if source is None:
                raise LookupError(f"no data source has a row {edit.row}")
            return source
        for source in self.state.data_sources.values():
            if edit.container in (source.id, text.raw(source.title)):
                return source
        raise LookupError(f"no data source {edit.container!r}: say which with its title or id")

    def _change(self, page: str, body: dict[str, Any], by: str, at: datetime) -> None:
        pages.changed(self._place(by, at), self.state.pages[page], body)
        self._moved()

    def _reshape(self, source: str, properties: dict[str, Any]) -> None:
        owner = self.state.data_sources[source]
        place = self._place(owner.edited_by, owner.edited)
        containers.changed(place, owner, {"properties": properties})
        self._moved()

    def _share(self, thing: Page | DataSource, *, shared: bool) -> None:
        thing.shared = shared
        self._moved()

    def _place(self, hand: str, at: datetime) -> Place:
        return Place(
            state=self.state,
            settings=self.settings,
            call=Call(method="", path=""),
            now=at,
            version="2026-03-11",
            workspace=self._workspace,
            integration=self._integration,
            new_id=self._ids,
            hand=hand,
            trusted=True,
        )

    def _moved(self) -> None:
        self.state.revision += 1
