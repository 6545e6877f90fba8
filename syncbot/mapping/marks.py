"""YAML that remembers where everything stands: each key and value with its line and column.

Only plain data is taken (text, numbers, true/false, null, lists, keys and values); tags that make objects are faults.
Keys are always text. YAML is read as version 1.2, so that `NO` is Norway and `yes` a word.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import StringIO
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from syncbot.errors import Problem

MAX_BYTES = 256 * 1024
"""A file of declarations is far smaller."""
MAX_NODES = 20_000
"""How many keys and values a file may come to when its aliases are written out."""
MAX_DEPTH = 16

Path: TypeAlias = tuple[str | int, ...]
"""Keys and list positions that lead from the top of a file to something in it."""
Place: TypeAlias = tuple[int, int]
"""Line and column, counted from 1."""


@dataclass(kw_only=True)
class Document:
    """One file: its data, where everything in it stands, and what was wrong with it as YAML."""

    name: str
    """The file as people know it: "mappings/city.yaml"."""
    data: Any = None
    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def at(self, path: Path) -> str:
        """Return where a value stands, or the nearest thing around it: "mappings/city.yaml:12:7"."""
        while path and path not in self.values:
            path = path[:-1]
        return self._place(self.values.get(path, (1, 1)))

    def at_key(self, path: Path) -> str:
        """Return where a key stands, or the value where it has none."""
        return self._place(self.keys[path]) if path in self.keys else self.at(path)

    def line_of(self, path: Path) -> int:
        """Return the line of a key."""
        return self.keys.get(path, (1, 1))[0]

    def _place(self, place: Place) -> str:
        return f"{self.name}:{place[0]}:{place[1]}"


def parse(text: str, *, name: str) -> Document:
    """Read one file; what is wrong with it stands in `problems`, and `data` holds the rest."""
    document = Document(name=name)
    if len(text.encode(errors="replace")) > MAX_BYTES:
        document.problems.append(_at(document, None, f"at most {MAX_BYTES} bytes", f"{len(text)} characters"))
        return document
    node = _compose(document, text)
    if node is not None:
        _Reader(document).read(node, ())
    return document


def _compose(document: Document, text: str) -> Node | None:
    try:
        node: Node | None = YAML(typ="safe", pure=True).compose(StringIO(text))
    except MarkedYAMLError as error:
        context = f" ({error.context})" if error.context else ""
        found = f"{error.problem or ''}{context}".removeprefix("found ")
        mark = error.problem_mark or error.context_mark
        document.problems.append(_at(document, mark, "readable YAML", found))
    except YAMLError as error:
        document.problems.append(_at(document, None, "readable YAML", str(error).splitlines()[0]))
    except RecursionError:
        document.problems.append(_at(document, None, f"at most {MAX_DEPTH} levels", "far more"))
    else:
        if node is None:
            document.problems.append(_at(document, None, "keys and values", "an empty file"))
        return node
    return None


def _at(document: Document, mark: StringMark | None, expected: str, found: str) -> Problem:
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Problem(place=f"{document.name}:{line}:{column}", expected=expected, found=found)


class _TooMuchError(Exception):
    """The file comes to more nodes or levels than any honest one."""


class _Reader:
    """Turns the nodes of one file into data and notes where each stands."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._nodes = 0

    def read(self, node: Node, path: Path) -> None:
        try:
            self._document.data = self._value(node, path)
        except _TooMuchError as error:
            self._document.data = None
            self._fault(node, f"at most {MAX_NODES} values in {MAX_DEPTH} levels", str(error))

    def _value(self, node: Node, path: Path) -> Any:
        self._count(path)
        self._document.values[path] = (node.start_mark.line + 1, node.start_mark.column + 1)
        if not isinstance(node, ScalarNode) and _tag(node) not in ("map", "seq"):
            self._fault(node, "plain keys and values or a plain list", f"the tag {_tag(node)!r}")
            return None
        match node:
            case MappingNode():
                return self._mapping(node, path)
            case SequenceNode():
                return [self._value(child, (*path, index)) for index, child in enumerate(node.value)]
            case _:
                return self._scalar(node)

    def _count(self, path: Path) -> None:
        self._nodes += 1
        if self._nodes > MAX_NODES or len(path) > MAX_DEPTH:
            raise _TooMuchError("aliases or levels that come to more")

    def _mapping(self, node: MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node)
            if key is None:
                continue
            if key in found:
                first = self._document.line_of((*path, key))
                self._fault(key_node, "each key once", f"{key!r} again, first in line {first}")
                continue
            self._document.keys[*path, key] = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            found[key] = self._value(value_node, (*path, key))
        return found

    def _key(self, node: Node) -> str | None:
        if not isinstance(node, ScalarNode):
            self._fault(node, "a word as key", "a list or keys and values")
            return None
        if _tag(node) == "merge":
            self._fault(node, "each key written out", "the merge key '<<'")
            return None
        return str(node.value)

    def _scalar(self, node: Node) -> Any:
        text = str(node.value)
        match _tag(node):
            case "null":
                return None
            case "bool":
                return text.casefold() == "true"
            case "int" | "float" as tag:
                return _number(text, tag)
            case "str" | "timestamp":
                return text
            case tag:
                self._fault(node, "plain text, number, true, false or null", f"the tag {tag!r}")
                return None

    def _fault(self, node: Node, expected: str, found: str) -> None:
        self._document.problems.append(_at(self._document, node.start_mark, expected, found))


def _tag(node: Node) -> str:
    return str(node.tag).removeprefix("tag:yaml.org,2002:")


def _number(text: str, tag: str) -> int | float | str:
    """Return the number, or the text where it is written in a way that only YAML knows (0o17, .inf)."""
    try:
        return int(text) if tag == "int" else float(text)
    except ValueError:
        return text


def child(data: Any, part: str | int) -> tuple[bool, Any]:
    """Return whether there is such a key or position, and what stands there."""
    if isinstance(data, Mapping) and isinstance(part, str) and part in data:
        return True, data[part]
    if isinstance(data, list) and isinstance(part, int) and part < len(data):
        return True, data[part]
    return False, None
