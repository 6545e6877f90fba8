"""A service that is down, a channel that hears of it once, and the port that says how it all stands."""

import json
import shutil
import socket
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from jsonschema import Draft6Validator

from syncbot.app import opened
from syncbot.cli.logs import Log
from syncbot.cli.names import NAMES
from syncbot.cli.observed import Observed
from syncbot.service.parts import Quiet
from syncbot.service.serving import Service, went_round
from syncbot.settings import example_mappings
from tests.fakes.running_sandbox import Running, running
from tests.system.test_first_light import DAY

SCHEMA = Path(__file__).parents[2].parent / "shared/data/cards/adaptive-card-1.5.schema.json"


class Clock:
    """A quarter of an hour passes with each round."""

    def __init__(self) -> None:
        self.now = DAY

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now


@contextmanager
def working(
    world: Running, folder: Path, clock: Clock, lines: list[str], **more: str
) -> Iterator[tuple[Service, Observed]]:
    """The service as `syncbot run` makes it, with a clock of its own."""
    variables = {
        **world.environment,
        "SYNCBOT_DATABASE_URL": f"sqlite:///{folder / 'syncbot.sqlite'}",
        "SYNCBOT_MAPPINGS": str(example_mappings()),
        "SYNCBOT_PORT": "0",
        **more,
    }
    seen = Observed(Log(clock, lines.append, as_json=True))
    with opened(
        watch=Quiet(),
        on_wait=seen.waited,
        variables=variables,
        sleep=lambda seconds: time.sleep(min(seconds / 1000, 0.05)),
        diary=seen,
        heard=seen.heard,
    ) as parts:
        timed = replace(parts, now=clock)
        with seen.served(timed):
            seen.watch(timed)
            yield (
                Service(
                    parts=timed,
                    ways={},
                    names=NAMES,
                    listener=seen,
                    watching=seen,
                    wait=lambda _: True,
                ),
                seen,
            )


def rounds(service: Service, clock: Clock, count: int = 1) -> None:
    """Let so many quarters of an hour pass."""
    for _ in range(count):
        clock.now += timedelta(minutes=16)
        went_round(service)


def cards(world: Running) -> list[Mapping[str, Any]]:
    """What stands in the channel of alerts, and nothing that Teams would have refused."""
    posted = [one for one in world.graph.posted if one.channel == "Alerts"]
    assert [one.why for one in posted] == [None] * len(posted)
    return [json.loads(json.dumps(one.content))["attachments"][0]["content"] for one in posted]


def text(card: Mapping[str, Any]) -> str:
    """All that a card says."""
    return json.dumps(card, ensure_ascii=False)


WRONG = {"NOTION_TOKEN": "ntn_wrong"}


def test_a_place_that_fails_is_told_once_over_all_restarts_and_again_when_it_works(tmp_path: Path) -> None:
    """The first failure is told to nobody, the second once, in whichever process; the good news come once."""
    clock, lines = Clock(), list[str]()
    with running("small", when=DAY) as world:
        for settings, seen_after in ((WRONG, 0), (WRONG, 1), (WRONG, 1), ({}, 2), ({}, 2)):
            with working(world, tmp_path, clock, lines, **settings) as (service, seen):
                rounds(service, clock)
            assert len(cards(world)) == seen_after
            assert (b"syncbot_alerts 0.0" in seen.figures.text()) is (seen_after != 1)
        bad, good = cards(world)
    assert "**Notion**: the sign-in is refused" in text(bad)
    assert "Renew the token" in text(bad)
    assert "ntn" not in text(bad)
    assert "Works again" in text(good) and "**Notion**: since" in text(good)
    if SCHEMA.is_file():
        for card in (bad, good):
            bare = {name: value for name, value in card.items() if name != "msteams"}
            Draft6Validator(json.loads(SCHEMA.read_text())).validate(bare)


def test_alerts_leave_by_mail_in_the_language_that_is_declared(tmp_path: Path) -> None:
    """A mail to each address, once; a restart sends none again."""
    clock, lines = Clock(), list[str]()
    shutil.copytree(example_mappings(), tmp_path / "mappings")
    groups = tmp_path / "mappings/groups.yaml"
    declared = "alerts: {to: [mail], people: {env: SYNCBOT_ALERT_MAILS}, locale: de, zone: Europe/Berlin}"
    groups.write_text(groups.read_text().replace("alerts: {to: [channel_alerts]}", declared))
    more = {
        **WRONG,
        "SYNCBOT_MAPPINGS": str(tmp_path / "mappings"),
        "SYNCBOT_ALERT_MAILS": "it@contoso.example, office@contoso.example",
    }
    with running("small", when=DAY) as world:
        for _ in range(3):
            with working(world, tmp_path, clock, lines, **more) as (service, _):
                rounds(service, clock)
        mails = [
            (one.to[0]["emailAddress"]["address"], one.subject, one.content) for one in world.graph.messages
        ]
    assert sorted(address for address, _, _ in mails) == ["it@contoso.example", "office@contoso.example"]
    assert {subject for _, subject, _ in mails} == {"syncbot: Etwas funktioniert nicht"}
    assert all("die Anmeldung wird abgelehnt" in body for _, _, body in mails)
    assert not any("contoso.example" in line for line in lines)


def test_the_channel_of_alerts_may_be_gone_and_everything_else_goes_on(tmp_path: Path) -> None:
    """Rounds end, syncs of the other place go on, and the log says why nobody was told."""
    clock, lines = Clock(), list[str]()
    with running("small", when=DAY) as world:
        world.graph.switch_off("Alerts")
        with working(world, tmp_path, clock, lines, **WRONG) as (service, _):
            rounds(service, clock, 4)
            assert [one.status.value for one in service.parts.store.runs(10)] == ["partly"] * 4
    told = [json.loads(line) for line in lines]
    refused = [one for one in told if one["event"] == "request" and one["place"] == "teams"]
    assert {one["status"] for one in refused} == {404}
    assert not any("sig=" in line for line in lines)


def test_without_its_settings_the_service_works_and_says_that_nobody_is_told(tmp_path: Path) -> None:
    """A first trial has no channel of alerts."""
    clock, lines = Clock(), list[str]()
    with (
        running("small", when=DAY) as world,
        working(world, tmp_path, clock, lines, SYNCBOT_TEAMS_ALERTS="") as (service, _),
    ):
        rounds(service, clock)
    told = [json.loads(line) for line in lines]
    [one] = [one for one in told if one["event"] == "alerts"]
    assert "SYNCBOT_TEAMS_ALERTS" in one["message"]
    assert any(one["event"] == "synced" for one in told)


def test_the_port_tells_from_outside_how_it_stands(tmp_path: Path) -> None:
    """Not ready before the first round, alive and ready after it, not alive when it stands still."""
    clock, lines = Clock(), list[str]()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    def ask(path: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False, timeout=10)

    with (
        running("small", when=DAY) as world,
        working(world, tmp_path, clock, lines, SYNCBOT_PORT=str(port)) as (service, _),
    ):
        assert (ask("/readyz").status_code, ask("/healthz").status_code) == (503, 503)
        rounds(service, clock)
        assert (ask("/readyz").status_code, ask("/healthz").status_code) == (200, 200)
        figures = ask("/metrics")
        assert figures.headers["content-type"].startswith("text/plain; version=")
        assert 'syncbot_syncs_total{status="done"} 1.0' in figures.text
        assert 'syncbot_rows_written_total{action="create",kind="person"' in figures.text
        clock.now += timedelta(hours=2)
        stopped = ask("/healthz")
        assert stopped.status_code == 503
        assert "no sign of life" in stopped.text
    secrets = [value for name, value in world.environment.items() if "SECRET" in name or "TOKEN" in name]
    assert [one for one in secrets if one in figures.text] == []


def test_a_port_that_is_taken_is_said_and_does_not_stop_the_service(tmp_path: Path) -> None:
    """Two services on one machine: the second works all the same."""
    clock, lines = Clock(), list[str]()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with (
            running("small", when=DAY) as world,
            working(world, tmp_path, clock, lines, SYNCBOT_PORT=port) as (service, _),
        ):
            rounds(service, clock)
    told = [json.loads(line) for line in lines]
    [one] = [one for one in told if one["event"] == "port"]
    assert one["level"] == "warning"
    assert port in one["message"]
    assert any(one["event"] == "synced" for one in told)
