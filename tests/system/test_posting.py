"""Publications leave through the shipped outlets, over HTTP, and the sandbox shows what arrived."""

from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from syncbot.cli.names import NAMES
from syncbot.cli.publish import said
from syncbot.errors import SettingsError
from syncbot.schedule.delivering import Standing
from syncbot.service.checking import check
from syncbot.service.parts import Parts
from syncbot.service.posting import Posted, post_now
from syncbot.service.publishing import Asked, recipients
from syncbot.service.standing import status
from syncbot.service.syncing import sync
from syncbot.store.base import RunStatus
from tests.fakes.running_sandbox import running
from tests.system.test_first_light import DAY, wired


def post(parts: Parts, what: str) -> Posted:
    """Send a publication of group D as the command does."""
    return post_now(parts, parts.ways(), Asked(what=what, group="D"), NAMES)


def test_an_agenda_and_a_digest_arrive_once_wherever_they_are_asked_for(tmp_path: Path) -> None:
    """Everybody of the group has one mail, the channel has one card, and asking again changes neither."""
    with running("small", when=DAY) as world:
        with wired(world, tmp_path) as parts:
            sync(parts)
            agenda, digest = post(parts, "agenda"), post(parts, "digest")
            people, officer = recipients(parts, "D")
        told = {one.outlet: one.standing for one in (*agenda.sent, *digest.sent)}
        assert set(told.values()) == {Standing.SENT, Standing.ACCEPTED}, agenda
        assert (told["mail"], told["channel_d"]) == (Standing.ACCEPTED, Standing.ACCEPTED)
        reached = sorted(one.to[0]["emailAddress"]["address"] for one in world.graph.messages)
        assert reached == sorted(one.email for one in people)
        assert all(len(one.to) == 1 and one.subject == agenda.title for one in world.graph.messages)
        expected = [officer.email] if officer else []
        for one in world.graph.messages:
            assert [reply["emailAddress"]["address"] for reply in one.reply_to] == expected
        assert [(one.channel, one.why) for one in world.graph.posted] == [("CSG D", None)]
        with wired(world, tmp_path) as parts:
            page = next(
                one.url for one in parts.store.deliveries(agenda.publication) if one.outlet == "pages"
            )
            assert page
            again = [*post(parts, "agenda").sent, *post(parts, "digest").sent]
        assert not any(one.fresh for one in again)
        assert "was sent before, so not again" in said(again[0])
        assert len(world.graph.messages) == len(people)
        assert len(world.graph.posted) == 1
        (changed,) = [one for one in world.graph.state.outlook.series.values() if one.changes]
        (meeting,) = changed.changes.values()
        assert (meeting.online, changed.subject, changed.updates) == (True, "CSG D weekly", 1)
        assert page in meeting.content


def test_a_channel_that_is_gone_is_made_up_for_by_mail(tmp_path: Path) -> None:
    """The owner of the workflow left: the digest comes by mail, and the person who sent it is told so."""
    with running("small", when=DAY) as world:
        world.graph.switch_off("CSG D")
        with wired(world, tmp_path) as parts:
            sync(parts)
            digest = post(parts, "digest")
            people, _ = recipients(parts, "D")
        assert len(world.graph.messages) == len(people) > 0
        assert not world.graph.posted
        (sent,) = digest.sent
        assert "sent by mail, because channel_d failed" in said(sent)
        assert "sig" not in said(sent)


def test_what_arrived_can_be_looked_at_and_runs_nothing(tmp_path: Path) -> None:
    """The page shows mails and cards; what people wrote is text on it."""
    with running("small", when=DAY) as world:
        with wired(world, tmp_path) as parts:
            sync(parts)
            title = post(parts, "agenda").title
        answer = httpx.get(f"{world.sandbox.url('graph')}/_sandbox/arrived", trust_env=False)
    assert answer.status_code == 200
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert title in answer.text
    assert "<script" not in answer.text


def test_check_looks_at_the_mailbox_and_asks_for_no_outlet_that_nobody_set_up(tmp_path: Path) -> None:
    """A mailbox that is out of reach is found before something is due; a sync needs no outlets, so it is no fault."""
    with running("small", when=DAY) as world:
        world.graph.limit_scope(["other@contoso.example"])
        with wired(world, tmp_path) as parts:
            found = {one.what: one for one in check(parts)}
        assert not found["Outlet mail"].right
        assert "needs Mail.Send and Mail.Read" in found["Outlet mail"].detail
        without = {name: text for name, text in world.environment.items() if "TEAMS" not in name}
        with wired(replace(world, environment=without), tmp_path) as parts:
            ticks = [one for one in check(parts) if one.what.startswith("Outlet")]
            told = [one for one in ticks if one.what == "Outlets"]
            assert status(parts).shut == tuple(one.detail for one in told)
        assert all(one.right and one.left_out for one in told)
        assert not any(one.left_out for one in ticks if one not in told)
        assert any("SYNCBOT_TEAMS_CSG_D is not set in .env" in one.detail for one in told)
        assert "Outlet mail" in [one.what for one in ticks]


def test_what_has_no_way_out_holds_up_nothing_else(tmp_path: Path) -> None:
    """Without a mailbox the agenda still becomes a page and a file; who asks for it is told what to set."""
    with running("small", when=DAY) as world:
        unset = {name: text for name, text in world.environment.items() if name != "SYNCBOT_MAILBOX"}
        with wired(replace(world, environment=unset), tmp_path) as parts:
            assert sync(parts).status is RunStatus.DONE
            assert [way.outlet.name for way in parts.ways()["D", "agenda"]] == ["pages", "files"]
            with pytest.raises(SettingsError, match="SYNCBOT_MAILBOX"):
                post(parts, "agenda")
            assert post(parts, "digest").sent[0].standing is Standing.ACCEPTED
            assert parts.store.deliveries("agenda") == []
        assert len(world.graph.posted) == 1
