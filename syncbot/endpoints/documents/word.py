"""Reads Word files: what a person would see with all tracked changes accepted, and what is said of it in comments."""

from collections.abc import Sequence
from dataclasses import dataclass

from syncbot.notes.form import Block

from .drafting import finished
from .package import Package
from .word_body import Body
from .word_names import child
from .word_remarks import part_of, remarks_of, runs_for
from .word_styles import styles_of

_OUTSIDE = {
    "attachedTemplate": "a template",
    "image": "a picture",
    "oleObject": "an object",
    "frame": "a frame",
    "subDocument": "a part of the text",
    "aFChunk": "a part of the text",
}
"""Relations that Word would follow when it opens the file."""


@dataclass(frozen=True, kw_only=True)
class WordText:
    """What a Word file says."""

    blocks: Sequence[Block]
    title: str
    """As its properties say; mostly empty."""
    oddities: Sequence[str]


def read_word(data: bytes, *, file: str) -> WordText:
    """Read a Word file. Raises `Unreadable` for what is damaged, protected, hostile, or no Word file; `TooDeepError`.

    Headers, footers, hidden text and tables of contents are left out.
    """
    package = Package(data=data, file=file)
    main = _main(package)
    relations = package.relations(main)
    parts = {one.kind: one.target for one in relations if not one.outside and package.has(one.target)}
    styles = styles_of(part_of(package, parts, "styles"), part_of(package, parts, "numbering"))
    body = Body(runs=runs_for(styles, relations), remarks=remarks_of(package, parts, styles))
    blocks = finished(body.document(package.xml(main)))
    if "settings" in parts:
        relations += package.relations(parts["settings"])
    outside = {_OUTSIDE[one.kind] for one in relations if one.outside and one.kind in _OUTSIDE}
    oddities = [f"it asks for {what} from elsewhere, which was not fetched" for what in sorted(outside)]
    return WordText(blocks=blocks, title=_title(package), oddities=oddities)


def _main(package: Package) -> str:
    if package.has("mimetype"):
        raise package.unreadable("it is an OpenDocument file, no Word file")
    main = package.main()
    kind = package.type_of(main)
    if package.has_macros or "macroEnabled" in kind:
        raise package.unreadable("it carries macros")
    for word, what in (("spreadsheetml", "an Excel workbook"), ("presentationml", "a presentation")):
        if word in kind:
            raise package.unreadable(f"it is {what}, no note")
    if "wordprocessingml" not in kind:
        raise package.unreadable("it is no Word file, whatever its name says")
    return main


def _title(package: Package) -> str:
    cores = [one.target for one in package.relations() if one.kind == "core-properties" and not one.outside]
    if not cores or not package.has(cores[0]):
        return ""
    title = child(package.xml(cores[0]), "dc:title")
    return (title.text or "").strip() if title is not None else ""
