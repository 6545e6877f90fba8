"""What arrived in the sandbox, seen from outside: pages, files, mails, cards and meetings, and what a preview says."""

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import unescape
from html.parser import HTMLParser
from typing import Any

from .onlooker import Onlooker, said

HEADER = "x-syncbot-publication"
"""By which rules in a mailbox can know our mails."""
_SPOKEN = {"h2": "heading_2", "li": "bulleted_list_item", "p": "paragraph"}
"""Elements of a page that hold a line, and what Notion calls such a block."""
_PARAGRAPH = re.compile(r"<w:p[ >].*?</w:p>", re.DOTALL)
_TEXT = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")


@dataclass(frozen=True, kw_only=True)
class Said:
    """One line as people see it."""

    kind: str
    """Notion's word: "heading_2" .."""
    text: str
    urls: tuple[str, ...] = ()
    """Where its links lead."""

    @property
    def told(self) -> tuple[str, ...]:
        """What must be the same wherever it is read: what says that lines were left out leads to them once sent."""
        return self.kind, self.text, *(() if self.kind == _SPOKEN["p"] else self.urls)


@dataclass(frozen=True, kw_only=True)
class Event:
    """One occurrence of a meeting in Outlook."""

    day: str
    body: str
    joinable: bool
    """It can be joined in Teams, and its body shows where."""
    apart: bool
    """It differs from the others of its series."""


class Arrivals:
    """Looks at the places where publications arrive."""

    def __init__(self, onlooker: Onlooker) -> None:
        """Look through the eyes of this onlooker."""
        self._onlooker = onlooker

    def members(self, group: str) -> list[str]:
        """The addresses of those who belong to a group now, as Notion's list of people has them."""
        people = [page["properties"] for page in self._onlooker.pages("PEOPLE")]
        mine = [one for one in people if _chosen(one["CSG"]) == group and _chosen(one["Status"]) != "Former"]
        return sorted(one["E-mail"]["email"] for one in mine if one["E-mail"]["email"])

    def open_actions(self, group: str) -> list[str]:
        """What is to be done in a group, as Notion's list of actions has it."""
        rows = [page["properties"] for page in self._onlooker.pages("ACTIONS")]
        mine = [one for one in rows if _chosen(one["CSG"]) == group and not one["Done"]["checkbox"]]
        return sorted(said(one["Action"]) for one in mine)

    def pages(self, identity: str) -> list[dict[str, Any]]:
        """The pages of the data source for publications that carry this identity."""
        every = self._onlooker.pages("PUBLICATIONS")
        return [page for page in every if said(page["properties"]["syncbot key"]) == identity]

    def lines(self, page: str) -> list[Said]:
        """What stands on a page of Notion, without empty blocks."""
        found = [_block(one) for one in self._onlooker.blocks(page)]
        return [one for one in found if one.text]

    def mails(self, identity: str) -> list[dict[str, Any]]:
        """The mails in the office's Sent Items that carry this identity in our header."""
        wanted = {"name": HEADER, "value": identity}
        kept = self._onlooker.remembered()["outlook"]["messages"]
        return [one for one in kept if one["saved"] and wanted in one["headers"]]

    def cards(self, channel: str) -> list[dict[str, Any]]:
        """What was posted to a channel; `why` says why Teams does not show it."""
        posted = self._onlooker.remembered()["teams"]["posted"]
        return [one for one in posted if one["channel"] == channel]

    def events(self, mailbox: str, subject: str, day: date) -> list[Event]:
        """The occurrences of a meeting in the weeks around a day."""
        events = self._onlooker.events(mailbox, day - timedelta(days=15), day + timedelta(days=15))
        return [_event(one) for one in events if one["subject"] == subject]

    def files(self, folder: str) -> dict[str, bytes]:
        """The files below a folder of the library, by path."""
        paths = [one for one in self._onlooker.files() if one.startswith(f"{folder}/")]
        return {path: self._onlooker.file(path) for path in paths}

    def everything(self) -> object:
        """All of it, to be compared with what is there later."""
        kept = self._onlooker.remembered()
        pages = [(page["id"], page["last_edited_time"]) for page in self._onlooker.pages("PUBLICATIONS")]
        series = {name: one["changes"] for name, one in kept["outlook"]["series"].items()}
        files = [(path, self._onlooker.file(path)) for path in self._onlooker.files()]
        return kept["outlook"]["messages"], kept["teams"]["posted"], series, pages, files


def _chosen(cell: Mapping[str, Any]) -> str | None:
    found = cell[cell["type"]]
    return found["name"] if found else None


def _block(block: Mapping[str, Any]) -> Said:
    pieces = block[block["type"]].get("rich_text") or []
    urls = dict.fromkeys(one["href"] for one in pieces if one.get("href"))
    return Said(
        kind=block["type"], text=_plain("".join(one["plain_text"] for one in pieces)), urls=tuple(urls)
    )


def _event(given: Mapping[str, Any]) -> Event:
    body, online = given["body"]["content"], given["onlineMeeting"]
    return Event(
        day=given["start"]["dateTime"][:10],
        body=body,
        joinable=bool(
            given["isOnlineMeeting"] and online and online["joinUrl"].replace("&", "&amp;") in body
        ),
        apart=given["type"] == "exception",
    )


def parts(file: bytes, of: bytes | None = None) -> dict[str, bytes]:
    """What is in an Office file; SharePoint adds parts of its own, so only the parts that are also in `of`."""
    wanted = None if of is None else set(parts(of))
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        names = [name for name in package.namelist() if wanted is None or name in wanted]
        return {name: package.read(name) for name in names}


def sentences(file: bytes) -> list[str]:
    """What stands in a Word file, paragraph by paragraph."""
    body = parts(file)["word/document.xml"].decode()
    return [_plain(unescape("".join(_TEXT.findall(one[0])))) for one in _PARAGRAPH.finditer(body)]


def spoken(html: str) -> list[Said]:
    """What a page for people says, line by line, without its title."""
    reader = _Reader()
    reader.feed(html)
    return [Said(kind=kind, text=_plain(text), urls=tuple(urls)) for kind, text, urls in reader.lines]


def under(lines: Sequence[Said], heading: str) -> list[Said]:
    """The items under a heading; none when it is not there."""
    heads = [number for number, one in enumerate(lines) if one.kind == _SPOKEN["h2"]]
    at = next((number for number in heads if lines[number].text == heading), None)
    if at is None:
        return []
    end = next((number for number in heads if number > at), len(lines))
    return [one for one in lines[at + 1 : end] if one.kind == _SPOKEN["li"]]


def _plain(text: str) -> str:
    return " ".join(text.split())


class _Reader(HTMLParser):
    """Collects the lines of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[tuple[str, str, list[str]]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SPOKEN:
            self.lines.append((_SPOKEN[tag], "", []))
            self._open = True
        elif tag == "a" and self._open:
            self.lines[-1][2].append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        self._open = self._open and tag not in _SPOKEN

    def handle_data(self, data: str) -> None:
        if self._open:
            kind, text, urls = self.lines[-1]
            self.lines[-1] = (kind, text + data, urls)
