"""Two processes on one database: one rate between them, one at a time at a service, and each told about the other."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest

from syncbot.settings import example_mappings
from syncbot.store.base import RunStatus
from syncbot.store.open import open_store
from tests import packages
from tests.fakes import postgres
from tests.fakes.running_sandbox import Running, running
from tests.system.killing import DAY, Controls

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
FACTOR = 20.0
"""How much faster the sandbox's time runs: its minute lasts 3 s."""
WINDOW = 60 / FACTOR
UNITS = 20
"""Of 180 that the sandbox allows in a window, so that the test takes seconds."""
TIMES = 30


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database that both processes open."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'shared.sqlite'}"
        return
    if not postgres.available():
        pytest.skip(packages.reason("postgresql"))
    with postgres.cluster() as server:
        yield f"{server}postgres"


@contextmanager
def queue(url: str, world: Running, times: int) -> Iterator[subprocess.Popen[str]]:
    """A process with a queue of its own, ready to start."""
    lines = world.environment
    words = (url, lines["SYNCBOT_NOTION_BASE_URL"], lines["NOTION_TOKEN"], UNITS, WINDOW, times)
    command = [sys.executable, "-m", "tests.system.queue_worker", *map(str, words)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline().endswith("ready\n")
            yield process
        finally:
            process.kill()


def go(process: "subprocess.Popen[str]") -> None:
    """Let it start."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def heard(process: "subprocess.Popen[str]") -> list[tuple[float, str]]:
    """What it said until its end."""
    assert process.stdout is not None
    lines = [line.strip().split(" ", 1) for line in process.stdout]
    return [(float(moment), what) for moment, what in lines]


@contextmanager
def controlled(world: Running) -> Iterator[Controls]:
    """The sandbox's controls."""
    with closing(Controls(world)) as controls:
        yield controls


def throttle(world: Running, seconds: int, *, after: int = 0) -> None:
    """Let Notion ask once to wait so long, after so many requests."""
    order = {"faults": [{"kind": "429", "retry_after": seconds, "times": 1, "after": after}]}
    address = f"{world.sandbox.url('notion')}/_sandbox/faults"
    httpx.post(address, json=order, trust_env=False).raise_for_status()


def test_two_processes_stay_within_one_rate(url: str) -> None:
    """Both send as fast as they may: the service refuses neither, and neither waits until the other has ended."""
    with (
        running("demo", rate=UNITS / 180, time_factor=FACTOR, when=DAY) as world,
        controlled(world) as controls,
        queue(url, world, TIMES) as one,
        queue(url, world, TIMES) as other,
    ):
        began = time.monotonic()
        go(one)
        go(other)
        said = [heard(one), heard(other)]
        seconds = time.monotonic() - began
        statuses = [entry["status"] for entry in controls.requests("notion")]
    assert statuses == [200] * 2 * TIMES
    assert [sum(what == "answered" for _, what in lines) for lines in said] == [TIMES] * 2
    assert all(any("keeping to the allowed rate" in what for _, what in lines) for lines in said)
    answered = [[moment for moment, what in lines if what == "answered"] for lines in said]
    assert answered[0][0] < answered[1][-1] and answered[1][0] < answered[0][-1]
    # 60 requests at 18 in 3 s: three whole windows have to pass, a fourth for what is counted a little late.
    assert 3 * WINDOW <= seconds <= 6 * WINDOW


def test_what_one_was_asked_the_other_keeps_to(url: str) -> None:
    """Told to wait, a process is killed: the one that runs beside it waits the rest, and so does one started anew."""
    asked = 5
    with running("demo", when=DAY) as world, controlled(world) as controls:
        with queue(url, world, 1) as told, queue(url, world, 1) as beside:
            throttle(world, asked)
            go(told)
            assert told.stdout is not None
            assert "the service asked to wait" in told.stdout.readline()
            refused = time.time()  # noqa: TID251
            told.kill()
            go(beside)
            with queue(url, world, 1) as anew:
                go(anew)
                said = heard(beside) + heard(anew)
        assert [entry["status"] for entry in controls.requests("notion")] == [429, 200, 200]
    assert sum("the service asked to wait" in what for _, what in said) == 2
    assert all(moment - refused > asked - 0.5 for moment, what in said if what == "answered")


@contextmanager
def verb(
    url: str, world: Running, *words: str, patience: float = 10.0, **more: str
) -> Iterator["subprocess.Popen[str]"]:
    """A real command."""
    environment: Mapping[str, str] = {
        **world.environment,
        "SYNCBOT_DATABASE_URL": url,
        "SYNCBOT_MAPPINGS": str(example_mappings()),
        "SYNCBOT_WAIT_SECONDS": str(patience),
        "PYTHONPATH": str(ROOT),
        **more,
    }
    with subprocess.Popen(
        [sys.executable, "-m", "syncbot", *words],
        env=environment,
        cwd=world.sandbox.ca_path.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def until(condition: Callable[[], bool]) -> None:
    """Wait until it is so."""
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it never came to that")


def test_a_second_command_is_told_who_works_there(url: str) -> None:
    """It waits as long as it may and says for whom; then it ends with what to do, or goes on when the other has ended."""
    with running("demo", when=DAY) as world, controlled(world) as controls:
        controls.hold("notion", 2, "hold")
        with verb(url, world, "plan") as first:
            until(lambda: controls.held("notion"))
            with verb(url, world, "sync", patience=1.0) as second:
                _, complaint = second.communicate(timeout=60)
            assert second.returncode == 3
            said = " ".join(complaint.split())
            assert f":{first.pid}" in said, said
            assert "works there since" in said, said
            assert "Wait until the other" in said, said
            with verb(url, world, "plan", patience=60.0) as third:
                assert third.stderr is not None
                until(lambda: "works there since" in str(third.stderr and third.stderr.readline()))
                controls.let_go()
                assert third.wait(60) == first.wait(60) == 1
    with closing(open_store(url)) as store:
        assert store.runs() == []


def test_a_killed_command_keeps_nobody_out(url: str) -> None:
    """The next one takes over at once."""
    with running("demo", when=DAY) as world, controlled(world) as controls:
        controls.hold("notion", 2, "hold")
        with verb(url, world, "plan") as first:
            until(lambda: controls.held("notion"))
            first.kill()
            first.wait()
        controls.let_go()
        with verb(url, world, "plan", patience=0.0) as second:
            assert second.wait(60) == 1


def test_a_run_that_waits_for_the_service_loses_nothing(url: str) -> None:
    """Asked to wait for far longer than its leases last, it keeps them: another sync records no run, and it ends well."""
    with running("small", when=DAY) as world, controlled(world) as controls:
        throttle(world, 12, after=3)
        with verb(url, world, "sync", SYNCBOT_LEASE_SECONDS="2") as first:
            until(lambda: any(entry["status"] == 429 for entry in controls.requests("notion")))
            time.sleep(3)
            with verb(url, world, "sync", patience=0.0, SYNCBOT_LEASE_SECONDS="2") as second:
                assert second.wait(60) == 3
            assert first.poll() is None
            first.communicate(timeout=120)
            assert first.returncode == 0
    with closing(open_store(url)) as store:
        assert [run.status for run in store.runs()] == [RunStatus.DONE]
