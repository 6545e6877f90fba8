"""By which outlets publications leave."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from syncbot.endpoints.outlets.base import Outlet
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


Ways: TypeAlias = Mapping[tuple[str, str], Sequence[Way]]
"""By group and publication: where it goes, in this order."""
