"""What the store knows of everything that publications speak of, read once for all that is composed at one look."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from syncbot.model.record import Record
from syncbot.publish.material import KINDS
from syncbot.reconcile.state import KnownRecord
from syncbot.store.base import HistoryLine

from .links import StoredLinks
from .parts import Parts
from .recorded import recorded


@dataclass(frozen=True, kw_only=True)
class Known:
    """Records and their history, by kind."""

    records: Mapping[str, Mapping[str, Record]]
    history: Mapping[str, Sequence[HistoryLine]]
    titles: Mapping[str, str]
    """By key of a record of any kind: what people call it."""
    urls: Mapping[str, str]
    """By key: where a person can open it."""


Look: TypeAlias = Callable[[], Known]
"""Returns what is known; read when it is first asked for."""


def look(parts: Parts) -> Known:
    """Read it; no service is asked."""
    found = {kind: parts.store.records(kind) for kind in KINDS if kind in parts.mappings.kinds}
    records = {kind: _records(parts, kind, ones) for kind, ones in found.items()}
    return Known(
        records=records,
        history={kind: parts.store.history(kind) for kind in found},
        titles=_titles(parts, records),
        urls={key: url for ones in found.values() for key, one in ones.items() if (url := _url(one))},
    )


def _records(parts: Parts, kind: str, found: Mapping[str, KnownRecord]) -> dict[str, Record]:
    spec = parts.mappings.kinds[kind]
    return {key: recorded(spec, one) for key, one in found.items() if one.rows}


def _titles(parts: Parts, records: Mapping[str, Mapping[str, Record]]) -> dict[str, str]:
    links = StoredLinks(parts.store, parts.mappings)
    others = [kind for kind in parts.mappings.kinds if kind not in records]
    titles = {key: title for kind in others for key, title in links.titles(kind).items()}
    for kind, ones in records.items():
        field = parts.mappings.kinds[kind].policy.title_field
        titles |= {key: str(getattr(one, field)) for key, one in ones.items()}
    return titles


def _url(known: KnownRecord) -> str | None:
    return next((row.url for _, row in sorted(known.rows.items()) if row.url), None)
