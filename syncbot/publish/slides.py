"""A publication as a PowerPoint deck: an organisation's template, a slide a section, charts that people can edit.

The template is a PowerPoint file (mappings/templates/deck.pptx); its first layout is the title's and its second has a
title and a content. A chart is drawn by PowerPoint from the numbers inside the file, never a picture.
"""

import copy
import io
import math
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

from lxml.etree import SubElement
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import (
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_LEGEND_POSITION,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
)
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.oxml.ns import qn
from pptx.presentation import Presentation as Deck
from pptx.slide import Slide
from pptx.util import Emu, Pt

from .form import Chart, Draw, Line, Publication, Run, Section, every_line
from .languages import tag
from .package import address, clean, moment_of, repacked
from .room import clipped
from .wording import WordingFault

_TITLE, _CONTENT = 0, 1
"""Layouts of the template."""
_ROWS = 13
"""Rows of text on a slide, in the template's size."""
_ROW = 82
"""Characters of a row."""
_PLAIN = -1
"""The depth of a line that has no bullet."""
_LONGEST = 4 * _ROW
"""Characters of a line on a slide."""
_INK, _GREY, _PALE = RGBColor(0x1F, 0x29, 0x33), RGBColor(0x9A, 0xA5, 0xB1), RGBColor(0xF1, 0xF4, 0xF8)
_KINDS = {Draw.BARS: XL_CHART_TYPE.BAR_CLUSTERED, Draw.COLUMNS: XL_CHART_TYPE.COLUMN_CLUSTERED}


def slides(publication: Publication, template: bytes) -> bytes:
    """Return the publication as .pptx. Raises `WordingFault` for a template that is none."""
    if not zipfile.is_zipfile(io.BytesIO(template)):
        raise WordingFault("the template of the deck is no PowerPoint file")
    first = next(iter(publication.sections), None)
    on_title = first if first is not None and first.chart and first.chart.draw is Draw.TILES else None
    others = publication.sections[1:] if on_title else publication.sections
    try:
        deck = Presentation(io.BytesIO(template))
        _first(deck, publication, on_title)
        for section in others:
            _shown(deck, section)
        _describe(deck, publication)
    except (IndexError, KeyError, ValueError) as error:
        raise WordingFault(f"the template of the deck: {error}") from error
    kept = io.BytesIO()
    deck.save(kept)
    return repacked(kept.getvalue(), moment_of(publication.period))


def _describe(deck: Deck, publication: Publication) -> None:
    """Say what it is in the properties of the file."""
    properties = deck.core_properties
    properties.title = clean(publication.title)[:255]
    properties.identifier = clean(f"{publication.what}/{publication.group}/{publication.period}")[:255]
    properties.language = tag(publication.language)
    properties.author = properties.last_modified_by = "syncbot"
    properties.created = properties.modified = moment_of(publication.period)


# -- slides


def _first(deck: Deck, publication: Publication, section: Section | None) -> None:
    """The title, and below it what the publication opens with, or a few large numbers."""
    slide = deck.slides.add_slide(deck.slide_layouts[_TITLE])
    _titled(slide, publication.title)
    below = slide.placeholders[1]
    if publication.opening:
        _written(below, list(every_line(publication.opening)))
    elif section is not None and section.chart is not None:
        _drawn(slide, section, section.chart)
    else:
        _removed(below)


def _shown(deck: Deck, section: Section) -> None:
    if section.chart is not None and section.chart.labels:
        _drawn(_new(deck, section.title), section, section.chart)
        return
    pages = list(_pages(section))
    for number, lines in enumerate(pages, 1):
        title = section.title if len(pages) == 1 else f"{section.title} ({number}/{len(pages)})"
        _written(_new(deck, title).placeholders[1], lines)


def _pages(section: Section) -> Iterator[list[tuple[int, Line]]]:
    """Share the lines out evenly, so that each slide holds what can be read on it."""
    every = [*every_line(section.lines), *([(_PLAIN, section.more)] if section.more is not None else [])]
    lines = [(depth, clipped(line, _LONGEST)) for depth, line in every]
    total = sum(_rows(line) for _, line in lines)
    most = math.ceil(total / max(1, math.ceil(total / _ROWS)))
    page: list[tuple[int, Line]] = []
    used = 0
    for depth, line in lines:
        if used >= most or (page and used + _rows(line) > _ROWS):
            yield page
            page, used = [], 0
        page.append((depth, line))
        used += _rows(line)
    yield page


def _rows(line: Line) -> int:
    return max(1, math.ceil(len(line.text) / _ROW))


def _new(deck: Deck, title: str) -> Slide:
    layout: Any = deck.slide_layouts[_CONTENT]
    slide: Slide = deck.slides.add_slide(layout)
    _titled(slide, title)
    for one in layout.placeholders:
        if one.element.xpath(".//p:ph[@type='sldNum']"):
            _copied(slide, one.element)
    return slide


def _copied(slide: Slide, element: Any) -> None:
    """Put a shape of the layout onto the slide, under a number of its own: two of one number are a damaged file."""
    made = copy.deepcopy(element)
    known = [int(one) for one in slide.shapes.element.xpath(".//p:cNvPr/@id")]
    made.xpath(".//p:cNvPr")[0].set("id", str(max(known, default=1) + 1))
    slide.shapes.element.append(made)


def _titled(slide: Slide, title: str) -> None:
    assert slide.shapes.title is not None
    slide.shapes.title.text_frame.text = clean(title)


def _written(place: Any, lines: Sequence[tuple[int, Line]]) -> None:
    frame = place.text_frame
    for number, (depth, line) in enumerate(lines):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.level = min(max(depth, 0), 4)
        if depth == _PLAIN:
            _unlisted(place.element.xpath(".//a:p")[-1])
        for run in line.runs:
            _run(paragraph, run)


def _unlisted(paragraph: Any) -> None:
    look = paragraph.get_or_add_pPr()
    look.set("marL", "228600")
    look.set("indent", "0")
    SubElement(look, qn("a:buNone"))


def _run(paragraph: Any, run: Run) -> None:
    piece = paragraph.add_run()
    piece.text = clean(run.text)
    if run.strong:
        piece.font.bold = True
    url = address(run.url)
    if url is not None:
        piece.hyperlink.address = url
        piece.font.color.theme_color = MSO_THEME_COLOR.HYPERLINK


def _removed(shape: Any) -> None:
    shape.element.getparent().remove(shape.element)


# -- what is drawn


def _drawn(slide: Slide, section: Section, chart: Chart) -> None:
    place = slide.placeholders[1]
    left, top, width, height = place.left, place.top, place.width, place.height
    _removed(place)
    if chart.draw is Draw.TILES:
        _tiles(slide, chart, left, top, width)
        return
    data: Any = CategoryChartData(number_format="0")
    data.categories = [clean(one) for one in chart.labels]
    for name, values in chart.series:
        data.add_series(clean(name), values)
    frame: Any = slide.shapes.add_chart(_KINDS[chart.draw], left, top, width, height, data)
    _look(frame.chart, chart)
    said = "; ".join(clean(line.text) for line in section.lines)
    frame.element.nvGraphicFramePr.cNvPr.set("descr", f"{clean(section.title)}: {said}")


def _look(drawn: Any, chart: Chart) -> None:
    drawn.font.size, drawn.font.color.rgb = Pt(16), _INK
    drawn.has_title = False
    drawn.has_legend = len(chart.series) > 1
    if drawn.has_legend:
        drawn.legend.position, drawn.legend.include_in_layout = XL_LEGEND_POSITION.TOP, False
    axis = drawn.value_axis
    axis.visible = axis.has_major_gridlines = False
    axis.minimum_scale = 0
    drawn.category_axis.format.line.color.rgb = _GREY
    drawn.category_axis.major_tick_mark = XL_TICK_MARK.NONE
    drawn.category_axis.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    drawn.category_axis.reverse_order = chart.draw is Draw.BARS
    plot = drawn.plots[0]
    plot.gap_width, plot.overlap = 45, -5
    plot.has_data_labels = True
    # A nought has no label: it would stand in the middle of the axis.
    plot.data_labels.number_format, plot.data_labels.number_format_is_linked = "0;-0;;", False
    plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
    _coloured(plot, len(chart.series))


def _coloured(plot: Any, many: int) -> None:
    """The last series is what matters most: it has the colour of the organisation, the ones before are grey."""
    for number, series in enumerate(plot.series):
        series.format.fill.solid()
        if number == many - 1:
            series.format.fill.fore_color.theme_color = MSO_THEME_COLOR.ACCENT_1
        else:
            series.format.fill.fore_color.rgb = _GREY


def _tiles(slide: Slide, chart: Chart, left: Emu, top: Emu, width: Emu) -> None:
    _, values = chart.series[0]
    gap = Emu(width // 40)
    many = len(chart.labels)
    wide = Emu((width - gap * (many - 1)) // many)
    for number, (label, value) in enumerate(zip(chart.labels, values, strict=True)):
        _tile(slide, (Emu(left + number * (wide + gap)), top, wide, Emu(width // 5)), clean(label), value)


def _tile(slide: Slide, place: tuple[Emu, Emu, Emu, Emu], label: str, value: float) -> None:
    box = slide.shapes.add_textbox(*place)
    box.fill.solid()
    box.fill.fore_color.rgb = _PALE
    frame = box.text_frame
    frame.word_wrap, frame.vertical_anchor = True, MSO_ANCHOR.MIDDLE
    for paragraph, text, size in (
        (frame.paragraphs[0], f"{value:g}", Pt(54)),
        (frame.add_paragraph(), label, Pt(18)),
    ):
        paragraph.alignment = PP_ALIGN.CENTER
        run = paragraph.add_run()
        run.text, run.font.size = text, size
        run.font.color.rgb = _INK
    big = frame.paragraphs[0].runs[0].font
    big.bold, big.color.theme_color = True, MSO_THEME_COLOR.ACCENT_1
