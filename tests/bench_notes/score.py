"""Compares what is found in a note with its labels: one finding to one label, where they share a line."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from syncbot.notes.find import find
from syncbot.notes.finding import Confidence, FoundAction, FoundDecision
from syncbot.notes.habits import Habits

from .corpus import Label, Minutes, Reader

Finding = FoundAction | FoundDecision


@dataclass(kw_only=True)
class Tally:
    """Counts of findings against labels."""

    right: int = 0
    wrong: int = 0
    missed: int = 0
    low: int = 0
    """Labels that only a finding of low confidence meets."""
    owner: int = 0
    due: int = 0
    done: int = 0

    def add(self, other: "Tally") -> None:
        """Count another tally in."""
        for name in ("right", "wrong", "missed", "low", "owner", "due", "done"):
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def precision(self) -> float:
        """How many of those found are right."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """How many of those there are were found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    def exact(self, name: str) -> float:
        """How many of those matched say the owner, the day or the state exactly."""
        return int(getattr(self, name)) / self.right if self.right else 1.0


@dataclass(kw_only=True)
class Score:
    """How well one file was read."""

    minutes: Minutes
    actions: Tally = field(default_factory=Tally)
    decisions: Tally = field(default_factory=Tally)
    remarks: list[str] = field(default_factory=list)
    """What went wrong, one line each."""


def scored(minutes: Minutes, reader: Reader, habits: Habits) -> Score:
    """Read one file and compare."""
    note = reader(minutes.path.read_bytes(), minutes.path.name)
    note = replace(note, day=minutes.day or note.day)
    found = find(note, habits)
    at = {block.address: block.line for block in note.blocks}
    score = Score(minutes=minutes)
    score.actions = _compare(
        "A", found.actions, minutes.actions, minutes, _lines(found.actions, at), score.remarks
    )
    score.decisions = _compare(
        "D", found.decisions, minutes.decisions, minutes, _lines(found.decisions, at), score.remarks
    )
    return score


def _lines(found: Sequence[Finding], at: Mapping[str, int | None]) -> list[frozenset[int]]:
    """Return the source lines of each finding."""
    return [
        frozenset(line for place in one.places if (line := at[place.address]) is not None) for one in found
    ]


def _compare(
    sort: str,
    found: Sequence[Finding],
    labels: Sequence[Label],
    minutes: Minutes,
    lines: Sequence[frozenset[int]],
    remarks: list[str],
) -> Tally:
    tally = Tally()
    matched = _pairs(found, labels, lines)
    met = {m: found[n] for n, m in matched.items()}
    for n, one in enumerate(found):
        if n not in matched and one.confidence is Confidence.HIGH and not lines[n] <= minutes.borderline:
            tally.wrong += 1
            remarks.append(f"{sort} wrong  {min(lines[n], default=0):4} {one.text[:90]!r} <- {one.why[:70]}")
    for m, label in enumerate(labels):
        finding = met.get(m)
        if finding is not None and finding.confidence is Confidence.HIGH:
            _matched(tally, sort, finding, label, remarks)
            continue
        tally.missed += 1
        tally.low += finding is not None
        how = "missed" if finding is None else "low   "
        remarks.append(f"{sort} {how} {min(label.lines, default=0):4} {label.text[:100]!r}")
    return tally


def _pairs(
    found: Sequence[Finding], labels: Sequence[Label], lines: Sequence[frozenset[int]]
) -> dict[int, int]:
    """Match findings to labels one to one: sure ones first, then by lines and words in common."""
    pairs = sorted(
        (
            one.confidence is not Confidence.HIGH,
            -len(lines[n] & label.lines),
            -_alike(one.text, label.text),
            n,
            m,
        )
        for n, one in enumerate(found)
        for m, label in enumerate(labels)
        if lines[n] & label.lines
    )
    matched: dict[int, int] = {}
    for *_, n, m in pairs:
        if n not in matched and m not in matched.values():
            matched[n] = m
    return matched


def _matched(tally: Tally, sort: str, one: Finding, label: Label, remarks: list[str]) -> None:
    tally.right += 1
    if not isinstance(one, FoundAction):
        return
    owners = {_name(owner) for owner in one.owners} == {_name(owner) for owner in label.owners}
    tally.owner += owners
    tally.due += one.due == label.due
    tally.done += one.done == label.done
    at = min(label.lines, default=0)
    if not owners:
        remarks.append(
            f"{sort} owner  {at:4} {sorted(one.owners)} not {sorted(label.owners)} in {one.places[0].words[:70]!r}"
        )
    if one.due != label.due:
        remarks.append(f"{sort} due    {at:4} {one.due} not {label.due}: {one.due_text!r}")
    if one.done != label.done:
        remarks.append(f"{sort} done   {at:4} {one.done} not {label.done} in {one.places[0].words[:70]!r}")


def _name(owner: str) -> str:
    return re.sub(r"^@", "", owner.strip()).casefold()


def _alike(one: str, other: str) -> int:
    return len(set(re.findall(r"\w+", one.casefold())) & set(re.findall(r"\w+", other.casefold())))
