"""The rows of manual sync as people see and tick them, from outside."""

from collections.abc import Mapping
from dataclasses import dataclass

from syncbot.cli.onlooker import Onlooker, said
from syncbot.service.control import RUNNING

BY = "Rana Al Mithal"
GROUPS = [f"City Support Group {letter}" for letter in "ABCD"]
ALL = [*GROUPS, "City Interface Meeting"]
PLACES = ("Notion", "SharePoint")
LIST = "Sync control"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row as people see it."""

    ref: str
    ticked: bool
    state: str
    result: str
    questions: str

    @property
    def open(self) -> bool:
        """Somebody waits for an answer."""
        return self.ticked or self.state.startswith(RUNNING)


class Rows:
    """The rows in both places."""

    def __init__(self, lines: Mapping[str, str]) -> None:
        """Look at the sandbox that these environment lines point at."""
        self.onlooker = Onlooker(lines)

    def at(self, place: str) -> dict[str, Row]:
        """The rows of a place, by the group that they name; none is there twice."""
        rows = self._pages() if place == "Notion" else self._items()
        named = dict(rows)
        assert len(named) == len(rows)
        return named

    def tick(self, place: str, group: str) -> None:
        """A person ticks the box of a group."""
        ref = self.at(place)[group].ref
        if place == "Notion":
            self.onlooker.edit_page(ref, {"Sync now": {"checkbox": True}}, by=BY)
        else:
            self.onlooker.edit_item(ref, {"SyncNow": True}, by=BY, of=LIST)

    def open(self) -> list[str]:
        """Rows in which somebody waits for an answer."""
        rows = [(place, group, row) for place in PLACES for group, row in self.at(place).items()]
        return [f"{place}: {group}" for place, group, row in rows if row.open]

    def _pages(self) -> list[tuple[str, Row]]:
        return [
            (
                said(page["properties"]["Group"]),
                Row(
                    ref=page["id"],
                    ticked=page["properties"]["Sync now"]["checkbox"],
                    state=said(page["properties"]["State"]),
                    result=said(page["properties"]["Result"]),
                    questions=said(page["properties"]["Questions"]),
                ),
            )
            for page in self.onlooker.pages("CONTROL")
        ]

    def _items(self) -> list[tuple[str, Row]]:
        return [
            (
                item["fields"]["Title"],
                Row(
                    ref=item["id"],
                    ticked=bool(item["fields"].get("SyncNow")),
                    state=item["fields"].get("State", ""),
                    result=item["fields"].get("Result", ""),
                    questions=item["fields"].get("Questions", ""),
                ),
            )
            for item in self.onlooker.items(LIST)
        ]
