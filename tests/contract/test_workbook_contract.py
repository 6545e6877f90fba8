"""A table of an Excel workbook keeps the contract."""

from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from syncbot.endpoints.base import ColumnType, GoneReason
from syncbot.endpoints.files_memory import FilesInMemory
from syncbot.endpoints.memo import Memo
from syncbot.endpoints.workbook import WorkbookEndpoint
from tests.contract.endpoint_contract import EndpointContract, Place
from tests.fakes.excel_people import BRUSSELS, ExcelPerson, plain

START = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
TYPES = {
    "Note": ColumnType.LONG_TEXT,
    "Hours": ColumnType.NUMBER,
    "Met": ColumnType.FLAG,
    "Raised": ColumnType.DAY,
    "Next": ColumnType.MOMENT,
    "Topics": ColumnType.CHOICES,
}
NAMES = ("Need", "Nick", "syncbot key", *TYPES)
FORMATS = {"Raised": "DD/MM/YYYY", "Next": "DD/MM/YYYY HH:MM"}
PATH = "City needs.xlsx"


def kept_in_memory() -> Memo:
    """Return a memo that keeps its text."""
    texts = [""]

    def revise(change: object) -> None:
        texts[0] = change(texts[0])  # type: ignore[operator]  # as Memo calls it

    return Memo(revise)


def endpoint_on(files: FilesInMemory, *, table: str = "Needs", path: str = PATH) -> WorkbookEndpoint:
    """Return the endpoint of a table."""
    return WorkbookEndpoint(
        name="excel",
        files=files,
        path=path,
        table=table,
        container=f"{path}#{table}",
        key_column="syncbot key",
        zone=BRUSSELS,
        types=TYPES,
        memo=kept_in_memory(),
    )


class TestWorkbook(EndpointContract):
    """The contract on a workbook in a folder in memory."""

    @pytest.fixture
    def place(self) -> Place:
        """A table with an empty row."""
        ticks = count()
        files = FilesInMemory(clock=lambda: START + timedelta(seconds=next(ticks)), suffixes=(".xlsx",))
        ref = files.put(PATH, plain(NAMES, formats=FORMATS), by="Anna")
        endpoint = endpoint_on(files)

        def lose() -> None:
            hits = iter((True,))
            files.lost = lambda _: next(hits, False)

        return Place(
            endpoint=endpoint,
            person=ExcelPerson(files=files, endpoint=endpoint, ref=ref),
            title="1",
            requests=lambda: len(files.calls),
            lose_next_write=lose,
            page=20,
            trash_reason=GoneReason.NOT_FOUND,
        )
