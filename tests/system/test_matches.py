"""Decisions about identity against the sandbox's Notion and SharePoint, where no two rows may carry one key."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from syncbot.cli.onlooker import Onlooker
from syncbot.service import matches, matching, uniting
from syncbot.service.parts import Parts
from syncbot.service.syncing import sync
from syncbot.store.base import RunStatus
from tests.fakes.running_sandbox import Running, running
from tests.fakes.shipped import ASKED
from tests.system.test_first_light import DAY, wired


def duplicated(world: Running, page: Mapping[str, Any]) -> str:
    """Duplicate a page as Notion's menu does, our key included; return the id of the copy."""
    copied = ("City", "syncbot key", "Country", "Population")
    order = {
        "parent": {"type": "data_source_id", "data_source_id": world.environment["SYNCBOT_NOTION_CITIES"]},
        "properties": {name: _plain(page["properties"][name]) for name in copied},
    }
    headers = {
        "Authorization": f"Bearer {world.environment['NOTION_TOKEN']}",
        "Notion-Version": "2026-03-11",
    }
    address = f"{world.sandbox.url('notion')}/v1/pages"
    answer = httpx.post(address, headers=headers, json=order, trust_env=False).raise_for_status()
    copy = str(answer.json()["id"])
    note = {"rich_text": [{"text": {"content": "To be edited."}}]}
    Onlooker(world.environment).edit_page(copy, {"Note": note}, by="Zofia Przykładowa")
    return copy


def _plain(told: Mapping[str, Any]) -> dict[str, Any]:
    kind = told["type"]
    if kind in {"title", "rich_text"}:
        return {kind: [{"text": {"content": one["plain_text"]}} for one in told[kind]]}
    return {kind: {"name": told[kind]["name"]} if kind == "select" else told[kind]}


def rows_of(parts: Parts, record: str) -> dict[str, str]:
    """Where a record has its rows."""
    return {name: row.ref for name, row in parts.store.records("city")[record].rows.items()}


def said(world: Running, page: str) -> dict[str, Any]:
    """What people read on a page; who changed it last, and when, is the service's word."""
    cells = dict(Onlooker(world.environment).page(page))
    return {name: cell for name, cell in cells.items() if not name.startswith("Last edited")}


def test_a_duplicated_page_and_every_decision_end_well(tmp_path: Path) -> None:
    """A copy is asked about and never written; kept, split and merged rows end with a key each, and then all is at rest."""
    with running("demo", when=DAY) as world, wired(world, tmp_path) as parts:
        sync(parts)
        sync(parts)
        page = Onlooker(world.environment).pages("CITIES")[0]
        copy = duplicated(world, page)
        sync(parts)
        [match] = matches.matches(parts)
        assert {row.ref for row in match.rows} == {page["id"], copy}
        before = said(world, copy)
        for _ in range(2):
            report = sync(parts)
        assert dict(report.requests) == {place: ASKED[place] for place in ("notion", "sharepoint")}
        assert [one.id for one in matches.matches(parts)] == [match.id]
        matching.keep(parts, match.id, page["id"])
        assert not sync(parts).anything
        after = said(world, copy)
        assert after.pop("syncbot key") != before.pop("syncbot key")  # it gives up the key, and nothing else
        assert after == before

        one, other, *_ = parts.store.refs("city", "sharepoint")
        lone = matching.split(parts, one, "sharepoint")
        assert sync(parts).status is RunStatus.DONE
        own = parts.store.keys_of("city", "sharepoint", [lone.ref])[lone.ref]
        assert set(rows_of(parts, own)) == set(rows_of(parts, one)) == {"notion", "sharepoint"}
        keep = {"notion": rows_of(parts, one)["notion"], "sharepoint": lone.ref}
        uniting.merge(parts, one, own, rows=keep)
        assert sync(parts).status is RunStatus.DONE
        assert rows_of(parts, one) == keep
        keys = Onlooker(world.environment).keys()["SharePoint"]
        assert len(keys) == len(set(keys))
        report = sync(parts, full=True)
        assert (report.status, report.kinds[1].plan.actions) == (RunStatus.DONE, ())
        assert matches.matches(parts) == []
        assert rows_of(parts, other)
