"""Lines and threads of notes as the texts that the store keeps."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any

from syncbot.notes.mention import Mention, Ruled, Said, Verdict
from syncbot.notes.threads_told import Told
from syncbot.store.codec import dump
from syncbot.store.notes import KeptLine, KeptThread, NoteRuling


@dataclass(frozen=True, kw_only=True)
class Telling:
    """What is known of a thread besides its lines."""

    told: Told
    name: str
    """As it was first worded, or as a person worded it; stays."""
    changed: datetime
    """When anything of this was last new."""
    lines: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    """Threads with which it may be one."""
    joined: str | None = None
    """The thread that its lines are counted with by now; it goes on telling what that one does."""
    people: Mapping[str, str] = field(default_factory=dict)
    """Owners as written -> the record, where that is sure."""
    cities: Mapping[str, str] = field(default_factory=dict)


def line_text(mention: Mention) -> str:
    """Return a line without what stands in columns."""
    said = asdict(mention.said)
    said["due"] = _iso(mention.said.due)
    return dump({"said": said, "wordings": mention.wordings, "born": mention.born, "place": mention.place})


def note_key(source: str, ref: str) -> str:
    """Return what lines call their note."""
    return f"{source}/{ref}"


def mention_of(line: KeptLine) -> Mention:
    """Return the line again."""
    data = json.loads(line.text)
    return Mention(
        id=line.id,
        note=note_key(line.source, line.ref),
        said=Said(**_with_tuples(data["said"], "addresses", "owners", "topics", "cities")),
        wordings=tuple(data["wordings"]),
        born=data["born"],
        place=data["place"],
        gone=line.gone,
    )


def thread_text(telling: Telling) -> str:
    """Return a thread without what stands in columns."""
    told = {**asdict(telling.told), "due": _iso(telling.told.due)}
    rest = {name: value for name, value in vars(telling).items() if name not in {"told", "changed"}}
    return dump({**rest, "told": told, "changed": telling.changed.isoformat()})


def telling_of(thread: KeptThread) -> Telling:
    """Return what a thread tells."""
    data = json.loads(thread.text)
    return Telling(
        told=Told(**_with_tuples(data["told"], "owners", "topics", "cities")),
        name=data["name"],
        changed=datetime.fromisoformat(data["changed"]),
        lines=tuple(data["lines"]),
        candidates=tuple(data["candidates"]),
        joined=data["joined"],
        people=data["people"],
        cities=data["cities"],
    )


def ruling_text(ruled: Ruled) -> str:
    """Return what was decided besides the verdict."""
    return dump(
        {
            "same_as": ruled.same_as,
            "alone": ruled.alone,
            "text": ruled.text,
            "owners": ruled.owners,
            "due": _iso(ruled.due),
        }
    )


def ruled_of(ruling: NoteRuling) -> Ruled:
    """Return what a person decided."""
    data = json.loads(ruling.text)
    owners = data.pop("owners")
    due = data.pop("due")
    return Ruled(
        mention=ruling.line,
        verdict=Verdict(ruling.verdict),
        owners=None if owners is None else tuple(owners),
        due=date.fromisoformat(due) if due else None,
        **data,
    )


def as_it_was(new: Telling, old: Telling) -> bool:
    """Whether nothing is new but the moment."""
    return replace(new, changed=old.changed) == old


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _with_tuples(data: dict[str, Any], *names: str) -> dict[str, Any]:
    due = date.fromisoformat(data["due"]) if data["due"] else None
    return {**data, "due": due, **{name: tuple(data[name]) for name in names}}
