"""What a place makes of what we write: a moment without its seconds, a text without double blanks.

As long as it shows just that, nobody edited anything there, and the place says what we wrote. Otherwise its habits
would come back as an edit: flow to the other places, or be put back, and be written again and again.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace

from syncbot.model.values import UNKNOWN, Value
from syncbot.reconcile.state import SeenRow


def as_meant(row: SeenRow, known: SeenRow | None) -> SeenRow:
    """Say what we once wrote wherever a row still shows what its place made of it."""
    if known is None or not known.echoes:
        return row
    kept = {name: cell for name, cell in known.echoes.items() if row.values.get(name, UNKNOWN) == cell}
    return replace(row, values={**row.values, **{name: known.values[name] for name in kept}}, echoes=kept)


def as_written(row: SeenRow, wrote: Mapping[str, Value]) -> SeenRow:
    """Say what we just wrote, and remember what the place made of it; `row` is its answer."""
    other: dict[str, Value] = {}
    for name, value in wrote.items():
        cell = row.values.get(name, UNKNOWN)
        if cell is not UNKNOWN and cell != value:
            other[name] = cell
    if not other:
        return row
    values = {**row.values, **{name: wrote[name] for name in other}}
    return replace(row, values=values, echoes={**row.echoes, **other})


def to_be_written(known: SeenRow | None, fields: Collection[str]) -> SeenRow | None:
    """Return a row by which the answer to a write of these fields is read: what we write there is worn out no more.

    A reference to a row that was split off means its old record until we write it: then the row's own.
    """
    if known is None or known.worn.keys().isdisjoint(fields):
        return known
    return replace(known, worn={name: refs for name, refs in known.worn.items() if name not in fields})
