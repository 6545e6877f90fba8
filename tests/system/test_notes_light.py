"""From a line in a note to rows in both databases, and back: on the demo's data, over HTTP, judged from outside."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from syncbot.cli.onlooker import Onlooker, said
from syncbot.cli.word_box import tick
from syncbot.service.parts import Parts
from syncbot.service.syncing import sync
from syncbot.store.base import RunStatus
from tests.fakes.running_sandbox import Running, running
from tests.fakes.shipped import ASKED
from tests.system.test_first_light import DAY, wired

PLACES = ("Notion", "SharePoint")
WORD, PAGE = "prepare a note on the low-emission zone", "invite the tenants' association"


class Scene:
    """A sandbox, the parts that are pointed at it, and somebody who looks on."""

    def __init__(self, world: Running, parts: Parts) -> None:
        self.parts = parts
        self.world = world
        self.onlooker = Onlooker(world.environment)

    def later(self) -> None:
        """Let ten minutes pass at both places."""
        url = f"{self.world.environment['SYNCBOT_NOTION_BASE_URL']}/_sandbox/clock"
        httpx.post(url, json={"advance": 600}, trust_env=False).raise_for_status()

    def pages(self, what: str = "ACTIONS", title: str = "Action") -> dict[str, dict[str, Any]]:
        """The rows of a data source of Notion by their titles."""
        rows = [page["properties"] | {"id": page["id"]} for page in self.onlooker.pages(what)]
        named = {said(row[title]): row for row in rows}
        assert len(named) == len(rows)
        return named

    def items(self, what: str = "Actions") -> dict[str, dict[str, Any]]:
        """The rows of a list by their titles."""
        rows = [item["fields"] | {"id": item["id"]} for item in self.onlooker.items(what)]
        named = {row["Title"]: row for row in rows}
        assert len(named) == len(rows)
        return named

    def closed(self, words: str) -> tuple[bool, bool]:
        """Whether the one action with these words is done, in Notion and in SharePoint."""
        [page] = [row for title, row in self.pages().items() if words in title]
        [item] = [row for title, row in self.items().items() if words in title]
        return page["Done"]["checkbox"], bool(item.get("Done"))

    def tick_in_word(self, words: str) -> bytes:
        """Open the latest notes of group B, tick and save, as Rana does; return what she saved."""
        path = max(one for one in self.onlooker.files() if "CSG B" in one)
        data = tick(self.onlooker.file(path), words)
        assert data is not None
        self.onlooker.save_file(path, data, by="Rana Al Mithal")
        return data

    def tick_on_page(self, words: str) -> None:
        """Tick a line on the page of a meeting, as Klara does."""
        for page in self.onlooker.pages("MEETINGS"):
            for line in self.onlooker.boxes(page["id"]):
                if words in line:
                    self.onlooker.tick(page["id"], line, by="Klara Beispiel")
                    return
        raise AssertionError(f"no box says {words}")


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """After the first sync."""
    with running("demo", when=DAY) as world, wired(world, tmp_path_factory.mktemp("notes")) as parts:
        assert sync(parts).status is RunStatus.DONE
        yield Scene(world, parts)


def test_what_notes_say_stands_in_both_databases(scene: Scene) -> None:
    """The same actions and decisions at both places, those from notes with a link; relations lead to rows there."""
    for titled in (("ACTIONS", "Action", "Actions"), ("DECISIONS", "Decision", "Decisions")):
        pages, items = scene.pages(*titled[:2]), scene.items(titled[2])
        assert pages.keys() == items.keys()
        linked = {title for title, page in pages.items() if page["Source"]["url"]}
        assert linked == {title for title, item in items.items() if item.get("Source")}
        assert len(linked) >= 8
        meetings = {page["id"] for page in scene.onlooker.pages("MEETINGS")}
        rows = {str(item["id"]) for item in scene.onlooker.items("Meetings")}
        for title in linked:
            assert {one["id"] for one in pages[title]["Meeting"]["relation"]} < meetings
            assert str(items[title]["MeetingLookupId"]) in rows


def test_a_row_says_what_its_line_says(scene: Scene) -> None:
    """Owner, day, city and group of a line in Word, as Notion shows them and as SharePoint does."""
    [page] = [row for title, row in scene.pages().items() if WORD in title]
    [item] = [row for title, row in scene.items().items() if WORD in title]
    people = {one["id"]: said(one["properties"]["Name"]) for one in scene.onlooker.pages("PEOPLE")}
    cities = {one["id"]: said(one["properties"]["City"]) for one in scene.onlooker.pages("CITIES")}
    assert [people[one["id"]] for one in page["Owners"]["relation"]] == ["Rana Al Mithal"]
    assert [cities[one["id"]] for one in page["City"]["relation"]] == ["Cluj-Napoca"]
    assert (page["Due"]["date"]["start"], page["CSG"]["select"]["name"]) == ("2026-11-25", "B")
    assert (item["Due"][:10], item["SupportGroup"]) == ("2026-11-24", "CSG B")  # the site's midnight, in UTC
    assert "Doc.aspx" in item["Source"] and page["Source"]["url"] == item["Source"]


def test_an_idle_run_opens_no_note(scene: Scene) -> None:
    """One request for each kind and one for the notes at each place; nothing is written."""
    scene.onlooker.forget()
    assert not sync(scene.parts).anything
    assert scene.onlooker.requests() == {place: ASKED[place.lower()] for place in PLACES}
    assert scene.onlooker.writes() == 0


def test_a_tick_in_word_and_one_on_a_page_close_everywhere(scene: Scene) -> None:
    """And nothing else changes: the Word file is as its author left it, and a person's later word stands."""
    scene.later()
    left = scene.tick_in_word(WORD)
    scene.tick_on_page(PAGE)
    assert scene.closed(WORD) == scene.closed(PAGE) == (False, False)
    report = sync(scene.parts)
    assert report.status is RunStatus.DONE
    assert scene.closed(WORD) == scene.closed(PAGE) == (True, True)
    assert sum(sum(kind.updated.values()) for kind in report.kinds) == 4
    assert not [kind for kind in report.kinds if kind.created]
    assert scene.onlooker.file(max(one for one in scene.onlooker.files() if "CSG B" in one)) == left
    scene.later()
    [item] = [row for title, row in scene.items().items() if PAGE in title]
    scene.onlooker.edit_item(item["id"], {"Done": False}, by="Klara Beispiel", of="Actions")
    sync(scene.parts)
    assert scene.closed(PAGE) == (
        False,
        False,
    )  # reopened by a person; the note, ticked as before, is no news
    whole = sync(scene.parts, full=True)
    assert [(kind.plan, kind.failures) for kind in whole.kinds if kind.failures or not kind.plan.empty] == []
    assert scene.closed(PAGE) == (False, False)
