"""The last scenes of the demo: the papers of a group's week, looked at first, then sent, then not sent again."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from urllib.parse import quote

from .arrivals import Arrivals, Said, parts, sentences, spoken, under
from .demo_files import NAME
from .stage import Stage, Stopped

GROUP = "D"
CHANGED = "Ljubljana"
"""A city of the group; somebody changed the state of its contract."""
WHATS = ("agenda", "summary", "digest", "deck")
_CHANNEL, _MEETING = f"CSG {GROUP}", f"CSG {GROUP} weekly"
_FOLDER = f"Publications/CSG {GROUP}"
_NOTES = f"Meeting notes/CSG {GROUP}"
ARRIVED = "arrived.html"


def week(stage: Stage) -> None:
    """Show everything; the files lie in a folder of the stage's, named as the one in which they are kept."""
    kept = stage.folder / NAME
    stage.say(f"The week of group {GROUP}. First as files that anybody can open; nothing is sent:")
    year, number, _ = stage.today().isocalendar()
    digest = ("--week", f"{year}-W{number:02}")
    asked = {
        what: ("publish", what, "--group", GROUP, *(digest if what == "digest" else ())) for what in WHATS
    }
    before = stage.onlooker.writes()
    for what in WHATS:
        stage.type(*asked[what], "--to-folder", kept.name)
    stage.claim("Nothing was sent by that", stage.onlooker.writes(), before)
    previews = {what: Preview(kept, what) for what in WHATS}
    arrivals = Arrivals(stage.onlooker)
    _is_worth_reading(stage, arrivals, previews)
    stage.say("Send them, each to where mappings/groups.yaml says:")
    for what in WHATS:
        stage.type(*asked[what], "--send")
    _arrived(stage, arrivals, previews)
    _once_more(stage, arrivals, asked)
    (kept / ARRIVED).write_bytes(stage.onlooker.arrived_page())


class Preview:
    """The files of one publication, as `--to-folder` wrote them."""

    def __init__(self, folder: Path, what: str) -> None:
        """Find them. Raises `Stopped` when they are not there, once."""
        pages = sorted(folder.glob(f"{what}-{GROUP}-*.html"))
        if len(pages) != 1:
            raise Stopped(f"{len(pages)} pages of the {what} are in {folder.name}, where one should be")
        self.page = pages[0]
        self.period = self.page.stem.removeprefix(f"{what}-{GROUP}-")
        self.identity = f"{what}/{GROUP}/{self.period}"
        self.html = self.page.read_text(encoding="utf-8")
        self.lines = spoken(self.html)

    def bytes(self, suffix: str) -> bytes:
        """What is in another of its files."""
        return self.page.with_suffix(suffix).read_bytes()


def _is_worth_reading(stage: Stage, arrivals: Arrivals, previews: Mapping[str, Preview]) -> None:
    """Compare what the papers say with what stands in the databases and in the notes."""
    agenda, summary = previews["agenda"].lines, previews["summary"].lines
    actions = arrivals.open_actions(GROUP)
    carried = under(agenda, "Actions carried over")
    stage.claim(
        f"The agenda carries over the {len(actions)} open actions of group {GROUP}, each once",
        sorted(actions, key=str.casefold),
        sorted((_named(one, actions) for one in carried), key=str.casefold),
        also=len(actions) > 5,
    )
    changes = under(agenda, "Changed since the last meeting")
    about = [one.text.partition(",")[0] for one in changes if "CCC state" in one.text]
    stage.claim(f"It tells what Fernão changed in {CHANGED}", about.count(CHANGED), 1)
    notes = max(one for one in stage.onlooker.files() if one.startswith(_NOTES))
    told = [*under(summary, "Decisions"), *under(summary, "New actions")]
    leads = [quote(Path(notes).name) in url for one in told for url in one.urls]
    stage.claim(
        f"Each of the {len(told)} decisions and action points leads to the notes: {Path(notes).name}",
        leads,
        [True] * len(told),
        also=len(told) > 3,
    )


def _named(line: Said, names: list[str]) -> str:
    """Which of these a line is about: the longest that it says."""
    found = [one for one in names if one.casefold() in line.text.casefold()]
    return max(found, key=len, default=line.text)


def _arrived(stage: Stage, arrivals: Arrivals, previews: Mapping[str, Preview]) -> None:
    for what in ("agenda", "summary"):
        _as_a_page(stage, arrivals, what, previews[what])
    files = arrivals.files(_FOLDER)
    for what, suffix in (("agenda", ".docx"), ("deck", ".pptx")):
        _as_a_file(stage, files, what, suffix, previews[what])
    for what in ("agenda", "summary"):
        _as_mails(stage, arrivals, what, previews[what])
    _in_the_meeting(stage, arrivals, previews["agenda"])
    _as_a_card(stage, arrivals, previews["digest"])


def _as_a_page(stage: Stage, arrivals: Arrivals, what: str, preview: Preview) -> None:
    pages = arrivals.pages(preview.identity)
    lines = [arrivals.lines(one["id"]) for one in pages]
    count = sum(one.kind == "heading_2" for one in preview.lines)
    stage.claim(
        f"The {what} is one page in Notion, with the same {count} sections and the same lines",
        [[one.told for one in page] for page in lines],
        [[one.told for one in preview.lines]],
    )


def _as_a_file(stage: Stage, files: Mapping[str, bytes], what: str, suffix: str, preview: Preview) -> None:
    path, wanted = f"{_FOLDER}/{what}-{GROUP}-{preview.period}{suffix}", preview.bytes(suffix)
    there = files.get(path)
    # A deck stands for itself; what is left out of an agenda has a link to the page in Notion once that is there.
    alike = there is not None and (
        sentences(there) == sentences(wanted) if suffix == ".docx" else parts(there, wanted) == parts(wanted)
    )
    stage.claim(f"The {what} is in SharePoint and says what was looked at before: {path}", alike, True)


def _as_mails(stage: Stage, arrivals: Arrivals, what: str, preview: Preview) -> None:
    mails = arrivals.mails(preview.identity)
    to = [[person["emailAddress"]["address"] for person in one["to"]] for one in mails]
    members = arrivals.members(GROUP)
    stage.claim(
        f"The {what} was mailed to each of the {len(members)} people of group {GROUP}, once, under our header",
        sorted(to),
        [[one] for one in members],
        also=len(members) > 5,
    )
    stage.claim(
        f"Each of these {len(mails)} mails says what was looked at before",
        [[one.told for one in spoken(mail["content"])] for mail in mails],
        [[one.told for one in preview.lines]] * len(members),
    )


def _in_the_meeting(stage: Stage, arrivals: Arrivals, preview: Preview) -> None:
    url = arrivals.pages(preview.identity)[0]["url"]
    mailbox = stage.environment["SYNCBOT_MAILBOX"]
    events = arrivals.events(mailbox, _MEETING, date.fromisoformat(preview.period))
    stage.claim(
        f"The meeting of {preview.period} in Outlook leads to that page, and no other meeting was touched",
        [one.day for one in events if url in one.body or one.apart],
        [preview.period],
    )
    stage.claim("It can still be joined in Teams", [one.joinable for one in events], [True] * len(events))


def _as_a_card(stage: Stage, arrivals: Arrivals, preview: Preview) -> None:
    cards = arrivals.cards(_CHANNEL)
    stage.claim(
        f"The digest is one card in the channel {_CHANNEL}, the one that was looked at before",
        [one["content"] for one in cards],
        [json.loads(preview.bytes(".card.json"))],
    )
    stage.claim(
        "Teams shows it: it breaks none of the rules for cards", [one["why"] for one in cards], [None]
    )


def _once_more(stage: Stage, arrivals: Arrivals, asked: Mapping[str, tuple[str, ...]]) -> None:
    stage.say("Once more, as if somebody had not seen that they were sent:")
    was = arrivals.everything()
    stage.onlooker.forget()
    for what in WHATS:
        stage.type(*asked[what], "--send")
    stage.claim("Nothing was written anywhere", stage.onlooker.writes(), 0)
    stage.claim("Nothing arrived twice", arrivals.everything() == was, True)
