"""The demo's commands are real ones: each has the variables, the folder and the ending that it would have alone."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from syncbot.cli.prompter import Prompter, prompting

ALONE = Prompter(None, None, 1)
"""Starts each command anew."""


@pytest.fixture(scope="module")
def prompter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prompter]:
    """One that has loaded the program; what is not asked for goes to a file."""
    with (tmp_path_factory.mktemp("said") / "all.txt").open("w") as file, prompting(file) as one:
        yield one


@pytest.mark.skipif(sys.platform == "win32", reason="processes cannot be forked there")
@pytest.mark.parametrize("words", [["status", "--json"], ["no-such-command"]])
def test_a_forked_command_does_what_it_does_alone(
    words: list[str], prompter: Prompter, tmp_path: Path
) -> None:
    """Same words on the standard output, same exit code, also where settings are missing."""
    told = {}
    for name, one in (("forked", prompter), ("alone", ALONE)):
        said = tmp_path / name
        code = one.run(words, {"SYNCBOT_MAPPINGS": str(tmp_path / "none")}, tmp_path, said)
        told[name] = (code, said.read_bytes())
    assert told["forked"] == told["alone"]


def test_a_command_sees_no_variables_of_an_earlier_one(prompter: Prompter, tmp_path: Path) -> None:
    """Each has its own settings: the second finds nothing of the first."""
    said = tmp_path / "said"
    first = prompter.run(["status", "--json"], {"SYNCBOT_SYNC_MINUTES": "soon"}, tmp_path, said)
    assert first and "SYNC_MINUTES" in said.read_text(encoding="utf-8")
    prompter.run(["status", "--json"], {}, tmp_path, said)
    assert "SYNC_MINUTES" not in said.read_text(encoding="utf-8")
