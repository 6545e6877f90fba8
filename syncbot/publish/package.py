"""Office files (Word, PowerPoint, the workbook inside a chart) as bytes that depend on nothing but what is in them.

The libraries that write them put the time of the day into the zip and into properties; here the time is an argument,
so that the same publication is the same file, and an outlet can tell by its hash whether anything changed.
"""

import io
import re
import zipfile
import zlib
from datetime import UTC, date, datetime
from urllib.parse import quote, urlsplit
from xml.sax.saxutils import unescape

_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_CORE = "docProps/core.xml"
_TIMES = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(<)")
_IDENTIFIER = re.compile(rb"<dc:identifier[^>]*>([^<]*)<")
_MOST_CORE = 100_000
_WEEK = re.compile(r"\d{4}-W\d{2}")
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
_MOST = 2_000
"""Characters of an address: Word and PowerPoint call a file damaged whose addresses are longer than 2,083."""
_REFUSED = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def repacked(data: bytes, at: datetime) -> bytes:
    """Return a package with fixed times, also those of the packages inside."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, _part(name, old.read(name), at))
    return out.getvalue()


def _part(name: str, content: bytes, at: datetime) -> bytes:
    if name.endswith(".xlsx"):
        return repacked(content, at)
    if name == _CORE:
        return _TIMES.sub(rb"\g<1>" + at.strftime("%Y-%m-%dT%H:%M:%SZ").encode() + rb"\g<3>", content)
    return content


def identity_of(data: bytes) -> str | None:
    """Return which publication a file is, as its properties say it; None when they do not."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            if package.getinfo(_CORE).file_size > _MOST_CORE:
                return None
            found = _IDENTIFIER.search(package.read(_CORE))
    except (zipfile.BadZipFile, KeyError, ValueError, NotImplementedError, OSError, zlib.error):
        return None
    return None if found is None else unescape(found[1].decode("utf-8", "replace"))


def moment_of(period: str) -> datetime:
    """Return the beginning of a period ("2026-11-26", "2026-W48"): the only time that a file knows."""
    try:
        day = date.fromisoformat(f"{period}-1" if _WEEK.fullmatch(period) else period)
    except ValueError:
        return _NEVER
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def clean(text: str) -> str:
    """Return text on one line, without what XML cannot hold."""
    return _REFUSED.sub("", re.sub(r"[\t\n\r]", " ", text))


def address(url: str | None) -> str | None:
    """Return an address as Office takes it; None for one that would make the file count as damaged."""
    if url is None:
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme in {"http", "https"} and not parts.hostname:
        return None
    quoted = quote(url, safe="%/:?#[]@!$&'()*+,;=-._~")
    return quoted if len(quoted) <= _MOST else None
