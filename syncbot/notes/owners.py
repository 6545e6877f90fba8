"""Who is to do it: names before, after or inside a job, and the job without them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .crowd import Crowd, Trust
from .grammar import Grammar, Tongue
from .shapes import CAPITAL, fold

_BRACKET_FIRST = re.compile(r"^\s*[\[(](?P<who>[^\[\]()]{1,60})[\])]\s*[:\-–—]?\s*(?P<rest>.*)$", re.DOTALL)
_BRACKET_LAST = re.compile(
    r"^(?P<rest>.*\S)\s*[\[(](?P<who>[^\[\]()]{1,80})[\])](?P<after>[\s.:;,]*)$", re.DOTALL
)
_BEFORE = re.compile(r"^(?P<who>[^:–—]{1,60}?)\s*(?::|\s[-–—]|=>|->|→)\s*(?P<rest>\S.*)$", re.DOTALL)
_AFTER = re.compile(r"^(?P<rest>.*\S)\s*(?:\s[-–—]+|=>|-+>|→|\||[:/])\s*(?P<who>[^:–—|>]{1,60})$", re.DOTALL)
_COMMA_LAST = re.compile(r"^(?P<rest>.*\S)[,.;]\s+(?P<who>[^,.;:]{1,40})\.?$", re.DOTALL)
_AT_FIRST = re.compile(
    rf"^(?P<who>@[\w.\-]+(?:\s[{CAPITAL}][\w\-]+)?(?:(?:\s*[,/&+]\s*|\s+(?:and|und|et|en|y)?\s*)@[\w.\-]+(?:\s[{CAPITAL}][\w\-]+)?)*)[\s:,\-–—]*(?P<rest>.*)$",
    re.DOTALL,
)
_AT_LAST = re.compile(
    r"^(?P<rest>.*\S)\s+(?P<who>@[\w.\-]+(?:(?:\s*[,/&+]\s*|\s+)@[\w.\-]+)*)\W*$", re.DOTALL
)
_INNER = re.compile(r"[\[(](?P<who>[^\[\]()]{2,60})[\])]")
_EMPTY = re.compile(
    r"[\s?\-–—_.…/*x]*|(?i:tbd|tba|tbc|n/?a|none|open|offen|nobody|niemand|nn|n\.n\.|unassigned|\?+)"
)
_PARTS = re.compile(r"\s*[,/&+;\n()|]\s*")
_INITIALS_FIRST = re.compile(
    rf"^(?P<who>[{CAPITAL}]{{2,3}}(?:\s*(?:[,/&+]|und|and|et|en|y)\s*[{CAPITAL}]{{2,3}})*)\s+(?P<rest>\S.*)$",
    re.DOTALL,
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Owned:
    """A job and who is to do it."""

    owners: Sequence[str]
    job: str
    trust: Trust = Trust.NO
    """How sure the least sure of the owners is."""


@dataclass(frozen=True, kw_only=True)
class Owners:
    """Finds the owners of a job in one note."""

    grammar: Grammar
    crowd: Crowd
    tongues: Sequence[Tongue]
    """The languages of the note, the first one first."""

    def people(self, text: str, *, least: Trust) -> tuple[list[str], Trust]:
        """Return the people that a whole text names; none where a part of it is less sure to be one than `least`."""
        best: tuple[list[str], Trust] = ([], Trust.NO)
        for tongue in self.tongues:
            parts = self.parts(text, tongue)
            trust = min((self.crowd.trust(part, tongue) for part in parts), default=Trust.NO)
            if trust >= least and trust > best[1]:
                best = (parts, trust)
        return best

    def parts(self, text: str, tongue: Tongue) -> list[str]:
        """Part a list of people."""
        plain = (
            self.grammar.to.sub("", text.strip(), count=1)
            if self.grammar.to.match(text.strip())
            else text.strip()
        )
        whole = plain.strip(" .:*_")
        if tongue.group.fullmatch(fold(whole)):
            return [whole]
        parts = [self.name(part) for part in _PARTS.split(whole) for part in tongue.link.split(part)]
        return [part for part in parts if part]

    def name(self, text: str) -> str:
        """Return a name without "@" and title."""
        plain = text.strip(" .:*_?!\t").lstrip("@").strip()
        return self.grammar.titles.sub("", plain) or plain

    def cell(self, text: str) -> list[str]:
        """Return the people of a table cell or a label: whatever stands there is somebody."""
        if _EMPTY.fullmatch(text.strip()) or self.grammar.nothing.fullmatch(text.strip()):
            return []
        found = self.parts(text, self.tongues[0])
        return [one for one in dict.fromkeys(found) if not _EMPTY.fullmatch(one)]

    def of(self, job: str, *, least: Trust = Trust.SHAPED) -> Owned:
        """Find the owners that stand before or after a job by themselves."""
        label = self.grammar.owner_label.search(job)
        if label and (said := self.cell(_until_day(label["said"]))):
            rest = f"{job[: label.start()]} {job[label.end() :]}".strip(" ,;(–—-")
            return Owned(owners=said, job=rest, trust=Trust.KNOWN)
        for pattern, wanted in (
            (_BRACKET_FIRST, least),
            (_AT_FIRST, least),
            (_BEFORE, least),
            (_AT_LAST, least),
            (_BRACKET_LAST, least),
            (_AFTER, least),
            (_INITIALS_FIRST, Trust.SEEN),
            (_COMMA_LAST, Trust.SEEN),
        ):
            match = pattern.match(job)
            found = self._found(match, wanted) if match else None
            if found:
                return found
        return Owned(owners=(), job=job)

    def _found(self, match: re.Match[str], least: Trust) -> Owned | None:
        who, rest = match["who"], match["rest"].strip()
        people, trust = self.people(who, least=least)
        if not people or not re.search(r"\w", rest):
            return None
        more = self.of(rest, least=Trust.SEEN) if rest.startswith("@") else None
        owners = [*people, *(more.owners if more else ())]
        return Owned(owners=list(dict.fromkeys(owners)), job=more.job if more else rest, trust=trust)

    def inside(self, job: str) -> Owned:
        """Find initials or known names in brackets inside a job."""
        for match in _INNER.finditer(job):
            people, trust = self.people(match["who"], least=Trust.SEEN)
            if people:
                rest = " ".join(f"{job[: match.start()]} {job[match.end() :]}".split())
                return Owned(owners=people, job=rest, trust=trust)
        return Owned(owners=(), job=job)


def _until_day(said: str) -> str:
    """Cut what follows the names on a label: a date, another label."""
    return re.split(r"\s[–—-]\s|\s+(?:by|bis|avant|voor|antes)\s|\d", said)[0].strip(" ,.")
