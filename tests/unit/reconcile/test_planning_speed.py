"""Deciding never shows in a profile: time grows with the number of records, and little of it is used."""

import gc
import sys
import time
from datetime import UTC, datetime

import pytest

from syncbot.model.fields import FieldType
from syncbot.reconcile.identity import identify
from syncbot.reconcile.planning import GuardInput, Reach, plan
from syncbot.reconcile.policy import EndpointPolicy, FieldPolicy, IdentityPolicy, KindPolicy
from syncbot.reconcile.state import Agreed, KnownRecord, SeenRow

PLACES = ("east", "west")
LABELS = tuple(f"field{number}" for number in range(20))
AT = datetime(2026, 1, 1, tzinfo=UTC)
POLICY = KindPolicy(
    kind="thing",
    title_field=LABELS[0],
    fields={
        label: FieldPolicy(
            name=label,
            type=FieldType.TEXT,
            home=PLACES[0] if number % 2 else None,
            places=dict.fromkeys(PLACES, True),
        )
        for number, label in enumerate(LABELS)
    },
    endpoints={name: EndpointPolicy(name=name) for name in PLACES},
    identity=IdentityPolicy(name=LABELS[0], within=(LABELS[1],)),
)


def _seconds(records: int) -> float:
    """The processor time of planning a full reading of both places, of which two in a hundred rows were edited."""
    known: dict[str, KnownRecord] = {}
    seen: dict[str, list[SeenRow]] = {name: [] for name in PLACES}
    for number in range(records):
        key = f"key{number}"
        values = {label: f"{label} of {number}" for label in LABELS}
        rows = {name: SeenRow(ref=f"{name}{number}", version="1", key=key, values=values) for name in PLACES}
        agreed = {one: Agreed(value=value, source=PLACES[0], at=AT, run="r") for one, value in values.items()}
        known[key] = KnownRecord(key=key, rows=rows, agreed=agreed)
        for index, name in enumerate(PLACES):
            edited = {LABELS[number % 20]: f"edited in {name}"} if (number + index) % 50 == 0 else {}
            row = SeenRow(
                ref=f"{name}{number}", version="2" if edited else "1", key=key, values=values | edited
            )
            seen[name].append(row)
    refs = {name: {key: one.rows[name].ref for key, one in known.items()} for name in PLACES}
    reach = {name: Reach(full=True, complete=True, rows=records, linked=records) for name in PLACES}
    start = time.process_time()
    found = identify(POLICY, seen=seen, gone={}, known=known, refs=refs, new_key=lambda: "never")
    made = plan(POLICY, found, guards=GuardInput(records=records, sides=reach))
    spent = time.process_time() - start
    assert len(made.actions) == 2 * records // 50
    return spent


@pytest.mark.slow
def test_time_grows_in_a_straight_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Ten times the records take at most twenty times the time, and 20,000 of 20 fields at most two seconds.

    The bounds are loose because others may use the machine; the best of three is taken, and what the test session
    itself holds in memory is kept from the collector.
    """
    gc.collect()
    gc.freeze()
    small, large = (min(_seconds(records) for _ in range(3)) for records in (2_000, 20_000))
    gc.unfreeze()
    with capsys.disabled():
        sys.stdout.write(f"\nplanned 2,000 records x 20 fields in {small:.2f} s, 20,000 in {large:.2f} s\n")
    assert large < 2.0
    assert large < 20 * max(small, 0.02)
