"""A support need: what a city asks for, and who sees to it (NetZeroCities, D2.2)."""

from typing import Annotated, ClassVar, Literal

from syncbot.model.fields import FieldType
from syncbot.model.record import FieldInfo, Record, choice, record, text

from .terms import GROUPS, TOPICS, Day, Group, Key, Line, Pages, Topic

Urgency = Literal["low", "normal", "high", "critical"]
URGENCIES = ("low", "normal", "high", "critical")
Stage = Literal["open", "assigned", "met", "dropped"]
STAGES = ("open", "assigned", "met", "dropped")


class Need(Record):
    """One support request of a city, however it was raised: in a check-in, a form or a boot camp."""

    kind: ClassVar[str] = "need"

    name: Annotated[Line, text("What is asked for.")]
    city: Annotated[Key | None, record("The city that asks.", "city")] = None
    csg: Annotated[Group | None, choice("The group that looks after the city.", *GROUPS)] = None
    topic: Annotated[Topic | None, choice("The field in which support is asked for.", *TOPICS)] = None
    urgency: Annotated[Urgency | None, choice("How soon it is needed.", *URGENCIES)] = None
    raised: Annotated[
        Day | None, FieldInfo(type=FieldType.DAY, meaning="The day on which it was raised.")
    ] = None
    specialist: Annotated[Key | None, record("The City Specialist who sees to it.", "person")] = None
    status: Annotated[Stage | None, choice("How far it is.", *STAGES)] = None
    note: Annotated[
        Pages | None,
        FieldInfo(type=FieldType.LONG_TEXT, meaning="Anything else that the specialist should know."),
    ] = None
