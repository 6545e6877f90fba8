"""What people read of a publication that they sent."""

import pytest

from syncbot.cli.publish import said
from syncbot.schedule.delivering import Standing
from syncbot.service.sending import Sent


@pytest.mark.parametrize("standing", list(Standing))
@pytest.mark.parametrize("fresh", [True, False])
def test_nothing_is_called_delivered_and_nothing_sent_that_was_not(standing: Standing, fresh: bool) -> None:
    """What the service only took is handed over; what failed begins with not; old and new are told apart."""
    words = said(Sent(publication="agenda/D/2026-11-26", outlet="mail", standing=standing, fresh=fresh))
    assert words.startswith("mail: ")
    assert "deliver" not in words
    if standing in (Standing.FAILED, Standing.SKIPPED):
        assert words == "mail: not sent"
    if standing in (Standing.SENT, Standing.ACCEPTED):
        assert ("before" in words) is not fresh


def test_the_reason_stands_behind() -> None:
    """In brackets, in the words of whoever knew."""
    one = Sent(publication="x/D/1", outlet="mail", standing=Standing.FAILED, fresh=True, note="404: nobody")
    assert said(one) == "mail: not sent (404: nobody)"
