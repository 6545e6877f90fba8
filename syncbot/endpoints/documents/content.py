"""What a file is, by its content: names lie, and anybody can rename a file."""

import re
from enum import StrEnum

from syncbot.errors import Unreadable

MOST_TEXT = 2 * 1024 * 1024
"""No text, Markdown or HTML file larger than this is read (bytes): a thousand pages."""
MOST_LINES = 50_000
LONGEST_LINE = 20_000
MOST_CELLS = 60_000
"""Longer lines (characters) or more cells are written by a machine; the rules of Markdown are not tried on them."""

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    (b"%PDF-", "a PDF"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"SQLite format 3", "a database"),
)
_MARKS_OF_ORDER = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_PAGE = re.compile(
    r"\s*+(?:<\?xml[^>]*+>\s*+)?(?:<!--(?:[^-]|-(?!->))*+-->\s*+)*+<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(
    r"^(?:#{1,6}\s+\S|[ \t]*+[-*+] \[[ xX]\] |[ \t]*+(?:\|[ \t]*+)?:?-{3,}+:?[ \t]*+\||```|\*\*\S.*\S\*\*)",
    re.MULTILINE,
)
_ODD = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


class Content(StrEnum):
    """How a text is read."""

    MARKDOWN = "markdown"
    HTML = "html"
    TEXT = "text"


def text_of(data: bytes, *, file: str) -> str:
    """Decode a text: by its mark of byte order, else UTF-8, else what Windows wrote; lines end with line feeds alone."""
    if len(data) > MOST_TEXT:
        raise Unreadable(file=file, why=f"{len(data):,} bytes of text, the limit is {MOST_TEXT:,}")
    text = _decoded(data, file=file).replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")
    if len(_ODD.findall(text[:100_000])) > max(2, len(text[:100_000]) // 200):
        raise Unreadable(file=file, why="it is no text: it holds control characters")
    lines = text.count("\n")
    if lines > MOST_LINES:
        raise Unreadable(file=file, why=f"{lines:,} lines, the limit is {MOST_LINES:,}")
    return text


def _decoded(data: bytes, *, file: str) -> str:
    for mark, encoding in _MARKS_OF_ORDER:
        if data.startswith(mark):
            return _strictly(data[len(mark) :], encoding, file=file)
    wide = _wide(data)
    if wide:
        return _strictly(data, wide, file=file)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _strictly(data: bytes, encoding: str, *, file: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        why = f"it says that it is {encoding.upper()} and is not, from byte {error.start} on"
        raise Unreadable(file=file, why=why) from None


def _wide(data: bytes) -> str | None:
    """Tell UTF-16 without a mark of byte order by the empty half of its letters."""
    part = data[:4000]
    if len(part) < 4 or b"\x00" not in part:
        return None
    even, odd = part[::2].count(0), part[1::2].count(0)
    if odd > len(part) * 0.3 and even < odd / 10:
        return "utf-16-le"
    return "utf-16-be" if even > len(part) * 0.3 and odd < even / 10 else None


def is_package(data: bytes, *, name: str) -> bool:
    """Tell packages such as Word's from text. Raises `Unreadable` for what is neither."""
    if data.startswith(_OLE2):
        raise Unreadable(file=name, why=_old_office(data))
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return True
    for start, what in _OTHERS:
        if data.startswith(start):
            raise Unreadable(file=name, why=f"it is {what}, whatever its name says")
    if name.lower().endswith((".docx", ".docm", ".dotx", ".doc", ".xlsx")):
        raise Unreadable(file=name, why="it is damaged, or no Word file: it does not begin like one")
    return False


def kind_of_text(text: str, *, name: str) -> Content:
    """Tell HTML and Markdown from plain text; the name decides only where the text does not."""
    ending = name.lower().rpartition(".")[2]
    if _PAGE.match(text) or ending in {"html", "htm", "xhtml"}:
        return Content.HTML
    if max(map(len, text.split("\n")), default=0) > LONGEST_LINE or text.count("|") > MOST_CELLS:
        return Content.TEXT
    if ending in {"md", "markdown", "mdown"} or _MARKDOWN.search(text):
        return Content.MARKDOWN
    return Content.TEXT


def _old_office(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "it is protected with a password"
    if "WordDocument".encode("utf-16-le") in data:
        return "it is in the format of Word before 2007 (.doc)"
    return "it is in a format of Office before 2007"
