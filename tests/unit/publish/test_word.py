"""A Word file says what the publication says, looks as its template wants, and is the same for the same."""

import dataclasses
import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from time import process_time

import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given, settings

from syncbot.publish.form import Line, Publication, Run, Section
from syncbot.publish.package import address, clean, moment_of
from syncbot.publish.word import word
from syncbot.publish.wording import WordingFault
from tests.fakes.publications import PUBLICATIONS
from tests.unit.publish.test_forms import bare, lines_of

TEMPLATE = (Path(__file__).parents[3] / "mappings/templates/publication.docx").read_bytes()
EXECUTED = "{{ 7*7 }} {% for x in y %} {_{ }_} {{r a }} <w:p/> &amp; \x0b\ufffe"


def said_in(data: bytes) -> list[str]:
    """Return the words of each paragraph."""
    return [one.text for one in Document(io.BytesIO(data)).paragraphs]


def publication(*runs: Run) -> Publication:
    """Return one with a single line."""
    section = Section(name="s", title=EXECUTED, lines=[Line(runs=runs)])
    return Publication(
        what="agenda", group="D", period="2026-11-26", language="de", title="T", sections=[section]
    )


@settings(max_examples=30, deadline=None)
@given(made=PUBLICATIONS)
def test_every_word_is_there(made: Publication) -> None:
    """Whatever people wrote, Word can open it and finds each line once, in order."""
    found = bare("".join(said_in(word(made, TEMPLATE))))
    for line in filter(None, (bare(clean(one)) for one in [made.title, *lines_of(made)])):
        _, there, found = found.partition(line)
        assert there


def test_words_are_never_instructions() -> None:
    """Neither Jinja, nor what docxtpl makes of braces, nor XML comes alive in a person's words."""
    said = said_in(word(publication(Run(text=EXECUTED)), TEMPLATE))
    assert said[1:3] == [clean(EXECUTED)] * 2
    assert "{{ 7*7 }} {% for x in y %} {_{ }_} {{r a }} <w:p/> &amp; " in said[2]


def test_links_lead_where_they_say() -> None:
    """Each address is a relation of the file, once; one that would damage the file is left out."""
    url = "https://example.eu/a b?c=d&e='\""
    runs = [Run(text="a", url=url), Run(text="b", url=url, strong=True), Run(text="c", url="https://[x")]
    document = Document(io.BytesIO(word(publication(*runs), TEMPLATE)))
    links = document.element.body.findall(f".//{qn('w:hyperlink')}")
    assert [one.get(qn("r:id")) for one in links] == [links[0].get(qn("r:id"))] * 2
    relation = document.part.rels[str(links[0].get(qn("r:id")))]
    assert relation.is_external
    assert relation.target_ref == "https://example.eu/a%20b?c=d&e='%22"


def test_the_same_publication_is_the_same_file() -> None:
    """Two minutes later it has the same bytes, so an outlet can tell that nothing changed."""
    made = publication(Run(text="a", url="https://example.eu/"))
    data = word(made, TEMPLATE)
    assert data == word(made, TEMPLATE)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert {one.date_time for one in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_file_says_what_it_is() -> None:
    """Its properties carry the identity, and its language is the reader's, so that no word is underlined in red."""
    document = Document(io.BytesIO(word(publication(), TEMPLATE)))
    assert document.core_properties.identifier == "agenda/D/2026-11-26"
    assert document.core_properties.created == datetime(2026, 11, 26, tzinfo=UTC)
    (lang,) = document.styles.element.xpath("w:docDefaults//w:lang")
    assert lang.get(qn("w:val")) == "de-DE"


def test_two_thousand_lines_are_written_soon() -> None:
    """An organisation may ask for everything: what docxtpl does to a document grows with it, not with its square."""
    lines = [Line(runs=[Run(text=f"Action {n} ", url=f"https://example.eu/{n}")] * 2) for n in range(2000)]
    section = Section(name="s", title="All", lines=lines)
    made = dataclasses.replace(publication(), sections=[section])
    began = process_time()
    assert len(word(made, TEMPLATE)) < 200_000
    assert process_time() - began < 5


def test_a_template_that_asks_for_what_is_not_there_is_a_fault() -> None:
    """Who changes the template hears what is wrong with it."""
    document = Document()
    document.add_paragraph("{{ nonsense }}")
    kept = io.BytesIO()
    document.save(kept)
    with pytest.raises(WordingFault, match="nonsense"):
        word(publication(), kept.getvalue())


def test_what_is_no_word_file_is_a_fault() -> None:
    """A file of another kind under that name is said to be one."""
    with pytest.raises(WordingFault, match="no Word file"):
        word(publication(), b"%PDF-1.7")


def test_a_template_reaches_nothing_of_python() -> None:
    """The sandbox refuses what leads out of it."""
    document = Document()
    document.add_paragraph("{{ title.__class__.__mro__ }}")
    kept = io.BytesIO()
    document.save(kept)
    with pytest.raises(WordingFault):
        word(publication(), kept.getvalue())


def test_a_period_is_a_moment() -> None:
    """The only time a file knows is that of its period."""
    assert moment_of("2026-11-26") == datetime(2026, 11, 26, tzinfo=UTC)
    assert moment_of("2026-W48") == datetime(2026, 11, 23, tzinfo=UTC)
    assert moment_of("nonsense").year == 2000


@pytest.mark.parametrize(
    "url",
    [None, "https://", "https://[x", "https://a:b/", "https://a/" + "x" * 3000, "https://a/" + "é" * 400],
)
def test_addresses_that_damage_a_file_are_left_out(url: str | None) -> None:
    """Word calls a file damaged whose address is none, or too long."""
    assert address(url) is None
