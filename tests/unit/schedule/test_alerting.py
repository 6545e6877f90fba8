"""People are told once that something does not work, and once that it does again; never of a single failure."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from syncbot.schedule.alerting import GIVEN_UP, Item, Message, Outcome, State, after_round, failed_to_tell

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def went(thing: str, *, well: bool) -> Outcome:
    """How a thing went."""
    return Outcome(thing=thing) if well else Outcome(thing=thing, said="it does not answer", remedy="Wait.")


def news(rounds: Sequence[dict[str, bool]]) -> list[list[Item]]:
    """What each round has to tell, when everything is told at once."""
    state, told = State(), []
    for number, one in enumerate(rounds):
        outcomes = [went(thing, well=well) for thing, well in one.items()]
        state = after_round(state, outcomes, NOW + number * MINUTE)
        told.append([item for message in state.outbox for item in message.items])
        state = State(episodes=state.episodes)
    return told


def expected(went_well: Sequence[bool | None]) -> list[str]:
    """The rule in its simplest form, for one thing; None: it was not tried."""
    told, row = [], 0
    for well in went_well:
        if well is None:
            told.append("")
        elif well:
            told.append("over" if row >= 2 else "")
            row = 0
        else:
            row += 1
            told.append("began" if row == 2 else "")
    return told


@given(
    histories=st.dictionaries(
        st.sampled_from(["sync", "place/notion", "post/agenda/D/mail"]),
        st.lists(st.sampled_from([True, False, False, None]), min_size=30, max_size=30),
        min_size=1,
    )
)
def test_one_alert_at_the_second_failure_in_a_row_one_when_it_works_again_none_else(
    histories: dict[str, list[bool | None]],
) -> None:
    """Of several things at once each is told by itself; who is not tried neither fails nor recovers."""
    rounds = [
        {thing: well for thing, row in histories.items() if (well := row[number]) is not None}
        for number in range(30)
    ]
    told = news(rounds)
    for thing, row in histories.items():
        mine = [
            next(("over" if one.over else "began" for one in items if one.thing == thing), "")
            for items in told
        ]
        assert mine == expected(row)


def test_it_is_told_since_when_how_often_and_why() -> None:
    """The reason is the newest, the beginning the first failure's."""
    rounds = [{"sync": False}] * 2 + [{}] * 8 + [{"sync": True}]
    told = news(rounds)
    assert told[1] == [Item(thing="sync", since=NOW, failures=2, said="it does not answer", remedy="Wait.")]
    [over] = told[10]
    assert (over.since, over.failures, over.over) == (NOW, 2, NOW + 10 * MINUTE)


def test_of_a_thing_that_failed_and_worked_in_one_round_the_failure_counts() -> None:
    """One of two deliveries to an outlet failed: it does not work."""
    state = State()
    for number in range(2):
        outcomes = [went("post", well=True), went("post", well=False), went("post", well=True)]
        state = after_round(state, outcomes, NOW + number * MINUTE)
    assert state.alerted == ["post"]


def test_what_is_over_before_anybody_could_be_told_is_not_told() -> None:
    """The channel of alerts was down as well: nobody needs to hear of both when it is back."""
    state = after_round(State(), [went("a", well=False), went("b", well=False)], NOW)
    state = after_round(state, [went("a", well=False), went("b", well=False)], NOW + MINUTE)
    [message] = state.outbox
    state = after_round(state, [went("a", well=True)], NOW + 2 * MINUTE, untold=[message.identity])
    assert [[one.thing for one in message.items] for message in state.outbox] == [["b"]]
    state = after_round(state, [went("b", well=True)], NOW + 3 * MINUTE, untold=[message.identity])
    assert (state.episodes, list(state.outbox)) == ({}, [])


def test_what_may_have_been_told_is_followed_by_the_good_news() -> None:
    """In doubt one word too many."""
    state = after_round(State(), [went("a", well=False)], NOW)
    state = after_round(state, [went("a", well=False)], NOW + MINUTE)
    state = after_round(state, [went("a", well=True)], NOW + 2 * MINUTE)
    assert [bool(one.over) for message in state.outbox for one in message.items] == [False, True]


def test_news_that_cannot_be_told_are_tried_less_and_less_often_and_given_up() -> None:
    """A channel that is gone costs a request an hour, for a day."""
    message, now, gaps = Message(made=NOW, next=NOW, items=()), NOW, []
    for _ in range(9):
        message = failed_to_tell(message, now)
        gaps.append((message.next - now) // MINUTE)
        now = message.next
    assert gaps == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    item = Item(thing="a", since=NOW, failures=2, said="", remedy="")
    old = State(outbox=[Message(made=NOW, next=NOW, items=[item])])
    assert after_round(old, [], NOW + GIVEN_UP - MINUTE).outbox
    assert not after_round(old, [], NOW + GIVEN_UP).outbox


@pytest.mark.parametrize(("days", "known"), [(44, True), (46, False)])
def test_a_thing_that_is_no_longer_there_is_forgotten(days: int, *, known: bool) -> None:
    """A publication that was taken out of the mapping would else fail for ever."""
    state = after_round(State(), [went("post", well=False)], NOW)
    state = after_round(state, [], NOW + timedelta(days=days))
    assert bool(state.episodes) is known
