"""What must hold once nothing lies any more and a run has ended: places agree, and nothing is left to do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from syncbot.mapping.binding import Bound, restore
from syncbot.model.values import UNKNOWN, Cell
from syncbot.reconcile.plan import Duplicate, Proposal
from syncbot.reconcile.state import KnownRecord
from syncbot.service.links import StoredLinks
from syncbot.service.report import Report
from syncbot.store.base import Verdict
from tests.fakes.soak_world import KINDS, SoakWorld


@dataclass(kw_only=True)
class Rest:
    """A world after a run without lies."""

    world: SoakWorld
    report: Report

    @property
    def clean(self) -> bool:
        """Nothing failed, nothing waits but conflicts, every column is as it should be."""
        return not any(
            kind.failures
            or kind.plan.refused
            or kind.faults
            or any(isinstance(one, Duplicate | Proposal) for one in kind.plan.findings)
            for kind in self.report.kinds
        )

    def places_agree(self) -> None:
        """Law 2: all places say the same, but for what waits, cannot be read or may not be written."""
        links = self.world.links()
        for kind in KINDS:
            bounds = {name: self._bound(kind, name) for name in self.world.places[kind]}
            for key, record in self.world.store.records(kind).items():
                if not self._in_doubt(kind, record):
                    self._agree(kind, key, record, bounds, links)

    def _bound(self, kind: str, name: str) -> Bound:
        text = self.world.store.binding(kind, name)
        bound = restore(self.world.spec(kind), name, text) if text else None
        assert bound is not None, f"{kind} at {name} was never bound"
        return bound

    def _in_doubt(self, kind: str, record: KnownRecord) -> bool:
        """A row of it is doubled, or may be another's."""
        names = {row.values.get("name") for row in record.rows.values()}
        refs = {(name, row.ref) for name, row in record.rows.items()}
        for report in self.report.kinds:
            for one in report.plan.findings:
                if isinstance(one, Duplicate) and report.kind == kind:
                    if one.title in names or any((one.endpoint, ref) in refs for ref in one.refs):
                        return True
                    if self._keys(kind, one) & {record.key}:
                        return True
                if isinstance(one, Proposal) and report.kind == kind and one.title in names:
                    return True
                if isinstance(one, Proposal) and record.key in {key for key, _, _ in one.candidates}:
                    return True
        return False

    def _keys(self, kind: str, one: Duplicate) -> set[str | None]:
        rows = self.world.places[kind][one.endpoint].inner.rows
        return {rows[ref].key for ref in one.refs if ref in rows}

    def _agree(
        self, kind: str, key: str, record: KnownRecord, bounds: Mapping[str, Bound], links: StoredLinks
    ) -> None:
        for name, policy in self.world.spec(kind).policy.fields.items():
            cells = self._cells(kind, record, name, links)
            homeless = policy.home is not None and policy.home not in cells
            if name in record.conflicts or homeless or any(name in bounds[one].faults for one in cells):
                continue
            heard = {one: cell for one, cell in cells.items() if cell is not UNKNOWN}
            if policy.home is not None and policy.home not in heard:
                continue
            kept = {one: cell for one, cell in heard.items() if policy.places[one] or one == policy.home}
            if len(set(kept.values())) > 1 and not self._refused(kept, name, record, bounds, links):
                raise AssertionError(f"Law 2: {key} {name}: {kept}, agreed {record.agreed.get(name)}")

    def _cells(self, kind: str, record: KnownRecord, field: str, links: StoredLinks) -> dict[str, Cell]:
        found: dict[str, Cell] = {}
        for name, row in record.rows.items():
            if field in self.world.spec(kind).endpoints[name].columns and self.world.broken(
                kind, name, field
            ):
                found[name] = UNKNOWN
                continue
            there = self.world.places[kind][name].inner._rows[row.ref]
            if field in self.world.spec(kind).endpoints[name].columns and there.reason is None:
                found[name] = self.world.meant(kind, name, field, there.cells.get(field), links)
        return found

    def _refused(
        self,
        cells: Mapping[str, Cell],
        field: str,
        record: KnownRecord,
        bounds: Mapping[str, Bound],
        links: StoredLinks,
    ) -> bool:
        """Whether what one place says cannot be written at another."""
        values = [
            row.values[field] for row in record.rows.values() if row.values.get(field, UNKNOWN) is not UNKNOWN
        ]
        values += [record.agreed[field].value] if field in record.agreed else []
        return any(
            bounds[name].write({field: value}, links).refused  # type: ignore[dict-item]
            for name in cells
            for value in values
        )

    def rows_without_a_record_are_asked_about(self) -> None:
        """Law 5: each living row is a record's, or a person is asked or has said that it is nobody's."""
        for kind in KINDS:
            if any(one.plan.refused for one in self.report.kinds if one.kind == kind):
                continue
            asked = {(one.endpoint, one.row.ref) for one in self.world.store.waiting(kind) if one.asked}
            for name, place in self.world.places[kind].items():
                linked = set(self.world.store.refs(kind, name).values())
                for ref in set(place.inner.rows) - linked:
                    known = (name, ref) in asked or self._aside(kind, name, ref)
                    assert known, f"Law 5: nobody is asked about {name} {place.inner.rows[ref]}"

    def every_row_has_its_record(self) -> None:
        """Laws 3 and 6: each living row is linked, and each record has a row wherever one may be made."""
        for kind in KINDS:
            records = self.world.store.records(kind)
            for name, place in self.world.places[kind].items():
                linked = set(self.world.store.refs(kind, name).values())
                loose = {ref for ref in set(place.inner.rows) - linked if not self._aside(kind, name, ref)}
                assert not loose, (
                    f"rows without a record at {name}: {[place.inner.rows[one] for one in loose]}"
                )
            for key, record in records.items():
                for name in self._wanting(kind, record):
                    raise AssertionError(f"{key} has no row at {name}: {record}")

    def _aside(self, kind: str, place: str, ref: str) -> bool:
        """Whether a person said that the row is nobody's, as it is now."""
        version = str(self.world.places[kind][place].inner._rows[ref].change)
        said = [one for one in self.world.store.rulings(kind) if one.verdict is Verdict.ASIDE]
        return any((one.endpoint, one.ref, one.version) == (place, ref, version) for one in said)

    def _wanting(self, kind: str, record: KnownRecord) -> Iterator[str]:
        living = {
            name
            for name, row in record.rows.items()
            if self.world.places[kind][name].inner._rows[row.ref].reason is None
        }
        nameless = "name" in record.conflicts or "name" not in record.agreed
        for name, policy in self.world.spec(kind).policy.endpoints.items():
            if (
                living
                and policy.creates
                and name not in living
                and name not in record.unlinked
                and not nameless
            ):
                yield name
