"""The whole folder mappings/ in one reading: one run of `check` is enough to mend all of its files."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from syncbot.errors import MappingError
from syncbot.mapping.everything import everything

ROOT = Path(__file__).parents[3]
KINDS = ("CITIES", "PEOPLE", "MEETINGS", "ACTIONS", "DECISIONS", "NEEDS")
ENVIRONMENT = {
    "SYNCBOT_SHAREPOINT_SITE": "https://contoso.sharepoint.com/sites/cities",
    **{f"SYNCBOT_NOTION_{kind}": kind.lower() for kind in KINDS},
}


def told(folder: Path, changes: Mapping[str, tuple[str, str]]) -> list[str]:
    """Return what is told of the shipped files after a change to the first such words of each named one."""
    shutil.copytree(ROOT / "mappings", folder, dirs_exist_ok=True)
    for name, (before, after) in changes.items():
        text = (folder / name).read_text(encoding="utf-8")
        assert before in text
        (folder / name).write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(MappingError) as caught:
        everything(folder, ENVIRONMENT)
    return [str(one).removeprefix(f"{folder.as_posix()}/") for one in caught.value.problems]


def test_the_shipped_files_are_right() -> None:
    """Nothing is told of them, and all that they declare is there."""
    found = everything(ROOT / "mappings", ENVIRONMENT)
    assert found.mappings.kinds
    assert found.sources
    assert found.around.groups
    assert found.around.outlets
    assert found.around.alerts
    assert found.layouts
    assert found.control


def test_the_mistakes_of_all_files_are_told_at_once_by_file_and_line(tmp_path: Path) -> None:
    """Six files, each read by another reader, and none that refers to another tells of its fault again."""
    changes = {
        "publications.yaml": ("title:", "titel:"),
        "notes.yaml": ("capital_nouns:", "capital_noun:"),
        "control.yaml": ("make_rows:", "make_row:"),
        "city.yaml": ("identity:", "identety:"),
        "person.yaml": ("identity:", "identety:"),
        "groups.yaml": ("zone: Europe/Brussels", "zone: Europe/Brusels"),
    }
    said = told(tmp_path, changes)
    files = [one.partition(":")[0] for one in said]
    assert list(dict.fromkeys(files)) == sorted(changes)
    lines = [(name, int(one.split(":")[1])) for name, one in zip(files, said, strict=True)]
    assert lines == sorted(lines)
    assert not any("a kind that is mapped" in one or "groups in mappings" in one for one in said)


def test_the_mistakes_of_one_file_do_not_hide_each_other(tmp_path: Path) -> None:
    """A group without a title and with a wrong meeting is still asked for its zone and for what it publishes."""
    group = """\
    zone: Europe/Brusels
    meetings:
      weekly: {on: thursdy, at: "10:00"}
    publications:
      digset: {before: weekly, at: "15:00", to: [fax, mial], to_each: [fax]}
  A:
"""
    fax = "outlets:\n  fax: {kind: fax}\n  hook: {kind: teams, webhook: {env: HOOK}, fallback: fax}\n"
    said = told(tmp_path, {"groups.yaml": ("outlets:\n", fax)})
    assert len(said) == 1
    assert said[0].startswith("groups.yaml:7:15: expected one of the kinds calendar, folder, mail")
    shutil.rmtree(tmp_path)
    whole = (ROOT / "mappings/groups.yaml").read_text(encoding="utf-8")
    both = whole.replace("outlets:\n", fax, 1).replace("  A:\n", f"  X:\n{group}", 1)
    said = told(tmp_path, {"groups.yaml": (whole, both)})
    for words in (
        "expected one of the kinds",
        "expected the key 'title'",
        "did you mean 'Europe/Brussels'?",
        "did you mean 'thursday'?",
        "expected a publication of mappings/publications.yaml, found 'digset' (did you mean 'digest'?)",
        "expected an outlet of this file, found 'mial' (did you mean 'mail'?)",
    ):
        assert sum(words in one for one in said) == 1, (words, said)
    assert len(said) == 6


@pytest.mark.parametrize("outlets", ["outlets: [mail]", "outlets: {mail: {mailbox: {env: BOX}}}"])
def test_an_outlet_with_a_fault_is_not_called_missing_where_it_is_used(tmp_path: Path, outlets: str) -> None:
    """It is there, and mending its own line is enough."""
    rest = 'A: {title: A, zone: Europe/Brussels, meetings: {weekly: {on: monday, at: "09:30"}}, publications: {agenda:'
    timing = '{before: weekly, at: "09:00", to: [mail], to_each: [mail]}'
    whole = (ROOT / "mappings/groups.yaml").read_text(encoding="utf-8")
    text = f"{outlets}\ngroups:\n  {rest} {timing}}}}}\n"
    said = told(tmp_path, {"groups.yaml": (whole, text)})
    assert len(said) == 1
    assert said[0].startswith("groups.yaml:1:")


def test_faults_of_publications_do_not_make_their_names_unknown(tmp_path: Path) -> None:
    """The groups may use a publication whose layout is to be mended; one that is declared nowhere is told all the same."""
    changes = {"publications.yaml": ("title:", "titel:"), "groups.yaml": ("      digest:", "      digset:")}
    said = told(tmp_path, changes)
    assert [one for one in said if one.startswith("groups.yaml")] == [
        one for one in said if "did you mean 'digest'?" in one
    ]
    assert sum(one.startswith("groups.yaml") for one in said) == 1
