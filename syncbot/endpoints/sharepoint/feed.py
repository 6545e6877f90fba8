"""What the pages of a change feed come to; no I/O.

Documented: the order means nothing, an item may come more than once and the last is right, the last page has a
`deltaLink`. Seen live in 2024: instead of a deletion an object that holds only an error.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .wire import Json, inside


@dataclass(frozen=True, kw_only=True)
class Feed:
    """All pages of one reading."""

    items: Mapping[str, Json]
    """By id, as they were told last."""
    gone: Sequence[str]
    """Ids that were told to be deleted."""
    cursor: str | None
    """The path for the next reading; None when the last page was not proven to be the last."""
    broken: int
    """Entries that say nothing of which item they are."""
    full: bool
    notes: Sequence[str] = ()


def feed_of(pages: Iterable[Json], *, path_of: Callable[[object], str], full: bool) -> Feed:
    """Put pages together; `path_of` makes a path of a link, so that no host is stored."""
    latest: dict[str, Json] = {}
    link: str | None = None
    broken: list[str] = []
    for page in pages:
        for entry in page["value"]:
            if _is_folder(entry):
                continue
            if _is_item(entry):
                latest.pop(entry["id"], None)
                latest[entry["id"]] = entry
            else:
                broken.append(_said(entry))
        found = page.get("@odata.deltaLink")
        link = None if found is None else path_of(found)
    return Feed(
        items={ref: entry for ref, entry in latest.items() if "deleted" not in entry},
        gone=[ref for ref, entry in latest.items() if "deleted" in entry],
        cursor=link,
        broken=len(broken),
        full=full,
        notes=sorted(set(broken)),
    )


def _is_folder(entry: Any) -> bool:
    """Folders of a list come in its feed as well; their content type begins with that of all folders."""
    return str(inside(entry, "contentType", "id")).startswith("0x0120") and inside(entry, "deleted") is None


def _is_item(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("id"), str) and "error" not in entry


def _said(entry: Any) -> str:
    error = entry.get("error") if isinstance(entry, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return f"the change feed holds an entry without an item ({code or 'no reason given'})"
