"""A plan, said in sections of lines that a City Support Officer can read; pure text, no colour."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, tzinfo

from syncbot.model.values import Value
from syncbot.model.wording import moment_shown, shown
from syncbot.reconcile import plan as p
from syncbot.reconcile.state import PERSON
from syncbot.service.report import Failure, KindReport
from syncbot.store.base import Ruling, Verdict

from . import words

LONGEST_VALUE = 60
REFUSED, FAILED = "Refused", "Did not work"
_FIELD = re.compile(r"^([a-z][a-z_]*): ")
"""The field that a refusal begins with."""


@dataclass(frozen=True, kw_only=True)
class Section:
    """A heading and its lines."""

    heading: str
    lines: Sequence[str]
    marked: Sequence[str] = ()
    """Rows that only get our mark: their names."""
    counted: Sequence[str] = ()
    """Rows of which only fields change that are not listed: their names."""
    fields: Sequence[str] = ()
    """Those fields."""


@dataclass(frozen=True, kw_only=True)
class Tongue:
    """What is needed to say things in words: the titles of records, and the ids of conflicts."""

    titles: Mapping[str, str]
    conflict_ids: Mapping[tuple[str, str], str]
    match_ids: Mapping[tuple[str, str], str] = field(default_factory=dict)
    zone: tzinfo = UTC

    def value(self, value: Value) -> str:
        """A value, cut for a line of a list."""
        text = " ".join(shown(value, self.titles, self.zone).split())
        return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def sections(
    report: KindReport, titles: Mapping[str, str], zone: tzinfo = UTC, *, done: bool
) -> list[Section]:
    """Everything that a run of one kind did (or, not `done`, would do), most urgent last where the eye rests."""
    tongue = Tongue(titles=titles, conflict_ids=report.conflict_ids, match_ids=report.match_ids, zone=zone)
    plan = report.plan
    made = "Created" if done else "To be created"
    changed = "Changed" if done else "To be changed"
    found = [
        *_by_place(
            made,
            [one for one in plan.actions if isinstance(one, p.CreateRow)],
            lambda one: one.title,
            report.created if done else None,
        ),
        *_by_place(
            changed,
            [one for one in plan.actions if isinstance(one, p.UpdateRow)],
            lambda one: _update(one, tongue),
            report.updated if done else None,
            report.unlisted,
        ),
        *_by_place(
            "Moved to the trash" if done else "To be moved to the trash",
            [one for one in plan.actions if isinstance(one, p.DeleteRow)],
            lambda one: f"{one.title}: {one.reason}",
            report.deleted if done else None,
        ),
        *_by_place(
            "Brought back from the trash" if done else "To be brought back from the trash",
            plan.restores,
            lambda one: f"{one.title}: {one.reason}",
        ),
        *_recognised(plan.links),
        *_findings(plan.findings, tongue),
        *_faults(report.faults),
        Section(heading=REFUSED, lines=[one.reason for one in plan.refused]),
        Section(heading=FAILED, lines=[_failure(one) for one in report.failures]),
        Section(heading="Good to know", lines=list(report.notes)),
    ]
    return [section for section in found if section.lines or section.marked or section.counted]


def _by_place(
    heading: str,
    actions: Sequence[p.Action | p.RestoreRow],
    line: Callable[..., str],
    done: Mapping[str, int] | None = None,
    unlisted: frozenset[str] = frozenset(),
) -> Iterator[Section]:
    """Say what was planned at each place and, where that is known, how much of it came to be (`done`)."""
    for endpoint in sorted({action.endpoint for action in actions}):
        mine = [action for action in actions if action.endpoint == endpoint]
        marked = [one.title for one in mine if _only_marked(one)]
        listed = [left for one in mine if not _only_marked(one) and (left := _listed(one, unlisted))]
        hidden = [one for one in mine if not _only_marked(one) and _listed(one, unlisted) is None]
        count = len(mine) if done is None else done.get(endpoint, 0)
        told = f"{count} of {len(mine)}, see below" if count < len(mine) else str(count)
        yield Section(
            heading=f"{heading} in {words.place(endpoint)}: {told}",
            lines=_counted(line(one) for one in listed),
            marked=marked,
            counted=[one.title for one in hidden],
            fields=sorted(unlisted & {name for one in hidden for name in _changed(one)}),
        )


def _only_marked(action: p.Action | p.RestoreRow) -> bool:
    return isinstance(action, p.UpdateRow) and not action.changes


def _listed(action: p.Action | p.RestoreRow, unlisted: frozenset[str]) -> p.Action | p.RestoreRow | None:
    """Return an action with the changes that are listed; None where it has no other ones."""
    if not isinstance(action, p.UpdateRow) or not unlisted:
        return action
    changes = tuple(one for one in action.changes if one.field not in unlisted)
    return replace(action, changes=changes) if changes else None


def _changed(action: p.Action | p.RestoreRow) -> set[str]:
    return {one.field for one in action.changes} if isinstance(action, p.UpdateRow) else set()


def _counted(lines: Iterable[str]) -> list[str]:
    """Say once what would be said of several: a weekly meeting is called the same each week."""
    return [line if count == 1 else f"{line} ({count} times)" for line, count in Counter(lines).items()]


def _update(action: p.UpdateRow, tongue: Tongue) -> str:
    changes = "; ".join(
        f"{words.field(one.field)} {tongue.value(one.before)} → {tongue.value(one.after)}"
        for one in action.changes
    )
    return f"{action.title}: {changes}"


def _recognised(links: Sequence[p.LinkRow]) -> Iterator[Section]:
    """Say by what rows of two places were recognised as one record; a record alone needed no recognising."""
    places = Counter(link.record for link in links)
    ways = {link.record: link.how for link in links if places[link.record] > 1}
    if ways:
        lines = [f"{count} by {way}" for way, count in Counter(ways.values()).most_common()]
        yield Section(heading=f"Recognised as the same record: {len(ways)}", lines=lines)


def _findings(findings: Sequence[p.Finding], tongue: Tongue) -> Iterator[Section]:
    for kind, heading, line in _FINDINGS:
        mine = [line(one, tongue) for one in findings if isinstance(one, kind)]
        yield Section(heading=f"{heading}: {len(mine)}", lines=mine)


def _conflict(one: p.Conflict, tongue: Tongue) -> str:
    said = ", ".join(
        f"{words.place(name)} says {tongue.value(side.value)}{_who(side)}"
        for name, side in sorted(one.sides.items())
    )
    name = one.id or tongue.conflict_ids.get((one.record, one.field))
    prefix = f"{name}  " if name else ""
    return f"{prefix}{one.title}, {words.field(one.field)}: {said}"


def _who(side: p.Side) -> str:
    return f" ({side.edited_by})" if side.edited_by else ""


def _stray(one: p.StrayEdit, tongue: Tongue) -> str:
    who = f"{one.edited_by} wrote" if one.edited_by else "somebody wrote"
    if one.home == PERSON:
        return (
            f"{one.title}, {words.field(one.field)}: {who} {tongue.value(one.value)} in {words.place(one.endpoint)}; "
            f"a person decided on {tongue.value(one.kept)}"
        )
    return (
        f"{one.title}, {words.field(one.field)}: {who} {tongue.value(one.value)} in {words.place(one.endpoint)}; "
        f"{words.place(one.home)} is the home of this fact and says {tongue.value(one.kept)}"
    )


def stray_line(one: p.StrayEdit, titles: Mapping[str, str], zone: tzinfo = UTC) -> str:
    """One edit of a copy in words."""
    return _stray(one, Tongue(titles=titles, conflict_ids={}, zone=zone))


def decision(one: Ruling, zone: tzinfo) -> str:
    """One decision in words."""
    row = f"{words.place(one.endpoint)} {one.ref}" if one.endpoint else ""
    match one.verdict:
        case Verdict.SAME:
            what = f"{row} is {one.title}"
        case Verdict.APART:
            other = f"{words.place(one.other[0])} {one.other[1]}" if one.other else ""
            what = f"{row} is not the same as {other}"
        case Verdict.ASIDE:
            what = f"{row} is left alone"
        case Verdict.MERGED:
            what = f"{one.absorbed} was merged into it"
        case Verdict.STAYS:
            what = f"{row} went away, and its other rows stay"
    return f"{one.title}: {what} ({one.by}, {moment_shown(one.at, zone)})"


def _drift(one: p.Drift, tongue: Tongue) -> str:
    return (
        f"{one.title}, {words.field(one.field)}: {words.place(one.endpoint)} says {tongue.value(one.value)}, "
        f"agreed was {tongue.value(one.base)}, and nobody is known to have changed it"
    )


_GONE = {
    "trashed": "is in the trash",
    "archived": "was archived",
    "moved": "was moved to another place",
    "not_found": "was deleted, or is no longer shared with us",
}


def _missing(one: p.Missing, _: Tongue) -> str:
    why = _GONE.get(one.reason, one.reason)
    asked = "; what becomes of its other rows? (syncbot gone)" if one.asked else ""
    return f"{one.title}: its row in {words.place(one.endpoint)} {why}; nothing is deleted elsewhere{asked}"


def _duplicate(one: p.Duplicate, tongue: Tongue) -> str:
    refs = ", ".join(one.refs)
    name = next(
        (tongue.match_ids[spot] for ref in one.refs if (spot := (one.endpoint, ref)) in tongue.match_ids), ""
    )
    prefix = f"{name}  " if name else ""
    return f"{prefix}{one.title}: {len(one.refs)} rows in {words.place(one.endpoint)} ({refs}): {one.reason}"


def _proposal(one: p.Proposal, tongue: Tongue) -> str:
    name = tongue.match_ids.get((one.endpoint, one.ref))
    prefix = f"{name}  " if name else ""
    best = ", ".join(f"{title} ({likeness:.0%})" for _, title, likeness in one.candidates[:3])
    return f"{prefix}{one.title} in {words.place(one.endpoint)} may be: {best}"


def _unread(one: p.Unread, _: Tongue) -> str:
    return f"{one.title}, {words.field(one.field)} in {words.place(one.endpoint)}: {one.reason}"


def _homeless(one: p.Homeless, tongue: Tongue) -> str:
    return (
        f"{one.title}, {words.field(one.field)}: {words.place(one.endpoint)} says {tongue.value(one.value)}, "
        "but the place that should keep this fact has no row"
    )


def _left_alone(one: p.LeftAlone, _: Tongue) -> str:
    what = f"{one.title}, {words.field(one.field)}" if one.field else one.title
    where = f" in {words.place(one.endpoint)}" if one.endpoint else ""
    return f"{what}{where}: {one.reason}"


_FINDINGS: tuple[tuple[type, str, Callable[..., str]], ...] = (
    (p.LeftAlone, "Not taken back", _left_alone),
    (p.Unread, "Left alone for now", _unread),
    (p.Drift, "Found to differ without an edit", _drift),
    (p.Homeless, "Facts without a home", _homeless),
    (p.Missing, "Rows that went away", _missing),
    (p.Duplicate, "Doubled rows, of which none that is new is touched until somebody decides", _duplicate),
    (p.Proposal, "Perhaps the same record; a person decides", _proposal),
    (p.StrayEdit, "Copies that said something else; put right, and what they said is kept", _stray),
    (p.Conflict, "Questions for a person", _conflict),
)


def _faults(faults: Mapping[tuple[str, str], str]) -> Iterator[Section]:
    lines = [
        f"{words.field(field)} in {words.place(endpoint)}: {reason}"
        for (endpoint, field), reason in sorted(faults.items())
    ]
    yield Section(heading="Fields not synced now", lines=lines)


def _failure(one: Failure) -> str:
    where = words.place(one.endpoint)
    if one.title is None:
        return f"{where}: {words.happened(one.message)}"
    message = _FIELD.sub(lambda found: f"{words.field(found[1])}: ", words.happened(one.message))
    return f"{one.title} in {where}: {message}"
