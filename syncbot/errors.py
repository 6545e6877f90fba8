"""Every failure: facts in fields, one sentence, and what to do about it.

    SyncbotError
    ├ UserError             exit 2, no traceback; the user mends it
    │  ├ SettingsError      the environment            (problems)
    │  └ MappingError       the files in mappings/     (problems)
    ├ EndpointError         something at one endpoint; carries endpoint and, if known, ref
    │  ├ Transient          worth trying again         ├ Throttled(retry_after) ├ Unavailable
    │  │                                               └ OutcomeUnknown: sent, and nobody knows whether it was saved
    │  ├ Precondition       plan this record again     ├ NotFound ├ AlreadyExists ├ VersionChanged ├ ReadOnly ├ Invalid
    │  │                                               ├ Locked ├ TooLarge └ Unreadable (of files)
    │  └ Fatal              stop this endpoint         ├ AuthFailed ├ Forbidden ├ SchemaChanged ├ CursorExpired └ Incomplete
    ├ Refusal               the planner says no        └ SideEmptied └ TooManyChanges
    └ StoreError            the store                  ├ LeaseHeld ├ LeaseLost ├ StoreTooNew └ UnknownId

The sentence says what happened and where; the cure is written at the edge (`cli`), by class.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One fault of an input."""

    place: str
    """file:line:column, or the name of a setting."""
    expected: str
    found: str
    nearest: str | None = None
    """The nearest valid word, if there is one."""

    def __str__(self) -> str:
        hint = f" (did you mean {self.nearest!r}?)" if self.nearest else ""
        return f"{self.place}: expected {self.expected}, found {self.found}{hint}"


class SyncbotError(Exception):
    """The root; `str(error)` is one sentence."""

    retry: ClassVar[bool] = False
    """Whether the same call may succeed a little later."""


class UserError(SyncbotError):
    """Something that the person at the keyboard can mend."""


class _Problems(UserError):
    """Several faults of one input, told at once."""

    what: ClassVar[str] = "input"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        lines = "".join(f"\n  {problem}" for problem in self.problems)
        super().__init__(f"{count} {'fault' if count == 1 else 'faults'} in {self.what}:{lines}")


class SettingsError(_Problems):
    """The environment is incomplete or wrong."""

    what = "the settings"


class MappingError(_Problems):
    """The files in mappings/ are wrong."""

    what = "the mappings"


class EndpointError(SyncbotError):
    """Something went wrong at one endpoint."""

    def __init__(self, message: str, *, endpoint: str, ref: str | None = None) -> None:
        self.endpoint = endpoint
        self.ref = ref
        self.detail = message
        where = endpoint if ref is None else f"{endpoint}, row {ref}"
        super().__init__(f"{where}: {message}")


class Transient(EndpointError):
    """Worth trying again; what is raised has already been tried as often as the retry policy allows."""

    retry = True


class Throttled(Transient):
    """The service asks to wait."""

    def __init__(self, message: str, *, endpoint: str, retry_after: float | None) -> None:
        self.retry_after = retry_after
        super().__init__(message, endpoint=endpoint)


class Unavailable(Transient):
    """The service did not answer, or answered that it cannot."""


class OutcomeUnknown(Transient):
    """A write was sent and its answer is lost: look before repeating it."""


class Precondition(EndpointError):
    """The row is not as the plan saw it, or takes not what the plan wants: plan it again or put it aside."""


class NotFound(Precondition):
    """The row is gone, or is no longer shared with us (the services do not say which)."""


class AlreadyExists(Precondition):
    """A row with our key is there already."""


class VersionChanged(Precondition):
    """Somebody changed the row since it was read."""


class ReadOnly(Precondition):
    """The row or column cannot be written."""


class Locked(Precondition):
    """Somebody has the file open or checked out: it can be written when they are done."""


class TooLarge(Precondition):
    """The file is larger than we read."""


class Unreadable(Precondition):
    """The document is damaged, encrypted, hostile, or of a kind that we do not read; nothing else is held up by it."""

    def __init__(
        self,
        *,
        file: str,
        why: str,
        endpoint: str = "documents",
        ref: str | None = None,
        suspect: bool = False,
    ) -> None:
        """`file` is the name that people know; `why` goes on the sentence "it was not read: ", on one line.

        `suspect`: no program of an office makes such a file; nobody should open it to mend it.
        """
        self.file = file
        self.suspect = suspect
        self.why = "".join(one if one.isprintable() else " " for one in " ".join(why.split()))
        super().__init__(f"{file!r} was not read: {self.why}", endpoint=endpoint, ref=ref)

    def __str__(self) -> str:
        return self.detail


class Invalid(Precondition):
    """The service refuses the value; the same call will fail again."""


class Fatal(EndpointError):
    """Nothing more can be done at this endpoint in this run."""


class AuthFailed(Fatal):
    """Sign-in was refused."""


class Forbidden(Fatal):
    """Signed in, but a permission is missing."""


class SchemaChanged(Fatal):
    """The place is not there, or its key column is missing or of another type."""


class CursorExpired(Fatal):
    """The service no longer knows the cursor: read everything."""


class Incomplete(Fatal):
    """A reading did not prove its end, so nothing may be concluded from what is missing."""


class Refusal(SyncbotError):
    """The planner says no; nothing was written."""

    def __init__(self, message: str, *, kind: str, endpoint: str | None = None) -> None:
        self.kind = kind
        self.endpoint = endpoint
        super().__init__(message)


class SideEmptied(Refusal):
    """A place that had rows answers with none, or with far fewer."""


class TooManyChanges(Refusal):
    """More records would be changed or removed than the limit allows."""


class StoreError(SyncbotError):
    """The store cannot do what it is asked."""


class LeaseHeld(StoreError):
    """Another process is at work."""

    def __init__(self, *, lease: str, holder: str, until: str, since: str | None = None) -> None:
        """`until` and `since` are moments in ISO 8601, UTC; a lease is prolonged as long as its holder works."""
        self.lease, self.holder, self.until, self.since = lease, holder, until, since
        self.who = holder.partition("/")[0]
        """The holder as people know it: login name, machine, process id."""
        self.began = f" since {_to_second(since)}" if since else ""
        """Since when, in words, or nothing."""
        claim = f"claimed until {_to_second(until)}, longer while it works"
        super().__init__(f"{lease} is in use by {self.who}{self.began} ({claim})")


def _to_second(moment: str) -> str:
    return f"{moment[:19].replace('T', ' ')} UTC"


class LeaseLost(StoreError):
    """Another run took over while this one stood still: what it planned may be overtaken."""

    def __init__(self, *, lease: str, holder: str) -> None:
        self.lease, self.holder = lease, holder
        super().__init__(
            f"{holder.partition('/')[0]} no longer has {lease}: another run took over in the meantime"
        )


class StoreTooNew(StoreError):
    """The database was written by a newer syncbot."""


class UnknownId(StoreError):
    """There is no such run, record, conflict or stray edit."""

    def __init__(self, *, what: str, given: str, nearest: str | None = None) -> None:
        self.what, self.given, self.nearest = what, given, nearest
        hint = f" (did you mean {nearest}?)" if nearest else ""
        super().__init__(f"there is no {what} {given!r}{hint}")
