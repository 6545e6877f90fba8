"""What an organisation declares about its records: other words for some, and days of the programme."""

import dataclasses
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from syncbot.errors import MappingError
from syncbot.mapping.layouts import layouts
from syncbot.model.kinds.city import City
from syncbot.model.kinds.meeting import Meeting
from syncbot.model.kinds.person import Person
from syncbot.publish.coming import absences, coming
from syncbot.publish.compose import compose
from syncbot.publish.declared import Milestone, Turn
from syncbot.publish.example import example
from syncbot.publish.form import Publication, leading
from syncbot.publish.material import Change, Material
from syncbot.publish.plain import plain
from tests.unit.publish.approved import LANGUAGES, LAYOUTS, words
from tests.unit.publish.test_compose import of_group_d

TODAY = example().today
CITIES = {
    "ahead": City(name="Copenhagen", csg="D", ccc_state="implementation", lead="lead", follower="other"),
    "usual": City(name="Limassol", csg="D", ccc_state="implementation", ccc_window="W4+"),
}


def said(what: str, material: Material, language: str = "en") -> str:
    """Return a shipped publication as text."""
    return plain(compose(what, "2026-W48", LAYOUTS[what], material, words(language)))


def _change(key: str) -> Change:
    return Change(
        day=TODAY,
        kind="city",
        record=key,
        subject=CITIES[key].name,
        field="CCC state",
        before="label",
        after="implementation",
        keeper="Notion",
        csg="D",
        worded=True,
    )


EXECUTION = {
    "de": "Ausführung", "en": "execution", "es": "ejecución", "fr": "exécution", "it": "esecuzione",
    "nl": "volle uitvoering",
}  # fmt: skip
IMPLEMENTATION = {
    "de": "Umsetzung", "en": "implementation", "es": "implementación", "fr": "mise en œuvre",
    "it": "attuazione", "nl": "uitvoering",
}  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
def test_of_front_runners_one_says_execution(language: str) -> None:
    """In what changed and in the counts of the deck; of all others one goes on saying implementation."""
    material = of_group_d(cities=CITIES, changes=[_change("ahead"), _change("usual")])
    lines = said("digest", material, language).splitlines()
    assert any("Copenhagen" in one and one.endswith(f"→ {EXECUTION[language]}") for one in lines)
    assert any("Limassol" in one and one.endswith(f"→ {IMPLEMENTATION[language]}") for one in lines)
    words_of = words(language).word
    counted = said("deck", material, language)
    for one in ("In execution", "In implementation"):
        assert f"- {words_of(one)}: 1\n" in counted
    assert words_of("In execution") != words_of("In implementation")


def test_the_words_of_people_are_never_changed() -> None:
    """A note that says "implementation" is a person's."""
    note = dataclasses.replace(_change("ahead"), field="note", worded=False)
    assert "label → implementation" in said("digest", of_group_d(cities=CITIES, changes=[note]))


def test_any_field_of_any_kind_can_be_the_mark() -> None:
    """Here a box that people tick; and words of one's own."""
    marked = {**CITIES, "usual": CITIES["usual"].model_copy(update={"front_runner": True})}
    turn = Turn(kind="city", where={"front_runner": [True]}, say={"implementation": "acceleration"})
    layout = dataclasses.replace(LAYOUTS["digest"], turns=[turn])
    material = of_group_d(cities=marked, changes=[_change("ahead"), _change("usual")])
    text = plain(compose("digest", "2026-W48", layout, material, words("nl")))
    assert "Limassol, CCC-status: label toegekend → versnelling" in text
    assert "Copenhagen, CCC-status: label toegekend → uitvoering" in text


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ("instead: {x: {kind: city, where: {colour: [red]}, say: {a: b}}}", "a field of city"),
        ("instead: {x: {kind: town, say: {a: b}}}", "town"),
        ("instead: {x: {kind: city, where: {ccc_state: [done]}, say: {a: b}}}", "words of ccc_state"),
        ("milestones: [{name: x, day: soon}]", "a day such as"),
        ("milestones: [{name: x, day: 2026-02-30}]", "a day such as"),
    ],
)
def test_what_no_record_can_have_is_a_fault(tmp_path: Path, wrong: str, told: str) -> None:
    """A slip in a field's name or value would be silence for ever."""
    (tmp_path / "publications.yaml").write_text(f"{wrong}\npublications: {{}}\n", encoding="utf-8")
    with pytest.raises(MappingError, match=told):
        layouts(tmp_path)


@pytest.mark.parametrize("page", ["docs/howto/publications.md", "mappings/publications.yaml"])
def test_days_of_the_programme_are_declared_as_we_say(tmp_path: Path, page: str) -> None:
    """The lines that people are told to copy are read: without quotes a day is text to some readers, a day to others."""
    lines = (Path(__file__).parents[3] / page).read_text(encoding="utf-8").splitlines()
    copied = [line.lstrip("# ") for line in lines if "- {name: " in line and "day: 20" in line]
    declared = "\n  ".join(["milestones:", *copied, ""])
    (tmp_path / "publications.yaml").write_text(
        f"{declared}\npublications: {{x: {{title: x, sections: {{}}}}}}\n", encoding="utf-8"
    )
    found = layouts(tmp_path)["x"].milestones
    assert [one.day for one in found] == [date(2026, 12, 15), date(2027, 1, 29)]
    assert found[1].where == {"pilot_cohort": ["2"]}


@pytest.mark.parametrize("line", ["{{ owners[0] }}", "{{ due.year }}", "{{ city.upper() }}"])
def test_a_template_that_needs_what_may_be_unknown_is_a_fault_at_once(tmp_path: Path, line: str) -> None:
    """Else `check` is content, and the first action without an owner or a date stops the agenda."""
    section = f"{{title: x, from: carried_over, line: '{line}'}}"
    (tmp_path / "publications.yaml").write_text(
        f"publications: {{x: {{title: x, sections: {{one: {section}}}}}}}\n", encoding="utf-8"
    )
    with pytest.raises(MappingError, match="a template that can be filled in"):
        layouts(tmp_path)


# -- what is coming


def test_a_day_of_the_programme_comes_up_with_the_cities_that_it_is_for() -> None:
    """Within two weeks, and only where a city of the group is concerned."""
    closes = Milestone(
        name="Window closes", day=TODAY + timedelta(days=14), kind="city", where={"ccc_window": ["W4+"]}
    )
    late = dataclasses.replace(closes, day=TODAY + timedelta(days=15))
    [one] = coming(of_group_d(cities=CITIES, milestones=[closes, late]))
    assert (one["name"], one["cities"], one["sort"]) == ("Window closes", ["Limassol"], "programme")
    assert coming(of_group_d(milestones=[closes])) == []
    everybody = dataclasses.replace(closes, where={})
    assert [one["cities"] for one in coming(of_group_d(milestones=[everybody]))] == [[]]


def test_a_check_in_belongs_to_the_day_on_the_clock_of_the_group() -> None:
    """A day that somebody wrote without a time begins at midnight there, which is the day before in UTC."""
    zone = ZoneInfo("Europe/Brussels")
    last = TODAY + timedelta(days=14)
    begins = datetime.combine(last, time(), zone)
    cities = {
        "last": City(name="Copenhagen", csg="D", next_checkin=begins),
        "late": City(name="Limassol", csg="D", next_checkin=begins + timedelta(days=1)),
    }
    found = coming(of_group_d(cities=cities, zone=zone))
    assert [(one["name"], one["day"]) for one in found] == [("Copenhagen", last)]


def test_a_listed_meeting_is_a_visit_and_the_groups_own_is_told_once() -> None:
    """The notes of the weekly meeting make a record of it, which the calendar knows already."""
    base = example()
    assert base.meeting is not None
    meetings = {
        "weekly": Meeting(name="Weekly meeting", day=base.meeting.day, csg="D", meeting_type="weekly"),
        "visit": Meeting(name="Visit to Limassol", day=base.meeting.day, csg="D", meeting_type="other"),
        "past": Meeting(name="Visit to Gabrovo", day=date(2026, 1, 1), csg="D"),
        "other": Meeting(name="Visit to Malmö", day=base.meeting.day, csg="B"),
    }
    found = coming(of_group_d(meetings=meetings, ahead=[base.meeting]))
    assert [one["name"] for one in found] == ["Visit to Limassol"]


LEAD = Person(name="Ada", csg="D", role="advisor", away_from=TODAY, away_until=TODAY + timedelta(days=3))


def test_who_is_away_is_told_with_who_stands_in() -> None:
    """And whether that one is there."""
    there = Person(name="Ben", csg="D", role="advisor")
    [one] = absences(of_group_d(cities=CITIES, people={"lead": LEAD, "other": there}))
    assert (one["name"], one["cities"]) == (
        "Ada",
        [{"name": "Copenhagen", "follower": "Ben", "away": False}],
    )
    gone = there.model_copy(update={"away_from": TODAY + timedelta(days=3)})
    [_, _] = found = absences(of_group_d(cities=CITIES, people={"lead": LEAD, "other": gone}))
    assert found[0]["cities"][0]["away"] is True


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        (-9, -1, False),
        (-9, 0, True),
        (14, 20, True),
        (15, 20, False),
        (None, 3, True),
        (3, None, True),
        (None, None, False),
    ],
)
def test_an_absence_is_told_while_it_touches_the_next_two_weeks(
    first: int | None, last: int | None, told: bool
) -> None:
    """One whose beginning or end nobody noted counts too."""
    days = {
        name: None if shift is None else TODAY + timedelta(days=shift)
        for name, shift in (("away_from", first), ("away_until", last))
    }
    people = {"lead": LEAD.model_copy(update=days)}
    assert bool(absences(of_group_d(cities=CITIES, people=people))) is told


# -- the rest of a long section


def test_what_was_left_out_leads_to_where_it_stands() -> None:
    """The mail that leaves after the page links to it."""
    cities = {str(n): City(name=f"City {n:03}", csg="D") for n in range(30)}
    made: Publication = compose(
        "agenda", "2026-W48", LAYOUTS["agenda"], of_group_d(cities=cities), words("en")
    )
    [silent] = [one for one in made.sections if one.name == "silent_cities"]
    assert silent.more is not None
    assert silent.more.runs[0].url is None
    [led] = [one for one in leading(made, "https://x.eu/").sections if one.name == "silent_cities"]
    assert led.more is not None
    assert (led.more.text, led.more.runs[0].url) == ("… and 20 more", "https://x.eu/")
