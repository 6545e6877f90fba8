"""A publication says the same in HTML, in plain text and on a card, whatever people wrote into it."""

from html.parser import HTMLParser

import pytest
from hypothesis import given

from syncbot.publish.card import BUDGET, card, escaped, message, weight
from syncbot.publish.form import Line, Publication, Run, Section, every_line
from syncbot.publish.html import html
from syncbot.publish.plain import plain
from tests.fakes.publications import PUBLICATIONS


class _Seen(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.said: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names.update(name for name, _ in attrs)

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def lines_of(publication: Publication) -> list[str]:
    """Return the words of every line, in reading order."""
    found = [line.text for line in publication.opening]
    for section in publication.sections:
        found += [line.text for _, line in every_line(section.lines)]
    return found


def bare(text: str) -> str:
    """Return text without its spaces."""
    return "".join(text.split())


@given(publication=PUBLICATIONS)
def test_a_page_holds_our_tags_only_and_every_word(publication: Publication) -> None:
    """No tag or attribute comes from a person's words, and none of the words is lost."""
    seen = _Seen()
    seen.feed(html(publication))
    assert seen.tags <= {
        "html",
        "head",
        "meta",
        "title",
        "body",
        "div",
        "h1",
        "h2",
        "p",
        "ul",
        "li",
        "a",
        "strong",
    }
    assert seen.names <= {"lang", "charset", "name", "content", "style", "href"}
    words = bare("".join(seen.said))
    assert all(bare(line) in words for line in lines_of(publication))


@given(publication=PUBLICATIONS)
def test_plain_text_holds_every_line(publication: Publication) -> None:
    """One that reads only the text part of a mail reads the same."""
    words = bare(plain(publication))
    assert all(bare(run) in words for run in (one.title for one in publication.sections))
    for section in publication.sections:
        assert all(bare(run.text) in words for _, line in every_line(section.lines) for run in line.runs)


@given(publication=PUBLICATIONS)
def test_a_card_never_weighs_more_than_its_budget(publication: Publication) -> None:
    """Also when there is far less room than is needed."""
    room = (
        2500 + 12 * sum(len(one.text.encode()) for one in publication.opening) + 40 * len(publication.title)
    )
    assert weight(card(publication, whole="https://example.eu/x", budget=room)) <= room


def test_two_thousand_actions_are_cut_to_what_a_card_holds_and_say_so() -> None:
    """A card of 2,000 lines would be refused silently by Teams."""
    lines = [
        Line(runs=[Run(text=f"Send the draft of chapter {n} to Anna", url="https://example.eu")])
        for n in range(2000)
    ]
    long = Publication(
        what="digest",
        group="D",
        period="2026-W48",
        language="en",
        title="Digest",
        sections=[Section(name="due", title="Due", lines=lines)],
    )
    made = card(long, whole="https://example.eu/all")
    assert weight(made) <= BUDGET
    assert "+ 1950" in str(made)
    assert made["actions"][0]["url"] == "https://example.eu/all"
    assert message(made)["attachments"][0]["content"] is made


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("1. Renew lease", r"1\. Renew lease"),
        ("12) Renew", r"12\) Renew"),
        ("- dash", r"\- dash"),
        ("# head", r"\# head"),
        ("a_b*c", r"a\_b\*c"),
        ("[x](https://evil.example)", r"\[x\](https://evil.example)"),
        ("<at>Anna</at>", r"\<at\>Anna\</at\>"),
        ("3.5 degrees", "3.5 degrees"),
        ("{{DATE(2026-11-26T10:00:00Z, SHORT)}}", "{\u200b{DATE(2026-11-26T10:00:00Z, SHORT)}}"),
        ("&lt;at&gt; R&D", r"\&lt;at\&gt; R&D"),
    ],
)
def test_what_teams_would_read_as_markdown_is_escaped(written: str, shown: str) -> None:
    """Lists, emphasis, links and mentions come from us or not at all."""
    assert escaped(written) == shown


def test_plain_text_cannot_steer_a_terminal() -> None:
    """`syncbot publish` prints it: a name with an escape sequence in it would clear the screen or hide lines."""
    section = Section(name="s", title="T", lines=[Line(runs=[Run(text="a\x1b[2Jb\x07\x9b1mc\x08")])])
    made = Publication(what="a", group="D", period="2026-W48", language="en", title="x", sections=[section])
    assert plain(made).endswith("- a[2Jb1mc\n")
