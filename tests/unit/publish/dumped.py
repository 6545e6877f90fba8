"""Office files as text that a person can compare: what stands where, in which style, with which links and numbers."""

import io
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from pptx import Presentation


def word_dump(data: bytes) -> str:
    """Return the paragraphs of a Word file, each with its style; links stand behind their words."""
    document = Document(io.BytesIO(data))
    lines = [f"title: {document.core_properties.title}", f"language: {document.core_properties.language}"]
    for one in document.paragraphs:
        said = "".join(_pieces(document, one._p))
        lines.append(f"{one.style.name if one.style else '-'}: {said}".rstrip())
    return "\n".join(lines) + "\n"


def _pieces(document: Any, paragraph: Any) -> Iterator[str]:
    for node in paragraph.iterchildren():
        text = "".join(node.xpath(".//w:t/text()"))
        if node.tag == qn("w:hyperlink"):
            yield f"{text} <{document.part.rels[node.get(qn('r:id'))].target_ref}>"
        elif node.tag == qn("w:r"):
            yield f"*{text}*" if node.xpath("./w:rPr/w:b") else text


def slides_dump(data: bytes) -> str:
    """Return the slides of a deck: the words of each shape, and of a chart its kind and its numbers."""
    lines = []
    for number, slide in enumerate(Presentation(io.BytesIO(data)).slides, 1):
        lines.append(f"slide {number}: {slide.slide_layout.name}")
        shapes: list[Any] = list(slide.shapes)
        for shape in shapes:
            lines += [f"  {line}" for line in _shape(shape)]
    return "\n".join(lines) + "\n"


def _shape(shape: Any) -> Iterator[str]:
    if shape.has_chart:
        plot = shape.chart.plots[0]
        yield f"chart {shape.chart.chart_type.name}: {', '.join(plot.categories)}"
        for series in plot.series:
            yield f"  {series.name}: {', '.join(f'{one:g}' for one in series.values)}"
        yield f"  described: {shape._element.nvGraphicFramePr.cNvPr.get('descr')}"
    elif shape.has_text_frame:
        for paragraph in shape.text_frame.paragraphs:
            yield "".join(_run(run) for run in paragraph.runs).rstrip() or "-"


def _run(run: Any) -> str:
    url = run.hyperlink.address
    said = f"*{run.text}*" if run.font.bold else str(run.text)
    return f"{said} <{url}>" if url else said
