"""What styles and numbering of a Word file say of a paragraph: heading, list, depth, bold."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from .word_names import attribute, below, child, is_on, name_of, number, value

_CHAIN = 20
"""A style may stand on others so many times; more is a circle."""
_HEADING = re.compile(r"heading ([1-9])$")
_LIST = re.compile(r"list (?:bullet|number|continue)(?: ([2-5]))?$")
_CODE = frozenset({"source code", "html preformatted", "code", "macro text", "plain text"})
_QUOTE = frozenset({"quote", "intense quote", "block text"})
_INDEX = re.compile(r"toc (?:\d|heading)$")
DEEPEST = 6
BODY = 9
"""The outline level of what is no heading."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Style:
    """One style, without what it stands on."""

    name: str
    based_on: str | None
    paragraph: etree._Element | None
    run: etree._Element | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Level:
    """One level of a list."""

    bullet: bool
    """It shows the same sign for every item, not a number."""
    shown: bool
    """It shows anything at all."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Numbered:
    """Where a paragraph stands in a list."""

    level: int
    bullet: bool
    shown: bool


@dataclass(frozen=True, kw_only=True)
class Styles:
    """Styles by id, and lists by number."""

    by_id: Mapping[str, Style] = field(default_factory=dict)
    default: str | None = None
    """The style of paragraphs that name none."""
    lists: Mapping[tuple[str, int], Level] = field(default_factory=dict)
    levels_of_styles: Mapping[tuple[str, str], int] = field(default_factory=dict)
    """(list, style) -> level, where the list itself says which style is which level."""

    _chains: dict[str | None, list[Style]] = field(default_factory=dict)

    def chain(self, style: str | None) -> list[Style]:
        """Return a style and those it stands on, nearest first."""
        if style not in self._chains:
            found: list[Style] = []
            nearest = style
            while nearest is not None and nearest in self.by_id and len(found) < _CHAIN:
                found.append(self.by_id[nearest])
                nearest = found[-1].based_on
            self._chains[style] = found
        return self._chains[style]

    def style_of(self, properties: etree._Element | None) -> str | None:
        """Return the id of a paragraph's style."""
        return value(properties, "w:pStyle") or self.default

    def heading(self, properties: etree._Element | None) -> int:
        """Return the level of a heading, 0 for other paragraphs."""
        outline = value(properties, "w:outlineLvl")
        for style in self.chain(self.style_of(properties)):
            match = _HEADING.match(style.name)
            if match:
                return min(int(match[1]), DEEPEST)
            if style.name == "title":
                return 1
            outline = outline or value(style.paragraph, "w:outlineLvl")
        level = number(outline, BODY)
        return min(level + 1, DEEPEST) if 0 <= level < BODY else 0

    def listed(self, properties: etree._Element | None) -> Numbered | None:
        """Return where a paragraph stands in a list, None where it is in none."""
        chain = self.chain(self.style_of(properties))
        own = child(properties, "w:numPr")
        places = [own, *(child(style.paragraph, "w:numPr") for style in chain)]
        identity = next((one for place in places if (one := value(place, "w:numId"))), None)
        if identity is None or identity == "0":
            return None
        depth = next((one for place in places if (one := value(place, "w:ilvl"))), None)
        level = number(depth, self.levels_of_styles.get((identity, self.style_of(properties) or ""), 0))
        known = self.lists.get((identity, level), Level(bullet=True, shown=True))
        if own is None or not level:  # "List Bullet 2" is a list of its own, whose only level is 0
            level = max(level, self._named_level(chain))
        return Numbered(level=level, bullet=known.bullet, shown=known.shown)

    def _named_level(self, chain: list[Style]) -> int:
        named = [int(match[1] or 1) - 1 for style in chain if (match := _LIST.match(style.name))]
        return named[0] if named else 0

    def continued(self, properties: etree._Element | None) -> int:
        """Return the depth of the item that a "List Continue" paragraph belongs to, 0 for others."""
        names = [style.name for style in self.chain(self.style_of(properties))]
        match = _LIST.match(names[0]) if names else None
        return int(match[1] or 1) if match else 0

    def is_code(self, properties: etree._Element | None) -> bool:
        """Whether the paragraph is one of code."""
        return any(style.name in _CODE for style in self.chain(self.style_of(properties)))

    def is_quote(self, properties: etree._Element | None) -> bool:
        """Whether the paragraph is a quotation."""
        return any(style.name in _QUOTE for style in self.chain(self.style_of(properties)))

    def is_index(self, properties: etree._Element | None) -> bool:
        """Whether the paragraph is a line of the table of contents."""
        return any(_INDEX.match(style.name) for style in self.chain(self.style_of(properties)))

    def switch(self, name: str, run: etree._Element | None, paragraph: etree._Element | None) -> bool:
        """Tell whether a run is bold, struck ..: by itself, by its style, or by its paragraph's."""
        styles = [*self.chain(value(run, "w:rStyle")), *self.chain(self.style_of(paragraph))]
        for properties in (run, *(style.run for style in styles)):
            said = is_on(properties, name)
            if said is not None:
                return said
        return False


def styles_of(styles: etree._Element | None, numbering: etree._Element | None) -> Styles:
    """Read both parts; either may be missing."""
    known: dict[str, Style] = {}
    default = None
    for one in styles if styles is not None else ():
        identity = attribute(one, "w:styleId")
        if name_of(one) != "w:style" or identity is None:
            continue
        known[identity] = Style(
            name=(value(one, "w:name") or identity).lower(),
            based_on=value(one, "w:basedOn"),
            paragraph=child(one, "w:pPr"),
            run=child(one, "w:rPr"),
        )
        if attribute(one, "w:type") == "paragraph" and attribute(one, "w:default") in {"1", "true"}:
            default = identity
    lists, styled = _lists(numbering, known)
    return Styles(by_id=known, default=default, lists=lists, levels_of_styles=styled)


def _lists(
    numbering: etree._Element | None, styles: Mapping[str, Style]
) -> tuple[dict[tuple[str, int], Level], dict[tuple[str, str], int]]:
    kinds = {attribute(one, "w:abstractNumId"): one for one in _named(numbering, "w:abstractNum")}
    numbers = {attribute(one, "w:numId"): one for one in _named(numbering, "w:num")}
    lists: dict[tuple[str, int], Level] = {}
    styled: dict[tuple[str, str], int] = {}
    for identity, one in numbers.items():
        kind = kinds.get(value(one, "w:abstractNumId"))
        linked = value(kind, "w:numStyleLink")
        if linked is not None and linked in styles:
            other = numbers.get(value(below(styles[linked].paragraph, "w:numPr"), "w:numId"))
            kind = kinds.get(value(other, "w:abstractNumId"), kind)
        changed = [below(override, "w:lvl") for override in _named(one, "w:lvlOverride")]
        for level in (*_named(kind, "w:lvl"), *(entry for entry in changed if entry is not None)):
            place = number(attribute(level, "w:ilvl"))
            lists[identity or "", place] = _level(level)
            styled[identity or "", value(level, "w:pStyle") or ""] = place
    return lists, styled


def _named(element: etree._Element | None, name: str) -> list[etree._Element]:
    return [one for one in element if name_of(one) == name] if element is not None else []


def _level(level: etree._Element) -> Level:
    form, text = value(level, "w:numFmt") or "decimal", value(level, "w:lvlText") or ""
    shown = form != "none" and bool(text.strip() or child(level, "w:lvlPicBulletId") is not None)
    return Level(bullet=form == "bullet", shown=shown)
