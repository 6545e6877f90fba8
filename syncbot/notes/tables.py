"""Rule: rows of a table whose head says who does what, or what was decided."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .form import BlockKind
from .grammar import Column, Grammar, List
from .hits import Hit, Reading, is_job, tidy_job
from .lines import Line, bare
from .shapes import fold


@dataclass(kw_only=True)
class Table:
    """What the head of a table says of its columns."""

    columns: Mapping[Column, int] = field(default_factory=dict)
    heads: Sequence[str] = ()
    head: int = -1
    """Place of the row that is its head."""


def tables_of(lines: Sequence[Line], grammar: Grammar) -> dict[int, Table]:
    """Return the tables of a note by their number."""
    found: dict[int, Table] = {}
    for line in lines:
        number = line.block.table
        if line.block.kind is BlockKind.ROW and number is not None and number not in found:
            columns = _columns(line.block.cells, grammar)
            found[number] = Table(
                columns=columns, heads=line.block.cells, head=line.at if columns or line.block.head else -1
            )
    return found


def _columns(cells: Sequence[str], grammar: Grammar) -> dict[Column, int]:
    found: dict[Column, int] = {}
    for place, cell in enumerate(cells):
        text = fold(bare(cell)) or fold(cell.strip())
        if not text or len(text) > 40:
            continue
        kind = next(
            (kind for kind, pattern in grammar.columns if kind not in found and pattern.fullmatch(text)), None
        )
        if kind is not None:
            found[kind] = place
        elif grammar.action.fullmatch(text):
            task = found.get(Column.TASK)
            if task is None or not grammar.action.fullmatch(fold(cells[task])):
                found[Column.TASK] = place  # "Action" says more than "Item"
    return found


def rows(line: Line, table: Table, reading: Reading) -> Iterator[Hit]:
    """Tell what a row says is to be done, or was decided."""
    if line.at == table.head or not line.block.cells:
        return
    columns, cells = table.columns, line.block.cells
    if Column.TASK not in columns and Column.DECISION in columns:
        yield from _decision(line, cells, columns, reading)
        return
    what = _task_column(table, line, reading)
    if what is None:
        return
    task = _cell(cells, what)
    owners = reading.owners.cell(_cell(cells, columns.get(Column.OWNER)))
    if not is_job(task, reading.grammar) and not owners:
        return
    if Column.OWNER not in columns:
        owned = reading.owners.of(task)
        owners, task = list(owned.owners), owned.job
    if not is_job(task, reading.grammar):
        return
    status, when = _cell(cells, columns.get(Column.STATUS)), _cell(cells, columns.get(Column.DUE))
    if reading.grammar.done.fullmatch(when.strip()) and not re.search(r"\d", when):
        status, when = when, ""
    yield Hit(
        line=line,
        why=f'a row of a table with the column "{table.heads[what]}"',
        job=tidy_job(task),
        owners=owners,
        when=when if Column.DUE in columns else None,
        done=line.block.checked is True or reading.grammar.done.fullmatch(status.strip()) is not None,
        prior=line.list is List.REVIEW,
        listed=True,
        sure=_sure(table, line) or bool(owners),
    )


def _sure(table: Table, line: Line) -> bool:
    if line.list in {List.ACTIONS, List.REVIEW}:
        return True
    return Column.OWNER in table.columns


def _task_column(table: Table, line: Line, reading: Reading) -> int | None:
    """Return the column that holds the job; None where the table is about something else."""
    columns = table.columns
    task, owner = columns.get(Column.TASK), columns.get(Column.OWNER)
    if task is not None and (
        owner is not None
        or len(columns) > 1
        or line.list in {List.ACTIONS, List.REVIEW}
        or reading.grammar.action.fullmatch(fold(table.heads[task]))
    ):
        return task
    if (
        task is None
        and owner
        and (line.list in {List.ACTIONS, List.REVIEW} or _is_label(table.heads[owner], reading))
    ):
        cells = line.block.cells[: len(table.heads)]
        free = (
            n for n, cell in enumerate(cells) if n not in columns.values() and is_job(cell, reading.grammar)
        )
        return next(free, None)
    return None


def _is_label(head: str, reading: Reading) -> bool:
    return reading.grammar.owner_label.search(f"{head}:") is not None


def _decision(
    line: Line, cells: Sequence[str], columns: Mapping[Column, int], reading: Reading
) -> Iterator[Hit]:
    text = _cell(cells, columns[Column.DECISION])
    if is_job(text, reading.grammar):
        yield Hit(
            line=line, why="a row of a table of decisions", job=tidy_job(text), decision=True, listed=True
        )


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place] if place is not None and place < len(cells) else ""
