"""What to do about each failure: the errors carry the facts, these lines the remedy."""

from syncbot import errors
from syncbot.service.answering import AnswerRefusedError
from syncbot.service.gone import GoneRefusedError
from syncbot.service.matches import MatchRefusedError
from syncbot.service.reviewing import ReviewRefusedError
from syncbot.service.straying import StrayRefusedError
from syncbot.store.backup import NotEmptyError

from . import words

_CURES: tuple[tuple[type[errors.SyncbotError], str], ...] = (
    (
        errors.SettingsError,
        "Set the variables named above. A first time: cp .env.example .env, and fill it in (or, to try things out: "
        "syncbot sandbox > .env). Then: syncbot check",
    ),
    (errors.MappingError, "Mend the lines named above (docs/reference/mapping.md), then run: syncbot check"),
    (
        AnswerRefusedError,
        "Name one of the places, or type the right value; syncbot conflicts shows both again",
    ),
    (MatchRefusedError, "Look at what there is: syncbot matches, and syncbot history RECORD"),
    (GoneRefusedError, "Look at what is asked: syncbot gone; and at the record: syncbot history RECORD"),
    (ReviewRefusedError, "Look at what there is: syncbot actions review, and syncbot notes"),
    (StrayRefusedError, "Look at what there is: syncbot strays --all"),
    (
        NotEmptyError,
        "Name an empty database in SYNCBOT_DATABASE_URL (docs/howto/backup.md), then run the command again.",
    ),
    (errors.UserError, "Mend what is named above and run the command again."),
    (errors.Throttled, "The service is busy. Nothing is lost: run the same command again in a few minutes."),
    (errors.Unavailable, "The service did not answer. Nothing is lost: run the same command again later."),
    (errors.OutcomeUnknown, "Run the same command again: it first looks whether the write arrived."),
    (errors.VersionChanged, "Somebody is editing this row. The next sync takes the edit into account."),
    (errors.NotFound, "Look whether the row was deleted, moved, or is no longer shared with syncbot."),
    (errors.AlreadyExists, "Run: syncbot sync --full, which finds the row that is there already."),
    (errors.ReadOnly, "Allow syncbot to write there, or mark the field read_only in mappings/."),
    (errors.Locked, "Close or check in the file where it is open. The next sync writes it."),
    (errors.TooLarge, "Split the file, or take the pictures out; nothing else is held up by it."),
    (errors.Invalid, "Correct the value where it was written, or allow it in mappings/ or in the column."),
    (errors.AuthFailed, "Check the token, secret or certificate in the settings, then run: syncbot check"),
    (errors.Forbidden, "Grant the missing permission (docs/howto/), then run: syncbot check"),
    (
        errors.SchemaChanged,
        "Restore the place or column, or name the new one in mappings/; then: syncbot check",
    ),
    (errors.CursorExpired, "Run: syncbot sync --full"),
    (errors.Incomplete, "Run the same command again; if it stays so, tell your IT: the list is too long."),
    (
        errors.Refusal,
        "Look at the plan (syncbot plan --full). If it is right: syncbot sync --allow-mass-change",
    ),
    (errors.LeaseHeld, "Wait until the other command has ended, then run this one again."),
    (errors.LeaseLost, "Nothing is lost: run the command again, when the other run has ended."),
    (errors.StoreTooNew, "Update syncbot to the version that wrote this database."),
    (
        errors.UnknownId,
        "Names and ids are listed by: syncbot conflicts, matches, gone, strays, actions review; runs by: syncbot history",
    ),
    (errors.StoreError, "Check SYNCBOT_DATABASE_URL and that the database can be reached and written."),
)

_SHEETS = {"xlsx", "xlsm", "xls", "ods"}
_TEXTS = {"md", "markdown", "txt", "html", "htm"}


def cure_of(error: errors.SyncbotError) -> str | None:
    """The remedy for a failure, or None where there is none to name."""
    if isinstance(error, errors.Throttled) and error.retry_after is not None:
        when = words.from_now(error.retry_after)
        return f"The service asks to be left alone that long. Nothing is lost: run the same command again {when}."
    if isinstance(error, errors.Unreadable):
        return _cure_of_file(error)
    return next((cure for kind, cure in _CURES if isinstance(error, kind)), None)


def _cure_of_file(error: errors.Unreadable) -> str:
    if error.suspect:
        return "Do not open the file. Ask your IT, or whoever put it there, where it comes from."
    ending = error.file.rpartition(".")[2].casefold()
    if ending in _SHEETS:
        cure = "Open the file in Excel and save it anew as .xlsx, without password and macros."
    elif ending in _TEXTS:
        cure = (
            "Open the file in a text editor and save it anew as plain text, in several files if it is long."
        )
    else:
        cure = "Open the file in Word and save it anew as .docx, without password and macros."
    return f"{cure} If nobody knows where it comes from, ask your IT first."


def exit_code(error: errors.SyncbotError) -> int:
    """2 for what the user can mend, 3 for a service or the store."""
    return 2 if isinstance(error, errors.UserError | errors.UnknownId) else 3
