"""One look at the clock: what came too late is skipped and said, a quiet minute sends nothing; see also `test_year`."""

import dataclasses
from datetime import UTC, datetime, timedelta

from syncbot.schedule.delivering import Standing
from syncbot.service.standing import status
from tests.fakes.year import Year
from tests.unit.service.test_year import new_year

BEGIN = datetime(2026, 1, 5, 6, tzinfo=UTC)


def started() -> Year:
    """A service that has looked once."""
    year = new_year(BEGIN)
    assert year.look() is not None
    return year


def test_what_came_too_late_is_skipped_and_said() -> None:
    """The service was down from Monday to Friday: the agenda of group B is not sent after its meeting."""
    year = started()
    year.now = datetime(2026, 1, 9, 12, tzinfo=UTC)
    ticked = year.look()
    assert ticked is not None
    told = {(one.publication, one.outlet): one for one in ticked.sent}
    skipped = told["agenda/B/2026-01-08", "mail"]
    assert skipped.standing is Standing.SKIPPED
    assert skipped.note is not None
    assert "2026-01-06 09:00 UTC" in skipped.note
    again = year.look()
    assert again is not None
    assert [one for one in again.sent if one.publication == "agenda/B/2026-01-08"] == []


def test_a_quiet_minute_sends_nothing_and_says_when_something_is_due() -> None:
    """Most of the time the service has nothing to do."""
    year = started()
    year.now += timedelta(minutes=1)
    ticked = year.look()
    assert ticked is not None
    assert ticked.sent == []
    assert ticked.next is not None
    assert ticked.next > year.now


def test_what_was_sent_by_hand_before_its_time_and_cut_off_leaves_when_it_is_due() -> None:
    """On Monday somebody sends Thursday's agenda and is cut off before it leaves: it is due on Tuesday."""
    year = started()
    agenda = "agenda/B/2026-01-08"
    year.store.intend_delivery(agenda, "mail", at=year.now)
    year.now += timedelta(hours=1)
    early = year.look()
    assert early is not None
    assert [one for one in early.sent if one.publication == agenda] == []
    year.now = datetime(2026, 1, 6, 9, 1, tzinfo=UTC)
    due = year.look()
    assert due is not None
    assert [one.standing for one in due.sent if one.publication == agenda] == [Standing.ACCEPTED]


def test_why_a_publication_cannot_be_made_stands_in_the_status() -> None:
    """The log says no words of a template and sends people there; what may have been sent stays so."""
    year = started()
    year.parts = dataclasses.replace(year.parts, layouts={})
    year.store.intend_delivery("agenda/A/2026-01-08", "mail", at=year.now)
    year.now = datetime(2026, 1, 6, 9, 1, tzinfo=UTC)
    for _ in range(2):
        year.look()
        year.now += timedelta(minutes=1)
    stands = {(one.publication, one.outlet): one.standing for one in year.store.deliveries()}
    assert stands["agenda/B/2026-01-08", "mail"] is Standing.FAILED
    assert stands["agenda/A/2026-01-08", "mail"] is Standing.INTENDED
    told = [one for one in status(year.parts).failures if one.startswith("agenda/B/2026-01-08 to mail: ")]
    assert len(told) == 1
    assert "there is no layout 'agenda'" in told[0]
