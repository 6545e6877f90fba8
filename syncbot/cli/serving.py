"""The commands of the service: go round, tell how everything stands, tell whether all is well."""

from collections.abc import Iterator

import typer
from rich.console import Console

from syncbot.model.wording import moment_shown
from syncbot.service import serving, standing
from syncbot.service.parts import Parts

from . import words
from .options import NOTHING, SOMETHING, Json
from .plain import as_json
from .wiring import wired


def status(*, json: Json = False) -> None:
    """Tell the last and the next of everything, and what waits for a person; no service is asked.

    Example: syncbot status
    """
    with wired() as parts:
        found = standing.status(parts)
        if json:
            print(as_json(found))  # noqa: T201
        else:
            Console().print("\n".join(_lines(parts, found)), soft_wrap=True, highlight=False)


def health(*, json: Json = False) -> None:
    """Tell whether the service is alive and the last sync began in time; ends with 1 when it is not.

    Example: syncbot health
    """
    with wired() as parts:
        found = serving.health(parts)
    print(as_json(found) if json else found.words)  # noqa: T201
    raise typer.Exit(NOTHING if found.well else SOMETHING)


def _lines(parts: Parts, found: standing.Status) -> Iterator[str]:
    yield f"Service: {found.health.words}."
    if found.sync is None:
        yield "Last sync: none yet. Next: as soon as the service runs, or now with: syncbot sync"
    else:
        yield f"Last sync: {moment_shown(found.sync.started, parts.zone)}, {found.sync.status.value} ({found.sync.id})."
    for one in found.publications:
        zone = parts.groups[one.group].group.calendar.zone
        title = parts.groups[one.group].title
        due = "never" if one.next is None else f"{one.next.astimezone(zone):%a %d %b %H:%M %Z}"
        yield f"{title}, {one.what}: last {one.last or 'none yet'}; next {due}."
    yield from _waiting(found)
    for failure in found.failures:
        yield f"Not well: {failure}"
    for sentence in found.shut:
        yield f"Not sent: {sentence}"


_SEVERAL = {
    "edit of a copy": "edits of copies",
    "match": "matches",
    "record that lost a row": "records that lost a row",
}


def _waiting(found: standing.Status) -> Iterator[str]:
    for count, what, command in (
        (found.conflicts, "question", "syncbot conflicts"),
        (found.strays, "edit of a copy", "syncbot strays"),
        (found.matches, "match", "syncbot matches"),
        (found.gone, "record that lost a row", "syncbot gone"),
    ):
        if count:
            several = _SEVERAL.get(what)
            yield f"Waiting for a person: {words.things(count, what, several)}. See: {command}"
