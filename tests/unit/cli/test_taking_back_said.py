"""What people read of an undo, an audit, and of edits that were put back."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console

from syncbot.cli import audit, words
from syncbot.cli.rendering import Printer
from syncbot.cli.sections import sections
from syncbot.model.auditing import Weight
from syncbot.reconcile.plan import Conflict, LeftAlone, Plan, RestoreRow, Side, StrayEdit
from syncbot.reconcile.state import PERSON
from syncbot.service.auditing import Audit, Finding
from syncbot.service.report import KindReport
from syncbot.store.base import KeptStray, OpenConflict, Run, RunStatus, StrayState

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
ABOUT: dict[str, Any] = {"kind": "city", "record": "city-1", "title": "Ghent"}


def _paper() -> tuple[Printer, io.StringIO]:
    text = io.StringIO()
    return Printer(Console(file=text, width=200)), text


def _finding(**more: Any) -> Finding:
    known: dict[str, Any] = {
        "rule": "R2",
        "law": "Every city has a lead",
        "kind": "city",
        "subject": "Ghent",
        "said": "no lead advisor",
        "against": "every city has one",
        "todo": "Name one in notion.",
    }
    return Finding(**{**known, **more})


def test_an_audit_says_rule_what_against_what_and_the_cure() -> None:
    """By rule, at most a dozen each; notes are told apart, and rules that were not checked are counted."""
    many = [_finding(subject=f"City {number}") for number in range(14)]
    note = _finding(rule="R6 countries", law="Countries that are split", weight=Weight.NOTE)
    found = Audit(findings=(*many, note), unchecked={"Parts add up": "mappings/ would have to have figure"})
    paper, text = _paper()
    audit.show(paper, found, everything=False)
    said = text.getvalue()
    assert "Every city has a lead (R2): 14\n  City 0: no lead advisor; but every city has one" in said
    assert "→ Name one in Notion." in said
    assert "… and 4 more" in said
    assert "Countries that are split (R6 countries): 1, good to know" in said
    assert "1 rule not checked" in said
    assert "Nothing contradicts itself." not in said


def test_an_audit_with_notes_only_is_all_right() -> None:
    """What is good to know is no contradiction, here and in the exit code."""
    found = Audit(findings=(_finding(weight=Weight.NOTE),), unchecked={})
    paper, text = _paper()
    audit.show(paper, found, everything=True)
    assert "Nothing contradicts itself." in text.getvalue()
    assert not found.anything


def test_fields_and_places_are_spelled_as_people_spell_them() -> None:
    """In sentences that were written with their names."""
    said = words.spelled(
        "notion says its native_name, csg, ccc_window, geonames_id; but sharepoint is the home"
    )
    assert said == "Notion says its native name, CSG, CCC window, GeoNames number; but SharePoint is the home"


def test_what_an_undo_leaves_and_brings_back_is_said() -> None:
    """With the place and the reason; of what is about no place, none is named."""
    plan = Plan(
        kind="city",
        restores=(RestoreRow(**ABOUT, endpoint="notion", ref="1", reason="run-a had removed it"),),
        findings=(
            LeftAlone(
                **ABOUT, endpoint="sharepoint", field="last_contact", reason="it was changed there since"
            ),
            LeftAlone(**ABOUT, endpoint="", field="note", reason="conflict-1 waits for an answer"),
            StrayEdit(**ABOUT, field="note", endpoint="notion", home=PERSON, value="b", kept="a"),
        ),
    )
    found = sections(KindReport(kind="city", plan=plan), {}, done=False)
    assert {one.heading: list(one.lines) for one in found} == {
        "To be brought back from the trash in Notion: 1": ["Ghent: run-a had removed it"],
        "Not taken back: 2": [
            "Ghent, last contact in SharePoint: it was changed there since",
            "Ghent, note: conflict-1 waits for an answer",
        ],
        "Copies that said something else; put right, and what they said is kept: 1": [
            "Ghent, note: somebody wrote b in Notion; a person decided on a"
        ],
    }


def test_a_question_that_is_held_says_why() -> None:
    """A field with a home would else not be asked about."""
    conflict = Conflict(
        **ABOUT,
        field="note",
        base="a",
        sides={"notion": Side(value="b"), "sharepoint": Side(value="a")},
        held="put back by undoing run-a",
    )
    paper, text = _paper()
    paper.conflict(OpenConflict(id="conflict-1", conflict=conflict, run="run-b", opened=NOW), {})
    assert "It waits because: put back by undoing run-a" in text.getvalue()


def test_edits_say_what_became_of_them_and_what_to_type() -> None:
    """Those that are settled by whom and when; the commands only where one is open."""
    edit = StrayEdit(**ABOUT, field="note", endpoint="notion", home="sharepoint", value="b", kept="a")
    kept = KeptStray(id="stray-1", stray=edit, run="run-a", at=NOW)
    settled = KeptStray(
        id="stray-2",
        stray=edit,
        run="run-a",
        at=NOW,
        state=StrayState.DISMISSED,
        settled_by="Zoë",
        settled_at=NOW,
    )
    paper, text = _paper()
    paper.strays([settled], {})
    assert "(dismissed by Zoë, 2026-03-02 08:30 UTC)" in text.getvalue()
    assert "adopt ID" not in text.getvalue()
    paper.strays([kept], {})
    assert "syncbot strays adopt ID" in text.getvalue()


def test_each_of_the_last_runs_is_one_line_of_a_narrow_window() -> None:
    """Eighty characters, as a terminal opens: its moment has the clock's name, and nothing of it wraps."""
    text = io.StringIO()
    paper = Printer(Console(file=text, width=80), zone=ZoneInfo("Europe/Brussels"))
    run = Run(id="run-7x2mk9", verb="resolve", kinds=(), by="zarana", started=NOW, status=RunStatus.PARTLY)
    paper.runs([run, replace(run, status=RunStatus.DONE)])
    _, first, second = text.getvalue().splitlines()
    assert first.split()[:7] == ["run-7x2mk9", "2026-03-02", "09:30", "CET", "resolve", "zarana", "partly"]
    assert "done" in second
