"""What several kinds have in common: bounded texts, codes, and the words of the programme."""

from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, AwareDatetime, Field

from syncbot.model.places import Code, names_of


def _country(code: str) -> str:
    if code not in names_of(Code.COUNTRY):
        raise ValueError(f"{code!r} is no country code of ISO 3166-1")
    return code


def _language(code: str) -> str:
    if code not in names_of(Code.LANGUAGE):
        raise ValueError(f"{code!r} is no language code of ISO 639-1")
    return code


Line: TypeAlias = Annotated[str, Field(min_length=1, max_length=2000)]
"""Text of one line."""
Pages: TypeAlias = Annotated[str, Field(min_length=1, max_length=200_000)]
"""Text of several lines; Notion takes at most 100 pieces of 2,000 characters in one property."""
Web: TypeAlias = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^https?://\S+$")]
"""A web address; Notion takes at most 2,000 characters."""
Mail: TypeAlias = Annotated[str, Field(max_length=200, pattern=r"^[^\s@]+@[^\s@]+\.[^\s@]+$")]
"""An e-mail address; Notion takes at most 200 characters."""
Key: TypeAlias = Annotated[str, Field(min_length=1)]
"""The key of a record."""
Country: TypeAlias = Annotated[str, AfterValidator(_country)]
Language: TypeAlias = Annotated[str, AfterValidator(_language)]
Languages: TypeAlias = Annotated[frozenset[Language], Field(min_length=1, max_length=20)]
Day: TypeAlias = Annotated[date, Field(ge=date(1900, 1, 1), lt=date(2200, 1, 1))]
"""A day that a person can have meant; 3024 or 0024 is a slip of the keyboard."""
Keys: TypeAlias = Annotated[frozenset[Key], Field(min_length=1)]
"""The keys of several records."""
Moment: TypeAlias = AwareDatetime
Group: TypeAlias = Literal["A", "B", "C", "D"]
GROUPS = ("A", "B", "C", "D")
"""The four City Support Groups (NetZeroCities, D2.2, section 2)."""
Circle: TypeAlias = Literal["A", "B", "C", "D", "all"]
CIRCLES = (*GROUPS, "all")
"""Who meets: one of the groups, or all of them together (the City Interface Meeting)."""
Topic: TypeAlias = Literal[
    "finance", "engagement", "governance", "systems", "mobility", "energy", "afolu", "transition", "buildings",
    "industry", "communication",
]  # fmt: skip
TOPICS = (
    "finance", "engagement", "governance", "systems", "mobility", "energy", "afolu", "transition", "buildings",
    "industry", "communication",
)  # fmt: skip
"""What cities want support with."""
Subject: TypeAlias = Literal[
    "ccc", "label", "pilot", "twinning", "monitoring", "programme",
    "finance", "engagement", "governance", "systems", "mobility", "energy", "afolu", "transition", "buildings",
    "industry", "communication",
]  # fmt: skip
SUBJECTS = ("ccc", "label", "pilot", "twinning", "monitoring", "programme", *TOPICS)
"""What meetings speak about: the contract, pilots, twinning, the programme itself, and what cities want support with."""
