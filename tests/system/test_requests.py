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

    SharePoint is read twice more than it should be (three times a place): for the site's list of people. `make bench`
    says so; here only that it does not become worse.
    """
    with running("demo", when=DAY) as world, wired(world, tmp_path) as parts:
        people = Onlooker(world.environment)
        sync(parts)
        people.forget()
        sync(parts)
        within_bounds("idle", count(world.environment), changed=0)
        changed = edit(people, world.environment, 112)
        people.forget()
        report = sync(parts, ["city"])
        run = count(world.environment)
        broken = {one.what.strip(): one.value for one in told("changed", run, changed) if not one.kept}
        assert broken in ({}, {"reads of SharePoint": 5})
        assert sum(sum(one.updated.values()) for one in report.kinds) == changed == 2
        assert (run.notion_writes, run.graph_batches) == (1, 1)
