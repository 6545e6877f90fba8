"""Prints what the verbs return, for people."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from syncbot.model.values import Value
from syncbot.model.wording import moment_shown, shown
from syncbot.reconcile.plan import Missing
from syncbot.service.answering import RecordStory
from syncbot.service.checking import Tick
from syncbot.service.report import KindReport, Report
from syncbot.store.base import KeptStray, OpenConflict, Run, StrayState

from . import words
from .cures import cure_of
from .notes_text import history_lines, note_lines
from .sections import FAILED, REFUSED, Section, decision, sections, stray_line

SHOWN_LINES = 10
"""Of each section, unless all are asked for."""


class Printer:
    """Prints on one console."""

    def __init__(self, console: Console, *, zone: tzinfo = UTC, everything: bool = False) -> None:
        """Tell times on the clock of `zone`; cut long sections unless `everything`."""
        self._console = console
        self.zone = zone
        self._everything = everything

    def line(self, text: str = "", style: str | None = None) -> None:
        """Print one line as it stands: what people wrote is never taken for markup."""
        self._console.print(Text(text, style=style or ""), soft_wrap=True)

    def report(self, report: Report) -> None:
        """Print how a run went, or what it would do."""
        self._notes(report)
        for kind in report.kinds:
            self._kind(kind, report)
        self._ending(report)

    def planned(self, kind: KindReport, titles: Mapping[str, str]) -> None:
        """Print what is about to be done with one kind."""
        self.line(words.records(kind.kind), "bold")
        for section in sections(kind, titles, self.zone, done=False):
            self._section(section)
        if kind.plan.empty and not kind.failures:
            self.line("  Nothing to take back.", "green")

    def outcome(self, report: Report) -> None:
        """Print how it went with what was printed as a plan before."""
        self._notes(report)
        for kind in report.kinds:
            for section in sections(kind, report.titles, self.zone, done=True):
                if section.heading in (REFUSED, FAILED):
                    self._section(section)
        self._ending(report)

    def tick(self, tick: Tick) -> None:
        """Print one thing that was looked at, and the cure where it is not right; `!` stands for what is left out."""
        what = tick.what or f"{words.records(str(tick.kind))} in {words.place(str(tick.endpoint))}"
        if tick.field:
            what = f"{what}, {words.field(tick.field)}"
        sign, style = ("✗", "red") if not tick.right else ("!", "yellow") if tick.left_out else ("✓", None)
        self.line(f"  {sign} {what}: {words.happened(tick.detail)}", style)
        cure = cure_of(tick.error) if tick.error else None
        if cure:
            self.line(f"      → {cure}", "yellow")

    def conflicts(self, waiting: Sequence[OpenConflict], titles: Mapping[str, str]) -> None:
        """Print the questions that wait."""
        if not waiting:
            self.line("No questions wait.", "green")
        for one in waiting:
            self.conflict(one, titles)

    def conflict(self, one: OpenConflict, titles: Mapping[str, str]) -> None:
        """Print one question: what each place says, what was agreed before, and what to type."""
        conflict = one.conflict
        self.line(f"{one.id}  {conflict.title}: {words.field(conflict.field)}", "bold")
        for name, side in sorted(conflict.sides.items()):
            by = f", written by {side.edited_by}" if side.edited_by else ""
            when = f", {moment_shown(side.edited_at, self.zone)}" if side.edited_at else ""
            self.line(f"  {words.place(name)} says: {self._value(side.value, titles)}{by}{when}")
        if conflict.held and not one.closed:
            self.line(f"  It waits because: {conflict.held}")
        before = "they differed when first seen together" if conflict.first_sight else None
        self.line(f"  Agreed before: {before or self._value(conflict.base, titles)}")
        self._answer(one, titles)

    def story(self, story: RecordStory, titles: Mapping[str, str]) -> None:
        """Print where each value of a record came from."""
        self.line(f"{story.title}  ({story.record})", "bold")
        for name, ref in story.places.items():
            self.line(f"  {words.place(name)}: {ref}")
        for field in story.fields:
            home = f"{words.place(field.home)} is its home" if field.home else "shared"
            when = moment_shown(datetime.fromisoformat(field.at), self.zone)
            self.line(f"  {words.field(field.field)}: {self._value(field.value, titles)}")
            self.line(f"      {home}; from {words.place(field.source)}, {when}, {field.run}", "dim")
        for said in story.decisions:
            self.line(f"  Decided: {decision(said, self.zone)}")
        for text in history_lines(story.noted, self.zone):
            self.line(text)
        self._changes(story, titles)
        for one in story.waiting:
            self.conflict(one, titles)

    def runs(self, runs: Sequence[Run]) -> None:
        """Print the last runs."""
        table = _table("Run", "When", "What", "By", "Ended", "New", "Changed", "Found")
        for run in runs:
            counts = [str(run.summary.get(name, 0)) for name in ("created", "updated", "found")]
            when = moment_shown(run.started, self.zone)
            table.add_row(*map(Text, (run.id, when, run.verb, run.by, run.status.value, *counts)))
        self._console.print(table if runs else Text("Nothing has run yet."))

    def answered(self, one: OpenConflict, titles: Mapping[str, str], *, later: bool = False) -> None:
        """Confirm a person's answer."""
        what = f"{one.conflict.title}, {words.field(one.conflict.field)}"
        self.line(
            f"{what}: {self._value(one.answer, titles)} is right{'; the next sync writes it' if later else ''}.",
            "green",
        )

    def strays(self, kept: Sequence[KeptStray], titles: Mapping[str, str]) -> None:
        """Print the edits of copies that were put back."""
        if not kept:
            self.line("No edit of a copy waits to be looked at.", "green")
        for one in kept:
            when, said = moment_shown(one.at, self.zone), stray_line(one.stray, titles, self.zone)
            self.line(f"{one.id}  {when}  {said}{self._settled(one)}")
        if any(one.state is StrayState.OPEN for one in kept):
            self.line("  → Was one of them right?  syncbot strays adopt ID   Else: syncbot strays dismiss ID")

    def settled(self, kept: KeptStray, titles: Mapping[str, str]) -> None:
        """Confirm what a person decided about an edit of a copy."""
        what = f"{kept.stray.title}, {words.field(kept.stray.field)}"
        if kept.state is StrayState.ADOPTED:
            self.line(f"{what}: {self._value(kept.stray.value, titles)} is right.", "green")
        else:
            self.line(f"{what}: stays {self._value(kept.stray.kept, titles)}; {kept.id} is off the list.")

    def listed(self, lines: Sequence[str]) -> None:
        """Print lines of a list, cut unless all are asked for."""
        self._section_lines(lines, "  ")

    # -- parts

    def _value(self, value: Value, titles: Mapping[str, str]) -> str:
        return shown(value, titles, self.zone)

    def _settled(self, kept: KeptStray) -> str:
        if kept.settled_at is None:
            return ""
        return f" ({kept.state.value} by {kept.settled_by}, {moment_shown(kept.settled_at, self.zone)})"

    def _notes(self, report: Report) -> None:
        for text, style in note_lines(report.notes, done=report.run is not None):
            self.line(text, style)

    def _kind(self, kind: KindReport, report: Report) -> None:
        read = ", ".join(f"{count} in {words.place(name)}" for name, count in kind.read.items())
        self.line(words.records(kind.kind), "bold")
        self.line(f"  Rows read: {read or 'none'}{'; compared everything' if kind.compared else ''}")
        for section in sections(kind, report.titles, self.zone, done=report.run is not None):
            self._section(section)
        if kind.plan.empty and not kind.failures:
            self.line("  Nothing new, nothing to do.", "green")

    def _section(self, section: Section) -> None:
        self.line(f"  {section.heading}", "cyan")
        self._section_lines(section.lines, "    ")
        if section.counted:
            rows = words.things(len(section.counted), "other" if section.lines else "row")
            names = f": {', '.join(section.counted)}" if self._everything else ""
            self.line(f"    {rows} only in {' and '.join(map(words.field, section.fields))}{names}")
        if section.marked:
            also = "others " if section.lines else ""
            rows = words.things(len(section.marked), f"{also}only gets", f"{also}only get")
            names = f": {', '.join(section.marked)}" if self._everything else ""
            self.line(f"    {rows} our mark, by which rows are known again{names}")

    def _section_lines(self, given: Sequence[str], indent: str) -> None:
        lines = given if self._everything else given[:SHOWN_LINES]
        for line in lines:
            self.line(f"{indent}{line}")
        if len(lines) < len(given):
            self.line(f"{indent}… and {len(given) - len(lines)} more (--all shows them)", "dim")

    def _ending(self, report: Report) -> None:
        asked = ", ".join(
            f"{words.place(name)} {words.things(count, 'request')}" for name, count in report.requests.items()
        )
        seconds = (report.ended - report.started).total_seconds()
        if report.run is None:
            self.line(f"Plan only: nothing was written ({asked}; {seconds:.1f} s).")
            return
        if report.settled:
            self.line(f"{words.things(report.settled, 'write')} of a run that was cut off looked up first.")
        written = sum(_sum(kind.created) + _sum(kind.updated) + _sum(kind.deleted) for kind in report.kinds)
        self.line(f"{report.run}: {words.things(written, 'row')} written ({asked}; {seconds:.1f} s).")
        for cure in self._cures(report):
            self.line(f"  → {cure}", "yellow")

    @staticmethod
    def _cures(report: Report) -> list[str]:
        failures = [one.error for kind in report.kinds for one in kind.failures if one.error]
        cures = [cure for error in failures if (cure := cure_of(error))]
        refused = [one for kind in report.kinds for one in kind.plan.refused]
        if any(one.final for one in refused):
            cures.append(
                "Nobody can let that pass. Do what is named above, or just run the same command again"
            )
        if any(not one.final for one in refused):
            cures.append("Look at it (syncbot plan --full). If it is right: syncbot sync --allow-mass-change")
        if any(kind.conflict_ids for kind in report.kinds):
            cures.append("Answer the questions: syncbot conflicts")
        if any(kind.match_ids for kind in report.kinds):
            cures.append("Say what is the same: syncbot matches")
        if any(isinstance(one, Missing) and one.asked for kind in report.kinds for one in kind.plan.findings):
            cures.append("Say what becomes of the other rows: syncbot gone")
        return list(dict.fromkeys(cures))

    def _answer(self, one: OpenConflict, titles: Mapping[str, str]) -> None:
        if one.closed:
            self.line(f"  Closed: {one.how}", "green")
        elif one.answered_at:
            self.line(
                f"  Answered by {one.answered_by}: {self._value(one.answer, titles)}; the next sync writes it"
            )
        else:
            places = "|".join(sorted(one.conflict.sides))
            self.line(
                f"  Which is right?  syncbot conflicts resolve {one.id} --take {places}|VALUE", "yellow"
            )

    def _changes(self, story: RecordStory, titles: Mapping[str, str]) -> None:
        real = [one for one in story.changes if one.before is not None]
        if real:
            self.line("Changes, newest first", "bold")
        for one in real[: None if self._everything else SHOWN_LINES]:
            before, after = (self._value(said, titles) for said in (one.before, one.after))
            self.line(
                f"  {moment_shown(one.at, self.zone)}  {words.field(one.field)}: {before} → {after} "
                f"(from {words.place(one.source)}, {one.run})"
            )


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _sum(counts: Mapping[str, int]) -> int:
    return sum(counts.values())
