"""What people read of a run that did not get all done."""

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from syncbot.cli.plain import as_json
from syncbot.cli.rendering import Printer
from syncbot.cli.sections import sections
from syncbot.reconcile.plan import FieldChange, Plan, Refused, UpdateRow
from syncbot.service.checking import Tick
from syncbot.service.report import Failure, KindReport, Report
from tests.fakes.world import START


def _update(title: str) -> UpdateRow:
    change = FieldChange(field="ccc_state", before="drafting", after="submitted", reason="changed")
    return UpdateRow(
        kind="city",
        record=title,
        title=title,
        endpoint="notion",
        ref=title,
        version="1",
        changes=(change,),
        stamp=False,
    )


def test_nothing_is_called_changed_that_was_refused() -> None:
    """The heading counts what came to be; the reason names the field as people do."""
    refused = Failure(kind="city", endpoint="notion", title="Ghent", message="ccc_state: no option 'Sent'")
    report = KindReport(
        kind="city",
        plan=Plan(kind="city", actions=(_update("Ghent"), _update("Riga"))),
        updated={"notion": 1},
        failures=(refused,),
    )
    told = {one.heading: one.lines for one in sections(report, {}, done=True)}
    assert list(told) == ["Changed in Notion: 1 of 2, see below", "Did not work"]
    assert told["Did not work"] == ["Ghent in Notion: CCC state: no option 'Sent'"]
    assert "To be changed in Notion: 2" in [one.heading for one in sections(report, {}, done=False)]


@pytest.mark.parametrize("final", [True, False])
def test_a_limit_is_lifted_only_where_that_helps(final: bool) -> None:
    """A reading that did not prove its end never passes: whoever reads of it is not told to lift the limits."""
    refused = Refused(kind="city", reason="notion did not give its last page", endpoint="notion", final=final)
    kind = KindReport(kind="city", plan=Plan(kind="city", refused=(refused,)))
    text = io.StringIO()
    report = Report(run="run-1", kinds=(kind,), requests={}, started=START, ended=START, titles={})
    Printer(Console(file=text, width=200)).report(report)
    assert ("--allow-mass-change" in text.getvalue()) is not final
    assert ("run the same command again" in text.getvalue()) is final


def test_a_tick_stands_for_what_is_right_only() -> None:
    """The line of a field that is in trouble carries a cross and the field's name in words."""
    text = io.StringIO()
    tick = Tick(what="", right=False, detail="no option", kind="city", endpoint="notion", field="ccc_state")
    Printer(Console(file=text, width=200)).tick(tick)
    assert text.getvalue() == "  ✗ Cities in Notion, CCC state: no option\n"


def test_what_is_not_set_up_has_no_tick_and_no_cross() -> None:
    """A line that says that nothing leaves by mail is not read as "all is well"; in JSON it can be told apart as well."""
    text = io.StringIO()
    tick = Tick(what="Outlets", right=True, left_out=True, detail="SYNCBOT_MAILBOX is not set in .env")
    Printer(Console(file=text, width=200)).tick(tick)
    assert text.getvalue() == "  ! Outlets: SYNCBOT_MAILBOX is not set in .env\n"
    assert json.loads(as_json([tick]))[0]["left_out"] is True


def printed(report: KindReport, *, everything: bool) -> list[str]:
    """The lines of a plan for one kind."""
    text = io.StringIO()
    Printer(Console(file=text, width=200), everything=everything).planned(report, {})
    return text.getvalue().splitlines()


def test_what_is_said_of_many_rows_is_said_once() -> None:
    """Rows that only get our mark are counted, those called alike take one line, long lists are cut; --all names all."""
    marks = [replace(_update(f"City {number}"), changes=(), stamp=True) for number in range(30)]
    weekly = [_update("Weekly") for _ in range(4)]
    others = [_update(f"Other {number:02}") for number in range(12)]
    report = KindReport(kind="city", plan=Plan(kind="city", actions=(*marks, *weekly, *others)))
    short = printed(report, everything=False)
    assert short[1:3] == [
        "  To be changed in Notion: 46",
        "    Weekly: CCC state drafting → submitted (4 times)",
    ]
    assert short[-2:] == [
        "    … and 3 more (--all shows them)",
        "    30 others only get our mark, by which rows are known again",
    ]
    assert len(short) == 14
    assert "City 29" in printed(report, everything=True)[-1]


def test_what_only_explains_is_counted_and_not_listed() -> None:
    """Of a row that changes otherwise too the rest is said; rows of which nothing else changes take one line."""
    note = FieldChange(field="why", before=None, after="a box", reason="")
    both = replace(_update("Ghent"), changes=(*_update("Ghent").changes, note))
    only = [replace(_update(name), changes=(note,)) for name in ("Riga", "Turku")]
    report = KindReport(
        kind="city", plan=Plan(kind="city", actions=(both, *only)), unlisted=frozenset({"why", "source"})
    )
    assert printed(report, everything=True)[1:] == [
        "  To be changed in Notion: 3",
        "    Ghent: CCC state drafting → submitted",
        "    2 others only in why: Riga, Turku",
    ]


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("POST pages: 503 service_unavailable: Notion is unavailable.", "Notion is unavailable."),
        ("POST data_sources/1-2/query: no answer (read timeout)", "no answer (read timeout)"),
        ("403 accessDenied - Access denied [request-id 12-ab]", "Access denied"),
        (
            "somebody changed the row since it was read (412 resourceModified - ETag mismatch [request-id 1])",
            "somebody changed the row since it was read (ETag mismatch)",
        ),
        ("the service asked to wait 901 s more", "the service asked to wait 901 s more"),
        ("POST pages: ", "POST pages: "),
        (
            "note: it takes at most 2000 characters, not 2007",
            "note: it takes at most 2000 characters, not 2007",
        ),
    ],
)
def test_people_read_what_happened_and_not_the_request(message: str, said: str) -> None:
    """Method, path, codes and ids are for machines and support; where nothing else is known they stay."""
    failure = Failure(kind="city", endpoint="notion", title=None, message=message)
    told = sections(KindReport(kind="city", plan=Plan(kind="city"), failures=(failure,)), {}, done=True)
    assert told[0].lines == [f"Notion: {said}"]
