"""Lines carried from meeting to meeting are one thread; what is not sure is asked."""

from datetime import date

import pytest

from syncbot.notes.mention import DECISIONS, MoveKind, Ruled, Standing, Verdict
from syncbot.notes.threads import Known
from syncbot.notes.threads_line import removed, renew
from syncbot.notes.threads_told import told
from tests.unit.notes.lines import after, followed, parts, read, said


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("Send the budget to Ghent", "Send the budget to Ghent"),
        ("Send the budget to Ghent", "send budget to Ghent."),
        ("Invite Leipzig and Ghent to the twinning call", "Invite Leipzig & Ghent to the twinning call"),
        ("Draft the agenda of the peer review", "Draft agenda for the peer review"),
        (
            "Entwurf der Projektskizze an Leipzig schicken",
            "Den Entwurf der Projektskizze an Leipzig schicken",
        ),
        ("Circulate the finance template to all cities", "Circulate finance templates to all cities"),
    ],
)
def test_a_line_that_says_the_same_job_is_the_same_thread(first: str, later: str) -> None:
    """Copied, or reworded a little."""
    lines = read([said(first)], [said(later)])
    assert len(followed(lines).threads) == 1


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("Draft the agenda", "Draft the minutes"),
        ("Call Ghent", "Call Leipzig"),
        ("Call Ghent", "Call Ghent about the pilot, the budget and twinning"),
        ("Review chapter 3", "Review chapter 4"),
        ("Book rooms for the September meeting", "Book rooms for the October meeting"),
        ("Send D3.1 to the commission for review", "Send D3.2 to the commission for review"),
    ],
)
def test_a_line_that_says_another_job_is_never_joined(first: str, later: str) -> None:
    """Also when most of its words are the same."""
    lines = read([said(first)], [said(later)])
    assert len(followed(lines).threads) == 2


def test_another_day_is_the_same_job() -> None:
    """The words that say when may stand in the text; they are no part of what is compared."""
    lines = read(
        [said("Comment on the chapter of Turku by 18 November", due_text="18 November")],
        [said("comment on the chapter of Turku by 25 November", due_text="by 25 November")],
        [said("Comment on the chapter of Turku")],
    )
    assert len(followed(lines).threads) == 1


def test_another_city_is_another_job() -> None:
    """The same sentence about two cities is two actions."""
    lines = read(
        [said("Send the monitoring template to the city", cities=("Ghent",))],
        [said("Send the monitoring template to the city", cities=("Leipzig",))],
    )
    assert len(followed(lines).threads) == 2


def test_two_alike_lines_that_may_both_go_on_are_asked() -> None:
    """Neither is joined, both wait, and the thread is named."""
    lines = read(
        [said("Send the budget template to the cities")],
        [said("Send the budget template to cities of A"), said("Send the budget template to cities of B")],
    )
    threads = followed(lines).threads
    assert [one.standing for one in threads] == [Standing.OPEN, Standing.WAITING, Standing.WAITING]
    assert {one.candidates for one in threads[1:]} == {(threads[0].id,)}


def test_twins_of_one_note_are_carried_on_side_by_side() -> None:
    """The same words twice, for two people: each goes on with its own."""
    first = [said("Send the slides", "1", owners=("Anna",)), said("Send the slides", "2", owners=("Ben",))]
    later = [said("Send the slides", "3", owners=("Ben",)), said("Send the slides", "4", owners=("Anna",))]
    lines = read(first, later)
    found = {frozenset(one.mentions) for one in followed(lines).threads}
    assert found == {frozenset((lines[0].id, lines[3].id)), frozenset((lines[1].id, lines[2].id))}


def test_a_line_is_carried_over_meetings_that_do_not_say_it() -> None:
    """Left out for two weeks it is the same job; after half a year it is not."""
    lines = read([said("Send the budget to Ghent")], [], [], [said("Send the budget to Ghent")])
    assert len(followed(lines).threads) == 1
    late = read([said("Send the budget to Ghent")], *[[]] * 8, [said("Send the budget to Ghent")])
    assert len(followed(late).threads) == 1


def test_what_people_decided_goes_before_likeness() -> None:
    """The same as another where they say so, for itself where they say that."""
    lines = read([said("Call Ghent")], [said("Ring the Ghent office")], [said("Call Ghent")])
    ruled = {
        lines[1].id: Ruled(mention=lines[1].id, verdict=Verdict.ACCEPTED, same_as=lines[0].id),
        lines[2].id: Ruled(mention=lines[2].id, verdict=Verdict.ACCEPTED, alone=True),
    }
    found = followed(lines, Known(ruled=ruled))
    assert [one.mentions for one in found.threads] == [(lines[0].id, lines[1].id), (lines[2].id,)]
    assert {one.standing for one in found.threads} == {Standing.OPEN}


def test_an_unsure_line_waits_until_a_sure_one_says_it() -> None:
    """Then it is a record; one that goes away before is dropped from the list."""
    lines = read([said("Maybe call Ghent about money", sure=False)])
    assert [one.standing for one in followed(lines).threads] == [Standing.WAITING]
    again = read([said("Call Ghent about money", sure=False)], [said("Call Ghent about the money")])
    assert [one.standing for one in followed(again).threads] == [Standing.OPEN]
    gone = renew("n0", 1, lines, ()).mentions
    assert [one.standing for one in followed(gone).threads] == [Standing.DROPPED]


def test_a_record_is_not_asked_about_afterwards() -> None:
    """A thread that is a record stays one, although an older note read later would make it a question."""
    later = read([], [said("Send the budget template to cities of A")])
    kept = after(followed(later))
    lines = [*read([said("Send the budget template to cities of B")]), *later]
    assert {one.standing for one in followed(lines, kept).threads} == {Standing.OPEN}


def test_a_thread_that_another_takes_up_is_named() -> None:
    """An older note that bridges two threads makes them one; the id that is no more points at the other."""
    lines = read(
        [said("Send the budget to Ghent")],
        [said("Send the budget and the timetable to Ghent")],
        [said("Send the revised budget and the timetable of the pilot to Ghent")],
    )
    ends = [lines[0], lines[2]]
    known = after(followed(ends))
    assert len(followed(ends).threads) == 2
    found = followed(lines, known)
    assert len(found.threads) == 1
    assert found.joined == {lines[2].id: lines[0].id}


def test_decisions_are_not_carried_on() -> None:
    """The same words at two meetings are two decisions, unless the note says that it is an earlier one."""
    lines = read([said("Approve the plan", strand=DECISIONS)], [said("Approve the plan", strand=DECISIONS)])
    assert len(followed(lines).threads) == 2
    prior = read(
        [said("Approve the plan", strand=DECISIONS)], [said("Approve the plan", strand=DECISIONS, prior=True)]
    )
    assert len(followed(prior).threads) == 1


def test_an_edited_line_stays_the_same_line() -> None:
    """At its address although reworded; elsewhere by its words; what happened is told."""
    before = renew("n0", 0, (), [said("Call Ghent about money", "a"), said("Book a room", "b")]).mentions
    edited = [said("Book a room", "c", done=True), said("Call Ghent about the money today", "a")]
    found = renew("n0", 1, before, edited)
    assert {one.said.text: one.id for one in found.mentions} == {
        "Book a room": before[1].id,
        "Call Ghent about the money today": before[0].id,
    }
    assert [(one.mention, one.what) for one in found.moves] == [
        (before[1].id, MoveKind.TICKED),
        (before[0].id, MoveKind.REWORDED),
    ]


def test_a_line_replaced_by_another_job_is_another_line() -> None:
    """The address alone does not make it the same."""
    before = renew("n0", 0, (), [said("Call Ghent about money", "a")]).mentions
    found = renew("n0", 1, before, [said("Book the train to Leipzig", "a")])
    assert [(one.said.text, one.gone) for one in found.mentions] == [
        ("Book the train to Leipzig", False),
        ("Call Ghent about money", True),
    ]


def test_a_line_that_went_comes_back_as_itself() -> None:
    """Cut and pasted again, or a note restored."""
    before = renew("n0", 0, (), [said("Call Ghent", "a")]).mentions
    gone = removed(before).mentions
    back = renew("n0", 2, gone, [said("Call Ghent", "z")])
    assert [one.id for one in back.mentions] == [before[0].id]
    assert [one.what for one in back.moves] == [MoveKind.BACK]


def test_repetition_overrides_nothing_and_news_does() -> None:
    """The text stays, the newest owner and date that are said count, a tick anywhere closes."""
    lines = read(
        [said("Send the budget", owners=("Anna",), due=date(2026, 10, 1), due_text="by 1 October")],
        [said("send budget", done=True)],
        [said("Send the budget", owners=("Ben",))],
    )
    one = told(lines, {})
    assert (one.text, one.owners, one.due, one.done) == (
        "Send the budget",
        ("Ben",),
        date(2026, 10, 1),
        True,
    )
    unticked = renew("n1", 1, [lines[1]], [said("send budget", done=False)]).mentions
    assert told([lines[0], *unticked, lines[2]], {}).done is False


def test_an_edit_stands_until_the_notes_say_something_new() -> None:
    """A person gave another date; next week's repetition of the old one changes nothing, a new date does."""
    old, new = date(2026, 10, 1), date(2026, 12, 1)
    lines = read([said("Send it", due=old)], [said("Send it", due=old)])
    ruled = {
        lines[0].id: Ruled(mention=lines[0].id, verdict=Verdict.ACCEPTED, due=date(2026, 11, 1), text="Go")
    }
    assert (told(lines, ruled).due, told(lines, ruled).text) == (date(2026, 11, 1), "Go")
    lines = read([said("Send it", due=old)], [said("Send it", due=new)])
    assert told(lines, ruled).due == new


def test_a_sum_of_many_notes_is_quick() -> None:
    """Two hundred meetings with a dozen jobs each, most of them carried on, within the patience of a person."""
    jobs = [
        f"{verb} the {what} of {city}"
        for verb, what, city in zip(
            ["Send", "Review", "Draft", "Check"] * 3,
            ["budget", "agenda", "contract", "annex", "portfolio", "template"] * 2,
            [
                "Ghent",
                "Leipzig",
                "Turku",
                "Sevilla",
                "Lyon",
                "Malmö",
                "Riga",
                "Porto",
                "Graz",
                "Bari",
                "Cork",
                "Pécs",
            ],
            strict=True,
        )
    ]
    lines = read(*[[said(job) for job in jobs]] * 200)
    assert len(followed(lines).threads) == len(jobs)
    assert parts(followed(lines[:24]), lines)


def test_the_same_words_for_a_day_mean_the_day_that_they_first_meant() -> None:
    """The words "by Friday", carried over unchanged, mean no later Friday; another day in the line is news."""
    line = said("Send the list", due=date(2026, 9, 4), due_text="by Friday")
    again = said("Send the list", due=date(2026, 9, 11), due_text="by Friday")
    other = said("Send the list", due=date(2026, 9, 14), due_text="by Monday")
    assert told(read([line], [again]), {}).due == date(2026, 9, 4)
    assert told(read([line], [again], [other]), {}).due == date(2026, 9, 14)
