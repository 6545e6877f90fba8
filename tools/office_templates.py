"""Makes the Office templates that ship: `python tools/office_templates.py mappings/templates`.

They are made by a program so that what is in them can be read here; an organisation changes the files in Word and
PowerPoint, not this.
"""

import sys
from pathlib import Path

from docx import Document
from docx.document import Document as WordDocument
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

sys.path.insert(0, str(Path(__file__).parents[1]))

from syncbot.publish.package import moment_of, repacked

INK = RGBColor(0x1F, 0x29, 0x33)
BLUE = RGBColor(0x0B, 0x5C, 0xAD)
GREY = RGBColor(0x61, 0x6E, 0x7C)
BODY = (
    ("Title", "{{ title }}"),
    (None, "{%p for line in opening %}"),
    ("Normal", "{{r line }}"),
    (None, "{%p endfor %}"),
    (None, "{%p for section in sections %}"),
    ("Heading 1", "{{ section.title }}"),
    (None, "{%p for line in section.lines %}"),
    (None, "{%p if line.depth == 0 %}"),
    ("List Bullet", "{{r line.said }}"),
    (None, "{%p elif line.depth == 1 %}"),
    ("List Bullet 2", "{{r line.said }}"),
    (None, "{%p else %}"),
    ("List Bullet 3", "{{r line.said }}"),
    (None, "{%p endif %}"),
    (None, "{%p endfor %}"),
    (None, "{%p if section.more %}"),
    ("Normal", "{{r section.more }}"),
    (None, "{%p endif %}"),
    (None, "{%p if section.free %}"),
    ("List Bullet", ""),
    ("List Bullet", ""),
    ("List Bullet", ""),
    (None, "{%p endif %}"),
    (None, "{%p endfor %}"),
    (None, "{%p for line in closing %}"),
    ("Normal", "{{r line }}"),
    (None, "{%p endfor %}"),
)
"""Style and words of each paragraph; those that only steer have no style."""
MADE = moment_of("2026-11-25")


def publication() -> WordDocument:
    """Return the template of agendas, summaries and digests."""
    document = Document()
    _page(document)
    _styles(document)
    for style, words in BODY:
        document.add_paragraph(words, style=style)
    _footer(document.sections[0].footer.paragraphs[0])
    _leave_out(document)
    document.core_properties.title = document.core_properties.comments = ""
    document.core_properties.author = "syncbot"
    document.core_properties.created = document.core_properties.modified = MADE
    return document


def _leave_out(document: WordDocument) -> None:
    """What python-docx's own template brings along and nobody needs."""
    for owner in (document.part.rels, document.part.package.rels):
        for name, one in list(owner.items()):
            if one.reltype.endswith(("/stylesWithEffects", "/thumbnail", "/customXml")):
                owner.pop(name)


def _page(document: WordDocument) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.3)
    page.top_margin = page.bottom_margin = Cm(2)


def _styles(document: WordDocument) -> None:
    _style(document, "Normal", size=11, after=4)
    title = _style(document, "Title", size=16, color=INK, bold=True, after=8)
    _unruled(title)
    heading = _style(document, "Heading 1", size=13, color=BLUE, bold=True, before=14, after=4)
    _ruled(heading)
    heading.paragraph_format.keep_with_next = True
    for name in ("List Bullet", "List Bullet 2", "List Bullet 3"):
        _style(document, name, size=11, after=3)
    _style(document, "Footer", size=9, color=GREY)
    link = document.styles.add_style("Hyperlink", WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb = BLUE
    link.font.underline = True


def _style(
    document: WordDocument,
    name: str,
    *,
    size: int,
    color: RGBColor = INK,
    bold: bool = False,
    before: int = 0,
    after: int = 0,
) -> ParagraphStyle:
    style = document.styles[name]
    assert isinstance(style, ParagraphStyle)
    style.font.name, style.font.size, style.font.bold = "Calibri", Pt(size), bold
    style.font.color.rgb = color
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    return style


def _unruled(style: ParagraphStyle) -> None:
    for old in style.element.xpath("w:pPr/w:pBdr"):
        old.getparent().remove(old)


def _ruled(style: ParagraphStyle) -> None:
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for key, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "CBD2D9")):
        line.set(qn(f"w:{key}"), value)
    borders.append(line)
    style.element.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:outlineLvl"
    )


def _footer(paragraph: Paragraph) -> None:
    paragraph.text = "{{ title }}\t"
    for stop in list(paragraph.style.paragraph_format.tab_stops):  # type: ignore[union-attr]
        stop._element.getparent().remove(stop._element)
    paragraph.paragraph_format.tab_stops.add_tab_stop(Cm(16.4), WD_TAB_ALIGNMENT.RIGHT)
    _field(paragraph, "PAGE")
    paragraph.add_run(" / ")
    _field(paragraph, "NUMPAGES")


def _field(paragraph: Paragraph, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = paragraph.add_run("1")
    paragraph._p.append(field)  # type: ignore[arg-type]
    field.append(run._r)


def _keep(document: WordDocument, path: Path) -> None:
    document.save(str(path))
    path.write_bytes(repacked(path.read_bytes(), MADE))


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    _keep(publication(), folder / "publication.docx")
