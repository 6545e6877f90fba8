"""The page on which a person looks at what arrived."""

from datetime import UTC, date, datetime, time
from typing import Any

from syncbot.sandbox.graph import GraphService
from syncbot.sandbox.graph.arrivals import page
from syncbot.sandbox.graph.mail import Change, Message
from syncbot.sandbox.graph.webhook_state import Posted
from syncbot.sandbox.seed.story import Ids

NOW = datetime(2026, 11, 25, 17, tzinfo=UTC)


def service() -> GraphService:
    """An organisation with nothing in it."""
    return GraphService(verify=lambda _: None, ids=Ids("graph"), app_id="app")


def mail(to: str, content: str) -> Message:
    """A mail to somebody."""
    people: list[dict[str, Any]] = [{"emailAddress": {"name": to, "address": f"{to}@x.example"}}]
    return Message(
        id=f"{to}/{content}",
        sender="office@x.example",
        at=NOW,
        saved=True,
        subject="Agenda",
        kind="html",
        content=content,
        to=people,
    )


def test_what_says_the_same_is_shown_once_with_all_who_got_it() -> None:
    """Two people got one text, one of them got it twice: that shows, and the other text stands apart."""
    graph = service()
    graph.state.outlook.messages = [
        mail("zara", "<p>one</p>"),
        mail("max", "<p>one</p>"),
        mail("max", "<p>one</p>"),
        mail("zara", "<p>two</p>"),
    ]
    said = page(graph.state, {})
    assert "Mails (4)" in said and "3 messages to" in said
    assert said.count("<iframe") == 2
    assert said.count("max &lt;max@x.example&gt;") == 2


def test_a_card_reads_as_in_teams_and_stays_text() -> None:
    """Bold words and links to the web are shown as such; whatever a person wrote is no markup of the page."""
    graph = service()
    text = r"• **4 days late:** [Call <b>Riga</b> \[now\]](https://x.example/?a=1&b=2) [x](javascript:alert) \*no\*"
    content = {"body": [{"type": "TextBlock", "text": text}]}
    graph.state.teams.posted = [Posted(at=NOW, channel="CSG D", content=content)]
    said, _, _ = page(graph.state, {}).partition("<details>")
    link = '<a href="https://x.example/?a=1&amp;b=2" rel="noreferrer">Call &lt;b&gt;Riga&lt;/b&gt; [now]</a>'
    assert f"• <strong>4 days late:</strong> {link} x *no*" in said


def test_a_meeting_that_lost_its_teams_part_stands_out() -> None:
    """Whoever wrote over the part by which people join sees it here."""
    graph = service()
    graph.add_mailbox("Office", "office@x.example")
    day = date(2026, 12, 1)
    series = graph.add_series(
        "office@x.example", "Weekly", first=day, until=day, at=time(10), join_url="https://teams.example/j"
    )
    kept = graph.state.outlook.series[series]
    kept.changes[day] = Change(subject=kept.subject, content="<p>hello</p>", online=False, modified=NOW)
    assert "can NOT be joined" in page(graph.state, {})
