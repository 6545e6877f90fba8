"""The lines of a note as a person reads them: wrapped ones joined, each under its titles and in its list."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .form import Block, BlockKind, MarkKind, Note
from .grammar import Grammar, List
from .shapes import CAPITAL, fold

_TITLE_ENDS = re.compile(r"[:：]\s*$")
NUMBER = re.compile(
    r"^(?:(?:TOP|TO|Item|Punkt|Point|Punto|§)\s*)?(?:\d+(?:\.\d+)*\s*[.)]+(?!\d)|\d+(?:\.\d+)+(?!\d)|[A-Za-z]\)|[IVX]+\.)\s*",
    re.IGNORECASE,
)
_ASIDE_LISTS = {List.PEOPLE, List.PASSED}
_NOBODY = re.compile(r":\s*[-–—/]+\s*$")
"""A label with a stroke after it, "Guests: -", introduces nothing."""
_SIGNS_FIRST = re.compile(r"^[^\w(\[§\"'“]+")
_ASIDE = re.compile(r"\s*\([^()]*\)\s*$|\s*\[[^\[\]]*\]\s*$")
_SENTENCE_ENDS = (".", ",", ";", "!", "?")
_MOSTLY = 0.7
_BOLD = 6
"""How high a title a bold line is; headings are higher."""
_ITEMS = 8
"""The rank of the outermost items."""
_MAX_TITLE = 90
_MAX_NUMBERED = 60
"""A line numbered 8.2 that is longer says something itself."""
_WRAPPED = 60
"""A line of at least so many characters may have been wrapped."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One line as a person reads it."""

    at: int
    """Place of its first block."""
    block: Block
    """Its first block."""
    text: str
    """Its whole text, wrapped lines joined by blanks."""
    starts: Sequence[int]
    """Where the text of each of its blocks begins in `text`; the blocks follow each other from `at` on."""
    list: List | None
    """What the list or section that it stands in is about."""
    tops: bool
    """It is of the outermost items of that list, or no item of a list at all."""
    titles: Sequence[str]
    """What it stands under, the outermost first."""
    title: str | None
    """The agenda item it stands under."""
    above: str
    """The text of the item that it is nested in."""
    parent: bool
    """Items are nested in it."""
    is_title: bool
    """It is itself a title."""
    summary: bool = False
    """The list has a heading or a bold line of its own, as a summary at the end has."""
    section: int = -1
    """Place of the title that says what the list is about; -1 where none does."""

    @property
    def struck(self) -> bool:
        """Whether all of it is struck out."""
        text = self.block.text
        gone = [text[mark.start : mark.end] for mark in self.block.marks if mark.kind is MarkKind.STRUCK]
        return bool(gone) and _letters("".join(gone)) >= _MOSTLY * _letters(text)

    def blocks(self, start: int, end: int) -> Sequence[int]:
        """Return the places of the blocks that hold a part of the text."""
        ends = [*self.starts[1:], len(self.text) + 1]
        return [self.at + n for n, begin in enumerate(self.starts) if begin < end and ends[n] > start]


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def bare(title: str) -> str:
    """Return a title without number, remarks in brackets and signs around it."""
    text = NUMBER.sub("", _SIGNS_FIRST.sub("", title.strip()))
    while (shorter := _ASIDE.sub("", text)) != text:
        text = shorter
    return text.strip("*_#=-–—→>•.:： \t")


def kind_of(title: str, grammar: Grammar) -> List | None:
    """Return what a list under this title is about."""
    text = fold(bare(title))
    if not text or len(text) > _MAX_TITLE:
        return None
    for kind, pattern in grammar.lists:
        if pattern.fullmatch(text):
            return List.REVIEW if kind is List.ACTIONS and grammar.earlier.search(text) else kind
    return _tailed(title, text, grammar) or _joint(text, grammar) or _announced(title, text, grammar)


def _announced(title: str, text: str, grammar: Grammar) -> List | None:
    """Read a line that announces a list: "This leads to the following actions:"."""
    if not _TITLE_ENDS.search(title):
        return None
    words = text.replace("/", " ").split()
    for kind in (List.ACTIONS, List.DECISIONS):
        pattern = dict(grammar.lists)[kind]
        if any(pattern.fullmatch(" ".join(words[n:])) for n in range(max(1, len(words) - 3), len(words))):
            return kind
    return None


def _tailed(title: str, text: str, grammar: Grammar) -> List | None:
    """Read "Actions from the last call", "TODOs for the next meeting:", "Action items 2024-05-01"."""
    actions = dict(grammar.lists)[List.ACTIONS]
    match = actions.match(text)
    if not match or not (tail := text[match.end() :]) or tail[0].isalnum():
        return _review_of(text, actions, grammar)
    if grammar.earlier.search(tail):
        return List.REVIEW
    dated = re.fullmatch(r"\W*\d[\d\W]*|\s*\(.*", tail) or grammar.until_next.match(tail)
    if dated or (_TITLE_ENDS.search(title) and grammar.to.match(tail.strip())):
        return List.ACTIONS
    return None


def _review_of(text: str, actions: re.Pattern[str], grammar: Grammar) -> List | None:
    """Read "Review of last meeting's action items", "Old TODOs"."""
    match = grammar.earlier.match(text)
    if not match:
        return None
    words = text[match.end() :].split()
    return List.REVIEW if any(actions.fullmatch(" ".join(words[n:])) for n in range(len(words))) else None


def _joint(text: str, grammar: Grammar) -> List | None:
    """Read titles of two halves: "Decisions and actions", "Acties / besluiten"."""
    parts = [part for part in re.split(r"\s*[/&+,]\s*|\s+(?:and|und|et|en|y|e|or)\s+", text) if part]
    if len(parts) < 2:
        return None
    kinds = [
        next((kind for kind, pattern in grammar.lists if pattern.fullmatch(part)), None) for part in parts
    ]
    if kinds[0] is None:
        return None
    for kind in (List.ACTIONS, List.REVIEW):
        if kind in kinds:
            return kind
    return kinds[0] if len(set(kinds)) == 1 else None


@dataclass(kw_only=True)
class _Open:
    """A title that is open."""

    text: str
    rank: int
    """0 to 5 headings, 6 bold lines and lines with a number, 7 lines that end with a colon, 8 and more items."""
    list: List | None
    level: int = 0
    """How deep a title that is no heading stands."""
    base: int | None = None
    """The level of the first item of its list."""
    items: bool = False
    """Items have been seen below it."""
    at: int = -1
    """Place of the title."""
    numbered: bool | None = None
    """Of a list of people: whether its first line has a number."""


def _sums_up(title: _Open) -> bool:
    """Whether a list stands by itself: under a heading, a bold line, or a line that is nothing but its title."""
    alone = title.rank <= _BOLD or (title.rank < _ITEMS and not _TITLE_ENDS.search(title.text))
    return title.list is not None and alone


@dataclass(kw_only=True)
class _Reader:
    grammar: Grammar
    blocks: Sequence[Block]
    open: list[_Open] = field(default_factory=list)

    def lines(self) -> Iterator[Line]:
        for at, size in _joined(self.blocks, self.grammar):
            yield self._line(at, size)

    def _line(self, at: int, size: int) -> Line:
        block = self.blocks[at]
        parts = [self.blocks[at + n].text for n in range(size)]
        text = " ".join(parts)
        below = self.blocks[at + size] if at + size < len(self.blocks) else None
        parent = _nested(block, below)
        rank = self._rank(block, text, parent, below)
        self._close(block, rank)
        self._end_of_people(block, text)
        kind, tops = self._place(block)
        inner = self.open[-1].text if self.open and self.open[-1].rank >= 8 else ""
        line = Line(
            at=at,
            block=block,
            text=text,
            starts=[sum(len(part) + 1 for part in parts[:n]) for n in range(size)],
            list=kind,
            tops=tops,
            titles=[one.text for one in self.open],
            title=self._title(),
            above=inner,
            parent=parent,
            is_title=rank is not None and rank < 8,
            summary=any(_sums_up(one) for one in self.open),
            section=next((one.at for one in self.open if one.list is not None), -1),
        )
        if rank is not None:
            self.open.append(
                _Open(text=text, rank=rank, list=self._kind(text, rank, at), level=block.level, at=at)
            )
        return line

    def _kind(self, text: str, rank: int, at: int) -> List | None:
        """Return what the lines below a title are about: what it says, else what the title above it says."""
        said = kind_of(text, self.grammar)
        if said in _ASIDE_LISTS and at == 0 and not _TITLE_ENDS.search(text):
            return None  # the title of the note: "Protokoll"
        if said is not None and (rank < 8 or said is not List.PASSED):
            return said
        if self.open and self.open[-1].list is not None and rank > self.open[-1].rank:
            inherited = self.open[-1].list
            return None if inherited is List.DECISIONS and rank < _BOLD else inherited
        return None

    def _rank(self, block: Block, text: str, parent: bool, below: Block | None) -> int | None:
        """Return how high a title a line is; None where it is none."""
        if block.kind is BlockKind.HEADING:
            return block.level - 1
        if block.kind is BlockKind.ITEM and block.checked is None:
            return 8 + block.level if parent else None
        if block.kind is not BlockKind.PARAGRAPH or len(text) > _MAX_TITLE:
            return None
        if _all_bold(block) or _is_numbered_title(text, below):
            return 6
        return 7 if self._lone_title(text, below) else None

    def _lone_title(self, text: str, below: Block | None) -> bool:
        """Whether a plain line introduces a list: it ends with a colon, or is nothing but a declared title."""
        if below is None or below.kind is BlockKind.HEADING or _NOBODY.search(text):
            return False
        return bool(_TITLE_ENDS.search(text)) or (
            not text.endswith(_SENTENCE_ENDS) and kind_of(text, self.grammar) is not None
        )

    def _close(self, block: Block, rank: int | None) -> None:
        """Close the titles that end before this line."""
        while self.open and self._ends(self.open[-1], block, rank):
            self.open.pop()

    def _ends(self, top: _Open, block: Block, rank: int | None) -> bool:
        if rank is not None and rank < 8 and rank <= top.rank and top.rank < 8:
            return not (rank == 7 and block.level > top.level)
        if block.kind is BlockKind.HEADING:
            return True if top.rank >= 6 else rank is not None and rank <= top.rank
        if top.rank >= 8:
            return block.level <= top.level
        if top.rank == 7:
            over = (
                top.items
                and block.kind is not BlockKind.ITEM
                and not block.continues
                and block.level <= top.level
            )
            return over or block.level < top.level
        return top.rank == 6 and block.level < top.level

    def _end_of_people(self, block: Block, text: str) -> None:
        """A list of people ends where something else begins that no title parts from it."""
        holder = next((one for one in self.open if one.list is List.PEOPLE), None)
        if holder is None or block.kind in {BlockKind.HEADING, BlockKind.ROW}:
            return
        numbered = block.numbered or NUMBER.match(text) is not None
        if holder.numbered is None:
            holder.numbered = numbered
        long = len(text.split()) > 11 and text.count(",") < len(text.split()) / 5
        marker = self.grammar.action.match(text)
        if (numbered and not holder.numbered) or long or block.checked is not None or marker:
            for one in self.open:
                one.list = None if one.list is List.PEOPLE else one.list

    def _place(self, block: Block) -> tuple[List | None, bool]:
        """Return what the list is about, and whether the line is one of its outermost items."""
        holder = next((one for one in reversed(self.open) if one.list is not None), None)
        kind = self.open[-1].list if self.open else None
        if block.kind is BlockKind.ITEM:
            for one in self.open:
                one.items = True
        if holder is None or kind is None:
            return kind, True
        first = next(one for one in self.open if one.list is not None)
        if block.kind is not BlockKind.ITEM:
            return kind, True
        if first.base is None:
            first.base = block.level
        return kind, block.level <= first.base

    def _title(self) -> str | None:
        """Return the agenda item: the innermost title that is no item, or the outermost item below it."""
        items = [one for one in self.open if one.rank >= 8 and one.list is None]
        if items:
            return tidy(items[0].text)
        lone = [one for one in self.open if one.list is None and one.at > 0] or self.open
        return tidy(lone[-1].text) if lone else None


def tidy(title: str) -> str:
    """Return a title as it is shown: without its colon."""
    return title.strip().rstrip(":： ")


def _nested(block: Block, below: Block | None) -> bool:
    return (
        below is not None
        and block.kind is BlockKind.ITEM
        and below.kind is not BlockKind.HEADING
        and below.level > block.level
    )


def _all_bold(block: Block) -> bool:
    thick = sum(
        mark.end - mark.start for mark in block.marks if mark.kind in {MarkKind.BOLD, MarkKind.UNDERLINED}
    )
    return thick > 0 and thick >= len(block.text.rstrip(" :.")) - 1


def _is_numbered_title(text: str, below: Block | None) -> bool:
    match = NUMBER.match(text)
    if match is not None and "." in match[0].strip(" .)"):
        below_too = below is None or NUMBER.match(below.text) is not None
        return not below_too and len(text) < _MAX_NUMBERED and not text.endswith(_SENTENCE_ENDS)
    return (
        match is not None
        and len(text) - match.end() > 2
        and not text.endswith(_SENTENCE_ENDS)
        and not match[0][0].islower()
    )


def _joined(blocks: Sequence[Block], grammar: Grammar) -> Iterator[tuple[int, int]]:
    """Tell where lines begin, and how many blocks each has."""
    at = 0
    while at < len(blocks):
        size = 1
        while at + size < len(blocks) and _goes_on(blocks[at + size - 1], blocks[at + size], grammar):
            size += 1
        yield at, size
        at += size


def _goes_on(before: Block, block: Block, grammar: Grammar) -> bool:
    """Whether a sentence was wrapped between two lines, not ended."""
    if not block.continues or block.checked is not None or block.kind in {BlockKind.CODE, BlockKind.ROW}:
        return False
    text, last = block.text, before.text.rstrip()
    if _starts_anew(text, grammar) or _TITLE_ENDS.search(last):
        return False
    if re.match(r"[a-zà-öø-ÿ(&]", text):
        return last[-1:] not in ".!?" or len(last) >= _WRAPPED
    return len(last) >= _WRAPPED and last[-1:] not in ".!?;"


_FIRST = re.compile(r"\w+")
_NEW = re.compile(
    rf"(?:\W{{0,3}}(?:\d+(?:\.\d+)*[.)]?\s)|\(?[a-zA-Z]\)\s|->|=>|→|[{CAPITAL}][\w .]{{0,24}}:\s|@)"
)


def _starts_anew(text: str, grammar: Grammar) -> bool:
    if grammar.marker_words.isdisjoint(_FIRST.findall(text[:60].casefold())):
        return _NEW.match(text) is not None
    marker = grammar.action.search(text, 0, 60) or grammar.decision.search(text, 0, 60)
    at_start = marker is not None and (marker.start() <= 1 or grammar.earlier.match(text) is not None)
    return at_start or _NEW.match(text) is not None


def read(note: Note, grammar: Grammar) -> list[Line]:
    """Return the lines of a note."""
    return list(_Reader(grammar=grammar, blocks=note.blocks).lines())
