"""What the service writes down while it works against both services, good days and bad: all ids, no secret, no content."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from syncbot.app import opened
from syncbot.cli.logs import Log
from syncbot.cli.names import NAMES
from syncbot.cli.onlooker import Onlooker, said
from syncbot.service.parts import Quiet
from syncbot.service.serving import Service, went_round
from syncbot.settings import example_mappings
from tests.fakes.running_sandbox import Running, running
from tests.system.test_first_light import DAY

SERVICES = ("notion", "graph")
FAULTS = [
    {"kind": kind, "rate": 0.1, "retry_after": retry}
    for kind, retry in (
        ("429", 1),
        ("503", 1),
        ("503_saved", None),
        ("cut", None),
        ("cut_saved", None),
        ("html", None),
    )
]


@contextmanager
def working(world: Running, folder: Path, lines: list[str], *, as_json: bool) -> Iterator[Service]:
    """The service with its real parts and its real log."""
    variables = {
        **world.environment,
        "SYNCBOT_DATABASE_URL": f"sqlite:///{folder / 'syncbot.sqlite'}",
        "SYNCBOT_MAPPINGS": str(example_mappings()),
    }
    log = Log(lambda: DAY, lines.append, as_json=as_json)
    with opened(
        watch=Quiet(),
        on_wait=log.waited,
        variables=variables,
        sleep=lambda seconds: time.sleep(seconds / 100),
        diary=log,
        heard=log.heard,
    ) as parts:
        yield Service(parts=parts, ways=parts.ways(), names=NAMES, listener=log, wait=lambda _: True)


def forbidden(world: Running) -> set[str]:
    """What may stand in no line: secrets, what people wrote, their names and addresses."""
    looks = Onlooker(world.environment)
    secrets = {text for name, text in world.environment.items() if "SECRET" in name or "TOKEN" in name}
    hooks = {text for name, text in world.environment.items() if "_TEAMS_" in name}
    people = [page["properties"] for page in looks.pages("PEOPLE")]
    others = [page["properties"] for what in _OTHERS for page in looks.pages(what)]
    written = {said(value) for one in (*people, *others) for value in one.values() if value["type"] in _TEXTS}
    written |= {path.rpartition("/")[2] for path in looks.files()}
    mails = {value["email"] for one in people for value in one.values() if value.get("email")}
    parts = {
        part for hook in hooks for part in (hook, hook.partition("sig=")[2], hook.partition("://")[2]) if part
    }
    assert mails and secrets and hooks and len(written) > 50
    return secrets | parts | mails | {text for text in written if len(text) > 3 and not _KEY.fullmatch(text)}


_TEXTS = ("title", "rich_text")
_OTHERS = ("CITIES", "MEETINGS", "ACTIONS", "DECISIONS", "NEEDS")
_KEY = re.compile(r"[a-z]+-[a-z0-9]{16}")
"""What syncbot itself writes, to know its rows by."""


def order(world: Running, faults: list[dict[str, Any]]) -> None:
    """Let both services fail so."""
    for service in SERVICES:
        body = {"seed": 1, "faults": faults}
        httpx.post(
            f"{world.sandbox.url(service)}/_sandbox/faults", json=body, trust_env=False
        ).raise_for_status()


@pytest.mark.parametrize("as_json", [True, False])
def test_no_line_holds_a_secret_or_what_somebody_wrote(tmp_path: Path, *, as_json: bool) -> None:
    """A first sync with faults, publications to every outlet, a channel that is gone, a sign-in that is refused."""
    lines: list[str] = []
    with running("small", when=DAY) as world:
        order(world, FAULTS)
        with working(world, tmp_path, lines, as_json=as_json) as service:
            went_round(service)
            world.graph.switch_off("CSG D")
            went_round(service)
        order(world, [])
        never = forbidden(world)
        wrong = Running(
            sandbox=world.sandbox,
            story=world.story,
            environment={
                **world.environment,
                "NOTION_TOKEN": "ntn_wrong",
                "AZURE_CLIENT_SECRET": "wr0ng-secret",
            },
        )
        with working(wrong, tmp_path / "other", lines, as_json=as_json) as service:
            went_round(service)
    never |= {"ntn_wrong", "wr0ng-secret"}
    assert len(lines) > 5
    assert [(word, line) for line in lines for word in never if word in line] == []
    if as_json:
        events = {json.loads(line)["event"] for line in lines}
        assert events >= {"begun", "request", "wait", "wrote", "ended", "synced", "publication", "failed"}


def test_each_row_that_was_written_leads_to_its_request_at_the_service(tmp_path: Path) -> None:
    """The id in the line is one that the service gave out, so its support can find it."""
    lines: list[str] = []
    with running("small", when=DAY) as world, working(world, tmp_path, lines, as_json=True) as service:
        went_round(service)
        runs = {one.id for one in service.parts.store.runs(5)}
    told = [json.loads(line) for line in lines]
    wrote = [one for one in told if one["event"] == "wrote"]
    assert wrote
    sent = {one["request"]: one["place"] for one in told if one["event"] == "request" and "request" in one}
    for one in wrote:
        assert one["run"] in runs
        assert sent[one["request"]] == one["place"]
        assert one["record"].startswith(f"{one['kind']}-")
        assert one["status"] == 200
