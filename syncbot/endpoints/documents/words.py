"""The words of one line with what is said of their parts, gathered piece by piece."""

import re
from dataclasses import dataclass, field

from syncbot.notes.form import Mark, MarkKind

_SPACE = re.compile(r"\s+")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b\u2060\ufeff\ufffc]+")
"""Control characters, soft hyphens, marks of byte order and spaces without width."""
_BOX = re.compile(r"(?:\[(?P<typed>[ xX✓✔*_]?)\]|(?P<drawn>[☐☑☒✅✓✔⬜□]))(?!\()[\s:]*(?=\S|$)")
_EMPTY = {"", " ", "_", "☐", "⬜", "□"}
_BULLET = re.compile(r"(?:[•●◦▪‣·○∙*+\u2013\u2014-])\s+(?=\S)")
_MENTION = re.compile(r"(?<![\w.+@/-])@(?P<name>\w[\w-]*+)(?!@)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """Text on one line with its marks."""

    text: str = ""
    marks: tuple[Mark, ...] = ()

    def cut(self, count: int) -> "Words":
        """Leave out the first `count` characters."""
        moved = [_moved(mark, -count) for mark in self.marks if mark.end > count]
        return Words(text=self.text[count:], marks=tuple(moved))


def _moved(mark: Mark, by: int) -> Mark:
    return Mark(kind=mark.kind, start=max(0, mark.start + by), end=mark.end + by, value=mark.value)


def joined(parts: list[Words], between: str) -> Words:
    """Put words one after the other."""
    text, marks = "", list[Mark]()
    for number, part in enumerate(parts):
        text += between if number else ""
        marks += [_moved(mark, len(text)) for mark in part.marks]
        text += part.text
    return Words(text=text, marks=tuple(marks))


def without_box(words: Words) -> tuple[Words, bool | None]:
    """Take a box off the beginning, typed or drawn; tell whether it is ticked, None where there is none."""
    match = _BOX.match(words.text)
    if match is None:
        return words, None
    sign = match["typed"] if match["drawn"] is None else match["drawn"]
    return words.cut(match.end()), sign not in _EMPTY


def without_bullet(words: Words) -> tuple[Words, bool]:
    """Take a typed bullet or dash off the beginning; tell whether there was one."""
    match = _BULLET.match(words.text)
    return (words.cut(match.end()), True) if match else (words, False)


def is_typed_item(words: Words) -> bool:
    """Whether somebody typed a bullet or a box in front."""
    return bool(_BULLET.match(words.text) or _BOX.match(words.text))


def with_mentions(words: Words) -> Words:
    """Mark what is written as @name."""
    if "@" not in words.text:
        return words
    found = [
        Mark(kind=MarkKind.PERSON, start=match.start(), end=match.end(), value=match["name"])
        for match in _MENTION.finditer(words.text)
    ]
    return Words(text=words.text, marks=tuple(sorted((*words.marks, *found), key=lambda mark: mark.start)))


@dataclass(kw_only=True)
class Writer:
    """Gathers one line: runs of spaces become one, marks are opened and closed as the source does."""

    _pieces: list[str] = field(default_factory=list)
    _length: int = 0
    _last: str = " "
    _open: list[tuple[MarkKind, int, str]] = field(default_factory=list)
    _marks: list[Mark] = field(default_factory=list)

    def add(self, text: str) -> None:
        """Go on with some text."""
        text = _SPACE.sub(" ", _UNSEEN.sub("", text))
        if self._last == " ":
            text = text.lstrip()
        if text:
            self._pieces.append(text)
            self._length += len(text)
            self._last = text[-1]

    def open(self, kind: MarkKind, value: str = "") -> None:
        """Begin a mark here."""
        self._open.append((kind, self._length, value))

    def close(self, *kinds: MarkKind) -> bool:
        """End the mark of one of these kinds that was begun last; tell whether there was one."""
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] in kinds:
                kind, start, value = self._open.pop(place)
                self._marks.append(Mark(kind=kind, start=start, end=self._length, value=value))
                return True
        return False

    def take(self) -> Words:
        """Return the line and begin another, in which the marks that are open go on."""
        still = list(self._open)
        for kind, _, _ in still:
            self.close(kind)
        text = "".join(self._pieces)
        words = Words(text=text.rstrip(), marks=tuple(_tidied(self._marks, text)))
        self._pieces, self._length, self._last, self._marks = [], 0, " ", []
        self._open = [(kind, 0, value) for kind, _, value in still]
        return words

    @property
    def is_empty(self) -> bool:
        """Whether nothing but spaces came so far."""
        return self._length == 0


def _tidied(marks: list[Mark], text: str) -> list[Mark]:
    """Drop what marks nothing, leave out spaces at both ends, join what only runs had parted."""
    tidy: list[Mark] = []
    for mark in sorted(marks, key=lambda one: (one.kind, one.start)):
        part = text[mark.start : mark.end]
        start = mark.start + len(part) - len(part.lstrip())
        end = start + len(part.strip())
        if start >= end:
            continue
        before = tidy[-1] if tidy else None
        if (
            before
            and (before.kind, before.value) == (mark.kind, mark.value)
            and not text[before.end : start].strip()
        ):
            tidy[-1] = Mark(kind=mark.kind, start=before.start, end=max(end, before.end), value=mark.value)
        else:
            tidy.append(Mark(kind=mark.kind, start=start, end=end, value=mark.value))
    return sorted(tidy, key=lambda one: (one.start, one.end))
