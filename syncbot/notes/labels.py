"""Rule: labels that say who and until when, on a line of their own or before the job: "Owner: Anna / Due: 3 May"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .crowd import Trust
from .hits import Hit, Reading, is_job, tidy_job
from .lines import Line

_NEAR = 3
"""A line of labels belongs to a job at most so many lines above it."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Labels:
    """What the labels of a line say."""

    owners: Sequence[str]
    when: str | None
    rest: str
    """What stands beside them."""


def labels_of(line: Line, reading: Reading) -> Labels | None:
    """Return what the labels at the start of a line say; None where it does not begin with one."""
    if ":" not in line.text or reading.grammar.begins_label.match(line.text) is None:
        return None
    grammar = reading.grammar
    owner, due = grammar.owner_label.search(line.text), grammar.due_label.search(line.text)
    first = min((match.start() for match in (owner, due) if match), default=None)
    if first is None or re.search(r"\w", line.text[:first]):
        return None
    said = _cut(owner["said"]) if owner else ""
    owners = reading.owners.cell(said) if said and len(said) < 60 else []
    if owner and grammar.action.fullmatch(owner["label"]):
        owners = reading.owners.people(said, least=Trust.SHAPED)[0]
    when = _cut(due["said"]) if due and re.search(r"\w", due["said"]) else None
    if not owners and not when:
        return None
    gone = line.text
    for match, words in ((owner, said), (due, when)):
        if match:
            gone = gone.replace(match["label"], " ", 1).replace(words or " ", " ", 1)
    rest = tidy_job(re.sub(r"^[\s:/|,;=–—-]+|[\s:/|,;=–—-]+$", "", gone))
    return Labels(owners=owners, when=when, rest=rest)


def _cut(said: str) -> str:
    """Cut at what parts a label from the next words."""
    return re.split(r"\s[/–—-]\s|[|;]|,\s(?=\w+\s?:)|\.\s", said)[0].strip(" ,.")


def labelled(line: Line, reading: Reading) -> Hit | None:
    """Tell the job that stands on a line with labels before it."""
    labels = labels_of(line, reading)
    if labels is None or not labels.owners or not is_job(labels.rest, reading.grammar):
        return None
    if len(labels.rest.split()) < 2:
        return None
    return Hit(
        line=line, why="a label of who does it", job=labels.rest, owners=labels.owners, when=labels.when
    )


def added(hit: Hit, line: Line, reading: Reading) -> Hit | None:
    """Return a job with what the labels on a line below it say; None where the line says nothing of it."""
    if hit.decision or not 0 < line.at - hit.line.at <= _NEAR:
        return None
    labels = labels_of(line, reading)
    if labels is None or is_job(labels.rest, reading.grammar):
        return None
    return Hit(
        line=hit.line,
        why=hit.why,
        job=hit.job,
        start=hit.start,
        end=hit.end,
        owners=hit.owners or labels.owners,
        sure=hit.sure,
        done=hit.done,
        prior=hit.prior,
        listed=hit.listed,
        when=hit.when or labels.when,
    )
