"""Which row is which record, across kinds: what translating references needs, answered from the store."""

from collections import Counter
from collections.abc import Mapping
from datetime import date

from syncbot.mapping.spec import KindSpec, Mappings
from syncbot.model.fields import FieldType
from syncbot.model.values import Cell
from syncbot.reconcile.policy import IdentityPolicy
from syncbot.reconcile.rulings import Rulings
from syncbot.reconcile.state import Case, KnownRecord, SeenRow
from syncbot.store.base import Store, Verdict

_DAYS = (FieldType.DAY, FieldType.MOMENT)


class StoredLinks:
    """The links of a store, and those that a plan would make (a dry run must see them too)."""

    def __init__(self, store: Store, mappings: Mappings) -> None:
        """Look things up in `store`, each table once."""
        self._store = store
        self._mappings = mappings
        self._refs: dict[tuple[str, str], dict[str, str]] = {}
        self._records: dict[tuple[str, str], dict[str, str]] = {}
        self._texts: dict[tuple[str, str], dict[str, str]] = {}
        self._names: dict[str, dict[str, set[str]]] = {}
        self._rulings: dict[str, Rulings] = {}
        self._learned: dict[tuple[str, str], dict[str, str]] = {}
        """What plans named, for when the texts are asked for: that reads all records, so it is not done before."""

    def record_of(self, kind: str, endpoint: str, ref: str) -> str | None:
        """The record whose row this is."""
        return self._records_at(kind, endpoint).get(ref)

    def pointed_at(self, kind: str, endpoint: str, ref: str) -> str | None:
        """The record that is meant by pointing at this row: its own, or what a person said of a row that has none.

        That is the record for which it was left alone, or to which it is on its way.
        """
        found = self.record_of(kind, endpoint, ref)
        if found is not None:
            return found
        meant = self._said(kind).aside.get((endpoint, ref))
        return self._said(kind).lasting(meant) if meant else None

    def ref_of(self, kind: str, endpoint: str, record: str) -> str | None:
        """Where the row of a record is, or of the one into which it was merged."""
        self._records_at(kind, endpoint)
        refs = self._refs[kind, endpoint]
        return refs.get(record) or refs.get(self._said(kind).lasting(record))

    def refs_at(self, kind: str, endpoint: str) -> Mapping[str, str]:
        """All rows of an endpoint that are records', by record."""
        self._records_at(kind, endpoint)
        return self._refs[kind, endpoint]

    def living(self, kind: str) -> int:
        """How many records have a row at any place; those that are nowhere any more have nothing to lose."""
        places = self._mappings.kinds[kind].endpoints
        return len(set[str]().union(*(self.refs_at(kind, name) for name in places)))

    def record_by_email(self, kind: str, email: str) -> str | None:
        """The record with this e-mail address; None also when several have it."""
        wanted = email.casefold()
        found = [key for key, text in self._texts_of(kind, "email").items() if text.casefold() == wanted]
        return found[0] if len(found) == 1 else None

    def email_of(self, kind: str, record: str) -> str | None:
        """A record's e-mail address."""
        return self._texts_of(kind, "email").get(record)

    def record_by_name(self, kind: str, name: str) -> str | None:
        """The record that goes by this name in any place or as declared, in any case; None also when several do."""
        found: set[str] | frozenset[str] = self._called(kind).get(name.strip().casefold(), frozenset())
        return next(iter(found)) if len(found) == 1 else None

    def name_of(self, kind: str, record: str) -> str | None:
        """What a record is called."""
        return self._texts_of(kind, "title").get(record)

    def title_of(self, kind: str, record: str) -> str:
        """What people call a record; its key when that is not known."""
        return self._texts_of(kind, "title").get(record, record)

    def titles(self, kind: str) -> Mapping[str, str]:
        """What people call the records of a kind, by key."""
        return self._texts_of(kind, "title")

    def titles_apart(self, kind: str) -> Mapping[str, str]:
        """The same, with the day by which they are told apart where several are called alike."""
        titles = self.titles(kind)
        alike = {title for title, count in Counter(titles.values()).items() if count > 1}
        days = self._texts_of(kind, "day") if alike else {}
        return {
            key: f"{title} ({days[key]})" if title in alike and key in days else title
            for key, title in titles.items()
        }

    def learn_row(self, kind: str, endpoint: str, record: str, ref: str) -> None:
        """Take note of a link that was just made."""
        self._records_at(kind, endpoint)[ref] = record
        self._refs[kind, endpoint][record] = ref

    def forget_row(self, kind: str, endpoint: str, ref: str) -> None:
        """Take note that a row is no record's any more."""
        record = self._records_at(kind, endpoint).pop(ref, None)
        if record is not None and self._refs[kind, endpoint].get(record) == ref:
            del self._refs[kind, endpoint][record]

    def learn(self, kind: str, cases: tuple[Case, ...]) -> None:
        """Take note of what a plan links and names, before anything is in the store."""
        for case in cases:
            rows = {name: row for name, row in case.seen.items() if isinstance(row, SeenRow)}
            for endpoint, row in rows.items():
                self.learn_row(kind, endpoint, case.record, row.ref)
            for what in ("email", "title", "day"):
                self._learn_text(kind, what, case.record, rows)

    def _learn_text(self, kind: str, what: str, record: str, rows: Mapping[str, SeenRow]) -> None:
        field = _field_for(self._mappings.kinds[kind], what)
        if field is None:
            return
        values = [row.values.get(field) for _, row in sorted(rows.items())]
        said = [text for value in values if (text := _text(value))]
        if said:
            self._learned.setdefault((kind, what), {}).setdefault(record, said[0])
            if what == "title" and kind in self._names:
                for one in said:
                    self._name(self._names[kind], record, one)
            if (kind, what) in self._texts:
                self._texts[kind, what].setdefault(record, said[0])

    def _records_at(self, kind: str, endpoint: str) -> dict[str, str]:
        if (kind, endpoint) not in self._records:
            refs = dict(self._store.refs(kind, endpoint))
            self._refs[kind, endpoint] = refs
            self._records[kind, endpoint] = {ref: record for record, ref in refs.items()}
        return self._records[kind, endpoint]

    def _said(self, kind: str) -> Rulings:
        """What people decided: for which record a row was left alone, or that it is on its way to one."""
        if kind not in self._rulings:
            said = self._store.rulings(kind)
            self._rulings[kind] = Rulings(
                aside={
                    (str(one.endpoint), str(one.ref)): one.record
                    for one in said
                    if one.verdict in {Verdict.ASIDE, Verdict.SAME}
                },
                merged={one.absorbed: one.record for one in said if one.absorbed is not None},
            )
        return self._rulings[kind]

    def _called(self, kind: str) -> Mapping[str, set[str]]:
        """By name, in small letters: the records that go by it."""
        if kind not in self._names:
            names = self._names[kind] = {}
            field = _field_for(self._mappings.kinds[kind], "title") if kind in self._mappings.kinds else None
            for key, record in self._store.records(kind).items() if field else ():
                for row in record.rows.values():
                    self._name(names, key, row.values.get(str(field)))
            for key, title in self._texts_of(kind, "title").items():
                self._name(names, key, title)
            if field:
                _spell(names, self._mappings.kinds[kind].policy.identity)
        return self._names[kind]

    @staticmethod
    def _name(names: dict[str, set[str]], key: str, said: Cell) -> None:
        if isinstance(said, str):
            names.setdefault(said.strip().casefold(), set()).add(key)

    def _texts_of(self, kind: str, what: str) -> dict[str, str]:
        if (kind, what) not in self._texts:
            field = _field_for(self._mappings.kinds[kind], what) if kind in self._mappings.kinds else None
            known = self._store.records(kind) if field else {}
            self._texts[kind, what] = self._learned.get((kind, what), {}) | {
                key: text for key, record in known.items() if field and (text := text_of(record, field))
            }
        return self._texts[kind, what]


def _spell(names: dict[str, set[str]], identity: IdentityPolicy) -> None:
    """Add the declared spellings of names, where one of them is the name of one record only."""
    for (*_, name), spellings in identity.variants.items():
        forms = [one.strip().casefold() for one in (name, *spellings)]
        known = {key for form in forms for key in names.get(form, ())}
        if len(known) == 1:
            for form in forms:
                names.setdefault(form, set()).update(known)


def text_of(record: KnownRecord, field: str) -> str | None:
    """The text of a field: as agreed, else as any place says it."""
    if field in record.agreed:
        value = record.agreed[field].value
        return _text(value)
    texts = [_text(row.values.get(field)) for _, row in sorted(record.rows.items())]
    return next((text for text in texts if text is not None), None)


def _text(value: Cell) -> str | None:
    if isinstance(value, date):
        return value.isoformat()[:10]
    return value if isinstance(value, str) else None


def _field_for(spec: KindSpec, what: str) -> str | None:
    if what == "title":
        return spec.policy.title_field
    if what == "day":
        identity = spec.policy.identity
        known = dict.fromkeys([*identity.within, *(name for key in identity.keys for name in key)])
        return next((name for name in known if spec.policy.fields[name].type in _DAYS), None)
    emails = [name for name, field in spec.policy.fields.items() if field.type is FieldType.EMAIL]
    return emails[0] if emails else None
