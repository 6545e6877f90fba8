"""What is written into a column reads back as the same value, for every pair of field and column that is allowed."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncbot.endpoints.base import Column, ColumnType
from syncbot.mapping import texts
from syncbot.mapping.spec import ColumnSpec
from syncbot.mapping.translate import COLUMNS, read, write
from syncbot.mapping.way import Unfit, Way
from syncbot.model.fields import FieldType
from syncbot.model.places import Code, names_of
from syncbot.model.record import FieldInfo
from syncbot.model.values import Span, Value, from_json, to_json

WORDS = ("drafting", "W4+", "ß", "Ärger  mit", "4")
OPTIONS = dict(zip(WORDS, ("In drafting", "late, very", "Straße", "Trouble", "Vier"), strict=True))


class Everybody:
    """Links in which each record has one row and one address."""

    def record_of(self, kind: str, endpoint: str, ref: str) -> str | None:
        """The record whose row this is."""
        return ref.removeprefix(f"{kind}@{endpoint}/") if ref.startswith(f"{kind}@{endpoint}/") else None

    def pointed_at(self, kind: str, endpoint: str, ref: str) -> str | None:
        """The same: no row was left alone."""
        return self.record_of(kind, endpoint, ref)

    def ref_of(self, kind: str, endpoint: str, record: str) -> str | None:
        """Where a record's row is."""
        return f"{kind}@{endpoint}/{record}"

    def record_by_email(self, kind: str, email: str) -> str | None:
        """The record with this address."""
        return email.removesuffix(f"@{kind}.example")

    def email_of(self, kind: str, record: str) -> str | None:
        """A record's address."""
        return f"{record}@{kind}.example"

    def record_by_name(self, kind: str, name: str) -> str | None:
        """The record of this name."""
        return name.removeprefix(f"{kind} called ")

    def name_of(self, kind: str, record: str) -> str | None:
        """What a record is called."""
        return f"{kind} called {record}"


def _some(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.frozensets(strategy, min_size=1, max_size=30)


LINES = st.text().map(texts.one_line).filter(lambda text: text is not None)
PAGES = st.text().map(texts.lines).filter(lambda text: text is not None)
KEYS = st.from_regex(r"[a-z0-9]{1,12}", fullmatch=True)
NUMBERS = st.one_of(
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False).map(texts.whole).filter(lambda x: x is not None),
)
DAYS = st.dates(date(1900, 1, 1), date(2199, 12, 31))
MOMENTS = st.integers(-2_000_000_000_000, 7_000_000_000_000).map(
    lambda milliseconds: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
)


def _spans(ends: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.tuples(ends, ends).map(lambda pair: Span(*sorted(pair)))


VALUES: Mapping[FieldType, st.SearchStrategy[Any]] = {
    FieldType.TEXT: LINES,
    FieldType.LONG_TEXT: PAGES,
    FieldType.NUMBER: NUMBERS,
    FieldType.FLAG: st.booleans(),
    FieldType.DAY: DAYS,
    FieldType.MOMENT: MOMENTS,
    FieldType.SPAN: st.one_of(_spans(DAYS), _spans(MOMENTS)),
    FieldType.CHOICE: st.sampled_from(WORDS),
    FieldType.CHOICES: _some(st.sampled_from(WORDS)),
    FieldType.WORDS: _some(LINES),
    FieldType.LINK: KEYS.map(lambda key: f"https://miro.com/app/board/{key}=?a={key}#{key}"),
    FieldType.EMAIL: KEYS.map(lambda key: f"{key}@example.org"),
    FieldType.PHONE: st.from_regex(r"\+[0-9]{2} [0-9 ]{3,12}[0-9]", fullmatch=True),
    FieldType.RECORD: KEYS,
    FieldType.RECORDS: _some(KEYS),
}
PAIRS = [
    (kind, column)
    for kind, columns in COLUMNS.items()
    for column in sorted(columns)
    if column is not ColumnType.FILES  # only read
]


def _way(
    kind: FieldType, column: ColumnType, value: Value, *, code: Code | None = None, by_name: bool = False
) -> Way:
    chosen = kind in {FieldType.CHOICE, FieldType.CHOICES}
    told = value if isinstance(value, frozenset) else frozenset({str(value)})
    if code is not None:
        told = frozenset(names_of(code).values())
    has_options = column in {ColumnType.CHOICE, ColumnType.CHOICES}
    return Way(
        info=FieldInfo(type=kind, choices=WORDS if chosen else (), target="person", code=code),
        column=Column(
            id="c",
            name="Column",
            type=column,
            native="native",
            options=None if not has_options else tuple(OPTIONS.values()) if chosen else tuple(sorted(told)),
        ),
        declared=ColumnSpec(name="Column", options=OPTIONS if chosen else None, by_name=by_name),
        endpoint="notion",
        zone=ZoneInfo("Europe/Brussels"),
    )


@pytest.mark.parametrize(("kind", "column"), PAIRS, ids=[f"{kind}-{column}" for kind, column in PAIRS])
@given(data=st.data())
def test_written_values_read_back(kind: FieldType, column: ColumnType, data: st.DataObject) -> None:
    """read(write(v)) == v, or the value is refused because the column takes one line; it also survives the store."""
    value = data.draw(VALUES[kind])
    way = _way(kind, column, value)
    if kind is FieldType.LONG_TEXT and column is ColumnType.TEXT and "\n" in value:
        with pytest.raises(Unfit, match="takes one line"):
            write(way, value, Everybody())
        return
    cell = write(way, value, Everybody())
    assert read(way, cell, Everybody()) == value
    assert read(way, from_json(to_json(cell)), Everybody()) == value


@pytest.mark.parametrize("by_name", [False, True])
@pytest.mark.parametrize("column", [ColumnType.TEXT, ColumnType.LONG_TEXT, ColumnType.CHOICE])
@given(code=st.sampled_from(sorted(names_of(Code.COUNTRY))))
def test_countries_read_back(column: ColumnType, by_name: bool, code: str) -> None:
    """A country reads back whether its name or its code is written, into text or as an option."""
    way = _way(FieldType.TEXT, column, code, code=Code.COUNTRY, by_name=by_name)
    assert read(way, write(way, code, Everybody()), Everybody()) == code


@given(codes=_some(st.sampled_from(sorted(names_of(Code.LANGUAGE)))))
def test_languages_read_back(codes: frozenset[str]) -> None:
    """A set of languages reads back from options that are English names."""
    way = _way(FieldType.WORDS, ColumnType.CHOICES, None, code=Code.LANGUAGE)
    assert read(way, write(way, codes, Everybody()), Everybody()) == codes


@given(text=st.text())
def test_normal_texts_are_fixed_points(text: str) -> None:
    """Normalising twice is normalising once, and leaves nothing that a service or a database would refuse."""
    for normal in (texts.lines, texts.one_line):
        once = normal(text)
        assert once is None or normal(once) == once
        assert once is None or once.encode()
        assert once is None or "\x00" not in once
