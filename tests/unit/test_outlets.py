"""The declared outlets are judged before any of them is made, and each is made once."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from syncbot.connections import Services
from syncbot.endpoints.outlets.fallback import Fallback
from syncbot.errors import Problem, SettingsError
from syncbot.mapping.groups import groups, outlets
from syncbot.outlets import ways_of
from syncbot.service.lease import Lease
from syncbot.service.turns import Turns
from syncbot.service.ways import Ways
from syncbot.settings import read_settings
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

        def missing(needed: object) -> list[Problem]:
            return (
                []
                if settings.tenant_id
                else [Problem(place="AZURE_TENANT_ID", expected=f"{needed}", found="nothing")]
            )

        def template(_: str) -> bytes:
            return b""

        yield ways_of(groups(folder), outlets(folder), variables, settings, services, template, missing)


def test_everything_that_is_not_set_is_named_at_once_and_no_secret_is(tmp_path: Path) -> None:
    """Only what a publication uses has to be set; what is wrong with a secret is said without it."""
    bad = "https://evil.example/?sig=topsecret"
    with pytest.raises(SettingsError) as caught, made(tmp_path, {"HOOK": bad}):
        pass
    said = str(caught.value)
    assert all(name in said for name in ("BOX", "HOOK", "AZURE_TENANT_ID", "a host that is not allowed"))
    assert "NEVER_SET" not in said
    assert "OTHER_HOOK" not in said
    assert "topsecret" not in said
    assert "evil" not in said


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
