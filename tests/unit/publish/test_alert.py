"""Alerts are worded for people, in their language, and hold nothing but fixed words and names of the mapping."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from syncbot.mapping.tongues import languages, translations
from syncbot.publish.alert import DOINGS, THINGS, Told, called, composed, thing
from syncbot.publish.form import Publication
from syncbot.publish.plain import plain
from syncbot.publish.wording import Reader
from syncbot.service.trouble import fixed_words

SINCE = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
OVER = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
SAID, REMEDY = "the service does not answer", "Look why: syncbot status"


_KEPT = re.compile(r"syncbot (?:check|history|notes|plan|status|sync)(?: --[a-z-]+)?|mappings/|%\(\w+\)s")
"""What a translation has to have too."""


def alert(*told: Told, language: str = "en_GB") -> Publication:
    """Compose an alert for a reader in Brussels."""
    locale = Locale.parse(language)
    reader = Reader(locale=locale, zone=ZoneInfo("Europe/Brussels"), translations=translations(locale))
    return composed(told, "20261123T080100", reader, str.capitalize)


def told(name: str, *, over: datetime | None = None) -> Told:
    """One thing that failed three times."""
    return Told(thing=name, since=SINCE, failures=3, said=SAID, remedy=REMEDY, over=over)


def test_it_says_what_since_when_how_often_and_what_helps() -> None:
    """Times are those of the reader's clock; what is over stands apart from what is not."""
    made = alert(told(thing("place", "notion")), told(thing("doing", "syncing"), over=OVER))
    assert made.title == "syncbot: something does not work"
    wrong, right = made.sections
    assert wrong.lines[0].text.replace("\u202f", " ") == (
        "Notion: the service does not answer. 3 times in a row, since Mon 23 Nov, 09:00."
    )
    assert [line.text for line in wrong.lines[0].under] == ["Look why: syncbot status"]
    assert right.lines[0].text == (
        "Syncing: since Mon 23 Nov, 10:30. It had not since Mon 23 Nov, 09:00, 3 times in a row."
    )


def test_good_news_alone_have_a_title_of_their_own() -> None:
    """Whoever reads titles only is not alarmed."""
    made = alert(told(thing("place", "notion"), over=OVER))
    assert made.title == "syncbot: it works again"
    assert [one.title for one in made.sections] == ["Works again"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (thing("post", "agenda", "D", "channel_d"), "Agenda of group D to channel_d"),
        (thing("rows", "city", "sharepoint"), "City in Sharepoint"),
        (thing("plan", "city"), "Plan of city"),
        (thing("notes", "minutes"), "Notes in Minutes"),
        (thing("doing", "manual sync in notion"), "Manual sync in Notion"),
        (thing("doing", "something in between"), "Something in between"),
        ("of an older version", "Of an older version"),
        ("post|half", "Post|half"),
        ("rows|a|b|c", "A in B"),
    ],
)
def test_things_are_called_as_people_call_them(name: str, said: str) -> None:
    """Also those that another version kept in the store."""
    assert called(name, translations(Locale.parse("en")), str.capitalize) == said


@pytest.mark.parametrize("language", sorted(languages() - {"en"}))
def test_every_fixed_word_of_alerts_is_translated(language: str) -> None:
    """Remedies too: they are read by whoever is called at night."""
    words = translations(Locale.parse(language))
    titles = ("syncbot: something does not work", "syncbot: it works again", "Does not work", "Works again")
    fixed = {*fixed_words(), *titles, *DOINGS, *THINGS.values()} - {"%(name)s", "%(kind)s in %(name)s"}
    same = {one for one in fixed if words.gettext(one) == one}
    assert same == set()
    for one in fixed:  # a command or a place that a translator lost would help nobody
        assert sorted(_KEPT.findall(words.gettext(one))) == sorted(_KEPT.findall(one)), one


@pytest.mark.parametrize("language", sorted(languages()))
def test_an_alert_reads_whole_in_every_language(language: str) -> None:
    """No place of a sentence stays open."""
    made = alert(
        told(thing("rows", "city", "notion")),
        told(thing("post", "digest", "D", "mail")),
        told(thing("doing", "syncing"), over=OVER),
        language=language,
    )
    text = plain(made)
    assert "%(" not in text
    assert text.count("3") >= 3
    assert made.language == language
