"""Rules: sentences that promise, ask or decide, by the declared forms."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .crowd import Trust, speaker_of
from .grammar import List, Tongue
from .hits import Hit, Reading, tidy_job
from .lines import Line
from .shapes import CAPITAL, Form, fold

_SENTENCE = re.compile(
    rf"(?<=[.!?;])(?<![\s.(][A-Za-z]\.)(?<!\d\.)(?<!\b[A-Z][a-z]\.)(?<!\bbzw\.)(?<!\bggf\.)\s+(?=[{CAPITAL}@\"“«(\[])"
)


_MORE = re.compile(rf"[\w,;]\s+[{CAPITAL}@]")
"""Without a capital after a blank nobody else is named."""
_SAID = 3
_CLAUSE = 60
"""How many characters of a promise are looked through for a word of refusal."""


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


def parted(text: str, start: int, end: int, reading: Reading) -> Iterator[tuple[int, int]]:
    """Part a sentence where a clause gives something to somebody else: "Anna to call, Tom to write"."""
    sentence = text[start:end]
    promising = _MORE.search(sentence) and any(
        forms.get("asks") or forms.get("promises") for _, forms, _ in reading.candidates(sentence)
    )
    for joint in reading.tongues[0].joint.finditer(sentence) if promising else ():
        groups = ("promises", "asks") if joint[0][0] in ",;" else ("promises",)
        rest, before = sentence[joint.end() :], sentence[: joint.start()]
        if _gives(rest, reading, groups) and _gives(before, reading, ("promises", "asks")):
            yield start, start + joint.start()
            yield start + joint.end(), end
            return
    yield start, end


def _gives(clause: str, reading: Reading, groups: Sequence[str]) -> bool:
    """Whether a clause begins with somebody of the meeting who does something."""
    if not (clause[:1].isupper() or clause.startswith("@")):
        return False
    heads = (_head(match) for group in groups for match in fitting(clause, group, reading))
    return any(who and reading.owners.people(who, least=Trust.SEEN)[0] for who in heads)


def _head(match: Match) -> str:
    """Return the people with which a clause begins."""
    begins = match.form.begins == "who" and match.found.start() == 0 and match.form.verb
    return str(match.found["who"]) if begins else ""


def fitting(text: str, group: str, reading: Reading) -> Iterator[Match]:
    """Tell the forms of a group that fit a sentence."""
    for tongue, forms, clauses in reading.candidates(text):
        for form in forms.get(group, ()):
            found = form.found(text, clauses)
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
    made = ("made",) if "job" in groups and "what" not in groups else ()
    for name in ("do", "does", *made, "job"):
        if name in groups and found[name]:
            whole = text[found.start(name) :]
            before = found["what"] if "what" in groups else ""
            return f"{before} {whole}" if before else whole
    return text


def promised(text: str, reading: Reading, line: Line, *, group: str = "promises") -> Hit | None:
    """Return what somebody named promises or is asked in a sentence: the first that is sure, else the first."""
    best: Hit | None = None
    for match in fitting(text, group, reading):
        hit = _promise(match, text, line, reading)
        if hit is not None and (best is None or (not hit.sure, hit.start) < (not best.sure, best.start)):
            best = hit
    return best


def _promise(match: Match, text: str, line: Line, reading: Reading) -> Hit | None:
    if "who" not in match.found.re.groupindex or _refused(match, text):
        return None
    owners, trust = reading.owners.people(match.found["who"], least=Trust.SHAPED)
    job = tidy_job(match.job)
    if not owners or (" " not in job and reading.grammar.done.fullmatch(job)):
        return None
    tongue = match.tongue
    if trust < Trust.KNOWN and len(owners) == 1 and tongue.language.verb_last and tongue.verbs.match(job):
        return None  # "Flyer drucken" is a job, and nobody's
    shaped = match.form.strong and not match.tongue.language.capital_nouns
    anybody = all(reading.grammar.anybody.fullmatch(owner) for owner in owners)
    return Hit(
        line=line,
        why=match.why,
        job=job,
        owners=owners,
        sure=(trust >= Trust.SEEN or shaped) and not anybody,
        by_verb=match.form.verb,
        start=match.start,
    )


def asked(text: str, reading: Reading, line: Line, *, least: Trust = Trust.SEEN) -> Hit | None:
    """Return what a sentence asks of somebody, where it is known to be about an action: "Anna to the mayor"."""
    requests = (_request(match, line, reading, least) for match in _asking(text, reading))
    return next((hit for hit in requests if hit is not None), None)


def _asking(text: str, reading: Reading) -> Iterator[Match]:
    yield from fitting(text, "asks", reading)
    yield from fitting(text, "duties", reading)


def _request(match: Match, line: Line, reading: Reading, least: Trust) -> Hit | None:
    if "who" not in match.found.re.groupindex or _follows_a_name(match):
        return None
    owners, trust = reading.owners.people(match.found["who"], least=least)
    if not owners:
        return None
    hit = Hit(
        line=line,
        why=match.why,
        job=tidy_job(match.job),
        owners=owners,
        by_verb=match.form.verb,
        start=match.start,
    )
    anybody = all(reading.grammar.anybody.fullmatch(owner) for owner in owners)
    return hit if trust >= Trust.SEEN and not anybody else _weaker(hit)


def _follows_a_name(match: Match) -> bool:
    """Whether the people are only the last of some, or those with whom: "met with Anna and Ben to talk"."""
    before = match.found.string[: match.found.start("who")].split()[-2:]
    if len(before) < 2 or match.tongue.link.fullmatch(before[1]) is None:
        return False
    return before[0][0].isupper() or fold(before[1]) not in match.tongue.language.link[:1]


def _free_request(text: str, line: Line, reading: Reading) -> Hit | None:
    """Return what a sentence asks of somebody by itself: with a verb; and a duty only of a person, not of a group."""
    for match in fitting(text, "asks", reading):
        hit = _request(match, line, reading, Trust.SHAPED)
        if hit is not None:
            return hit if hit.by_verb else _weaker(hit)
    for match in fitting(text, "duties", reading):
        hit = _request(match, line, reading, Trust.SHAPED)
        if hit is not None:
            return _weaker(hit) if _is_group(hit, reading) else hit
    return None


def _refused(match: Match, text: str) -> bool:
    """Whether a word of refusal stands in the promise."""
    start = match.found.start()
    return match.tongue.others.search(text[start : start + _CLAUSE]) is not None


def decided(text: str, reading: Reading) -> Match | None:
    """Return the form by which a sentence tells a decision."""
    found = next(fitting(text, "decided", reading), None)
    return None if found is not None and found.tongue.undecided.search(text) else found


def told(line: Line, reading: Reading) -> Iterator[Hit]:
    """Tell what the sentences of a line promise, ask and decide."""
    speaker, begin = speaker_of(line.text)
    if speaker and not reading.owners.people(speaker, least=Trust.SHAPED)[0]:
        speaker, begin = "", 0
    if not speaker and line.above:
        speaker = _speaker_above(line, reading)
    taken: set[tuple[str, ...]] = set()
    spans = (span for one in sentences(line.text, begin) for span in parted(line.text, *one, reading))
    for start, end in spans:
        text = line.text[start:end]
        if text.rstrip(" )]*_").endswith("?"):
            continue
        for hit in _sentence(text, speaker, line, reading):
            if hit.decision and begin and len(text.split()) < _SAID:
                continue  # one of those present says "agreed"
            pointing = bool(hit.owners) and speaker not in hit.owners and hit.job == tidy_job(text)
            job = tidy_job(line.text) if begin and pointing and not hit.decision else hit.job
            key = ("decision",) if hit.decision else tuple(hit.owners)
            if key not in taken:
                taken.add(key)
                yield Hit(
                    line=line,
                    why=hit.why,
                    job=job,
                    owners=hit.owners,
                    decision=hit.decision,
                    sure=hit.sure,
                    start=start,
                    end=end,
                )


def _speaker_above(line: Line, reading: Reading) -> str:
    """Return the person under whose name a line is nested."""
    for title in reversed(line.titles):
        people = reading.owners.people(title.rstrip(":"), least=Trust.SEEN)[0] if len(title) < 40 else []
        if people:
            return people[0]
    return ""


def _sentence(text: str, speaker: str, line: Line, reading: Reading) -> Iterator[Hit]:
    if not speaker and not any(forms for _, forms, _ in reading.candidates(text)):
        return
    wish = reading.wishes(text)
    pledge = promised(text, reading, line, group="pledges")
    if pledge is not None and pledge.sure and not _is_group(pledge, reading):
        yield _weaker(pledge) if wish else pledge
        return
    ruling = decided(text, reading)
    yield from _rulings(text, ruling, line, reading)
    promise = promised(text, reading, line)
    if promise is not None and not (ruling and _is_ruled(promise, ruling, reading)):
        yield _weaker(promise) if wish and _is_wished(promise, text, reading) else promise
    elif ruling is not None:
        request = asked(text, reading, line)
        if request is not None and request.sure and request.start > ruling.start and request.by_verb:
            yield request
    else:
        yield from _unnamed(text, speaker, line, reading, wish=wish)


def _rulings(text: str, ruling: Match | None, line: Line, reading: Reading) -> Iterator[Hit]:
    perhaps = next(fitting(text, "perhaps_decided", reading), None) if ruling is None else None
    match = ruling or perhaps
    if match is not None:
        yield Hit(line=line, why=match.why, job=tidy_job(text), decision=True, sure=ruling is not None)


def _is_wished(promise: Hit, text: str, reading: Reading) -> bool:
    """Whether the wish is what is promised, not what a later clause says: "Anna asks whether it would be possible"."""
    comma = text.find(",", promise.start + 1)
    return reading.wishes(text[:comma]) if comma > 0 else True


def _is_ruled(promise: Hit, ruling: Match, reading: Reading) -> bool:
    """Whether what looks like a promise is what was decided: "Anna accepts the election"."""
    return _is_group(promise, reading) or not promise.by_verb or promise.start <= ruling.start


def _is_group(hit: Hit, reading: Reading) -> bool:
    return all(any(one.group.fullmatch(fold(owner)) for one in reading.tongues) for owner in hit.owners)


def _named_job(text: str, speaker: str, line: Line, reading: Reading) -> Hit | None:
    """Return what looks like a job after a name: "Anna: relancer le traiteur"; with a day it surely is one."""
    if not speaker or not any(one.verbs.match(text) or one.verb_last.search(text) for one in reading.tongues):
        return None
    if any(one.others.search(text) for one in reading.tongues):
        return None
    why = "a name and after it what may be a job"
    dated = any(one.calendar.day_in(text) for one in reading.tongues)
    return Hit(line=line, why=why, job=tidy_job(text), owners=[speaker], sure=dated)


def _unnamed(text: str, speaker: str, line: Line, reading: Reading, *, wish: bool) -> Iterator[Hit]:
    request = _free_request(text, line, reading)
    if request is not None:
        yield _weaker(request) if wish else request
        return
    mine = next(fitting(text, "mine", reading), None)
    if mine is not None and not mine.tongue.others.search(text):
        yield Hit(
            line=line,
            why=mine.why,
            job=tidy_job(mine.job),
            owners=[speaker] if speaker else [],
            sure=bool(speaker) and not wish,
        )
        return
    named_job = _named_job(text, speaker, line, reading)
    if named_job is not None:
        yield _weaker(named_job) if wish else named_job
        return
    for group, sure in (("passives", True), ("hints", False)):
        for match in fitting(text, group, reading):
            if match.tongue.others.search(text):
                continue
            named = "who" in match.found.re.groupindex
            inside = reading.owners.inside(text)
            if line.list is List.PASSED:
                return
            when = None if named else _day(text, reading)
            yield Hit(
                line=line,
                why=match.why,
                job=tidy_job(match.job),
                owners=inside.owners,
                sure=(sure or when is not None) and not wish,
                when=None if sure else when,
            )
            return


def _day(text: str, reading: Reading) -> str | None:
    """Return the day that a sentence names."""
    for one in reading.tongues:
        day = one.calendar.day_in(text)
        if day and fold(day) not in {*one.language.today, *one.language.tomorrow}:
            return day
    return None


def _weaker(hit: Hit) -> Hit:
    return replace(hit, sure=False)
