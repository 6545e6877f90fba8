"""An edit as a person makes it in the browser, asked for over the sandbox's control route."""

from datetime import datetime

from ..frame import Edit
from .errors import Refused
from .people import People
from .state import State


def edited(workspace: People, edit: Edit, now: datetime) -> str:
    """Carry out an edit and return the page's id (see `frame.EditedByPeople`)."""
    by = _member(workspace.state, edit.by)
    try:
        if edit.row is None:
            return workspace.add_page(_source(workspace.state, edit.container), edit.cells, by=by, at=now)
        page = _page(workspace.state, edit.row)
        match edit.action:
            case "delete":
                workspace.trash_page(page, by=by, at=now)
            case "restore":
                workspace.restore_page(page, by=by, at=now)
            case "save":
                workspace.edit_page(page, edit.cells, by=by, at=now)
    except Refused as refused:
        raise ValueError(refused.message) from None
    return page


def _member(state: State, who: str) -> str:
    found = [one.id for one in state.users.values() if one.email and who in (one.name, one.email)]
    if not found:
        raise LookupError(f"nobody called {who!r} is a member of the workspace")
    return found[0]


def _source(state: State, named: str | None) -> str:
    for source in state.data_sources.values():
        if named in (source.id, "".join(part["text"]["content"] for part in source.title)):
            return source.id
    raise LookupError(f"no data source {named!r}: say which with its title or id")


def _page(state: State, key: str) -> str:
    plain = key.replace("-", "").lower()
    found = [page for page in state.pages if page.replace("-", "") == plain]
    if not found:
        raise LookupError(f"no page {key}")
    return found[0]
