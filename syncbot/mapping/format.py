"""The format of mappings/*.yaml. Each key is documented here; the JSON Schema and docs/reference follow from it."""

import re
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, field_validator, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from syncbot.model.fields import FieldType

SHARED = "shared"
"""The home of a field that may be edited anywhere."""
FIELD_KEYS = ("home", "on_conflict", "prefers", "initial", "listed")
RESERVED = frozenset({*FIELD_KEYS, SHARED, "person"})
"""Words that mean something else, so that no endpoint may be called by them."""

Word: TypeAlias = Annotated[str, Field(min_length=1)]
WORD = r"^[a-z][a-z0-9_]*$"
GROUP = r"^[A-Za-z0-9][A-Za-z0-9_-]*$"
"""Files, mails and records of what was sent are called by it."""
VARIABLE = r"^[A-Z][A-Z0-9_]*$"
Name: TypeAlias = Annotated[str, Field(pattern=WORD)]
"""A name of an endpoint or a field, made up by whoever writes the mapping."""
_ADDRESS = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)


class Declaration(BaseModel):
    """The base: exact types, no unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)


class _Short(Declaration):
    """What may be written as one text that stands for one of its keys."""

    short: ClassVar[str]

    @model_validator(mode="before")
    @classmethod
    def _expand(cls, given: Any) -> Any:
        if not isinstance(given, str | dict):
            raise PydanticCustomError("wanted", "", {"expected": "a text, or keys and values"})
        return {cls.short: given} if isinstance(given, str) else given

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        full = handler.resolve_ref_schema(handler(core))
        text: JsonSchemaValue = {"type": "string", "minLength": 1}
        return {"anyOf": [text, full], "description": full.get("description", "")}


class Given(_Short):
    """A name or id: written here, or `{env: NAME}` for the environment variable that holds it."""

    short = "text"

    text: Word | None = None
    """The name or id itself; the same as writing just the text."""
    env: Annotated[str, Field(pattern=VARIABLE)] | None = None
    """The environment variable that holds it; needed for addresses, which never stand in a mapping."""

    @field_validator("text")
    @classmethod
    def _no_address(cls, text: str | None) -> str | None:
        if text is not None and _ADDRESS.match(text):
            raise PydanticCustomError(
                "wanted", "", {"expected": "a name, an id or {env: NAME}", "found": "an address"}
            )
        return text

    @model_validator(mode="after")
    def _one(self) -> "Given":
        if (self.text is None) == (self.env is None):
            raise PydanticCustomError(
                "wanted", "", {"expected": "a text or {env: NAME}", "found": "both or neither"}
            )
        return self


class _Place(Declaration):
    """What all endpoints have in common."""

    key: Word
    """The text column that carries syncbot's own key of the record (SharePoint: its internal name)."""
    edited_by: Word | None = None
    """The column that tells who edited the row last, where the service has one as a column (Notion)."""
    read_only: bool = False
    """Nothing is ever written here."""
    creates: bool = True
    """Whether rows may be created here for records that are elsewhere."""
    updates: bool = True
    """Whether rows may be changed here."""
    deletes: bool = False
    """Whether rows may be put into the service's trash here; needed with `deletes: propagate` and
    by `syncbot gone remove`."""
    only_tells: ClassVar[bool] = False
    """It is no copy: rows say what somebody noted, and go on saying it whatever becomes of the record."""


class InNotion(Declaration):
    """A Notion data source."""

    service: Literal["notion"]
    """Which service this is."""
    data_source: Given
    """The id of the data source."""

    @property
    def where(self) -> tuple[Given, Given | None]:
        """The container, and the site that it is in."""
        return self.data_source, None


class InSharePoint(Declaration):
    """A SharePoint list."""

    service: Literal["sharepoint"]
    """Which service this is."""
    site: Given
    """The site: `{env: NAME}`, where the variable holds its address."""
    list: Given
    """The list, by the name that people see or by its id."""

    @property
    def where(self) -> tuple[Given, Given | None]:
        """The container, and the site that it is in."""
        return self.list, self.site


class NotionPlace(InNotion, _Place):
    """A Notion data source."""


class SharePointPlace(InSharePoint, _Place):
    """A SharePoint list."""


class ExcelPlace(_Place):
    """A table of an Excel workbook in a library of a SharePoint site; only its cells are ever written."""

    service: Literal["excel"]
    """Which service this is."""
    site: Given
    """The site: `{env: NAME}`, where the variable holds its address."""
    documents: Annotated[Word, Field(alias="library")] = "Documents"
    """The library, by its title."""
    file: Word
    """The workbook, by its path in the library: `Needs/City needs.xlsx`."""
    table: Word
    """The table, by the name that Excel shows when it is selected (Table Design)."""
    deletes: Literal[False] = False
    """Rows of a workbook are removed by people only."""

    @field_validator("edited_by")
    @classmethod
    def _nobody(cls, column: str | None) -> None:
        if column is not None:
            found = f"the column {column!r}"
            raise PydanticCustomError("wanted", "", {"expected": "no such key for Excel", "found": found})

    @field_validator("file")
    @classmethod
    def _workbook(cls, file: str) -> str:
        if not file.lower().endswith(".xlsx") or "#" in file:
            raise PydanticCustomError(
                "wanted", "", {"expected": "the path of an .xlsx file without '#'", "found": repr(file)}
            )
        return file

    @property
    def where(self) -> tuple[Given, Given | None]:
        """The container, and the site that it is in."""
        return Given(text=f"{self.documents}/{self.file.strip('/')}#{self.table}"), self.site


class MemoryPlace(_Place):
    """Rows in memory, for trying things out."""

    service: Literal["memory"]
    """Which service this is."""
    container: Given
    """Any name."""

    @property
    def where(self) -> tuple[Given, Given | None]:
        """The container, and the site that it is in."""
        return self.container, None


class NotesPlace(Declaration):
    """What was found in the notes of meetings; its columns are called as the fields, and it is never written."""

    service: Literal["notes"]
    """Which service this is."""
    rows: Literal["actions", "decisions", "meetings"] = "actions"
    """What of it is told here; `meetings` are those whose notes are files."""
    key: ClassVar[str] = ""
    edited_by: ClassVar[str | None] = None
    read_only: ClassVar[bool] = True
    creates: ClassVar[bool] = False
    updates: ClassVar[bool] = False
    deletes: ClassVar[bool] = False
    only_tells: ClassVar[bool] = True

    @property
    def where(self) -> tuple[Given, Given | None]:
        """The container, and the site that it is in."""
        return Given(text=self.rows), None


Place: TypeAlias = Annotated[
    NotionPlace | SharePointPlace | ExcelPlace | MemoryPlace | NotesPlace, Field(discriminator="service")
]


class ColumnDeclaration(_Short):
    """A field's column at one endpoint: its name, or keys."""

    short = "column"

    column: Word
    """The column as people see it, or its internal name (SharePoint)."""
    options: dict[str, Word] | None = None
    """Of fields of declared words: what each word is called here. Left out: the options are called as the words."""
    written: Literal["code", "name"] = "code"
    """Of countries and languages: whether the code or the English name is written. Both are understood."""
    read_only: bool = False
    """This column is never written."""


class FieldDeclaration(Declaration):
    """One field: whose word counts, and its column at each endpoint (the endpoint's name is the key)."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, ColumnDeclaration] = Field(init=False)

    home: Word
    """The endpoint whose word counts, every other place being a copy; or `shared`: may be edited anywhere."""
    on_conflict: Literal["ask", "home", "newest"] | None = None
    """Of shared fields, when two places were edited differently: `ask` a person (default), take what the
    place named by `prefers` says (`home`), or take what the row that was edited later says, where the times can
    tell (`newest`)."""
    prefers: Word | None = None
    """With `on_conflict: home`: the endpoint that wins."""
    initial: Word | None = None
    """Of shared fields: the endpoint whose value is taken when two places differ at first sight. Left out: ask."""

    listed: bool = True
    """Whether plans and reports list its changes. `false`, for what only explains or points: they count them."""

    @property
    def columns(self) -> dict[str, ColumnDeclaration]:
        """The column at each endpoint."""
        return self.__pydantic_extra__


class IdentityDeclaration(Declaration):
    """How rows at different endpoints are recognised as one record, before they carry syncbot's key."""

    keys: list[Annotated[list[Word], Field(min_length=1)]] = []
    """Natural keys, best first: lists of fields that together name exactly one record."""
    name: Word | None = None
    """The field that holds the name which people spell in many ways."""
    within: list[Word] = []
    """Fields that must be equal and not empty for two names to be compared."""
    variants: Word | None = None
    """A file beside this one with declared spellings: the values of `within`, then the name, then the spellings."""
    gazetteer: Literal["geonames"] | None = None
    """Where other names of places are looked up (needs the package of `syncbot[geonames]`, and a country in `within`)."""


class Limits(Declaration):
    """What one run may do before it stops and asks; shares of the records known."""

    max_deleted: Annotated[float, Field(ge=0, le=1)] = 0.2
    """The share of records that one run may remove."""
    max_changed: Annotated[float, Field(ge=0, le=1)] = 0.5
    """The share of records that one run may change."""


class ExtraField(Declaration):
    """A field that an organisation adds to a kind."""

    type: Literal[tuple(FieldType)]  # type: ignore[valid-type]
    """What it holds."""
    meaning: Word
    """One line, shown to people."""
    choices: list[Word] = []
    """Of `choice` and `choices`: the words, in the order in which a person would list them."""
    target: Word | None = None
    """Of `record` and `records`: the kind pointed at."""
    code: Literal["country", "language"] | None = None
    """Of `text` and `words`: only codes of ISO 3166-1 or ISO 639-1."""


class KindDeclaration(Declaration):
    """One file of mappings/: one kind."""

    kind: Word
    """Which kind of record this file maps."""
    endpoints: dict[Name, Place]
    """The places that hold rows of this kind, by names of your own."""
    zone: Word = "UTC"
    """The time zone in which a moment is cut to a day, and in which a day without a time begins."""
    identity: IdentityDeclaration
    """How rows at different endpoints are recognised as one record."""
    deletes: Literal["unlink", "ask", "propagate"] = "unlink"
    """What the removal of a row means: the others stay (`unlink`), a person is asked (`ask`; `syncbot gone`), or
    they follow (`propagate`)."""
    limits: Limits = Limits()
    """What one run may do before it stops and asks."""
    extra: dict[Name, ExtraField] = {}
    """Fields that your organisation adds to the kind, by names of your own."""
    fields: dict[str, FieldDeclaration]
    """The fields of the kind that are synced."""


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of one file, by which editors complete and check it."""
    schema = KindDeclaration.model_json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
