"""Days in words, counted from the day of the meeting."""

from datetime import date

import pytest

from syncbot.notes.calendar import Reckoner
from syncbot.notes.grammar import grammar_of
from tests.unit.notes.noted import DAY, shipped

DAYS = [
    ("en", "by 2024-05-03", "2024-05-03"),
    ("en", "by May 3rd", "2024-05-03"),
    ("en", "before 3 May 2025", "2025-05-03"),
    ("en", "until Jan 26", "2025-01-26"),
    ("en", "by the end of Monday January 15th", "2025-01-15"),
    ("en", "by end of February", "2025-02-28"),
    ("en", "by Friday", "2024-04-26"),
    ("en", "by Saturday", "2024-04-27"),
    ("en", "within two weeks", "2024-05-04"),
    ("en", "in 3 days", "2024-04-23"),
    ("en", "tomorrow", "2024-04-21"),
    ("en", "by next meeting", None),
    ("en", "as soon as possible", None),
    ("en", "by 3/5", None),
    ("de", "bis 3.5.", "2024-05-03"),
    ("de", "bis zum 15. Juni", "2024-06-15"),
    ("de", "bis Ende Juni", "2024-06-30"),
    ("de", "spätestens 03.05.2025", "2025-05-03"),
    ("de", "bis zur nächsten Sitzung", None),
    ("fr", "avant le 3 mai", "2024-05-03"),
    ("fr", "d'ici vendredi", "2024-04-26"),
    ("fr", "avant fin juin", "2024-06-30"),
    ("nl", "vóór 3 mei", "2024-05-03"),
    ("nl", "binnen 2 weken", "2024-05-04"),
    ("nl", "eind juni", None),
    ("es", "antes del 3 de mayo", "2024-05-03"),
    ("es", "para el viernes", "2024-04-26"),
    ("es", "hasta el 03/05/2025", "2025-05-03"),
]


def reckoner(language: str, meeting: date | None = DAY) -> Reckoner:
    """Return who counts days in a language."""
    tongue = grammar_of(shipped()).tongues[language]
    return Reckoner(calendar=tongue.calendar, language=tongue.language, meeting=meeting)


@pytest.mark.parametrize(("language", "words", "day"), DAYS, ids=[one[1] for one in DAYS])
def test_words_fix_a_day_or_none(language: str, words: str, day: str | None) -> None:
    """An end is its last day, a weekday the next one, a day without a year the next such day; what is vague is no day."""
    when = reckoner(language).due(f"Tom paints {words}")
    assert (when.day.isoformat() if when and when.day else None) == day


def test_words_alone_are_kept_where_they_fix_no_day() -> None:
    """What is vague stays as it was written."""
    when = reckoner("en").due("Send it before the next meeting")
    assert when is not None and when.day is None and when.words == "before the next meeting"


def test_without_the_day_of_the_meeting_only_whole_dates_are_days() -> None:
    """Nothing is guessed from today's date."""
    counting = reckoner("en", None)
    assert counting.day("by Friday") is None and counting.day("3 May") is None
    assert counting.day("3 May 2024") == date(2024, 5, 3)


def test_a_day_that_is_none_is_no_day() -> None:
    """The 31st of February is nobody's deadline."""
    assert reckoner("en").day("2024-02-31") is None
