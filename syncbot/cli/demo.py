"""The demo: the whole job against the sandbox, shown as somebody would type it, and judged from outside.

Every step is the real command in a process of its own. What happened is judged by what the sandbox's services saw
and hold, not by what syncbot says of itself.
"""

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from syncbot.settings import environment, example_mappings

from .onlooker import Onlooker
from .sandbox import running

RATE = 10.0
"""How much more the sandbox allows than the real services, so that nobody has to wait."""
CITIES = 112
KINDS = ("person", "city", "meeting", "action", "decision", "need")
_OURS = ("SYNCBOT_", "AZURE_", "NOTION_")
"""Beginnings of the variables that must not reach the demo from outside."""

_ZOFIA, _FERNAO = "Zofia Przykładowa", "Fernão Exemplar"
_STATES = {"Implementation": "In implementation", "Iteration": "Iterating"}
"""What Notion calls a state, and what SharePoint does."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Something that must be so, and whether it is."""

    what: str
    right: bool
    found: str


@dataclass(kw_only=True)
class Result:
    """How the demo went."""

    claims: list[Claim] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def right(self) -> bool:
        """Whether everything is as it should be."""
        return all(claim.right for claim in self.claims)


class Stopped(Exception):
    """A command ended in another way than it should: going on would show nothing."""


def show(console: Console, folder: Path | None) -> Result:
    """Show everything; keep the database and the sandbox in `folder`, or nowhere."""
    result = Result()
    place = folder or Path(tempfile.mkdtemp(prefix="syncbot-demo-"))
    place.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    try:
        with running(["--seed", "demo", "--rate", str(RATE)]) as lines:
            _Stage(console, lines, place, result).play()
    except Stopped as stop:
        result.claims.append(Claim(what="Every command ends as it should", right=False, found=str(stop)))
    finally:
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)
    result.seconds = time.monotonic() - began
    _end(console, result)
    return result


class _Stage:
    """Types the commands and looks on."""

    def __init__(self, console: Console, lines: Mapping[str, str], folder: Path, result: Result) -> None:
        self._console = console
        self._claims = result.claims
        self._onlooker = Onlooker(lines)
        self._environment = {
            **{name: value for name, value in environment().items() if not name.startswith(_OURS)},
            **lines,
            "SYNCBOT_DATABASE_URL": f"sqlite:///{folder.resolve() / 'syncbot.sqlite'}",
            "SYNCBOT_MAPPINGS": str(example_mappings()),
        }
        self._folder = folder

    def play(self) -> None:
        """Show one scene after the other."""
        self._say(f"{CITIES} real Mission Cities. Some advisors write in Notion, some in SharePoint.")
        self._type("check")
        self._say("What would a sync do? Nothing is written yet.")
        self._type("plan", ends=1)
        self._claim("The plan wrote nothing", self._onlooker.writes(), 0)
        self._first_sync()
        self._idle_sync()
        self._edits()
        self._conflict()
        self._say("Where does each value come from?")
        self._type("history", "Mannheim")

    def _first_sync(self) -> None:
        self._say("Do it.")
        self._type("sync")
        for place, keys in self._onlooker.keys().items():
            self._claim(
                f"{CITIES} cities in {place}, none doubled", len(set(keys)), CITIES, also=len(keys) == CITIES
            )
        both = {frozenset(keys) for keys in self._onlooker.keys().values()}
        self._claim("The same cities in both places", len(both), 1)

    def _idle_sync(self) -> None:
        self._say("Nobody changed anything. Once more:")
        self._onlooker.forget()
        self._type("sync")
        self._claim("The second sync wrote nothing", self._onlooker.writes(), 0)
        for place, count in self._onlooker.requests().items():
            self._claim(f"It asked {place} once for each of {len(KINDS)} kinds", count, len(KINDS))

    def _edits(self) -> None:
        self._say("Now people work: Zofia in Notion, Fernão in SharePoint, and both on Mannheim.")
        turku, lahti = self._refs("Turku"), self._refs("Lahti")
        mannheim, aachen = self._refs("Mannheim"), self._refs("Aachen")
        day, state = self._new_day(turku["sharepoint"]), self._new_state(lahti["notion"])
        notion, sharepoint = self._onlooker.edit_page, self._onlooker.edit_item
        notion(turku["notion"], {"Last contact": {"date": {"start": day.isoformat()}}}, by=_ZOFIA)
        sharepoint(lahti["sharepoint"], {"CCCState": _STATES[state]}, by=_FERNAO)
        sharepoint(aachen["sharepoint"], {"Population": 1}, by=_FERNAO)
        notion(mannheim["notion"], {"Note": _text("Council votes in December.")}, by=_ZOFIA)
        sharepoint(mannheim["sharepoint"], {"Note": "Council votes in January."}, by=_FERNAO)
        self._type("sync")
        self._claim("Zofia's date reached SharePoint", self._day(turku["sharepoint"]), day)
        page = self._onlooker.page(lahti["notion"])
        self._claim("Fernão's state reached Notion", page["CCC state"]["status"]["name"], state)
        kept = self._onlooker.page(aachen["notion"])["Population"]["number"]
        copy = self._onlooker.item(aachen["sharepoint"])["Population"]
        self._claim("Aachen's population was put back", copy, kept, also=kept != 1)

    def _day(self, item: str) -> date:
        """The day of the last contact: SharePoint tells the moment at which the site's day begins."""
        moment = datetime.fromisoformat(self._onlooker.item(item)["LastContact"])
        return moment.astimezone(ZoneInfo(self._environment["SYNCBOT_SITE_TIME_ZONE"])).date()

    def _new_day(self, item: str) -> date:
        """Another day than the one that stands there."""
        return self._day(item) + timedelta(days=1)

    def _new_state(self, page: str) -> str:
        """Another state than the one that stands there, in Notion's words."""
        now = self._onlooker.page(page)["CCC state"]["status"]["name"]
        return next(state for state in _STATES if state != now)

    def _conflict(self) -> None:
        self._say("Two people said two things about Mannheim. syncbot asks:")
        self._type("conflicts")
        waiting = json.loads(self._output("conflicts", "--json"))
        mine = [one["id"] for one in waiting if one["conflict"]["title"] == "Mannheim"]
        notes = [one for one in waiting if one["conflict"]["field"] == "note"]
        self._claim("One question about Mannheim's note waits", len(notes), 1)
        if not notes:
            raise Stopped(f"no question about a note among {mine}")
        self._type("conflicts", "resolve", notes[0]["id"], "--take", "sharepoint")
        page = self._onlooker.page(self._refs("Mannheim")["notion"])
        said = "".join(part["plain_text"] for part in page["Note"]["rich_text"])
        self._claim("The answer reached Notion", said, "Council votes in January.")

    # -- typing and judging

    def _say(self, text: str) -> None:
        self._console.print()
        self._console.print(Text(text, style="bold magenta"))

    def _type(self, *words: str, ends: int = 0) -> None:
        self._console.print(Text(f"$ syncbot {' '.join(words)}", style="bold green"))
        self._console.file.flush()
        command = [sys.executable, "-m", "syncbot", *words]
        output = self._console.file if self._console.file is not sys.stdout else None
        ended = subprocess.run(
            command, env=self._environment, cwd=self._folder, stdout=output, check=False
        ).returncode
        if ended != ends:
            raise Stopped(f"`syncbot {' '.join(words)}` ended with {ended} instead of {ends}")

    def _output(self, *words: str) -> str:
        command = [sys.executable, "-m", "syncbot", *words]
        done = subprocess.run(
            command, env=self._environment, cwd=self._folder, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise Stopped(f"`syncbot {' '.join(words)}` ended with {done.returncode}: {done.stderr.strip()}")
        return done.stdout

    def _refs(self, title: str) -> Mapping[str, str]:
        story: dict[str, Any] = json.loads(self._output("history", title, "--json"))
        refs: dict[str, str] = story["refs"]
        return refs

    def _claim(self, what: str, found: object, wanted: object, *, also: bool = True) -> None:
        right = found == wanted and also
        self._claims.append(Claim(what=what, right=right, found=str(found)))
        if right:
            self._console.print(Text(f"  ✓ {what}", style="green"))
        else:
            self._console.print(Text(f"  ✗ {what}: expected {wanted}, found {found}", style="red"))


def _text(words: str) -> dict[str, Any]:
    return {"rich_text": [{"type": "text", "text": {"content": words}}]}


def _end(console: Console, result: Result) -> None:
    wrong: Sequence[Claim] = [claim for claim in result.claims if not claim.right]
    console.print()
    if wrong:
        console.print(Text(f"{len(wrong)} of {len(result.claims)} claims do not hold:", style="bold red"))
        for claim in wrong:
            console.print(Text(f"  ✗ {claim.what} (found: {claim.found})", style="red"))
    else:
        text = f"All {len(result.claims)} claims hold, in {result.seconds:.0f} s. City data: GeoNames, CC BY 4.0."
        console.print(Text(text, style="bold green"))
