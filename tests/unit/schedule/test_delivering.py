"""What is to be done about a publication at an outlet."""

from datetime import timedelta

import pytest

from syncbot.schedule.delivering import OVER, Habits, Standing, Step, next_step, when_there

MAIL = Habits(can_look=True, appears_within=timedelta(minutes=15))
CARD = Habits(can_look=False, appears_within=timedelta(0))
PAGE = Habits(can_look=True, appears_within=timedelta(minutes=1), renews=True)


@pytest.mark.parametrize("standing", sorted(OVER))
def test_only_what_renews_is_begun_once_more_and_only_when_somebody_asks(standing: Standing) -> None:
    """And it is looked at before: a page made a second ago is not to be seen yet, and would be made twice."""
    for habits in (MAIL, CARD, PAGE):
        assert next_step(standing, habits) is Step.LEAVE
    assert next_step(standing, MAIL, again=True) is Step.LEAVE
    assert next_step(standing, CARD, again=True) is Step.LEAVE
    assert next_step(standing, PAGE, again=True) is Step.LOOK


def test_what_is_there_is_sent_once_more_only_where_that_renews_it() -> None:
    """A mail in doubt that is found in Sent Items is there, whatever somebody asked for."""
    assert when_there(PAGE, again=True) is Step.SEND
    assert when_there(PAGE, again=False) is Step.LEAVE
    assert when_there(MAIL, again=True) is Step.LEAVE


@pytest.mark.parametrize("standing", [None, Standing.FAILED, Standing.INTENDED])
@pytest.mark.parametrize("habits", [MAIL, CARD, PAGE])
def test_asking_again_changes_nothing_for_what_is_not_over(standing: Standing | None, habits: Habits) -> None:
    """What failed is tried, and what is in doubt is looked for, as ever."""
    assert next_step(standing, habits, again=True) is next_step(standing, habits)
