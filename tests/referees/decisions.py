"""The tables of docs/decisions.md, as data: what people are told is what the code is measured by."""

from collections.abc import Mapping
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs/decisions.md"


def lines(heading: str, page: Path = PAGE) -> list[Mapping[str, str]]:
    """Return the lines of all tables under a heading of a page, each by the names of its columns."""
    text = page.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1].split("\n## ")[0]
    found: list[Mapping[str, str]] = []
    columns: list[str] = []
    for line in text.splitlines():
        if not line.startswith("|"):
            columns = []
        elif not columns:
            columns = _cells(line)
        elif not line.startswith("|---"):
            found.append(dict(zip(columns, _cells(line), strict=True)))
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
