"""The demo: the whole job against the sandbox, shown as somebody would type it, and judged from outside."""

import json
import shutil
import tempfile
import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from .demo_files import NAME, brought, made_ready
from .demo_notes import from_notes, from_workbook, ticked
from .demo_week import ARRIVED, CHANGED, week
from .prompter import prompting
from .sandbox import running
from .stage import Claim, Result, Stage, Stopped

RATE = 20.0
"""How much more the sandbox allows than the real services, so that nobody has to wait."""
CITIES = 112
KINDS = ("person", "city", "meeting", "action", "decision", "need")
_BESIDES = {"Notion": (1, ""), "SharePoint": (2, ", once for a workbook")}
"""How often an idle run asks besides, and in words what for."""
_ZOFIA, _FERNAO = "Zofia Przykładowa", "Fernão Exemplar"
_STATES = {"Implementation": "In implementation", "Iteration": "Iterating"}
"""What Notion calls a state, and what SharePoint does."""
_BEGIN_WITH = (".docx", ".pptx", ARRIVED)


def show(console: Console, folder: Path | None, output: Path | None) -> Result:
    """Show everything; keep the database in `folder`, or nowhere, and what was published in `output`.

    Raises `NotKeptError` before anything begins when nothing can be written there.
    """
    result, began = Result(), time.monotonic()
    kept = output or (folder or Path()) / NAME
    made_ready(kept)
    place = folder or Path(tempfile.mkdtemp(prefix="syncbot-demo-"))
    place.mkdir(parents=True, exist_ok=True)
    try:
        with (
            prompting(console.file) as prompter,
            running(["--seed", "demo", "--rate", str(RATE)]) as lines,
        ):
            _play(Stage(console, lines, place, result, prompter))
    except Stopped as stop:
        result.claims.append(Claim(what="Every command ends as it should", right=False, found=str(stop)))
    finally:
        result.files = [str(one) for one in brought(place / NAME, kept)]
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)
    result.seconds = time.monotonic() - began
    _end(console, result, kept)
    return result


def _play(stage: Stage) -> None:
    """Show one scene after the other."""
    stage.say(f"{CITIES} real Mission Cities. Some advisors write in Notion, some in SharePoint.")
    stage.type("check")
    stage.say("What would a sync do? Nothing is written yet.")
    stage.type("plan", ends=1)
    stage.claim("The plan wrote nothing", stage.onlooker.writes(), 0)
    _first_sync(stage)
    from_notes(stage)
    from_workbook(stage)
    _idle_sync(stage)
    _edits(stage)
    _conflict(stage)
    ticked(stage)
    stage.say("Where does each value come from?")
    stage.type("history", "Mannheim")
    week(stage)


def _first_sync(stage: Stage) -> None:
    stage.say("Do it.")
    stage.type("sync")
    for place, keys in stage.onlooker.keys().items():
        stage.claim(
            f"{CITIES} cities in {place}, none doubled", len(set(keys)), CITIES, also=len(keys) == CITIES
        )
    both = {frozenset(keys) for keys in stage.onlooker.keys().values()}
    stage.claim("The same cities in both places", len(both), 1)


def _idle_sync(stage: Stage) -> None:
    stage.say("Nobody changed anything. Once more:")
    stage.onlooker.forget()
    stage.type("sync")
    stage.claim("The second sync wrote nothing", stage.onlooker.writes(), 0)
    counts, bodies = stage.onlooker.requests(), {"Notion": stage.onlooker.for_bodies()}
    for place, count in counts.items():
        more, also = _BESIDES[place]
        what = f"It asked {place} once for each of {len(KINDS)} kinds, once for its notes{also}"
        stage.claim(what, count - bodies.get(place, 0), len(KINDS) + more)
    old = set(stage.onlooker.bodies()) - stage.onlooker.fresh_pages("MEETINGS")
    stage.claim("Notes were opened again only where it wrote just now: Notion tells no seconds", len(old), 0)


def _edits(stage: Stage) -> None:
    stage.say("Now people work: Zofia in Notion, Fernão in SharePoint, and both on Mannheim.")
    turku, changed = stage.onlooker.city("Turku"), stage.onlooker.city(CHANGED)
    mannheim, aachen = stage.onlooker.city("Mannheim"), stage.onlooker.city("Aachen")
    day, state = _day(stage, turku["sharepoint"]) + timedelta(days=1), _new_state(stage, changed["notion"])
    notion, sharepoint = stage.onlooker.edit_page, stage.onlooker.edit_item
    notion(turku["notion"], {"Last contact": {"date": {"start": day.isoformat()}}}, by=_ZOFIA)
    sharepoint(changed["sharepoint"], {"CCCState": _STATES[state]}, by=_FERNAO)
    sharepoint(aachen["sharepoint"], {"Population": 1}, by=_FERNAO)
    notion(mannheim["notion"], {"Note": _text("Council votes in December.")}, by=_ZOFIA)
    sharepoint(mannheim["sharepoint"], {"Note": "Council votes in January."}, by=_FERNAO)
    stage.type("sync")
    stage.claim("Zofia's date reached SharePoint", _day(stage, turku["sharepoint"]), day)
    page = stage.onlooker.page(changed["notion"])
    stage.claim("Fernão's state reached Notion", page["CCC state"]["status"]["name"], state)
    kept = stage.onlooker.page(aachen["notion"])["Population"]["number"]
    copy = stage.onlooker.item(aachen["sharepoint"])["Population"]
    stage.claim("Aachen's population was put back", copy, kept, also=kept != 1)


def _day(stage: Stage, item: str) -> date:
    """The day of the last contact: SharePoint tells the moment at which the site's day begins."""
    moment = datetime.fromisoformat(stage.onlooker.item(item)["LastContact"])
    return moment.astimezone(ZoneInfo(stage.environment["SYNCBOT_SITE_TIME_ZONE"])).date()


def _new_state(stage: Stage, page: str) -> str:
    """Another state than the one that stands there, in Notion's words."""
    now = stage.onlooker.page(page)["CCC state"]["status"]["name"]
    return next(state for state in _STATES if state != now)


def _conflict(stage: Stage) -> None:
    stage.say("Two people said two things about Mannheim. syncbot asks:")
    stage.type("conflicts")
    waiting = json.loads(stage.output("conflicts", "--json"))
    mine = [one["id"] for one in waiting if one["conflict"]["title"] == "Mannheim"]
    notes = [one for one in waiting if one["conflict"]["field"] == "note"]
    stage.claim("One question about Mannheim's note waits", len(notes), 1)
    if not notes:
        raise Stopped(f"no question about a note among {mine}")
    stage.type("conflicts", "resolve", notes[0]["id"], "--take", "sharepoint")
    page = stage.onlooker.page(stage.onlooker.city("Mannheim")["notion"])
    said = "".join(part["plain_text"] for part in page["Note"]["rich_text"])
    stage.claim("The answer reached Notion", said, "Council votes in January.")


def _text(words: str) -> dict[str, Any]:
    return {"rich_text": [{"type": "text", "text": {"content": words}}]}


def _end(console: Console, result: Result, kept: Path) -> None:
    wrong: Sequence[Claim] = [claim for claim in result.claims if not claim.right]
    console.print()
    if result.files:
        console.print(Text(f"{len(result.files)} files are in {kept} now; begin with:", style="bold magenta"))
        for one in result.files:
            if one.endswith(_BEGIN_WITH):
                console.print(Text(f"  {one}"), soft_wrap=True)
        console.print()
    if wrong:
        console.print(Text(f"{len(wrong)} of {len(result.claims)} claims do not hold:", style="bold red"))
        for claim in wrong:
            console.print(Text(f"  ✗ {claim.what} (found: {claim.found})", style="red"))
    else:
        text = f"All {len(result.claims)} claims hold, in {result.seconds:.0f} s. City data: GeoNames, CC BY 4.0."
        console.print(Text(text, style="bold green"))
