"""Failures in a few plain words that are safe anywhere: they come from the class of an error, never from its text.

The text of an error may quote what a service said, and with it what somebody wrote. The words here are fixed, so they
can stand in logs and be translated (`publish/locale`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from syncbot import errors


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """What went wrong, and what helps."""

    said: str
    """Goes on "Notion: .."; without a full stop."""
    remedy: str
    """A whole sentence."""


_AGAIN = "Nothing, unless it lasts: syncbot tries again by itself."
_STATUS = "Look what it is: syncbot status, and syncbot history"
_CHECK = "Mend what this names: syncbot check"

UNSENT = Trouble(said="it could not be sent", remedy="Look why: syncbot status")
"""Of publications, whose failures are kept in words."""
UNWRITTEN = Trouble(said="some records could not be written", remedy=_STATUS)
REFUSED = Trouble(
    said="too much would change at once, so nothing was written",
    remedy="Look at the plan: syncbot plan --full. If it is right: syncbot sync --allow-mass-change",
)
UNENDED = Trouble(said="it cannot be read to its end", remedy="Run: syncbot sync --full")
UNREAD = Trouble(said="some notes could not be read", remedy="Look which: syncbot notes")
_ELSE = Trouble(said="something did not work", remedy=_STATUS)

_BY_CLASS: Sequence[tuple[tuple[type[errors.SyncbotError], ...], Trouble]] = (
    (
        (errors.AuthFailed,),
        Trouble(
            said="the sign-in is refused",
            remedy="Renew the token, the secret or the certificate; then run: syncbot check",
        ),
    ),
    (
        (errors.Forbidden,),
        Trouble(said="a permission is missing", remedy="Grant it; then run: syncbot check"),
    ),
    (
        (errors.SchemaChanged, errors.NotFound),
        Trouble(
            said="a list, page or column is not there any more",
            remedy="Restore it, or name the new one in mappings/; then run: syncbot check",
        ),
    ),
    ((errors.Transient,), Trouble(said="the service does not answer", remedy=_AGAIN)),
    (
        (errors.Locked, errors.TooLarge, errors.Unreadable),
        Trouble(said="a file is open elsewhere, too large or damaged", remedy=_STATUS),
    ),
    ((errors.Precondition,), Trouble(said="the service refuses what is written", remedy=_STATUS)),
    ((errors.Fatal,), UNENDED),
    ((errors.Refusal,), REFUSED),
    (
        (errors.StoreError,),
        Trouble(said="the database does not work", remedy="Look whether it can be reached and written."),
    ),
    ((errors.UserError,), Trouble(said="settings or mappings are wrong", remedy=_CHECK)),
)


def trouble_of(error: Exception) -> Trouble:
    """Return what an error means, without any of its own words."""
    return next((trouble for kinds, trouble in _BY_CLASS if isinstance(error, kinds)), _ELSE)


def fixed_words() -> Sequence[str]:
    """Every sentence that can come from here, for the translations."""
    known = (UNSENT, UNWRITTEN, REFUSED, UNREAD, _ELSE, *(trouble for _, trouble in _BY_CLASS))
    return sorted({word for one in known for word in (one.said, one.remedy)})
