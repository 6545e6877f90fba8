"""The command that is installed is the one that people are told to type."""

import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path


def test_installed_command_ends_mistakes_with_a_cure(tmp_path: Path) -> None:
    """With no settings at all `syncbot check` exits 2 and says what to do; nobody sees a traceback."""
    (entry,) = (one for one in entry_points(group="console_scripts") if one.name == "syncbot")
    module, _, function = entry.value.partition(":")
    program = f"import sys; from {module} import {function} as run; sys.argv = ['syncbot', 'check']; sys.exit(run())"
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env={},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert "→" in done.stderr
    assert "Traceback" not in done.stderr
