"""Lists that are set in as a whole: people set in what belongs to the title above, which to Markdown is another depth."""

import re

_ITEM = re.compile(r"(?P<inset>[ \t]*)(?:[-*+]|\d{1,3}[.)])[ \t]")
_DEEP = 4
"""From so many blanks on, Markdown takes the second item of such a list for one nested in the first."""
_TAB = 4


def level_lists(text: str) -> str:
    """Move lists that begin deep, with nothing above to be nested in, to the margin; every line stays a line."""
    lines: list[str] = []
    off = 0
    """By how much the list that is open is moved."""
    above = ""
    """The last line that says something."""
    for line in text.split("\n"):
        wide = line.expandtabs(_TAB)
        inset = len(wide) - len(wide.lstrip())
        if wide.strip():
            if off and inset < off:
                off = 0
            if not off and inset >= _DEEP and _ITEM.match(wide) and not _holds(above):
                off = inset
            above = line
        lines.append(wide[min(off, inset) :] if off else line)
    return "\n".join(lines)


def _holds(above: str) -> bool:
    """Whether a line may hold a list below it: an item, or a line that is itself set in."""
    return _ITEM.match(above) is not None or above[:1] in {" ", "\t"}
