"""What stands in a publication: the right things in the right order, nothing when nothing is, and never too much."""

import dataclasses
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from babel import Locale
from hypothesis import given
from hypothesis import strategies as st

from syncbot.cli.words import field
from syncbot.mapping.layouts import layouts
from syncbot.mapping.tongues import languages, translations
from syncbot.model.kinds.action import Action
from syncbot.model.kinds.city import STATES, City
from syncbot.model.kinds.need import STAGES, URGENCIES
from syncbot.model.kinds.person import Person
from syncbot.model.wording import EMPTY
from syncbot.publish.compose import compose
from syncbot.publish.example import example
from syncbot.publish.form import Publication
from syncbot.publish.html import html
from syncbot.publish.material import KINDS, Material
from syncbot.publish.plain import plain
from syncbot.publish.sources import SOURCES, carried_over, changes, silent_cities, ticked_off
from syncbot.publish.wording import Reader, Wording

ROOT = Path(__file__).parents[3]
LAYOUTS = layouts(ROOT / "mappings")


def words(language: str = "en_GB") -> Wording:
    """Return the words of a reader in Brussels."""
    locale = Locale.parse(language)
    return Wording(Reader(locale=locale, zone=ZoneInfo("Europe/Brussels"), translations=translations(locale)))


def published(what: str, material: Material, language: str = "en_GB") -> Publication:
    """Return a shipped publication."""
    return compose(
        what, "2026-W48", LAYOUTS[what], material, words(language), whole="https://example.eu/whole"
    )


def of_group_d(**changed: Any) -> Material:
    """Return an otherwise empty group D."""
    base = example()
    bare = Material(group="D", title=base.title, today=base.today, since=base.since, meeting=base.meeting)
    return dataclasses.replace(bare, **changed)


@pytest.mark.parametrize("source", SOURCES)
def test_the_example_has_something_for_every_section(source: str) -> None:
    """A template is tried with the example, so a source that finds nothing there would hide its faults."""
    assert SOURCES[source](example())


@pytest.mark.parametrize("what", LAYOUTS)
def test_an_empty_week_is_short_and_says_so(what: str) -> None:
    """Empty sections vanish; what is left is a sentence and the standing slots."""
    made = published(what, of_group_d())
    assert made.opening
    assert len(plain(made).splitlines()) <= 20


def test_overdue_actions_come_first_and_then_by_owner() -> None:
    """Somebody's own actions stand together; those of nobody come last."""
    base = example()
    actions = {
        "1": Action(name="later", owners=frozenset({"follower"}), csg="D"),
        "2": Action(name="nobody's", csg="D"),
        "3": Action(name="overdue", owners=frozenset({"lead"}), due=date(2026, 11, 23), csg="D"),
        "4": Action(name="today", owners=frozenset({"lead"}), due=base.today, csg="D"),
        "5": Action(name="done", owners=frozenset({"lead"}), done=True, csg="D"),
        "6": Action(name="of another group", owners=frozenset({"lead"}), csg="C"),
    }
    found = carried_over(of_group_d(actions=actions, people=base.people))
    assert [one["name"] for one in found] == ["Overdue", "Today", "Later", "Nobody's"]


def test_names_stand_where_a_reader_looks_for_them() -> None:
    """Íñigo comes between Gerda and Zara, whatever sign begins his name; lines begin with a capital letter."""
    names = {"z": "Zara", "i": "Íñigo", "g": "Gerda"}
    people = {key: Person(name=name, email=f"{key}@x.example", csg="D") for key, name in names.items()}
    actions = {key: Action(name=f"call {key}", owners=frozenset({key}), csg="D") for key in names}
    actions["all"] = Action(name="ßtart", owners=frozenset(names), csg="D")
    found = carried_over(of_group_d(actions=actions, people=people))
    assert [one["name"] for one in found] == ["Call g", "ßtart", "Call i", "Call z"]
    assert found[1]["owners"] == ["Gerda", "Íñigo", "Zara"]


def test_an_action_that_was_ticked_off_is_told_once() -> None:
    """It is among what was done, not among what changed in the group's cities."""
    base = example()
    (city,) = base.changes
    ticked = dataclasses.replace(city, kind="action", record="done", subject="Book the room", field="done")
    told = of_group_d(changes=[city, ticked], actions=base.actions, closed=base.closed)
    assert [one["subject"] for one in changes(told)] == [city.subject]
    assert [one["name"] for one in ticked_off(told)] == ["Book the room"]


def test_a_city_is_silent_only_beyond_the_agreed_rhythm() -> None:
    """Fourteen days without contact are agreed; the fifteenth is not."""
    cities = {
        "just": City(name="Just", csg="D", last_contact=date(2026, 11, 10)),
        "over": City(name="Over", csg="D", last_contact=date(2026, 11, 9)),
        "never": City(name="Never", csg="D"),
    }
    assert [one["name"] for one in silent_cities(of_group_d(cities=cities))] == ["Never", "Over"]


def test_a_long_section_is_cut_and_leads_to_the_rest() -> None:
    """Two thousand open actions make an agenda of one page, not of forty."""
    actions = {str(n): Action(name=f"Action {n:04}", csg="D") for n in range(2000)}
    made = published("agenda", of_group_d(actions=actions))
    (section,) = [one for one in made.sections if one.name == "carried_over"]
    assert len(section.lines) == 25
    assert section.more is not None
    assert section.more.text == "… and 1975 more"
    assert section.more.runs[0].url == "https://example.eu/whole"
    assert len(html(made)) < 20_000


@given(name=st.text(min_size=1, max_size=60).filter(str.strip))
def test_no_name_breaks_a_publication(name: str) -> None:
    """Whatever an action is called, the agenda is composed and says it."""
    made = published("agenda", of_group_d(actions={"1": Action.model_construct(name=name, csg="D")}))
    (section,) = [one for one in made.sections if one.name == "carried_over"]
    said = section.lines[0].text.removesuffix(": nobody yet").split()
    assert said in (name.split(), (name[:1].upper() + name[1:]).split()) or name.strip() == ""


def _fixed_words() -> set[str]:
    lines = (ROOT / "mappings/publications.yaml").read_text(encoding="utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.startswith("#"))
    titles = set(re.findall(r"^        title: (.+)$", text, flags=re.MULTILINE))
    return titles | {found[0] or found[1] for found in re.findall(r"_\('([^']+)'\)|gettext\('([^']+)'", text)}


def _of_records() -> set[str]:
    """How people call the fields of the kinds that publications speak of, and the words of states and urgencies."""
    fields = {field(name) for kind in KINDS.values() for name in kind.fields()}
    return {*fields, *STATES, *URGENCIES, *STAGES, "execution", "acceleration", EMPTY, "yes", "no", "Open"}


@pytest.mark.parametrize("language", sorted(languages() - {"en"}))
def test_every_fixed_word_of_the_shipped_publications_is_translated(language: str) -> None:
    """A word that nobody translated would stand in English in the middle of a German agenda."""
    known = translations(Locale.parse(language))
    catalogue: Mapping[Any, str] = known._catalog  # type: ignore[attr-defined]
    said = {key if isinstance(key, str) else key[0] for key in catalogue}
    assert _fixed_words() - said == set()
    assert _of_records() - said == set()
    wrong = [
        key for key in said if "{{ contact_days }}" in key and "{{ contact_days }}" not in known.gettext(key)
    ]
    assert wrong == []


def test_the_page_for_users_names_every_source_and_its_words() -> None:
    """docs/howto/publications.md is what somebody reads who changes a layout."""
    page = (ROOT / "docs/howto/publications.md").read_text(encoding="utf-8")
    rows = {
        row.split("`")[1]: row for row in page.splitlines() if row.startswith("| `") and "`from`" not in row
    }
    assert set(rows) == set(SOURCES)
    for source, row in rows.items():
        words = row.rsplit("|", 2)[1]
        if "the same" not in words:
            assert set(re.findall(r"`(\w+)`", words)) - {"place", "value"} == set(
                SOURCES[source](example())[0]
            )
