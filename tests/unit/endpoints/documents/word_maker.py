"""Makes Word files for tests: python-docx for what it can, raw XML for the rest."""

import io
import zipfile
from collections.abc import Callable, Mapping

import docx
from docx.document import Document
from docx.oxml import parse_xml

NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
)
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def saved(document: Document) -> bytes:
    """Return a document of python-docx as a file."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def docx_file(fill: Callable[[Document], object]) -> bytes:
    """Make a file with python-docx's own template."""
    document = docx.Document()
    fill(document)
    return saved(document)


def add_xml(document: Document, xml: str) -> None:
    """Put raw blocks at the end of the body."""
    holder = parse_xml(f"<w:body {NAMES}>{xml}</w:body>")
    last = document.element.body[-1]
    for block in list(holder):
        last.addprevious(block)


def paragraph(text: str, properties: str = "", run: str = "") -> str:
    """Return the XML of a paragraph of one run."""
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def bare_parts(
    body: str, *, parts: Mapping[str, str] | None = None, relations: str = "", main: str = MAIN
) -> dict[str, bytes]:
    """Return the parts of the smallest Word file with that body; `parts` come on top, by name below word/."""
    kinds = {
        "comments.xml": "comments",
        "footnotes.xml": "footnotes",
        "commentsExtended.xml": "commentsExtended",
    }
    known = "".join(
        f'<Relationship Id="k{number}" Type="{REL}/{kinds[name]}" Target="{name}"/>'
        for number, name in enumerate(parts or {})
        if name in kinds
    )
    made = {
        "[Content_Types].xml": f'<Types xmlns="{TYPES}"><Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{main}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{RELATIONS}"><Relationship Id="r1" Type="{REL}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f"<w:document {NAMES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{RELATIONS}">{known}{relations}</Relationships>',
        **{f"word/{name}": text for name, text in (parts or {}).items()},
    }
    return {name: text.encode() for name, text in made.items()}


def zipped(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Put parts into a package."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return out.getvalue()


def bare_docx(
    body: str,
    *,
    parts: Mapping[str, str] | None = None,
    relations: str = "",
    main: str = MAIN,
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """Return the smallest Word file with that body."""
    return zipped(bare_parts(body, parts=parts, relations=relations, main=main), method)
