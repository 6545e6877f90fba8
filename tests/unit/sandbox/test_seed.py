"""The demo's data: 112 cities told half on each side, and nothing in it that a sync could not make whole."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import yaml

from syncbot.sandbox.graph import GraphService
from syncbot.sandbox.notion import NotionService
from syncbot.sandbox.seed.facts import cities, contradictions, people
from syncbot.sandbox.seed.generated import invented
from syncbot.sandbox.seed.notion import seed_notion
from syncbot.sandbox.seed.sharepoint import seed_graph
from syncbot.sandbox.seed.sides import HOME, complete, told
from tests.unit.sandbox.graph_desk import SITE, TOKENS, Desk, guids

WHEN = datetime(2026, 11, 25, 17, tzinfo=UTC)
VARIANTS = Path(__file__).parents[3] / "mappings/variants/city.yaml"
NOTION, SHAREPOINT = told("notion", WHEN), told("sharepoint", WHEN)


def test_both_sides_together_have_each_city_once() -> None:
    """112 cities, most on both sides, some on one only, none twice on a side."""
    here, there = ([row.city for row in side.cities] for side in (NOTION, SHAREPOINT))
    assert set(here) | set(there) == {city.name for city in cities()}
    assert (len(set(here)), len(set(there)), len(cities())) == (len(here), len(there), 112)
    assert len(set(here) & set(there)) == 88


def test_the_groups_have_their_sizes() -> None:
    """As in the programme's report: 26, 28, 32 and 26 cities."""
    assert Counter(city.csg for city in cities()) == {"A": 26, "B": 28, "C": 32, "D": 26}


def test_groups_write_where_they_work() -> None:
    """Groups A and C are whole in Notion, B and D in SharePoint; a city of one side only is of that side's group."""
    group = {city.name: city.csg for city in cities()}
    only_there = {row.city for row in SHAREPOINT.cities} - {row.city for row in NOTION.cities}
    only_here = {row.city for row in NOTION.cities} - {row.city for row in SHAREPOINT.cities}
    assert {group[name] for name in only_here} == {"A", "C"}
    assert {group[name] for name in only_there} == {"B", "D"}


def test_lead_and_follower_are_two_advisors_of_the_group() -> None:
    """Never the same person, and never somebody of another group."""
    advisors = {one.email: one.csg for one in people() if one.role == "City Advisor"}
    group = {city.name: city.csg for city in cities()}
    for row in complete("notion", WHEN).cities:
        lead, follower = row.values["lead"], row.values["follower"]
        assert lead != follower
        assert advisors[str(lead)] == advisors[str(follower)] == group[row.city]


def test_spellings_are_declared_for_the_country() -> None:
    """What a side writes is the English name or a spelling that the mapping declares for it."""
    declared = yaml.safe_load(VARIANTS.read_text("utf-8"))
    spelled = 0
    for row in (*NOTION.cities, *SHAREPOINT.cities):
        name, country = row.values["name"], row.values["country"]
        assert name == row.city or name in declared[country][row.city]
        spelled += name != row.city
    assert spelled > 50


def test_the_sides_contradict_each_other_only_where_declared() -> None:
    """A fact on both sides is the same unless `contradictions.csv` says so; a home has all its facts."""
    theirs = {row.city: row.values for row in SHAREPOINT.cities}
    found = set()
    for row in NOTION.cities:
        for name, value in row.values.items():
            if name != "name" and theirs.get(row.city, {}).get(name, value) != value:
                found.add((row.city, name))
    assert found == {(one.city, one.field) for one in contradictions()}
    assert {name for _, name in found} - set(HOME) == {"ccc_state"}  # three questions wait for a person


def test_a_home_knows_what_the_copy_knows() -> None:
    """No fact stands only on the side that is not its home, or the first sync would lose it."""
    sides = {"notion": NOTION, "sharepoint": SHAREPOINT}
    rows = {name: {row.city: row.values for row in side.cities} for name, side in sides.items()}
    for city in set(rows["notion"]) & set(rows["sharepoint"]):
        for name, home in HOME.items():
            copy = rows["sharepoint" if home == "notion" else "notion"]
            assert name not in copy[city] or name in rows[home][city], (city, name)


def test_people_have_addresses_of_their_own() -> None:
    """E-mail addresses are unique and on domains that nobody can own."""
    addresses = [one.email for one in people()]
    assert len(set(addresses)) == len(addresses) == 34
    assert all(address.isascii() and address.endswith(".example") for address in addresses)


def test_checkins_are_ahead_and_on_working_days() -> None:
    """The next check-in lies after the day of the demo, the last contact before, none on a weekend."""
    for row in complete("notion", WHEN).cities:
        checkin, contact = row.values["next_checkin"], row.values["last_contact"]
        assert isinstance(checkin, datetime)
        assert not isinstance(contact, int | str | tuple)
        assert checkin > WHEN and checkin.isoweekday() < 6 and contact < WHEN.date()


def seeded() -> tuple[Desk, int]:
    """Fill a Graph with the story and stand in front of it."""
    service = GraphService(verify=TOKENS.get, ids=guids())
    sites = seed_graph(service, SHAREPOINT, WHEN)
    users = list(sites.users.values())
    desk = Desk(service=service, cities=sites.cities, groups=sites.people, anna=users[0], ben=users[1])
    return desk, len(sites.city_rows)


def test_sharepoint_reads_as_a_list_that_people_filled() -> None:
    """Over Graph: all rows, dates as the instant of the site's midnight, advisors looked up in the other list."""
    desk, rows = seeded()
    chosen = "fields($select=Title,LabelDate,LeadAdvisor,LeadAdvisorLookupId,Languages,SyncbotKey)"
    value = desk.get(f"{SITE}/lists/Mission Cities/items?$expand={chosen}&$top=500")["value"]
    assert len(value) == rows == len(SHAREPOINT.cities)
    athens = next(one for one in value if one["fields"]["Title"] == "Αθήνα")
    assert athens["fields"]["LabelDate"] == "2025-05-05T22:00:00Z"
    assert athens["fields"]["LeadAdvisor"] == "Maja Primjer Ogledna"
    assert athens["createdBy"]["user"]["displayName"] == "Maja Primjer Ogledna"
    assert "SyncbotKey" not in athens["fields"]


def test_notion_reads_as_a_data_source_that_people_filled() -> None:
    """In Notion: all rows by their author, a relation to the advisor, long notes whole, no status but the told one."""
    service = NotionService(token="t", ids=guids())
    workspace = seed_notion(service, NOTION, WHEN)
    assert len(workspace.city_rows) == len(NOTION.cities)
    lead = service.property_id(workspace.cities, "Lead advisor")
    status = service.property_id(workspace.cities, "CCC state")
    for row in NOTION.cities:
        page = service.page(workspace.city_rows[row.city])
        assert page.created_by == workspace.users[row.author]
        assert (lead in page.values) == ("lead" in row.values)
        assert status in page.values and "ccc_state" in row.values
    note = service.property_id(workspace.cities, "Note")
    pieces = service.page(workspace.city_rows["Sarajevo"]).values[note]
    assert sum(len(piece["text"]["content"]) for piece in pieces) > 2000


def test_generated_cities_are_as_many_and_as_different_as_asked() -> None:
    """A made-up side has unique names and numbers, in the order in which they were written."""
    side = invented(300, "sharepoint", WHEN)
    assert len({row.values["name"] for row in side.cities}) == 300
    assert len({row.values["geonames_id"] for row in side.cities}) == 300
    moments = [row.written for row in side.cities]
    assert moments == sorted(moments) and moments[-1] < WHEN
