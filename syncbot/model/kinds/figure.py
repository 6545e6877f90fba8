"""A number that somebody stated about a group or the whole programme, so that it can be checked against the records."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from syncbot.model.fields import FieldType
from syncbot.model.places import Code
from syncbot.model.record import FieldInfo, Record, choice, text

from .city import WINDOWS, Cohort, Window
from .terms import GROUPS, Country, Group, Line

What = Literal[
    "cities", "labelled", "submitted", "pilots", "countries", "members", "advisors", "specialists", "officers"
]  # fmt: skip
WHATS = (
    "cities", "labelled", "submitted", "pilots", "countries", "members", "advisors", "specialists", "officers"
)  # fmt: skip


class Figure(Record):
    """What a report, a table or a web page says that there are; several may say different things of the same."""

    kind: ClassVar[str] = "figure"

    name: Annotated[Line, text("What is stated, in words, such as: Mission cities of CSG D, table 1.")]
    what: Annotated[What | None, choice("What is counted.", *WHATS)] = None
    number: Annotated[
        Annotated[int, Field(ge=0, le=100_000)] | None,
        FieldInfo(type=FieldType.NUMBER, meaning="How many there are said to be."),
    ] = None
    csg: Annotated[Group | None, choice("The group; empty for the whole programme.", *GROUPS)] = None
    country: Annotated[
        Country | None, text("Only those of this country, by its code of ISO 3166-1.", code=Code.COUNTRY)
    ] = None
    ccc_window: Annotated[Window | None, choice("Only those of this window.", *WINDOWS)] = None
    pilot_cohort: Annotated[Cohort | None, choice("Only those of this cohort.", "1", "2", "3")] = None
    source: Annotated[Line | None, text("Where it is stated.")] = None
