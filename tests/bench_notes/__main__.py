"""`make bench-notes`: how well actions and decisions are found in minutes of other bodies, the worst files first."""

import argparse
import sys
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from time import process_time

from syncbot.endpoints.documents.door import read_document
from syncbot.mapping.notes import habits
from syncbot.notes.find import find
from syncbot.notes.form import Note
from syncbot.notes.habits import Habits

from .corpus import FOLDER, Minutes, available, minutes
from .score import scored
from .table import table

MAPPINGS = Path(__file__).resolve().parents[2] / "mappings"
_LINES = 300


def read(data: bytes, name: str) -> Note:
    """Read a file as syncbot does."""
    return read_document(data, name=name, ref=name, url=None)


def main(arguments: list[str]) -> int:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench_notes")
    parser.add_argument("--remarks", action="store_true", help="say what went wrong, line by line")
    parser.add_argument("--only", default="", help="numbers of files, parted by commas")
    parser.add_argument(
        "--notes", type=int, default=200, help="how many notes of 300 lines to take the time of"
    )
    asked = parser.parse_args(arguments)
    if not available():
        sys.stdout.write(f"skipped: there are no minutes in {FOLDER}" + "\n")
        return 0
    known = habits(MAPPINGS)
    only = set(asked.only.split(",")) - {""}
    for word in (False, True):
        chosen = [one for one in minutes(word=word) if not only or one.name in only]
        sys.stdout.write(("Word copies" if word else "Raw files") + "\n")
        scores = [scored(one, read, known) for one in chosen]
        sys.stdout.write("\n".join(table(scores, remarks=asked.remarks)) + "\n\n")
    if asked.notes:
        sys.stdout.write(_speed(list(minutes(word=False)), known, asked.notes) + "\n")
    return 0


def _speed(files: list[Minutes], known: Habits, notes: int) -> str:
    """Take the time of reading and searching notes of 300 lines, each put together from files of one language."""
    texts = list(islice(_texts(files), notes))
    find(read(texts[0], "first.md"), known)
    start = process_time()
    for text in texts:
        find(read(text, "some.md"), known)
    spent = process_time() - start
    return f"{notes} notes of {_LINES} lines: {spent:.1f} s; 1,000 would take {spent / notes * 1000:.1f} s on one core"


def _texts(files: list[Minutes]) -> Iterator[bytes]:
    pools: dict[str, list[str]] = {}
    for one in files:
        if one.path.suffix == ".md":
            pools.setdefault(one.language, []).extend(one.path.read_text("utf-8").split("\n"))
    for number in count():
        for pool in pools.values():
            start = number * 37 % len(pool)
            yield "\n".join([*pool[start:], *pool, *pool][:_LINES]).encode()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
