"""What the documentation says is so, and what is so is documented."""

import ast
import importlib.metadata
import importlib.util
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from typer.main import get_command

from syncbot import errors
from syncbot.model.auditing import Weight, known_rules
from syncbot.settings import Settings, setting_names

_ROOT = Path(__file__).parents[2]
_DOCS = _ROOT / "docs"
_PAGES = [_ROOT / "README.md", _ROOT / "CHANGELOG.md", *sorted(_DOCS.rglob("*.md"))]
_LINK = re.compile(r"\[[^\]]*\]\(([^)#\s]+)(?:#[^)]*)?\)")


def _text(*parts: str) -> str:
    return _ROOT.joinpath(*parts).read_text(encoding="utf-8")


# Settings


def _documented_settings() -> dict[str, str]:
    return dict(re.findall(r"^#?([A-Z][A-Z0-9_]+)=(.*)$", _text(".env.example"), flags=re.MULTILINE))


def _names_in_mappings() -> set[str]:
    texts = (path.read_text(encoding="utf-8") for path in (_ROOT / "mappings").glob("*.yaml"))
    return {name for text in texts for name in re.findall(r"\{env: (\w+)\}", text)}


def test_every_setting_is_in_the_example_environment() -> None:
    """.env.example has each variable that the settings or the mappings read, and no other."""
    assert set(_documented_settings()) == {*setting_names(), *_names_in_mappings()}


def test_defaults_in_the_example_environment_are_the_real_ones() -> None:
    """A line that is commented out with a value, and has a default, shows that default."""
    shown = _documented_settings()
    for field in Settings.model_fields.values():
        default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
        if default is not None:
            assert shown[str(field.alias)] == str(default), field.alias


# Errors


def _leaves(error: type[errors.SyncbotError]) -> Iterator[type[errors.SyncbotError]]:
    below = [one for one in error.__subclasses__() if one.__module__ == errors.__name__]
    for one in below:
        yield from _leaves(one)
    if not below:
        yield error


def test_every_error_has_its_cure() -> None:
    """docs/problems.md has a heading for each class of failure, with what it means and what to do."""
    page = _text("docs", "problems.md")
    headings = set(re.findall(r"^### `(\w+)`$", page, flags=re.MULTILINE))
    assert headings == {leaf.__name__ for leaf in _leaves(errors.SyncbotError)}
    for section in re.split(r"^### ", page, flags=re.MULTILINE)[1:]:
        assert "**What to do.**" in section, section.splitlines()[0]


# Dependencies


def _declared() -> dict[str, list[str]]:
    project = tomllib.loads(_text("pyproject.toml"))
    groups = project["dependency-groups"]
    optional = [one for extra in project["project"]["optional-dependencies"].values() for one in extra]
    entries = {"product": [*project["project"]["dependencies"], *optional]}
    entries["development"] = [one for group in groups.values() for one in group if isinstance(one, str)]
    return {
        use: [re.split(r"[\[<>=~! ;]", one)[0].lower() for one in names] for use, names in entries.items()
    }


def test_every_dependency_has_its_reason() -> None:
    """The record on dependencies has one row for each package that pyproject.toml names, and no other."""
    rows = re.findall(
        r"^\| `([a-z0-9.-]+)` \| \S", _text("docs", "adr", "0002-dependencies.md"), flags=re.MULTILINE
    )
    assert sorted(rows) == sorted({name for names in _declared().values() for name in names})


_PART_OF = {"pydantic_core": "pydantic"}
"""Modules that a declared package documents as its own, though they come in a package beside it."""


def _imported(folder: Path) -> set[str]:
    found = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - {"syncbot", "tests"}


@pytest.mark.parametrize(
    ("folder", "uses"), [("syncbot", ["product"]), ("tests", ["product", "development"])]
)
def test_what_is_imported_is_declared(folder: str, uses: list[str]) -> None:
    """Nothing is imported that only came along with another package."""
    packages = importlib.metadata.packages_distributions()
    declared = {name for use in uses for name in _declared()[use]}
    came = {
        name: [one.lower().replace("_", "-") for one in packages.get(name, [name.replace("_", "-")])]
        for name in _imported(_ROOT / folder)
    }
    assert {name: names for name, names in came.items() if not declared & {*names, _PART_OF.get(name)}} == {}


# Rules


def test_every_rule_of_the_audit_is_documented() -> None:
    """docs/reference/audit.md has one line for each rule, with what must hold and the fields that it needs."""
    rows = [
        tuple(cell.strip() for cell in line.strip("|").split("|"))
        for line in _text("docs", "reference", "audit.md").splitlines()
        if line.startswith("| `")
    ]
    good_to_know = {rule.id: " (good to know)" for rule in known_rules() if rule.weight is Weight.NOTE}
    assert sorted(rows) == sorted(
        (
            f"`{rule.id}`",
            f"{rule.law}{good_to_know.get(rule.id, '')}",
            "; ".join(f"{kind}: {', '.join(fields)}" for kind, fields in rule.needs.items()),
        )
        for rule in known_rules()
    )


# Commands


def _commands() -> list[str]:
    if importlib.util.find_spec("syncbot.cli.main") is None:
        pytest.skip("the command line is not there yet")
    app = importlib.import_module("syncbot.cli.main").app
    return sorted(_walk(get_command(app), ""))


def _walk(command: object, path: str) -> Iterator[str]:
    below: dict[str, object] = getattr(command, "commands", {})
    for name, one in below.items():
        yield from _walk(one, f"{path} {name}".strip())
    if path and (not below or getattr(command, "invoke_without_command", False)):
        yield path


def test_every_command_is_in_the_readme() -> None:
    """The README's table has each command of `syncbot`, and no other."""
    rows = re.findall(r"^\| `syncbot ([a-z ]+?)(?: [\[A-Z-][^`]*)?`", _text("README.md"), flags=re.MULTILINE)
    assert sorted(set(rows)) == _commands()


def test_every_verb_is_in_the_contributors_guide() -> None:
    """docs/contributing.md names each target that `make help` lists."""
    verbs = re.findall(r"^([a-z-]+):.*## ", _text("Makefile"), flags=re.MULTILINE)
    page = _text("docs", "contributing.md")
    assert [verb for verb in verbs if f"`make {verb}" not in page] == []


# Pages


@pytest.mark.parametrize("page", _PAGES, ids=lambda path: str(path.relative_to(_ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    """A link to a file of this repository names one that is there."""
    links = [link for link in _LINK.findall(page.read_text(encoding="utf-8")) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_page_can_be_reached() -> None:
    """From the README, each page under docs/ is a few clicks away."""
    seen: set[Path] = set()
    waiting = [_ROOT / "README.md"]
    while waiting:
        page = waiting.pop().resolve()
        if page.suffix == ".md" and page not in seen and page.is_file():
            seen.add(page)
            waiting += [
                page.parent / link
                for link in _LINK.findall(page.read_text(encoding="utf-8"))
                if "://" not in link
            ]
    assert [str(page.relative_to(_ROOT)) for page in _DOCS.rglob("*.md") if page.resolve() not in seen] == []


def test_decisions_are_numbered_and_say_why() -> None:
    """Each decision record has its own number, and says the context, the options, the decision."""
    records = sorted((_DOCS / "adr").glob("*.md"))
    numbers = [path.name[:4] for path in records]
    assert len(set(numbers)) == len(records)
    for path in records:
        text = path.read_text(encoding="utf-8")
        assert [part for part in ("## Context", "## Options", "## Decision") if part not in text] == [], (
            path.name
        )


def test_words_are_defined_once_and_in_order() -> None:
    """The glossary has each word once, from A to Z."""
    words = re.findall(r"^\*\*([^*]+)\*\*", _text("docs", "glossary.md"), flags=re.MULTILINE)
    assert words == sorted(set(words), key=str.casefold)


def test_readme_names_the_source_of_its_data() -> None:
    """The licence of GeoNames asks for credit; README and NOTICE give it."""
    for name in ("README.md", "NOTICE"):
        assert "GeoNames" in _text(name), name
        assert "CC BY 4.0" in _text(name) or "Creative Commons Attribution 4.0" in _text(name), name
