"""Edits in Notion as members make them, over the control route of a running sandbox."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.fakes.running_sandbox import Running, running

EGE = "Ege Örnek"
NOTE = {"Note": {"rich_text": [{"text": {"content": "Called today."}}]}}


@pytest.fixture(scope="module")
def alive() -> Iterator[Running]:
    """A sandbox with the demo's story."""
    with running() as alive:
        yield alive


def edit(alive: Running, **order: object) -> httpx.Response:
    """Ask for an edit."""
    return httpx.post(f"{alive.sandbox.notion_url}/_sandbox/edit", json=order, trust_env=False)


def page(alive: Running, key: str) -> Any:
    """Read a page over the API."""
    headers = {
        "Authorization": f"Bearer {alive.environment['NOTION_TOKEN']}",
        "Notion-Version": "2026-03-11",
    }
    address = f"{alive.environment['SYNCBOT_NOTION_BASE_URL']}/v1/pages/{key}"
    return httpx.get(address, headers=headers, trust_env=False).raise_for_status().json()


def city(alive: Running, name: str) -> str:
    """Return the id of a city's page."""
    assert alive.story.workspace is not None
    return alive.story.workspace.city_rows[name]


def test_an_edit_is_that_persons_and_of_this_minute(alive: Running) -> None:
    """The API shows the new cell, the member as the last editor, and a new edit time."""
    key = city(alive, "Sarajevo")
    before = page(alive, key)
    assert edit(alive, page=key, properties=NOTE, by=EGE).json() == {"id": key}
    after = page(alive, key)
    assert after["properties"]["Note"]["rich_text"][0]["plain_text"] == "Called today."
    assert after["last_edited_by"]["id"] == next(
        user.id for user in alive.notion.state.users.values() if user.name == EGE
    )
    assert after["last_edited_time"] > before["last_edited_time"]


def test_a_page_goes_into_the_trash_and_comes_back(alive: Running) -> None:
    """Delete and restore are what the browser does: the page stays readable and says where it is."""
    key = city(alive, "Paris")
    edit(alive, page=key, action="delete", by="ege.ornek@climate-kic.example")
    assert page(alive, key)["in_trash"] is True
    edit(alive, page=key, action="restore", by=EGE)
    assert page(alive, key)["in_trash"] is False


def test_a_row_without_an_id_is_a_new_one(alive: Running) -> None:
    """A data source and cells make a new page."""
    title = {"City": {"title": [{"text": {"content": "Ypres"}}]}}
    made = edit(alive, data_source="Mission Cities", properties=title, by=EGE).json()["id"]
    assert page(alive, made)["properties"]["City"]["title"][0]["plain_text"] == "Ypres"


@pytest.mark.parametrize(
    "wrong",
    [
        {"by": "Nobody"},
        {"by": "syncbot"},
        {"page": "no-such-page"},
        {"page": None},
        {"page": None, "data_source": "Rivers"},
        {"properties": {"Nowhere": {"number": 1}}},
        {"properties": {"Population": {"number": "many"}}},
    ],
)
def test_an_edit_that_cannot_be_done_says_why(alive: Running, wrong: dict[str, object]) -> None:
    """Somebody, something or a value that is not there is a 400 with the reason, and changes nothing."""
    before = alive.notion.dump()
    order: dict[str, object] = {"page": city(alive, "Athens"), "properties": NOTE, "by": EGE}
    answer = edit(alive, **(order | wrong))
    assert answer.status_code == 400 and answer.json()["reason"]
    assert alive.notion.dump() == before


def test_a_body_is_typed_and_a_box_is_ticked(alive: Running) -> None:
    """A body comes as Markdown, a line by its words; who does it edits the page."""
    key = city(alive, "Paris")
    assert edit(alive, page=key, body="## Actions\n- [ ] Call Ghent", by=EGE).json() == {"id": key}
    assert edit(alive, page=key, lines={"Call Ghent": True}, by=EGE).json() == {"id": key}
    assert page(alive, f"{key}/markdown")["markdown"] == "## Actions\n- [x] Call Ghent"
    assert edit(alive, page=key, lines={"Nowhere": True}, by=EGE).status_code == 400
    title = {"City": {"title": [{"text": {"content": "Aalst"}}]}}
    made = edit(alive, data_source="Mission Cities", properties=title, body="- One", by=EGE).json()["id"]
    assert page(alive, f"{made}/markdown")["markdown"] == "- One"
