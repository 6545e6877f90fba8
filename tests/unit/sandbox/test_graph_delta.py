"""The change feed of the sandboxed Graph."""

from datetime import timedelta
from typing import Any

import pytest

from tests.unit.sandbox.graph_desk import HOST, Desk, error_of, new_desk


@pytest.fixture
def desk() -> Desk:
    """A service with five cities."""
    desk = new_desk()
    for number in range(1, 6):
        desk.create(Key=f"k-{number}")
    return desk


def run(desk: Desk, address: str) -> tuple[list[list[dict[str, Any]]], str]:
    """Follow a feed to its end; return its pages and the link for the next time."""
    pages = []
    while True:
        page = desk.get(address)
        pages.append(page["value"])
        if "@odata.deltaLink" in page:
            assert "@odata.nextLink" not in page
            return pages, page["@odata.deltaLink"]
        address = page["@odata.nextLink"]


def changed(desk: Desk, link: str) -> dict[str, str]:
    """Return id -> "deleted" or the title, for each id the last word that the feed has on it."""
    pages, _ = run(desk, link)
    entries = [entry for page in pages for entry in page]
    return {entry["id"]: "deleted" if "deleted" in entry else entry["fields"]["Title"] for entry in entries}


def start(desk: Desk, query: str = "$expand=fields") -> str:
    """Read everything and return the link."""
    return run(desk, f"{desk.items}/delta?{query}")[1]


def test_nothing_new_is_one_empty_page(desk: Desk) -> None:
    """A feed from the newest link is one page without entries and with a link that is as good."""
    link = start(desk)
    again, newer = run(desk, link)
    assert again == [[]]
    assert run(desk, newer)[0] == [[]]


def test_each_change_is_told_once_more_and_the_last_state_counts(desk: Desk) -> None:
    """New, changed and deleted rows come by; a row that changed twice shows its last state only."""
    link = start(desk)
    desk.patch(2, {"Title": "Bruges"})
    desk.patch(2, {"Title": "Brugge"})
    desk.create(Title="Kortrijk")
    desk.ask("DELETE", f"{desk.items}/4")
    assert changed(desk, link) == {"2": "Brugge", "6": "Kortrijk", "4": "deleted"}


def test_a_persons_changes_come_too(desk: Desk) -> None:
    """Edits, deletions and restorations in the browser are in the feed."""
    link = start(desk)
    desk.service.edit_item(desk.cities, 1, {"Title": "Gand"}, by=desk.anna, at=desk.now)
    desk.service.delete_item(desk.cities, 2, at=desk.now)
    desk.service.delete_item(desk.cities, 3, at=desk.now)
    desk.service.restore_item(desk.cities, 3, at=desk.now)
    assert changed(desk, link) == {"1": "Gand", "2": "deleted", "3": "Ghent"}
    assert len(run(desk, link)[0][0]) == 3


def test_the_first_reading_knows_no_old_deletions(desk: Desk) -> None:
    """What was deleted before the feed began is of no interest to it."""
    desk.ask("DELETE", f"{desk.items}/4")
    assert sorted(changed(desk, f"{desk.items}/delta?$expand=fields")) == ["1", "2", "3", "5"]


def test_entries_look_as_recorded(desk: Desk) -> None:
    """Entries name no last editor, their tags have no quotes; a deletion has no fields."""
    pages, _ = run(desk, f"{desk.items}/delta?$expand=fields&$top=1")
    [entry] = pages[0]
    read = desk.get(f"{desk.items}/{entry['id']}?$expand=fields")
    assert "lastModifiedBy" not in entry
    assert f'"{entry["eTag"]}"' == read["eTag"] != entry["eTag"]
    assert entry["fields"] | {"@odata.etag": read["eTag"]} == read["fields"]
    assert "application" in entry["createdBy"]
    link = start(desk)
    desk.ask("DELETE", f"{desk.items}/4")
    [gone] = run(desk, link)[0][0]
    assert set(gone) <= {"id", "contentType", "parentReference", "deleted"}
    assert gone["deleted"] == {"state": "deleted"}


def test_fields_come_only_when_expanded(desk: Desk) -> None:
    """Without $expand there are no fields; the link carries the choice on."""
    bare = start(desk, "$top=2")
    chosen = start(desk, "$expand=fields($select=Title,Key)")
    desk.patch(1, {"Title": "Gand"})
    assert "fields" not in run(desk, bare)[0][0][0]
    fields = run(desk, chosen)[0][0][0]["fields"]
    assert {name for name in fields if "@" not in name} == {"Title", "Key"}


def test_pages_overlap_and_lose_nothing(desk: Desk) -> None:
    """With pages of two an entry is told again at each border; no id is missing."""
    pages, link = run(desk, f"{desk.items}/delta?$top=2")
    ids = [entry["id"] for page in pages for entry in page]
    assert set(ids) == {"1", "2", "3", "4", "5"}
    assert len(ids) > 5
    assert link.startswith(HOST)
    desk.set(delta_overlaps=False)
    pages, _ = run(desk, f"{desk.items}/delta?$top=2")
    assert [len(page) for page in pages] == [2, 2, 1]


def test_what_changes_while_paging_comes_again(desk: Desk) -> None:
    """A row of the first page that changes meanwhile is told again, and one that goes is told gone."""
    first = desk.get(f"{desk.items}/delta?$expand=fields&$top=3")
    desk.patch(1, {"Title": "Gand"})
    desk.ask("DELETE", f"{desk.items}/2")
    later = changed(desk, first["@odata.nextLink"])
    assert (later["1"], later["2"]) == ("Gand", "deleted")


def test_the_order_says_nothing() -> None:
    """Entries of a page are neither in the order of ids nor of changes."""
    desk = new_desk()
    for _ in range(20):
        desk.create()
    ids = [int(entry["id"]) for entry in desk.get(f"{desk.items}/delta")["value"]]
    assert ids not in (sorted(ids), sorted(ids, reverse=True))


def test_latest_begins_now(desk: Desk) -> None:
    """The token "latest" skips what is there; from its link on changes are told."""
    page = desk.get(f"{desk.items}/delta?$expand=fields&token=latest")
    assert page["value"] == []
    desk.patch(3, {"Title": "Gand"})
    assert changed(desk, page["@odata.deltaLink"]) == {"3": "Gand"}


@pytest.mark.parametrize("how", ["forgotten", "old"])
def test_an_old_token_leads_to_a_fresh_reading(desk: Desk, how: str) -> None:
    """A token that the change log no longer knows is a 410 whose Location tells everything again, once."""
    link = start(desk)
    desk.patch(1, {"Title": "Gand"})
    desk.ask("DELETE", f"{desk.items}/2")
    if how == "old":
        desk.now += timedelta(days=61)
    else:
        desk.service.expire_tokens(desk.cities)
    answer = desk.ask("GET", link)
    assert error_of(answer) == (410, "resyncRequired")
    fresh = answer.headers["Location"]
    assert "$expand=fields" in fresh
    assert sorted(changed(desk, fresh)) == ["1", "3", "4", "5"]
    assert run(desk, run(desk, fresh)[1])[0] == [[]]


def test_a_token_of_another_list_is_refused(desk: Desk) -> None:
    """Tokens belong to their list; nonsense is refused too."""
    token = start(desk).rsplit("token=", 1)[1]
    for wrong in (
        f"lists/{desk.groups}/items/delta?token={token}",
        f"lists/{desk.cities}/items/delta?token=x",
    ):
        assert error_of(desk.ask("GET", f"/sites/contoso.sharepoint.com:/sites/cities:/{wrong}"))[0] == 400


def test_a_deletion_may_come_as_an_error(desk: Desk) -> None:
    """With the known defect on, the page holds an error object without an id instead of the deletion."""
    link = start(desk)
    desk.ask("DELETE", f"{desk.items}/4")
    desk.set(delta_errors=True)
    [entry] = run(desk, link)[0][0]
    assert set(entry) == {"error"}
    assert entry["error"]["code"] == "InternalServerError"
