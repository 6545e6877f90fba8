"""The sandboxed Notion as the front serves it."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, get_args

from ..frame import Answer, Call, RateLimit
from . import errors
from .errors import Refused
from .people import People
from .place import Place, Version
from .routes import MAX_BYTES, handled
from .settings import Settings
from .state import State, Wire

_TRANSLATED = ("page", "block", "database", "data_source")
"""Objects that had `archived` besides `in_trash` in the older version."""


class NotionService(People):
    """Notion for one workspace and one integration.

    `service.settings` says how it behaves; the methods of `People` do what persons do in the browser.
    """

    name = "notion"
    rate = RateLimit(units=180, window_seconds=60)

    def __init__(
        self,
        token: str,
        ids: Callable[[], str],
        settings: Settings | None = None,
        workspace: str = "Sandbox",
        integration: str = "syncbot",
    ) -> None:
        """Make an empty workspace; `ids` makes valid UUIDs, `token` is the one that is let in."""
        super().__init__(ids, workspace, integration, settings or Settings())
        self._token = token

    @property
    def revision(self) -> int:
        """Moves with every change of the state."""
        return self.state.revision

    def environment(self) -> dict[str, str]:
        """Return the line that lets syncbot in."""
        return {"NOTION_TOKEN": self._token}

    def handle(self, call: Call, now: datetime) -> Answer:
        """Answer one call."""
        request_id = self._ids()
        try:
            place = self._checked(call, now)
            answer = handled(place)
        except Refused as refused:
            return refused.answer(request_id)
        if _writes(call):
            self.state.revision += 1
        body: Any = answer.body
        if place.version == "2025-09-03":
            body = _older(body)
        headers = {"x-notion-request-id": request_id}
        return replace(answer, body={**body, "request_id": request_id}, headers=headers)

    def cost(self, call: Call) -> float:  # noqa: ARG002
        """Each request counts one."""
        return 1

    def throttled(self, call: Call, wait_seconds: int) -> Answer:  # noqa: ARG002
        """Word a 429."""
        return errors.throttled(wait_seconds, self.settings.throttle_reason).answer(self._ids())

    def fault(self, kind: str, call: Call, saved: Answer | None) -> Answer | None:
        """Word a fault; a write that was carried out tells what it made, an update nothing."""
        if kind == "429":
            return self.throttled(call, 5)
        if kind == "529":
            return errors.overloaded(5).answer(self._ids())
        if kind == "503_saved" and _writes(call):
            return errors.saved(_committed(call, saved)).answer(self._ids())
        if kind == "503" and call.path.endswith("/query"):
            return errors.heavy_query().answer(self._ids())
        refusal = errors.broken("503" if kind == "503_saved" else kind)
        return None if refusal is None else refusal.answer(self._ids())

    def dump(self) -> object:
        """Return the whole state as JSON-able data."""
        return self.state.model_dump(mode="json")

    def load(self, state: object) -> None:
        """Replace the whole state by what `dump` returned."""
        self.state = State.model_validate(state)

    def _checked(self, call: Call, now: datetime) -> Place:
        """Let in who may come in, with a version that is understood and a body of a fair size."""
        if call.headers.get("authorization") != f"Bearer {self._token}":
            raise errors.bad_token()
        version = call.headers.get("notion-version")
        if version is None:
            raise errors.missing_version()
        if version not in get_args(Version):
            known = " or ".join(f'`"{one}"`' for one in get_args(Version))
            raise errors.failed("Notion-Version header", f"be {known} in this sandbox", version)
        if len(call.raw) > MAX_BYTES:
            raise errors.failed("body.length", f"be ≤ `{MAX_BYTES}`", len(call.raw))
        if not _is_text(call):
            raise errors.bad_json()
        place = self._place(self.bot_id, now)
        understood: Version = "2025-09-03" if version == "2025-09-03" else "2026-03-11"
        return replace(place, call=call, version=understood, trusted=False)


def _is_text(call: Call) -> bool:
    """Say whether the body can be written down again: halves of surrogate pairs cannot."""
    try:
        json.dumps(call.body, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _writes(call: Call) -> bool:
    return call.method != "GET" and not call.path.endswith(("/query", "/search"))


def _committed(call: Call, saved: Answer | None) -> Wire:
    """Return the ids that a saved write tells: of a new page, or of a parent and its new children."""
    body: Any = saved.body if saved else {}
    if call.method == "POST" and call.path.rstrip("/") == "/v1/pages":
        return {"committed_resource_id": body["id"]}
    if call.method == "PATCH" and call.path.endswith("/children"):
        asked: Any = call.body
        made = [block["id"] for block in body["results"]][: len(asked["children"])]
        return {"committed_resource_id": call.path.split("/")[-2], "committed_child_ids": made}
    return {}


def _older(body: Any) -> Any:
    """Put `archived` beside `in_trash`, and call meeting notes as the older version does."""
    if isinstance(body, list):
        return [_older(one) for one in body]
    if not isinstance(body, dict):
        return body
    older = {name: _older(value) for name, value in body.items()}
    if older.get("type") == "meeting_notes":
        older = {name: value for name, value in older.items() if name != "meeting_notes"}
        older |= {"type": "transcription", "transcription": _older(body["meeting_notes"])}
    if older.get("object") in _TRANSLATED and "in_trash" in older:
        older["archived"] = older["in_trash"]
    return older
