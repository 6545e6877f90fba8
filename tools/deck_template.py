"""Makes the PowerPoint template that ships: `python tools/deck_template.py mappings/templates`."""

import re
import sys
from pathlib import Path
from typing import Any

from lxml import etree
from lxml.etree import _Element
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Deck
from pptx.slide import SlideLayout
from pptx.util import Emu, Inches, Pt

sys.path.insert(0, str(Path(__file__).parents[1]))

from syncbot.publish.package import moment_of, repacked

WIDE, HIGH = Inches(13.333), Inches(7.5)
EDGE = Inches(0.8)
INK, BLUE, GREY = "1F2933", "0B5CAD", "616E7C"
MADE = moment_of("2026-11-25")
COLOURS = {
    "dk2": INK,
    "accent1": BLUE,
    "accent2": "9AA5B1",
    "accent3": "2A9D8F",
    "hlink": BLUE,
    "folHlink": BLUE,
}


def deck() -> Deck:
    """Return a wide deck with two layouts: a title, and a title with a content."""
    made = Presentation()
    made.slide_width, made.slide_height = WIDE, HIGH
    for layout in list(made.slide_layouts)[2:]:
        made.slide_layouts.remove(layout)
    title, content = made.slide_layouts
    for owner in (made.slide_master, content):
        _place(owner, {"title": (EDGE, Inches(0.45), WIDE - 2 * EDGE, Inches(0.9))})
        _place(owner, {"body": (EDGE, Inches(1.55), WIDE - 2 * EDGE, Inches(5.2))})
    _place(title, {"title": (EDGE, Inches(1.6), WIDE - 2 * EDGE, Inches(1.5))})
    _place(title, {"body": (EDGE, Inches(3.4), WIDE - 2 * EDGE, Inches(1.6))})
    for owner in (made.slide_master, title, content):
        _place(owner, {"number": (WIDE - EDGE - Inches(1), Inches(6.95), Inches(1), Inches(0.35))})
        _without(owner, ("dt", "ftr"))
    _look(made)
    _left(title)
    made.core_properties.author = "syncbot"
    made.core_properties.title = ""
    made.core_properties.created = made.core_properties.modified = MADE
    return made


TYPES = {"title": ("title", "ctrTitle"), "body": ("body", "subTitle", None), "number": ("sldNum",)}


def _place(owner: object, places: dict[str, tuple[int, int, int, int]]) -> None:
    for shape in owner.placeholders:  # type: ignore[attr-defined]
        kind = shape.element.xpath(".//p:ph")[0].get("type")
        for name, place in places.items():
            if kind in TYPES[name]:
                shape.left, shape.top, shape.width, shape.height = map(Emu, place)


def _without(owner: object, kinds: tuple[str, ...]) -> None:
    for shape in list(owner.placeholders):  # type: ignore[attr-defined]
        if shape.element.xpath(".//p:ph")[0].get("type") in kinds:
            shape.element.getparent().remove(shape.element)


def _look(made: Deck) -> None:
    styles = "p:txStyles/p:titleStyle/a:lvl1pPr", "p:txStyles/p:bodyStyle/a:lvl{}pPr"
    for level in made.slide_master.element.xpath(styles[0]):
        level.set("algn", "l")
        _text(level, sz="2800", b="1")
    for number, size in enumerate(("2000", "1800", "1600", "1600", "1600"), 1):
        for level in made.slide_master.element.xpath(styles[1].format(number)):
            _text(level, sz=size)
            level.set("marL", str(228600 * (2 * number - 1)))
            level.set("indent", "-228600")
            _bullets(level)
    for shape in made.slide_master.placeholders:
        if shape.element.xpath(".//p:ph[@type='title']"):
            shape.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
    _rule(made)
    _band(made)


def _rule(made: Deck) -> None:
    """A line under every title of the content layout."""
    content = made.slide_layouts[1]
    slide = made.slides.add_slide(content)
    line = slide.shapes.add_connector(1, EDGE, Inches(1.42), WIDE - EDGE, Inches(1.42))
    line.line.color.rgb, line.line.width = RGBColor.from_string("CBD2D9"), Pt(1)
    _moved(made, line._element, content)


def _band(made: Deck) -> None:
    """A band in the organisation's colour at the left of the title."""
    title = made.slide_layouts[0]
    slide = made.slides.add_slide(title)
    band = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, Emu(0), Emu(0), Inches(0.3), HIGH)
    band.fill.solid()
    band.fill.fore_color.theme_color = MSO_THEME_COLOR.ACCENT_1
    band.line.fill.background()
    _moved(made, band._element, title)


def _moved(made: Deck, element: Any, layout: SlideLayout) -> None:
    """Put a shape of the only slide behind those of a layout, and take the slide away."""
    for old in element.xpath("p:style"):
        element.remove(old)
    layout.shapes._spTree.insert(2, element)
    first = made.slides._sldIdLst[0]
    made.part.drop_rel(first.rId)
    made.slides._sldIdLst.remove(first)


def _bullets(level: Any) -> None:
    """Give bullets a colour of their own: else they have that of the first word, which may be a link."""
    colour = etree.Element(qn("a:buClr"))
    etree.SubElement(colour, qn("a:schemeClr"), val="accent1")
    level.find(qn("a:buFont")).addprevious(colour)


def _left(title: object) -> None:
    for shape in title.placeholders:  # type: ignore[attr-defined]
        for paragraph in shape.text_frame.paragraphs:
            paragraph.alignment = PP_ALIGN.LEFT
        for level in shape.element.xpath(".//a:lstStyle/*"):
            level.set("algn", "l")
        kind = shape.element.xpath(".//p:ph")[0].get("type")
        if kind == "ctrTitle":
            shape.text_frame.vertical_anchor = MSO_ANCHOR.BOTTOM
            level = etree.SubElement(shape.element.xpath(".//a:lstStyle")[0], qn("a:lvl1pPr"), algn="l")
            etree.SubElement(level, qn("a:defRPr"), sz="3600", b="1")


def _text(level: _Element, **said: str) -> None:
    look = level.find(qn("a:defRPr"))
    assert look is not None
    for name, value in said.items():
        look.set(name, value)
    for colour in look.iter(qn("a:schemeClr")):
        colour.set("val", "tx2")


def _coloured(data: bytes) -> bytes:
    """Put our colours into the theme."""
    text = data.decode()
    for name, colour in COLOURS.items():
        text = re.sub(
            rf"(<a:{name}>).*?(</a:{name}>)", rf'\1<a:srgbClr val="{colour}"/>\2', text, flags=re.DOTALL
        )
    return text.encode()


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    made = deck()
    for part in made.part.package.iter_parts():
        if "/theme/" in str(part.partname):
            part._blob = _coloured(part.blob)
    made.save(str(folder / "deck.pptx"))
    (folder / "deck.pptx").write_bytes(repacked((folder / "deck.pptx").read_bytes(), MADE))
