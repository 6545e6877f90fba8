"""What people read about records that lost a row at one place."""

import io
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from rich.console import Console

from syncbot.cli import gone_text, matches_text
from syncbot.cli.cures import cure_of
from syncbot.cli.rendering import Printer
from syncbot.errors import EndpointError, VersionChanged
from syncbot.reconcile.plan import Missing, Plan
from syncbot.service.gone import GoneAsked, GoneRefusedError, Kept, Removed, StandingRow
from syncbot.service.report import KindReport, Report
from syncbot.store.base import Ruling, Verdict

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
CHANGED = VersionChanged("somebody changed the row", endpoint="excel", ref="3")


def _said(tell: Callable[[Printer], None]) -> list[str]:
    text = io.StringIO()
    tell(Printer(Console(file=text, width=200)))
    return text.getvalue().splitlines()


def _asked(*rows: StandingRow) -> GoneAsked:
    return GoneAsked(kind="city", record="city-1", title="Ghent", went={"notion": "p"}, stands=rows)


def _row(endpoint: str, **more: Any) -> StandingRow:
    known: dict[str, Any] = {"url": None, "removable": True, "returns": True, **more}
    return StandingRow(endpoint=endpoint, ref="7", version="1", **known)


def test_a_question_says_where_it_went_where_it_stands_and_what_to_type() -> None:
    """With the address, by which a person sees what it is; and what to do if it was a mistake."""
    question = _asked(_row("sharepoint", url="https://x.example/7"))
    assert _said(lambda paper: gone_text.waiting(paper, [question])) == [
        "Ghent  (city city-1)",
        "  It is no longer in Notion. It still stands in:",
        "    SharePoint 7",
        "      https://x.example/7",
        "  Should it go?   syncbot gone remove city-1",
        "  Should it stay? syncbot gone keep city-1",
        "  A mistake?      Restore it in Notion; the next sync takes it up again.",
    ]
    assert _said(lambda paper: gone_text.waiting(paper, []))[0].startswith("No record that lost a row waits")


def test_nobody_is_told_to_type_what_would_be_refused() -> None:
    """Where syncbot may not remove rows, a person does it there."""
    said = _said(
        lambda paper: gone_text.waiting(paper, [_asked(_row("sharepoint"), _row("excel", removable=False))])
    )
    assert "  Should it go?   Remove it in Excel by hand: syncbot may not." in said
    assert not any("gone remove" in line for line in said)


@pytest.mark.parametrize(
    ("run", "stays", "lines"),
    [
        (None, {}, ["Ghent: SharePoint 7 would go to the trash.", "Nothing was written."]),
        (
            "run-1",
            {},
            ["Ghent: SharePoint 7 was moved to the trash.", "Taken back with: syncbot undo run-1"],
        ),
        (
            "run-1",
            {"excel": CHANGED},
            [
                "Ghent: SharePoint 7 was moved to the trash.",
                "Ghent: Excel 3 stays: somebody changed the row.",
                "Taken back with: syncbot undo run-1",
                "Run syncbot sync, then look again: syncbot gone",
            ],
        ),
    ],
)
def test_what_went_and_what_stays_is_said(
    run: str | None, stays: Mapping[str, EndpointError], lines: list[str]
) -> None:
    """Of a dry run that nothing was written, else how it is taken back."""
    came = Removed(
        kind="city",
        record="city-1",
        title="Ghent",
        run=run,
        trashed={"sharepoint": "7"},
        stays=dict.fromkeys(stays, "3"),
        stopped=stays,
    )
    assert _said(lambda paper: gone_text.removed(paper, came)) == lines


def test_a_decision_to_keep_is_confirmed_listed_and_taken_back_in_words() -> None:
    """Each says what it is about."""
    ruling = Ruling(
        id="d5",
        kind="city",
        record="city-1",
        title="Ghent",
        by="Zoë",
        at=NOW,
        verdict=Verdict.STAYS,
        endpoint="notion",
        ref="p",
    )
    told = "Ghent: Notion p went away, and its other rows stay (Zoë, 2026-03-02 08:30 UTC)"
    assert _said(lambda paper: matches_text.decisions(paper, [ruling])) == [f"d5  {told}"]
    assert _said(lambda paper: matches_text.forgotten(paper, ruling)) == [
        f"Taken back: {told}. syncbot gone asks again."
    ]
    kept = Kept(asked=_asked(_row("sharepoint")), decisions=["d5"])
    assert _said(lambda paper: gone_text.kept(paper, kept)) == [
        "Ghent stays in SharePoint, and is not made again in Notion.",
        "Taken back with: syncbot matches forget d5",
    ]


def test_where_only_a_person_can_restore_a_row_that_is_said() -> None:
    """SharePoint's recycle bin cannot be reached for us: nobody is told that an undo is enough."""
    trashed = {"notion": "p", "sharepoint": "7"}
    known: dict[str, Any] = {"kind": "city", "record": "city-1", "title": "Ghent", "run": "run-1"}
    by_hand = "In SharePoint only a person can take it back, out of the recycle bin."
    both = Removed(trashed=trashed, by_hand=["sharepoint"], **known)
    one = Removed(trashed={"sharepoint": "7"}, by_hand=["sharepoint"], **known)
    undone = "Taken back with: syncbot undo run-1"
    assert _said(lambda paper: gone_text.removed(paper, both))[2:] == [undone, by_hand]
    assert _said(lambda paper: gone_text.removed(paper, one))[1:] == [by_hand]


@pytest.mark.parametrize("asked", [True, False])
def test_a_report_says_what_to_type_only_where_a_person_is_asked(asked: bool) -> None:
    """In the line of the record, and once at the end."""
    finding = Missing(
        kind="city", record="city-1", title="Ghent", endpoint="notion", ref="p", reason="trashed", asked=asked
    )
    kind = KindReport(kind="city", plan=Plan(kind="city", findings=(finding,)))
    report = Report(run="run-1", kinds=(kind,), requests={}, started=NOW, ended=NOW)
    said = _said(lambda paper: paper.report(report))
    assert sum("syncbot gone" in line for line in said) == (2 if asked else 0)
    assert any("nothing is deleted elsewhere" in line for line in said)


def test_a_refusal_names_the_list() -> None:
    """The cure is where the question stands."""
    assert "syncbot gone" in str(cure_of(GoneRefusedError("nothing is asked about it")))
