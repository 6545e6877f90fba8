"""Rules: boxes, items of a list of actions or decisions, arrows to a name."""

import re
from collections.abc import Iterator

from .crowd import Trust
from .form import BlockKind
from .grammar import List
from .hits import Hit, Reading, is_job, is_link, tidy_job
from .lines import Line
from .sentences import asked, promised

_ARROW = re.compile(r"(?:-+>|=+>|→|⇒|➔|➜)\s*(?P<said>[^→⇒➔➜]+?)\s*$")
_ARROWS = (">", "→", "⇒", "➔", "➜")
_CODE = re.compile(r"(?:A|AI|AP|ACT|M|T)[-.]?\d{1,4}(?:[./]\d+)?\s?[.:)]?\s+(?=\w)")
_BRACKET_LAST = re.compile(r"[\[(](?P<who>[^\[\]()]{2,60})[\])]\W*$")
_DAY_ASIDE = re.compile(r"\s*[\[(][^\])]*[\])]\s*$")
_ISSUE = re.compile(r"^\W*(?:[\w\-/.]*#\d+|https?://\S+)")


def boxed(line: Line, reading: Reading) -> Iterator[Hit]:
    """Tell the job of a line with a box."""
    text = line.text.strip()
    if is_link(line) or not is_job(text, reading.grammar) or _grouping(line, reading):
        return
    if line.list is List.PASSED:
        return
    plain = len(text.split()) < 2 or reading.tongues[0].language.capital_nouns
    least = Trust.SEEN if plain else Trust.SHAPED
    if line.list is None and reading.owners.people(text, least=least)[0]:
        return  # a box before a name: who is there
    yield _job(line, reading, why="a box", sure=True)


def listed(line: Line, reading: Reading) -> Iterator[Hit]:
    """Tell the job of an item in a list of actions."""
    if line.list not in {List.ACTIONS, List.REVIEW} or line.is_title or not _heads(line, reading):
        return
    if line.section in reading.marked:
        return
    text = line.text.strip()
    if is_link(line) or not is_job(text, reading.grammar) or text.endswith("?") or _grouping(line, reading):
        return
    why = f'a line under "{line.titles[-1]}"' if line.titles else "a line of a list of actions"
    hit = _job(line, reading, why=why, sure=True)
    if (
        line.block.kind is BlockKind.ITEM
        or hit.owners
        or any(one.verbs.match(hit.job) for one in reading.tongues)
    ):
        yield hit


def _heads(line: Line, reading: Reading) -> bool:
    """Whether a line of a list is a job of its own: an outermost item, or one below a line that only groups."""
    if line.tops:
        return True
    return bool(line.above) and _groups(line.above, reading)


def _groups(text: str, reading: Reading) -> bool:
    if text.rstrip().endswith(":") or reading.owners.people(text, least=Trust.SHAPED)[0]:
        return True
    return len(text.split()) <= 3 and not any(one.verbs.search(text) for one in reading.tongues)


def _grouping(line: Line, reading: Reading) -> bool:
    return line.parent and _groups(line.text, reading)


def _job(line: Line, reading: Reading, *, why: str, sure: bool) -> Hit:
    text = line.text.strip()
    promise = promised(text, reading, line)
    perhaps = promise
    promise = promise if promise is not None and promise.sure else asked(text, reading, line)
    owned = reading.owners.of(text) if promise is None else None
    if owned is not None and not owned.owners and _in_actions(line):
        request = asked(text, reading, line, least=Trust.SHAPED)
        begun = (one for one in (perhaps, request) if one is not None and _begins(one, reading))
        promise = next((one for one in begun if one is perhaps or one.by_verb), None)
    if promise is not None:
        owners, job, why = promise.owners, promise.job, f"{why}; {promise.why}"
    else:
        owners, job = (owned.owners, owned.job) if owned is not None else ((), text)
    if not owners and line.above:
        owners = reading.owners.people(line.above.rstrip(":"), least=_named(line, reading))[0]
        above = promised(line.above.rstrip(": "), reading, line) if not owners else None
        owners = above.owners if above is not None and above.sure else owners
    return Hit(
        line=line,
        why=why,
        job=tidy_job(job),
        owners=owners,
        sure=sure,
        prior=line.list is List.REVIEW,
        listed=line.list is not None,
    )


def _in_actions(line: Line) -> bool:
    return line.list in {List.ACTIONS, List.REVIEW}


def _begins(hit: Hit, reading: Reading) -> bool:
    """Whether a line begins with who does it: in a list of actions a stranger before a verb, but not "Karte bestellen"."""
    if hit.start > 0:
        return False
    infinitive = any(one.language.verb_last and one.verbs.match(hit.job) for one in reading.tongues)
    return len(hit.owners) > 1 or not infinitive or hit.line.text[:1] == "@"


def _named(line: Line, reading: Reading) -> Trust:
    """Return how sure a name above a line must be: in a list of actions it is likely one."""
    plain = line.list is None or reading.tongues[0].language.capital_nouns
    return Trust.SEEN if plain else Trust.SHAPED


def coded(line: Line, reading: Reading) -> Iterator[Hit]:
    """Tell the job of a line that begins with the number of an action and names somebody: "A12 Send it (Anna)"."""
    match = _CODE.match(line.text)
    if match is None or not is_job(line.text[match.end() :], reading.grammar):
        return
    owned = reading.owners.of(line.text[match.end() :])
    if owned.owners and any(one.verbs.match(owned.job) for one in reading.tongues):
        yield Hit(line=line, why="the number of an action", job=tidy_job(owned.job), owners=owned.owners)


def bracketed(line: Line, reading: Reading) -> Iterator[Hit]:
    """Tell a job that begins with a verb and ends with somebody of the meeting in brackets: "Call the mayor (Anna)"."""
    match = _BRACKET_LAST.search(line.text)
    ends = match is not None and any(
        one.verb_last.search(line.text[: match.start()]) for one in reading.tongues
    )
    if match is None or not (ends or any(one.verbs.match(line.text) for one in reading.tongues)):
        return
    people, _ = reading.owners.people(reading.owners.undated(match["who"]), least=Trust.SEEN)
    job = line.text[: match.start()]
    if people and is_job(job, reading.grammar) and not job.rstrip().endswith("?") and not _wish(job, reading):
        why = "somebody in brackets after what may be a job"
        dated = any(one.calendar.day_in(line.text) for one in reading.tongues)
        yield Hit(
            line=line, why=why, job=tidy_job(job), owners=people, sure=(dated or ends) and not line.parent
        )


def pointed(line: Line, reading: Reading) -> Iterator[Hit]:
    """Tell what an arrow at the end of a line gives to somebody, or what it says is to be done."""
    match = _ARROW.search(line.text) if any(sign in line.text for sign in _ARROWS) else None
    if match is None:
        return
    said = match["said"].strip()
    before = line.text[: match.start()]
    people, trust = reading.owners.people(_DAY_ASIDE.sub("", said), least=Trust.SHAPED)
    if people and is_job(before, reading.grammar):
        yield Hit(
            line=line,
            why="an arrow to a name",
            job=tidy_job(before),
            owners=people,
            sure=trust >= Trust.SEEN or len(before.split()) > 2,
        )
        return
    promise = promised(said, reading, line)
    if promise is not None:
        yield Hit(
            line=line,
            why=f"an arrow; {promise.why}",
            job=promise.job,
            owners=promise.owners,
            sure=promise.sure,
            start=match.start(),
        )
        return
    owned = reading.owners.of(said, least=Trust.SEEN)
    verb = any(one.verbs.search(said) for one in reading.tongues)
    if (verb or owned.owners) and not said.endswith("?"):
        yield Hit(
            line=line,
            why="an arrow to a job",
            job=tidy_job(owned.job),
            owners=owned.owners,
            start=match.start(),
            sure=not _wish(said, reading),
        )


def _wish(text: str, reading: Reading) -> bool:
    return reading.wishes(text)


def settled(line: Line, reading: Reading) -> Iterator[Hit]:
    """Tell the decision of an item in a list of decisions, and the action in it."""
    if line.list is not List.DECISIONS or line.is_title or not _heads(line, reading):
        return
    text = line.text.strip()
    if is_link(line) or not is_job(text, reading.grammar) or text.endswith("?") or _grouping(line, reading):
        return
    if line.block.kind is not BlockKind.ITEM and len(text) < 12:
        return
    why = f'a line under "{line.titles[-1]}"' if line.titles else "a line of a list of decisions"
    yield Hit(line=line, why=why, job=tidy_job(text), decision=True, listed=True)
    promise = promised(text, reading, line)
    if promise is not None and promise.sure:
        yield Hit(line=line, why=f"{why}; {promise.why}", job=promise.job, owners=promise.owners)
