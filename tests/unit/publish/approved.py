"""Publications whose forms were looked at and approved: for each its name and how it is made."""

from collections.abc import Callable, Mapping
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale

from syncbot.mapping.layouts import layouts
from syncbot.mapping.templates import templates
from syncbot.mapping.tongues import languages, translations
from syncbot.publish.compose import Layout, compose
from syncbot.publish.example import SOMEBODY, example
from syncbot.publish.form import Publication
from syncbot.publish.forms import Form, fitting, forms
from syncbot.publish.material import Material
from syncbot.publish.personal import narrowed
from syncbot.publish.wording import Reader, Wording
from syncbot.service.publishing import Asked, Names, publication
from tests.fakes.four_groups import four_groups
from tests.unit.publish.dumped import slides_dump, word_dump

SHIPPED = Path(__file__).parents[3] / "mappings"
GOLDEN = Path(__file__).parent / "golden"
LAYOUTS = layouts(SHIPPED)
WHOLE = "https://example.eu/whole"
OWN = "digest_each"
"""What one person gets."""
WHATS = (*LAYOUTS, OWN)
LANGUAGES = sorted(languages())
KNOWN: Mapping[str, Form] = forms(templates(SHIPPED, SHIPPED))
DUMPED: Mapping[str, Callable[[bytes], str]] = {
    ".docx": word_dump,
    ".pptx": slides_dump,
    ".html": bytes.decode,
    ".txt": bytes.decode,
    ".card.json": bytes.decode,
}


def words(language: str) -> Wording:
    """Return the words of a reader in Brussels."""
    locale = Locale.parse("en_GB" if language == "en" else language)
    return Wording(Reader(locale=locale, zone=ZoneInfo("Europe/Brussels"), translations=translations(locale)))


def made_of(what: str, material: Material, language: str) -> Publication:
    """Return a shipped publication; `digest_each` is what one person gets."""
    layout: Layout | None = LAYOUTS[what.removesuffix("_each")]
    assert layout is not None
    if what == OWN:
        layout, material = layout.each, narrowed(material, SOMEBODY)
        assert layout is not None
    return compose(what.removesuffix("_each"), "2026-W48", layout, material, words(language), whole=WHOLE)


def quiet_week() -> Material:
    """Return a group of which nothing is known but its next meeting."""
    one = example()
    return Material(
        group=one.group,
        title=one.title,
        today=one.today,
        since=one.since,
        meeting=one.meeting,
        people={SOMEBODY: one.people[SOMEBODY]},
    )


def in_languages() -> dict[str, Publication]:
    """Return everything that is published, with one of everything in it, in each language."""
    return {
        f"{what}.{language}": made_of(what, example(), language) for what in WHATS for language in LANGUAGES
    }


def in_quiet_weeks() -> dict[str, Publication]:
    """Return everything that is published when there is nothing to say."""
    return {
        f"quiet.{what}.{language}": made_of(what, quiet_week(), language)
        for what in WHATS
        for language in LANGUAGES
    }


def of_groups() -> dict[str, Publication]:
    """Return everything that the groups publish in one week, each in its own language."""
    parts = four_groups()
    names = Names(place=str.capitalize, field=lambda name: name.replace("_", " "))
    return {
        f"{what}-{group}": publication(parts, Asked(what=what, group=group, week="2026-W48"), names)
        for group, spec in parts.groups.items()
        for what in spec.group.publications
    }


def dumped(made: Publication, suffix: str) -> str:
    """Return a form of a publication as text."""
    return DUMPED[suffix](fitting(KNOWN, made)[suffix](made))


def every() -> dict[str, str]:
    """Return everything that is approved, by the name of its file."""
    found = {
        f"{name}{suffix}": dumped(made, suffix)
        for name, made in in_languages().items()
        for suffix in fitting(KNOWN, made)
    }
    found |= {f"{name}.txt": dumped(made, ".txt") for name, made in in_quiet_weeks().items()}
    return found | {
        f"{name}{suffix}": dumped(made, suffix)
        for name, made in of_groups().items()
        for suffix in (".txt", ".card.json")
    }
