"""What is generated from the format is what stands in the tree."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from syncbot.mapping.__main__ import SCHEMAS, main
from syncbot.mapping.format import json_schema
from syncbot.mapping.load import load
from syncbot.mapping.marks import parse

ROOT = Path(__file__).parents[3]
ENVIRONMENT = {
    "SYNCBOT_NOTION_CITIES": "0f2e4c6a-0000-4000-8000-000000000001",
    "SYNCBOT_NOTION_PEOPLE": "0f2e4c6a-0000-4000-8000-000000000002",
    "SYNCBOT_NOTION_MEETINGS": "0f2e4c6a-0000-4000-8000-000000000003",
    "SYNCBOT_NOTION_ACTIONS": "0f2e4c6a-0000-4000-8000-000000000004",
    "SYNCBOT_NOTION_DECISIONS": "0f2e4c6a-0000-4000-8000-000000000005",
    "SYNCBOT_NOTION_NEEDS": "0f2e4c6a-0000-4000-8000-000000000006",
    "SYNCBOT_SHAREPOINT_SITE": "https://contoso.sharepoint.com/sites/cities",
}


FILES = {of: "schema.json" if of == "kinds" else f"{of}.schema.json" for of in SCHEMAS}
"""Where each schema stands."""


@pytest.mark.parametrize("of", SCHEMAS)
def test_schema_is_up_to_date(of: str) -> None:
    """The schemas in mappings/ are what the code says; `python -m syncbot.mapping schema [FILE]` writes them."""
    assert (ROOT / "mappings" / FILES[of]).read_text(encoding="utf-8") == main("schema", of) + "\n"


def test_reference_is_up_to_date() -> None:
    """docs/reference/mapping.md ends with the tables that the code writes: every key, kind and pair stands in it."""
    page = (ROOT / "docs/reference/mapping.md").read_text(encoding="utf-8")
    assert page.endswith(main("reference") + "\n")


@pytest.mark.parametrize("path", sorted((ROOT / "mappings").glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_files_fit_the_schema(path: Path) -> None:
    """An editor that checks the shipped files by their schema finds nothing, and they name it."""
    text = path.read_text(encoding="utf-8")
    of = path.stem if path.stem in SCHEMAS else "kinds"
    assert text.startswith(f"# yaml-language-server: $schema={FILES[of]}\n")
    schema = SCHEMAS[of]()
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(parse(text, name=path.name).data)


@pytest.mark.parametrize(
    "wrong",
    [
        {"fields": {"name": {"home": "notion", "notion": 5}}},
        {"fields": {"name": {"notion": "City"}}},
        {"endpoints": {"notion": {"service": "notio"}}},
        {"endpoints": {"notion": {"service": "notion", "data_source": 5, "key": "k"}}},
        {"deletes": "never"},
    ],
)
def test_schema_finds_what_the_code_finds(wrong: dict[str, object]) -> None:
    """The schema is not laxer than the code where it matters to somebody who types."""
    data = json.loads(json.dumps(parse((ROOT / "mappings/city.yaml").read_text(), name="city").data))
    for key, value in wrong.items():
        data[key] = value
    assert not Draft202012Validator(json_schema()).is_valid(data)


def test_shipped_mappings_load() -> None:
    """The shipped mappings are right, people come before the cities that point at them, and every field has a home."""
    mappings = load(ROOT / "mappings", ENVIRONMENT)
    assert list(mappings.kinds) == ["person", "city", "meeting", "action", "decision", "need"]
    for kind in ("meeting", "action", "decision", "need"):
        assert set(mappings.kinds[kind].fields) == set(mappings.kinds[kind].model.fields())
    city = mappings.kinds["city"]
    without = {"pilot_only", "front_runner"}  # the demo's places have no columns for them
    assert set(city.fields) == set(city.model.fields()) - without
    assert city.endpoints["notion"].container == ENVIRONMENT["SYNCBOT_NOTION_CITIES"]
    assert city.endpoints["sharepoint"].site == ENVIRONMENT["SYNCBOT_SHAREPOINT_SITE"]
    assert city.policy.fields["country"].home == "notion"
    assert city.policy.fields["ccc_state"].home is None
    assert city.policy.identity.variants["BE", "Antwerp"] == {"Antwerpen", "Anvers"}


def test_example_of_the_reference_loads(tmp_path: Path) -> None:
    """The example that people start from is itself right."""
    page = (ROOT / "docs/reference/mapping.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    (tmp_path / "city.yaml").write_text(example, encoding="utf-8")
    (tmp_path / "variants").mkdir()
    (tmp_path / "variants/city.yaml").write_text("BE:\n  Antwerp: [Anvers]\n", encoding="utf-8")
    spec = load(tmp_path, ENVIRONMENT).kinds["city"]
    assert "mayor" in spec.model.fields()
