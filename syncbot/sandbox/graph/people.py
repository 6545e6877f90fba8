"""What persons and scripts do to the site without Graph: in the browser, or when the sandbox is filled."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from ..frame import Edit
from .columns import FACETS, MANY_REFERENCES, REFERENCES, SYSTEM, Kind, completed, kind_of
from .hands import Hand
from .state import Item, Person, SharePointList, State, Wire, stamp
from .values import midnight, targets
from .work import added, buried, changed, restored

USER_LIST = "User Information List"
_FIRST = datetime(2020, 1, 1, tzinfo=UTC)
_NOT_IN_ADDRESS = re.compile(r"[^\w .-]")


class People:
    """The site as its people see it; no method here goes through HTTP, and none asks for rights."""

    def __init__(self, state: State, zone: ZoneInfo, ids: Callable[[], str]) -> None:
        """Add the hidden list of people."""
        self.state = state
        self.zone = zone
        self._ids = ids
        columns: list[Wire] = [{"name": name, "text": {}} for name in ("EMail", "UserName", "JobTitle")]
        self.add_list(USER_LIST, columns, at=_FIRST, hidden=True)

    def add_list(
        self,
        name: str,
        columns: Sequence[Mapping[str, Any]],
        *,
        at: datetime = _FIRST,
        versioning: bool = True,
        hidden: bool = False,
    ) -> str:
        """Add a list with the given columns after the usual ones and return its id.

        A column is as much of Graph's columnDefinition as is not the default: `name` (internal),
        `displayName`, a facet, `required`, `indexed`... A definition named "Title" changes the title column.
        """
        own = {column["name"]: dict(column) for column in columns}
        title = own.pop("Title", {})
        usual = [one | title if one["name"] == "Title" else one for one in SYSTEM]
        owner = SharePointList(
            id=self._ids(),
            name=_NOT_IN_ADDRESS.sub("", name),
            title=name,
            created=at,
            modified=at,
            content_type="0x0100" + self._ids().replace("-", "").upper(),
            folder=self._ids(),
            hidden=hidden,
            versioning=versioning,
            columns=[completed(one, self._ids()) for one in (*usual, *own.values())],
        )
        self.state.lists[owner.id] = owner
        self._moved()
        return owner.id

    def add_user(self, name: str, email: str) -> int:
        """Add a person who has visited the site and return the lookup id."""
        number = self.state.next_person
        self.state.next_person += 1
        self.state.people[number] = Person(lookup_id=number, name=name, email=email, object_id=self._ids())
        owner = self.state.lists[self._user_list_id()]
        owner.next_id = number
        values = {"Title": name, "EMail": email, "UserName": email}
        added(owner, self._ids(), values, Hand(person=number), _FIRST)
        self._moved()
        return number

    def add_item(self, list_id: str, fields: Mapping[str, Any], *, by: int, at: datetime) -> int:
        """Add a row as the person with lookup id `by`; see `_typed` for the values. Return the item's id."""
        owner = self.state.lists[list_id]
        values = {name: self._typed(owner, name, value) for name, value in fields.items()}
        item = added(owner, self._ids(), values, Hand(person=by), _second(at))
        self._moved()
        return item.id

    def edit_item(
        self, list_id: str, item_id: int, fields: Mapping[str, Any], *, by: int, at: datetime
    ) -> None:
        """Change cells of a row; None empties a cell."""
        owner = self.state.lists[list_id]
        values = {name: self._typed(owner, name, value) for name, value in fields.items()}
        changed(owner, owner.items[item_id], values, Hand(person=by), _second(at))
        self._moved()

    def delete_item(self, list_id: str, item_id: int, *, at: datetime) -> None:
        """Put a row into the recycle bin."""
        owner = self.state.lists[list_id]
        buried(owner, owner.items[item_id], _second(at))
        self._moved()

    def restore_item(self, list_id: str, item_id: int, *, at: datetime) -> None:
        """Take a row out of the recycle bin."""
        restored(self.state.lists[list_id], item_id, _second(at))
        self._moved()

    def lock_item(self, list_id: str, item_id: int, locked: bool = True) -> None:
        """Open a row in another program (or close it there): writes get 423."""
        self.state.lists[list_id].items[item_id].locked = locked
        self._moved()

    def item(self, list_id: str, item_id: int) -> Item:
        """Return a row as it is kept, for looking at."""
        return self.state.lists[list_id].items[item_id]

    def rename_list(self, list_id: str, title: str) -> None:
        """Give a list another title; its id and its address stay."""
        self.state.lists[list_id].title = title
        self._reshaped(list_id)

    def rename_column(self, list_id: str, name: str, display: str) -> None:
        """Give a column another display name; its internal name and id stay."""
        self._column(list_id, name)["displayName"] = display
        self._reshaped(list_id)

    def change_column(self, list_id: str, name: str, definition: Mapping[str, Any]) -> None:
        """Change settings of a column (`indexed`, `required`, its choices...)."""
        column = self._column(list_id, name)
        column.update(completed(column | dict(definition), column["id"]))
        self._reshaped(list_id)

    def add_column(self, list_id: str, definition: Mapping[str, Any]) -> None:
        """Add a column; as in `add_list`."""
        self.state.lists[list_id].columns.append(completed(dict(definition), self._ids()))
        self._reshaped(list_id)

    def remove_column(self, list_id: str, name: str) -> None:
        """Delete a column with all that stands in it."""
        owner = self.state.lists[list_id]
        owner.columns = [column for column in owner.columns if column["name"] != name]
        self._drop_values(owner, name)

    def retype_column(self, list_id: str, name: str, definition: Mapping[str, Any]) -> None:
        """Give a column another facet, e.g. `{"text": {}}`; what does not fit it is lost."""
        column = self._column(list_id, name)
        for facet in FACETS:
            column.pop(facet, None)
        column.update(completed(column | dict(definition), column["id"]))
        self._drop_values(self.state.lists[list_id], name)

    def edit(self, edit: Edit, now: datetime) -> str:
        """Do what somebody with an account does in the browser; return the item's id (see `EditedByPeople`)."""
        owner = self._edited_list(edit)
        person = self._account(edit.by)
        if edit.row is None:
            return str(self.add_item(owner.id, edit.cells, by=person, at=now))
        number = int(edit.row)
        rows = owner.tombs if edit.action == "restore" else owner.items
        if number not in rows:
            raise LookupError(f"{owner.title} has no item {number}")
        match edit.action:
            case "delete":
                self.delete_item(owner.id, number, at=now)
            case "restore":
                self.restore_item(owner.id, number, at=now)
            case "save":
                self.edit_item(owner.id, number, edit.cells, by=person, at=now)
        return str(number)

    def grant(self, given: bool, role: str = "write") -> None:
        """Give the application a role on the site ("read", "write", "fullcontrol") or take it away."""
        self.state.role = role if given else None
        self._moved()

    def expire_tokens(self, list_id: str) -> None:
        """Forget the change log so far: every delta token of the list made until now gets 410."""
        self.state.lists[list_id].generation += 1
        self._moved()

    def _typed(self, owner: SharePointList, name: str, value: Any) -> Any:
        """Return what is kept of a cell as a person fills it.

        Text, choice, number and truth values as they are; several choices as a list; a date as `date`, a
        moment as `datetime`; a person or a row looked up by its id, several as a list of ids; a link
        as {"Description", "Url"}; a calculated column as its result.
        """
        column = owner.column(name)
        if column is None:
            raise KeyError(f"{owner.title} has no column {name}")
        if value is None or value in ("", []):
            return None
        match kind_of(column):
            case Kind.DATE:
                return midnight(value if type(value) is date else date.fromisoformat(value), self.zone)
            case Kind.MOMENT:
                moment = value if isinstance(value, datetime) else datetime.fromisoformat(value)
                return stamp(moment.astimezone(UTC))
            case kind if kind in REFERENCES:
                self._check_references(column, value if kind in MANY_REFERENCES else [value])
        return value

    def _edited_list(self, edit: Edit) -> SharePointList:
        owner = self.state.list_of(edit.container or "")
        if owner is None or owner.hidden:
            raise LookupError(f"no list {edit.container!r}: say which with its title or id")
        return owner

    def _account(self, who: str) -> int:
        found = [one for one in self.state.people.values() if who in (one.name, one.email)]
        if not found:
            raise LookupError(f"nobody called {who!r} has an account on the site")
        return found[0].lookup_id

    def _check_references(self, column: Wire, numbers: Sequence[int]) -> None:
        missing = set(numbers) - set(targets(self.state, column))
        if missing:
            raise KeyError(f"{column['name']} points at missing rows {sorted(missing)}")

    def _column(self, list_id: str, name: str) -> Wire:
        column = self.state.lists[list_id].column(name)
        if column is None:
            raise KeyError(name)
        return column

    def _drop_values(self, owner: SharePointList, name: str) -> None:
        """Empty a column in all rows; SharePoint counts that as no change of the rows."""
        for item in owner.items.values():
            item.values.pop(name, None)
        self._reshaped(owner.id)

    def _reshaped(self, list_id: str) -> None:
        self.state.lists[list_id].schema_version += 1
        self._moved()

    def _user_list_id(self) -> str:
        return next(one.id for one in self.state.lists.values() if one.hidden)

    def _moved(self) -> None:
        self.state.revision += 1


def _second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
