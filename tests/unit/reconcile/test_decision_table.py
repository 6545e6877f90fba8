"""docs/decisions.md says how a sync decides; each of its lines is put to the code."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from syncbot.model.fields import FieldType
from syncbot.model.values import UNKNOWN, Cell, Value
from syncbot.model.wording import EMPTY
from syncbot.reconcile.plan import (
    Conflict,
    CreateRow,
    Drift,
    Finding,
    Homeless,
    StrayEdit,
    Unread,
    UpdateRow,
)
from syncbot.reconcile.policy import EndpointPolicy, FieldPolicy, KindPolicy, OnConflict
from syncbot.reconcile.records import Verdict, decide_record
from syncbot.reconcile.state import PERSON, Agreed, Case, Decision, KnownRecord, SeenRow
from tests.referees.decisions import lines

NOW = datetime(2026, 5, 1, 12, 0, 30, tzinfo=UTC)
TYPES = {"set": FieldType.WORDS, "text": FieldType.LONG_TEXT}
FIELD = "field"


def _value(text: str, kind: FieldType) -> Cell:
    if text == "?":
        return UNKNOWN
    if text == EMPTY:
        return None
    if kind is FieldType.WORDS:
        return frozenset(text.split(", "))
    return text.replace("/", "\n") if kind is FieldType.LONG_TEXT else text


def _known(text: str, kind: FieldType) -> Value:
    value = _value(text, kind)
    assert value is not UNKNOWN
    return value


def _shown(value: Value) -> str:
    if value is None:
        return EMPTY
    return ", ".join(sorted(value)) if isinstance(value, frozenset) else str(value).replace("\n", "/")


class Line:
    """One line of a table of fields, as the code is asked about it."""

    def __init__(self, line: Mapping[str, str]) -> None:
        self.line = line
        self.words = line["policy"].split(", ")
        self.names = ("home", "copy") if "home" in line else ("one", "other")
        self.type = TYPES.get(self.words[0], FieldType.TEXT)

    def has(self, word: str) -> bool:
        """Whether the policy says so."""
        return word in self.words

    def after(self, start: str) -> str | None:
        """What follows these words in the policy."""
        return next((word.removeprefix(start) for word in self.words if word.startswith(start)), None)

    def policy(self) -> KindPolicy:
        """What is declared."""
        wins = "newest" if self.has("newest") else "home" if self.has("one wins") else "ask"
        titled = FieldPolicy(
            name="name", type=FieldType.TEXT, home=None, places=dict.fromkeys(self.names, True)
        )
        asked = FieldPolicy(
            name=FIELD,
            type=self.type,
            home=self.names[0] if self.words[0] == "home" else None,
            places={
                name: not self.has(f"{name} not writable") and not self.has(f"{name} only tells")
                for name in self.names
            },
            on_conflict=OnConflict(wins),
            prefers="one",
            initial=self.after("initial "),
        )
        return KindPolicy(
            kind="thing",
            title_field="name",
            fields={"name": titled, FIELD: asked},
            endpoints={
                name: EndpointPolicy(
                    name=name,
                    creates=not self.has(f"{name} never creates"),
                    only_tells=self.has(f"{name} only tells"),
                    time_grain=timedelta(minutes=1),
                )
                for name in self.names
            },
        )

    def case(self) -> Case:
        """What is known and what was seen."""
        seen = {name: self._row(name) for name in self.names if self.line[name] != "-"}
        answer = self.after("answered ")
        held = self.has("held for a person")
        waits = answer is not None or held or self.has("conflict waits")
        known = KnownRecord(
            key="k",
            rows={name: self._before(name) for name in seen if not self._is_new(name)},
            agreed=self._agreed(),
            conflicts={FIELD: "c1"} if waits else {},
            held={FIELD: "put back by undoing r1"} if held else {},
            decisions={FIELD: Decision(value=_known(answer, self.type), conflict="c1", by="ada", at=NOW)}
            if answer
            else {},
        )
        return Case(record="k", known=known, seen=seen)

    def _is_new(self, name: str) -> bool:
        return self.line["agreed"] == "-" or self.has(f"{name} is new")

    def _agreed(self) -> dict[str, Agreed]:
        name = Agreed(value="Thing", source=self.names[0], at=NOW, run="r")
        if self.line["agreed"] == "-":
            return {"name": name}
        value = _known(self.line["agreed"], self.type)
        return {"name": name, FIELD: Agreed(value=value, source=self.names[0], at=NOW, run="r")}

    def _row(self, name: str) -> SeenRow:
        later = {"other an hour later": timedelta(hours=1), "other a second later": timedelta(seconds=1)}
        shift = (
            sum((gap for word, gap in later.items() if self.has(word)), timedelta())
            if name == "other"
            else None
        )
        return SeenRow(
            ref=f"{name}-1",
            version="1" if self.has(f"{name} not touched") else "2",
            key=None if self._is_new(name) else "k",
            values={"name": "Thing", FIELD: _value(self.line[name], self.type)},
            edited_at=NOW + (shift or timedelta()),
            by_us=self.has(f"{name} last written by us"),
        )

    def _before(self, name: str) -> SeenRow:
        """The row as it was: with what was agreed, or, while a conflict waits, with what the person was asked about."""
        asked = self.after("answered ") or self.has("conflict waits") or self.has("held for a person")
        text = self.after(f"{name} was ") or self.line[name if asked else "agreed"]
        return SeenRow(
            ref=f"{name}-1", version="1", key="k", values={"name": "Thing", FIELD: _value(text, self.type)}
        )


def _told(verdict: Verdict) -> str:
    """Say what was decided in the words of the table."""
    found = [*_writes(verdict), *(word for one in verdict.findings if (word := _finding(one)))]
    for agree in (one for one in verdict.agrees if one.field == FIELD):
        by = " by a person" if agree.source == PERSON else ""
        found.append(f"agreed {_shown(agree.value)}{by}")
    if verdict.ended:
        found.append("conflict over")
    return "; ".join(found) or "nothing"


def _writes(verdict: Verdict) -> Iterable[str]:
    for action in verdict.actions:
        if isinstance(action, UpdateRow):
            for change in action.changes:
                yield f"{action.endpoint} := {_shown(change.after)}"
        elif isinstance(action, CreateRow):
            yield f"row made at {action.endpoint} with {_shown(action.values[FIELD])}"


def _finding(one: Finding) -> str | None:
    match one:
        case Conflict():
            return "conflict at first sight" if one.first_sight else "conflict"
        case StrayEdit():
            return f"stray edit {_shown(one.value)} kept"
        case Drift():
            return f"drift {_shown(one.value)}"
        case Unread():
            return f"unread at {one.endpoint}"
        case Homeless():
            return f"homeless fact {_shown(one.value)}"
        case _:
            return None


FIELD_LINES = [*lines("A field with a home"), *lines("A shared field")]


@pytest.mark.parametrize("line", FIELD_LINES, ids=[one["case"] for one in FIELD_LINES])
def test_a_field_is_decided_as_documented(line: Mapping[str, str]) -> None:
    """The code says of the line of the table what the table says."""
    asked = Line(line)
    assert _told(decide_record(asked.policy(), asked.case())) == line["outcome"]


def test_the_table_is_read_whole() -> None:
    """No line of the field tables is skipped by the reader."""
    text = (Path(__file__).parents[3] / "docs/decisions.md").read_text(encoding="utf-8")
    fields = text.split("## A record")[0]
    assert len(FIELD_LINES) == sum(line.startswith("|") for line in fields.splitlines()) - 2 * fields.count(
        "|---|---|---|---|---|---|"
    )
