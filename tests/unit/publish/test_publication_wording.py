"""Templates say facts in the reader's language, and nothing that a person wrote becomes markup."""

from datetime import UTC, date, datetime
from gettext import NullTranslations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from syncbot.mapping.tongues import translations
from syncbot.publish.form import Run
from syncbot.publish.wording import Reader, Wording, WordingFault


def wording(locale: str = "en_GB") -> Wording:
    """Return the words of a reader in Brussels."""
    zone = ZoneInfo("Europe/Brussels")
    return Wording(Reader(locale=Locale.parse(locale), zone=zone, translations=NullTranslations()))


@given(text=st.text())
def test_whatever_a_person_wrote_is_text_and_stays_the_same(text: str) -> None:
    """Neither tags nor entities nor template marks of a fact come to life."""
    line = wording().line("{{ said }}", {"said": text})
    assert line.text.split() == text.split()
    assert all(run.url is None and not run.strong for run in line.runs)


@pytest.mark.parametrize(
    "hostile", ["{{ 7 * 7 }}", "{% for x in y %}", "<script>alert(1)</script>", "&lt;b&gt;"]
)
def test_a_fact_is_never_read_as_a_template_or_as_html(hostile: str) -> None:
    """The classic ones, by name."""
    assert wording().line("{{ said }}", {"said": hostile}).text == hostile


@pytest.mark.parametrize(
    "template",
    [
        "{{ said.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{{ said.__init__.__globals__ }}",
        "{{ nobody }}",
        "{{ said",
        "{{ said | nothing }}",
        "{% include 'x' %}",
    ],
)
def test_a_template_that_reaches_for_more_than_its_facts_is_refused(template: str) -> None:
    """Python's inner parts, other files and missing facts are faults with the template in them."""
    with pytest.raises(WordingFault, match=r"said|nobody|class|include|nothing|template"):
        wording().line(template, {"said": "x"})


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://www.notion.so/x", True),
        ("mailto:a@b.example", True),
        ("javascript:alert(1)", False),
        (" JavaScript:alert(1)", False),
        ("data:text/html,x", False),
        ("//elsewhere", False),
        ("https://[", False),
    ],
)
def test_only_harmless_addresses_become_links(url: str, kept: bool) -> None:
    """The text of a link stays, whatever its address."""
    line = wording().line("{{ 'here' | link(url) }}", {"url": url})
    assert [(run.text, run.url is not None) for run in line.runs] == [("here", kept)]


def test_strong_words_and_links_are_runs_of_their_own() -> None:
    """What a template marks up is kept apart, and spaces between stay."""
    line = wording().line(
        "<strong>{{ a }}</strong> by {{ b | link(u) }}!", {"a": "A", "b": "B", "u": "https://x.y"}
    )
    assert list(line.runs) == [
        Run(text="A", strong=True),
        Run(text=" by "),
        Run(text="B", url="https://x.y"),
        Run(text="!"),
    ]


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en_GB", "Thu 26 Nov; Thu 26 Nov, 00:30; A, B and C; 1,234,567"),
        ("de", "Do., 26. Nov.; Do., 26. Nov., 00:30; A, B und C; 1.234.567"),
        ("fr", "jeu. 26 nov.; jeu. 26 nov., 00:30; A, B et C; 1 234 567"),
    ],
)
def test_days_names_and_numbers_are_written_as_the_reader_writes_them(locale: str, said: str) -> None:
    """A moment is told on the clock of the reader's zone, also where that is another day."""
    facts: dict[str, Any] = {
        "day": date(2026, 11, 26),
        "moment": datetime(2026, 11, 25, 23, 30, tzinfo=UTC),
        "names": ["A", "B", "C"],
        "number": 1234567,
    }
    template = "{{ day | day }}; {{ moment | moment }}; {{ names | names }}; {{ number | number }}"
    found = wording(locale).text(template, facts).replace("\u202f", " ").replace("\xa0", " ")
    assert found == said


@pytest.mark.parametrize("name", ["day", "long_day", "moment", "number", "names", "told"])
def test_of_what_is_not_known_nothing_is_said(name: str) -> None:
    """Babel writes today for a day that is None; an agenda would then name a day that nobody meant."""
    assert wording().text(f"x{{{{ due | {name} }}}}", {"due": None}) == "x"


@pytest.mark.parametrize("name", ["Share in %", "50% done", "", "<strong>x</strong>", "%(num)s"])
@pytest.mark.parametrize("locale", ["en_GB", "de"])
def test_words_of_a_mapping_are_said_as_they_are(locale: str, name: str) -> None:
    """A column may be called with a per cent sign or like a tag, and nothing is not the catalogue's heading."""
    known = Locale.parse(locale)
    zone = ZoneInfo("Europe/Brussels")
    words = Wording(Reader(locale=known, zone=zone, translations=translations(known)))
    line = words.line("{{ _(field) }}|{{ _('Week') }}", {"field": name})
    assert line.text == f"{name}|{'Woche' if locale == 'de' else 'Week'}"
    assert not any(run.strong for run in line.runs)
