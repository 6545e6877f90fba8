"""How the real parts are judged before any of them is made."""

import shutil
from pathlib import Path

import pytest

from syncbot.app import opened
from syncbot.errors import MappingError, SettingsError
from syncbot.service.parts import Quiet
from syncbot.settings import example_mappings


def test_all_that_is_not_set_is_named_at_once() -> None:
    """Somebody without any settings reads of tokens and of ids in one go, and that it is the settings that lack them."""
    variables = {"SYNCBOT_MAPPINGS": str(example_mappings())}
    with (
        pytest.raises(SettingsError) as told,
        opened(watch=Quiet(), on_wait=lambda _why, _seconds: None, variables=variables),
    ):
        pass
    said = str(told.value)
    for name in (
        "NOTION_TOKEN",
        "AZURE_TENANT_ID",
        "AZURE_CLIENT_ID",
        "SYNCBOT_NOTION_CITIES",
        "SYNCBOT_SHAREPOINT_SITE",
    ):
        assert name in said


def test_mistakes_in_several_files_of_mappings_are_told_at_once(tmp_path: Path) -> None:
    """Whoever runs `check` reads of all that is to be mended, by file and line, and not of the first file alone."""
    shutil.copytree(example_mappings(), tmp_path / "mappings")
    for name, before, after in (
        ("city.yaml", "identity:", "identety:"),
        ("control.yaml", "make_rows:", "make_row:"),
        ("groups.yaml", "zone: Europe/Brussels", "zone: Europe/Brusels"),
        ("notes.yaml", "capital_nouns:", "capital_noun:"),
        ("publications.yaml", "title:", "titel:"),
    ):
        file = tmp_path / "mappings" / name
        file.write_text(file.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
    variables = {"SYNCBOT_MAPPINGS": str(tmp_path / "mappings")}
    with (
        pytest.raises(MappingError) as told,
        opened(watch=Quiet(), on_wait=lambda _why, _seconds: None, variables=variables),
    ):
        pass
    said = [one for one in told.value.problems if not one.expected.startswith("the environment variable")]
    files = [
        one.place.removeprefix(str(tmp_path / "mappings/")).lstrip("/").partition(":")[0] for one in said
    ]
    assert list(dict.fromkeys(files)) == [
        "city.yaml",
        "control.yaml",
        "groups.yaml",
        "notes.yaml",
        "publications.yaml",
    ]
