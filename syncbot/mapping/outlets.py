"""The part of mappings/groups.yaml that says by which outlets publications leave.

A new kind of outlet is a class here, in `OutletDeclaration`, and a line where outlets are made (`syncbot.outlets`).
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, ClassVar, Literal, TypeAlias

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from syncbot.errors import Problem

from .faults import nearest
from .format import Declaration, Given, Name, Word
from .marks import Document
from .marks import Path as Where


class _Outlet(Declaration):
    """What all outlets have in common."""

    after_crash: Literal["at_most_once", "at_least_once"] = "at_most_once"
    """What is preferred where nobody can look whether something was sent before syncbot was cut off: that it is
    not sent again (`at_most_once`), or that it is (`at_least_once`)."""
    whole: ClassVar[bool] = False
    """People can read a publication in full there, and what leaves later links to it."""
    own: ClassVar[bool] = False
    """What is one person's own is seen there by nobody else."""


class FolderOutletDeclaration(_Outlet):
    """Files in a folder of the machine on which syncbot runs."""

    kind: Literal["folder"]
    """Which kind of outlet this is."""
    folder: Given
    """The folder."""
    own: ClassVar[bool] = True


class MailOutletDeclaration(_Outlet):
    """A mail to each member of the group, by Exchange."""

    kind: Literal["mail"]
    """Which kind of outlet this is."""
    mailbox: Given
    """The mailbox that it is sent from: `{env: NAME}`, where the variable holds its address."""
    own: ClassVar[bool] = True


class TeamsOutletDeclaration(_Outlet):
    """A card in a Teams channel, by the webhook of a Workflow."""

    kind: Literal["teams"]
    """Which kind of outlet this is."""
    webhook: Given
    """`{env: NAME}`: the variable holds the workflow's address, which is a secret."""
    fallback: Name | None = None
    """The outlet that is used when this one has definitely failed."""

    @field_validator("webhook")
    @classmethod
    def _secret(cls, given: Given) -> Given:
        if given.env is None:
            expected = {"expected": "{env: NAME}, because the address is a secret", "found": "a text"}
            raise PydanticCustomError("wanted", "", expected)
        return given


class CalendarOutletDeclaration(_Outlet):
    """A link in the meeting that the publication is for, in an Outlook calendar."""

    kind: Literal["calendar"]
    """Which kind of outlet this is."""
    mailbox: Given
    """Whose calendar: `{env: NAME}`, where the variable holds the organiser's address."""
    subject: Word
    """Words that stand in the subject of the right meetings, and of no others on their day."""


class WordOutletDeclaration(_Outlet):
    """A Word file, or a deck of slides, in a folder of a SharePoint library: a new state is a new version of it."""

    kind: Literal["word"]
    """Which kind of outlet this is."""
    site: Given
    """The site: `{env: NAME}`, where the variable holds its address."""
    documents: Annotated[Word, Field(alias="library")] = "Documents"
    """The library's title."""
    folder: Word = ""
    """The folder in it, which is there: "Meetings/CSG D"; left out: the library's top."""
    whole: ClassVar[bool] = True


class NotionOutletDeclaration(_Outlet):
    """A page in a Notion data source; what people write on it stays."""

    kind: Literal["notion"]
    """Which kind of outlet this is."""
    data_source: Given
    """The data source's id."""
    column: Word = "syncbot key"
    """A text column by which syncbot finds its pages again."""
    whole: ClassVar[bool] = True


OutletDeclaration: TypeAlias = Annotated[
    FolderOutletDeclaration
    | MailOutletDeclaration
    | TeamsOutletDeclaration
    | CalendarOutletDeclaration
    | WordOutletDeclaration
    | NotionOutletDeclaration,
    Field(discriminator="kind"),
]


def outlet_faults(
    document: Document,
    outlets: Mapping[str, OutletDeclaration],
    wrong: Collection[str],
    used: Mapping[Where, str],
) -> Iterator[Problem]:
    """Yield the names of outlets that are not declared; `used` are those in `to` and `to_each`, by where they stand.

    `wrong` are outlets whose own faults are told already: nothing is said of where they are referred to.
    """
    for name, one in outlets.items():
        other = getattr(one, "fallback", None)
        if other is None or other in wrong:
            continue
        if other not in outlets or getattr(outlets[other], "fallback", None):
            at = document.at(("outlets", name, "fallback"))
            plain = {word for word, two in outlets.items() if getattr(two, "fallback", None) is None}
            expected = "an outlet that has no fallback itself"
            yield Problem(place=at, expected=expected, found=repr(other), nearest=nearest(other, plain))
    known = {*outlets, *wrong}
    for where, name in used.items():
        if name not in known:
            expected = "an outlet of this file" if known else "an outlet under the key 'outlets'"
            yield Problem(
                place=document.at(where), expected=expected, found=repr(name), nearest=nearest(name, known)
            )
        elif name in wrong:
            continue
        elif "to_each" in where and not outlets[name].own:
            expected = "an outlet that reaches one person alone: of kind mail or folder"
            yield Problem(
                place=document.at(where), expected=expected, found=f"{name!r}, of kind {outlets[name].kind}"
            )
