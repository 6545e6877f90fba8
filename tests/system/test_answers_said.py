"""What the commands by which a person decides print, on the real parts."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from syncbot.settings import example_mappings
from tests.fakes.running_sandbox import Running, running
from tests.system.test_first_light import DAY


def said(world: Running, folder: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run a command against the sandbox."""
    lines = {
        "PATH": os.environ["PATH"],  # noqa: TID251
        **world.environment,
        "SYNCBOT_DATABASE_URL": f"sqlite:///{folder / 'syncbot.sqlite'}",
        "SYNCBOT_MAPPINGS": str(example_mappings()),
    }
    command = [sys.executable, "-m", "syncbot", *words]
    return subprocess.run(command, env=lines, cwd=folder, capture_output=True, text=True, check=False)


def told(done: "subprocess.CompletedProcess[str]") -> Any:
    """What a machine reads there, all of it."""
    assert done.returncode in {0, 1}, done.stderr
    return json.loads(done.stdout)


def test_an_answer_that_is_only_noted_is_told_to_machines_and_to_people(tmp_path: Path) -> None:
    """With `--later` the question comes back with its answer, and nothing is written until the next sync."""
    with running("demo", when=DAY) as world:
        told(said(world, tmp_path, "sync", "--json"))
        question, *others = told(said(world, tmp_path, "conflicts", "--json"))
        words = ("conflicts", "resolve", question["id"], "--take", "sharepoint")
        kept = told(said(world, tmp_path, *words, "--later", "--json"))
        assert (kept["id"], kept["answer"]) == (
            question["id"],
            question["conflict"]["sides"]["sharepoint"]["value"],
        )
        plain = said(world, tmp_path, *words, "--later")
        assert (plain.returncode, plain.stderr) == (0, "")
        assert "is right; the next sync writes it." in plain.stdout
        waiting = [one["id"] for one in told(said(world, tmp_path, "conflicts", "--json"))]
        assert waiting == [question["id"], *(one["id"] for one in others)]
        assert "is right." in said(world, tmp_path, *words).stdout
        assert told(said(world, tmp_path, "conflicts", "--json")) == others
