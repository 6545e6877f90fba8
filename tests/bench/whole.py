"""The whole way of `syncbot plan --full`: a SQLite store, two places read as a whole, recognised, decided.

The places hand out the pages of a reading that was kept in a file, so that making the data costs neither time nor
memory in the process that is measured.
"""

import pickle
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from syncbot.endpoints.base import (
    Capabilities,
    Done,
    Endpoint,
    Gone,
    Reading,
    Row,
    Schema,
    Versions,
    Write,
    nothing_known,
)
from syncbot.mapping.binding import bind
from syncbot.mapping.spec import Mappings
from syncbot.service.parts import Parts
from syncbot.service.report import Report
from syncbot.service.syncing import plan
from syncbot.store.base import RecordChange, Store
from syncbot.store.open import open_store
from tests.bench import ours
from tests.bench.measure import cost, tell
from tests.bench.ours import AT, PLACES, Thing

_PAGE = 500


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """A place whose whole reading lies in a file, page by page; nothing is written there."""

    name: str
    file: Path

    @property
    def connection(self) -> str:
        """Each place has its own."""
        return self.name

    @property
    def capabilities(self) -> Capabilities:
        """As they come."""
        return Capabilities(batch=20)

    def describe(self) -> Schema:
        """The columns."""
        return ours.schema(self.name)

    def changes(self, cursor: str | None, schema: Schema, known: Versions = nothing_known) -> Reading:  # noqa: ARG002
        """Read everything, page by page."""
        kept: list[Row] = []
        unchanged: set[str] = set()
        with self.file.open("rb") as file:
            for _ in range(pickle.load(file)):
                page: list[Row] = pickle.load(file)
                same = _same(known, page)
                unchanged |= same
                kept += [row for row in page if row.ref not in same]
        return Reading(rows=kept, cursor="1", full=True, unchanged=frozenset(unchanged))

    def get(self, ref: str, schema: Schema) -> Row | Gone:
        """Nobody asks."""
        raise NotImplementedError

    def find(self, key: str, schema: Schema) -> Sequence[Row]:
        """Nobody asks."""
        raise NotImplementedError

    def write(self, writes: Sequence[Write], schema: Schema) -> Iterator[Done]:
        """Nobody writes."""
        raise NotImplementedError


def _same(known: Versions, page: list[Row]) -> set[str]:
    versions = known([row.ref for row in page])
    return {row.ref for row in page if versions.get(row.ref) == row.version}


def fill(count: int, folder: Path) -> None:
    """Lay down what the places say now, and what is known from an earlier sync."""
    for place in PLACES:
        rows = ours.told(count, place)
        with (folder / place).open("wb") as file:
            pickle.dump(-(-count // _PAGE), file)
            while page := list(islice(rows, _PAGE)):
                pickle.dump(page, file)
    store = _store(folder)
    known = ours.known(count)
    while some := list(islice(known, 5_000)):
        changes = [
            RecordChange(kind=Thing.kind, record=one.key, rows=one.rows, agreed=one.agreed) for one in some
        ]
        store.commit(changes, run="run-1", at=AT)
    for place in PLACES:
        bound = bind(ours.spec(), place, ours.schema(place), None)
        assert not bound.faults, bound.faults
        store.set_binding(Thing.kind, place, bound.text)
        store.set_cursor(Thing.kind, place, "1", run="run-1", at=AT)
        store.note_full_reading(Thing.kind, place, run="run-1", at=AT)
    store.close()


def _store(folder: Path) -> Store:
    return open_store(f"sqlite:///{folder / 'syncbot.sqlite'}")


def planned(parts: Parts) -> Report:
    """Make the plan as `syncbot plan --full` does."""
    return plan(parts, full=True)


def main(step: str, count: int, folder: Path) -> None:
    """`fill` the folder, or `plan` and measure."""
    if step == "fill":
        fill(count, folder)
        return
    store = _store(folder)
    endpoints: dict[str, Endpoint] = {place: Shelf(name=place, file=folder / place) for place in PLACES}
    parts = Parts(
        store=store,
        mappings=Mappings(kinds={Thing.kind: ours.spec()}),
        endpoints={Thing.kind: endpoints},
        requests={},
        now=lambda: AT,
        new_id=lambda word: f"{word}-new",
        user="bench",
    )
    tell(cost(lambda: planned(parts), lambda report: ours.changed(report.kinds[0].plan)))
    store.close()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
