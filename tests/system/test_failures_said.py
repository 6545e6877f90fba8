"""What a command says when it cannot do its work."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


def run(folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a command where nothing is set."""
    command = [sys.executable, "-m", "syncbot", *words]
    bare = {"PATH": "/usr/bin:/bin"}
    return subprocess.run(command, env=bare, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("words", [["sync"], ["check"], ["conflicts"], ["history", "Leuven"], ["strays"]])
def test_machines_read_failures_as_json_where_the_answer_would_be(tmp_path: Path, words: list[str]) -> None:
    """With --json the output can be parsed on every way a command ends, and people read the same beside it."""
    done = run(tmp_path, *words, "--json")
    assert done.returncode == 2
    told = json.loads(done.stdout)
    assert told["what"] == "SettingsError"
    assert told["error"] in done.stderr
    assert told["cure"] in done.stderr


@pytest.mark.parametrize(
    "words", [["sync", "--fool"], ["conflicts", "resolve"], ["snyc"], ["history", "a", "b"]]
)
def test_machines_read_a_wrong_command_as_json_too(tmp_path: Path, words: list[str]) -> None:
    """What typer would only say to people; without --json it still does, with the usage."""
    done = run(tmp_path, *words, "--json")
    assert done.returncode == 2
    told = json.loads(done.stdout)
    assert told["error"] in done.stderr
    assert "--help" in told["cure"]
    plain = run(tmp_path, *words)
    assert (plain.returncode, plain.stdout) == (2, "")
    assert "Usage:" in plain.stderr
