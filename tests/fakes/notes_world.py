"""A small world with notes: a folder of files, pages with bodies, and two places in which people keep records.

The notes are in a toy language, so that these tests hold whatever the grammar finds: `[ ] Anna, Ben: job (by DAY)`,
`[x] ..` when it is done, `[?] ..` when it is not sure, `! ..` for a decision; any other line says nothing.
"""

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from syncbot.endpoints.base import Column, ColumnType, Endpoint, Schema
from syncbot.endpoints.documents.days import day_in
from syncbot.endpoints.files import FileEntry
from syncbot.endpoints.files_memory import FilesInMemory
from syncbot.endpoints.memory import MemoryEndpoint
from syncbot.errors import NotFound, Unreadable
from syncbot.mapping.load import load
from syncbot.model.values import Value
from syncbot.notes.finding import Confidence, Found, FoundAction, FoundDecision, Place
from syncbot.notes.form import Block, BlockKind, Note
from syncbot.notes.people import KnownPerson
from syncbot.service.links import StoredLinks
from syncbot.service.note_sources import FolderSource, Listed, Noting, PageSource
from syncbot.service.notes_endpoint import NotesEndpoint
from syncbot.service.report import Report
from syncbot.service.syncing import sync
from syncbot.store.base import Store
from tests.fakes.world import World, new_world

MEETING = """
kind: meeting
endpoints:
  notion: {service: memory, container: meetings-left, key: Key}
  sharepoint: {service: memory, container: meetings-right, key: Key}
  notes: {service: notes, rows: meetings}
identity: {name: name, within: [day]}
fields:
  name: {home: shared, notion: Name, sharepoint: Name, notes: name}
  day: {home: shared, notion: Day, sharepoint: Day, notes: day}
  csg: {home: shared, notion: Group, sharepoint: Group, notes: csg}
"""
ACTION = """
kind: action
endpoints:
  notion: {service: memory, container: actions-left, key: Key}
  sharepoint: {service: memory, container: actions-right, key: Key}
  notes: {service: notes}
identity: {keys: [[name, meeting, owners]], name: name}
fields:
  name: {home: shared, notion: Name, sharepoint: Name, notes: name}
  owners: {home: shared, notion: Owners, sharepoint: Owners, notes: owners}
  owners_written: {home: notes, notion: Written, sharepoint: Written, notes: owners_written}
  due: {home: shared, notion: Due, sharepoint: Due, notes: due}
  done: {home: shared, notion: Done, sharepoint: Done, notes: done}
  city: {home: shared, notion: City, sharepoint: City, notes: city}
  meeting: {home: notes, notion: Meeting, sharepoint: Meeting, notes: meeting}
  source: {home: notes, notion: Source, sharepoint: Source, notes: source}
"""
DECISION = """
kind: decision
endpoints:
  notion: {service: memory, container: decisions-left, key: Key}
  sharepoint: {service: memory, container: decisions-right, key: Key}
  notes: {service: notes, rows: decisions}
identity: {keys: [[name, meeting]]}
fields:
  name: {home: shared, notion: Name, sharepoint: Name, notes: name}
  meeting: {home: notes, notion: Meeting, sharepoint: Meeting, notes: meeting}
"""
KEPT = ("notion", "sharepoint")
_LINE = re.compile(r"\[(?P<box>[ x?])\] (?:(?P<who>[^:]+): )?(?P<job>.*?)(?: \(by (?P<due>[-0-9]+)\))?$")


def read_toy(data: bytes, *, ref: str, title: str, url: str | None = None, day: date | None = None) -> Note:
    """Read a note; one that begins with "%" is damaged."""
    text = data.decode()
    if text.startswith("%"):
        raise Unreadable(file=title, why="it is damaged", ref=ref)
    lines = [line for line in text.splitlines() if line.strip()]
    blocks = [
        Block(kind=BlockKind.ITEM, text=line, address=f"{ref}#{_words(line)}", url=f"{url}#{number}")
        for number, line in enumerate(lines)
    ]
    return Note(
        ref=ref,
        title=title,
        blocks=blocks,
        url=url,
        day=day or day_in(title),
    )


def _words(line: str) -> str:
    return line.partition("] ")[2].partition(" (by")[0] or line


def find_toy(cities: Sequence[str], _people: Sequence[str]) -> Callable[[Note], Found]:
    """Find what the toy language says."""

    def find(note: Note) -> Found:
        actions = [found for block in note.blocks if (found := _action(block, cities))]
        decisions = [
            FoundDecision(text=block.text[2:], places=(_place(block),), why="an exclamation mark")
            for block in note.blocks
            if block.text.startswith("! ")
        ]
        return Found(actions=actions, decisions=decisions, day=note.day, language="en")

    return find


def _place(block: Block) -> Place:
    return Place(address=block.address, words=block.text, url=block.url)


def _action(block: Block, cities: Sequence[str]) -> FoundAction | None:
    said = _LINE.match(block.text)
    if said is None:
        return None
    return FoundAction(
        text=said["job"],
        places=(_place(block),),
        owners=tuple(one.strip() for one in (said["who"] or "").split(",") if one.strip()),
        due=date.fromisoformat(said["due"]) if said["due"] else None,
        due_text=said["due"],
        done=said["box"] == "x",
        cities=tuple(city for city in cities if city in said["job"]),
        confidence=Confidence.LOW if said["box"] == "?" else Confidence.HIGH,
        why="a box",
    )


def person_toy(written: str, people: Sequence[KnownPerson]) -> str | None:
    """Match by the whole name alone."""
    found = [one.key for one in people if one.name == written]
    return found[0] if len(found) == 1 else None


@dataclass(kw_only=True)
class NotesWorld:
    """Everything that a test of notes needs."""

    world: World
    places: Mapping[str, Mapping[str, MemoryEndpoint]]
    """By kind, then by place."""
    files: FilesInMemory
    bodies: dict[str, str]
    """By ref of a meeting at Notion: the notes on its page."""
    opened: list[str]
    """Refs of the pages that were opened, in order."""

    def sync(self, *kinds: str, full: bool = False) -> Report:
        """Let an hour pass and sync."""
        self.world.later(hours=1)
        return sync(self.world.parts, kinds, full=full)

    def file(self, day: str, text: str) -> str:
        """Somebody puts a file of notes into the folder."""
        return self.files.put(f"{day} Weekly.txt", text.encode(), by="Anna")

    def page(self, day: str, text: str) -> str:
        """Somebody writes notes on a page."""
        cells: Mapping[str, Value] = {"name": "Weekly", "day": date.fromisoformat(day), "csg": "A"}
        ref = self.places["meeting"]["notion"].add(cells, by="Ben", at=self.world.now[0])
        self.bodies[ref] = text
        return ref

    def rewrite(self, ref: str, text: str) -> None:
        """Somebody edits the notes on a page; its properties stay as they are."""
        place = self.places["meeting"]["notion"]
        self.bodies[ref] = text
        place.edit(ref, {"name": "Weekly"}, by="Ben", at=self.world.now[0])

    def said(self, column: str, kind: str = "action") -> list[list[object]]:
        """What the rows of each place say, sorted."""
        return [
            sorted((row.cells.get(column) for row in self.places[kind][place].rows.values()), key=repr)
            for place in KEPT
        ]

    def edit(self, place: str, name: str, **cells: Value) -> None:
        """Somebody edits the one action of that name."""
        [ref] = [ref for ref, row in self.places["action"][place].rows.items() if row.cells["name"] == name]
        self.places["action"][place].edit(ref, cells, by="somebody", at=self.world.now[0])


def notes_world(folder: Path, *, store: Store | None = None) -> NotesWorld:
    """Make a world whose mappings are written into `folder`."""
    world = new_world(folder, store=store)
    for name, text in (("meeting", MEETING), ("action", ACTION), ("decision", DECISION)):
        (folder / f"{name}.yaml").write_text(text)
    mappings = load(folder, {})
    clock = world.people["notion"].clock
    places = {
        kind: {name: _endpoint(kind, name, columns, clock) for name in KEPT}
        for kind, columns in _COLUMNS.items()
    }
    store_ = world.parts.store
    told: Mapping[str, Mapping[str, Endpoint]] = {
        kind: {
            **places[kind],
            "notes": NotesEndpoint(
                name="notes", spec=mappings.kinds[kind], mappings=mappings, store=store_, shelf=store_
            ),
        }
        for kind in places
    }
    files = FilesInMemory(clock=clock, name="minutes", suffixes=(".txt",))
    made = NotesWorld(world=world, places=places, files=files, bodies={}, opened=[])
    numbers = itertools.count(1_000)
    world.parts = replace(
        world.parts,
        mappings=mappings,
        endpoints={**world.parts.endpoints, **told},
        new_id=lambda word: f"{word}-{next(numbers)}",
    )
    world.parts = replace(world.parts, noting=_noting(made))
    return made


def _noting(made: NotesWorld) -> Noting:
    parts = made.world.parts

    def document(data: bytes, entry: FileEntry) -> Note:
        return read_toy(data, ref=entry.ref, title=entry.name.removesuffix(".txt"), url=entry.url)

    def body(listed: Listed) -> Note:
        made.opened.append(listed.ref)
        if listed.ref not in made.bodies:
            raise NotFound("the page is gone", endpoint="pages", ref=listed.ref)
        return read_toy(
            made.bodies[listed.ref].encode(),
            ref=listed.ref,
            title=listed.title,
            url=f"https://pages.example/{listed.ref}",
        )

    folder = FolderSource(name="minutes", files=made.files, document=document, group="B")
    pages = PageSource(
        name="pages",
        spec=parts.mappings.kinds["meeting"],
        endpoint=made.places["meeting"]["notion"],
        store=parts.store,
        links=lambda: StoredLinks(parts.store, parts.mappings),
        body=body,
        group_field="csg",
        day_field="day",
        groups=frozenset({"A"}),
    )
    return Noting(sources=[folder, pages], finder=find_toy, person=person_toy)


def _endpoint(kind: str, name: str, columns: Sequence[Column], clock: Callable[[], object]) -> MemoryEndpoint:
    key = Column(id="key", name="Key", type=ColumnType.TEXT, native="text")
    schema = Schema(
        container=f"{kind}s-{name}",
        title=f"{kind}s-{name}",
        columns={column.id: column for column in (*columns, key)},
        key_column="key",
    )
    return MemoryEndpoint(name=name, schema=schema, clock=clock, connection=name)  # type: ignore[arg-type]


def _column(name: str, kind: ColumnType = ColumnType.TEXT, **more: object) -> Column:
    return Column(id=name.casefold(), name=name, type=kind, native=kind.value, **more)  # type: ignore[arg-type]


_COLUMNS = {
    "meeting": (
        _column("Name"),
        _column("Day", ColumnType.DAY),
        Column(
            id="csg",
            name="Group",
            type=ColumnType.CHOICE,
            native="choice",
            options=("A", "B", "C", "D", "all"),
        ),
    ),
    "action": (
        _column("Name"),
        _column("Owners", ColumnType.REFS),
        _column("Written"),
        _column("Due", ColumnType.DAY),
        _column("Done", ColumnType.FLAG),
        _column("City", ColumnType.REFS, many=False),
        _column("Meeting", ColumnType.REFS, many=False),
        _column("Source", ColumnType.LINK),
    ),
    "decision": (_column("Name"), _column("Meeting", ColumnType.REFS, many=False)),
}
