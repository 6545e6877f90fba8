"""Names as somebody wrote them in a note -> records of ours, where that is sure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

from syncbot.mapping.spec import KindSpec
from syncbot.model.fields import FieldType
from syncbot.notes.people import KnownPerson
from syncbot.reconcile.names import folded
from syncbot.reconcile.state import KnownRecord
from syncbot.store.base import Verdict

from .links import text_of
from .note_sources import Noting
from .parts import Parts

OWNERS, CITY, MEETING = "owners", "city", "meeting"
"""Fields of what notes tell whose values are records of other kinds."""


def telling_kinds(parts: Parts) -> Mapping[str, list[tuple[KindSpec, str]]]:
    """By what is told of notes: the kinds whose rows it is, each with the name of that endpoint."""
    found: dict[str, list[tuple[KindSpec, str]]] = {}
    for spec in parts.mappings.kinds.values():
        for name, place in spec.endpoints.items():
            if place.service == "notes":
                found.setdefault(place.container, []).append((spec, name))
    return found


def target_of(parts: Parts, field: str) -> str | None:
    """The mapped kind that a field of what notes tell points at."""
    specs = [spec for found in telling_kinds(parts).values() for spec, _ in found]
    targets = [info.target for spec in specs if (info := spec.fields.get(field))]
    return next((one for one in targets if one in parts.mappings.kinds), None)


class Names:
    """Who and what is meant, as far as the store knows people and cities; looked up once, when first asked."""

    def __init__(self, parts: Parts, noting: Noting) -> None:
        self._parts = parts
        self._noting = noting
        self._owners, self._places = target_of(parts, OWNERS), target_of(parts, CITY)

    def city_names(self) -> list[str]:
        """All names of cities, as they may be written."""
        return sorted({name for names in self._spellings.values() for name in names})

    def people_names(self) -> list[str]:
        """All names of people."""
        return sorted({one.name for one in self._everybody})

    def people(self, written: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
        """Return the records that are meant; what was known before stays, as long as its record is there."""
        return self._meant(
            written, known, self._owners, lambda one: self._noting.person(one, self._everybody)
        )

    def cities(self, written: Sequence[str], known: Mapping[str, str]) -> dict[str, str]:
        """The same of cities."""
        return self._meant(written, known, self._places, self._city)

    def _meant(
        self,
        written: Sequence[str],
        known: Mapping[str, str],
        kind: str | None,
        match: Callable[[str], str | None],
    ) -> dict[str, str]:
        if kind is None:
            return {}
        found = {one: self._now(kind, known[one]) or match(one) for one in written if one in known}
        found |= {one: match(one) for one in written if one not in known}
        return {one: key for one, key in found.items() if key}

    def _now(self, kind: str, key: str) -> str | None:
        """The key under which a record is known now: it may have been made one with another."""
        while key not in self._records[kind]:
            if key not in self._merged[kind]:
                return None
            key = self._merged[kind][key]
        return key

    def _city(self, written: str) -> str | None:
        forms = folded(written)
        found = {key for form in forms for key in self._by_form.get(form, ())}
        return found.pop() if len(found) == 1 else None

    @cached_property
    def _records(self) -> Mapping[str, Mapping[str, KnownRecord]]:
        kinds = {one for one in (self._owners, self._places) if one}
        return {kind: self._parts.store.records(kind) for kind in kinds}

    @cached_property
    def _merged(self) -> Mapping[str, Mapping[str, str]]:
        return {
            kind: {
                one.absorbed: one.record
                for one in self._parts.store.rulings(kind)
                if one.verdict is Verdict.MERGED and one.absorbed
            }
            for kind in self._records
        }

    @cached_property
    def _everybody(self) -> Sequence[KnownPerson]:
        if self._owners is None:
            return ()
        spec = self._parts.mappings.kinds[self._owners]
        mail = next((name for name, one in spec.policy.fields.items() if one.type is FieldType.EMAIL), "")
        return [
            KnownPerson(key=key, name=name, email=text_of(record, mail))
            for key, record in self._records[self._owners].items()
            if (name := text_of(record, spec.policy.title_field))
        ]

    @cached_property
    def _spellings(self) -> Mapping[str, frozenset[str]]:
        """By city: its name, other names in columns of it, and those that are declared."""
        if self._places is None:
            return {}
        spec = self._parts.mappings.kinds[self._places]
        records = self._records[self._places]
        return {key: frozenset(_names(spec, record)) for key, record in records.items()}

    @cached_property
    def _by_form(self) -> Mapping[str, set[str]]:
        found: dict[str, set[str]] = {}
        for key, names in self._spellings.items():
            for form in {form for name in names for form in folded(name)}:
                found.setdefault(form, set()).add(key)
        return found


def _names(spec: KindSpec, record: KnownRecord) -> Iterator[str]:
    """Yield how a city may be written: as the identity ladder knows it, without asking a gazetteer."""
    identity = spec.policy.identity
    name = text_of(record, identity.name or spec.policy.title_field)
    if name is None:
        return
    yield name
    within = tuple(text_of(record, field) or "" for field in identity.within)
    for (*block, called), spellings in identity.variants.items():
        names = {called, *spellings}
        if tuple(block) == within and any(folded(one) & folded(name) for one in names):
            yield from names
