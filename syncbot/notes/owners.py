"""Who is to do it: names before, after or inside a job, and the job without them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

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
_COMMA_FIRST = re.compile(r"^(?P<who>[^,.;:]{1,40}),\s+(?P<rest>\S.*)$", re.DOTALL)
_AT_FIRST = re.compile(
    rf"^(?P<who>@[\w.\-]+(?:\s[{CAPITAL}][\w\-]+)?(?:(?:\s*[,/&+]\s*|\s+(?:and|und|et|en|y)?\s*)@[\w.\-]+(?:\s[{CAPITAL}][\w\-]+)?)*)[\s:,\-–—]*(?P<rest>.*)$",
    re.DOTALL,
)
_AT_LAST = re.compile(
    r"^(?P<rest>.*\S)\s+(?P<who>@[\w.\-]+(?:(?:\s*[,/&+]\s*|\s+)@[\w.\-]+)*)\W*$", re.DOTALL
)
_INNER = re.compile(r"[\[(](?P<who>[^\[\]()]{2,60})[\])]")
_ASIDE = re.compile(r"\s*\(([^()]*)\)")
_AND_OTHERS = re.compile(r"[\s,]+(?:e\.?\s?a|u\.?\s?a|et al|etc|c\.?s)\.?$", re.IGNORECASE)
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
    judged: dict[str, tuple[list[str], Trust]] = field(default_factory=dict)
    """Texts that were looked at for people, with what was found."""

    def people(self, text: str, *, least: Trust) -> tuple[list[str], Trust]:
        """Return the people that a whole text names; none where a part of it is less sure to be one than `least`."""
        found = self.judged.get(text)
        if found is None:
            found = self.judged[text] = self._people(text)
        return found if found[1] >= least else ([], Trust.NO)

    def _people(self, text: str) -> tuple[list[str], Trust]:
        best: tuple[list[str], Trust] = ([], Trust.NO)
        for tongue in self.tongues:
            parts = self.parts(text, tongue)
            trust = min((self.crowd.trust(part, tongue) for part in parts), default=Trust.NO)
            if trust > best[1]:
                best = (parts, trust)
        return best

    def parts(self, text: str, tongue: Tongue) -> list[str]:
        """Part a list of people; none where it is a word of state: "done"."""
        if self.grammar.open.fullmatch(text) or self.grammar.done.fullmatch(text):
            return []
        plain = (
            self.grammar.to.sub("", text.strip(), count=1)
            if self.grammar.to.match(text.strip())
            else text.strip()
        )
        whole = plain.strip(" .:*_")
        if tongue.group.fullmatch(fold(whole)):
            return [self.name(whole)]
        parts = [self.name(part) for part in _PARTS.split(whole) for part in tongue.link.split(part)]
        return [name for part in parts if part for name in self._apart(part)]

    def _apart(self, name: str) -> list[str]:
        """Part two first names between which the comma was forgotten."""
        words = name.split()
        known = self.crowd.known
        if len(words) == 2 and fold(name) not in known and all(fold(word) in known for word in words):
            return words
        return [name]

    def name(self, text: str) -> str:
        """Return a name without "@" and title."""
        plain = _AND_OTHERS.sub("", text.strip(" .:*_?!\t").lstrip("@").strip())
        plain = self.grammar.titles.sub("", plain) or plain
        first, _, rest = plain.partition(" ")
        groups = [one.group for one in self.tongues]
        shorter = len(first) < 4 and any(one.fullmatch(fold(rest)) for one in groups)
        return rest if shorter and any(one.fullmatch(fold(plain)) for one in groups) else plain

    def cell(self, text: str) -> list[str]:
        """Return the people of a table cell or a label: whatever stands there is somebody."""
        if _EMPTY.fullmatch(text.strip()) or self.grammar.nothing.fullmatch(text.strip()):
            return []
        found = self.parts(_ASIDE.sub(self._aside, text), self.tongues[0])
        return [one for one in dict.fromkeys(found) if not _EMPTY.fullmatch(one)]

    def _aside(self, match: re.Match[str]) -> str:
        """Keep what stands in brackets where it is people."""
        return f", {match[1]}" if self.people(match[1], least=Trust.SHAPED)[0] else ""

    def of(self, job: str, *, least: Trust = Trust.SHAPED) -> Owned:
        """Find the owners that stand before or after a job by themselves."""
        label = self.grammar.owner_label.search(job)
        if label and (said := self.cell(self.undated(_first(label["said"])))):
            rest = f"{job[: label.start()]} {job[label.end() :]}".strip(" ,;(–—-")
            if re.search(r"\w", rest):
                return Owned(owners=said, job=rest, trust=Trust.KNOWN)
        job = self.unstated(self.undated(job))
        plain = max(least, Trust.SEEN) if self.tongues[0].language.capital_nouns else least
        for pattern, wanted in (
            (_BRACKET_FIRST, least),
            (_AT_FIRST, least),
            (_BEFORE, plain),
            (_AT_LAST, least),
            (_BRACKET_LAST, plain),
            (_AFTER, plain),
            (_INITIALS_FIRST, Trust.SEEN),
            (_COMMA_LAST, Trust.SEEN),
            (_COMMA_FIRST, Trust.SEEN),
        ):
            match = pattern.match(job)
            if match and pattern is _COMMA_FIRST and not self._is_verb(match["rest"]):
                continue
            found = self._found(match, wanted) if match else None
            if found:
                return found
        return self._leading(job) or Owned(owners=(), job=job)

    def unstated(self, job: str) -> str:
        """Return a job without the word at its end that says how it stands: "call her - Anna - done"."""
        state = self.grammar.ends_done.search(job)
        left = job[: state.start()] if state and state.start() else job
        shorter = self.grammar.state_last.sub("", left)
        return (shorter if shorter and not _is_open(shorter) else left).rstrip()

    def undated(self, job: str) -> str:
        """Return a job without the words at its end that say until when."""
        for tongue in self.tongues:
            if not tongue.calendar.hints.search(job):
                continue
            if (alone := tongue.calendar.last.search(job)) and re.search(r"\w", job[: alone.start()]):
                return job[: alone.start()].rstrip()
            *_, last = [None, *tongue.calendar.due.finditer(job)]
            if last is not None and not re.search(r"\w", job[last.end() :]) and _is_apart(last, job):
                left = job[: last.start()].rstrip(" ,;(-–—[/")
                if last["adverb"] and fold(left.rpartition(" ")[2]) in tongue.language.to:
                    return job
                return left if re.search(r"\w", left) and not _is_open(left) else job
        return job

    def _is_verb(self, text: str) -> bool:
        return any(tongue.verbs.match(text) for tongue in self.tongues)

    def _leading(self, job: str) -> Owned | None:
        """Read a person of the note before a word without a capital: "Anna orders chairs"."""
        for tongue in self.tongues:
            match = tongue.leading.match(job)
            if match and re.match(r"\s+[a-zà-öø-ÿ]", match["rest"]):
                people, trust = self.people(match["who"], least=Trust.SEEN)
                if people:
                    return Owned(owners=people, job=match["rest"].strip(), trust=trust)
        return None

    def _found(self, match: re.Match[str], least: Trust) -> Owned | None:
        who, rest = match["who"], match["rest"].strip()
        people, trust = self.people(self.grammar.state_last.sub("", self.undated(who)), least=least)
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


def _is_open(text: str) -> bool:
    """Whether a bracket is not closed."""
    return text.count("(") > text.count(")") or text.count("[") > text.count("]")


def _is_apart(when: re.Match[str], job: str) -> bool:
    """Whether words for a day can be taken away: they begin with a word such as "by", or a sign parts them."""
    before = job[: when.start()].rstrip()
    return when["loose"] is None or before[-1:] in {",", ";", "(", "[", "-", "\u2013", "\u2014", ":", ""}


def _first(said: str) -> str:
    """Cut what follows the names on a label."""
    return re.split(r"\s[–—-]\s|\d|(?<=\w{4})\.\s", said)[0].strip(" ,.")
