"""Days in words, counted from the day of the meeting."""

from datetime import date

import pytest

from syncbot.notes.calendar import Reckoner
from syncbot.notes.grammar import grammar_of
from tests.unit.notes.noted import DAY, shipped, sure_actions

DAYS = [
    ("en", "by 2024-05-03", "2024-05-03"),
    ("en", "by May 3rd", "2024-05-03"),
    ("en", "before 3 May 2025", "2025-05-03"),
    ("en", "until Jan 26", "2024-01-26"),
    ("en", "until Jan 18", "2025-01-18"),
    ("en", "by the end of Monday January 15th", "2025-01-15"),
    ("en", "by end of February", "2024-02-29"),
    ("en", "by end of January", "2024-01-31"),
    ("en", "by end of December", "2024-12-31"),
    ("en", "by Friday", "2024-04-26"),
    ("en", "by Saturday", "2024-04-27"),
    ("en", "within two weeks", "2024-05-04"),
    ("en", "in 3 days", "2024-04-23"),
    ("en", "tomorrow", "2024-04-21"),
    ("en", "the day after tomorrow", "2024-04-22"),
    ("en", "before the day after tomorrow", "2024-04-22"),
    ("en", "by tomorrow", "2024-04-21"),
    ("en", "by the end of the month", "2024-04-30"),
    ("en", "by the end of next month", "2024-05-31"),
    ("en", "by the end of the year", "2024-12-31"),
    ("en", "by the end of next week", None),
    ("en", "by next week", None),
    ("en", "in the next two days", "2024-04-22"),
    ("en", "within a fortnight", "2024-05-04"),
    ("en", "in two months", "2024-06-20"),
    ("en", "by 10.12.", "2024-12-10"),
    ("en", "by 10.12", "2024-12-10"),
    ("en", "by the 15th", "2024-05-15"),
    ("en", "by the 30th.", "2024-04-30"),
    ("en", "by Friday next week", "2024-04-26"),
    ("en", "by 31 November", None),
    ("en", "by Monday 31 November", None),
    ("en", "bylaws", None),
    ("en", "byte Friday", None),
    ("en", "by next meeting", None),
    ("en", "as soon as possible", None),
    ("en", "by 3/5", None),
    ("de", "bis 3.5.", "2024-05-03"),
    ("de", "bis zum 15. Juni", "2024-06-15"),
    ("de", "bis Ende Juni", "2024-06-30"),
    ("de", "spätestens 03.05.2025", "2025-05-03"),
    ("de", "bis zur nächsten Sitzung", None),
    ("de", "bis übermorgen", "2024-04-22"),
    ("de", "bis Ende nächster Woche", None),
    ("de", "bis Ende des Monats", "2024-04-30"),
    ("de", "bis zum ersten Juni", "2024-06-01"),
    ("de", "in den nächsten zwei Tagen", "2024-04-22"),
    ("de", "bis Mittwoch nächster Woche", "2024-04-24"),
    ("fr", "d'ici mardi prochain", "2024-04-23"),
    ("fr", "après-demain", "2024-04-22"),
    ("fr", "avant la fin du mois", "2024-04-30"),
    ("fr", "dans quinze jours", "2024-05-04"),
    ("fr", "pour le premier décembre", "2024-12-01"),
    ("fr", "jeudi de la semaine prochaine", None),
    ("fr", "avant jeudi de la semaine prochaine", "2024-04-25"),
    ("nl", "overmorgen", "2024-04-22"),
    ("nl", "uiterlijk eind deze week", None),
    ("nl", "voor het einde van de maand", "2024-04-30"),
    ("es", "pasado mañana", "2024-04-22"),
    ("es", "a finales de mes", "2024-04-30"),
    ("es", "antes del próximo viernes", "2024-04-26"),
    ("es", "en quince días", "2024-05-04"),
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
    """An end is its last day, a weekday the next one, a day without a year the one near; what is vague is no day."""
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


LATE = [
    (date(2026, 11, 16), "2026-11-25"),
    (date(2026, 11, 30), "2026-11-25"),
    (date(2027, 1, 11), "2026-11-25"),
    (date(2027, 3, 8), "2027-11-25"),
]


@pytest.mark.parametrize(("meeting", "day"), LATE)
def test_a_day_that_went_by_is_still_of_its_year(meeting: date, day: str) -> None:
    """A line that is carried over past its day keeps it; what went by long ago is the one to come."""
    assert reckoner("en", meeting).day("25 November") == date.fromisoformat(day)


TOLD = [
    ("en", "Tom to draft the bylaws by Friday", "draft the bylaws"),
    ("en", "Tom to send the byte file by 10.12.", "send the byte file"),
    ("en", "Tom to send the duet sheet before the day after tomorrow", "send the duet sheet"),
    ("en", "Tom to send the keys in the next two days", "send the keys"),
    ("en", "Tom to send the keys by the end of next week", "send the keys"),
    ("en", "Tom to write the agenda for tomorrow", "write the agenda for tomorrow"),
    ("de", "Tom schreibt den Bisamrattenbericht bis Ende nächster Woche", "schreibt den Bisamrattenbericht"),
    ("fr", "Tom appelle la mairie d'ici mardi prochain", "appelle la mairie"),
    ("fr", "Tom envoie le pourboire dans quinze jours", "envoie le pourboire"),
    ("nl", "Tom stuurt de perslijst uiterlijk eind deze week", "stuurt de perslijst"),
    ("es", "Tom enviará las parábolas a finales de mes", "enviará las parábolas"),
]


@pytest.mark.parametrize(("language", "line", "job"), TOLD, ids=[one[1] for one in TOLD])
def test_a_job_is_told_without_its_day_and_with_all_its_words(language: str, line: str, job: str) -> None:
    """Words for a day at the end are cut off, words that only begin like them are not cut."""
    assert [one.text for one in sure_actions(f"- {line}", language=language)] == [job]
