"""Every publication leaves once, none is missed that was still worth sending, and what was missed is said."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from syncbot.schedule.calendar import Cadence, Calendar, Meeting
from syncbot.schedule.due import Group, Identity, due, slots
from syncbot.schedule.timing import After, Before, Timing, Weekly

HOLIDAYS = frozenset({date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1)})
MEETING = Meeting(name="weekly", cadence=Cadence(weekdays=[3]), at=time(14), lasts=timedelta(hours=1))
TIMINGS: Mapping[str, Timing] = {
    "agenda": Before(meeting="weekly", workdays=2, at=time(10)),
    "summary": After(meeting="weekly", delay=timedelta(hours=3), quiet=timedelta(minutes=20)),
    "digest": Weekly(weekday=4, at=time(15)),
}


def group(name: str = "D", timings: Mapping[str, Timing] = TIMINGS) -> Group:
    """Return a group that meets on Thursdays at two."""
    calendar = Calendar(zone=ZoneInfo("Europe/Brussels"), holidays=HOLIDAYS)
    return Group(name=name, calendar=calendar, meetings={"weekly": MEETING}, publications=timings)


def at(text: str) -> datetime:
    """Return a time in Brussels as UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Brussels")).astimezone(UTC)


def sent(now: str, since: str, settled: frozenset[Identity] = frozenset()) -> list[str]:
    """Return what is sent at a time in Brussels."""
    return [str(one.identity) for one in due([group()], now=at(now), since=at(since), settled=settled).send]


def test_an_agenda_leaves_two_working_days_ahead_and_not_a_minute_sooner() -> None:
    """The meeting is on Thursday 26 November 2026, so the agenda is due on Tuesday at ten."""
    assert sent("2026-11-24T09:59", "2026-11-24T09:00") == ["summary of D for 2026-11-19"]
    assert "agenda of D for 2026-11-26" in sent("2026-11-24T10:00", "2026-11-24T09:00")


def test_a_late_start_sends_the_agenda_until_the_meeting_begins_and_says_afterwards_that_it_did_not() -> None:
    """At the moment the meeting begins an agenda is worth nothing."""
    assert "agenda of D for 2026-11-26" in sent("2026-11-26T13:59", "2026-11-23T12:00")
    late = due([group()], now=at("2026-11-26T14:00"), since=at("2026-11-23T12:00"), settled=())
    assert "agenda of D for 2026-11-26" in [str(one.identity) for one in late.skip]
    assert "agenda of D for 2026-11-26" not in [str(one.identity) for one in late.send]


def test_a_digest_is_worth_sending_on_its_day_only() -> None:
    """Friday's digest still leaves late on Friday, and is skipped on Saturday."""
    assert "digest of D for 2026-W48" in sent("2026-11-27T23:59", "2026-11-27T08:00")
    assert "digest of D for 2026-W48" not in sent("2026-11-28T00:00", "2026-11-27T08:00")


def test_a_digest_on_a_holiday_leaves_on_the_working_day_before() -> None:
    """Friday 25 December and Thursday 24 December are free, so it is Wednesday."""
    (digest,) = [
        one.due
        for one in slots(group(), date(2026, 12, 21), date(2026, 12, 27))
        if one.identity.what == "digest"
    ]
    assert digest == at("2026-12-23T15:00")


def test_a_summary_leaves_sooner_when_the_notes_have_come_to_rest() -> None:
    """Notes last changed at 15:10 and quiet for 20 minutes: 15:30 instead of 18:00."""
    resting = {"D": {("weekly", date(2026, 11, 26)): at("2026-11-26T15:10")}}
    found = due(
        [group()], now=at("2026-11-26T15:30"), since=at("2026-11-26T15:00"), settled=(), quiet=resting
    )
    assert "summary of D for 2026-11-26" in [str(one.identity) for one in found.send]


def test_notes_that_never_rest_do_not_hold_a_summary_up() -> None:
    """Three hours after the end it leaves whatever the notes do."""
    busy = {"D": {("weekly", date(2026, 11, 26)): at("2026-11-26T17:59")}}
    found = due([group()], now=at("2026-11-26T18:00"), since=at("2026-11-26T15:00"), settled=(), quiet=busy)
    assert "summary of D for 2026-11-26" in [str(one.identity) for one in found.send]


def test_a_first_start_does_not_apologise_for_the_years_before_it() -> None:
    """What was worthless before the first start is neither sent nor skipped."""
    first = due([group()], now=at("2026-11-25T09:00"), since=at("2026-11-25T09:00"), settled=())
    assert first.skip == []


def test_what_is_told_as_next_is_when_something_becomes_due() -> None:
    """Nothing new is due a moment before `next`, and something is at `next`."""
    now, since = at("2026-11-25T09:00"), at("2026-11-25T08:00")
    first = due([group()], now=now, since=since, settled=())
    assert first.next is not None
    sent_by_then = [one.identity for one in first.send]
    before = due([group()], now=first.next - timedelta(seconds=1), since=now, settled=sent_by_then)
    then = due([group()], now=first.next, since=now, settled=sent_by_then)
    assert not before.send
    assert then.send


@settings(max_examples=40, deadline=None)
@given(pauses=st.lists(st.integers(1, 60 * 24 * 9), min_size=20, max_size=60))
def test_whatever_the_outages_every_publication_is_sent_or_skipped_exactly_once(pauses: list[int]) -> None:
    """A service that looks at odd moments, up to nine days apart, loses and doubles nothing."""
    begin = since = at("2026-10-01T00:00")
    settled: dict[Identity, str] = {}
    moments = [begin]
    for minutes in pauses:
        now = since + timedelta(minutes=minutes)
        found = due([group()], now=now, since=since, settled=settled.keys())
        for one in [*found.send, *found.skip]:
            assert one.identity not in settled
            settled[one.identity] = "sent" if one in found.send else "skipped"
        moments.append(now)
        since = now
    for slot in slots(group(), date(2026, 10, 5), begin.date() + timedelta(days=600)):
        if slot.due > since:
            continue
        looked = any(slot.due <= moment < slot.until for moment in moments)
        expected = "sent" if looked else "skipped" if slot.until <= since else None
        assert settled.get(slot.identity) == expected
