"""What the commands by which a person decides print, on the real parts."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from syncbot.cli.onlooker import Onlooker
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


def test_times_are_told_and_typed_on_the_clock_of_the_site(tmp_path: Path) -> None:
    """The day that somebody wrote in Notion is that day in the question, and an answer's hour is the hour on the wall."""
    with running("demo", when=DAY) as world:
        told(said(world, tmp_path, "sync", "--kind", "person", "--kind", "city", "--json"))
        places = told(said(world, tmp_path, "history", "Mannheim", "--json"))["refs"]
        look = Onlooker(world.environment)
        look.edit_page(
            places["notion"], {"Next check-in": {"date": {"start": "2026-12-11"}}}, by="Zara Namuna"
        )
        look.edit_item(places["sharepoint"], {"NextCheckIn": "2026-12-18T09:30:00Z"}, by="Fernão Exemplar")
        told(said(world, tmp_path, "sync", "--kind", "city", "--json"))
        asked = said(world, tmp_path, "conflicts").stdout
        [question] = [
            line.split()[0] for line in asked.splitlines() if line.endswith("Mannheim: next check-in")
        ]
        assert "  Notion says: 2026-12-11 00:00 CET, written by Zara Namuna, 2026-11-23 09:" in asked
        assert "  SharePoint says: 2026-12-18 10:30 CET, written by Fernão Exemplar, 2026-11-23 09:" in asked
        answer = said(world, tmp_path, "conflicts", "resolve", question, "--take", "2026-12-14 16:00")
        assert "next check-in: 2026-12-14 16:00 CET is right." in answer.stdout
        assert look.item(places["sharepoint"])["NextCheckIn"] == "2026-12-14T15:00:00Z"
