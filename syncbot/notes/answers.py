"""Rule: what is answered to an action of an earlier meeting: "SC: done", "still open", a link to the result."""

from collections.abc import Sequence
from dataclasses import replace

from .crowd import speaker_of
from .form import BlockKind, MarkKind
from .grammar import List
from .hits import Hit, Reading, is_link
from .lines import Line

_MOST = 3
"""So many lines below an action are looked at for its answer."""


def answered(hits: Sequence[Hit], reading: Reading) -> list[Hit]:
    """Return the hits, those of earlier meetings with what the lines below them answer."""
    taken = {hit.line.at for hit in hits}
    return [_answered(hit, taken, reading) if _is_asked(hit) else hit for hit in hits]


def _is_asked(hit: Hit) -> bool:
    return not hit.decision and (hit.prior or hit.line.list is List.REVIEW)


def _answered(hit: Hit, taken: set[int], reading: Reading) -> Hit:
    for line in _below(hit.line, taken, reading):
        speaker, start = speaker_of(line.text)
        said = line.text[start:].strip()
        done = reading.grammar.done.fullmatch(said) is not None
        open_still = not done and reading.grammar.open.match(said) is not None
        shown = speaker and any(mark.kind is MarkKind.LINK for mark in line.block.marks)
        shown = shown or (speaker and "://" in said) or is_link(line)
        if done or open_still or shown:
            owners = hit.owners or ([speaker] if speaker else ())
            return replace(hit, owners=owners, done=hit.done or not open_still, also=hit.also or line)
    return hit


def _below(line: Line, taken: set[int], reading: Reading) -> Sequence[Line]:
    """Return the lines below one that may answer it: before the next action and the next title."""
    after = [one for one in reading.lines if one.at > line.at][:_MOST]
    found: list[Line] = []
    for one in after:
        if one.at in taken or one.block.kind is BlockKind.HEADING:
            break
        found.append(one)
    return found
