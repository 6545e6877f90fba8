"""The outlets of mappings/groups.yaml: every mistake at once, with its place."""

from pathlib import Path

import pytest

from syncbot.errors import MappingError
from syncbot.mapping.groups import groups, outlets

ROOT = Path(__file__).parents[3]
WRONG = """\
outlets:
  mail: {kind: mail, mailbox: "https://outlook.office.com/x"}
  channel: {kind: teams, webhook: sig-and-all}
  second: {kind: teams, webhook: {env: HOOK}, fallback: mial}
  third: {kind: teams, webhook: {env: HOOK}, fallback: second}
  fourth: {kind: fax, number: "1"}
  meeting: {kind: calendar, mailbox: {env: BOX}}
  files: {kind: folder, folder: out, after_crash: never}
groups:
  D:
    title: Group D
    zone: Europe/Brussels
    meetings:
      weekly: {on: thursday, at: "10:00"}
    publications:
      agenda: {before: weekly, at: "09:00", to: [secnod]}
      digest: {on: friday, at: "15:00", to: [second, second]}
"""


def test_every_mistake_is_told_with_its_place(tmp_path: Path) -> None:
    """An address in a mapping, a secret in a mapping, a fallback of a fallback, names that are not there."""
    (tmp_path / "groups.yaml").write_text(WRONG)
    with pytest.raises(MappingError) as caught:
        outlets(tmp_path)
    said = [str(one).partition("groups.yaml:")[2] for one in caught.value.problems]
    for line, words in {
        2: "found an address",
        3: "because the address is a secret",
        4: "an outlet that has no fallback itself",
        5: "an outlet that has no fallback itself",
        6: "'fax'",
        7: "subject",
        8: "'never'",
        16: "did you mean 'second'?",
        17: "each outlet once",
    }.items():
        assert any(one.startswith(f"{line}:") and words in one for one in said), (line, said)


def test_the_shipped_outlets_name_variables_and_no_addresses() -> None:
    """Whatever a publication of the example leaves by is declared, and each group's digest goes to its own channel."""
    shipped = outlets(ROOT / "mappings")
    for name, group in groups(ROOT / "mappings").items():
        for what, names in group.to.items():
            assert set(names) <= set(shipped)
            if what == "digest":
                assert f"channel_{name.lower()}" in names


def test_what_is_one_persons_own_goes_to_no_place_that_others_see(tmp_path: Path) -> None:
    """A digest of somebody's own actions in the channel of the group would be read by all."""
    channel = (
        WRONG.partition("  second")[0]
        .replace("sig-and-all", "{env: HOOK}")
        .replace('"https://outlook.office.com/x"', "{env: BOX}")
    )
    group = (
        WRONG[WRONG.index("groups:") :]
        .replace("[secnod]", "[mail], to_each: [mail, channel]")
        .replace("[second, second]", "[mail]")
    )
    (tmp_path / "groups.yaml").write_text(channel + group)
    with pytest.raises(
        MappingError, match="one person alone: of kind mail or folder, found 'channel', of kind teams"
    ):
        groups(tmp_path)
