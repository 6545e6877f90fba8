"""A box is ticked as Word ticks it: that line, and nothing else in the file."""

import io
import zipfile
from datetime import UTC, datetime

from syncbot.cli.word_box import tick
from syncbot.endpoints.documents.word import read_word
from syncbot.sandbox.seed.word import word_file

MADE = datetime(2026, 11, 25, 17, tzinfo=UTC)
TEXT = """# Weekly meeting

- [ ] Ana to call Ghent & Bruges
- [x] Ben to write the note
- [ ] Ana to call Turku
- Ana to call nobody
"""


def test_one_box_is_ticked_and_nothing_else_changes() -> None:
    """Read by the product's own reader; all other parts of the package are the same bytes."""
    before = word_file(TEXT, made=MADE)
    after = tick(before, "call Turku")
    assert after is not None
    blocks = read_word(after, file="x.docx").blocks
    assert [one.checked for one in blocks] == [None, False, True, True, None]
    assert [one.text for one in blocks] == [one.text for one in read_word(before, file="x.docx").blocks]
    packages = [zipfile.ZipFile(io.BytesIO(data)) for data in (before, after)]
    for name in packages[0].namelist():
        same = packages[0].read(name) == packages[1].read(name)
        assert same == (name != "word/document.xml")


def test_without_one_open_box_nothing_is_done() -> None:
    """No such line, several, a line without a box, or one that is ticked already."""
    data = word_file(TEXT, made=MADE)
    for words in ("call Rome", "Ana to call", "call nobody", "write the note"):
        assert tick(data, words) is None
