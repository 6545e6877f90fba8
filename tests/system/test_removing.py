"""Rows that went away in the sandbox's Notion and SharePoint, where the mapping says that a person is asked."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from syncbot.app import opened
from syncbot.cli.onlooker import Onlooker
from syncbot.endpoints.base import Delete
from syncbot.service.gone import GoneRefusedError, gone, keep, remove
from syncbot.service.parts import Parts, Quiet
from syncbot.service.syncing import sync
from syncbot.service.undoing import undo
from syncbot.settings import example_mappings
from syncbot.store.base import RunStatus
from tests.fakes.running_sandbox import Running, running
from tests.system.test_first_light import DAY


@contextmanager
def asking(world: Running, folder: Path) -> Iterator[Parts]:
    """The real parts with the shipped mappings, except that a person is asked when a city went."""
    shutil.copytree(example_mappings(), folder / "mappings")
    city = folder / "mappings" / "city.yaml"
    text = city.read_text(encoding="utf-8").replace("deletes: unlink", "deletes: ask")
    for key in ("key: syncbot key", "key: SyncbotKey"):
        assert key in text
        text = text.replace(key, f"deletes: true\n    {key}")
    city.write_text(text, encoding="utf-8")
    variables = {
        **world.environment,
        "SYNCBOT_DATABASE_URL": f"sqlite:///{folder / 'syncbot.sqlite'}",
        "SYNCBOT_MAPPINGS": str(folder / "mappings"),
    }
    with opened(
        watch=Quiet(), on_wait=lambda _why, _seconds: None, variables=variables, sleep=lambda _: None
    ) as parts:
        yield parts


def trash(parts: Parts, place: str, ref: str) -> None:
    """Move a row to the trash of its service, outside of any run of ours."""
    endpoint = parts.endpoints["city"][place]
    schema = endpoint.describe()
    row: Any = endpoint.get(ref, schema)
    [done] = endpoint.write([Delete(ref=ref, version=row.version)], schema)
    assert done.error is None


def edit(world: Running, item: str) -> None:
    """A person writes something on an item of the list of cities."""
    Onlooker(world.environment).edit_item(item, {"Title": "Renamed meanwhile"}, by="Zofia Przykładowa")


def test_a_person_says_what_becomes_of_the_other_row(tmp_path: Path) -> None:
    """Asked in both directions with the address; removed into the trash, brought back by an undo, kept, at rest."""
    with running("demo", when=DAY) as world, asking(world, tmp_path) as parts:
        sync(parts)
        disputed = {one.conflict.record for one in parts.store.conflicts()}
        pages, items = (parts.store.refs("city", place) for place in ("notion", "sharepoint"))
        left, right, kept, *_ = sorted(pages.keys() - disputed)
        trash(parts, "notion", pages[left])
        trash(parts, "sharepoint", items[right])
        trash(parts, "notion", pages[kept])
        assert sync(parts, full=True).status is RunStatus.DONE
        asked = {one.record: one for one in gone(parts)}
        assert {key: list(one.went) for key, one in asked.items()} == {
            left: ["notion"],
            right: ["sharepoint"],
            kept: ["notion"],
        }
        assert all(str(row.url).startswith("http") for one in asked.values() for row in one.stands)

        keep(parts, kept)
        edit(world, items[left])
        with pytest.raises(GoneRefusedError, match="was changed"):
            remove(parts, left)
        sync(parts)
        for key in (left, right):
            assert remove(parts, key, dry_run=True).run is None
        runs = {key: remove(parts, key) for key in (left, right)}
        assert [one.stays for one in runs.values()] == [{}, {}]
        onlooker = Onlooker(world.environment)
        assert items[left] not in {str(item["id"]) for item in onlooker.items("Mission Cities")}
        assert pages[right] not in {page["id"] for page in onlooker.pages("CITIES")}
        assert gone(parts) == []
        assert not any(kind.plan.actions for kind in sync(parts, full=True).kinds)

        back = runs[right].run
        assert back is not None
        undo(parts, back)
        assert pages[right] in {page["id"] for page in onlooker.pages("CITIES")}
        sync(parts)
        assert [one.record for one in gone(parts)] == [right]
        assert not any(kind.plan.actions for kind in sync(parts, full=True).kinds)
        with pytest.raises(httpx.HTTPStatusError):
            onlooker.item(items[left])
