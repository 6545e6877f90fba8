"""Rules: sentences that promise, ask or decide, by the declared forms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .crowd import Trust, speaker_of
from .grammar import Tongue
from .hits import Hit, Reading, tidy_job, words_of
from .lines import Line
from .shapes import CAPITAL, Form, fold

_SENTENCE = re.compile(
    rf"(?<=[.!?;])(?<![\s.(][A-Za-z]\.)(?<!\bMr\.)(?<!\bDr\.)(?<!\bbzw\.)(?<!\bggf\.)\s+(?=[{CAPITAL}@\"“«(\[])"
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """A form that fits a sentence."""

    form: Form
    found: re.Match[str]
    tongue: Tongue
    why: str
    start: int
    job: str


def sentences(text: str, start: int = 0) -> Iterator[tuple[int, int]]:
    """Tell where the sentences of a text begin and end."""
    for match in _SENTENCE.finditer(text, start):
        if match.start() > start:
            yield start, match.start()
        start = match.end()
    if start < len(text):
        yield start, len(text)


def fitting(text: str, group: str, reading: Reading) -> Iterator[Match]:
    """Tell the forms of a group that fit a sentence."""
    words = None
    for tongue in reading.tongues:
        words = frozenset(words_of(text)) if words is None else words
        for form in tongue.forms.fitting(group, words):
            found = form.pattern.search(text)
            if found:
                yield Match(
                    form=form,
                    found=found,
                    tongue=tongue,
                    why=f'the form "{form.text}"',
                    start=found.start(),
                    job=_job(found, text),
                )


def _job(found: re.Match[str], text: str) -> str:
    groups = found.re.groupindex
    for name in ("do", "does", "job"):
        if name in groups and found[name]:
            whole = text[found.start(name) :]
            before = found["what"] if "what" in groups else ""
            return f"{before} {whole}" if before else whole
    return text


def promised(text: str, reading: Reading, line: Line) -> Hit | None:
    """Return what somebody named promises or is asked in a sentence."""
    for match in fitting(text, "promises", reading):
        if match.tongue.others.search(text) and _refused(match, text):
            continue
        owners, trust = (
            reading.owners.people(match.found["who"], least=Trust.SHAPED)
            if "who" in match.found.re.groupindex
            else ([], Trust.NO)
        )
        if not owners:
            continue
        sure = trust >= Trust.SEEN or (match.form.verb and not match.tongue.language.capital_nouns)
        return Hit(line=line, why=match.why, job=tidy_job(match.job), owners=owners, sure=sure)
    return None


def _refused(match: Match, text: str) -> bool:
    """Whether a word of refusal stands in the clause of the promise."""
    other = match.tongue.others.search(text)
    return other is not None and other.start() < match.found.end()


def decided(text: str, reading: Reading) -> Match | None:
    """Return the form by which a sentence tells a decision."""
    return next(fitting(text, "decided", reading), None)


def told(line: Line, reading: Reading) -> Iterator[Hit]:
    """Tell what the sentences of a line promise, ask and decide."""
    speaker, begin = speaker_of(line.text)
    if speaker and not reading.owners.people(speaker, least=Trust.SHAPED)[0]:
        speaker, begin = "", 0
    if not speaker and line.above and len(line.titles[-1]) < 40:
        speaker = next(iter(reading.owners.people(line.above.rstrip(":"), least=Trust.SEEN)[0]), "")
    taken: set[tuple[str, ...]] = set()
    for start, end in sentences(line.text, begin):
        text = line.text[start:end]
        if text.rstrip().endswith("?"):
            continue
        for hit in _sentence(text, speaker, line, reading):
            key = ("decision",) if hit.decision else tuple(hit.owners)
            if key not in taken:
                taken.add(key)
                yield Hit(
                    line=line,
                    why=hit.why,
                    job=hit.job,
                    owners=hit.owners,
                    decision=hit.decision,
                    sure=hit.sure,
                    start=start,
                    end=end,
                )


def _sentence(text: str, speaker: str, line: Line, reading: Reading) -> Iterator[Hit]:
    ruling = decided(text, reading)
    if ruling is not None:
        yield Hit(line=line, why=ruling.why, job=tidy_job(text), decision=True)
    else:
        perhaps = next(fitting(text, "perhaps_decided", reading), None)
        if perhaps is not None:
            yield Hit(line=line, why=perhaps.why, job=tidy_job(text), decision=True, sure=False)
    promise = promised(text, reading, line)
    if promise is not None and ruling is not None and _is_group(promise, reading):
        promise = None  # what a group agrees to is a decision
    wish = any(one.opinions.search(text) for one in reading.tongues)
    if promise is not None:
        yield _weaker(promise) if wish else promise
        return
    if ruling is None:
        yield from _unnamed(text, speaker, line, reading, wish=wish)


def _is_group(hit: Hit, reading: Reading) -> bool:
    return all(any(one.group.fullmatch(fold(owner)) for one in reading.tongues) for owner in hit.owners)


def _unnamed(text: str, speaker: str, line: Line, reading: Reading, *, wish: bool) -> Iterator[Hit]:
    mine = next(fitting(text, "mine", reading), None)
    if mine is not None:
        yield Hit(
            line=line,
            why=mine.why,
            job=tidy_job(mine.job),
            owners=[speaker] if speaker else [],
            sure=bool(speaker) and not wish,
        )
        return
    for group, sure in (("passives", True), ("hints", False)):
        for match in fitting(text, group, reading):
            if match.tongue.others.search(text):
                continue
            inside = reading.owners.inside(text)
            yield Hit(
                line=line,
                why=match.why,
                job=tidy_job(match.job),
                owners=inside.owners,
                sure=sure and not wish,
            )
            return


def _weaker(hit: Hit) -> Hit:
    return Hit(line=hit.line, why=hit.why, job=hit.job, owners=hit.owners, decision=hit.decision, sure=False)
