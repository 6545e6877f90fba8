"""Where a recording of Graph and the sandbox can do the same thing, both have the same shape.

Compared are key sets and JSON types, never values. What one side has and the other has not is listed with its
reason; anything else is a fault.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from syncbot.sandbox.faults import Fault, Orders
from tests.referees import graph as referee
from tests.unit.sandbox.graph_desk import SITE, START, Desk, new_desk

pytestmark = pytest.mark.skipif(
    not referee.available(), reason="no recordings of Graph: ../shared/data/graph is absent"
)
JSON = {"Content-Type": "application/json"}
_MASKED = "@contoso.example"
"""The masking of names hit the annotation `fields@odata.context` in the recordings."""


@dataclass
class Tally:
    """What was compared."""

    answers: int = 0
    members: int = 0


@pytest.fixture(scope="module")
def tally() -> Iterator[Tally]:
    """Count over all tests of this file and print at the end."""
    tally = Tally()
    yield tally
    print(f"\nGraph recordings compared with the sandbox: {tally.answers} answers, {tally.members} members")  # noqa: T201


@pytest.fixture
def desk() -> Desk:
    """A service with one city that a person made."""
    desk = new_desk()
    desk.service.add_item(desk.cities, {"Title": "Ghent"}, by=desk.anna, at=START)
    return desk


def recording(path: str) -> Any:
    """Read a recording."""
    return json.loads((referee.GRAPH_DATA / path).read_text("utf-8"))


def recorded_subs() -> list[dict[str, Any]]:
    """Return every answer that was recorded inside a batch."""
    found = []
    for path in sorted((referee.GRAPH_DATA / "pnpcore").rglob("*.json")):
        file = json.loads(path.read_text("utf-8"))
        if file["kind"] == "graph" and isinstance(file["body"], dict):
            found += file["body"].get("responses", [])
    return found


def unfurled(name: str, sub_id: str) -> Any:
    """Return the body of one answer of a recorded batch about sharing links."""
    responses = recording(f"pnpcore/SharePoint/UnfurlTests/{name}.json")["body"]["responses"]
    return next(one["body"] for one in responses if one["id"] == sub_id)


def compare(
    tally: Tally, recorded: Any, ours: Any, *, lacking: set[str], more: set[str], at: str = "$"
) -> None:
    """Compare key sets and types; `lacking` and `more` are what only one side has, for a reason."""
    assert kind(recorded) == kind(ours), f"{at}: {kind(recorded)} recorded, {kind(ours)} in the sandbox"
    tally.members += 1
    if isinstance(recorded, dict):
        theirs = {name for name in recorded if _MASKED not in name}
        assert theirs - set(ours) <= lacking, f"{at}: the sandbox lacks {theirs - set(ours) - lacking}"
        assert set(ours) - theirs <= more, f"{at}: the sandbox has {set(ours) - theirs - more} besides"
        for name in theirs & set(ours):
            compare(tally, recorded[name], ours[name], lacking=lacking, more=more, at=f"{at}.{name}")


def kind(value: Any) -> str:
    """Name the JSON type; whole and other numbers are one type."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return type(value).__name__
    return "number"


def test_a_list_item_looks_as_recorded(desk: Desk, tally: Tally) -> None:
    """The one recorded item of a plain list and the sandbox's have the same members of the same types."""
    recorded = unfurled("UnfurlListItemTest-1-00002", "2")
    ours = desk.get(f"{desk.items}/1?$expand=fields")
    # It was read over a sharing link by somebody without rights on names and folders.
    names = {"createdBy", "lastModifiedBy", "id", "AuthorLookupId", "EditorLookupId", "fields@odata.context"}
    compare(tally, recorded, ours, lacking=set(), more=names)
    tally.answers += 1


def test_a_document_item_looks_like_a_list_item(desk: Desk, tally: Tally) -> None:
    """What a recorded item of a library has besides files is what the sandbox's items have."""
    recorded = unfurled("UnfurlFileTest-1-00003", "2")
    ours = desk.create()
    of_files = {
        "FileLeafRef",
        "LinkFilename",
        "LinkFilenameNoMenu",
        "DocIcon",
        "FileSizeDisplay",
        "_DisplayName",
    }
    of_files |= {"_CheckinComment", "_CommentCount", "_LikeCount"}
    of_files |= {"ParentVersionStringLookupId", "ParentLeafNameLookupId"}
    # The recording is of a person's call; an application without a user has neither address nor id.
    lacking = of_files | {"email", "id"}
    more = {"Title", "LinkTitle", "LinkTitleNoMenu", "Attachments", "fields@odata.context"}
    compare(tally, recorded, ours, lacking=lacking, more=more)
    tally.answers += 1


def test_a_list_looks_as_recorded(desk: Desk, tally: Tally) -> None:
    """Two recorded lists and the sandbox's agree in what they share."""
    ours = desk.get(desk.list_path)
    # Both were read with a $select; the ids of SharePoint are not built.
    chosen = {"createdDateTime", "description", "eTag", "name", "createdBy", "parentReference", "siteId"}
    for name in ("UnfurlListItemTest-1-00002", "UnfurlListTest-1-00005"):
        recorded = unfurled(name, "1")
        compare(tally, recorded, ours, lacking={"lastModifiedBy", "sharepointIds"}, more=chosen)
        tally.answers += 1


def test_a_delta_looks_as_documented(desk: Desk, tally: Tally) -> None:
    """Living and deleted entries of the documented pages and of the sandbox have the same members."""
    pages = recording("graph-docs-contrib/listitem-delta.json")["calls"]
    link = desk.get(f"{desk.items}/delta?$top=1")
    ours = link["value"][0]
    more = {"@odata.etag", "email", "id", "path"}  # as recorded live in 2026, which says more than the page
    for page in pages:
        for entry in page["body"]["value"]:
            if "deleted" not in entry:
                compare(tally, entry, ours, lacking=set(), more=more)
                tally.answers += 1
    desk.ask("DELETE", f"{desk.items}/1")
    gone = desk.get(link["@odata.deltaLink"])
    deletions = [entry for page in pages for entry in page["body"]["value"] if "deleted" in entry]
    for entry in deletions:
        compare(tally, entry, gone["value"][0], lacking=set(), more=set())
        tally.answers += 1
    assert deletions
    assert {"value", "@odata.deltaLink"} <= set(gone)


def test_columns_look_as_documented(desk: Desk, tally: Tally) -> None:
    """A text column of the documentation and the sandbox's have the same members."""
    mocks = recording("pnp-proxy-samples/graph-v1_0-docs-mocks.subset.json")["mocks"]
    url = "https://graph.microsoft.com/v1.0/sites/*/lists/*/columns"
    [mock] = [
        one for one in mocks if one["request"]["url"] == url and one["request"].get("method", "GET") == "GET"
    ]
    columns = {one["name"]: one for one in desk.get(f"{desk.list_path}/columns")["value"]}
    for recorded in mock["response"]["body"]["value"]:
        # Left out of the page, but in every recording.
        more = {"columnGroup", "enforceUniqueValues", "hidden"}
        compare(tally, recorded, columns["Title"], lacking=set(), more=more)
        tally.answers += 1


def test_refusals_look_as_recorded(desk: Desk, tally: Tally) -> None:
    """Every recorded refusal of SharePoint and of the gateway has the members that the sandbox's have."""
    broken = desk.service.fault("502", desk.call("GET", SITE), None)
    assert broken is not None
    ours = {
        400: desk.patch(1, {"Nowhere": 1}).body,
        404: desk.ask("GET", f"{desk.items}/99").body,
        502: broken.body,
    }
    for one in recorded_subs():
        body = one["body"]
        if one["status"] in ours and set(body["error"]) == {"code", "message", "innerError"}:
            compare(tally, body, ours[one["status"]], lacking=set(), more=set())
            tally.answers += 1
    assert tally.answers


def test_observed_refusals_have_the_sandboxs_codes(desk: Desk, tally: Tally) -> None:
    """Refusals seen live and the sandbox's for the same cause have the same status, code and members."""
    observed = {one["api"]: one for one in recording("observed-errors/errors.json")}
    link = desk.get(f"{desk.items}/delta")["@odata.deltaLink"]
    desk.service.expire_tokens(desk.cities)
    broken = desk.service.fault("500", desk.call("GET", SITE), None)
    assert broken is not None
    pairs = {
        "drive delta": desk.ask("GET", link),
        "PATCH fields, multi-choice without odata.type": desk.patch(1, {"Languages": ["de"]}),
        "PATCH fields, unknown column name": broken,
    }
    for api, ours in pairs.items():
        recorded, body = observed[api], ours.body
        assert isinstance(body, dict)
        assert (recorded["status"], recorded["body"]["error"]["code"]) == (ours.status, body["error"]["code"])
        # The oldest recordings do not yet echo the client's id; the finer code is documented.
        compare(
            tally, recorded["body"], body, lacking=set(), more={"client-request-id", "code", "innerError"}
        )
        tally.answers += 1


def test_an_error_inside_a_delta_looks_as_observed(desk: Desk, tally: Tally) -> None:
    """The defect that puts an error object into a page has the members that were seen."""
    observed = [one for one in recording("observed-errors/errors.json") if "INSIDE value" in one["api"]]
    link = desk.get(f"{desk.items}/delta")["@odata.deltaLink"]
    desk.set(delta_errors=True)
    desk.ask("DELETE", f"{desk.items}/1")
    page = desk.get(link)
    compare(tally, observed[0]["body"], page, lacking=set(), more=set())
    compare(tally, observed[0]["body"]["value"][0], page["value"][0], lacking=set(), more=set())
    tally.answers += 1


def test_answers_inside_a_batch_look_as_recorded(desk: Desk, tally: Tally) -> None:
    """For each status that was recorded inside batches, the envelope and its headers are the sandbox's."""
    for _ in range(3):
        desk.create()
    desk.set(
        sub_faults=Orders(faults=(Fault(kind="429", path="/items/4$"), Fault(kind="502", path="/items/3$")))
    )
    found = desk.batch(
        {
            "id": "201",
            "method": "POST",
            "url": desk.items,
            "headers": JSON,
            "body": {"fields": {"Title": "A"}},
        },
        {"id": "200", "method": "GET", "url": f"{desk.items}/1"},
        {"id": "204", "method": "DELETE", "url": f"{desk.items}/2"},
        {"id": "400", "method": "GET", "url": f"{SITE}/nonsense"},
        {"id": "404", "method": "GET", "url": f"{desk.items}/99"},
        {"id": "429", "method": "GET", "url": f"{desk.items}/4"},
        {"id": "502", "method": "GET", "url": f"{desk.items}/3"},
    )
    found["204"].setdefault(
        "headers", {"Cache-Control": "no-cache"}
    )  # half of them have none, see the unit test
    own = {"x-ms-resource-unit"}  # only the directory sends it
    for one in recorded_subs():
        ours = found[str(one["status"])]
        assert set(one) == set(ours)
        assert kind(one["body"]) == kind(ours["body"]) or one["status"] == 204
        if set(one["headers"]) == {"Content-Type"}:
            continue  # from services other than SharePoint
        more = {"ETag", "Cache-Control"} if "error" not in (one["body"] or {}) else set()
        compare(
            tally,
            one["headers"],
            ours["headers"],
            lacking=own,
            more=more,
        )
        tally.answers += 1
    throttled = [one for one in recorded_subs() if one["status"] == 429 and len(one["headers"]) > 1]
    for one in throttled:
        compare(tally, one["body"], found["429"]["body"], lacking=set(), more=set())
    assert len(throttled) == 5


def test_the_referee_takes_what_was_recorded(tally: Tally) -> None:
    """Recorded items and lists pass the referee, so it asks nothing that live does not do."""
    item = "/sites/s/lists/l/items/1"
    for name, sub_id, path in (
        ("UnfurlListItemTest-1-00002", "2", item),
        ("UnfurlFileTest-1-00003", "2", item),
        ("UnfurlListTest-1-00005", "1", "/sites/s/lists/l"),
    ):
        referee.check_answer("GET", path, 200, unfurled(name, sub_id))
        tally.answers += 1


@pytest.mark.parametrize(
    ("method", "path", "status", "body"),
    [
        ("GET", "/sites/s/lists/l/items/1", 200, {"id": 1}),
        ("GET", "/sites/s/lists/l/items/1", 200, {"id": "1", "etag": "x"}),
        ("GET", "/sites/s/lists/l/items", 200, {"values": []}),
        ("GET", "/sites/s/lists/l/items", 200, {"value": [{"id": "1", "createdDateTime": "yesterday"}]}),
        ("GET", "/sites/s/lists/l/items/delta?token=x", 200, {"value": [{"id": "1", "deleted": True}]}),
        ("GET", "/sites/s/lists/l/columns", 200, {"value": [{"name": "A", "indexed": "no"}]}),
        ("GET", "/sites/h:/sites/s:/lists/l", 200, {"displayName": ["A"]}),
        ("PATCH", "/sites/s/lists/l/items/1/fields", 200, {"id": 1}),
        ("POST", "/sites/s/lists/l/items", 200, {"id": "1"}),
        ("GET", "/sites/s/nowhere", 200, {}),
        ("GET", "/sites/s", 404, {"message": "gone"}),
        ("DELETE", "/sites/s/lists/l/items/1", 204, {"id": "1"}),
        ("POST", "/$batch", 200, {"responses": [{"id": 1, "status": 200}]}),
    ],
)
def test_the_referee_finds_faults(method: str, path: str, status: int, body: object) -> None:
    """A wrong type, an unknown member, a wrong status or an unknown address does not pass."""
    with pytest.raises(AssertionError):
        referee.check_answer(method, path, status, body)
