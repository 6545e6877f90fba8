"""Reads the whole folder mappings/: all that it declares, or every fault of every file at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from syncbot.errors import MappingError, Problem
from syncbot.notes.habits import Habits

from .control import ControlSpec, control
from .groups import Declared, declared_groups
from .layouts import Layouts, layouts, publication_names
from .load import in_order, load
from .note_sources import SourceSpec
from .notes import notes
from .spec import Mappings

Read = TypeVar("Read")


@dataclass(frozen=True, kw_only=True)
class Everything:
    """What the folder declares."""

    mappings: Mappings
    habits: Habits
    sources: tuple[SourceSpec, ...]
    """Where notes are."""
    layouts: Layouts
    around: Declared
    """Groups, outlets and alerts."""
    control: ControlSpec | None
    """Where ticks ask for a sync; None where nobody can."""


def everything(folder: Path, environment: Mapping[str, str]) -> Everything:
    """Read all files. Raises `MappingError` with every fault, by file and line; contacts nobody.

    What refers to a file that could not be read is not judged: it would be told for nothing.
    """
    problems: list[Problem] = []
    mappings = _read(lambda: load(folder, environment), problems)
    noted = _read(lambda: notes(folder, mappings, environment), problems)
    laid_out = _read(lambda: layouts(folder), problems)
    names = publication_names(folder) if laid_out is None else laid_out.keys()
    around = _read(lambda: declared_groups(folder, names), problems)
    controlled = _read(lambda: (control(folder, around.groups if around else None),), problems)
    if problems or not (mappings and noted and around and controlled) or laid_out is None:
        raise MappingError(sorted(problems, key=in_order))
    habits, sources = noted
    return Everything(
        mappings=mappings,
        habits=habits,
        sources=sources,
        layouts=laid_out,
        around=around,
        control=controlled[0],
    )


def _read(read: Callable[[], Read], problems: list[Problem]) -> Read | None:
    try:
        return read()
    except MappingError as error:
        problems += error.problems
        return None
