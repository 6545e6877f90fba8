"""An agenda that changed since it was sent is brought up to date where people read it, and nobody is told twice."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from syncbot.cli.names import NAMES
from syncbot.cli.onlooker import Onlooker
from syncbot.sandbox.notion import blocks
from syncbot.sandbox.notion.specs import judged, made
from syncbot.service.parts import Parts
from syncbot.service.posting import Posted, post_now
from syncbot.service.publishing import Asked
from syncbot.service.sending import Again
from syncbot.service.syncing import sync
from tests.fakes.running_sandbox import Running, running
from tests.system.test_first_light import DAY, wired

BY = "Rana Al Mithal"
OURS = "a line of a person's own"
WORDS = "Send the draft of the budget"


def again(parts: Parts) -> Posted:
    """Send the agenda of group D once more, as the command does with --again."""
    return post_now(parts, parts.ways(), Asked(what="agenda", group="D"), NAMES, again=True)


def lines(onlooker: Onlooker, block: str) -> dict[str, str]:
    """The words of all blocks below a page or block, by id."""
    found: dict[str, str] = {}
    for one in onlooker.blocks(block):
        found[one["id"]] = "".join(part["plain_text"] for part in one[one["type"]].get("rich_text", []))
        if one["has_children"]:
            found |= lines(onlooker, one["id"])
    return found


def writes(world: Running) -> list[Mapping[str, Any]]:
    """The requests that changed a page or block of Notion since they were forgotten."""
    log = httpx.get(f"{world.sandbox.url('notion')}/_sandbox/requests", trust_env=False).json()
    return [one for one in log if one["method"] in ("PATCH", "DELETE") or one["path"] == "/v1/pages"]


def add_action(world: Running) -> str:
    """A person writes down an action of group D, which is late by now."""
    properties = {
        "Action": {"title": [{"text": {"content": WORDS}}]},
        "CSG": {"select": {"name": "D"}},
        "Due": {"date": {"start": "2026-11-20"}},
    }
    source = world.environment["SYNCBOT_NOTION_ACTIONS"]
    return world.notion.add_page(source, properties, by=person(world), at=world.sandbox.clock.now())


def person(world: Running) -> str:
    """The id of somebody who works in Notion."""
    return next(one.id for one in world.notion.state.users.values() if one.name == BY)


def type_line(world: Running, page: str) -> None:
    """A person writes a line at the head of a page."""
    place = world.notion._place(person(world), world.sandbox.clock.now())
    owner = world.notion.state.pages[page]
    spec = {"type": "paragraph", "paragraph": {"rich_text": [{"text": {"content": OURS}}]}}
    made(place, owner, judged(place, owner, [spec], "body.children"), 0)
    blocks.touch(place, owner)


def test_only_what_changed_is_written_and_nobody_is_told_twice(tmp_path: Path) -> None:
    """One action has other words: its lines change on the page, all else stays, also what a person wrote between."""
    with running("small", when=DAY) as world:
        onlooker = Onlooker(world.environment)
        with wired(world, tmp_path) as parts:
            action = add_action(world)
            sync(parts)
            again(parts)
            (url, ref) = next((o.url, o.ref) for o in parts.store.deliveries() if o.outlet == "pages")
            assert url
            httpx.post(f"{world.sandbox.url('notion')}/_sandbox/clock", json={"advance": 60}, trust_env=False)
            type_line(world, ref)
            mails, cards = len(world.graph.messages), len(world.graph.posted)

            onlooker.forget()
            same = {one.outlet: one.again for one in again(parts).sent}
            assert same == {
                "pages": Again.RENEWED,
                "files": Again.RENEWED,
                "mail": Again.NEVER,
                "meeting_d": Again.RENEWED,
            }
            assert writes(world) == []

            before = lines(onlooker, ref)
            title = {"title": [{"text": {"content": f"{WORDS}, and tell everybody"}}]}
            onlooker.edit_page(action, {"Action": title}, by=BY)
            sync(parts)
            onlooker.forget()
            again(parts)
            after = lines(onlooker, ref)
        changed = {one for one, text in before.items() if WORDS in text}
        assert changed
        assert {one for one in before if before[one] != after.get(one)} == changed
        assert before.keys() == after.keys()
        assert all("and tell everybody" in after[one] for one in changed)
        assert OURS in after.values()
        assert sorted(str(one["path"]) for one in writes(world)) == sorted(
            f"/v1/blocks/{one}" for one in changed
        )
        assert (len(world.graph.messages), len(world.graph.posted)) == (mails, cards)
        (series,) = [one for one in world.graph.state.outlook.series.values() if one.changes]
        assert series.updates == 1
