"""From material and a layout to a publication: which sections, what is said in each, what is left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .form import Line, Publication, Run, Section, shortened
from .material import Material
from .sources import SOURCES, Facts
from .wording import Wording


@dataclass(frozen=True, kw_only=True)
class SectionLayout:
    """A section as declared in mappings/publications.yaml."""

    name: str
    title: str
    """Our fixed word, or the organisation's own; translated where the reader's language knows it."""
    source: str | None = None
    """A word of `sources.SOURCES`; None for a section of fixed text."""
    line: str = "{{ name }}"
    """Template of one line."""
    texts: Sequence[str] = ()
    """Of a section of fixed text: its lines, as templates of the whole."""
    at_most: int = 20
    free: bool = False
    """Empty on purpose: people fill it in."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A publication as declared."""

    title: str
    opening: Sequence[str] = ()
    nothing: str = ""
    """Said instead of sections when there is nothing to say."""
    sections: Sequence[SectionLayout] = ()


def compose(
    what: str, period: str, layout: Layout, material: Material, wording: Wording, *, whole: str | None = None
) -> Publication:
    """Return the publication. Empty sections vanish; a long one is cut, with a link to `whole` where there is one.

    Raises `WordingFault` when a template asks for what is not there.
    """
    general = _general(material, period)
    said = [(one, _lines(one, material, wording, general)) for one in layout.sections]
    opening = [wording.line(one, general) for one in layout.opening]
    if layout.nothing and not any(lines for one, lines in said if one.source is not None):
        opening.append(wording.line(layout.nothing, general))
    return Publication(
        what=what,
        group=material.group,
        period=period,
        language=wording.reader.language,
        title=wording.text(layout.title, general),
        opening=opening,
        sections=[_section(one, lines, wording, general, whole) for one, lines in said if lines or one.free],
    )


def _general(material: Material, period: str) -> dict[str, Any]:
    """What every template may ask for."""
    return {
        "group": material.title,
        "today": material.today,
        "since": material.since,
        "meeting": material.meeting,
        "period": period,
        "contact_days": material.contact_days,
    }


def _section(
    layout: SectionLayout,
    lines: Sequence[Line],
    wording: Wording,
    general: Mapping[str, Any],
    whole: str | None,
) -> Section:
    title = wording.text(wording.word(layout.title), general)
    section = Section(name=layout.name, title=title, lines=lines, free=layout.free)
    return shortened(section, layout.at_most, _more(len(lines) - layout.at_most, wording, whole))


def _lines(
    layout: SectionLayout, material: Material, wording: Wording, general: Mapping[str, Any]
) -> list[Line]:
    if layout.source is None:
        return [wording.line(one, general) for one in layout.texts]
    found: Sequence[Facts] = SOURCES[layout.source](material)
    return [wording.line(layout.line, {**general, **facts}) for facts in found]


def _more(left: int, wording: Wording, whole: str | None) -> Line:
    said = wording.reader.translations.ngettext("and %(num)d more", "and %(num)d more", left) % {"num": left}
    return Line(runs=[Run(text=f"… {said}", url=whole)])
