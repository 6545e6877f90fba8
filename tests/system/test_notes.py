"""From notes in the sandbox's pages and Word files to both databases, over HTTP."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import httpx
import pytest

from syncbot.cli.word_box import tick
from syncbot.service.parts import Parts
from syncbot.service.report import Report
from syncbot.service.syncing import sync
from syncbot.store.base import RunStatus
from tests.fakes.running_sandbox import Running, running
from tests.system.test_first_light import DAY, wired

KINDS = ["person", "meeting", "action", "decision"]


@dataclass(kw_only=True)
class Office:
    """A sandbox in which people work, and syncbot beside it."""

    world: Running
    parts: Parts
    now: datetime = DAY + timedelta(hours=4)

    def sync(self) -> Report:
        """Sync, half an hour later."""
        self.now += timedelta(minutes=30)
        report = sync(self.parts, KINDS)
        assert report.status is RunStatus.DONE, report
        return report

    def asked(self, service: str, part: str) -> int:
        """How many requests a service had whose address has this part, since the last question."""
        address = f"{self.world.sandbox.url(service)}/_sandbox/requests"
        log = httpx.get(address, trust_env=False).json()
        return sum(part in str(one["path"]) for one in log)

    def forget(self) -> None:
        """Empty the logs."""
        for service in ("notion", "graph"):
            httpx.delete(f"{self.world.sandbox.url(service)}/_sandbox/requests", trust_env=False)

    def action(self, words: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """What both places say of the one action whose text has these words."""
        records = self.parts.store.records("action")
        [one] = [one for one in records.values() if words in str(one.agreed["name"].value)]
        return tuple(dict(one.rows[name].values) for name in ("notion", "sharepoint"))  # type: ignore[return-value]

    def page(self, group: str) -> str:
        """The page with the latest notes of a group."""
        notes = [one for one in self.parts.store.notes("meeting_pages") if one.facts.get("group") == group]
        return max((one for one in notes if one.day), key=lambda one: str(one.day)).ref

    def documents(self) -> str:
        """The id of the library of documents."""
        [library] = [key for key, one in self.world.graph.state.libraries.items() if one.title == "Documents"]
        return library

    def write_file(self, path: str, text: str) -> None:
        """Somebody saves a file."""
        self.world.graph.put_file(self.documents(), path, text.encode(), by=1, at=self.now)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Everything was read once."""
    with running("demo", when=DAY) as world, wired(world, tmp_path_factory.mktemp("store")) as parts:
        made = Office(world=world, parts=parts)
        made.sync()
        yield made


def test_notes_of_all_groups_became_records_in_both_places(office: Office) -> None:
    """With their owners as people, where one is meant, and a link to the source; lines carried over are one record."""
    left, right = office.action("two-page summary")
    assert (left["name"], left["due"], left["csg"]) == (right["name"], right["due"], "A")
    assert left["owners"]
    assert left["owners"] == right["owners"]
    assert str(left["source"]).startswith("http")
    assert left["meeting"] == right["meeting"] is not None
    from_word, _ = office.action("note on the low-emission zone")
    assert from_word["csg"] == "B"
    utilities = [
        one
        for one in office.parts.store.records("action").values()
        if "which utilities" in str(one.agreed["name"].value)
    ]
    assert len(utilities) == 1


def test_an_unchanged_page_costs_nothing_and_a_changed_one_one_request(office: Office) -> None:
    """Nor is a file downloaded that did not change."""
    office.sync()
    office.forget()
    assert not office.sync().anything
    assert office.asked("notion", "/markdown") == office.asked("notion", "/blocks") == 0
    assert office.asked("graph", "download.aspx") == 0
    office.forget()
    line = "Klara to invite the tenants' association until 23 November"
    page = office.page("A")
    people = office.world.notion.state.users
    klara = next(key for key, one in people.items() if one.name.startswith("Klara"))
    office.world.notion.retype_line(page, line, True, by=klara, at=office.now)
    report = office.sync()
    assert [list(one.moves.items()) for one in report.notes if one.moves] == [[("ticked", 1)]]
    assert office.asked("notion", f"pages/{page}/markdown") == 1
    assert office.asked("notion", "/markdown") + office.asked("notion", "/blocks") == 1
    assert [one["done"] for one in office.action("invite the tenants")] == [True, True]


def test_a_box_ticked_in_word_closes_it_everywhere(office: Office) -> None:
    """The file is read anew, and is afterwards as it was saved."""
    path = "Meeting notes/CSG B/2026-11-19 Weekly meeting.docx"
    ticked = tick(office.world.graph.file(office.documents(), path).data, "send examples of three cities")
    assert ticked is not None
    office.world.graph.put_file(office.documents(), path, ticked, by=1, at=office.now)
    office.forget()
    office.sync()
    assert office.asked("graph", "download.aspx") == 1
    assert [one["done"] for one in office.action("send examples of three cities")] == [True, True]
    assert office.world.graph.file(office.documents(), path).data == ticked


def test_a_tick_in_a_file_closes_it_and_an_edit_survives_repetition(office: Office) -> None:
    """A new file of group B ticks one line and repeats another, whose day somebody moved in Notion meanwhile."""
    before, _ = office.action("outline the short course")
    row = office.parts.store.records("action")
    [ref] = [
        one.rows["notion"].ref for one in row.values() if "outline the short" in str(one.agreed["name"].value)
    ]
    someone = next(iter(office.world.notion.state.users))
    office.world.notion.edit_page(ref, {"Due": {"date": {"start": "2026-12-24"}}}, by=someone, at=office.now)
    office.sync()
    office.write_file(
        "Meeting notes/CSG B/2026-11-26 Weekly meeting.md",
        "# Weekly meeting of CSG B\n\n## Open from last time\n\n"
        "- [x] Rana to prepare a note on the low-emission zone\n"
        f"- [ ] Percy to outline the short course on green bonds by {before['due']:%-d %B}\n",
    )
    office.sync()
    assert [one["due"] for one in office.action("outline the short course")] == [date(2026, 12, 24)] * 2
    assert [one["done"] for one in office.action("note on the low-emission zone")] == [True, True]
    assert not office.sync().anything
