"""The figures we hold ourselves to, and what no file of the project may say."""

import re
import subprocess
from pathlib import Path

import pytest

from tests import figures

_TEXT_ENDINGS = {".png", ".jpg", ".ico", ".gif", ".pdf", ".docx", ".xlsx", ".gz", ".zip", ".woff2"}


def _files() -> list[Path]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(command, cwd=figures.ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    paths = [figures.ROOT / name for name in done.stdout.split("\0") if name]
    return [path for path in paths if path.is_file() and path.suffix not in _TEXT_ENDINGS]


def _lines_with(pattern: str, files: list[Path]) -> list[str]:
    wanted = re.compile(pattern)
    return [
        f"{path.relative_to(figures.ROOT)}:{number}: {line.strip()[:120]}"
        for path in files
        for number, line in enumerate(
            path.read_text(encoding="utf-8", errors="replace").splitlines(), start=1
        )
        if wanted.search(line)
    ]


@pytest.mark.parametrize("target", figures.measure(), ids=lambda one: str(one.name).replace(" ", "-"))
def test_figure_is_within_its_bound(target: figures.Target) -> None:
    """Sizes, annotations, import cycles and mocks stay within the targets."""
    assert target.met, "\n".join(
        (f"{target.name} is {target.value:g}, at most {target.most}", *target.offenders)
    )


_SOURCE = '''
class A:
    def f(self, x, *y: int) -> int:
        """Say.

        More.
        """
        def g(): pass
        return x
'''


def test_functions_are_measured_as_said() -> None:
    """A method's self needs no annotation, its docstring is not bare, nested functions are seen."""
    outer, inner = figures.functions(_SOURCE, "a.py")
    assert (outer.place, outer.length, outer.bare, outer.untyped) == ("a.py:3 f", 7, 3, ("x",))
    assert (inner.length, inner.untyped) == (1, ("return",))


def test_no_file_names_a_machine() -> None:
    """No file holds a path of the machine it was written on."""
    graph = r"(?!/(?:delta|children)\b)"  # addresses of a drive begin with its root
    machine = r"(?<![\w.~-])/(wor" + r"k|far" + r"m|roo" + rf"t{graph}|home/\w+)/\w"
    assert _lines_with(machine, _files()) == []


def test_no_lock_file_names_an_address() -> None:
    """Lock files hold no URL and no host: they install from whichever index the reader uses."""
    locks = [path for path in _files() if path.name.startswith("requirements") or "lock" in path.name]
    assert locks
    assert _lines_with(r"://|--(extra-)?index-url|--find-links|\b(pypi|pythonhosted)\b", locks) == []


def test_every_pinned_package_is_hashed() -> None:
    """Every pin carries hashes, so an index cannot slip in another file."""
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-build.txt"):
        text = (figures.ROOT / name).read_text(encoding="utf-8")
        pins = re.findall(r"^[a-z0-9][^\n]*==[^\n]*(?:\n    [^\n]*)*", text, flags=re.MULTILINE)
        assert pins
        assert [pin.split()[0] for pin in pins if "--hash=sha256:" not in pin] == []


def test_development_pins_agree_with_the_product() -> None:
    """What the tests run on is what the image installs."""
    product, development = (
        dict(
            re.findall(
                r"^([a-z0-9.-]+)(?:\[[^\]]*\])?==(\S+)",
                (figures.ROOT / name).read_text("utf-8"),
                re.MULTILINE,
            )
        )
        for name in ("requirements.txt", "requirements-dev.txt")
    )
    assert {name: version for name, version in product.items() if development.get(name) != version} == {}
