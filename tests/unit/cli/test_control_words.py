"""What a row of manual sync says can be understood and acted on by somebody who has no terminal."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from syncbot.cli.control_words import RowWords
from syncbot.errors import Forbidden, StoreError, Unavailable
from syncbot.reconcile.plan import Conflict, Side, StrayEdit
from syncbot.service.control import RUNNING, Part
from syncbot.service.control_outcome import Outcome
from syncbot.service.report import Failure
from syncbot.store.base import RunStatus
from tests.fakes.control_world import ControlWorld

BRUSSELS = ZoneInfo("Europe/Brussels")
MOMENT = datetime(2026, 11, 5, 9, 3, tzinfo=UTC)
QUIET = Outcome(
    title="City Support Group D", zone=BRUSSELS, ended=MOMENT, status=RunStatus.DONE, written={}, titles={}
)


def said(outcome: Outcome) -> Mapping[Part, list[str]]:
    """The lines of an answer."""
    return {part: str(text).splitlines() for part, text in RowWords().answer(outcome).items()}


def test_a_sync_with_nothing_to_do_is_two_short_lines() -> None:
    """The time is that of the group's clock."""
    assert said(QUIET) == {
        Part.STATE: ["Done 5 Nov 2026, 10:03"],
        Part.RESULT: ["Nothing had to be written."],
        Part.QUESTIONS: ["No question waits."],
    }


def test_the_answer_leaves_the_box_alone_and_taking_the_tick_frees_it() -> None:
    """A tick made meanwhile must survive the answer."""
    assert Part.SYNC_NOW not in RowWords().answer(QUIET)
    running = RowWords().running(MOMENT, BRUSSELS)
    assert running == {Part.SYNC_NOW: False, Part.STATE: f"{RUNNING} 5 Nov 2026, 10:03"}


def test_all_that_can_be_said_is_said_short() -> None:
    """Names of three rows, five failures at most, and what to do about each sort of question."""
    down = Unavailable("did not answer", endpoint="sharepoint")
    failures = [
        Failure(kind="city", endpoint="sharepoint", title=f"City {n}", message="did not answer", error=down)
        for n in range(7)
    ]
    conflict = Conflict(
        kind="city",
        record="c1",
        title="Turku",
        field="ccc_state",
        base=None,
        sides={"notion": Side(value="label"), "sharepoint": Side(value="drafting")},
    )
    stray = StrayEdit(
        kind="city",
        record="c2",
        title="Espoo",
        field="lead",
        endpoint="sharepoint",
        home="notion",
        value=frozenset({"p1"}),
        kept=None,
    )
    outcome = replace(
        QUIET,
        status=RunStatus.PARTLY,
        written={"notion": ["Espoo"], "sharepoint": ["Bern", "Espoo", "Lahti", "Turku", "Zug"]},
        elsewhere=2,
        failures=failures,
        refused=["83 of 112 cities would change"],
        unread=["Notes of Monday: the file is damaged"],
        conflicts=[conflict],
        strays=[stray],
        lines=2,
        rows=1,
        titles={"p1": "Anna Adler"},
    )
    assert said(outcome) == {
        Part.STATE: ["Done in part 5 Nov 2026, 10:03"],
        Part.RESULT: [
            "Written in Notion: 1 row of City Support Group D (Espoo).",
            "Written in SharePoint: 5 rows of City Support Group D (Bern, Espoo, Lahti and 2 more).",
            "Written besides, for others: 2 rows.",
            "Not synced, because syncbot stopped to ask:",
            "- 83 of 112 cities would change",
            "Tell whoever runs syncbot.",
            "Did not work:",
            *(f"- City {n} in SharePoint: did not answer" for n in range(5)),
            "- and 2 more",
            "It is tried again by itself.",
            "Notes that could not be read:",
            "- Notes of Monday: the file is damaged",
        ],
        Part.QUESTIONS: [
            "1 question waits:",
            "- Turku, CCC state: Notion says label; SharePoint says drafting",
            "What to do: write the right value in both places. The next sync then closes the question.",
            "1 edit of a copy was put back:",
            "- Espoo, lead: SharePoint said Anna Adler; Notion, which keeps it, says (empty)",
            "What to do: if the edit was right, make it where the fact is kept; else whoever runs syncbot can dismiss it.",
            "2 lines of your notes are not sure to be an action or a decision. "
            "What to do: ask whoever runs syncbot for the list.",
            "1 row of any group may be the same record as another. "
            "What to do: ask whoever runs syncbot for the list.",
        ],
    }


def test_a_failure_that_does_not_pass_is_somebodys_to_mend() -> None:
    """Requests and codes of the services are left out."""
    error = Forbidden("PATCH pages/x: 403 restricted_resource - no write access", endpoint="notion")
    failed = Failure(kind="city", endpoint="notion", title=None, message=error.detail, error=error)
    lines = said(replace(QUIET, status=RunStatus.PARTLY, failures=[failed]))[Part.RESULT]
    assert lines == [
        "Nothing was written.",
        "Did not work:",
        "- Cities in Notion: no write access",
        "Tell whoever runs syncbot.",
    ]


def test_an_answer_stays_short_whatever_goes_wrong() -> None:
    """Hundreds of failures with long stories, thousands of rows: the row can still be read, and any column takes it."""
    story = "because of " * 500
    failures = [
        Failure(kind="city", endpoint="notion", title=f"{n} {story}", message=story) for n in range(500)
    ]
    names = [f"{n} {story}" for n in range(3000)]
    found = RowWords().answer(
        replace(QUIET, written={"notion": names}, failures=failures, refused=[story, story], unread=names)
    )
    assert len(str(found[Part.RESULT])) < 5000
    assert "and 2997 more" in str(found[Part.RESULT])


def test_where_there_was_no_sync_the_row_says_why() -> None:
    """And that ticking again later may help."""
    found = said(replace(QUIET, status=RunStatus.FAILED, error=StoreError("the database is full")))
    assert found[Part.STATE] == ["Did not work, 5 Nov 2026, 10:03"]
    assert found[Part.RESULT][0] == "Nothing was synced: the database is full"


def test_what_is_told_to_do_about_a_question_closes_it(tmp_path: Path) -> None:
    """Two people said two things; one row asks what to do, somebody does it, and no question waits."""
    world = ControlWorld(tmp_path, words=RowWords())
    world.world.add_city("notion", "Turku", note="one")
    world.minute()
    world.tick("left", "A")
    assert world.minute() == 1
    for place, words in (("notion", "two"), ("sharepoint", "three")):
        [(ref, _)] = world.world.cities[place].rows.items()
        world.world.edit_city(place, ref, note=words)
    world.tick("left", "A")
    world.minute()
    questions = str(world.row("left", "A").cells["questions"]).splitlines()
    assert questions[:2] == ["1 question waits:", "- Turku, note: Notion says two; SharePoint says three"]
    assert questions[2].startswith("What to do: write the right value in both places")
    [(ref, _)] = world.world.cities["sharepoint"].rows.items()
    world.world.edit_city("sharepoint", ref, note="two")
    world.tick("left", "A")
    world.minute()
    assert world.row("left", "A").cells["questions"] == "No question waits."
