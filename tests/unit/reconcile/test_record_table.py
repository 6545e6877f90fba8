"""The tables of docs/decisions.md about records and runs, each line put to the code."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count

import pytest

from syncbot.model.fields import FieldType
from syncbot.model.values import Cell
from syncbot.reconcile.identity import Identified, identify
from syncbot.reconcile.plan import (
    Conflict,
    CreateRow,
    DeleteRow,
    Duplicate,
    Finding,
    Homeless,
    Missing,
    Plan,
    Proposal,
    Unread,
    UpdateRow,
)
from syncbot.reconcile.planning import GuardInput, Reach, plan
from syncbot.reconcile.policy import (
    EndpointPolicy,
    FieldPolicy,
    IdentityPolicy,
    KindPolicy,
    OnDeletion,
)
from syncbot.reconcile.state import Agreed, Case, GoneRow, KnownRecord, SeenRow
from tests.referees.decisions import lines

NOW = datetime(2026, 5, 1, tzinfo=UTC)
NAMES = ("one", "other")
VALUES: Mapping[str, Cell] = {"name": "Görlitz", "country": "DE", "word": "a"}
AGREED = {label: Agreed(value=str(value), source="one", at=NOW, run="r") for label, value in VALUES.items()}


HOME_WENT = "home elsewhere, whose row went"


def _policy(words: str) -> KindPolicy:
    home = "elsewhere" if words == HOME_WENT else None
    names = (*NAMES, home) if home else NAMES
    return KindPolicy(
        kind="city",
        title_field="name",
        fields={
            label: FieldPolicy(name=label, type=FieldType.TEXT, home=home, places=dict.fromkeys(names, True))
            for label in VALUES
        },
        endpoints={
            name: EndpointPolicy(name=name, creates=words != f"{name} never creates", deletes=True)
            for name in names
        },
        identity=IdentityPolicy(name="name", within=("country",)),
        deletes=OnDeletion(words) if words in list(OnDeletion) else OnDeletion.UNLINK,
    )


@dataclass
class Place:
    """What a word of the table means at one place."""

    known: SeenRow | None = None
    seen: Sequence[SeenRow] = ()
    gone: Sequence[GoneRow] = ()
    unlinked: str | None = None


def _place(name: str, words: str) -> Place:
    row = SeenRow(ref=f"{name}-1", version="1", key="k", values=VALUES)
    changed = replace(row, version="2", values={**VALUES, "word": "b"})
    new = replace(row, key=None)
    likely = replace(new, values={**VALUES, "name": "Görlitzz"})
    gone = re.match(r"gone \((\w+)\)(, a likely row)?", words)
    if gone:
        anew = [replace(likely, ref=f"{name}-2")] if gone[2] else []
        return Place(known=row, gone=[GoneRow(ref=row.ref, reason=gone[1])], seen=anew)
    return {
        "-": Place(),
        "row": Place(seen=[new]),
        "nameless row": Place(seen=[replace(new, values={**VALUES, "name": None})]),
        "linked": Place(known=row, seen=[row]),
        "linked, changed": Place(known=row, seen=[changed]),
        "linked, without key": Place(known=row, seen=[replace(row, key=None, version="2")]),
        "went before": Place(unlinked=row.ref),
        "back": Place(unlinked=row.ref, seen=[row]),
        "back, changed": Place(unlinked=row.ref, seen=[changed]),
        "linked and a copy": Place(known=row, seen=[row, replace(row, ref=f"{name}-2")]),
        "two rows": Place(seen=[new, replace(new, ref=f"{name}-2")]),
        "a likely row": Place(seen=[likely]),
    }[words]


def _decided(line: Mapping[str, str]) -> Plan:
    policy = _policy(line["policy"])
    places = {name: _place(name, line[name]) for name in NAMES}
    rows = {name: place.known for name, place in places.items() if place.known}
    unlinked = {name: place.unlinked for name, place in places.items() if place.unlinked}
    if line["policy"] == HOME_WENT:
        unlinked["elsewhere"] = "elsewhere-1"
    known = {"k": KnownRecord(key="k", rows=rows, agreed=AGREED, unlinked=unlinked)} if rows else {}
    keys = count()
    found = identify(
        policy,
        seen={name: place.seen for name, place in places.items()},
        gone={name: place.gone for name, place in places.items()},
        known=known,
        refs={name: {"k": row.ref} for name, row in rows.items()},
        new_key=lambda: f"new-{next(keys)}",
    )
    return plan(policy, found, guards=GuardInput())


def _told(made: Plan, *, expects_flow: bool) -> str:
    linked = [one.endpoint for one in made.links]
    found = [*(f"linked at {name}" for name in linked), *_findings(made.findings), *_actions(made, linked)]
    found += [f"unlinked at {one.endpoint}" for one in made.unlinks]
    touched = {one.endpoint for one in (*made.actions, *made.links, *made.unlinks)}
    if expects_flow and "other" not in touched:
        found.append("nothing at other")
    return "; ".join(found)


def _findings(findings: Iterable[Finding]) -> Iterable[str]:
    words = {Missing: "missing", Unread: "unread", Duplicate: "duplicate", Proposal: "proposal"}
    for one in findings:
        if isinstance(one, Conflict):
            yield "conflict"
        if isinstance(one, Missing | Unread | Duplicate | Proposal):
            yield f"{words[type(one)]} at {one.endpoint}"


def _actions(made: Plan, linked: Sequence[str]) -> Iterable[str]:
    for one in made.actions:
        match one:
            case CreateRow():
                yield f"row made at {one.endpoint}"
            case DeleteRow():
                yield f"row removed at {one.endpoint}"
            case UpdateRow() if one.changes:
                yield f"changed at {one.endpoint}"
            case UpdateRow() if one.endpoint not in linked:
                yield f"our key written at {one.endpoint}"


RECORD_LINES = lines("A record")
RUN_LINES = lines("A run")


@pytest.mark.parametrize("line", RECORD_LINES, ids=[one["case"] for one in RECORD_LINES])
def test_a_record_is_decided_as_documented(line: Mapping[str, str]) -> None:
    """The code does with the rows of a record what the table says."""
    assert _told(_decided(line), expects_flow=line["one"] == "linked, changed") == line["outcome"]


def test_a_row_made_while_the_home_is_gone_says_what_was_agreed() -> None:
    """An edit of the copy that is left is shown, but copied nowhere: its home never said it."""
    made = _decided({"policy": HOME_WENT, "one": "linked, changed", "other": "-"})
    (create,) = made.actions
    assert isinstance(create, CreateRow) and create.values == VALUES
    assert [one.value for one in made.findings if isinstance(one, Homeless)] == ["b"]


@pytest.mark.parametrize("line", RUN_LINES, ids=[one["case"] for one in RUN_LINES])
def test_a_run_is_refused_as_documented(line: Mapping[str, str]) -> None:
    """The guards pass and refuse what the table says, in its words; one run can be let pass, but not half a reading."""
    rows, known = int(line["one gave"].split()[0]), int(line["known before"].split(",")[0])
    complete = "not its last page" not in line["one gave"]
    linked = 0 if "none of them there" in line["known before"] else known
    reach = Reach(full=True, complete=complete, rows=rows, linked=linked)
    policy, found = _policy("unlink"), Identified(cases=tuple(_cases(line["one gave"], known)))
    guards = GuardInput(records=known, sides={"one": reach})
    made = plan(policy, found, guards=guards)
    assert "; ".join(one.reason for one in made.refused) == line["outcome"].replace("goes on", "")
    allowed = plan(policy, found, guards=replace(guards, allow_mass_change=True))
    assert bool(allowed.refused) is not complete
    assert allowed.actions == made.actions


def _cases(words: str, known: int) -> Iterable[Case]:
    found = re.search(r", (\d+) of them (\w+)", words)
    number, how = (int(found[1]), found[2]) if found else (0, "")
    for one in range(number if known else 100):
        record = KnownRecord(
            key=f"k{one}",
            rows={
                name: SeenRow(ref=f"{name}-{one}", version="1", key=f"k{one}", values=VALUES)
                for name in NAMES
            },
            agreed=AGREED,
        )
        row = record.rows["one"]
        changed = replace(row, version="2", values={**VALUES, "word": "b"})
        seen = GoneRow(ref=row.ref, reason="trashed") if how == "gone" else changed
        is_known = known > 0 and how != "new"
        yield Case(record=record.key, known=record if is_known else None, seen={"one": seen})
