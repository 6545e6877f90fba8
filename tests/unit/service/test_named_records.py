"""A place that names records of other kinds in a text, as a workbook does, beside one that points at their rows."""

from dataclasses import replace
from pathlib import Path

from syncbot.endpoints.base import Column, ColumnType
from syncbot.service.links import StoredLinks
from syncbot.service.syncing import sync
from tests.fakes.world import CITY, World, new_world


def named_in_text(folder: Path) -> World:
    """The small world, where SharePoint's column of leads is a text."""
    world = new_world(folder)
    place = world.cities["sharepoint"]
    lead = Column(id="lead", name="Lead", type=ColumnType.TEXT, native="text")
    place.schema = replace(place.schema, columns={**place.schema.columns, "lead": lead})
    for name in ("Anna", "Ben"):
        world.add_person("notion", name)
    return world


def test_names_and_references_stand_for_each_other(tmp_path: Path) -> None:
    """Also in the very run in which the people were first met; an edited name becomes another reference."""
    world = named_in_text(tmp_path)
    [anna, ben] = [
        ref
        for ref, _ in sorted(world.people["notion"].rows.items(), key=lambda one: str(one[1].cells["name"]))
    ]
    world.add_city("notion", "Lahti", "FI", lead=frozenset({anna}))
    world.add_city("sharepoint", "Turku", "FI", lead=" ben ")
    sync(world.parts)
    assert world.city("sharepoint", "Lahti")["lead"] == "Anna"
    assert world.city("notion", "Turku")["lead"] == {ben}
    world.later(hours=1)
    [ref] = [ref for ref, row in world.cities["sharepoint"].rows.items() if row.cells["name"] == "Lahti"]
    world.edit_city("sharepoint", ref, lead="Ben")
    sync(world.parts)
    assert world.city("notion", "Lahti")["lead"] == {ben}
    world.later(hours=1)
    assert not sync(world.parts, full=True).anything


def test_a_name_that_nobody_has_empties_nothing(tmp_path: Path) -> None:
    """It is told as not understood, and the other place keeps what it says."""
    world = named_in_text(tmp_path)
    [anna] = [ref for ref, row in world.people["notion"].rows.items() if row.cells["name"] == "Anna"]
    world.add_city("notion", "Lahti", "FI", lead=frozenset({anna}))
    sync(world.parts)
    world.later(hours=1)
    [ref] = list(world.cities["sharepoint"].rows)
    world.edit_city("sharepoint", ref, lead="Anna or Ben")
    report = sync(world.parts)
    assert [kind.plan.findings for kind in report.kinds if kind.plan.findings]
    assert world.city("notion", "Lahti")["lead"] == {anna}
    assert world.city("sharepoint", "Lahti")["lead"] == "Anna or Ben"


def test_declared_spellings_are_names_too(tmp_path: Path) -> None:
    """A place that names a city in a text may spell it as any other place does, or as the mapping declares."""
    (tmp_path / "more").mkdir()
    (tmp_path / "more/city.yaml").write_text("FR: {Nantes: [Nantes Métropole, Naoned]}\nBE: {Halle: [Hal]}\n")
    declared = CITY.replace("within: [country]", "within: [country], variants: more/city.yaml")
    world = new_world(tmp_path, city=declared)
    world.add_city("notion", "Nantes", "FR")
    world.add_city("notion", "Halle", "BE")
    world.add_city("notion", "Hal", "FR")
    sync(world.parts)
    links = StoredLinks(world.parts.store, world.parts.mappings)
    found = {
        name: links.record_by_name("city", name) for name in ("Nantes", "NAONED", "Nantes Métropole", "Hal")
    }
    assert len({found[name] for name in ("Nantes", "NAONED", "Nantes Métropole")}) == 1
    assert found["Nantes"] is not None
    assert (
        links.name_of("city", str(found["Hal"])) == "Hal"
    )  # two names of two cities: no spelling of one of them
