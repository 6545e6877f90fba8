"""Two thousand open actions break no limit of any outlet, and the sandbox refuses what the services refuse."""

import io
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from docx import Document
from pptx import Presentation

from syncbot.endpoints.outlets.base import Addressee, Parcel
from syncbot.endpoints.outlets.folder import FolderOutlet
from syncbot.endpoints.outlets.notion import NotionOutlet
from syncbot.endpoints.outlets.notion_lines import spoken
from syncbot.endpoints.outlets.notion_page import AT_ONCE, portions
from syncbot.endpoints.outlets.word import WordOutlet
from syncbot.endpoints.sharepoint.wire import Ask
from syncbot.errors import EndpointError
from syncbot.publish.card import BUDGET, card, message, weight
from syncbot.publish.compose import compose
from syncbot.publish.form import Publication
from syncbot.publish.forms import fitting
from tests.contract.drive_place import drive_on, running_library
from tests.contract.notion_place import Workspace, workspace
from tests.contract.office_place import OFFICE, Office, running_office
from tests.contract.sharepoint_place import connected
from tests.contract.test_notion_outlet import Place as NotionPage
from tests.contract.test_word_outlet import FORMS
from tests.fakes.flood import flood, greedy
from tests.unit.publish.approved import LAYOUTS, words

DAY = "2026-03-05"
"""On which the meeting of the sandbox's calendar takes place."""
WHATS = ["agenda", "deck"]
"""The longest document, and the slides."""


@cache
def flooded(what: str, *, wants_all: bool) -> Publication:
    """Return a publication with too much in it; `wants_all`: of a layout that cuts nothing."""
    layout = greedy(LAYOUTS[what]) if wants_all else LAYOUTS[what]
    return compose(what, DAY, layout, flood(), words("de"))


def parcel(what: str, *, wants_all: bool = True) -> Parcel:
    """Return it on its way to 500 people."""
    people = [Addressee(name=f"Person {n}", email=f"person{n}@contoso.example") for n in range(3)]
    return Parcel(
        identity=f"{what}/D/{DAY}",
        publication=flooded(what, wants_all=wants_all),
        addressees=people,
        whole="https://example.org/agenda?a=1&b=2",
    )


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    """Mailboxes, calendars and Teams."""
    with running_office() as office:
        yield office


@pytest.fixture(scope="module")
def running() -> Iterator[Workspace]:
    """A Notion."""
    with workspace() as work:
        yield work


@pytest.fixture
def notion(running: Workspace) -> Iterator[Workspace]:
    """It, with what was opened in a test closed after it."""
    yield running
    running.close()


# -- each outlet takes it


@pytest.mark.parametrize("what", WHATS)
@pytest.mark.parametrize("wants_all", [True, False], ids=["everything", "as shipped"])
def test_teams_shows_the_card(office: Office, what: str, wants_all: bool) -> None:
    """Teams tells nobody that it does not show a card; the sandbox tells us."""
    office.control("POST", "reset")
    office.teams().send(parcel(what, wants_all=wants_all))
    [posted] = office.service.posted
    assert posted.why is None


@pytest.mark.parametrize("what", WHATS)
def test_everybody_gets_the_mail(office: Office, what: str) -> None:
    """One message a person, each smaller than Graph takes."""
    office.control("POST", "reset")
    receipt = office.mail().send(parcel(what))
    assert receipt.note is None
    assert len(office.service.messages) == 3
    assert all(len(one.content) < 4_000_000 for one in office.service.messages)


def test_the_meeting_gets_its_link(office: Office) -> None:
    """Its body holds a link, however much there is to say."""
    office.control("POST", "reset")
    office.calendar().send(parcel("agenda"))
    [change] = office.service.state.outlook.series[office.series].changes.values()
    assert len(change.content) < 10_000


@pytest.mark.parametrize("what", ["agenda"])
def test_notion_takes_the_page(notion: Workspace, what: str) -> None:
    """In portions; sent again as it is nothing is written, and the last line stands on the page."""
    place = NotionPage(notion, notion.source())
    sent = parcel(what)
    place.outlet.send(sent)
    assert list(place.arrived()) == [sent.identity]
    [page] = place.pages()
    assert len(page.children) == len(spoken(sent.publication))
    notion.control("DELETE", "requests")
    place.outlet.send(sent)
    assert [one for one in notion.requests() if one["method"] in ("PATCH", "DELETE")] == []


@pytest.mark.parametrize("what", WHATS)
def test_no_request_to_notion_is_too_large(what: str) -> None:
    """100 blocks, 1,000 with those below, 2,000 characters a piece, 100 pieces a block, 500 kB."""
    lines = spoken(flooded(what, wants_all=True))
    sent = list(portions(lines))
    assert [line for some in sent for line in some] == lines
    for some in sent:
        blocks = [one.block() for one in some]
        assert len(blocks) <= AT_ONCE
        assert len(json.dumps({"children": blocks}, ensure_ascii=False).encode()) < 450_000
        for block in blocks:
            pieces = block[block["type"]]["rich_text"]
            assert len(pieces) <= 100
            assert all(len(one["text"]["content"].encode("utf-16-le")) <= 4_000 for one in pieces)
            assert all(len(one["text"].get("link", {}).get("url", "")) <= 2_000 for one in pieces)


@pytest.mark.parametrize("what", WHATS)
def test_the_library_takes_the_office_file(what: str) -> None:
    """As a Word file and as a deck."""
    with running_library() as site:
        site.reset()
        with connected(site) as graph:
            drive = drive_on(graph, suffixes=(".docx", ".pptx"))
            outlet = WordOutlet(name="files", files=drive, forms=FORMS)
            outlet.send(parcel(what))
            assert outlet.look(f"{what}/D/{DAY}") is not None


@pytest.mark.parametrize("what", WHATS)
def test_files_open_again(tmp_path: Path, what: str) -> None:
    """Word files, decks, cards and pages in a folder."""
    sent = parcel(what)
    FolderOutlet(name="folder", folder=tmp_path, forms=FORMS).send(sent)
    found = {one.name.removeprefix(f"{what}-D-{DAY}"): one.read_bytes() for one in tmp_path.iterdir()}
    assert set(found) == set(fitting(FORMS, sent.publication))
    for suffix, data in found.items():
        if suffix == ".docx":
            assert len(Document(io.BytesIO(data)).paragraphs) > 500
        elif suffix == ".pptx":
            assert len(Presentation(io.BytesIO(data)).slides) > 10
        elif suffix == ".card.json":
            assert weight(json.loads(data)["attachments"][0]["content"]) <= BUDGET
        assert len(data) < 2_000_000 or suffix in (".html", ".txt")


@pytest.mark.parametrize("what", WHATS)
def test_what_is_cut_is_counted(what: str) -> None:
    """A card and a mail say of each section how much is missing."""
    publication = flooded(what, wants_all=True)
    made = card(publication)
    assert weight(made) <= BUDGET
    kept = [one for one in publication.sections if len(one.lines) > 12]
    counted = [one for one in made["body"] if one["text"].startswith(r"\+ ")]
    assert len(counted) >= len(kept)


# -- what the services refuse, the sandbox refuses


def _mail(content: str = "x", people: int = 1) -> dict[str, Any]:
    to = [{"emailAddress": {"address": f"p{n}@contoso.example"}} for n in range(people)]
    return {
        "message": {
            "subject": "x",
            "body": {"contentType": "HTML", "content": content},
            "toRecipients": to,
        }
    }


@pytest.mark.parametrize(
    "body", [_mail(content="x" * 4_300_000), _mail(people=501)], ids=["4 MB", "501 people"]
)
def test_a_mail_that_is_too_large_is_refused(office: Office, body: dict[str, Any]) -> None:
    """Graph takes 4 MB, Exchange 500 recipients."""
    before = len(office.service.messages)
    with pytest.raises(EndpointError):
        office.outlook().ask(Ask(method="POST", path=f"/users/{OFFICE}/sendMail", body=body))
    assert len(office.service.messages) == before


def test_a_card_that_is_too_large_is_taken_and_not_shown(office: Office) -> None:
    """As with Teams: 202, and nothing in the channel."""
    office.control("POST", "reset")
    body = [{"type": "TextBlock", "text": "x" * 29_000}]
    made = {"type": "AdaptiveCard", "version": "1.5", "body": body}
    answer = httpx.post(office.sandbox.url("graph") + office.flow, json=message(made), trust_env=False)
    assert answer.status_code == 202
    [posted] = office.service.posted
    assert "too large" in str(posted.why)


def _item(text: object, below: int = 0) -> dict[str, Any]:
    children = {"children": [_item("x") for _ in range(below)]} if below else {}
    rich = text if isinstance(text, list) else [{"type": "text", "text": {"content": text}}]
    return {"type": "bulleted_list_item", "bulleted_list_item": {"rich_text": rich, **children}}


def _piece(text: str, url: str | None = None) -> dict[str, Any]:
    link = {"link": {"url": url}} if url else {}
    return {"type": "text", "text": {"content": text, **link}}


@pytest.mark.parametrize(
    "children",
    [
        [_item("x") for _ in range(101)],
        [_item("x", below=99) for _ in range(11)],
        [_item("x", below=101)],
        [_item("x" * 2_001)],
        [_item("😀" * 1_001)],
        [_item([_piece("x") for _ in range(101)])],
        [_item([_piece("x", f"https://a/{'x' * 2_001}")])],
        [_item([_piece("x" * 2_000) for _ in range(100)]) for _ in range(3)],
    ],
    ids=["101", "1,100 in all", "101 below", "2,001 letters", "2,002 units", "101 pieces", "link", "600 kB"],
)
def test_notion_refuses_what_is_too_large(notion: Workspace, children: list[dict[str, Any]]) -> None:
    """And nothing of it is written."""
    place = NotionPage(notion, notion.source())
    place.outlet.send(parcel("digest", wants_all=False))
    [page] = place.pages()
    before = list(page.children)
    outlet: NotionOutlet = place.outlet
    with pytest.raises(EndpointError):
        outlet.notion.change("PATCH", f"blocks/{page.id}/children", {"children": children})
    assert list(page.children) == before
