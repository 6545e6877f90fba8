"""Nothing that a service says, and nothing that is to be written, makes translating raise."""

from datetime import UTC, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncbot.endpoints.base import Column, ColumnType, Row, Schema
from syncbot.mapping.binding import Bound, bind, restore
from syncbot.mapping.load import load
from syncbot.mapping.translate import COLUMNS
from syncbot.model.values import UNKNOWN, Cell, Span

ROOT = Path(__file__).parents[2]
ENVIRONMENT = dict.fromkeys(
    [f"SYNCBOT_NOTION_{one}" for one in ("CITIES", "PEOPLE", "MEETINGS", "ACTIONS", "DECISIONS", "NEEDS")],
    "somewhere",
) | {"SYNCBOT_SHAREPOINT_SITE": "https://contoso.sharepoint.com/sites/cities"}
CITY = load(ROOT / "mappings", ENVIRONMENT).kinds["city"]

POINTS = st.one_of(
    st.dates(),
    st.datetimes(),
    st.datetimes(
        timezones=st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))])
    ),
)
CELLS: st.SearchStrategy[Cell] = st.one_of(
    st.none(),
    st.just(UNKNOWN),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(alphabet=st.characters()),
    st.sampled_from(["Belgium", "https://[", "http://", "1e400", "a@b", "\ud800", "A", "W4+", "2026-01-01"]),
    POINTS,
    st.tuples(POINTS, POINTS).map(lambda pair: Span(*pair)),
    st.frozensets(st.text(max_size=5), max_size=5),
    st.just(frozenset({"nl", "fr"})),
)


class Nobody:
    """Links in which nothing is known."""

    def record_of(self, kind: str, endpoint: str, ref: str) -> str | None:
        """The record whose row this is."""

    def pointed_at(self, kind: str, endpoint: str, ref: str) -> str | None:
        """The same: no row was left alone."""
        return self.record_of(kind, endpoint, ref)

    def ref_of(self, kind: str, endpoint: str, record: str) -> str | None:
        """Where a record's row is."""

    def record_by_email(self, kind: str, email: str) -> str | None:
        """The one record with this address."""

    def email_of(self, kind: str, record: str) -> str | None:
        """A record's address."""

    def record_by_name(self, kind: str, name: str) -> str | None:
        """The one record of this name."""

    def name_of(self, kind: str, record: str) -> str | None:
        """What a record is called."""


def _bounds() -> list[Bound]:
    """Bind the cities so that each field meets each type of column that can hold it."""
    found = []
    declared = CITY.endpoints["notion"].columns
    for turn in range(max(map(len, COLUMNS.values()))):
        columns = {}
        for name, column in declared.items():
            types = sorted(COLUMNS[CITY.fields[name].type] - {ColumnType.FILES})
            kind = types[turn % len(types)]
            options = (
                ("A", "Belgium", "W4+", "nl") if kind in {ColumnType.CHOICE, ColumnType.CHOICES} else None
            )
            columns[name] = Column(
                id=name, name=column.name, type=kind, native=kind, options=options, max_length=50
            )
        schema = Schema(container="c", title="t", columns=columns, key_column="k")
        found.append(bind(CITY, "notion", schema, None))
    return found


BOUNDS = _bounds()


@pytest.mark.parametrize("which", range(len(BOUNDS)))
@given(cells=st.dictionaries(st.sampled_from(sorted(CITY.fields)), CELLS))
def test_any_row_is_read(which: int, cells: dict[str, Cell]) -> None:
    """Whatever the cells hold, a row is read; what is not understood is UNKNOWN with a reason, the rest is valid."""
    bound = BOUNDS[which]  # by number: the whole would be written out for each example
    row = Row(ref="r", version="1", key=None, cells=cells)
    seen = bound.read(row, Nobody())
    assert set(seen.values) == set(CITY.fields)
    assert {name for name, value in seen.values.items() if value is UNKNOWN} == set(seen.faults)
    known = {name: value for name, value in seen.values.items() if value is not UNKNOWN}
    if "name" in known:
        CITY.model.model_validate(known, strict=True)


@pytest.mark.parametrize("which", range(len(BOUNDS)))
@given(
    values=st.dictionaries(
        st.sampled_from(sorted(CITY.fields)), CELLS.filter(lambda cell: cell is not UNKNOWN)
    )
)
def test_any_value_is_written_or_refused(which: int, values: dict[str, Cell]) -> None:
    """Each value is either a cell or refused with a reason, never both and never neither."""
    bound = BOUNDS[which]  # by number: the whole would be written out for each example
    asked = {name: value for name, value in values.items() if value is not UNKNOWN}
    written = bound.write(asked, Nobody())
    assert set(written.cells) | set(written.refused) == set(asked)
    assert not set(written.cells) & set(written.refused)
    assert all(written.refused.values())


@pytest.mark.parametrize("text", ["{}", '{"version": 2}', '{"version": "1"}'])
def test_other_texts_are_not_restored(text: str) -> None:
    """A text that some other version wrote is not restored, and does not stand in the way of binding."""
    assert restore(CITY, "notion", text) is None
    assert bind(CITY, "notion", BOUNDS[0].schema, text) == BOUNDS[0]
