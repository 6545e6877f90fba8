"""Every recorded answer of Graph passes through the readers of the SharePoint endpoint.

An answer may be refused by a reader only for what the recording itself says: a status, an error object. Recordings
of SharePoint's own REST interface lie among them; they are no Graph, nothing here reads them, and they are counted
as such. The counts are printed: `pytest -s tests/captures/test_graph_captures.py`.
"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from syncbot.endpoints.base import Column, ColumnType, Row, Schema
from syncbot.endpoints.sharepoint.asks import version_of
from syncbot.endpoints.sharepoint.batch import parts
from syncbot.endpoints.sharepoint.cells import Translator
from syncbot.endpoints.sharepoint.columns import columns_of
from syncbot.endpoints.sharepoint.feed import feed_of
from syncbot.endpoints.sharepoint.refusals import refusal
from syncbot.endpoints.sharepoint.rows import RowReader
from syncbot.endpoints.sharepoint.wire import Answer, Ask
from syncbot.errors import CursorExpired, Fatal, Forbidden, Invalid, OutcomeUnknown, Throttled, VersionChanged
from syncbot.model.values import UNKNOWN
from tests.referees import graph as referee
from tests.unit.endpoints.graph_script import BASE, NOW, Told, wire

DATA = referee.GRAPH_DATA
pytestmark = pytest.mark.skipif(
    not referee.available(), reason="no recordings of Graph: ../shared/data/graph is absent"
)


@dataclass(frozen=True, kw_only=True)
class Capture:
    """One recorded or documented answer."""

    place: str
    method: str
    status: int
    body: Any
    is_graph: bool = True

    @property
    def answer(self) -> Answer:
        """The answer as the connection would hand it on."""
        return Answer(status=self.status, body=self.body)


@pytest.fixture(scope="module")
def tally() -> Iterator[Counter[str]]:
    """Count over all tests of this file and print at the end."""
    counts: Counter[str] = Counter()
    yield counts
    shown = ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
    print(f"\nGraph captures read: {shown}")  # noqa: T201  # figures for the one who asks


@cache
def captures() -> tuple[Capture, ...]:
    """Return all answers of all folders."""
    return (*_pnpcore(), *_docs(), *_delta_docs(), *_samples(), *_dev_proxy())


def _pnpcore() -> Iterator[Capture]:
    for path in sorted((DATA / "pnpcore").rglob("*.json")):
        file = json.loads(path.read_text("utf-8"))
        yield Capture(
            place=path.name,
            method="POST" if file["status"] == 201 else "GET",
            status=file["status"],
            body=file["body"],
            is_graph=file["kind"] == "graph",
        )


def _docs() -> Iterator[Capture]:
    for line in (DATA / "graph-docs-2021/examples.jsonl").read_text("utf-8").splitlines():
        one = json.loads(line)
        if one["type"] == "response" and one.get("status"):
            yield Capture(place=one["page"], method="GET", status=one["status"], body=one.get("body"))


def _delta_docs() -> Iterator[Capture]:
    for one in json.loads((DATA / "graph-docs-contrib/listitem-delta.json").read_text("utf-8"))["calls"]:
        yield Capture(place="listitem-delta", method="GET", status=one["status"], body=one.get("body"))


def _samples() -> Iterator[Capture]:
    for path in (DATA / "pnp-proxy-samples").glob("*.json"):
        for one in json.loads(path.read_text("utf-8"))["mocks"]:
            request, response = one["request"], one["response"]
            status = response.get("statusCode") or 200
            yield Capture(
                place=request["url"], method=request["method"], status=status, body=response.get("body")
            )


def _dev_proxy() -> Iterator[Capture]:
    errors = json.loads((DATA / "dev-proxy/devproxy-errors.json").read_text("utf-8"))["errors"]
    for one in (each for group in errors for each in group["responses"]):
        yield Capture(place="dev-proxy", method="GET", status=one["statusCode"], body=one.get("body"))
    for one in json.loads((DATA / "dev-proxy/m365-mocks.json").read_text("utf-8"))["mocks"]:
        response = one["response"]
        status = response.get("statusCode") or 200
        yield Capture(place=one["request"]["url"], method="GET", status=status, body=response.get("body"))


def graph_captures() -> list[Capture]:
    """Return those that are answers of Graph with JSON in them."""
    return [one for one in captures() if one.is_graph and isinstance(one.body, dict)]


def objects(body: Any) -> Iterator[dict[str, Any]]:
    """Yield every JSON object inside a body, itself too."""
    if isinstance(body, dict):
        yield body
        for value in body.values():
            yield from objects(value)
    elif isinstance(body, list):
        for value in body:
            yield from objects(value)


def test_statuses_mean_what_they_say(tally: Counter[str]) -> None:
    """No successful answer is taken for a refusal, no refusal for a success, whatever its body looks like."""
    for one in captures():
        if not one.is_graph:
            tally["SharePoint REST (not Graph, not read)"] += 1
            continue
        if not isinstance(one.body, dict):
            tally["Graph without JSON (not read)"] += 1
            continue
        found = refusal(
            Ask(method=one.method, path="/x", body=None), one.answer, endpoint="sharepoint", now=NOW
        )
        assert (found is None) == (200 <= one.status < 300), f"{one.place}: {found}"
        tally["answers judged"] += 1


def test_pages_are_read_to_their_end(tally: Counter[str]) -> None:
    """A list of values, with or without a link to more, is one page; the link is followed as it is."""
    for one in graph_captures():
        if one.status != 200 or not isinstance(one.body.get("value"), list):
            continue
        link = one.body.get("@odata.nextLink")
        if isinstance(link, str) and "..." in link:
            tally["pages whose link the documentation cut short (not read)"] += 1
            continue
        base = "/".join(link.split("/")[:3]) if isinstance(link, str) else BASE
        read = _pages(one, base)
        assert read[0] == one.body, one.place
        assert len(read) == (2 if link else 1), one.place
        tally["pages"] += 1
        tally["links followed"] += 1 if link else 0


def _pages(one: Capture, base: str) -> list[dict[str, Any]]:
    told = [Told(body=one.body), *([Told(body={"value": []})] if "@odata.nextLink" in one.body else [])]
    with contextmanager(wire)(*told) as link:
        link.graph.base_url = base
        return list(link.graph.pages("/first"))


def test_batches_are_taken_apart(tally: Counter[str]) -> None:
    """Each answer inside is found, with or without headers, and means what its own status says."""
    for one in graph_captures():
        responses = one.body.get("responses")
        if not isinstance(responses, list):
            continue
        found = parts(one.body)
        assert [part.id for part in found] == [str(each["id"]) for each in responses], one.place
        for part, each in zip(found, responses, strict=True):
            ask = Ask(method="PATCH", path="/x")  # a 204 answers no reading
            error = refusal(ask, part.answer, endpoint="sharepoint", now=NOW)
            assert (error is None) == (each["status"] < 300), f"{one.place}: {error}"
            tally["answers inside batches"] += 1
            if isinstance(error, Throttled):
                assert error.retry_after == float(each.get("headers", {}).get("Retry-After", "nan")) or (
                    error.retry_after is None
                )
                tally["of them throttled"] += 1


def is_item(one: dict[str, Any]) -> bool:
    """Say whether an object is a list item with its fields."""
    return isinstance(one.get("fields"), dict) and isinstance(one.get("id"), str)


def reader_for(fields: dict[str, Any]) -> RowReader:
    """Return a reader whose schema is guessed from what stands in the fields."""
    names = [name for name in fields if "@" not in name and not name.endswith("LookupId")]
    columns = {name: _guess(name, fields[name]) for name in names}
    references = {name.removesuffix("LookupId") for name in fields if name.endswith("LookupId")}
    for name in references - set(columns):
        columns[name] = Column(
            id=name, name=name, type=ColumnType.REFS, native="lookup", many=False, target="s/l"
        )
    zone = Translator(zone=ZoneInfo("Europe/Brussels"), email_of=lambda _: None, person_of=lambda _: None)
    return RowReader(
        schema=Schema(container="s/l", title="", columns=columns, key_column="SyncbotKey"),
        translator=zone,
        faults={},
        app_id="none",
        is_ours=lambda _: False,
        name_of=lambda _: None,
    )


def _guess(name: str, value: Any) -> Column:
    kind, native = ColumnType.TEXT, "note"
    if isinstance(value, bool):
        kind, native = ColumnType.FLAG, "boolean"
    elif isinstance(value, int | float):
        kind, native = ColumnType.NUMBER, "number"
    elif isinstance(value, list):
        objects = any(isinstance(each, dict) for each in value)
        kind, native = (ColumnType.REFS, "lookups") if objects else (ColumnType.CHOICES, "choices")
    elif isinstance(value, dict):
        kind, native = ColumnType.LINK, "hyperlinkOrPicture"
    elif isinstance(value, str) and _is_moment(value):
        kind, native = ColumnType.MOMENT, "dateTime"
    return Column(id=name, name=name, type=kind, native=native)


def _is_moment(text: str) -> bool:
    try:
        return len(text) > 10 and datetime.fromisoformat(text) is not None
    except ValueError:
        return False


def test_items_become_rows(tally: Counter[str]) -> None:
    """Each recorded item has a version and a cell for each of its fields, and none of them is a fault."""
    for one in graph_captures():
        for item in filter(is_item, objects(one.body)):
            row: Row = reader_for(item["fields"]).row(item)
            assert not row.faults, f"{one.place}: {row.faults}"
            assert UNKNOWN not in row.cells.values()
            tally["items"] += 1
            tally["cells"] += len(row.cells)


def test_tags_are_the_same_with_and_without_quotes(tally: Counter[str]) -> None:
    """An item's tag and that of its fields make one version."""
    for one in graph_captures():
        for item in objects(one.body):
            if not isinstance(item.get("eTag"), str):
                continue
            version = version_of(item["eTag"])
            assert version
            assert not set(version) & set('"{}'), one.place
            if is_item(item) and "@odata.etag" in item["fields"]:
                assert version_of(item["fields"]["@odata.etag"]) == version
            tally["tags"] += 1


def test_columns_become_a_schema(tally: Counter[str]) -> None:
    """Whatever looks like a column definition is read or left out, never an error."""
    for one in graph_captures():
        found = [each for each in objects(one.body) if "enforceUniqueValues" in each]
        columns = columns_of(found, site="s")
        assert all(column.native for column in columns.values())
        tally["column definitions"] += len(found)


def test_the_documented_feed_ends_with_a_deletion(tally: Counter[str]) -> None:
    """Two pages of a delta: the newest state counts, the deleted item is gone, the end is proven."""
    pages = [one.body for one in captures() if one.place == "listitem-delta"]
    feed = feed_of(pages, path_of=str, full=True)
    assert (sorted(feed.items), list(feed.gone), feed.broken) == (["1", "2"], ["3"], 0)
    assert feed.cursor == pages[-1]["@odata.deltaLink"]
    tally["delta pages"] += len(pages)


_MEANINGS: dict[str, type[Exception] | None] = {
    "drive delta": CursorExpired,
    "calendarView delta": CursorExpired,
    "list items delta, after a deletion (error object INSIDE value)": None,
    "PATCH driveItem/listItem/fields right after upload": VersionChanged,
    "PATCH fields, multi-choice without odata.type": Invalid,
    "PATCH fields, unknown column name": OutcomeUnknown,
    "SharePoint REST": OutcomeUnknown,
    "Workflows flow step 'post card' (webhook itself had answered 202)": Invalid,
    "mail/calendar outside the app's mailbox scope": Forbidden,
    "Planner PATCH with malformed If-Match": Invalid,
    "SharePoint/Graph": Throttled,
}


def test_errors_seen_live_are_understood(tally: Counter[str]) -> None:
    """Each of them, as the answer to a write, has the meaning that it had for those who met it."""
    for one in json.loads((DATA / "observed-errors/errors.json").read_text("utf-8")):
        if one["status"] is None:
            continue  # a notification that was received
        headers = {name.lower(): text for name, text in (one.get("headers") or {}).items()}
        answer = Answer(status=one["status"], body=one["body"], headers=headers)
        error = refusal(Ask(method="PATCH", path="/x"), answer, endpoint="sharepoint", now=NOW)
        wanted = _MEANINGS[one["api"]]
        assert error is None if wanted is None else isinstance(error, wanted), one["api"]
        tally["errors seen live"] += 1
        if isinstance(error, Throttled):
            assert error.retry_after == 31


def test_the_broken_feed_seen_live_counts_as_broken() -> None:
    """A deletion that came as an error object: nothing is concluded from it, and the reading is not complete."""
    errors = json.loads((DATA / "observed-errors/errors.json").read_text("utf-8"))
    page = next(one["body"] for one in errors if "INSIDE value" in one["api"])
    feed = feed_of([page], path_of=str, full=False)
    assert (dict(feed.items), list(feed.gone), feed.broken) == ({}, [], 1)


def test_a_recorded_link_elsewhere_is_not_followed() -> None:
    """The recordings' links lead to Microsoft; a connection to another host does not go there."""
    one = next(each for each in graph_captures() if "@odata.nextLink" in each.body)
    with pytest.raises(Fatal):
        _pages(one, BASE)
