"""A publication as a Word file: an organisation's template, filled in.

The template is a Word file with Jinja between its words (docxtpl; mappings/templates/publication.docx), so how it looks
is changed in Word. It is filled in the sandbox of Jinja; every word of a person is text and nothing else.
"""

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.opc.constants import RELATIONSHIP_TYPE
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from .form import Line, Publication, Run, Section, every_line
from .languages import tag
from .package import address, clean, moment_of, repacked
from .wording import WordingFault

_MOST = 255
"""Characters of a property of a file (python-docx holds to it)."""


def word(publication: Publication, template: bytes) -> bytes:
    """Return the publication as .docx. Raises `WordingFault` for a template that cannot be filled in."""
    if not zipfile.is_zipfile(io.BytesIO(template)):
        raise WordingFault("the Word template is no Word file")
    document = DocxTemplate(io.BytesIO(template))
    try:
        document.render(_facts(publication, _links(document)), _environment(), autoescape=True)
        _describe(document, publication)
        kept = io.BytesIO()
        document.save(kept)
    except Exception as error:  # whatever a template does
        raise WordingFault(f"the Word template: {error}") from error
    return repacked(kept.getvalue(), moment_of(publication.period))


def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)


def _links(document: DocxTemplate) -> Callable[[str], str]:
    """Return what gives an address its id in the file, the same one each time."""
    known: dict[str, str] = {}
    document.init_docx()

    def link(url: str) -> str:
        if url not in known:
            # Not `build_url_id`, which looks through all links for each.
            known[url] = f"syncbotLink{len(known) + 1}"
            document.docx.part.rels.add_relationship(
                RELATIONSHIP_TYPE.HYPERLINK, url, known[url], is_external=True
            )
        return known[url]

    return link


def _facts(publication: Publication, link: Callable[[str], str]) -> dict[str, Any]:
    """What a template may ask for."""
    return {
        "title": _text(publication.title),
        "what": _text(publication.what),
        "group": _text(publication.group),
        "period": _text(publication.period),
        "opening": [_said(line, link) for line in publication.opening],
        "sections": [_section(one, link) for one in publication.sections],
        "closing": [_said(line, link) for line in publication.closing],
    }


def _section(section: Section, link: Callable[[str], str]) -> dict[str, Any]:
    return {
        "name": _text(section.name),
        "title": _text(section.title),
        "lines": list(_lines(section.lines, link)),
        "more": None if section.more is None else _said(section.more, link),
        "free": section.free,
    }


def _lines(lines: Sequence[Line], link: Callable[[str], str]) -> Iterator[dict[str, Any]]:
    for depth, line in every_line(lines):
        yield {"depth": depth, "said": _said(line, link), "text": _text(line.text)}


def _said(line: Line, link: Callable[[str], str]) -> Markup:
    return Markup("").join(_run(run, link) for run in line.runs)


def _run(run: Run, link: Callable[[str], str]) -> Markup:
    url = address(run.url)
    look = "<w:b/>" if run.strong else ""
    if url is not None:
        look = f'<w:rStyle w:val="Hyperlink"/>{look}'
    said = f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{_text(run.text)}</w:t></w:r>'
    if url is not None:
        said = f"<w:hyperlink r:id={quoteattr(link(url))}>{said}</w:hyperlink>"
    return Markup(said)  # noqa: S704 (every part of it was escaped)


def _text(text: str) -> Markup:
    """Escape braces too: docxtpl turns some into others after filling in."""
    return Markup(escape(clean(text)).replace("{", "&#123;").replace("}", "&#125;"))  # noqa: S704


def _describe(document: DocxTemplate, publication: Publication) -> None:
    """Say what it is in the properties of the file, and in which language its words are to be checked."""
    properties = document.docx.core_properties
    properties.title = clean(publication.title)[:_MOST]
    properties.identifier = clean(f"{publication.what}/{publication.group}/{publication.period}")[:_MOST]
    properties.language = tag(publication.language)
    properties.author = properties.last_modified_by = "syncbot"
    properties.revision = 1
    properties.created = properties.modified = moment_of(publication.period)
    for lang in document.docx.styles.element.xpath("w:docDefaults//w:lang"):
        lang.set(f"{{{lang.nsmap['w']}}}val", tag(publication.language))
