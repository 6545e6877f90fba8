"""What a meeting decided."""

from typing import Annotated, ClassVar

from syncbot.model.fields import FieldType
from syncbot.model.record import FieldInfo, Record, choice, choices, record, text

from .terms import CIRCLES, SUBJECTS, Circle, Key, Line, Pages, Subject, Web


class Decision(Record):
    """One thing that was agreed; nobody has to do anything for it to hold."""

    kind: ClassVar[str] = "decision"

    name: Annotated[Line, text("What was decided.")]
    city: Annotated[Key | None, record("The city that it is about.", "city")] = None
    topics: Annotated[frozenset[Subject] | None, choices("What it is about.", *SUBJECTS)] = None
    csg: Annotated[Circle | None, choice("The group that decided it.", *CIRCLES)] = None
    heading: Annotated[Line | None, text("The heading under which the notes have it.")] = None
    meeting: Annotated[Key | None, record("The meeting that decided it.", "meeting")] = None
    source: Annotated[
        Web | None, FieldInfo(type=FieldType.LINK, meaning="The address of the sentence it came from.")
    ] = None
    why: Annotated[
        Pages | None, FieldInfo(type=FieldType.LONG_TEXT, meaning="By what it was taken for a decision.")
    ] = None
