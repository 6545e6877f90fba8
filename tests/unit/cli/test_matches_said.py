"""What people read of rows of which somebody should say what record they are, and of what was decided."""

import io
from datetime import UTC, datetime
from typing import Any

from rich.console import Console

from syncbot.cli import matches_text
from syncbot.cli.rendering import Printer
from syncbot.cli.sections import sections
from syncbot.model.values import UNKNOWN
from syncbot.reconcile.plan import Duplicate, Plan, Proposal
from syncbot.service.matches import Candidate, Match, MatchRow
from syncbot.service.report import KindReport
from syncbot.service.uniting import United
from syncbot.store.base import Ruling, Verdict

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
PROPOSAL = Proposal(
    kind="city", endpoint="sharepoint", ref="7", title="Lathi", candidates=(("city-1", "Lahti", 0.8),)
)
DUPLICATE = Duplicate(
    kind="city", endpoint="notion", refs=("a", "b"), title="Ghent", reason="they carry the same key of ours"
)


def _paper() -> tuple[Printer, io.StringIO]:
    text = io.StringIO()
    return Printer(Console(file=text, width=200)), text


def _row(endpoint: str, ref: str, title: str, **more: Any) -> MatchRow:
    known: dict[str, Any] = {"url": None, "linked": None, "fields": {}, **more}
    return MatchRow(endpoint=endpoint, ref=ref, title=title, **known)


def _match(question: Proposal | Duplicate, **more: Any) -> Match:
    return Match(id="match-1", kind="city", endpoint=question.endpoint, question=question, since="x", **more)


def test_a_question_shows_both_sides_and_what_to_type() -> None:
    """Titles, the fields that tell, what cannot be read, the address; with several candidates one must be named."""
    here = _row("sharepoint", "7", "Lathi", fields={"country": "FI", "csg": UNKNOWN}, url="https://x.example")
    there = _row("notion", "p", "Lahti", linked="city-1", fields={"country": "FI", "csg": "B"})
    candidates = [Candidate(record="city-1", title="Lahti", likeness=0.8, rows=[there])]
    paper, text = _paper()
    matches_text.matches(paper, [_match(PROPOSAL, rows=[here], candidates=candidates)], {})
    said = text.getvalue()
    assert "match-1  Lathi in SharePoint may be a record that is known" in said
    assert "  SharePoint 7: Lathi\n      country FI; CSG ?\n      https://x.example\n" in said
    assert "  80% like Lahti  (city-1)\n    Notion p: Lahti\n        country FI; CSG B\n" in said
    assert "syncbot matches accept match-1\n" in said
    paper, text = _paper()
    matches_text.matches(paper, [_match(PROPOSAL, rows=[here], candidates=candidates * 2)], {})
    assert "syncbot matches accept match-1 --as city-1\n" in text.getvalue()


def test_doubled_rows_show_the_linked_one_first() -> None:
    """So that it is clear which one is the record now."""
    rows = [_row("notion", "a", "Ghent"), _row("notion", "b", "Ghent", linked="city-2")]
    paper, text = _paper()
    matches_text.matches(paper, [_match(DUPLICATE, rows=rows)], {})
    said = text.getvalue()
    assert said.index("Notion b: Ghent, which is linked") < said.index("Notion a: Ghent\n")
    assert "syncbot matches keep match-1 --ref REF" in said


def test_a_report_names_the_question() -> None:
    """By the id that the commands take, for either sort."""
    plan = Plan(kind="city", findings=(PROPOSAL, DUPLICATE))
    ids = {("sharepoint", "7"): "match-1", ("notion", "b"): "match-2"}
    lines = [
        line
        for section in sections(KindReport(kind="city", plan=plan, match_ids=ids), {}, done=True)
        for line in section.lines
    ]
    assert [line[:7] for line in lines] == ["match-2", "match-1"]


def test_decisions_are_said_with_who_and_when() -> None:
    """Of each sort; and a merge names every row that is no record's any more."""
    known: dict[str, Any] = {"kind": "city", "record": "k", "title": "Ghent", "by": "Zoë", "at": NOW}
    row: dict[str, Any] = {"endpoint": "notion", "ref": "p"}
    paper, text = _paper()
    matches_text.decisions(
        paper,
        [
            Ruling(id="d1", verdict=Verdict.SAME, **known, **row),
            Ruling(id="d2", verdict=Verdict.APART, other=("sharepoint", "7"), **known, **row),
            Ruling(id="d3", verdict=Verdict.ASIDE, version="1", **known, **row),
            Ruling(id="d4", verdict=Verdict.MERGED, absorbed="old", **known),
        ],
    )
    assert text.getvalue().splitlines() == [
        "d1  Ghent: Notion p is Ghent (Zoë, 2026-03-02 08:30 UTC)",
        "d2  Ghent: Notion p is not the same as SharePoint 7 (Zoë, 2026-03-02 08:30 UTC)",
        "d3  Ghent: Notion p is left alone (Zoë, 2026-03-02 08:30 UTC)",
        "d4  Ghent: old was merged into it (Zoë, 2026-03-02 08:30 UTC)",
    ]
    paper, text = _paper()
    matches_text.united(
        paper,
        United(
            kind="city",
            record="k",
            title="Ghent",
            absorbed="old",
            joined={"sharepoint": "7"},
            unlinked={"notion": "p"},
            trashed={"excel": "3"},
        ),
    )
    assert "Notion p is unlinked and left alone." in text.getvalue()
    assert "Excel 3 was moved to the trash." in text.getvalue()
