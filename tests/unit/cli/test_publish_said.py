"""What people read of a publication that they sent."""

import pytest
from typer.testing import CliRunner

from syncbot.cli.main import app
from syncbot.cli.publish import said
from syncbot.schedule.delivering import Standing
from syncbot.service.sending import Again, Sent


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


def test_of_what_was_asked_for_again_it_is_told_whether_it_was_repeated() -> None:
    """Who reads it knows that no second mail left, and that the page is the new one."""
    words = {
        again: said(Sent(publication="x/D/1", outlet="o", standing=Standing.SENT, fresh=fresh, again=again))
        for again, fresh in ((Again.RENEWED, True), (Again.AS_BEFORE, False), (Again.NEVER, False))
    }
    assert words[Again.RENEWED] == "o: sent again: only what changed was written"
    assert words[Again.AS_BEFORE] == "o: was sent before, and stays as it was"
    assert words[Again.NEVER] == "o: was sent before, so not again: people would get it twice"
    failed = Sent(publication="x/D/1", outlet="o", standing=Standing.SKIPPED, fresh=False, again=Again.NEVER)
    assert said(failed) == "o: not sent"


def test_again_without_sending_is_refused() -> None:
    """What is only shown is composed anew anyway; nothing is opened or asked."""
    answer = CliRunner().invoke(app, ["publish", "agenda", "--group", "D", "--again"])
    assert answer.exit_code == 2
    assert "only what is sent can be sent again" in answer.output
