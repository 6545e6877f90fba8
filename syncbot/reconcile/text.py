"""Long text edited in several places: merged by lines where the edits do not touch."""

from merge3 import Merge3


def merge_lines(base: str, one: str, other: str) -> str | None:
    """Return the text with both edits in it, or None where they touch the same or neighbouring lines."""
    merge = Merge3(base.split("\n"), one.split("\n"), other.split("\n"))
    lines: list[str] = []
    for group in merge.merge_groups():
        if group[0] == "conflict":
            return None
        lines.extend(group[1])
    return "\n".join(lines)
