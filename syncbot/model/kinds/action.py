"""What somebody promised to do: an action point, from the meeting in which it was said until it is done."""

from typing import Annotated, ClassVar

from syncbot.model.fields import FieldType
from syncbot.model.record import FieldInfo, Record, choice, choices, record, records, text

from .terms import CIRCLES, SUBJECTS, Circle, Day, Key, Keys, Line, Pages, Subject, Web


class Action(Record):
    """One job; carried from meeting to meeting it stays one record (docs/carry-over.md)."""

    kind: ClassVar[str] = "action"

    name: Annotated[Line, text("The job, in the words in which it was first accepted.")]
    owners: Annotated[Keys | None, records("Who does it.", "person")] = None
    owners_written: Annotated[
        Line | None, text("Who does it as the notes say it, where nobody goes by that.")
    ] = None
    due: Annotated[
        Day | None, FieldInfo(type=FieldType.DAY, meaning="The day by which it is to be done.")
    ] = None
    due_written: Annotated[Line | None, text("By when, in the words of the notes.")] = None
    done: Annotated[bool | None, FieldInfo(type=FieldType.FLAG, meaning="Whether it is done.")] = None
    city: Annotated[Key | None, record("The city that it is about.", "city")] = None
    topics: Annotated[frozenset[Subject] | None, choices("What it is about.", *SUBJECTS)] = None
    csg: Annotated[Circle | None, choice("The group in whose meeting it was promised.", *CIRCLES)] = None
    heading: Annotated[Line | None, text("The heading under which the notes have it.")] = None
    meeting: Annotated[Key | None, record("The latest meeting whose notes have it.", "meeting")] = None
    source: Annotated[
        Web | None, FieldInfo(type=FieldType.LINK, meaning="The address of the sentence it came from.")
    ] = None
    why: Annotated[
        Pages | None, FieldInfo(type=FieldType.LONG_TEXT, meaning="By what it was taken for an action.")
    ] = None
