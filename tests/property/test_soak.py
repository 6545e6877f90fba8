"""Everybody does their worst, for as long as you like: the Laws of docs/decisions.md hold after every run."""

import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, run_state_machine_as_test

from syncbot.store.base import Store
from syncbot.store.database import Database
from syncbot.store.memory import MemoryStore
from syncbot.store.open import open_store
from syncbot.store.tables import metadata
from tests.fakes.soak_answers import Answers
from tests.fakes.soak_decisions import Decisions
from tests.fakes.soak_edits import NUMBER, SMALL, WHERE, Edits, Services
from tests.fakes.soak_laws import Laws
from tests.fakes.soak_people import People
from tests.fakes.soak_runs import RULES
from tests.fakes.soak_world import new_world


class Soak(Edits, Services, Answers, Decisions):
    """Everything that may happen to a world of two or three places."""

    @initialize(
        variant=st.sampled_from(["two", "three", "propagate"]),
        cities=st.lists(st.tuples(WHERE, NUMBER, st.sets(SMALL, max_size=8)), max_size=3),
        synced=st.booleans(),
    )
    def begin(self, variant: str, cities: list[tuple[int, int, set[int]]], synced: bool) -> None:
        """Nobody has written anything yet, or a few cities are in step."""
        RULES["examples"] += 1
        self.world = new_world(variant, self.new_store())
        self.people = People(world=self.world)
        self.laws = Laws(world=self.world, people=self.people)
        self.kill_at: int | None = None
        self.broken = False
        for where, pick, columns in cities:
            self.add_person(where, pick)
            self.add_city(where, pick, columns)
        if synced:
            self._run(full=False, turned=False)

    def new_store(self) -> Store:
        """An empty store."""
        return MemoryStore()

    def teardown(self) -> None:
        """Every script ends at rest."""
        if not hasattr(self, "world"):
            return
        try:
            if not self.broken:
                self.come_to_rest()
        finally:
            self.world.store.close()


class SoakOnSqlite(Soak):
    """The same over a real database, in a file."""

    def new_store(self) -> Store:
        """A copy of an empty one: making the tables takes longer than a script."""
        self.folder = tempfile.TemporaryDirectory()
        file = Path(self.folder.name) / "soak.sqlite"
        file.write_bytes(_model())
        return open_store(f"sqlite:///{file}")

    def teardown(self) -> None:
        """Leave no file behind."""
        super().teardown()
        if hasattr(self, "folder"):
            self.folder.cleanup()


@cache
def _model() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        open_store(f"sqlite:///{folder}/model.sqlite").close()
        return (Path(folder) / "model.sqlite").read_bytes()


class SoakOnPostgresql(Soak):
    """The same over a server."""

    url = ""

    def new_store(self) -> Store:
        """The one database, emptied."""
        store = open_store(self.url)
        with closing(Database(self.url)) as database, database.write() as connection:
            for table in reversed(metadata.sorted_tables):
                connection.execute(table.delete())
        return store


STORES = {"memory": Soak, "sqlite": SoakOnSqlite, "postgresql": SoakOnPostgresql}


def machine(store: str) -> type[Soak]:
    """Return a machine of its own, which may be given a seed."""
    return type(f"Soak_{store}", (STORES[store],), {})


QUICK = settings(
    max_examples=120,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
    suppress_health_check=list(HealthCheck),
)


def test_the_laws_hold_whatever_happens() -> None:
    """A hundred scripts of edits, lies, lost answers and kills: every Law holds after every run."""
    run_state_machine_as_test(Soak, settings=QUICK)


def test_the_laws_hold_over_a_database() -> None:
    """The same over SQLite: what is remembered survives being written down."""
    run_state_machine_as_test(SoakOnSqlite, settings=settings(QUICK, max_examples=15))
