"""Runs taken back on the real parts, judged by reading both places from outside."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from syncbot.cli.onlooker import Onlooker
from syncbot.reconcile.plan import LeftAlone
from syncbot.service.auditing import audit
from syncbot.service.parts import Parts
from syncbot.service.report import Report
from syncbot.service.syncing import sync
from syncbot.service.undoing import plan_undo, undo
from syncbot.store.base import RunStatus
from tests.fakes.running_sandbox import running
from tests.system.test_first_light import wired

DAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
_OURS = {"syncbot key", "Last edited by", "Last edited"}
"""Properties of Notion that are not what people wrote."""
_SERVICES = (
    "@odata",
    "_",
    "Syncbot",
    "Modified",
    "Created",
    "Editor",
    "Author",
    "App",
    "LinkTitle",
    "Edit",
    "id",
)
"""Beginnings of the fields of SharePoint that are not what people wrote."""
WORK = ("Meetings", "Actions", "Decisions", "Needs")
Told = dict[tuple[str, str], dict[str, Any]]


def _told(lines: Mapping[str, str]) -> Told:
    """What people can read in both places: by place and ref."""
    onlooker = Onlooker(lines)
    told: Told = {}
    for what in ("CITIES", "PEOPLE", *(title.upper() for title in WORK)):
        for page in onlooker.pages(what):
            properties = {name: value for name, value in page["properties"].items() if name not in _OURS}
            told["notion", page["id"]] = properties
    for title in ("Mission Cities", "People", *WORK):
        for item in onlooker.items(title):
            fields = item["fields"].items()
            said = {name: value for name, value in fields if not name.startswith(_SERVICES)}
            told["sharepoint", f"{title} {item['id']}"] = said
    return told


def _left(report: Report) -> list[str]:
    found = [one for kind in report.kinds for one in kind.plan.findings if isinstance(one, LeftAlone)]
    return [f"{one.title} {one.field} {one.endpoint}: {one.reason}" for one in found]


def _run(parts: Parts) -> str:
    report = sync(parts)
    assert report.status is RunStatus.DONE
    assert report.run is not None
    return report.run


@pytest.mark.parametrize("seed", ["small", pytest.param("demo", marks=pytest.mark.slow)])
def test_the_first_sync_is_taken_back_to_the_letter(seed: str, tmp_path: Path) -> None:
    """Both places say what they said before, row by row; a sync that compares everything then leaves it so.

    Undoing the undo brings Notion's rows back out of the trash; SharePoint's can only be restored by hand.
    """
    with running(seed, when=DAY) as world, wired(world, tmp_path) as parts:
        before = _told(world.environment)
        run = _run(parts)
        after = _told(world.environment)
        assert after != before
        said = plan_undo(parts, run)
        report = undo(parts, run)
        assert (report.status, _left(report)) == (RunStatus.DONE, _left(said))
        assert _left(report) == []
        assert _told(world.environment) == before
        assert not [kind for kind in sync(parts, full=True).kinds if kind.plan.actions]
        assert _told(world.environment) == before
        assert report.run is not None
        again = undo(parts, report.run)
        made = {key for key in after if key not in before}
        back = set(_told(world.environment)) - set(before)
        assert back == {key for key in made if key[0] == "notion"}
        assert len(_left(again)) == len(made) - len(back)


def test_the_audit_of_the_demo_finds_what_its_source_says_against_itself(tmp_path: Path) -> None:
    """The eight countries that the report splits over groups, spellings, one window with two meanings; nobody is asked."""
    with running("demo", when=DAY) as world, wired(world, tmp_path) as parts:
        _run(parts)
        sent = {name: count() for name, count in parts.requests.items()}
        found = audit(parts)
        assert {name: count() for name, count in parts.requests.items()} == sent
        split = {one.subject for one in found.findings if one.rule == "R6 countries"}
        assert split == {
            "Belgium", "Greece", "Italy", "Netherlands", "Poland", "Portugal", "Spain", "Sweden"
        }  # fmt: skip
        assert {one.rule for one in found.findings} == {
            "R6 countries",
            "R8 late",
            "capitals",
            "organisations",
        }
        assert found.anything
