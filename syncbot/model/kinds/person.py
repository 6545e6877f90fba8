"""A member of a City Support Group."""

from typing import Annotated, ClassVar, Literal

from syncbot.model.fields import FieldType
from syncbot.model.places import Code
from syncbot.model.record import FieldInfo, Record, choice, text

from .terms import GROUPS, Day, Group, Language, Line, Mail

Role = Literal["advisor", "specialist", "officer"]
Specialty = Literal["finance", "engagement", "systems"]
Status = Literal["current", "former"]


class Person(Record):
    """Somebody who supports cities: City Advisor, City Specialist or City Support Officer."""

    kind: ClassVar[str] = "person"

    name: Annotated[Line, text("First and last name, as the person writes them.")]
    email: Annotated[
        Mail | None, FieldInfo(type=FieldType.EMAIL, meaning="The address at work, in lower case.")
    ] = None
    role: Annotated[
        Role | None, choice("What the person does in the group.", "advisor", "specialist", "officer")
    ] = None
    specialty: Annotated[
        Specialty | None, choice("Of specialists: the field of work.", "finance", "engagement", "systems")
    ] = None
    organisation: Annotated[Line | None, text("The organisation that employs the person.")] = None
    csg: Annotated[Group | None, choice("The City Support Group that the person belongs to.", *GROUPS)] = None
    language: Annotated[
        Language | None,
        text("The language in which the person reads what is sent to him or her.", code=Code.LANGUAGE),
    ] = None
    away_from: Annotated[
        Day | None, FieldInfo(type=FieldType.DAY, meaning="The first day of the next absence.")
    ] = None
    away_until: Annotated[
        Day | None, FieldInfo(type=FieldType.DAY, meaning="The last day of that absence.")
    ] = None
    status: Annotated[
        Status | None, choice("Whether the person still belongs to the group.", "current", "former")
    ] = None
