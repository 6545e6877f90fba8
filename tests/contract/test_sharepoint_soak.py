"""Writing and reading a list while half of all calls go wrong: the end is the same, and no row is there twice."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from syncbot.endpoints.base import ColumnId, Create, Delete, Done, Row, Schema, Update, Write
from syncbot.endpoints.sharepoint.endpoint import SharePointEndpoint
from syncbot.errors import Transient, VersionChanged
from syncbot.model.values import Cell, Value
from syncbot.sandbox.faults import Fault, Orders
from tests.contract.sharepoint_place import Site, connected, endpoint_on, running_site

KINDS = ("429", "503", "503_saved", "cut", "cut_saved")
SUB_KINDS = ("429", "503", "503_saved", "502")
ROWS = 50
Shown = dict[str, dict[ColumnId, Cell]]


@pytest.fixture(scope="module")
def running() -> Iterator[Site]:
    """One sandbox for all tests of this file."""
    with running_site() as site:
        yield site


def order_faults(site: Site, seed: int) -> None:
    """A tenth each of five faults on calls, and of four on the requests inside batches; waits are short."""
    site.faults(*({"kind": kind, "rate": 0.1, "retry_after": 1} for kind in KINDS), seed=seed)
    inner = tuple(Fault(kind=kind, rate=0.1, retry_after=1) for kind in SUB_KINDS)
    site.service.settings = replace(site.service.settings, sub_faults=Orders(seed=seed, faults=inner))


class Caller:
    """Does what a run does: in batches, and looks where the endpoint says that nobody knows."""

    def __init__(self, endpoint: SharePointEndpoint, schema: Schema) -> None:
        self.endpoint, self.schema = endpoint, schema
        self.looked = 0

    def write(self, writes: Sequence[Write]) -> None:
        """Carry out writes to the end."""
        waiting = list(writes)
        while waiting:
            some, waiting = waiting[:20], waiting[20:]
            done: list[Done] = []
            try:
                for one in self.endpoint.write(some, self.schema):
                    done.append(one)  # noqa: PERF402  # what came before an error counts
            except Transient:
                waiting += self._left(some[len(done) :])
            for one in done:
                assert one.error is None or isinstance(one.error, VersionChanged), one.error

    def rows(self) -> dict[str, Row]:
        """Read everything, by key."""
        while True:
            try:
                reading = self.endpoint.changes(None, self.schema)
            except Transient:
                continue
            assert reading.complete
            keys = [str(row.key) for row in reading.rows]
            assert len(keys) == len(set(keys)), "a row is there twice"
            return dict(zip(keys, reading.rows, strict=True))

    def _left(self, writes: Sequence[Write]) -> list[Write]:
        """Look which writes still have to be made."""
        rows = self.rows()
        by_ref = {row.ref: row for row in rows.values()}
        self.looked += len(writes)
        return [one for one in writes if _is_missing(one, rows, by_ref)]


def _is_missing(write: Write, by_key: dict[str, Row], by_ref: dict[str, Row]) -> bool:
    if isinstance(write, Create):
        return write.key not in by_key
    row = by_ref.get(write.ref)
    return row is not None and row.version == write.version


def play(caller: Caller) -> Shown:
    """Make fifty rows, change most of them, delete some; return what is there."""
    names = {f"key-{number}": f"City {number}" for number in range(ROWS)}
    caller.write([Create(key=key, cells={"Title": name, "Population": 1}) for key, name in names.items()])
    rows = caller.rows()
    assert sorted(rows) == sorted(names)
    updates: list[Write] = []
    for number, (key, row) in enumerate(sorted(rows.items())):
        if number % 10 == 0:
            updates.append(Delete(ref=row.ref, version=row.version))
        elif number % 3:
            cells: dict[str, Value] = {
                "Population": number,
                "Languages": frozenset({"de", "fr"}),
                "Note": f"about {key}",
            }
            updates.append(Update(ref=row.ref, version=row.version, cells=cells))
    caller.write(updates)
    moving = {"Modified", "Created"}
    return {
        key: {one: cell for one, cell in row.cells.items() if one not in moving}
        for key, row in caller.rows().items()
    }


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_faults_change_nothing_but_the_time(running: Site, seed: int) -> None:
    """Against a quiet run: the same rows with the same cells and the same number of versions each."""
    ends = []
    for faulty in (False, True):
        running.reset()
        running.service.settings = replace(running.service.settings, sub_faults=Orders())
        with connected(running) as graph:
            endpoint = endpoint_on(graph, page=1000)
            caller = Caller(endpoint, endpoint.describe())
            if faulty:
                order_faults(running, seed)
            ends.append(play(caller))
        faults = [one["fault"] for one in running.requests() if one["fault"]]
        assert (len(faults) > 5) is faulty
    assert len(ends[0]) == ROWS - ROWS // 10
    assert ends[0] == ends[1]
