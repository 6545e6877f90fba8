"""mappings/control.yaml is read whole: what it declares, or every fault at once."""

from pathlib import Path

import pytest

from syncbot.errors import MappingError
from syncbot.mapping.control import control, endpoint_of, reference, unset
from syncbot.mapping.groups import groups

SHIPPED = Path(__file__).parents[3] / "mappings"
PLACE = "  here: {service: notion, data_source: {env: SOME_ID}, key: our key}\n"


def read(folder: Path, text: str) -> list[str]:
    """The faults of a file, each as a line."""
    (folder / "control.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(MappingError) as caught:
        control(folder, groups(SHIPPED))
    return [str(one).removeprefix(f"{folder.as_posix()}/") for one in caught.value.problems]


def test_without_the_file_nobody_is_asked(tmp_path: Path) -> None:
    """It is no fault."""
    assert control(tmp_path, groups(SHIPPED)) is None


def test_the_shipped_file_names_both_services() -> None:
    """The example can be used as it is; a place is one endpoint whose columns are called by what they are for."""
    found = control(SHIPPED, groups(SHIPPED))
    assert found is not None
    assert found.make_rows
    lines = {"SYNCBOT_NOTION_CONTROL": " abc ", "SYNCBOT_SHAREPOINT_SITE": "https://contoso.example/sites/x"}
    made = [endpoint_of(name, place, lines) for name, place in found.places.items()]
    assert [(one.name, one.service, one.container, one.site) for one in made] == [
        ("notion", "notion", "abc", None),
        ("sharepoint", "sharepoint", "Sync control", "https://contoso.example/sites/x"),
    ]
    assert {part: column.name for part, column in made[0].columns.items()} == {
        "group": "Group",
        "sync_now": "Sync now",
        "state": "State",
        "result": "Result",
        "questions": "Questions",
    }


def test_variables_that_are_not_set_are_no_fault_of_the_file(tmp_path: Path) -> None:
    """They are named when a place is wanted: a sync needs none of them."""
    (tmp_path / "control.yaml").write_text(f"places:\n{PLACE}", encoding="utf-8")
    found = control(tmp_path, groups(SHIPPED))
    assert found is not None
    assert [one.place for one in unset(found.places["here"], {"SOME_ID": " "})] == ["SOME_ID"]
    assert unset(found.places["here"], {"SOME_ID": "x"}) == []


def test_all_faults_are_told_at_once_with_their_places(tmp_path: Path) -> None:
    """Unknown words, a service that is none, an address in the file, and one column for two things."""
    text = """make_row: yes
places:
  here: {service: notion, data_source: "https://notion.so/x", key: Key}
  there: {service: sharepont, list: x}
  over: {service: sharepoint, site: {env: SITE}, list: Sync, key: State, columns: {group: X, result: X}}
"""
    assert read(tmp_path, text) == [
        "control.yaml:1:1: expected one of the keys make_rows or places, found 'make_row' "
        "(did you mean 'make_rows'?)",
        "control.yaml:3:40: expected a name, an id or {env: NAME}, found an address",
        "control.yaml:4:20: expected one of the services notion or sharepoint, found 'sharepont' "
        "(did you mean 'sharepoint'?)",
        "control.yaml:5:9: expected another column for 'state', found 'State', which is that of 'key'",
        "control.yaml:5:102: expected another column for 'result', found 'X', which is that of 'group'",
    ]


@pytest.mark.parametrize(
    "text", ["", "places: {}\n", "places:\n", "make_rows: true\n", "- a\n", "places: [\n"]
)
def test_a_file_that_declares_no_place_is_a_fault(tmp_path: Path, text: str) -> None:
    """Nobody who wrote it meant nothing."""
    assert read(tmp_path, text)


def test_groups_are_needed(tmp_path: Path) -> None:
    """Without groups there is no row to tick."""
    (tmp_path / "control.yaml").write_text(f"places:\n{PLACE}", encoding="utf-8")
    with pytest.raises(MappingError, match=r"expected groups in mappings/groups\.yaml"):
        control(tmp_path, {})


def test_the_reference_is_up_to_date() -> None:
    """docs/howto/control.md ends with the tables that the code writes."""
    page = (SHIPPED.parent / "docs/howto/control.md").read_text(encoding="utf-8")
    assert page.endswith(f"## Every key\n\n{reference()}\n")


def test_the_example_of_the_docs_is_right(tmp_path: Path) -> None:
    """It can be copied as it stands."""
    page = (SHIPPED.parent / "docs/howto/control.md").read_text(encoding="utf-8")
    (tmp_path / "control.yaml").write_text(page.split("```yaml\n")[1].split("```")[0], encoding="utf-8")
    found = control(tmp_path, groups(SHIPPED))
    assert found is not None
    assert list(found.places) == ["notion", "sharepoint"]
