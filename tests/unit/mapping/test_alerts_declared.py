"""Who is told of failures: every mistake with its place."""

from pathlib import Path

import pytest

from syncbot.errors import MappingError
from syncbot.mapping.groups import alerts

FILE = """\
outlets:
  mail: {kind: mail, mailbox: {env: BOX}}
  channel: {kind: teams, webhook: {env: HOOK}}
  other: {kind: teams, webhook: {env: HOOK}, fallback: mail}
  meeting: {kind: calendar, mailbox: {env: BOX}, subject: Weekly}
alerts: ALERTS
groups:
  D:
    title: Group D
    zone: Europe/Brussels
    meetings:
      weekly: {on: thursday, at: "10:00"}
"""


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ("{to: [chanel]}", "did you mean 'channel'?"),
        ("{to: []}", "6:14"),
        ("{to: [meeting]}", "an outlet of the kind teams, mail, folder, found calendar"),
        ("{to: [mail]}", "the key 'people', because alerts leave by mail"),
        ("{to: [other]}", "the key 'people', because alerts leave by mail"),
        ("{to: [channel], zone: Europe/Brusels}", "did you mean 'Europe/Brussels'?"),
        ("{to: [channel], locale: klingon}", "expected a language"),
        ("{to: [channel], people: 'mailto://ada@example.eu'}", "found an address"),
        ("{to: [channel], after: 3}", "after"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, declared: str, said: str) -> None:
    """Before the first failure, when it would be too late."""
    (tmp_path / "groups.yaml").write_text(FILE.replace("ALERTS", declared))
    with pytest.raises(MappingError) as caught:
        alerts(tmp_path)
    assert said in str(caught.value)
    assert "groups.yaml:6:" in str(caught.value)


def test_what_is_declared_is_read_and_what_is_not_is_none(tmp_path: Path) -> None:
    """Without the key nobody is told, and that is no mistake."""
    (tmp_path / "groups.yaml").write_text(
        FILE.replace("ALERTS", "{to: [channel, mail], people: {env: PEOPLE}, locale: de}")
    )
    found = alerts(tmp_path)
    assert found is not None
    assert (found.to, found.people and found.people.env) == (("channel", "mail"), "PEOPLE")
    assert (found.locale.language, found.zone.key) == ("de", "Europe/Brussels")
    (tmp_path / "groups.yaml").write_text(FILE.replace("alerts: ALERTS\n", ""))
    assert alerts(tmp_path) is None
