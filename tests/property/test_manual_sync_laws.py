"""Whatever happens in whatever order, each tick is answered, and by a sync that began after it was made."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from syncbot.errors import OutcomeUnknown, Unavailable
from syncbot.service.control import RUNNING
from tests.fakes.control_world import PLACES, TITLES, ControlWorld, pull_the_plug

LONGEST = 14
"""More calls than a busy minute has."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happens, just before the call of this number in the next minute; 0 = before the minute."""

    what: str
    place: str
    group: str
    call: int


@dataclass(kw_only=True)
class Ledger:
    """What people are owed, counted by the world's syncs."""

    ticked: dict[tuple[str, str], int] = field(default_factory=dict)
    """By row: how many syncs had begun when it was last ticked."""
    excuses: int = 0
    """How many syncs there may be at most."""


EVENTS = st.builds(
    Event,
    what=st.sampled_from(["tick", "tick", "tick", "crash", "lie", "words", "lost", "down", "up"]),
    place=st.sampled_from(PLACES),
    group=st.sampled_from(sorted(TITLES)),
    call=st.integers(0, LONGEST),
)
MINUTES = st.lists(st.lists(EVENTS, max_size=4), max_size=8)


def act(world: ControlWorld, ledger: Ledger, event: Event) -> None:
    """A person, or bad luck, does something."""
    if event.what in ("tick", "lie", "words"):
        edit(world, ledger, event)
    elif event.what == "down":
        world.down[event.place] = Unavailable("no answer", endpoint=event.place)
    elif event.what == "up":
        world.down.clear()
    elif event.what == "lost":
        ledger.excuses += 1
        raise OutcomeUnknown("the answer got lost", endpoint=event.place)
    else:
        ledger.excuses += len(PLACES)  # those that come back at different times each need a sync
        pull_the_plug()


def edit(world: ControlWorld, ledger: Ledger, event: Event) -> None:
    """A person writes into a row."""
    row = world.row(event.place, event.group)
    if event.what == "tick":
        ledger.excuses += not row.cells["sync_now"]
        world.tick(event.place, event.group)
        ledger.ticked[event.place, event.group] = world.syncs.begun
    elif event.what == "lie":
        ledger.excuses += 1
        world.edit(event.place, row.ref, state=f"{RUNNING} ever")
    else:
        world.edit(event.place, row.ref, state="hello?", result="?")


def spend(world: ControlWorld, ledger: Ledger, events: list[Event]) -> None:
    """Let a minute pass in which these things happen."""
    for event in events:
        if event.call == 0 and event.what not in ("crash", "lost"):
            act(world, ledger, event)
        elif event.call:
            world.at[world.calls + event.call] = lambda event=event: act(world, ledger, event)  # type: ignore[misc]
    world.minute()
    world.at.clear()


@settings(max_examples=300, deadline=None)
@given(MINUTES)
def test_each_tick_is_answered_by_a_sync_that_began_after_it(minutes: list[list[Event]]) -> None:
    """None is lost by crashes, lost answers, outages and edits at any moment; no row stays running; none syncs for ever."""
    with tempfile.TemporaryDirectory() as folder:
        world, ledger = ControlWorld(Path(folder)), Ledger()
        world.minute()
        for events in minutes:
            spend(world, ledger, events)
        world.down.clear()
        for _ in range(3):
            world.minute(6)
        assert world.unanswered() == []
        for (place, group), begun in ledger.ticked.items():
            state = world.state(place, group)
            assert state == "hello?" or int(state.removeprefix("Done ")) > begun, (place, group, state, begun)
        assert world.syncs.begun <= ledger.excuses
        assert world.minute() == 0


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(sorted(TITLES))), min_size=1))
def test_any_ticks_before_one_look_make_one_run(ticks: list[tuple[str, str]]) -> None:
    """Of several groups, in both places, twice in one row; also when the bot was down meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        world = ControlWorld(Path(folder))
        world.minute()
        for place, group in ticks:
            world.tick(place, group)
        world.start()
        assert [world.minute() for _ in range(3)] == [1, 0, 0]
        assert world.unanswered() == []
        answered = [(p, g) for p in PLACES for g in TITLES if world.state(p, g) == "Done 1"]
        assert sorted(set(ticks)) == sorted(answered)
