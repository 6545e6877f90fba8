"""From material and a layout to a publication: which sections, what is said in each, what is left out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from .declared import Milestone, Turn
from .form import Chart, Draw, Line, Publication, Run, Section
from .material import Material, instead
from .sources import SOURCES, Facts
from .wording import Wording, WordingFault


@dataclass(frozen=True, kw_only=True)
class ChartLayout:
    """What is drawn of a section's numbers."""

    draw: Draw
    label: str
    """Template of what stands below or beside each."""
    values: Mapping[str, str]
    """What is counted, as people call it, and the fact that has the number."""


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
    about: Sequence[str] = ()
    """Only what has one of these topics."""
    not_about: Sequence[str] = ()
    """Only what has none of these topics."""
    at_most: int = 20
    free: bool = False
    """Empty on purpose: people fill it in."""
    chart: ChartLayout | None = None


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A publication as declared."""

    title: str
    opening: Sequence[str] = ()
    nothing: str = ""
    """Said instead of sections when there is nothing to say."""
    sections: Sequence[SectionLayout] = ()
    slides: bool = False
    """A deck of slides rather than a document."""
    turns: Sequence[Turn] = ()
    milestones: Sequence[Milestone] = ()
    each: "Layout | None" = None
    """The same for one person: his or her actions and cities (`personal.narrowed`)."""


def compose(
    what: str, period: str, layout: Layout, material: Material, wording: Wording, *, whole: str | None = None
) -> Publication:
    """Return the publication. Empty sections vanish; a long one is cut, with a link to `whole` where there is one.

    Raises `WordingFault` when a template asks for what is not there.
    """
    material = replace(material, instead=instead(material, layout.turns), milestones=layout.milestones)
    general = _general(material, period)
    filled = [_filled(one, material, wording, general) for one in layout.sections]
    opening = [wording.line(one, general) for one in layout.opening]
    empty = not any(one.lines for one in filled if one.layout.source is not None)
    if layout.nothing and empty:
        opening.append(wording.line(layout.nothing, general))
    return Publication(
        what=what,
        group=material.group,
        period=period,
        language=wording.reader.language,
        title=wording.text(layout.title, general),
        opening=opening,
        sections=[_section(one, wording, general, whole) for one in filled if one.lines or one.layout.free],
        person=material.person,
        empty=empty,
        open=wording.word("Open"),
        slides=layout.slides,
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
        "person": _person(material),
    }


def _person(material: Material) -> str | None:
    known = material.people.get(material.person or "")
    return known.name if known else None


@dataclass(frozen=True, kw_only=True)
class _Filled:
    """What one section has to say."""

    layout: SectionLayout
    lines: Sequence[Line]
    left: int = 0
    """How many more there are."""
    chart: Chart | None = None


def _filled(
    layout: SectionLayout, material: Material, wording: Wording, general: Mapping[str, Any]
) -> _Filled:
    if layout.source is None:
        return _Filled(layout=layout, lines=[wording.line(one, general) for one in layout.texts])
    found = [{**general, **facts} for facts in SOURCES[layout.source](material) if _about(layout, facts)]
    chart = _chart(layout.chart, found, wording) if layout.chart is not None and found else None
    lines = [wording.line(layout.line, facts) for facts in found[: layout.at_most]]
    return _Filled(layout=layout, lines=lines, left=len(found) - len(lines), chart=chart)


def _about(layout: SectionLayout, facts: Facts) -> bool:
    topics = set(facts.get("topics") or ())
    return (not layout.about or not topics.isdisjoint(layout.about)) and topics.isdisjoint(layout.not_about)


def _chart(layout: ChartLayout, found: Sequence[Facts], wording: Wording) -> Chart:
    return Chart(
        draw=layout.draw,
        labels=[wording.text(layout.label, facts) for facts in found],
        series=[
            (wording.word(title), [_number(facts, fact) for facts in found])
            for title, fact in layout.values.items()
        ],
    )


def _number(facts: Facts, name: str) -> float:
    value = facts.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WordingFault(f"{name!r} is no number that could be drawn")
    return value


def _section(filled: _Filled, wording: Wording, general: Mapping[str, Any], whole: str | None) -> Section:
    layout, lines = filled.layout, filled.lines
    title = wording.text(wording.word(layout.title), general)
    return Section(
        name=layout.name,
        title=title,
        lines=lines,
        more=_more(filled.left, wording, whole) if filled.left else None,
        left=filled.left,
        free=layout.free,
        chart=filled.chart,
    )


def _more(left: int, wording: Wording, whole: str | None) -> Line:
    said = wording.reader.translations.ngettext("and %(num)d more", "and %(num)d more", left) % {"num": left}
    return Line(runs=[Run(text=f"… {said}", url=whole)])
