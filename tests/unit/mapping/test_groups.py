"""mappings/groups.yaml: every mistake at once with its place, and the shipped file says what it means to."""

from datetime import date
from pathlib import Path

import pytest

from syncbot.errors import MappingError
from syncbot.mapping.groups import groups
from syncbot.schedule.due import slots

ROOT = Path(__file__).parents[3]

WRONG = """\
groups:
  D:
    title: Group D
    zone: Europe/Brusels
    holidays: BEX
    locale: klingon
    meetings:
      weekly: {on: thursdy, at: "10:00"}
      other: {on: monday, at: "9:30"}
      third: {on: monday, at: "09:30", every: month}
      fourth: {on: monday, at: "09:30", every: two weeks}
      fifth: {on: monday, at: "09:30", begins: "2026-02-30"}
      good: {on: monday, at: "09:30"}
    publications:
      agenda: {before: god, at: "10:00"}
      digest: {on: friday}
      summary: {after: good, before: good, at: "10:00"}
"""


def told(folder: Path, text: str) -> list[str]:
    """Return what is wrong with a file, a line a fault."""
    (folder / "groups.yaml").write_text(text)
    with pytest.raises(MappingError) as caught:
        groups(folder)
    return [str(one).replace(f"{folder.as_posix()}/", "") for one in caught.value.problems]


def test_every_mistake_is_told_with_its_place_and_the_nearest_word(tmp_path: Path) -> None:
    """One run of `check` is enough to mend the file."""
    said = "\n".join(told(tmp_path, WRONG))
    for line, words in {
        4: "did you mean 'Europe/Brussels'?",
        5: "did you mean 'BE",
        6: "expected a language",
        8: "did you mean 'thursday'?",
        9: 'a time such as "09:30"',
        10: "`week` with `every: month`",
        11: "`begins` with `every: two weeks`",
        12: 'a day such as "2026-01-08"',
        15: "did you mean 'good'?",
        16: "`at` with `before` and `on`",
        17: "one of `before`, `after`, `on`",
    }.items():
        assert any(f"groups.yaml:{line}:" in one and words in one for one in said.splitlines()), (line, said)


@pytest.mark.parametrize("name", ["../D", "D/1", "D|1", "", " ", "D\u00a0E", "-"])
def test_a_group_is_called_so_that_a_file_can_be(tmp_path: Path, name: str) -> None:
    """Its name is part of the names of files, of what marks a mail as sent, and of what a failure is kept under."""
    written = WRONG.replace("  D:", f'  "{name}":')
    assert any("a group's short name" in one for one in told(tmp_path, written))


def test_an_empty_file_is_a_fault_and_no_file_is_no_groups(tmp_path: Path) -> None:
    """An organisation without publications has no such file."""
    assert groups(tmp_path) == {}
    assert told(tmp_path, "") != []


def test_the_shipped_groups_meet_as_the_domain_says() -> None:
    """Four groups and the City Interface Meeting; group C meets three times a week, about twelve times a month."""
    shipped = groups(ROOT / "mappings")
    assert set(shipped) == {"A", "B", "C", "D", "all"}
    meetings = shipped["C"].group
    month = meetings.calendar.occurrences(meetings.meetings["weekly"], date(2026, 11, 1), date(2026, 11, 30))
    assert 11 <= len(month) <= 14


def test_every_shipped_publication_can_still_be_sent_when_it_is_due() -> None:
    """Nothing is due at or after the moment from which it is worthless, holidays and clock changes included."""
    for spec in groups(ROOT / "mappings").values():
        year = slots(spec.group, date(2026, 1, 1), date(2027, 12, 31))
        assert year
        assert [str(one.identity) for one in year if one.due >= one.until] == []
