"""Word files made of a few lines of Markdown: headings, lists, boxes, tables and paragraphs, as Word itself writes them.

The parts are those of ECMA-376 (Office Open XML); boxes are content controls of Word 2010 ([MS-DOCX] 2.6.1).
"""

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from xml.sax.saxutils import escape

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_WORD_2010 = "http://schemas.microsoft.com/office/word/2010/wordml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_HEADING = re.compile(r"(#+) (.+)")
_BOX = re.compile(r"- \[([ x])\] (.+)")
_EMPTY, _TICKED = "\u2610", "\u2612"


def word_file(markdown: str, *, made: datetime) -> bytes:
    """Return a .docx that says what the text says; the same bytes for the same text and time."""
    parts = {
        "[Content_Types].xml": _content_types(),
        "_rels/.rels": _relations([("officeDocument", "word/document.xml")]),
        "word/document.xml": _document(markdown),
        "word/_rels/document.xml.rels": _relations(
            [("styles", "styles.xml"), ("numbering", "numbering.xml")]
        ),
        "word/styles.xml": _styles(),
        "word/numbering.xml": _numbering(),
    }
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(zipfile.ZipInfo(name, made.timetuple()[:6]), text.encode())
    return buffer.getvalue()


def _document(markdown: str) -> str:
    body = "".join(_blocks(markdown.splitlines()))
    return (
        f'{_HEAD}<w:document xmlns:w="{_MAIN}" xmlns:w14="{_WORD_2010}"><w:body>{body}</w:body></w:document>'
    )


def _blocks(lines: Sequence[str]) -> Iterator[str]:
    table: list[str] = []
    for line in [*lines, ""]:
        if line.startswith("|"):
            table.append(line)
            continue
        if table:
            yield _table(table)
            table = []
        if line.strip():
            yield _paragraph(line)


def _paragraph(line: str) -> str:
    if heading := _HEADING.fullmatch(line):
        return _styled(f"Heading{len(heading[1])}", _run(heading[2]))
    if box := _BOX.fullmatch(line):
        return _styled("ListParagraph", _box(ticked=box[1] == "x") + _run(f" {box[2]}"))
    if line.startswith("- "):
        number = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'
        return _styled("ListParagraph", _run(line[2:]), number)
    return f"<w:p>{_run(line)}</w:p>"


def _styled(style: str, runs: str, more: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{runs}</w:p>'


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _box(*, ticked: bool) -> str:
    states = (
        f'<w14:checked w14:val="{int(ticked)}"/>'
        '<w14:checkedState w14:val="2612" w14:font="MS Gothic"/>'
        '<w14:uncheckedState w14:val="2610" w14:font="MS Gothic"/>'
    )
    sign = _TICKED if ticked else _EMPTY
    return (
        f"<w:sdt><w:sdtPr><w14:checkbox>{states}</w14:checkbox></w:sdtPr>"
        f"<w:sdtContent><w:r><w:t>{sign}</w:t></w:r></w:sdtContent></w:sdt>"
    )


def _table(lines: Sequence[str]) -> str:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    told = [row for row in rows if not set("".join(row)) <= set("-: ")]
    grid = '<w:gridCol w:w="3000"/>' * len(told[0])
    cells = "".join(
        f"<w:tr>{''.join(f'<w:tc><w:tcPr/><w:p>{_run(cell)}</w:p></w:tc>' for cell in row)}</w:tr>"
        for row in told
    )
    return f"<w:tbl><w:tblPr/><w:tblGrid>{grid}</w:tblGrid>{cells}</w:tbl>"


def _styles() -> str:
    headings = "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{level}"><w:name w:val="heading {level}"/>'
        f'<w:pPr><w:outlineLvl w:val="{level - 1}"/></w:pPr></w:style>'
        for level in (1, 2, 3)
    )
    listed = (
        '<w:style w:type="paragraph" w:styleId="ListParagraph"><w:name w:val="List Paragraph"/>'
        '<w:pPr><w:ind w:left="720"/></w:pPr></w:style>'
    )
    return f'{_HEAD}<w:styles xmlns:w="{_MAIN}">{headings}{listed}</w:styles>'


def _numbering() -> str:
    level = (
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="\u2022"/>'
        '<w:lvlJc w:val="left"/></w:lvl>'
    )
    return (
        f'{_HEAD}<w:numbering xmlns:w="{_MAIN}"><w:abstractNum w:abstractNumId="0">{level}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )


def _relations(parts: Sequence[tuple[str, str]]) -> str:
    told = "".join(
        f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(parts, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'


def _content_types() -> str:
    told = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_TYPES}.{kind}+xml"/>'
        for name, kind in (("document", "document.main"), ("styles", "styles"), ("numbering", "numbering"))
    )
    defaults = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    return f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">{defaults}{told}</Types>'
