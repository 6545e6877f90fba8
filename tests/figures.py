"""The size, typing and mocks of the code against our targets: `make figures` prints the table and each offender.

Measured with `ast`: a function is every `def`, nested ones too; its length runs from `def` to its last line;
bare means without its docstring.
"""

import ast
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import grimp

ROOT: Final = Path(__file__).parents[1]
PACKAGE: Final = "syncbot"

LONGEST_FUNCTION: Final = 60
LONG_FUNCTION: Final = 40
LONGEST_MODULE: Final = 400

_DOUBLES: Final = {
    "Mock",
    "MagicMock",
    "AsyncMock",
    "PropertyMock",
    "create_autospec",
    "monkeypatch",
    "mocker",
    "mock",
}


@dataclass(frozen=True, kw_only=True)
class Function:
    """One `def`."""

    place: str
    """file:line name."""
    length: int
    """Lines with the docstring."""
    bare: int
    """Lines without the docstring."""
    untyped: tuple[str, ...]
    """Arguments without an annotation, and `return` if the result has none."""


@dataclass(frozen=True, kw_only=True)
class Module:
    """One source file."""

    place: str
    """The file, from the project's root."""
    lines: int
    functions: tuple[Function, ...]


@dataclass(frozen=True, kw_only=True)
class Target:
    """One figure and the most it may be."""

    name: str
    value: float
    most: float | None
    """None: told only."""
    offenders: tuple[str, ...] = ()

    @property
    def met(self) -> bool:
        """Whether the figure is within its bound."""
        return self.most is None or self.value <= self.most


def _untyped(node: ast.FunctionDef | ast.AsyncFunctionDef, *, method: bool) -> tuple[str, ...]:
    arguments = [*node.args.posonlyargs, *node.args.args]
    static = any(isinstance(one, ast.Name) and one.id == "staticmethod" for one in node.decorator_list)
    if method and not static:
        arguments = arguments[1:]
    arguments += [*node.args.kwonlyargs, *filter(None, (node.args.vararg, node.args.kwarg))]
    missing = [one.arg for one in arguments if one.annotation is None]
    return (*missing, *(["return"] if node.returns is None else []))


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    if ast.get_docstring(node, clean=False) is None or first.end_lineno is None:
        return 0
    return first.end_lineno - first.lineno + 1


def _functions(tree: ast.AST, place: str, *, method: bool = False) -> Iterator[Function]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            yield Function(
                place=f"{place}:{node.lineno} {node.name}",
                length=length,
                bare=length - _docstring_lines(node),
                untyped=_untyped(node, method=method),
            )
        yield from _functions(node, place, method=isinstance(node, ast.ClassDef))


def functions(text: str, place: str) -> tuple[Function, ...]:
    """Every function of a source text."""
    return tuple(_functions(ast.parse(text), place))


def modules(folder: Path) -> list[Module]:
    """Every Python file under a folder."""
    found = []
    for path in sorted(folder.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        place = path.relative_to(ROOT).as_posix()
        found.append(Module(place=place, lines=len(text.splitlines()), functions=functions(text, place)))
    return found


def cycles() -> list[str]:
    """Modules that import each other, directly or in a ring; one line a ring."""
    graph = grimp.build_graph(PACKAGE, exclude_type_checking_imports=True)
    below = {name: graph.find_upstream_modules(name) for name in graph.modules}
    rings = {frozenset({name} | {other for other in below[name] if name in below[other]}) for name in below}
    return [" <-> ".join(sorted(ring)) for ring in rings if len(ring) > 1]


def _doubles(text: str) -> int:
    """Uses of a stand-in made by a library; `patch` counts where it is imported, being a word of HTTP too."""
    tree = ast.parse(text)
    imported = [
        node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module == "unittest.mock"
    ]
    wanted = _DOUBLES | {alias.asname or alias.name for node in imported for alias in node.names}
    names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
    return sum(name in wanted for name in names)


def _percentile(values: Sequence[int], share: float) -> int:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else 0


def _sizes(found: Sequence[Module]) -> list[Target]:
    every = [one for module in found for one in module.functions]
    lengths, bare = [one.length for one in every], [one.bare for one in every]
    long = sorted((one for one in every if one.length > LONG_FUNCTION), key=lambda one: -one.length)
    told = tuple(f"{one.place}: {one.length} lines" for one in long)
    big = tuple(f"{one.place}: {one.lines} lines" for one in found if one.lines > LONGEST_MODULE)
    share = 100 * len(long) / max(1, len(every))
    return [
        Target(name="modules", value=len(found), most=None),
        Target(name="lines", value=sum(one.lines for one in found), most=None),
        Target(name="median module", value=statistics.median(one.lines for one in found), most=None),
        Target(
            name="longest module", value=max(one.lines for one in found), most=LONGEST_MODULE, offenders=big
        ),
        Target(name="functions", value=len(every), most=None),
        Target(name="median function", value=statistics.median(lengths), most=8),
        Target(name="median function, bare", value=statistics.median(bare), most=6),
        Target(name="nine in ten functions, bare", value=_percentile(bare, 0.9), most=22),
        Target(name=f"% of functions over {LONG_FUNCTION}", value=round(share, 2), most=1, offenders=told),
        Target(name="longest function", value=max(lengths), most=LONGEST_FUNCTION, offenders=told),
    ]


def _typing(found: Sequence[Module]) -> Target:
    bad = tuple(
        f"{one.place}: {', '.join(one.untyped)}" for file in found for one in file.functions if one.untyped
    )
    return Target(name="functions not wholly annotated", value=len(bad), most=0, offenders=bad)


def _tests(source: Sequence[Module]) -> list[Target]:
    found = modules(ROOT / "tests")
    tests = sum(one.place.split()[-1].startswith("test_") for module in found for one in module.functions)
    counted = {one.place: _doubles((ROOT / one.place).read_text(encoding="utf-8")) for one in found}
    told = tuple(f"{place}: {count}" for place, count in counted.items() if count)
    ratio = sum(one.lines for one in found) / sum(one.lines for one in source)
    return [
        Target(name="tests", value=tests, most=None),
        Target(
            name="mocks per 100 tests",
            value=round(100 * sum(counted.values()) / max(1, tests), 2),
            most=2,
            offenders=told,
        ),
        Target(name="test lines / source lines", value=round(ratio, 2), most=None),
    ]


def measure() -> list[Target]:
    """Every figure of the tree as it is."""
    source = modules(ROOT / PACKAGE)
    rings = tuple(cycles())
    ring = Target(name="import cycles", value=len(rings), most=0, offenders=rings)
    return [*_sizes(source), _typing(source), ring, *_tests(source)]


def main() -> int:
    """Print the table; 1 when a figure is out of bounds."""
    figures = measure()
    for one in figures:
        bound = "" if one.most is None else f"at most {one.most:g}{'' if one.met else '   <- not met'}"
        sys.stdout.write(f"{one.name:32} {one.value:>8g}   {bound}\n")
    for one in figures:
        for line in () if one.met else one.offenders:
            sys.stdout.write(f"{one.name}: {line}\n")
    return int(not all(one.met for one in figures))


if __name__ == "__main__":
    sys.exit(main())
