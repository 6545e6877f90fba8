"""Fill the sandbox's SharePoint with meetings, actions, decisions and needs."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..graph import GraphService
from .minutes import FOLDER
from .sides import Side
from .word import word_file
from .work import Value, Work, officer
from .work_words import COLUMNS, TITLES, Column
from .workbook import PATH, workbook

_KEY: Mapping[str, Any] = {
    "name": "SyncbotKey",
    "displayName": "Syncbot key",
    "text": {},
    "indexed": True,
    "enforceUniqueValues": True,
}
_GROUPS = {group: f"CSG {group}" for group in "ABCD"}
"""SharePoint calls the groups otherwise than Notion."""
PUBLISHED = "Publications/CSG D"
"""The folder for agendas and decks; notes are read from another."""


class WorkLists:
    """The lists of a site by kind, and the items in them by what names them."""

    def __init__(self, lists: Mapping[str, str], items: Mapping[str, Mapping[str, int]]) -> None:
        """Begin with the lists and items that are there."""
        self.lists = dict(lists)
        self.items = {kind: dict(mine) for kind, mine in items.items()}


def seed_work(
    service: GraphService, there: WorkLists, work: Work, users: Mapping[str, int], made: datetime
) -> None:
    """Make a list for each kind, with the rows of `work` as their authors typed them."""
    for kind, title in TITLES.items():
        columns = [_column(column, there) for column in COLUMNS[kind].values()]
        number = service.add_list(title, [*columns, _KEY], at=made)
        there.lists[kind], there.items[kind] = number, {}
        for row in work.rows.get(kind, ()):
            fields = {
                COLUMNS[kind][name].sharepoint: _cell(COLUMNS[kind][name], value, there)
                for name, value in row.values.items()
            }
            item = service.add_item(number, fields, by=users[row.author], at=row.written)
            there.items[kind][row.id] = item


def seed_files(service: GraphService, side: Side, users: Mapping[str, int], made: datetime) -> str:
    """Make the library, with the notes of meetings as Word files and the other files; return its id."""
    library = service.add_library(at=made)
    service.add_folder(library, FOLDER, by=next(iter(users.values())), at=made)
    for one in side.minutes:
        author, at = officer(one.meeting.series.csg).email, one.meeting.ended
        data = word_file(one.plain, made=at)
        service.put_file(library, one.path, data, by=users[author], at=at)
    service.put_file(library, PATH, workbook(side.workbook, made), by=users[officer("C").email], at=made)
    service.add_folder(library, PUBLISHED, by=next(iter(users.values())), at=made)
    return library


def _column(column: Column, there: WorkLists) -> dict[str, Any]:
    named: dict[str, Any] = {"name": column.sharepoint, "displayName": column.shown}
    match column.holds:
        case "title":
            return named
        case "text":
            return named | {"text": {}}
        case "lines" | "link":  # a link is longer than the 255 characters of a single line
            return named | {"text": {"allowMultipleLines": True}}
        case "day":
            return named | {"dateTime": {"format": "dateOnly"}}
        case "tick":
            return named | {"boolean": {}}
        case "choice" | "choices":
            shape = "checkBoxes" if column.holds == "choices" else "dropDownMenu"
            return named | {"choice": {"choices": list(_called(column).values()), "displayAs": shape}}
    lookup: dict[str, Any] = {"listId": there.lists[column.target], "columnName": "Title"}
    return named | {"lookup": lookup | ({"allowMultipleValues": True} if column.holds == "many" else {})}


def _called(column: Column) -> Mapping[str, str]:
    options = column.options or {}
    return {word: _GROUPS.get(word, name) for word, name in options.items()}


def _cell(column: Column, value: Value, there: WorkLists) -> Any:
    words = _called(column)
    match column.holds:
        case "choice":
            return words[str(value)]
        case "choices":
            return [words[one] for one in value] if isinstance(value, tuple) else []
        case "one":
            return there.items[column.target][str(value)]
        case "many":
            return [there.items[column.target][one] for one in value] if isinstance(value, tuple) else []
    return value
