"""Delta tokens: how far along a change log a client has come. The logs of lists and of libraries use the same."""

import base64
import binascii
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from .errors import invalid, resync
from .place import Place
from .query import Query

_EPOCH = datetime(1, 1, 1, tzinfo=UTC)
_TOKEN = re.compile(
    r"4;%234;%231;3;(?P<list>[0-9a-f-]+);(?P<ticks>\d+);(?P<after>\d+);"
    r"%23;%23;%23(?P<begun>\d+);%23(?P<generation>\d+)"
)


class Log(Protocol):
    """A list or a library, as far as its change log goes."""

    id: str
    changes: int
    """The newest number."""
    generation: int
    """Tokens of an older one were declared too old."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """What a token says: everything up to change `after` is known."""

    list_id: str
    after: int
    made: datetime
    begun: int
    """The newest change when the feed began from scratch: older deletions are of no interest then."""
    generation: int
    """Of the change log; tokens of an older one are too old."""

    def token(self) -> str:
        """Write it as SharePoint's change tokens look: list, .NET ticks, number, in base64."""
        ticks = (self.made - _EPOCH) // timedelta(microseconds=1) * 10
        text = (
            f"4;%234;%231;3;{self.list_id};{ticks};{self.after};%23;%23;%23{self.begun};%23{self.generation}"
        )
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def new_mark(place: Place, log: Log, *, after: int, begun: int) -> Mark:
    """Make a mark of this moment."""
    return Mark(list_id=log.id, after=after, made=place.now, begun=begun, generation=log.generation)


def read_mark(place: Place, log: Log, query: Query, base: str) -> Mark:
    """Read the token of a call; none = from scratch, "latest" = from now on.

    A token that is too old is refused with 410 and a link, beginning with `base`, that enumerates everything again.
    """
    text = query.options.get("token")
    if text is None:
        return new_mark(place, log, after=0, begun=log.changes)
    if text == "latest":
        return new_mark(place, log, after=log.changes, begun=0)
    mark = _parsed(text)
    if mark is None or mark.list_id != log.id:
        raise invalid("The provided token is not valid.")
    too_old = mark.made < place.now - place.settings.token_life or mark.generation != log.generation
    if too_old or mark.after > log.changes:
        fresh = new_mark(place, log, after=0, begun=log.changes)
        raise resync(query.link(base, token=fresh.token()))
    return mark


def _parsed(text: str) -> Mark | None:
    try:
        plain = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    match = _TOKEN.fullmatch(plain)
    if match is None:
        return None
    made = _EPOCH + timedelta(microseconds=int(match["ticks"]) // 10)
    return Mark(
        list_id=match["list"],
        after=int(match["after"]),
        made=made,
        begun=int(match["begun"]),
        generation=int(match["generation"]),
    )
