"""A city that the programme supports: what is known of it and where it stands (NetZeroCities, D2.2)."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from syncbot.model.fields import FieldType
from syncbot.model.places import Code
from syncbot.model.record import FieldInfo, Record, choice, choices, record, text

from .terms import (
    GROUPS,
    TOPICS,
    Country,
    Day,
    Group,
    Key,
    Languages,
    Line,
    Moment,
    Pages,
    Topic,
    Web,
)

Window = Literal["W1", "W2", "W3", "W4", "W4+"]
WINDOWS = ("W1", "W2", "W3", "W4", "W4+")
State = Literal["drafting", "submitted", "resubmission", "label", "implementation", "iteration"]
STATES = ("drafting", "submitted", "resubmission", "label", "implementation", "iteration")
Cohort = Literal["1", "2", "3"]


class City(Record):
    """A Mission City, or a pilot city that a group looks after besides."""

    kind: ClassVar[str] = "city"

    name: Annotated[Line, text("The name in English, as the programme prints it.")]
    native_name: Annotated[Line | None, text("The name in the city's own language or languages.")] = None
    country: Annotated[Country | None, text("The country, by its code of ISO 3166-1.", code=Code.COUNTRY)] = (
        None
    )
    csg: Annotated[Group | None, choice("The City Support Group that the city belongs to.", *GROUPS)] = None
    pilot_only: Annotated[
        bool | None,
        FieldInfo(
            type=FieldType.FLAG,
            meaning="Yes for a pilot city that a group looks after besides and that is no Mission City.",
        ),
    ] = None
    front_runner: Annotated[
        bool | None,
        FieldInfo(
            type=FieldType.FLAG, meaning="Yes for a city that is ahead of the others (D2.2, annex 5.3)."
        ),
    ] = None
    lead: Annotated[Key | None, record("The lead City Advisor.", "person")] = None
    follower: Annotated[Key | None, record("The City Advisor who stands in for the lead.", "person")] = None
    population: Annotated[
        Annotated[int, Field(ge=0, le=100_000_000)] | None,
        FieldInfo(type=FieldType.NUMBER, meaning="Inhabitants, for display; sources count differently."),
    ] = None
    languages: Annotated[
        Languages | None,
        FieldInfo(
            type=FieldType.WORDS,
            code=Code.LANGUAGE,
            meaning="Official languages spoken there, by their codes of ISO 639-1.",
        ),
    ] = None
    ccc_window: Annotated[
        Window | None, choice("The window in which the Climate City Contract is submitted.", *WINDOWS)
    ] = None
    ccc_state: Annotated[State | None, choice("How far the Climate City Contract is.", *STATES)] = None
    label_date: Annotated[
        Day | None, FieldInfo(type=FieldType.DAY, meaning="The day the Mission Label was announced.")
    ] = None
    pilot_cohort: Annotated[
        Cohort | None, choice("The cohort of the Pilot City Programme.", "1", "2", "3")
    ] = None
    pilot_name: Annotated[Line | None, text("What the pilot is called.")] = None
    last_contact: Annotated[
        Day | None, FieldInfo(type=FieldType.DAY, meaning="The day somebody last spoke with the city.")
    ] = None
    next_checkin: Annotated[
        Moment | None, FieldInfo(type=FieldType.MOMENT, meaning="When the next check-in begins.")
    ] = None
    miro: Annotated[
        Web | None, FieldInfo(type=FieldType.LINK, meaning="The address of the city's Miro board.")
    ] = None
    topics: Annotated[frozenset[Topic] | None, choices("What the city wants support with.", *TOPICS)] = None
    note: Annotated[
        Pages | None, FieldInfo(type=FieldType.LONG_TEXT, meaning="Anything else that the group should know.")
    ] = None
    geonames_id: Annotated[
        Annotated[str, Field(pattern=r"^[1-9][0-9]{0,11}$")] | None,
        text("The number of the place at geonames.org; tells cities of the same name apart."),
    ] = None
