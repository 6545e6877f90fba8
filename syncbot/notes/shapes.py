"""From declared phrases and forms to patterns: the small language of mappings/notes.yaml."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

NO = re.compile(r"(?!)")
"""Matches nothing: of a list in which nothing is declared."""
CAPITAL = "A-ZÀ-ÖØ-ÞĀĂĄĆĈĊČĎĐĒĔĖĘĚĜĞĠĢĤĦĨĪĬĮİĴĶĹĻĽĿŁŃŅŇŌŎŐŒŔŖŘŚŜŞŠŢŤŦŨŪŬŮŰŲŴŶŸŹŻŽȘȚ"
_WORD = rf"[{CAPITAL}][\w'’]*(?:[.\-]\w+)*\.?"
_PARTICLE = r"(?:de la|v\.?d\.?|de|van der|van den|van de|van|von|der|den|del|di|da|dos|le|la|du|zu|ten|ter)"
_MAIL = r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+"
MAIL = re.compile(_MAIL)
"""An e-mail address."""
ONE_NAME = rf"{_MAIL}|@[\w\-]+(?:\.[\w\-]+)*(?:\s{_WORD})?|{_WORD}(?:\s(?:{_PARTICLE}\s)?{_WORD}){{0,3}}|[a-z]+[A-Z0-9]\w*"
"""What looks like a name, an @mention or a handle; whether it is one is judged later."""
_TOKEN = re.compile(r"\{(\w+)\}|\(([^()]*)\)|\[([^\[\]]*)\]|(\.\.\.)|(\S+?)(?=[\s{(\[]|$)")
_REST = r"\S+(?:\s+\S+){0,6}?"
_SOME = r"(?:\s+\S+){0,14}?"


def fold(text: str) -> str:
    """Return a text in the form in which phrases are compared."""
    return " ".join(text.casefold().replace("’", "'").split())


def phrase(text: str) -> str:
    """Return the pattern of one phrase."""
    words = text.replace("’", "'").split()
    parts = [_REST if word == "*" else re.escape(word).replace(r"\*", r"\w*") for word in words]
    return r"\s+".join(parts).replace("'", "['’]")


def either(phrases: Iterable[str]) -> str:
    """Return the pattern of any of some phrases, the longest first; it has no group."""
    longest = sorted(dict.fromkeys(phrases), key=lambda one: (-len(one), one))
    return f"(?:{'|'.join(map(phrase, longest))})" if longest else "(?!)"


def whole(phrases: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds phrases as whole words."""
    return re.compile(rf"(?<!\w){either(phrases)}(?!\w)", re.IGNORECASE)


def people(groups: Iterable[str], link: Iterable[str]) -> str:
    """Return the pattern of one or more people: names, @mentions, handles, groups and roles."""
    one = rf"(?:(?:{_WORD}\s+){{0,2}}(?i:{either(groups)})(?!\w)|{ONE_NAME})"
    between = rf"(?:\s*[,/&+]\s*(?:(?i:{either(link)})\s+)?|\s+(?i:{either(link)})\s+)"
    return rf"{one}(?:{between}{one}){{0,7}}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Form:
    """A form ready to be looked for."""

    text: str
    """As declared."""
    pattern: re.Pattern[str]
    begins: str
    """The gap that it begins with; "" where it begins with a word."""
    needs: tuple[tuple[str, ...], ...]
    """Of each of these lists of words (`*` at the end) a sentence must hold one for the form to fit."""
    verb: bool
    """Whether it holds a declared verb."""
    strong: bool
    """Whether it holds a declared verb and another word, so that a stranger before it is a person."""

    def found(self, text: str, clauses: Iterable[int]) -> re.Match[str] | None:
        """Return where it fits a sentence whose clauses begin at these places."""
        if self.begins == "who":
            fits = (self.pattern.match(text, at) for at in clauses)
            return next((match for match in fits if match), None)
        return self.pattern.match(text) if self.begins == "what" else self.pattern.search(text)


@dataclass(frozen=True, kw_only=True, slots=True)
class Gaps:
    """What may stand in the gaps of forms, by their names, and what a clause may begin after."""

    people: str
    verbs: Mapping[str, Sequence[str]]
    link: Sequence[str]


def form(text: str, gaps: Gaps) -> Form:
    """Make a form ready."""
    pieces: list[str] = []
    needs: list[tuple[str, ...]] = []
    verb = False
    for match in _TOKEN.finditer(text.removeprefix("^").removesuffix("$")):
        slot, choice, maybe, some, word = match.groups()
        if some:
            pieces.append(_SOME)
        elif slot:
            pieces.append(_slot(slot, pieces, gaps))
            if slot in gaps.verbs:
                needs.append(tuple(gaps.verbs[slot]))
                verb = True
        elif maybe:
            pieces.append(f"(?:{_joint(pieces, _words(maybe, gaps))})?")
        else:
            pieces.append(_joint(pieces, _words(choice or word or "", gaps)))
            needs += _needed(choice or word or "")
    text, first, last = text.removeprefix("^").removesuffix("$"), text.startswith("^"), text.endswith("$")
    begins = next((gap for gap in ("who", "what") if text.startswith(f"{{{gap}}}")), "")
    start = "" if begins else r"(?<![\w])"
    start = r"(?:^|[,;:–—(]\s)\W*" if first else start
    end = "" if text.endswith("{job}") else r"\W*$" if last else r"(?!\w)"
    pattern = re.compile(start + "".join(pieces) + end)
    return Form(
        text=text,
        pattern=pattern,
        begins=begins,
        needs=tuple(needs),
        verb=verb,
        strong=verb and len(needs) > 1,
    )


def clause_starts(link: Iterable[str]) -> re.Pattern[str]:
    """Return what stands before the beginning of a clause."""
    words = either([*link, "so", "then", "that", "dass", "dat", "que"])
    return re.compile(rf"^|[,;:–—(>]\s*|[.\-]\s+|(?<!\w){words}\s+", re.IGNORECASE)


def _slot(slot: str, before: Sequence[str], gaps: Gaps) -> str:
    """Return a gap with what parts it from the piece before; after a verb nothing need follow."""
    gap = _gap(slot, gaps)
    small = f"(?![{CAPITAL}]){gap}" if slot == "does" else gap  # a verb, not a name or a noun
    piece = _joint(before, small)
    return (
        f"(?:{piece})?"
        if slot == "job" and before and re.search(r"\(\?P<(?:do|does)>", before[-1])
        else piece
    )


def _gap(slot: str, gaps: Gaps) -> str:
    match slot:
        case "who":
            return f"(?P<who>{gaps.people})"
        case "what":
            return r"(?P<what>\S.*?)"
        case "job":
            return r"(?P<job>\S.*)"
        case _:
            return rf"(?P<{slot}>(?i:{either(gaps.verbs[slot])}))(?!\w)"


def _words(text: str, gaps: Gaps) -> str:
    """Return the pattern of literal words, which may be told apart by "|" and hold gaps."""
    if "{" in text:
        options = [
            re.sub(
                r"\\\{(\w+)\\\}",
                lambda one: f"(?i:{either(gaps.verbs[one[1]])})",
                re.escape(option).replace(r"\ ", r"\s+"),
            )
            for option in text.split("|")
        ]
        return f"(?:{'|'.join(options)})"
    return f"(?i:{either(text.split('|'))})"


def _joint(before: Sequence[str], piece: str) -> str:
    """Put blanks between two pieces, but for those that an apostrophe joins."""
    if all(one.endswith(")?") for one in before):
        return rf"\s*{piece}" if before else piece
    apostrophe = "['’]" in before[-1] or "['’]" in piece
    return (r"(?:\s+|(?=['’])|(?<=['’]))" if apostrophe else r",?\s+") + piece


def _needed(text: str) -> list[tuple[str, ...]]:
    """Return the first words of the options, where all are plain words."""
    firsts = [re.findall(r"\w+", option.casefold()) for option in text.split("|")]
    if "{" in text or "*" in text or not all(firsts):
        return []
    return [tuple(words[0] for words in firsts)]
