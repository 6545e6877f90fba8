"""Publications as pages of a Notion data source, found by their identity in a text column.

A page is made in one request with up to 100 blocks. A longer one says in that column that it is not finished until its
last block is there, so that nobody who looks takes half of it for the whole.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ClassVar

from syncbot.endpoints.memo import Memo
from syncbot.endpoints.notion.connection import NotionConnection
from syncbot.endpoints.notion.items import own_id
from syncbot.endpoints.notion.wire import text_property
from syncbot.errors import EndpointError, SchemaChanged
from syncbot.publish.package import clean

from .base import Parcel, Receipt
from .notion_lines import Json, spoken
from .notion_page import Body, portions, read_written, written_text

_UNFINISHED = " (unfinished)"
_LONGEST = 1_900
"""Characters of a title."""


@dataclass(kw_only=True)
class NotionOutlet:
    """A data source."""

    name: str
    notion: NotionConnection = field(repr=False)
    data_source: str
    """Its id."""
    column: str
    """The text column that holds the identity: "syncbot key"."""
    memo: Callable[[str], Memo] = field(repr=False)
    """By identity: what we wrote there last."""
    can_look: ClassVar[bool] = True
    appears_within: ClassVar[timedelta] = timedelta(minutes=1)
    renews: ClassVar[bool] = True
    _bot: str | None = field(default=None, repr=False)
    _title: str | None = field(default=None, repr=False)

    @property
    def connection(self) -> str:
        """Notion's."""
        return self.notion.name

    def send(self, parcel: Parcel) -> Receipt:
        """Make the page, or bring it up to date: people's blocks, and blocks that people changed, stay as they are."""
        page = self._page(parcel.identity)
        memo = self.memo(parcel.identity)
        title = clean(parcel.publication.title)[:_LONGEST]
        earlier, written = read_written(memo.recall())
        if page is None:
            return self._made(parcel, title, memo)
        body = self._body(written)
        body.bring(str(page["id"]), spoken(parcel.publication))
        self._finished(page, parcel.identity, title, earlier)
        memo.keep(written_text(title, body.now))
        return _receipt(page)

    def look(self, identity: str) -> Receipt | None:
        """It is there when a page of ours has that identity, and is finished."""
        page = self._page(identity)
        return None if page is None or self._said(page) != identity else _receipt(page)

    def _made(self, parcel: Parcel, title: str, memo: Memo) -> Receipt:
        lines = spoken(parcel.publication)
        first = next(portions(lines), [])
        rest = lines[len(first) :]
        key = parcel.identity + (_UNFINISHED if rest else "")
        given = {
            "parent": {"type": "data_source_id", "data_source_id": self.data_source},
            "properties": {**self._titled(title), self.column: text_property("rich_text", key)},
            "children": [one.block() for one in first],
        }
        page = self.notion.change("POST", "pages", given)
        body = self._body({})
        if rest:
            body.add(str(page["id"]), rest)
            self._change(page, {self.column: text_property("rich_text", parcel.identity)})
        # It is there, whatever goes wrong with the rest.
        with suppress(EndpointError):
            body.learn(str(page["id"]), lines)
        memo.keep(written_text(title, body.now))
        return _receipt(page)

    def _finished(self, page: Json, identity: str, title: str, earlier: str | None) -> None:
        """Give the page its identity and its title, where these are not there yet; a title that people gave stays."""
        changed: dict[str, Json] = {}
        if self._said(page) != identity:
            changed[self.column] = text_property("rich_text", identity)
        if earlier is not None and earlier != title and _plain(page, self._title_column()) == earlier:
            changed |= self._titled(title)
        if changed:
            self._change(page, changed)

    def _page(self, identity: str) -> Json | None:
        """Return the oldest page of ours with this identity; a copy that somebody made of it is theirs."""
        self._title_column()
        wanted = (identity, identity + _UNFINISHED)
        asked = [{"property": self.column, "rich_text": {"equals": one}} for one in wanted]
        answer = self.notion.query(self.data_source, {"filter": {"or": asked}})
        found = [
            page
            for page in answer.get("results") or []
            if self._said(page) in wanted and (page.get("created_by") or {}).get("id") == self._who()
        ]
        return min(found, key=lambda page: str(page.get("created_time")), default=None)

    def _said(self, page: Json) -> str:
        return _plain(page, self.column)

    def _change(self, page: Json, properties: Mapping[str, Json]) -> None:
        self.notion.change("PATCH", f"pages/{page['id']}", {"properties": properties})

    def _titled(self, title: str) -> dict[str, Json]:
        return {self._title_column(): text_property("title", title)}

    def _title_column(self) -> str:
        """Return the name of the title's column. Raises `SchemaChanged` when our own column is not there."""
        if self._title is None:
            answer = self.notion.ask("GET", f"data_sources/{self.data_source}")
            columns = {str(name): one.get("type") for name, one in (answer.get("properties") or {}).items()}
            if columns.get(self.column) != "rich_text":
                told = f"the data source has no text column {self.column!r} for what syncbot publishes"
                raise SchemaChanged(told, endpoint=self.name)
            self._title = next(name for name, kind in columns.items() if kind == "title")
        return self._title

    def _who(self) -> str:
        if self._bot is None:
            self._bot = own_id(self.notion)
        return self._bot

    def _body(self, written: dict[str, dict[str, str]]) -> Body:
        return Body(connection=self.notion, bot=self._who(), written=written)


def _plain(page: Json, column: str) -> str:
    found = (page.get("properties") or {}).get(column) or {}
    pieces = found.get(str(found.get("type"))) or []
    return "".join(str(one.get("plain_text") or "") for one in pieces if isinstance(one, dict))


def _receipt(page: Json) -> Receipt:
    url = page.get("url")
    return Receipt(ref=str(page["id"]), url=url if isinstance(url, str) else None)
