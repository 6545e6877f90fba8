"""Fill the sandbox's Notion with meetings, actions, decisions and needs."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from ..notion import NotionService
from .minutes import Minutes
from .work import Value, Work, officer
from .work_words import COLUMNS, STATUSES, TITLES, Column

_KEY: Mapping[str, Any] = {
    "syncbot key": {"rich_text": {}},
    "Last edited by": {"last_edited_by": {}},
    "Last edited": {"last_edited_time": {}},
}
_TYPES = {
    "title": "title",
    "text": "rich_text",
    "lines": "rich_text",
    "link": "url",
    "day": "date",
    "tick": "checkbox",
    "choice": "select",
    "choices": "multi_select",
    "one": "relation",
    "many": "relation",
}


class WorkSources:
    """The data sources of a workspace by kind, and the pages in them by what names them."""

    def __init__(self, sources: Mapping[str, str], pages: Mapping[str, Mapping[str, str]]) -> None:
        """Begin with the data sources and pages that are there."""
        self.sources = dict(sources)
        self.pages = {kind: dict(mine) for kind, mine in pages.items()}


def seed_work(
    service: NotionService, there: WorkSources, work: Work, users: Mapping[str, str], made: datetime
) -> None:
    """Make a data source for each kind, with the rows of `work` as their authors typed them."""
    office = next(iter(users.values()))
    for kind, title in TITLES.items():
        schema = {column.notion: _type(kind, name, column, there) for name, column in COLUMNS[kind].items()}
        source = service.add_data_source(title, schema | dict(_KEY), at=made, by=office)
        there.sources[kind], there.pages[kind] = source, {}
        for row in work.rows.get(kind, ()):
            cells = {
                COLUMNS[kind][name].notion: _cell(kind, name, value, there)
                for name, value in row.values.items()
            }
            page = service.add_page(source, cells, by=users[row.author], at=row.written)
            there.pages[kind][row.id] = page


def type_minutes(
    service: NotionService, there: WorkSources, minutes: Sequence[Minutes], users: Mapping[str, str]
) -> None:
    """Write the notes of meetings into their pages, an hour after the meeting was listed."""
    for one in minutes:
        author, at = officer(one.meeting.series.csg).email, one.meeting.ended
        page = there.pages["meeting"][one.meeting.id]
        service.type_body(page, one.markdown, by=users[author], at=at)


def _type(kind: str, name: str, column: Column, there: WorkSources) -> dict[str, Any]:
    wanted = _wanted(kind, name, column)
    if wanted == "relation":
        target = there.sources[column.target]
        return {"relation": {"data_source_id": target, "type": "single_property", "single_property": {}}}
    options = [{"name": one} for one in column.options.values()] if column.options else None
    return {wanted: {} if options is None else {"options": options}}


def _wanted(kind: str, name: str, column: Column) -> str:
    return "status" if (kind, name) in STATUSES else _TYPES[column.holds]


def _cell(kind: str, name: str, value: Value, there: WorkSources) -> dict[str, Any]:
    """Return a value as Notion's API takes it."""
    column = COLUMNS[kind][name]
    wanted, options = _wanted(kind, name, column), column.options or {}
    several = value if isinstance(value, tuple) else (str(value),)
    match wanted:
        case "title" | "rich_text":
            return {wanted: [{"type": "text", "text": {"content": str(value)}}]}
        case "select" | "status":
            return {wanted: {"name": options[str(value)]}}
        case "multi_select":
            return {wanted: [{"name": options[one]} for one in several]}
        case "date":
            return {wanted: {"start": value.isoformat() if isinstance(value, date) else str(value)}}
        case "relation":
            return {wanted: [{"id": there.pages[column.target][one]} for one in several]}
    return {wanted: value}
