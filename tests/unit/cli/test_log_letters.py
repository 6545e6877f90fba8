"""The service's log goes wherever it goes to, also where not all letters can be written."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("encoding", "written"),
    [("ascii", r"\u0141\xf3d\u017a"), ("latin-1", r"\u0141ód\u017a"), ("utf-8", "Łódź")],
)
def test_a_letter_that_cannot_be_written_does_not_end_the_service(encoding: str, written: str) -> None:
    """A log in a file on Windows or under an old locale takes few of the letters that groups are called by."""
    program = "from syncbot.cli.running import _print; _print('Łódź')"
    done = subprocess.run(
        [sys.executable, "-X", "utf8=0", "-c", program],
        capture_output=True,
        check=True,
        env={"PYTHONIOENCODING": encoding},
    )
    assert done.stdout.decode(encoding).strip() == written
