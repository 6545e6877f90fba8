"""`syncbot run` as a process: every line is JSON, its port answers, and it stops when it is asked to."""

import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import httpx

from syncbot.settings import example_mappings
from tests.fakes.running_sandbox import running

PATIENCE = 120.0


def test_it_gets_ready_answers_and_stops_with_nothing_but_lines_of_json(tmp_path: Path) -> None:
    """What a container does with it: start, ask until it is ready, take the figures, SIGTERM."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with running("small") as world:
        process = _started(world.environment, tmp_path, port)
        try:
            _wait_until_ready(process, port)
            figures = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False, timeout=30).text
            process.send_signal(signal.SIGTERM)
            out, err = process.communicate(timeout=PATIENCE)
        finally:
            process.kill()
            process.wait()
    assert (process.returncode, err) == (0, "")
    told = [json.loads(line) for line in out.splitlines()]
    assert [one["event"] for one in (*told[:2], told[-1])] == ["port", "started", "stopped"]
    assert {"begun", "wrote", "request", "synced"} <= {one["event"] for one in told}
    assert all({"at", "level", "message"} <= one.keys() for one in told)
    wrote = sum(one["event"] == "wrote" for one in told)
    counted = [
        line.split() for line in figures.splitlines() if line.startswith("syncbot_rows_written_total{")
    ]
    assert sum(float(value) for _, value in counted) == wrote > 0


def _started(variables: Mapping[str, str], folder: Path, port: int) -> "subprocess.Popen[str]":
    environment = {
        **variables,
        "SYNCBOT_DATABASE_URL": f"sqlite:///{folder / 'syncbot.sqlite'}",
        "SYNCBOT_MAPPINGS": str(example_mappings()),
        "SYNCBOT_PORT": str(port),
        "PYTHONPATH": str(Path(__file__).parents[2]),
    }
    return subprocess.Popen(
        [sys.executable, "-m", "syncbot", "run", "--json"],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _wait_until_ready(process: "subprocess.Popen[str]", port: int) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", trust_env=False, timeout=30).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    raise AssertionError("it did not get ready")
