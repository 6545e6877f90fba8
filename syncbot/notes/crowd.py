"""The people that a note speaks of: those present, those who speak, those mentioned; and who a word may be."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from .form import BlockKind, MarkKind
from .grammar import Grammar, List, Tongue
from .lines import Line, bare
from .shapes import CAPITAL, MAIL, ONE_NAME, fold

_SPEAKER = re.compile(rf"^(?P<who>@?[{CAPITAL}\w][\w.'’\-]*(?:\s[{CAPITAL}][\w.'’\-]*){{0,2}})\s?:\s")
_TAGGED = re.compile(r"^\[name=(?P<who>[^\]]+)\]:?\s*")
"""How HackMD shows who says a line."""
_INITIALS = re.compile(rf"[{CAPITAL}]{{1,2}}[{CAPITAL}a-z]?[{CAPITAL}]?")
_HANDLE = re.compile(r"@([\w\-]+(?:\.[\w\-]+)*)")
_SPLIT = re.compile(r"\s*[,;|•·]\s*|\s+(?:and|und|et|en|y|e|&|\+)\s+")
_NAME = re.compile(ONE_NAME)
_OFTEN = 3
"""A small word that stands so often before what is said is a handle."""
_MANY_KNOWN = 12
"""With so many names, parts and initials known, initials of nobody among them are rather of an office."""
_SMALL = re.compile(r"(?<![\w@/.\-])[^\W\d_A-Z][^\W\d_A-Z]+(?![\w@/\-])")
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")


class Trust(IntEnum):
    """How sure it is that a word is a person, a role or a group."""

    NO = 0
    SHAPED = 1
    """It looks like a name."""
    SEEN = 2
    """It looks like initials, or it speaks in the note."""
    KNOWN = 3
    """Present or mentioned in the note, or a declared role or group."""


@dataclass(frozen=True, kw_only=True)
class Crowd:
    """The people of one note."""

    known: frozenset[str]
    """Names, first and last names, initials and handles, folded."""
    acquainted: frozenset[str] = frozenset()
    """Names and first names of people who are known from elsewhere, folded."""
    speakers: frozenset[str]
    small: frozenset[str]
    """Words that the note writes without a capital."""
    nobody: re.Pattern[str]
    judged: dict[tuple[str, str], Trust] = field(default_factory=dict)
    """What `trust` returned, by name and language."""

    def trust(self, name: str, tongue: Tongue) -> Trust:
        """Return how sure it is that this is somebody."""
        key = (name, tongue.language.code)
        if key not in self.judged:
            self.judged[key] = self._trust(name, tongue)
        return self.judged[key]

    def _trust(self, name: str, tongue: Tongue) -> Trust:
        said = fold(name.strip().lstrip("@"))
        if not said:
            return Trust.NO
        if (
            name.strip().startswith("@")
            or MAIL.fullmatch(name.strip())
            or said in self.known
            or tongue.group.fullmatch(said)
        ):
            return Trust.KNOWN
        words = said.split()
        if (
            len(words) > 1
            and name[0].isupper()
            and not self.nobody.fullmatch(words[0])
            and tongue.group.fullmatch(" ".join(words[1:]))
        ):
            return Trust.KNOWN
        if len(words) > 1 and words[0] in self.known and _NAME.fullmatch(name.strip()):
            return Trust.KNOWN
        if said in self.speakers or self._is_acquainted(said, tongue):
            return Trust.SEEN
        if _INITIALS.fullmatch(name) and name.isupper() and len(name) > 1 and not self.nobody.fullmatch(name):
            many = len(self.known) > _MANY_KNOWN
            return Trust.SHAPED if len(name) > 3 or (many and len(name) > 2) else Trust.SEEN
        shaped = _NAME.fullmatch(name.strip()) is not None and not name.islower()
        shaped = shaped and (name[0].isupper() or len(name) < 5)
        if not shaped or tongue.verbs.fullmatch(words[0]) or self._is_word(name.strip(), words):
            return Trust.NO
        return Trust.SHAPED

    def _is_acquainted(self, said: str, tongue: Tongue) -> bool:
        word = tongue.verbs.fullmatch(said) or self.nobody.fullmatch(said)
        return said in self.acquainted and word is None

    def _is_word(self, name: str, words: Sequence[str]) -> bool:
        """Whether it is a word with a capital: declared as one, or written without in the same note."""
        return self.nobody.fullmatch(words[0]) is not None or (
            len(words) == 1 and name.casefold() in self.small
        )


def crowd_of(lines: Sequence[Line], grammar: Grammar, present: Iterable[str] = ()) -> Crowd:
    """Gather the people of a note, with those who the source says were present."""
    names = [*present, *(name for line in lines for name in _listed(line, grammar))]
    known = {alias for name in names for alias in _aliases(name)}
    known |= {fold(handle) for line in lines if "@" in line.text for handle in _HANDLE.findall(line.text)}
    marks = (mark for line in lines for mark in line.block.marks if mark.kind is MarkKind.PERSON)
    for mark in marks:
        known |= set(_aliases(mark.value.partition("@")[0]))
    known |= {alias for line in lines for name in _mentioned(line) for alias in _aliases(name)}
    small = frozenset(word for line in lines for word in _SMALL.findall(line.text))
    return Crowd(
        known=frozenset(known),
        acquainted=grammar.acquainted,
        speakers=_speakers(lines, grammar),
        small=small,
        nobody=grammar.nobody,
    )


def _mentioned(line: Line) -> Iterable[str]:
    for mark in line.block.marks:
        if mark.kind is MarkKind.PERSON:
            yield line.block.text[mark.start : mark.end].lstrip("@")


def _listed(line: Line, grammar: Grammar) -> Iterable[str]:
    """Tell the names on a line of an attendance list, or after "Present:"."""
    if line.block.kind is BlockKind.HEADING:
        return
    title, colon, rest = line.text.partition(":")
    if colon and len(title) < 40 and _is_people(title, grammar):
        yield from _names(rest)
    elif line.list is List.PEOPLE and len(line.text) < 400:
        cells = line.block.cells[:2] if line.block.kind is BlockKind.ROW else [line.text.rpartition(":")[2]]
        for cell in cells:
            yield from _names(cell)


def _is_people(title: str, grammar: Grammar) -> bool:
    people = dict(grammar.lists)[List.PEOPLE]
    return people.fullmatch(fold(bare(title))) is not None


def _names(text: str) -> Iterable[str]:
    for found in _BRACKETS.findall(text):
        yield from (
            part for part in _SPLIT.split(found[0] or found[1]) if 1 < len(part) < 25 and " " not in part
        )
    for part in map(_last_name, _SPLIT.split(_BRACKETS.sub(",", text))):
        name = part.split(" - ")[0].split(" – ")[0].strip(" .*_-–\t")
        if name and len(name) < 45 and (any(one.isupper() for one in name) or " " not in name):
            yield name


def _last_name(part: str) -> str:
    """Return the name at the end of what stands between two commas: "In the chair A. Berg"."""
    if _NAME.fullmatch(part.strip()):
        return part
    found = _NAME.findall(part.strip())
    return found[-1] if found and part.strip().endswith(found[-1]) and part.strip()[0].isupper() else part


def _aliases(name: str) -> Iterable[str]:
    """Tell by what a person is called: name, parts of it, initials."""
    said = fold(name.lstrip("@"))
    words = [word for word in re.split(r"[\s.]+", said) if word.isalpha() or "-" in word or "'" in word]
    yield said
    if 1 < len(words) <= 5:
        yield from (word for word in words if len(word) > 2)
        yield "".join(word[0] for word in words)
        yield "".join(part[0] for word in words for part in word.split("-") if part)
        yield words[0][0] + words[-1][0]
        yield f"{words[0]} {words[-1][0]}"
        yield f"{words[0]} {words[-1]}"
        yield f"{words[0]} {words[1]}"
        if len(words[-1]) > 1:
            yield words[0][0] + words[-1][:2]


def _speakers(lines: Sequence[Line], grammar: Grammar) -> frozenset[str]:
    """Return those before whose words stands their name, at least twice or as initials."""
    counts: Counter[str] = Counter()
    for line in lines:
        if tagged := _TAGGED.match(line.text):
            counts[tagged["who"]] += 2
        match = _SPEAKER.match(line.text) if ":" in line.text[:40] else None
        if (
            match
            and not grammar.action.fullmatch(match["who"])
            and not grammar.decision.fullmatch(match["who"])
        ):
            counts[match["who"].lstrip("@")] += 1
    return frozenset(
        fold(name)
        for name, count in counts.items()
        if (not name.islower() and (count > 1 or (name.isupper() and len(name) < 4)))
        or (count > _OFTEN and grammar.nobody.fullmatch(name) is None)
    )


def speaker_of(text: str) -> tuple[str, int]:
    """Return who speaks a line that begins with a name, and where the words begin; "" where nobody is named."""
    match = _TAGGED.match(text) or _SPEAKER.match(text)
    return (match["who"].lstrip("@"), match.end()) if match else ("", 0)
