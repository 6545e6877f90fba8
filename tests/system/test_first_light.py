"""The main job on the demo's 112 cities, over HTTP, judged by reading both places from outside."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from syncbot.app import opened
from syncbot.service.parts import Parts, Quiet
from syncbot.service.syncing import plan, sync
from syncbot.settings import example_mappings
from syncbot.store.base import RunStatus
from tests.fakes.running_sandbox import Running, running
from tests.fakes.shipped import ASKED
from tests.system.telling import Story, told_by_notion, told_by_sharepoint

DAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
CITIES = 112


@contextmanager
def wired(world: Running, folder: Path) -> Iterator[Parts]:
    """The real parts, pointed at a sandbox; waits take a hundredth of their time."""
    variables = {
        **world.environment,
        "SYNCBOT_DATABASE_URL": f"sqlite:///{folder / 'syncbot.sqlite'}",
        "SYNCBOT_MAPPINGS": str(example_mappings()),
    }
    with opened(
        watch=Quiet(),
        on_wait=lambda _why, _seconds: None,
        variables=variables,
        sleep=lambda seconds: time.sleep(seconds / 100),
    ) as parts:
        yield parts


def without_questions(story: Story, parts: Parts) -> Story:
    """The story without the fields that wait for a person's answer: there the places may differ."""
    waiting = {(one.conflict.record, one.conflict.field) for one in parts.store.conflicts()}
    return {
        key: {field: value for field, value in fields.items() if (key, field) not in waiting}
        for key, fields in story.items()
    }


def by_name(story: Story) -> dict[str, dict[str, object]]:
    """The story by the cities' names, which do not differ from run to run as keys do."""
    return {str(fields["name"]): fields for fields in story.values()}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Story, Story, int]:
    """What both places say after a sync that nothing disturbed, and how many questions wait."""
    with running("demo", when=DAY) as world, wired(world, tmp_path_factory.mktemp("store")) as parts:
        report = sync(parts)
        assert report.status is RunStatus.DONE, report
        told = told_by_notion(world.environment), told_by_sharepoint(world.environment)
        for story in told:
            assert len(story) == CITIES
        agreed = [without_questions(story, parts) for story in told]
        assert agreed[0] == {key: _shared(agreed[0][key], fields) for key, fields in agreed[1].items()}
        return by_name(told[0]), by_name(told[1]), len(parts.store.conflicts())


def _shared(left: Mapping[str, object], right: Mapping[str, object]) -> dict[str, object]:
    """The right side in the words of the left where a field is spelled in a way of its own (country names)."""
    return {field: left[field] if field == "country" else value for field, value in right.items()}


def test_all_cities_are_told_alike(undisturbed: tuple[Story, Story, int]) -> None:
    """112 cities in each place, none doubled, every mapped field equal but for open questions, each city known by name."""
    left, right, questions = undisturbed
    assert left.keys() == right.keys()
    assert len(left) == CITIES
    assert 0 < questions <= 12


def test_the_second_sync_asks_once_and_writes_nothing(tmp_path: Path) -> None:
    """As the services saw it: one request for each place and kind, none that writes."""
    with running("demo", when=DAY) as world, wired(world, tmp_path) as parts:
        assert plan(parts).anything
        sync(parts)
        for service in ("notion", "graph"):
            httpx.delete(f"{world.sandbox.url(service)}/_sandbox/requests", trust_env=False)
        report = sync(parts)
        assert not report.anything
        for service in ("notion", "graph"):
            log = httpx.get(f"{world.sandbox.url(service)}/_sandbox/requests", trust_env=False).json()
            assert len(log) == ASKED[service], log
            assert not [one for one in log if one["method"] in ("PATCH", "DELETE")]


FAULTS = [
    {"kind": kind, "rate": 0.1, "retry_after": retry}
    for kind, retry in (("429", 1), ("503", 1), ("503_saved", None), ("cut", None), ("cut_saved", None))
]

INSIDE = [{**fault, "inside": True} for fault in FAULTS if "cut" not in str(fault["kind"])]
"""Of a batch each request for itself; Notion has none, so there they hit nothing."""


@pytest.mark.parametrize("seed", [1, 2])
def test_faults_change_nothing_of_the_end(
    undisturbed: tuple[Story, Story, int], tmp_path: Path, seed: int
) -> None:
    """With 429, 503 (saved and not) and cut connections of 10 % each on both services the end is the same."""
    with running("demo", when=DAY) as world, wired(world, tmp_path) as parts:
        for service in ("notion", "graph"):
            httpx.post(
                f"{world.sandbox.url(service)}/_sandbox/faults",
                json={"seed": seed, "faults": [*FAULTS, *INSIDE]},
                trust_env=False,
            ).raise_for_status()
        assert sync(parts).status is RunStatus.DONE
        for service in ("notion", "graph"):
            httpx.post(f"{world.sandbox.url(service)}/_sandbox/faults", json={}, trust_env=False)
        assert by_name(told_by_notion(world.environment)) == undisturbed[0]
        assert by_name(told_by_sharepoint(world.environment)) == undisturbed[1]
        assert len(parts.store.conflicts()) == undisturbed[2]
