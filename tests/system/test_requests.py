"""How little is asked of the services when little changed, as the sandbox counted it."""

from pathlib import Path

from syncbot.cli.onlooker import Onlooker
from syncbot.service.syncing import sync
from tests.bench.idle import Run, count, edit, told
from tests.fakes.running_sandbox import running
from tests.system.test_first_light import DAY, wired


def within_bounds(what: str, run: Run, changed: int) -> None:
    """Every figure of the run keeps its bound."""
    assert not [one for one in told(what, run, changed) if not one.kept], run


def test_little_is_asked_when_little_changed(tmp_path: Path) -> None:
    """112 cities: one request a place and kind when idle; with a note changed at each place, a write each and few reads.

    Also where each sync is a process of its own: who is behind an edit was kept by the one before.
    """
    with running("demo", when=DAY) as world:
        people = Onlooker(world.environment)
        with wired(world, tmp_path) as parts:
            sync(parts)
            people.forget()
            sync(parts)
        within_bounds("idle", count(world.environment), changed=0)
        changed = edit(people, world.environment, 112)
        people.forget()
        with wired(world, tmp_path) as parts:
            report = sync(parts, ["city"])
        run = count(world.environment)
        within_bounds("changed", run, changed)
        assert sum(sum(one.updated.values()) for one in report.kinds) == changed == 2
        assert (run.notion_writes, run.graph_batches) == (1, 1)
