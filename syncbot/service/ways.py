"""By which outlets publications and alerts leave."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from syncbot.endpoints.outlets.base import Addressee, Outlet
from syncbot.errors import Problem
from syncbot.publish.wording import Reader
from syncbot.schedule.delivering import AfterCrash


@dataclass(frozen=True, kw_only=True)
class Way:
    """One outlet of one publication of a group."""

    outlet: Outlet
    after_crash: AfterCrash = AfterCrash.AT_MOST_ONCE
    whole: bool = False
    """People can read it in full there: the outlets that come after it link to it."""
    each: bool = False
    """Each person of the group gets his or her own there, under an identity of his or her own."""


@dataclass(frozen=True, kw_only=True)
class Alarm:
    """Where alerts go, and in which words."""

    ways: Sequence[Way]
    reader: Reader
    people: Sequence[Addressee] = ()
    """Who gets those that leave as mails."""
    unset: Sequence[Problem] = ()
    """What lacks for some of its outlets, which are left out."""
    place: Callable[[str], str] = str.capitalize
    """Spells the name of a place as people do."""


Ways: TypeAlias = Mapping[tuple[str, str], Sequence[Way]]
"""By group and publication: where it goes, in this order."""
