"""The one door for documents: decides by content how a file is read, and what it may cost."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from syncbot.endpoints.files import MOST_BYTES
from syncbot.errors import Unreadable
from syncbot.notes.form import Block, BlockKind, Note

from .content import Content, is_package, kind_of_text, text_of
from .days import day_in
from .drafting import TooDeepError
from .markdown import front_matter, front_people, read_markdown
from .package import SUSPECT
from .plain import read_text
from .webpage import page_title, read_html
from .word import read_word


def read_document(data: bytes, *, name: str, ref: str, url: str | None) -> Note:
    """Read a Word, Markdown, text or HTML file of that name.

    Raises `Unreadable` for what is damaged, encrypted, too large, hostile or none of these. Nothing in the document is
    executed or fetched, and `data` stays as it is.
    """
    try:
        return _read(data, name=name, ref=ref, url=url)
    except Unreadable as error:
        raise Unreadable(file=name, why=error.why, ref=ref, suspect=error.suspect) from error
    except TooDeepError as error:
        why = f"{SUSPECT} (elements nested too deep)"
        raise Unreadable(file=name, why=why, ref=ref, suspect=True) from error


def _read(data: bytes, *, name: str, ref: str, url: str | None) -> Note:
    if len(data) > MOST_BYTES:
        raise Unreadable(file=name, why=f"{len(data):,} bytes, the limit is {MOST_BYTES:,}")
    if is_package(data, name=name):
        word = read_word(data, file=name)
        return _note(word.blocks, word.title, name=name, ref=ref, url=url, oddities=word.oddities)
    return _note_of_text(text_of(data, file=name), name=name, ref=ref, url=url)


def _note_of_text(text: str, *, name: str, ref: str, url: str | None) -> Note:
    blocks: Sequence[Block]
    said, people = "", tuple[str, ...]()
    match kind_of_text(text, name=name):
        case Content.HTML:
            blocks, said = read_html(text), page_title(text)
        case Content.MARKDOWN:
            blocks, front = read_markdown(text), front_matter(text)
            said = front.get("date", "")[:10] or front.get("title", "")
            people = front_people(text)
        case _:
            blocks = read_text(text)
    return _note(blocks, said, name=name, ref=ref, url=url, people=people)


def _note(
    blocks: Sequence[Block],
    said: str,
    *,
    name: str,
    ref: str,
    url: str | None,
    oddities: Sequence[str] = (),
    people: Sequence[str] = (),
) -> Note:
    """Put the note together; the day is told by its name, else its properties, else its first heading or line."""
    stem = PurePosixPath(name).stem
    first = blocks[0].text if blocks else ""
    heading = next((block.text for block in blocks if block.kind is BlockKind.HEADING), first)
    day = day_in(stem) or day_in(said) or day_in(heading)
    return Note(ref=ref, title=stem, blocks=blocks, day=day, url=url, people=people, oddities=oddities)
