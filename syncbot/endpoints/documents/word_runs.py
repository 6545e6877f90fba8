"""Reads what stands inside a Word paragraph: runs, links, fields, boxes, tracked changes as accepted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lxml import etree

from syncbot.notes.form import MarkKind

from .drafting import TooDeepError
from .marking import begin_link, end_link
from .word_names import attribute, below, child, is_on, name_of
from .word_styles import Styles
from .words import Words, Writer

MOST_NESTED = 100
"""Elements may be nested so deep; Word writes a dozen."""
TICKED, EMPTY = "☑ ", "☐ "
_GONE = frozenset({"w:del", "w:moveFrom", "w:delText", "w:instrText", "w:rPr", "w:pPr", "w:sdtPr"})
_APART = frozenset({"w:object", "w:p", "w:tbl"})
"""Not part of the line."""
_BREAKS = frozenset({"w:br", "w:cr"})
_SWITCHES = (
    ("w:b", MarkKind.BOLD),
    ("w:strike", MarkKind.STRUCK),
    ("w:dstrike", MarkKind.STRUCK),
    ("w:u", MarkKind.UNDERLINED),
)
_SIGNS = {
    ("wingdings", 0x6F): EMPTY,
    ("wingdings", 0xA8): EMPTY,
    ("wingdings", 0x71): EMPTY,
    ("wingdings", 0xFD): TICKED,
    ("wingdings", 0xFE): TICKED,
    ("wingdings", 0x78): TICKED,
    ("wingdings", 0xFC): "✓ ",
    ("wingdings", 0xE0): "→",
    ("wingdings", 0xD8): "• ",
    ("wingdings", 0xA7): "• ",
    ("wingdings 2", 0xA3): EMPTY,
    ("wingdings 2", 0x30): EMPTY,
    ("wingdings 2", 0x52): TICKED,
    ("wingdings 2", 0x54): TICKED,
    ("wingdings 2", 0x50): "✓ ",
    ("symbol", 0xB7): "• ",
    ("symbol", 0xAE): "→",
}
"""Signs of fonts that are drawings: (font, code) -> what is drawn."""


@dataclass(kw_only=True)
class _Field:
    """A field that is open: first its instruction comes, then its result."""

    instruction: str = ""
    shown: bool = False
    linked: bool = False


@dataclass(kw_only=True)
class Runs:
    """Reads one paragraph after the other; fields may go on over several."""

    styles: Styles
    links: Mapping[str, str]
    """Relation id -> address outside."""
    fields: list[_Field] = field(default_factory=list)
    writer: Writer = field(default_factory=Writer)
    lines: list[Words] = field(default_factory=list)
    kept: list[Words] = field(default_factory=list)
    """Lines of a paragraph whose end is deleted: they belong to the next one, as does what the writer holds."""
    remarks: list[tuple[str, str]] = field(default_factory=list)
    """What the paragraph refers to: ("w:commentReference", id) .."""
    boxes: list[etree._Element] = field(default_factory=list)
    """Text boxes that hang on the paragraph."""
    paragraph: etree._Element | None = None
    """The properties of the paragraph."""
    in_link: int = 0

    def read(self, paragraph: etree._Element) -> list[Words]:
        """Return the lines of a paragraph, of which most have one."""
        self.lines, self.kept = self.kept, []
        self.remarks, self.boxes = [], []
        self.paragraph = child(paragraph, "w:pPr")
        self._inside(paragraph, 0)
        if _loses_its_end(self.paragraph):
            self.kept = self.lines
            return []
        return [*self.lines, self.writer.take()]

    def _inside(self, element: etree._Element, depth: int) -> None:
        if depth > MOST_NESTED:
            raise TooDeepError
        for one in element:
            name = name_of(one)
            if name not in _GONE:
                self._one(one, name, depth)

    def _one(self, element: etree._Element, name: str, depth: int) -> None:
        if name in _READERS:
            _READERS[name](self, element, depth)
        elif name in {"w:t", "m:t"}:
            self._say(element.text or "")
        elif name in {"w:drawing", "w:pict"}:
            self.boxes += _outermost_boxes(element)
        elif name not in _APART and not self._sign(element, name):
            self._inside(element, depth + 1)

    def alternative(self, element: etree._Element, depth: int) -> None:
        """Read what newer versions of Word read, not the copy for older ones."""
        chosen = child(element, "mc:Choice")
        chosen = child(element, "mc:Fallback") if chosen is None else chosen
        if chosen is not None:
            self._inside(chosen, depth + 1)

    def ruby(self, element: etree._Element, depth: int) -> None:
        """Read characters without what is written above them to tell how they sound."""
        base = child(element, "w:rubyBase")
        if base is not None:
            self._inside(base, depth + 1)

    def _sign(self, element: etree._Element, name: str) -> bool:
        """Read what stands for a character, a field's border or a remark; tell whether it was one."""
        if name in _BREAKS:
            self.lines.append(self.writer.take())
        elif name in {"w:tab", "w:ptab"}:
            self._say(" ")
        elif name == "w:noBreakHyphen":
            self._say("-")
        elif name == "w:sym":
            self._say(_drawn(element))
        elif name == "w:fldChar":
            self._border(element)
        elif name in {"w:commentReference", "w:footnoteReference", "w:endnoteReference"}:
            self.remarks.append((name, attribute(element, "w:id") or ""))
        else:
            return False
        return True

    def _say(self, text: str) -> None:
        if all(one.shown for one in self.fields):
            self.writer.add(text)

    def run(self, run: etree._Element, depth: int) -> None:
        """Read words that look alike."""
        properties = child(run, "w:rPr")
        if is_on(properties, "w:vanish"):
            return
        for one in run:
            if name_of(one) == "w:instrText" and self.fields and not self.fields[-1].shown:
                self.fields[-1].instruction += one.text or ""
        kinds = [kind for name, kind in _SWITCHES if self.styles.switch(name, properties, self.paragraph)]
        kinds = [kind for kind in kinds if kind is not MarkKind.UNDERLINED or not self.in_link]
        for kind in kinds:
            self.writer.open(kind)
        self._inside(run, depth + 1)
        for kind in kinds:
            self.writer.close(kind)

    def link(self, element: etree._Element, depth: int) -> None:
        """Read a link; one within the document is only its words."""
        address = self.links.get(attribute(element, "r:id") or "", "")
        self._begin_link(address)
        self._inside(element, depth + 1)
        self._end_link(address)

    def _begin_link(self, address: str) -> None:
        self.in_link += 1
        if address:
            begin_link(address, self.writer)

    def _end_link(self, address: str) -> None:
        self.in_link -= 1
        if address:
            end_link(self.writer)

    def simple_field(self, element: etree._Element, depth: int) -> None:
        """Read the result of a field."""
        address = _hyperlink(attribute(element, "w:instr") or "")
        self._begin_link(address)
        self._inside(element, depth + 1)
        self._end_link(address)

    def _border(self, element: etree._Element) -> None:
        """Begin a field, go over to its result, or end it."""
        match attribute(element, "w:fldCharType"):
            case "begin":
                box = below(element, "w:ffData", "w:checkBox")
                if box is not None:
                    ticked = is_on(box, "w:checked")
                    self._say(TICKED if (is_on(box, "w:default") if ticked is None else ticked) else EMPTY)
                self.fields.append(_Field())
            case "separate" if self.fields and not self.fields[-1].shown:
                top = self.fields[-1]
                top.shown, address = True, _hyperlink(top.instruction)
                if address:
                    top.linked = True
                    self._begin_link(address)
            case "end" if self.fields:
                if self.fields.pop().linked:
                    self._end_link("-")

    def control(self, element: etree._Element, depth: int) -> None:
        """Read a content control: a box to tick, or what was filled in; not the words that ask to fill it in."""
        properties, content = child(element, "w:sdtPr"), child(element, "w:sdtContent")
        box = child(properties, "w14:checkbox")
        if box is not None:
            self._say(TICKED if is_on(box, "w14:checked") else EMPTY)
        elif content is not None and not is_on(properties, "w:showingPlcHdr"):
            self._inside(content, depth + 1)


_READERS: Mapping[str, Callable[[Runs, etree._Element, int], None]] = {
    "w:r": Runs.run,
    "w:hyperlink": Runs.link,
    "w:fldSimple": Runs.simple_field,
    "w:sdt": Runs.control,
    "w:ruby": Runs.ruby,
    "mc:AlternateContent": Runs.alternative,
}


def _hyperlink(instruction: str) -> str:
    """Return the address that a field of the kind HYPERLINK leads to, "" for other fields."""
    command, _, rest = instruction.strip().partition(" ")
    if command.upper() != "HYPERLINK" or not rest.strip().startswith('"'):
        return ""
    return rest.strip()[1:].partition('"')[0]


def _drawn(element: etree._Element) -> str:
    font, code = (attribute(element, "w:font") or "").lower(), attribute(element, "w:char") or ""
    try:
        return _SIGNS.get((font, int(code, 16) & 0xFF), "")
    except ValueError:
        return ""


def _loses_its_end(properties: etree._Element | None) -> bool:
    """Whether the end of a paragraph is deleted in a tracked change, so that the next one goes on from it."""
    run = child(properties, "w:rPr")
    return child(run, "w:del") is not None or child(run, "w:moveFrom") is not None


def _outermost_boxes(element: etree._Element) -> list[etree._Element]:
    """Return the text boxes of a drawing, not those within them, nor the copies for older versions of Word."""
    found: list[etree._Element] = []
    waiting = [element]
    while waiting:
        one = waiting.pop()
        if name_of(one) == "w:txbxContent":
            found.append(one)
        else:
            waiting += [inner for inner in reversed(one) if name_of(inner) != "mc:Fallback"]
    return found
