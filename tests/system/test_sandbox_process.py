"""The sandbox as a process: what it prints is enough to sign in and read, what it keeps survives, and it ends at once."""

import json
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import msal
import pytest
import requests

ROOT = Path(__file__).parents[2]
STARTS_WITHIN = 10.0  # two seconds on an idle machine; tests share theirs


@contextmanager
def sandbox(*words: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """Start `python -m syncbot.sandbox`, read its lines, and see to it that it ends."""
    command = [sys.executable, "-m", "syncbot.sandbox", *words, "--print", "json"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            began = time.monotonic()
            lines = json.loads(process.stdout.readline())
            assert time.monotonic() - began < STARTS_WITHIN
            yield process, lines
        finally:
            process.kill()


def end(process: subprocess.Popen[str], number: signal.Signals = signal.SIGTERM) -> int:
    """Ask it to stop; it has two seconds."""
    process.send_signal(number)
    return process.wait(2)


@contextmanager
def signed_in(lines: Mapping[str, str]) -> Iterator[httpx.Client]:
    """Return a client of Graph with a token that msal fetched as the printed lines say."""
    with requests.Session() as web:
        web.verify, web.trust_env = lines["SYNCBOT_CA_BUNDLE"], False
        app = msal.ConfidentialClientApplication(
            lines["AZURE_CLIENT_ID"],
            client_credential=lines["AZURE_CLIENT_SECRET"],
            authority=f"{lines['SYNCBOT_LOGIN_BASE_URL']}/{lines['AZURE_TENANT_ID']}",
            instance_discovery=False,
            http_client=web,
        )
        token = app.acquire_token_for_client(["https://graph.microsoft.com/.default"])["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=lines["SYNCBOT_GRAPH_BASE_URL"], headers=headers, trust_env=False) as client:
        yield client


def cities_list(lines: Mapping[str, str]) -> str:
    """Return the path of the list in Graph."""
    host, _, path = lines["SYNCBOT_SHAREPOINT_SITE"].removeprefix("https://").partition("/")
    return f"/sites/{host}:/{path}:/lists/Mission Cities"


def notion_rows(lines: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the first page of the cities in Notion."""
    headers = {"Authorization": f"Bearer {lines['NOTION_TOKEN']}", "Notion-Version": "2026-03-11"}
    source = lines["SYNCBOT_NOTION_CITIES"]
    address = f"{lines['SYNCBOT_NOTION_BASE_URL']}/v1/data_sources/{source}/query"
    answer = httpx.post(address, json={}, headers=headers, trust_env=False)
    rows: list[dict[str, Any]] = answer.raise_for_status().json()["results"]
    return rows


def test_the_printed_lines_are_all_that_a_client_needs() -> None:
    """With nothing but the lines msal signs in, Graph shows the list, and Notion its rows; SIGTERM ends it."""
    with sandbox("--rate", "10") as (process, lines):
        with signed_in(lines) as graph:
            value = graph.get(f"{cities_list(lines)}/items?$expand=fields&$top=500").json()["value"]
        assert len(value) == 99
        assert len(notion_rows(lines)) == 100
        assert lines["SYNCBOT_NOTION_REQUESTS_PER_MINUTE"] == "1800"
        assert lines["SYNCBOT_GRAPH_UNITS_PER_MINUTE"] == "12500"
        assert end(process) == 0


def test_a_folder_makes_the_lines_stay_true(tmp_path: Path) -> None:
    """Stopped and started again, the same lines lead to the same rows, with what was changed in between."""
    folder = str(tmp_path / "kept here")
    with sandbox("--data", folder) as (process, lines):
        with signed_in(lines) as graph:
            made = graph.post(f"{cities_list(lines)}/items", json={"fields": {"Title": "Ypres"}}).json()
        assert end(process, signal.SIGINT) == 0
    with sandbox("--data", folder) as (process, again):
        assert again == lines
        with signed_in(again) as graph:
            found = graph.get(f"{cities_list(lines)}/items/{made['id']}").json()
            more = graph.post(f"{cities_list(lines)}/items", json={"fields": {"Title": "Lier"}}).json()
        assert found["eTag"] == made["eTag"]
        assert more["eTag"].split(",")[0] != made["eTag"].split(",")[0]
        assert len(notion_rows(again)) == 100
        assert end(process) == 0


def test_an_open_connection_does_not_hold_up_the_end() -> None:
    """A client that keeps its connection to each server open does not delay SIGTERM."""
    with sandbox("--seed", "none") as (process, lines), signed_in(lines) as graph:
        assert graph.get("/sites/root").status_code == 403
        assert end(process) == 0


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["--seed", "everything"], "no such seed"),
        (["--seed", "0"], "no such seed"),
        (["--rate", "0"], "above zero"),
        (["--port-graph", "99999"], "port"),
    ],
)
def test_what_cannot_start_says_why(words: list[str], reason: str) -> None:
    """A wrong word is a message for a person and exit code 2, nothing on standard output, no traceback."""
    command = [sys.executable, "-m", "syncbot.sandbox", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr and "Traceback" not in done.stderr


def test_who_ends_the_command_ends_the_sandbox(tmp_path: Path) -> None:
    """`syncbot sandbox` serves in a process of its own, which must not be left behind with its ports."""
    command = [
        sys.executable,
        "-m",
        "syncbot",
        "sandbox",
        "--data",
        str(tmp_path),
        "--seed",
        "none",
        "--json",
    ]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        address = json.loads(process.stdout.readline())["SYNCBOT_NOTION_BASE_URL"]
        assert httpx.get(f"{address}/_sandbox/requests", trust_env=False).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/_sandbox/requests", trust_env=False)


def test_a_folder_is_not_told_another_story(tmp_path: Path) -> None:
    """Starting a kept sandbox with another seed is refused instead of printing ids that are not there."""
    with sandbox("--data", str(tmp_path), "--seed", "none") as (process, _):
        end(process)
    command = [sys.executable, "-m", "syncbot.sandbox", "--data", str(tmp_path), "--seed", "demo"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 2 and "'none'" in done.stderr


def test_a_second_sandbox_on_the_same_folder_says_what_to_do(tmp_path: Path) -> None:
    """The kept ports are taken by the first one: the message names the cure, and the first one goes on."""
    with sandbox("--data", str(tmp_path), "--seed", "none") as (process, lines):
        command = [sys.executable, "-m", "syncbot.sandbox", "--data", str(tmp_path)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
        assert done.returncode == 2 and "--port-notion" in done.stderr
        with signed_in(lines) as graph:
            assert graph.get("/sites/root").status_code == 403
        assert end(process) == 0


def test_lines_for_a_shell_can_be_sourced(tmp_path: Path) -> None:
    """Also with a folder that has a space in its name, each line is one NAME=value that a shell reads back."""
    folder = tmp_path / "with space"
    command = [sys.executable, "-m", "syncbot.sandbox", "--data", str(folder), "--seed", "none"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        end(process)
    assert shlex.split(first) == [f"SYNCBOT_CA_BUNDLE={folder}/ca.pem"]
