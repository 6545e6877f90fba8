"""A meeting of a group, whose notes say what was agreed."""

from typing import Annotated, ClassVar, Literal

from syncbot.model.fields import FieldType
from syncbot.model.record import FieldInfo, Record, choice, records, text

from .terms import CIRCLES, Circle, Day, Keys, Line, Web

Sort = Literal["weekly", "monthly", "specialists", "interface", "one_to_one", "other"]
SORTS = ("weekly", "monthly", "specialists", "interface", "one_to_one", "other")


class Meeting(Record):
    """One meeting, on one day; where its notes are written is a matter of the group."""

    kind: ClassVar[str] = "meeting"

    name: Annotated[Line, text("What people call the meeting, such as: Weekly meeting.")]
    day: Annotated[Day | None, FieldInfo(type=FieldType.DAY, meaning="The day on which it is held.")] = None
    csg: Annotated[
        Circle | None, choice("The group that meets; all for meetings across groups.", *CIRCLES)
    ] = None
    meeting_type: Annotated[Sort | None, choice("What sort of meeting it is.", *SORTS)] = None
    attendees: Annotated[Keys | None, records("Who was there.", "person")] = None
    notes: Annotated[
        Web | None, FieldInfo(type=FieldType.LINK, meaning="The address of the notes, where they are a file.")
    ] = None
