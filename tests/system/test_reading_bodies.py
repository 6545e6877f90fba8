"""What reading the bodies of Notion's pages costs: one request for a page that changed, none for one that did not."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from syncbot.endpoints.notion.bodies import PageNotes
from syncbot.endpoints.notion.endpoint import NotionEndpoint
from syncbot.endpoints.notion.writing import Patience
from tests.fakes.notion_in_process import InProcess
from tests.unit.sandbox.notion_desk import Desk, new_desk

KEY = "syncbot key"
COLUMNS: dict[str, Any] = {"Name": {"title": {}}, KEY: {"rich_text": {}}, "Date": {"date": {}}}
PAGES = 5


@dataclass
class Reader:
    """Reads what changed, as a run does: the list, then each page whose version is new."""

    desk: Desk
    wire: InProcess
    endpoint: NotionEndpoint
    notes: PageNotes
    cursor: str | None = None
    versions: dict[str, str] = field(default_factory=dict)

    def run(self) -> list[str]:
        """Read what changed and return what was asked."""
        self.wire.asked.clear()
        reading = self.endpoint.changes(self.cursor, self.endpoint.describe())
        self.cursor = reading.cursor
        asked_for_the_list = len(self.wire.asked)
        for row in reading.rows:
            if self.versions.get(row.ref) != row.version:
                self.versions[row.ref] = row.version
                assert self.notes.read(row.ref, title="x").blocks
        return self.wire.asked[asked_for_the_list:]


@pytest.fixture
def reader() -> Iterator[Reader]:
    """Five meetings with notes in a workspace."""
    desk = new_desk()
    wire = InProcess(desk)
    connection = wire.connection()
    source = desk.service.add_data_source("Meetings", COLUMNS)
    for number in range(PAGES):
        title = {"Name": {"title": [{"text": {"content": f"Weekly {number}"}}]}}
        page = desk.service.add_page(source, title, by=desk.anna, at=desk.now)
        body = f"## Actions\n- [ ] Call {number}\n- [ ] Write\n\t- to @{{Ben Berg}}"
        desk.service.type_body(page, body, by=desk.anna, at=desk.now)
    endpoint = NotionEndpoint(
        name="notion",
        connection=connection,
        data_source_id=source,
        key_column=KEY,
        clock=lambda: desk.now,
        patience=Patience(sleep=lambda _: None),
    )
    yield Reader(desk=desk, wire=wire, endpoint=endpoint, notes=PageNotes(connection=connection))
    connection.close()


def test_a_changed_page_costs_one_request(reader: Reader) -> None:
    """At first one for each page and one for the people; then none; after a tick one; then none again."""
    first = reader.run()
    assert len([one for one in first if one.endswith("/markdown")]) == PAGES
    assert sorted(set(first) - {one for one in first if one.endswith("/markdown")}) == ["GET /users"]
    reader.desk.later(minutes=5)
    assert reader.run() == []
    page = next(iter(reader.versions))
    line = next(
        line[6:]
        for line in str(reader.desk.get(f"/pages/{page}/markdown")["markdown"]).split("\n")
        if "Call" in line
    )
    reader.desk.service.retype_line(page, line, True, by=reader.desk.ben, at=reader.desk.now)
    assert reader.run() == [f"GET /pages/{page}/markdown"]
    reader.desk.later(minutes=5)
    assert reader.run() == []
