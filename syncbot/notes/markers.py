"""Rule: a marker and what follows it, "ACTION Anna: ...", "--> TODO: SJ", "Agreed - to ...", "(todo: Anna)"."""

import re
from collections.abc import Iterator
from dataclasses import replace

from .crowd import Trust
from .grammar import List
from .hits import Hit, Reading, is_job, tidy_job, words_of
from .lines import NUMBER, Line
from .sentences import asked, decided, parted, promised

_SIGN = re.compile(r"\s*(?::|–|—|\s-+\s|=+>|-+>|→|\)|\*+:)[\s:]*")
_JOINT = re.compile(r"(?:^|[-–—>→=.;:?!([*|/]\s*|\s-+>\s*)$")
_NUMBERED = re.compile(r"\s*(?:#?[-\u2013]?\d+(?:[.\-/]\d+)*|[A-Z]{1,4}[-.]?\d+)(?=\s*[\[(:.\-–—)])")
_ASIDE = re.compile(
    r"\s*(?:,\s*(?P<remark>[^:]{1,30})|[\[(](?P<bracket>[^\])]{0,60})[\])]|\s(?P<plain>[^:.;–—()]{1,50}?))\s*(?=:|–|—|\s-+\s|=+>|-+>|→)"
)
_FIRST = re.compile(r"[@\w]")
_FEW = 60
_HANDLE = re.compile(r"^(?P<who>[a-z][\w\-]*) to (?P<job>.+)")
_BRACKET = re.compile(r"[\[(]\s*$")


def marked(line: Line, reading: Reading) -> Iterator[Hit]:
    """Tell what a marker on this line marks."""
    if reading.markers.words.isdisjoint(words_of(line.text)):
        return
    action = _Marker.find(line, reading, decision=False)
    decision = _Marker.find(line, reading, decision=True)
    if decision is not None and _is_proposed(decision.before, reading):
        decision = None
    if decision is not None and (action is None or decision.start < action.start):
        yield from decision.decisions(line, reading)
    elif action is not None:
        yield from action.actions(line, reading)


class _Marker:
    """A marker on a line, and what follows it."""

    def __init__(
        self, *, word: str, before: str, aside: str, content: str, start: int, earlier: bool
    ) -> None:
        self.word, self.before, self.aside, self.content = word, before, aside, content
        self.start, self.earlier = start, earlier

    @classmethod
    def find(cls, line: Line, reading: Reading, *, decision: bool) -> "_Marker | None":
        """Find the first marker that is used as one."""
        pattern = reading.markers.decision if decision else reading.markers.action
        for match in pattern.finditer(line.text):
            found = cls._of(line.text, match, reading)
            if found is not None:
                return found
        return None

    @classmethod
    def _of(cls, text: str, match: re.Match[str], reading: Reading) -> "_Marker | None":
        word, before, after = match[0], text[: match.start()], text[match.end() :]
        earlier = bool(before) and reading.grammar.earlier.search(before[-30:]) is not None
        number = NUMBER.match(before)
        opens = not re.search(r"\w", before[number.end() :] if number else before)
        joined = opens or _JOINT.search(before) is not None or (earlier and match.start() < 40)
        loud = word.isupper() and len(word) > 1
        if not (joined or loud):
            return None
        if _BRACKET.search(before) and after[:1] in {"]", ")"} and opens:
            after = f": {after[1:].lstrip(' :')}"
        elif _BRACKET.search(before):
            after = re.split(r"[\])]", after, maxsplit=1)[0] + " "
        aside, content = cls._parts(word, before, after, reading, free=loud and joined)
        if content is None or (
            not opens and word.islower() and not _BRACKET.search(before) and not _is_arrow(before)
        ):
            return None
        return cls(
            word=word, before=before, aside=aside, content=content, start=match.start(), earlier=earlier
        )

    @classmethod
    def _parts(
        cls, word: str, before: str, after: str, reading: Reading, *, free: bool
    ) -> tuple[str, str | None]:
        """Return who stands between the marker and its sign, and what follows; no content: no marker."""
        number = _NUMBERED.match(after)
        after = after[number.end() :] if number else after
        if sign := _SIGN.match(after):
            return "", after[sign.end() :]
        aside = _ASIDE.match(after)
        if aside:
            said = aside["remark"] or aside["bracket"] or aside["plain"] or ""
            sign = _SIGN.match(after[aside.end() :])
            named = reading.owners.people(said, least=Trust.SHAPED)[0] if said else []
            if sign and (aside["remark"] or aside["bracket"] is not None or named):
                return (said if named else ""), after[aside.end() + sign.end() :]
        bracket = re.match(r"\s*[\[(]([^\])]{1,60})[\])]\s*(?=\w)", after)
        if bracket and reading.owners.people(bracket[1], least=Trust.SHAPED)[0]:
            return bracket[1], after[bracket.end() :]
        free = (free and len(word) > 3) or _is_arrow(before) or _BRACKET.search(before) is not None
        if free and re.match(r"\s+\S", after):
            return "", after.strip()
        to = re.match(r"\s+(?:to|for)\s+(?=\w)", after)
        if (
            to
            and not before.strip(" *_-")
            and any(one.verbs.match(after[to.end() :]) for one in reading.tongues)
        ):
            return "", after[to.end() :]
        return "", None

    def actions(self, line: Line, reading: Reading) -> Iterator[Hit]:
        """Tell the action that is marked, or the decision where an action marker stands before a policy."""
        content = self.content.strip(" *_")
        only = self._only_people(content, reading)
        prior = self.earlier or line.list is List.REVIEW
        if only and not self.aside:
            yield from self._before(line, reading, only, prior=prior)
            return
        if not is_job(content, reading.grammar) or content.endswith("?"):
            return
        if reading.grammar.open.fullmatch(content):
            return
        whole, content = content, self._first_clause(content, reading)
        ruling = decided(content, reading)
        promise = promised(content, reading, line)
        if ruling and ruling.start < 12 and not promise and not self.aside:
            yield Hit(line=line, why=ruling.why, job=tidy_job(content), decision=True, start=self.start)
            return
        owners, job = self._owners(line, content, reading, promise)
        if content != whole:
            yield from self._next_clause(whole[len(content) :], line, reading)
        yield Hit(
            line=line,
            why=f"the marker {self.word}",
            job=tidy_job(job),
            owners=owners,
            prior=prior,
            start=self.start,
            marked=True,
            listed=_is_list(line),
        )

    def _first_clause(self, content: str, reading: Reading) -> str:
        """Return the part before a clause that gives something to somebody else."""
        start, end = next(parted(content, 0, len(content), reading))
        return content[start:end]

    def _next_clause(self, rest: str, line: Line, reading: Reading) -> Iterator[Hit]:
        begin = _FIRST.search(rest)
        text = rest[begin.start() :] if begin else ""
        for tongue in reading.tongues:
            text = tongue.link.sub("", text, count=1) if tongue.link.match(text) else text
        hit = promised(text, reading, line) or asked(text, reading, line)
        if hit is not None:
            yield replace(hit, why=f"the marker {self.word}; {hit.why}", marked=True, listed=_is_list(line))

    def _only_people(self, content: str, reading: Reading) -> list[str]:
        """Return the people where the first sentence after the marker names people and says nothing else."""
        alone = re.split(r"[.;]\s+", content, maxsplit=1)[0]
        for tongue in reading.tongues:
            alone = tongue.calendar.due.sub("", alone)
        return (
            reading.owners.people(alone.strip(" ()[],"), least=Trust.SHAPED)[0] if len(alone) < _FEW else []
        )

    def _before(self, line: Line, reading: Reading, owners: list[str], *, prior: bool) -> Iterator[Hit]:
        """Tell the job that stands before a marker which only names somebody: on the line, else on the line before."""
        why = f"a marker after it: {self.word}"
        job = tidy_job(re.sub(r"(?:[-=]+>|→|[(\[])\s*$", "", self.before))
        if is_job(job, reading.grammar):
            yield Hit(line=line, why=why, job=job, owners=owners, prior=prior, listed=_is_list(line))
            return
        before = reading.line_before(line)
        if before is not None and not before.is_title and is_job(before.text, reading.grammar):
            yield Hit(line=before, also=line, why=why, job=tidy_job(before.text), owners=owners, prior=prior)

    def _owners(
        self, line: Line, content: str, reading: Reading, promise: Hit | None
    ) -> tuple[list[str], str]:
        named = reading.owners.people(self.aside, least=Trust.SHAPED)[0] if self.aside else []
        if named:
            return named, content
        if promise is not None and promise.sure:
            return list(promise.owners), promise.job
        request = asked(content, reading, line)
        if request is not None:
            return list(request.owners), request.job
        owned = reading.owners.of(content)
        if owned.owners:
            return list(owned.owners), owned.job
        handle = _HANDLE.match(content)
        if handle and _is_handle(handle, reading):
            return [handle["who"]], handle["job"]
        perhaps = promised(content, reading, line) or asked(content, reading, line, least=Trust.SHAPED)
        return (list(perhaps.owners), perhaps.job) if perhaps is not None else ([], content)

    def decisions(self, line: Line, reading: Reading) -> Iterator[Hit]:
        """Tell the decision that is marked, and the action that it holds."""
        content = self.content.strip(" *_")
        if not is_job(content, reading.grammar) or content.endswith("?"):
            return
        prior = self.earlier
        why = f"the marker {self.word}"
        yield Hit(line=line, why=why, job=tidy_job(content), decision=True, prior=prior, start=self.start)
        promise = promised(content, reading, line) or asked(content, reading, line)
        if promise is not None and promise.owners:
            yield Hit(
                line=line,
                why=f"{why}, and a promise in it: {promise.why}",
                job=promise.job,
                owners=promise.owners,
                start=self.start,
            )


def _is_proposed(before: str, reading: Reading) -> bool:
    return any(one.proposed.search(before[-20:]) for one in reading.tongues)


def _is_handle(match: re.Match[str], reading: Reading) -> bool:
    """Whether a small word before "to" and a verb is somebody's handle."""
    verbs = [one.verbs for one in reading.tongues]
    word = reading.grammar.nobody.fullmatch(match["who"]) or any(one.match(match["who"]) for one in verbs)
    return not word and any(one.match(match["job"]) for one in verbs)


def _is_list(line: Line) -> bool:
    return line.list in {List.ACTIONS, List.REVIEW}


def _is_arrow(before: str) -> bool:
    return re.search(r"(?:=+>|-+>|→|⇒|➔)\s*$", before) is not None
