"""Rows that are dropped while a whole reading is read change nothing of what is decided."""

from dataclasses import dataclass, fields

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncbot.reconcile.quiet import nothing_new
from syncbot.reconcile.state import SeenRow
from tests.fakes.sync_world import World
from tests.property.test_reconcile_laws import _disturb, worlds


@dataclass
class Sieved(World):
    """The same world, whose readings leave out the rows on which nothing is new."""

    def _seen(self, endpoint: str, *, full: bool) -> list[SeenRow]:
        known = {row.ref: one for one in self.known.values() if (row := one.rows.get(endpoint))}
        told = super()._seen(endpoint, full=full)
        return [row for row in told if not nothing_new(self.policy, known.get(row.ref), endpoint, row)]


def sieved(world: World) -> Sieved:
    """The same world as it stands."""
    return Sieved(**{one.name: getattr(world, one.name) for one in fields(World)})


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_plan_is_the_same_without_quiet_rows(data: st.DataObject) -> None:
    """Whatever people did and wherever runs failed, a whole reading decides the same with all rows and with the rest."""
    world = data.draw(worlds())
    for _ in range(data.draw(st.integers(0, 4))):
        for _ in range(data.draw(st.integers(0, 2))):
            _disturb(data.draw, world)
        world.run(full=data.draw(st.booleans()))
    for _ in range(data.draw(st.integers(0, 2))):
        _disturb(data.draw, world)
    world.numbers = iter([])  # looking makes nothing
    assert sieved(world).look(full=True) == world.look(full=True)
