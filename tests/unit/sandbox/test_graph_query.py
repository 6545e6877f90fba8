"""Paging, choosing and filtering items of the sandboxed Graph."""

from typing import Any

import pytest

from tests.unit.sandbox.graph_desk import START, Desk, error_of, new_desk

PREFER = {"prefer": "HonorNonIndexedQueriesWarningMayFailRandomly"}


@pytest.fixture(scope="module")
def many() -> Desk:
    """A list of 450 rows, which no test changes."""
    desk = new_desk()
    for number in range(1, 451):
        fields = {
            "Title": f"City {number}",
            "State": "Signed" if number % 3 else "Draft",
            "Key": f"k-{number}",
            "Population": number * 10,
            "Languages": ["de", "fr"] if number == 7 else ["nl"],
            "Lead": desk.anna if number <= 5 else desk.ben,
        }
        desk.service.add_item(desk.cities, fields, by=desk.anna, at=START)
    return desk


def pages(desk: Desk, address: str, **headers: str) -> list[list[str]]:
    """Follow the links to the end and return the ids of each page."""
    found = []
    while address:
        page = desk.get(address, **headers)
        found.append([item["id"] for item in page["value"]])
        address = page.get("@odata.nextLink", "")
    return found


def ids(found: list[list[str]]) -> list[str]:
    """Put pages together."""
    return [one for page in found for one in page]


def test_pages_are_of_200_unless_asked(many: Desk) -> None:
    """Three pages of 200, 200 and 50 hold every row once; the last one has no link."""
    found = pages(many, many.items)
    assert [len(page) for page in found] == [200, 200, 50]
    assert ids(found) == [str(number) for number in range(1, 451)]
    assert [len(page) for page in pages(many, f"{many.items}?$top=5000")] == [450]


def test_links_carry_the_options_on(many: Desk) -> None:
    """The second page is chosen and filled like the first, and its address is the host that was asked."""
    first = many.get(f"{many.items}?$expand=fields($select=Title,Population)&$top=2&$select=id")
    second = many.get(first["@odata.nextLink"])
    [item, _] = second["value"]
    assert {name for name in item if "@" not in name} == {"id", "fields"}
    assert item["fields"] == {"@odata.etag": item["@odata.etag"], "Title": "City 3", "Population": 30}


def test_a_page_goes_on_after_the_last_id() -> None:
    """Rows that go between two pages shift nothing: the next page begins after the last id."""
    desk = new_desk()
    for _ in range(4):
        desk.create()
    link = desk.get(f"{desk.items}?$top=2")["@odata.nextLink"]
    desk.ask("DELETE", f"{desk.items}/1")
    assert [item["id"] for item in desk.get(link)["value"]] == ["3", "4"]


@pytest.mark.parametrize(
    "query",
    [
        "$top=0",
        "$top=some",
        "$skip=5",
        "$count=true",
        "$format=xml",
        "$skiptoken=nonsense",
        "$expand=columns",
        "$expand=fields(select=Title)",
        "$filter=Title eq 'x'",
        "$filter=fields/Nowhere eq 'x'",
        "$filter=fields/Lead eq 'Anna Adler'",
        "$filter=fields/Key eq",
        "$filter=fields/Key eq 'x' or fields/Key eq 'y'",
        "$filter=fields/Population eq many",
        "$orderby=createdDateTime",
    ],
)
def test_options_that_do_not_exist_are_refused(many: Desk, query: str) -> None:
    """Nothing is silently ignored that a caller might rely on."""
    assert many.ask("GET", f"{many.items}?{query}", **PREFER).status == 400


def test_filters_need_an_index_or_the_callers_consent(many: Desk) -> None:
    """An indexed column is searched; another one only when the caller accepts the risk."""
    assert pages(many, f"{many.items}?$filter=fields/Key eq 'K-7'") == [["7"]]
    answer = many.ask("GET", f"{many.items}?$filter=fields/State eq 'Draft'")
    body: Any = answer.body
    assert error_of(answer) == (400, "invalidRequest")
    assert "not indexed" in body["error"]["message"]
    assert len(ids(pages(many, f"{many.items}?$filter=fields/State eq 'Draft'", **PREFER))) == 150


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("fields/Population gt 4400", 10),
        ("fields/Population le 20.0", 2),
        ("fields/Population ne 10", 449),
        ("startswith(fields/Title,'City 44')", 11),
        ("fields/Key eq 'k-9' and fields/State eq 'Draft'", 1),
        ("fields/Languages eq 'fr'", 1),
        ("fields/LeadLookupId eq 6", 5),
        ("fields/LeadLookupId eq 6 and fields/Population lt 30", 2),
        ("fields/Note eq null", 450),
        ("fields/Title eq 'O''Hara'", 0),
    ],
)
def test_conditions_find_what_they_say(many: Desk, condition: str, count: int) -> None:
    """Comparisons, starts, several values, references and their conjunctions."""
    found = pages(many, f"{many.items}?$filter={condition}&$top=5000", **PREFER)
    assert len(found[0]) == count


def test_above_the_threshold_an_unindexed_filter_looks_like_throttling(many: Desk) -> None:
    """On a long list the filter is a 429 without a time to wait, consent or not; reading goes on."""
    many.set(threshold=449)
    try:
        state = f"{many.items}?$filter=fields/State eq 'Draft'"
        answer = many.ask("GET", state, **PREFER)
        assert error_of(answer) == (429, "throttledRequest")
        assert "Retry-After" not in answer.headers
        assert many.ask("GET", f"{state} and fields/Key eq 'k-3'", **PREFER).status == 429
        assert many.ask("GET", f"{many.items}?$orderby=fields/Title", **PREFER).status == 429
        both = f"{many.items}?$filter=fields/Key eq 'k-3' and fields/State eq 'Draft'"
        assert pages(many, both, **PREFER) == [["3"]]
        assert many.ask("GET", f"{many.items}?$filter=fields/Key ne 'k-3'").status == 429
        assert len(pages(many, many.items)) == 3
    finally:
        many.set(threshold=5000)


def test_an_order_is_kept_over_pages(many: Desk) -> None:
    """Ordered by an indexed column, the pages follow on from each other."""
    found = ids(pages(many, f"{many.items}?$orderby=fields/Key desc&$top=100"))
    assert found == sorted(found, key=lambda number: f"k-{number}", reverse=True)
    assert len(found) == 450


def lookups_desk() -> Desk:
    """A list with fourteen single lookups, all filled."""
    desk = new_desk()
    names = [f"L{number}" for number in range(1, 15)]
    columns = [{"name": name, "lookup": {"listId": desk.groups}} for name in names]
    desk.cities = desk.service.add_list("Wide", columns)
    desk.service.add_item(desk.cities, {"Title": "A"} | dict.fromkeys(names, 1), by=desk.anna, at=START)
    return desk


def test_more_than_twelve_labels_are_refused() -> None:
    """A query may show twelve references by their labels, not thirteen."""
    desk = lookups_desk()
    twelve = ",".join(f"L{number}" for number in range(1, 13))
    assert desk.ask("GET", f"{desk.items}?$expand=fields($select={twelve})").status == 200
    assert desk.ask("GET", f"{desk.items}?$expand=fields($select={twelve},L13)").status == 400


def test_a_list_reading_drops_the_thirteenth_reference() -> None:
    """Reading all items leaves out references beyond the twelfth, chosen or not; reading one does not."""
    desk = lookups_desk()
    among = desk.get(f"{desk.items}?$expand=fields($select=L12LookupId,L13LookupId)")["value"][0]["fields"]
    alone = desk.get(f"{desk.items}/1?$expand=fields($select=L12LookupId,L13LookupId)")["fields"]
    assert ("L12LookupId" in among, "L13LookupId" in among) == (True, False)
    assert alone["L13LookupId"] == "1"
