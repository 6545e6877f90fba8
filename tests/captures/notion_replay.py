"""Bring the sandboxed Notion into the state that a recording shows, so that both can be asked the same."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from syncbot.sandbox.frame import Answer, Call
from syncbot.sandbox.notion import NotionService, Settings
from syncbot.sandbox.notion.state import Block, Database, DataSource, Page, User
from tests.captures.notion_cassettes import Exchange

Json = Mapping[str, Any]
TOKEN = "ntn_replay"
_REFERENCES = re.compile(r'"(?:page|database)": {"id": "([^"]+)"|"(?:page_id|block_id)": "([^"]+)"')
COMPUTED = ("formula", "rollup", "verification", "unique_id", "place")
"""Kinds whose recorded value is put in as it is, or left out of comparisons."""
BOT = "00000000-0000-4000-8000-0000000000f1"
SPARE = "3f2b1c4d-5e6f-4a8b-9c0d-{:012x}"


class Ids:
    """Makes ids that are in no recording."""

    def __init__(self) -> None:
        self._made = 0

    def __call__(self) -> str:
        """Make one."""
        self._made += 1
        return SPARE.format(self._made)


class Replay:
    """One sandbox that follows one cassette."""

    def __init__(self) -> None:
        self.ids = Ids()
        self.service = NotionService(TOKEN, self.ids, Settings(query_order="newest_first", app_links=False))
        self.state = self.service.state
        self.now = datetime(2026, 6, 27, tzinfo=UTC)
        self._become(BOT)

    def ask(self, exchange: Exchange) -> Answer:
        """Ask the sandbox what was asked then."""
        headers = {"authorization": f"Bearer {TOKEN}", "notion-version": "2026-03-11"}
        path = f"/v1/{exchange.path}"
        call = Call(method=exchange.method, path=path, body=exchange.asked, headers=headers)
        return self.service.handle(call, self.now)

    def get(self, path: str) -> Any:
        """Read from the sandbox."""
        answer = self.ask(
            Exchange(cassette="", method="GET", path=path, asked=None, status=200, headers={}, answer=b"")
        )
        assert answer.status == 200, answer.body
        return answer.body

    def forget(self, blocks: Sequence[Json]) -> None:
        """Take back blocks that the sandbox has just made."""
        for one in blocks:
            owner = self.state.holder(one["parent"][one["parent"]["type"]])
            assert owner is not None
            owner.children.remove(one["id"])
            del self.state.blocks[one["id"]]

    def see(self, exchange: Exchange) -> None:
        """Take over everything that an answer shows."""
        self.see_users(exchange)
        found = list(things(exchange.parsed))
        self.now = max([self.now, *(moment_of(one) for one in found if "last_edited_time" in one)])
        for one in found:
            if one["object"] == "data_source" and "properties" in one:
                self._see_source(one)
            if one["object"] == "page" and "properties" in one:
                self._see_page(one)
            if one["object"] == "block" and one["type"] in one:
                self.see_block(one)
        self._see_order(exchange)

    def see_users(self, exchange: Exchange) -> None:
        """Take over the users that an answer shows."""
        for one in things(exchange.parsed):
            if one["object"] == "user" and "name" in one:
                email = one["person"].get("email", "x@example.com") if "person" in one else None
                self.state.users[one["id"]] = User(id=one["id"], name=one["name"], email=email)

    def beyond(self, *parts: Any) -> bool:
        """Say whether it names what was never shown, or a file whose address is signed anew on every read."""
        text = json.dumps(parts)
        named = _REFERENCES.findall(text)
        shown = (*self.state.pages, *self.state.blocks, *self.state.databases)
        return '"type": "file"' in text or any((one or other) not in shown for one, other in named)

    def see_block(self, one: Json) -> None:
        """Take over a block."""
        content = dict(one[one["type"]])
        for name in {"rich_text", "caption"} & set(content):
            content[name] = [_piece(piece) for piece in content[name]]
        if "cells" in content:
            content["cells"] = [[_piece(piece) for piece in cell] for cell in content["cells"]]
        old = self.state.blocks.get(one["id"])
        self.state.blocks[one["id"]] = Block(
            id=one["id"],
            parent=dict(one["parent"]),
            created=_time(one["created_time"]),
            edited=_time(one["last_edited_time"]),
            created_by=one["created_by"]["id"],
            edited_by=one["last_edited_by"]["id"],
            in_trash=one["in_trash"],
            type=one["type"],
            content=content,
            children=old.children if old else [],
        )

    def _see_order(self, exchange: Exchange) -> None:
        """Put blocks that were listed or appended below their parent, in the order shown."""
        parts = exchange.path.split("/")
        owner = self.state.holder(dashed(parts[1])) if parts[-1] == "children" else None
        if owner is None:
            return
        shown = [one["id"] for one in exchange.parsed["results"]]
        owner.children = [key for key in owner.children if key not in shown] + shown

    def _become(self, bot: str) -> None:
        user = self.state.users.pop(self.state.bot)
        self.state.bot = bot
        self.state.users[bot] = user.model_copy(update={"id": bot})

    def _see_source(self, one: Json) -> None:
        database = str(one["parent"]["database_id"])
        hands = {"created_by": one["created_by"]["id"], "edited_by": one["last_edited_by"]["id"]}
        times = {"created": _time(one["created_time"]), "edited": _time(one["last_edited_time"])}
        self.state.databases[database] = Database(
            id=database,
            parent=one["database_parent"],
            title=[_piece(piece) for piece in one["title"]],
            data_sources=[one["id"]],
            **times,
            **hands,
        )
        self.state.data_sources[one["id"]] = DataSource(
            id=one["id"],
            parent={"type": "database_id", "database_id": database},
            title=[_piece(piece) for piece in one["title"]],
            properties={prop["id"]: dict(prop) for prop in one["properties"].values()},
            in_trash=one["in_trash"],
            **times,
            **hands,
        )

    def _see_page(self, one: Json) -> None:
        cells = one["properties"].values()
        self.state.made += 1
        old = self.state.pages.get(one["id"])
        self.state.pages[one["id"]] = Page(
            id=one["id"],
            parent=dict(one["parent"]),
            created=_time(one["created_time"]),
            edited=_time(one["last_edited_time"]),
            created_by=one["created_by"]["id"],
            edited_by=one["last_edited_by"]["id"],
            in_trash=one["in_trash"],
            archived=one["is_archived"],
            locked=one["is_locked"],
            icon=one["icon"],
            cover=one["cover"],
            values={cell["id"]: value for cell in cells if (value := kept(cell)) not in (None, [], False)},
            number=next((cell["unique_id"]["number"] for cell in cells if cell["type"] == "unique_id"), 0),
            order=old.order if old else self.state.made,
            children=old.children if old else [],
        )


def kept(cell: Json) -> Any:
    """Return a recorded value as the sandbox keeps it."""
    kind = cell["type"]
    value = cell[kind]
    if kind in ("title", "rich_text"):
        return [_piece(piece) for piece in value]
    if kind in ("select", "status"):
        return value and value["id"]
    if kind in ("multi_select", "people", "relation"):
        return [one["id"] for one in value]
    plain = ("number", "checkbox", "date", "url", "email", "phone_number", "files", *COMPUTED)
    return value if kind in plain else None


def moment_of(one: Json) -> datetime:
    """Return when an object was edited last."""
    return _time(one["last_edited_time"])


def _piece(piece: Json) -> dict[str, Any]:
    kind = piece["type"]
    inner = piece[kind]
    if kind == "mention" and inner["type"] in ("user", "page", "database"):
        inner = {"type": inner["type"], inner["type"]: {"id": inner[inner["type"]]["id"]}}
    return {"type": kind, kind: inner, "annotations": piece["annotations"]}


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def dashed(key: str) -> str:
    """Return an id in its usual spelling."""
    plain = key.replace("-", "")
    return f"{plain[:8]}-{plain[8:12]}-{plain[12:16]}-{plain[16:20]}-{plain[20:]}"


def things(node: Any) -> Iterator[Json]:
    """Yield the objects of Notion in an answer."""
    if isinstance(node, dict):
        if isinstance(node.get("object"), str):
            yield node
        for value in node.values():
            yield from things(value)
    elif isinstance(node, list):
        for value in node:
            yield from things(value)
