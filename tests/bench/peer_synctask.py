"""ultimate-notion's SyncTask: its three-way comparison on the same records, both places and the state in memory.

SyncTask is a class to derive from: the package brings one for Google Tasks, none for SharePoint or for another place.
What is derived here answers from dicts, so that only its own work is measured. It has no plan: it writes as it goes.
"""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ultimate_notion.adapters.sync import State, SyncTask

from tests.bench.measure import cost, tell
from tests.bench.records import AGREED, LEFT, RIGHT, told

_AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


class Task(SyncTask):  # type: ignore[misc]  # ultimate-notion is in the environment of the peers only
    """Two places in memory, each record a dict."""

    def __init__(self, left: dict[str, dict[str, Any]], right: dict[str, dict[str, Any]]) -> None:
        """Keep the rows by their keys."""
        self.left, self.right, self.written = left, right, 0
        [name] = {tuple(row) for row in left.values()}
        super().__init__("bench", {field: field for field in name})

    def get_notion_objects(self) -> list[Any]:
        """All rows of the one place."""
        return list(self.left.values())

    def get_other_objects(self) -> list[Any]:
        """All rows of the other."""
        return list(self.right.values())

    def notion_timestamp(self, _: Any) -> datetime:
        """When a row was edited."""
        return _AT

    other_timestamp = notion_timestamp

    def notion_id(self, obj: Mapping[str, Any]) -> str:
        """The name of a record is its own: it ends with its number."""
        return str(obj["name"])

    other_id = notion_id
    notion_hash = other_hash = notion_id

    def notion_to_dict(self, obj: dict[str, Any]) -> dict[str, Any]:
        """A row is its own dict."""
        return obj

    other_to_dict = notion_to_dict

    def notion_update_obj(self, obj: dict[str, Any], attr: str, value: Any) -> None:
        """Write one field."""
        self.written += 1
        obj[attr] = value

    other_update_obj = notion_update_obj

    def notion_delete_obj(self, obj: Any) -> None:
        """Nothing is deleted here."""
        raise NotImplementedError

    other_delete_obj = notion_delete_obj

    def notion_create_obj(self, **_: Any) -> Any:
        """Nothing is created here."""
        raise NotImplementedError

    other_create_obj = notion_create_obj


def main(count: int) -> None:
    """Hand over both places and the state of the last sync, and sync once."""
    left, right = (dict(told(count, by)) for by in (LEFT, RIGHT))
    before = {str(values["name"]): dict(values) for _, values in told(count, AGREED)}
    state = State(ids={name: name for name in before}, objs=before)
    task = Task(left, right)
    tell(cost(lambda: task.sync(state), lambda _: task.written))


if __name__ == "__main__":
    main(int(sys.argv[1]))
