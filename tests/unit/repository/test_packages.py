"""A missing system package is told as promised."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests import packages

_ROOT = Path(__file__).parents[3]


def _run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    (folder / "conftest.py").write_text("from tests.conftest import *\n", encoding="utf-8")
    (folder / "test_one.py").write_text(
        "import pytest\nfrom tests import packages\n"
        "def test_it():\n    pytest.skip(packages.reason('postgresql'))\n"
        "def test_other():\n    pytest.skip('the shared data is absent')\n",
        encoding="utf-8",
    )
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(folder),
        *words,
        str(folder),
    ]
    return subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("workers", [(), ("-n", "1")])
def test_missing_package_is_named_last(tmp_path: Path, workers: tuple[str, ...]) -> None:
    """Without the option the run passes, and says how many tests skipped and how to get the package."""
    done = _run(tmp_path, *workers)
    assert done.returncode == 0
    assert "1 skipped without postgresql: apt-get install" in done.stdout


def test_missing_package_fails_where_asked(tmp_path: Path) -> None:
    """With the option the same run fails; a skip for absent shared data alone would not."""
    assert _run(tmp_path, "--no-missing-packages").returncode == 1
    assert _run(tmp_path, "--no-missing-packages", "-k", "other").returncode == 0


def test_unknown_package_is_refused() -> None:
    """A package that nobody knows how to get cannot be given as a reason."""
    with pytest.raises(KeyError, match="ghostscript"):
        packages.reason("ghostscript")
