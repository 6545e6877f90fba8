"""The format of mappings/groups.yaml: who meets when, and what is published around it."""

import re
from datetime import date, time, timedelta
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, WithJsonSchema, field_validator, model_validator
from pydantic_core import PydanticCustomError

from syncbot.schedule.calendar import Cadence, Meeting, OnHoliday
from syncbot.schedule.timing import After, Before, Timing, Weekly

from .format import GROUP, Declaration, Given, Name, Word
from .outlets import OutletDeclaration

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Weekday: TypeAlias = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_CLOCK = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")


def _clock(text: str) -> str:
    if not _CLOCK.match(text):
        raise PydanticCustomError("wanted", "", {"expected": 'a time such as "09:30" (in quotes)'})
    return text


def _day(text: str) -> str:
    try:
        date.fromisoformat(text if _DAY.match(text) else "")
    except ValueError:
        raise PydanticCustomError(
            "wanted", "", {"expected": 'a day such as "2026-01-08" (in quotes)'}
        ) from None
    return text


def _several(given: Any) -> Any:
    return [given] if isinstance(given, str) else given


_ONE = {"type": "string", "enum": list(WEEKDAYS)}
Weekdays: TypeAlias = Annotated[
    list[Weekday],
    Field(min_length=1),
    BeforeValidator(_several),
    WithJsonSchema({"anyOf": [_ONE, {"type": "array", "items": _ONE, "minItems": 1}]}),
]


class MeetingDeclaration(Declaration):
    """A series of meetings."""

    on: Weekdays
    """The day of the week, or several for a series that meets several times a week."""
    at: Word
    """When it begins, on the clock of the group's zone: "10:00"."""
    minutes: Annotated[int, Field(ge=5, le=600)] = 60
    """How long it lasts."""
    every: Literal["week", "two weeks", "month"] = "week"
    """How often; a monthly series says `week` too."""
    week: Literal["first", "second", "third", "fourth", "last"] | None = None
    """Of monthly series: which of the weekdays of a month."""
    begins: Word | None = None
    """The day of the first meeting: "2026-01-08"; needed with `every: two weeks`, which is counted from it."""
    on_holiday: Literal["skip", "keep", "before", "after"] = "skip"
    """What becomes of a meeting whose day is a holiday: it does not take place (`skip`), takes place all the same
    (`keep`), or on the working day `before` or `after`."""

    @field_validator("at")
    @classmethod
    def _at(cls, text: str) -> str:
        return _clock(text)

    @field_validator("begins")
    @classmethod
    def _begins(cls, text: str | None) -> str | None:
        return None if text is None else _day(text)

    @model_validator(mode="after")
    def _whole(self) -> "MeetingDeclaration":
        if (self.every == "month") != (self.week is not None):
            raise PydanticCustomError(
                "wanted",
                "",
                {"expected": "`week` with `every: month`, and only with it", "found": "one of them"},
            )
        if self.every == "two weeks" and self.begins is None:
            raise PydanticCustomError(
                "wanted", "", {"expected": "`begins` with `every: two weeks`", "found": "no such key"}
            )
        return self

    def meeting(self, name: str) -> Meeting:
        """Return the series as the calendar knows it."""
        begins = {} if self.begins is None else {"begins": date.fromisoformat(self.begins)}
        cadence = Cadence(
            weekdays=[WEEKDAYS.index(day) for day in self.on],
            every_weeks=2 if self.every == "two weeks" else 1,
            week_of_month=None if self.week is None else WEEKS[self.week],
            **begins,
        )
        return Meeting(
            name=name,
            cadence=cadence,
            at=time.fromisoformat(self.at),
            lasts=timedelta(minutes=self.minutes),
            on_holiday=OnHoliday(self.on_holiday),
        )


class TimingDeclaration(Declaration):
    """When a publication is due: `before` a meeting, `after` one, or `on` a day of each week."""

    before: Word | None = None
    """The meeting that it comes before; it is worth sending until that begins."""
    working_days: Annotated[int, Field(ge=0, le=20)] = 0
    """With `before`: how many working days ahead; 0 = on the day itself."""
    after: Word | None = None
    """The meeting that it comes after; it is worth sending until the next of the series begins."""
    hours: Annotated[float, Field(ge=0, le=240)] = 3
    """With `after`: so long after the end, at the latest."""
    quiet_minutes: Annotated[int, Field(ge=1, le=1440)] | None = None
    """With `after`: sooner, once the notes have not changed for so long."""
    on: Weekday | None = None
    """The day of each week; on a holiday it leaves on the working day before. It is worth sending on that day."""
    at: Word | None = None
    """With `before` and `on`: when, on the clock of the group's zone: "15:00"."""
    to: Annotated[list[Name], Field(default_factory=list)]
    """The outlets by which it leaves, in this order; left out: it is only composed when somebody asks."""

    to_each: Annotated[list[Name], Field(default_factory=list)]
    """The outlets (`mail`, `folder`) by which each person of the group gets his or her own: `each` of the layout."""

    @field_validator("to", "to_each")
    @classmethod
    def _once(cls, names: list[str]) -> list[str]:
        if len(set(names)) < len(names):
            found = {"expected": "each outlet once", "found": "one of them twice"}
            raise PydanticCustomError("wanted", "", found)
        return names

    @field_validator("at")
    @classmethod
    def _at(cls, text: str | None) -> str | None:
        return None if text is None else _clock(text)

    @model_validator(mode="after")
    def _one(self) -> "TimingDeclaration":
        said = [name for name in ("before", "after", "on") if getattr(self, name) is not None]
        if len(said) != 1:
            raise PydanticCustomError(
                "wanted",
                "",
                {"expected": "one of `before`, `after`, `on`", "found": " and ".join(said) or "none"},
            )
        if (self.at is None) != (said == ["after"]):
            raise PydanticCustomError(
                "wanted", "", {"expected": "`at` with `before` and `on`, not with `after`", "found": said[0]}
            )
        return self

    @property
    def meeting(self) -> str | None:
        """The meeting that it hangs on."""
        return self.before or self.after

    def timing(self) -> Timing:
        """Return it as the schedule knows it."""
        at = time.fromisoformat(self.at or "00:00")
        if self.before is not None:
            return Before(meeting=self.before, workdays=self.working_days, at=at)
        if self.after is not None:
            quiet = None if self.quiet_minutes is None else timedelta(minutes=self.quiet_minutes)
            return After(meeting=self.after, delay=timedelta(hours=self.hours), quiet=quiet)
        return Weekly(weekday=WEEKDAYS.index(self.on or "monday"), at=at)


class GroupDeclaration(Declaration):
    """A group that meets."""

    title: Word
    """What people call it."""
    zone: Word
    """The time zone whose clock it lives by: "Europe/Brussels"."""
    holidays: Word | None = None
    """Whose public holidays it keeps: a country ("BE") or a part of one ("DE-BY"). Left out: none."""
    locale: Word = "en_GB"
    """The language of what is published for it, and how days and numbers are written: "en_GB", "de", "fr"."""
    contact_days: Annotated[int, Field(ge=1, le=365)] = 14
    """The rhythm agreed with cities: somebody speaks with each at least so often."""
    meetings: Annotated[dict[Name, MeetingDeclaration], Field(min_length=1)]
    """Its series of meetings, by names of your own."""
    publications: Annotated[dict[Name, TimingDeclaration], Field(default_factory=dict)]
    """What is published for it, and when."""


class AlertsDeclaration(Declaration):
    """Who is told when something failed twice in a row, and when it works again."""

    to: Annotated[list[Name], Field(min_length=1)]
    """The outlets (`teams`, `mail`, `folder`) by which it leaves; each gets it."""
    people: Given | None = None
    """Who gets it by mail: `{env: NAME}`, where the variable holds addresses, parted by commas."""
    zone: Word = "Europe/Brussels"
    """The time zone whose clock is told."""
    locale: Word = "en_GB"
    """The language, and how days are written: "en_GB", "de", "fr"."""


class GroupsDeclaration(Declaration):
    """mappings/groups.yaml."""

    alerts: AlertsDeclaration | None = None
    """Who is told when something does not work; left out: nobody, it stands in the log only."""
    outlets: Annotated[dict[Name, OutletDeclaration], Field(default_factory=dict)]
    """The places that take publications, by names of your own."""
    groups: dict[Annotated[str, Field(pattern=GROUP)], GroupDeclaration]
    """By the word that records use for the group: "A"."""


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the file, by which editors complete and check it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **GroupsDeclaration.model_json_schema(),
    }
