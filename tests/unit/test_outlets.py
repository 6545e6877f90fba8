"""The declared outlets are judged before any of them is made, and each is made once."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from syncbot.connections import Services
from syncbot.endpoints.outlets.fallback import Fallback
from syncbot.errors import Problem, SettingsError
from syncbot.mapping.groups import groups, outlets
from syncbot.outlets import shut_of, ways_of
from syncbot.service.lease import Lease
from syncbot.service.shut import Shut, refuse, told
from syncbot.service.turns import Turns
from syncbot.service.ways import Ways
from syncbot.settings import Settings, read_settings
from syncbot.store.memory import MemoryStore

NOW = datetime(2026, 11, 24, tzinfo=UTC)
DECLARED = """\
outlets:
  mail: {kind: mail, mailbox: {env: BOX}}
  channel: {kind: teams, webhook: {env: HOOK}, fallback: mail}
  other: {kind: teams, webhook: {env: OTHER_HOOK}}
  unused: {kind: teams, webhook: {env: NEVER_SET}}
groups:
  D:
    title: Group D
    zone: Europe/Brussels
    meetings:
      weekly: {on: thursday, at: "10:00"}
    publications:
      agenda: {before: weekly, at: "09:00", to: [mail, channel]}
      digest: {on: friday, at: "15:00", to: [channel]}
      summary: {after: weekly}
"""
GOOD = "https://x.environment.api.powerplatform.com/w/1?api-version=1&sig=topsecret"
SIGN_IN = {"AZURE_TENANT_ID": "t", "AZURE_CLIENT_ID": "c", "AZURE_CLIENT_SECRET": "s"}


def missing(settings: Settings, needed: object) -> list[Problem]:
    """Say what signing in lacks."""
    if settings.tenant_id:
        return []
    return [Problem(place="AZURE_TENANT_ID", expected=f"{needed}", found="nothing")]


@contextmanager
def made(folder: Path, variables: Mapping[str, str]) -> Iterator[Ways]:
    """Make the outlets of the declaration above."""
    (folder / "groups.yaml").write_text(DECLARED)
    settings, store = read_settings(variables), MemoryStore()
    with ExitStack() as stack:
        turns = Turns(
            store=store,
            holder="test",
            holder_is_dead=lambda _: False,
            now=lambda: NOW,
            sleep=lambda _: None,
            on_wait=lambda _why, _seconds: None,
            patience=1,
            life=timedelta(minutes=1),
        )
        services = Services(
            settings=settings,
            stack=stack,
            on_wait=lambda _why, _seconds: None,
            sleep=lambda _: None,
            store=store,
            lease=Lease(),
            turns=turns,
            now=lambda: NOW,
        )

        def template(_: str) -> bytes:
            return b""

        needed = partial(missing, settings)
        yield ways_of(groups(folder), outlets(folder), variables, settings, services, template, needed)


def lacking(folder: Path, variables: Mapping[str, str]) -> Sequence[Shut]:
    """What of the declaration above cannot be used."""
    (folder / "groups.yaml").write_text(DECLARED)
    settings = read_settings(variables)
    return shut_of(groups(folder), outlets(folder), variables, settings, partial(missing, settings))


def test_everything_that_is_not_set_is_named_and_no_secret_is(tmp_path: Path) -> None:
    """Only what a publication uses has to be set; what is wrong with a secret is said without it."""
    bad = "https://evil.example/?sig=topsecret"
    said = "\n".join(told(lacking(tmp_path, {"HOOK": bad})))
    assert said == (
        "BOX is not set in .env: nothing leaves by mail: agenda of D\n"
        "AZURE_TENANT_ID is not set in .env: nothing leaves by mail: agenda of D\n"
        "HOOK in .env is not the https address of a workflow, at a host of SYNCBOT_TEAMS_HOSTS "
        "(an address at a host that is not allowed): nothing leaves by channel: agenda of D, digest of D"
    )
    with made(tmp_path, {"HOOK": bad}) as ways:
        assert ways == {}


def test_what_can_be_used_is(tmp_path: Path) -> None:
    """A channel without its fallback still posts, which is said; one without its address holds up no mail."""
    variables = {**SIGN_IN, "HOOK": GOOD}
    assert list(told(lacking(tmp_path, variables))) == [
        "BOX is not set in .env: nothing leaves by mail: agenda of D; mail does not step in for channel: digest of D"
    ]
    with made(tmp_path, variables) as ways:
        assert {key: [way.outlet.name for way in value] for key, value in ways.items()} == {
            ("D", "agenda"): ["channel"],
            ("D", "digest"): ["channel"],
        }
        assert not isinstance(ways["D", "digest"][0].outlet, Fallback)
    with made(tmp_path, {**SIGN_IN, "BOX": "office@contoso.example"}) as ways:
        assert [way.outlet.name for way in ways["D", "agenda"]] == ["mail"]
        assert ("D", "digest") not in ways


def test_who_asks_for_what_cannot_leave_is_refused(tmp_path: Path) -> None:
    """With the settings that this publication needs and no others; a missing fallback is no reason."""
    shut = lacking(tmp_path, {**SIGN_IN, "HOOK": GOOD})
    with pytest.raises(SettingsError) as caught:
        refuse(shut, "D", "agenda", each=False)
    assert [one.place for one in caught.value.problems] == ["BOX"]
    refuse(shut, "D", "digest", each=False)
    refuse(shut, "D", "summary", each=False)


def test_everything_set_leaves_nothing_to_say(tmp_path: Path) -> None:
    """The outlet that nobody uses needs nothing."""
    assert lacking(tmp_path, {**SIGN_IN, "BOX": "office@contoso.example", "HOOK": GOOD}) == []


def test_each_publication_leaves_by_its_outlets_in_order(tmp_path: Path) -> None:
    """Those without `to` leave by none; the channel's fallback is not used where the mail goes out anyhow."""
    with made(tmp_path, {**SIGN_IN, "BOX": "office@contoso.example", "HOOK": GOOD}) as ways:
        assert {key: [way.outlet.name for way in value] for key, value in ways.items()} == {
            ("D", "agenda"): ["mail", "channel"],
            ("D", "digest"): ["channel"],
        }
        assert not isinstance(ways["D", "agenda"][1].outlet, Fallback)
        assert isinstance(ways["D", "digest"][0].outlet, Fallback)
        assert "topsecret" not in repr(ways)


def test_other_hosts_can_be_allowed(tmp_path: Path) -> None:
    """A national cloud has hosts of its own."""
    variables = {
        **SIGN_IN,
        "BOX": "office@contoso.example",
        "HOOK": "https://flows.example.cn/?sig=topsecret",
        "SYNCBOT_TEAMS_HOSTS": "environment.api.powerplatform.com, example.cn",
    }
    with made(tmp_path, variables) as ways:
        assert ways["D", "digest"]
