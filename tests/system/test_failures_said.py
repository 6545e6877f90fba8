"""What a command says when it cannot do its work."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.parametrize("words", [["sync"], ["check"], ["conflicts"], ["history", "Leuven"], ["strays"]])
def test_machines_read_failures_as_json_where_the_answer_would_be(tmp_path: Path, words: list[str]) -> None:
    """With --json the output can be parsed on every way a command ends, and people read the same beside it."""
    bare = {"PATH": "/usr/bin:/bin"}
    command = [sys.executable, "-m", "syncbot", *words, "--json"]
    done = subprocess.run(command, env=bare, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    told = json.loads(done.stdout)
    assert told["what"] == "SettingsError"
    assert told["error"] in done.stderr
    assert told["cure"] in done.stderr
