"""Makes damaged and hostile files out of documents that it makes itself; the same seed makes the same files."""

import io
import random
import struct
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from functools import cache

import openpyxl
from docx.document import Document

from tests.unit.endpoints.documents.word_maker import (
    NAMES,
    REL,
    RELATIONS,
    bare_docx,
    bare_parts,
    docx_file,
    paragraph,
    zipped,
)

MARKDOWN = "# Weekly 2026-11-19\n\n- [ ] Anna calls\n- [x] **Ben** [writes](https://x.example)\n\n|a|b|\n|-|-|\n|1|2|\n"
PAGE = "<!DOCTYPE html><html><body><h1>Weekly</h1><ul><li>Anna calls<table><tr><td>x</td></tr></table></body></html>"
SECRET = "of the machine"

Made = tuple[str, bytes]
Maker = Callable[[random.Random], Made]


def sound_word() -> bytes:
    """Return a Word file with a bit of everything."""

    def fill(document: Document) -> None:
        document.add_heading("Weekly", 1)
        for number in range(20):
            document.add_paragraph(f"item {number}", style="List Bullet 2")
        table = document.add_table(rows=3, cols=3)
        for number, cell in enumerate(table._cells):
            cell.text = f"cell {number}"

    return docx_file(fill)


def sound_workbook() -> bytes:
    """Return an Excel file."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.save(out)
    return out.getvalue()


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


WORD, WORKBOOK = sound_word(), sound_workbook()
SOUND = {"a.docx": WORD, "a.md": MARKDOWN.encode(), "a.txt": MARKDOWN.encode(), "a.html": PAGE.encode()}


def cut(dice: random.Random) -> Made:
    """Cut a file off somewhere."""
    name = dice.choice(list(SOUND))
    return name, SOUND[name][: dice.randrange(1, len(SOUND[name]))]


def flipped(dice: random.Random) -> Made:
    """Change some bytes of a Word file."""
    data = bytearray(WORD)
    for _ in range(dice.choice((1, 5, 100, 2000))):
        data[dice.randrange(len(data))] = dice.randrange(256)
    return "flipped.docx", bytes(data)


def flipped_inside(dice: random.Random) -> Made:
    """Change some bytes of a part and pack it well."""
    parts = _parts(WORD)
    name = dice.choice([one for one in parts if one.endswith((".xml", ".rels"))])
    data = bytearray(parts[name])
    for _ in range(dice.choice((1, 3, 50))):
        data[dice.randrange(len(data))] = dice.choice(b'<>&"/= \x00\xff1w:')
    return "inside.docx", zipped({**parts, name: bytes(data)})


def without_part(dice: random.Random) -> Made:
    """Leave a part out, or empty it."""
    parts = _parts(WORD)
    name = dice.choice(list(parts))
    return "without.docx", zipped(
        {**parts, name: b""} if dice.random() < 0.5 else {**parts, name: parts[name][:10]}
    )


def noise(dice: random.Random) -> Made:
    """Random bytes under any name, some behind the first bytes of another format."""
    start = dice.choice(
        (b"", b"", b"PK\x03\x04", b"PK\x05\x06", b"%PDF-1.7", b"\xff\xfe", b"\xef\xbb\xbf", b"<html>")
    )
    return dice.choice(("n.docx", "n.md", "n.txt", "n.html", "n")), start + dice.randbytes(
        dice.choice((0, 3, 500, 90_000))
    )


def mislabelled(dice: random.Random) -> Made:
    """A file under the name of another kind."""
    contents = (*SOUND.values(), WORKBOOK, b"\x89PNG\r\n\x1a\n" + bytes(99), b"{\\rtf1 x}", b"MZ" + bytes(99))
    return dice.choice(("m.docx", "m.md", "m.txt", "m.html", "m.doc", "m")), dice.choice(contents)


def bomb(dice: random.Random) -> Made:
    """A part that unpacks to far more than it is: by ratio, by size, by what all parts together are."""
    parts = bare_parts(paragraph("x"))
    match dice.randrange(4):
        case 0:
            parts["word/document.xml"] = b" " * 30_000_000
        case 1:
            parts["word/document.xml"] = b"<a>" + bytes(48_000_000)
        case 2:
            parts["word/styles.xml"] = b"x" * 2_000_000
            parts["word/_rels/document.xml.rels"] = (
                f'<Relationships xmlns="{RELATIONS}"><Relationship Id="s" Type="{REL}/styles" Target="styles.xml"/>'
                "</Relationships>"
            ).encode()
        case _:
            return "bomb.docx", _claiming(zipped(parts), 0xFFFFFF00)
    return "bomb.docx", zipped(parts)


def _claiming(data: bytes, size: int) -> bytes:
    """Let the first entry of the directory claim a size."""
    place = data.index(b"PK\x01\x02")
    return data[: place + 24] + struct.pack("<I", size) + data[place + 28 :]


def many_parts(dice: random.Random) -> Made:
    """Thousands of parts, or a zip within a zip within a zip."""
    if dice.random() < 0.5:
        return "many.docx", zipped(
            {**bare_parts(paragraph("x")), **{f"x/{one}": b"" for one in range(9_000)}}
        )
    inner = zipped({"0": bytes(9_000_000)})
    for depth in range(5):
        inner = zipped({str(depth): inner})
    return "nested.docx", zipped({**bare_parts(paragraph("x")), "word/embeddings/x.zip": inner})


@cache
def _many() -> bytes:
    return zipped({**bare_parts(paragraph("x")), **{f"x/{one}": b"" for one in range(9_000)}})


def wrong_frame(dice: random.Random) -> Made:
    """A package whose entries lie: checksum, flags, method, names, doubles, bytes before and behind."""
    data = zipped(bare_parts(paragraph("text")))
    place = data.index(b"PK\x01\x02")
    match dice.randrange(7):
        case 0:
            data = data[: place + 16] + b"\x01\x02\x03\x04" + data[place + 20 :]
        case 1:
            data = data[: place + 8] + b"\x01\x00" + data[place + 10 :]
        case 2:
            data = zipped(bare_parts(paragraph("text")), dice.choice((zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)))
        case 3:
            data = zipped(
                {**bare_parts(paragraph("text")), "../../etc/passwd": b"x", "/abs": b"y", "C:\\z": b"z"}
            )
        case 4:
            data = _doubled()
        case 5:
            data = dice.randbytes(2000) + data + dice.randbytes(2000)
        case _:
            data = data[: place + 42] + struct.pack("<I", dice.randrange(1 << 31)) + data[place + 46 :]
    return "frame.docx", data


def _doubled() -> bytes:
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as package:
        warnings.simplefilter("ignore")
        for name, data in (*bare_parts(paragraph("a")).items(), *bare_parts(paragraph("b")).items()):
            package.writestr(name, data)
    return out.getvalue()


def entities(dice: random.Random) -> Made:
    """Document types: a billion laughs, a file of the machine, an address, in any part and encoding."""
    laughs = "".join(f'<!ENTITY l{one} "' + f"&l{one - 1};" * 10 + '">' for one in range(1, 10))
    kinds = (
        f'<!ENTITY l0 "ha">{laughs}',
        '<!ENTITY l9 SYSTEM "file:///etc/hostname">',
        '<!ENTITY l9 SYSTEM "http://127.0.0.1:9/x">',
        '<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;',
        "",
    )
    parts = bare_parts(paragraph(dice.choice(("&l9;", "x"))))
    name = dice.choice(
        ("word/document.xml", "_rels/.rels", "[Content_Types].xml", "word/_rels/document.xml.rels")
    )
    text = f"<!DOCTYPE x [{dice.choice(kinds)}]>{parts[name].decode()}"
    encoding = dice.choice(("utf-8", "utf-16"))
    return "entities.docx", zipped({**parts, name: text.encode(encoding)})


def macros(dice: random.Random) -> Made:
    """A file that carries a program, or asks for one from elsewhere."""
    kind = "application/vnd.ms-word.document.macroEnabled.main+xml"
    if dice.random() < 0.3:
        return "macros.docm", bare_docx(paragraph("x"), main=kind)
    if dice.random() < 0.5:
        return "macros.docx", zipped(
            {**bare_parts(paragraph("x")), "word/vbaProject.bin": b"\xd0\xcf\x11\xe0"}
        )
    wanted = dice.choice(("attachedTemplate", "oleObject", "image", "subDocument"))
    target = 'Target="http://127.0.0.1:9/evil" TargetMode="External"'
    return "outside.docx", bare_docx(
        paragraph("x"), relations=f'<Relationship Id="o" Type="{REL}/{wanted}" {target}/>'
    )


def deep(dice: random.Random) -> Made:
    """Elements within elements within elements."""
    count = dice.choice((60, 150, 1500, 100_000))
    opening, closing = dice.choice(
        (
            ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
            ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"),
            ("<w:p><w:hyperlink>", "</w:hyperlink></w:p>"),
            ("<w:p><w:r><w:drawing><w:txbxContent>", "</w:txbxContent></w:drawing></w:r></w:p>"),
            ("<w:ins>", "</w:ins>"),
            ("<x>", "</x>"),
        )
    )
    inner = "<w:p>" + "<w:ins>" * count + "<w:r><w:t>x</w:t></w:r>" + "</w:ins>" * count + "</w:p>"
    body = inner if dice.random() < 0.3 else opening * count + paragraph("x") + closing * count
    return "deep.docx", bare_docx(body, method=zipfile.ZIP_STORED)


def large(dice: random.Random) -> Made:
    """Tables, cells, spans, fields, styles and remarks beyond measure."""
    cell = f"<w:tc><w:tcPr><w:vMerge/><w:gridSpan w:val='99999999'/></w:tcPr>{paragraph('y' * 2000)}</w:tc>"
    empty = "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>"
    bodies = (
        "<w:tbl><w:tr>" + f"<w:tc>{paragraph('x')}</w:tc>" * 20_000 + "</w:tr></w:tbl>",
        f"<w:tbl><w:tr>{cell}</w:tr>" + f"<w:tr>{empty}</w:tr>" * 20_000 + "</w:tbl>",
        paragraph("x") * 60_000,
        "<w:p>" + "<w:r><w:fldChar w:fldCharType='begin'/></w:r>" * 20_000 + "</w:p>" + paragraph("x") * 500,
        "<w:p>" + "<w:r><w:t>a</w:t><w:br/></w:r>" * 50_000 + "</w:p>",
        "<w:p>" + "<w:r><w:rPr><w:b/></w:rPr><w:t>a</w:t></w:r><w:r><w:t>b</w:t></w:r>" * 30_000 + "</w:p>",
        paragraph(
            "x",
            "<w:outlineLvl w:val='-9'/><w:numPr><w:numId w:val='1e9'/><w:ilvl w:val='9999999999'/></w:numPr>",
        ),
        paragraph("z" * 9_000_000),
        "<w:x/>" * 500_000,
        "".join(f"<w:p a{one}='{one}'/>" for one in range(200_000)),
    )
    return "large.docx", bare_docx(
        dice.choice(bodies), method=dice.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    )


def circles(dice: random.Random) -> Made:
    """Styles that stand on themselves, relations to themselves, to nothing and out of the package."""
    targets = (
        "document.xml",
        "nothing.xml",
        "../../../etc/hostname",
        "/word/document.xml",
        "%2e%2e/x",
        "\x01".strip("\x01"),
    )
    kinds = ("styles", "numbering", "comments", "footnotes", "settings", "officeDocument")
    relations = "".join(
        f'<Relationship Id="c{one}" Type="{REL}/{dice.choice(kinds)}" Target="{dice.choice(targets)}"/>'
        for one in range(9)
    )
    style = "<w:style w:type='paragraph' w:styleId='a'><w:name w:val='a'/><w:basedOn w:val='a'/></w:style>"
    parts = {"styles.xml": f"<w:styles {NAMES}>{style}</w:styles>"}
    made = f'<Relationship Id="s" Type="{REL}/styles" Target="styles.xml"/>'
    return "circles.docx", bare_docx(
        paragraph("x", "<w:pStyle w:val='a'/>"), parts=parts, relations=dice.choice((relations, made))
    )


def locked(dice: random.Random) -> Made:
    """A container of OLE 2: a file with a password, or one of before 2007."""
    stream = dice.choice(("EncryptedPackage", "WordDocument", "Workbook"))
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
    return dice.choice(("locked.docx", "old.doc", "x.md")), head + stream.encode(
        "utf-16-le"
    ) + dice.randbytes(2000)


def encoded(dice: random.Random) -> Made:
    """Text in another encoding, with zeros, controls, or halves of characters in it."""
    text = MARKDOWN.replace("Anna", "Änne \U0001f6b2")
    codes = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7", "utf-8-sig")
    data = text.encode(dice.choice(codes))
    if dice.random() < 0.5:
        place = dice.randrange(len(data))
        data = (
            data[:place]
            + dice.choice((b"\x00", b"\xff", b"\xed\xa0\x80", b"\x1b[31m", b"\x00" * 500))
            + data[place:]
        )
    return dice.choice(("e.md", "e.txt", "e.html")), data


def tangled(dice: random.Random) -> Made:
    """Text that takes the rules of Markdown or HTML to their worst."""
    texts = (
        "[" * 1_000_000,
        ("[" * 390 + "\n\n") * 4000,
        ("*a **b " * 50 + "\n\n") * 4000,
        "> " * 9000 + "x",
        "".join(" " * one + "* a\n" for one in range(1500)),
        "|a" * 9000 + "\n" + "|-" * 9000 + "\n" + ("|b" * 9000 + "\n") * 20,
        "<div>" * 300_000,
        "<table><tr>" * 90_000 + "x",
        "<ul><li>" * 90_000 + "x",
        "<b>" * 200_000 + "x",
        "<a href='" + "x" * 1_500_000,
        "<p " + " ".join(f"a{one}=1" for one in range(150_000)) + ">x",
        "&amp;" * 300_000,
        "a\n" * 49_000,
        "```\n" * 49_000,
        "`a\n" * 30_000,
        "\n" * 1_900_000,
        "![a](" * 100_000,
        "---\na: b\n" + "c: d\n" * 30_000,
        " " * 1_900_000 + "x",
    )
    return dice.choice(("t.md", "t.txt", "t.html")), dice.choice(texts).encode()


MAKERS: Mapping[str, Maker] = {
    maker.__name__: maker
    for maker in (
        *(cut, flipped, flipped_inside, without_part, noise, mislabelled, bomb, many_parts, wrong_frame),
        *(entities, macros, deep, large, circles, locked, encoded, tangled),
    )
}


def hostile_files(count: int, *, seed: int) -> Iterator[tuple[str, Made]]:
    """Make so many files, each kind as often as the others; tell the maker with each."""
    names = list(MAKERS)
    for number in range(count):
        maker = names[number % len(names)]
        name, data = MAKERS[maker](random.Random(f"{seed}-{number}"))
        yield f"{maker}-{number}", (name, data)
