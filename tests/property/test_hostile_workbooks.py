"""Damaged and hostile workbooks: rows, or one clear error of the place; never a crash."""

import random

import pytest

from syncbot.endpoints.base import Create
from syncbot.endpoints.workbook import WorkbookEndpoint
from syncbot.errors import EndpointError, Unreadable
from tests.fakes.excel_people import rich
from tests.property.hostile_files import MAKERS
from tests.unit.endpoints.documents.word_maker import zipped
from tests.unit.endpoints.workbook.test_workbook_writing import folder, on, parts

SOUND = rich()
COUNT = 120


def damaged(dice: random.Random) -> bytes:
    """Change some bytes of a part and pack it well."""
    made = parts(SOUND)
    names = [
        name
        for name in made
        if name.endswith((".xml", ".rels")) and "theme" not in name and "chart" not in name
    ]
    name = dice.choice(names)
    data = bytearray(made[name])
    for _ in range(dice.choice((1, 1, 3, 20))):
        place = dice.randrange(len(data))
        if dice.random() < 0.5:
            data[place] = dice.choice(b'<>&"/= \x00\xff1A:9')
        else:
            data[place : place + dice.randrange(1, 8)] = dice.choice(
                (b"", b"-1", b"99999999999", b"A1:ZZ9", b"x")
            )
    return zipped({**made, name: bytes(data)})


def test_damaged_workbooks_give_rows_or_one_error() -> None:
    """Of 120 workbooks with damaged parts each is read, or is an error that names the place; none is half read."""
    errors: list[EndpointError] = []
    for seed in range(COUNT):
        files, ref = folder(damaged(random.Random(seed)))
        before = files.data(ref)
        error = used(on(files))
        if error is not None:
            errors.append(error)
            assert files.data(ref) == before
    assert 10 < len(errors) < COUNT
    assert [str(error) for error in errors if not str(error).isprintable() or len(str(error)) > 400] == []


def used(endpoint: WorkbookEndpoint) -> EndpointError | None:
    """Describe, read and write; return the error that ended it."""
    try:
        schema = endpoint.describe()
        reading = endpoint.changes(None, schema)
        (done,) = endpoint.write([Create(key="k", cells={"1": "x"})], schema)
    except EndpointError as error:
        return error
    assert all(set(row.cells) == set(schema.columns) - {schema.key_column} for row in reading.rows)
    return done.error


def test_hostile_files_are_no_workbooks() -> None:
    """Bombs, document types, passwords, macros and files of other kinds under the name of a workbook are refused."""
    for maker in ("bomb", "entities", "locked", "many_parts", "noise", "flipped", "deep", "wrong_frame"):
        for seed in range(4):
            files, _ = folder(MAKERS[maker](random.Random(seed))[1])
            with pytest.raises(Unreadable, match="was not read"):
                on(files).describe()
