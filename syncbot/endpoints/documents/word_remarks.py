"""What is said of a Word text beside it: comments, footnotes, endnotes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from syncbot.notes.form import BlockKind

from .package import Package, Relation
from .word_names import attribute, name_of
from .word_runs import Runs
from .word_styles import Styles
from .words import Words

Reference = tuple[str, str]
"""The element that refers to a remark, and the remark's id."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """A comment or a footnote."""

    kind: BlockKind
    lines: Sequence[Words]
    done: bool | None = None
    """Of a comment: whether its thread is resolved, where the file tells."""


_REMARKS = (
    ("comments", "w:comment", "w:commentReference"),
    ("footnotes", "w:footnote", "w:footnoteReference"),
    ("endnotes", "w:endnote", "w:endnoteReference"),
)


def remarks_of(package: Package, parts: Mapping[str, str], styles: Styles) -> dict[Reference, Remark]:
    """Read comments, footnotes and endnotes, by what refers to them."""
    found: dict[Reference, Remark] = {}
    done = _resolved(part_of(package, parts, "commentsExtended"))
    for part, name, reference in _REMARKS:
        root = part_of(package, parts, part)
        runs = runs_for(styles, package.relations(parts[part])) if root is not None else None
        for one in root if root is not None else ():
            if runs is None or name_of(one) != name:
                continue
            paragraphs = [inner for inner in one.iter() if name_of(inner) == "w:p"]
            lines = [line for paragraph in paragraphs for line in runs.read(paragraph)]
            kind = BlockKind.COMMENT if part == "comments" else BlockKind.PARAGRAPH
            state = done.get(attribute(paragraphs[-1], "w14:paraId") or "") if paragraphs else None
            found[reference, attribute(one, "w:id") or ""] = Remark(kind=kind, lines=lines, done=state)
    return found


def _resolved(extended: etree._Element | None) -> dict[str, bool]:
    """Return whether each comment is resolved, by the id of its last paragraph."""
    entries = list(extended) if extended is not None else []
    return {
        attribute(one, "w15:paraId") or "": attribute(one, "w15:done") in {"1", "true"} for one in entries
    }


def part_of(package: Package, parts: Mapping[str, str], kind: str) -> etree._Element | None:
    """Read the part of that kind, where there is one."""
    return package.xml(parts[kind]) if kind in parts else None


def runs_for(styles: Styles, relations: Sequence[Relation]) -> Runs:
    """Make a reader of runs for a part with these relations."""
    links = {one.id: one.target for one in relations if one.outside and one.kind == "hyperlink"}
    return Runs(styles=styles, links=links)
