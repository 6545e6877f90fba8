"""What is installed is what is in the tree."""

import subprocess
import sys
import zipfile
from pathlib import Path

_ROOT = Path(__file__).parents[3]


def _sources() -> set[str]:
    found = {path.relative_to(_ROOT) for path in (_ROOT / "syncbot").rglob("*") if path.is_file()}
    found |= {
        Path("syncbot") / path.relative_to(_ROOT)
        for path in (_ROOT / "mappings").rglob("*")
        if path.is_file()
    }
    return {path.as_posix() for path in found if "__pycache__" not in path.parts}


def test_wheel_has_all_of_the_package_and_the_mappings(tmp_path: Path) -> None:
    """Data files, mappings, the licence and the mark that we are typed go along; tests do not."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=_ROOT, check=True, capture_output=True, timeout=60)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    inside = {name for name in names if not name.startswith("syncbot-")}
    assert inside == _sources()
    assert "syncbot/py.typed" in inside
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert any(name.endswith("licenses/NOTICE") for name in names)
