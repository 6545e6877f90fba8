"""Drives, files and folders of the sandboxed Graph."""

import io
import zipfile

import pytest

from syncbot.sandbox.graph.drive_delta import FEED, TOP
from syncbot.sandbox.graph.quickxor import quick_xor
from tests.unit.sandbox.drive_desk import DriveDesk, new_drive_desk, package
from tests.unit.sandbox.graph_desk import SITE, error_of


@pytest.fixture
def desk() -> DriveDesk:
    """A library with one note in a folder."""
    desk = new_drive_desk()
    desk.put("Meeting notes/CSG B/one.docx", package())
    return desk


def test_the_hash_is_microsofts() -> None:
    """The hash agrees with a value that other implementations publish, also over more than one period."""
    assert quick_xor(b"hello world") == "aCgDG9jwBhDc4Q1yawMZAAAAAAA="
    assert quick_xor(b"") == "AAAAAAAAAAAAAAAAAAAAAAAAAAA="
    assert len({quick_xor(b"a" * length) for length in range(159, 330)}) == 171


def test_the_drive_is_the_same_by_each_address(desk: DriveDesk) -> None:
    """The site's drive, the list of drives, the list's drive and the drive by id are one."""
    listed = desk.desk.get(f"{SITE}/drives")["value"]
    of_list = desk.desk.get(f"{SITE}/lists/Documents/drive")
    assert [one["id"] for one in listed] == [desk.drive] == [of_list["id"]]
    assert desk.get("")["name"] == "Documents"
    by_site = desk.desk.get(f"{SITE}/drive/root:/Meeting notes:/children".replace(" ", "%20"))
    assert [one["name"] for one in by_site["value"]] == ["CSG B"]


def test_a_library_is_a_list_too(desk: DriveDesk) -> None:
    """It is listed among the lists and found by its title, with its own template."""
    lists = {one["displayName"]: one for one in desk.desk.get(f"{SITE}/lists")["value"]}
    assert lists["Documents"]["list"]["template"] == "documentLibrary"
    assert desk.desk.get(f"{SITE}/lists/Documents") == lists["Documents"]


def test_a_file_is_found_by_path_and_by_id(desk: DriveDesk) -> None:
    """Both addresses give the same item, whatever the case of the path."""
    by_path = desk.item("meeting NOTES/csg b/One.docx")
    assert desk.get(f"/items/{by_path['id']}") == by_path
    assert desk.get("/root:/Meeting notes:/children")["value"][0]["folder"] == {"childCount": 1}
    assert error_of(desk.ask("GET", "/root:/nowhere")) == (404, "itemNotFound")


def test_children_come_in_pages(desk: DriveDesk) -> None:
    """Each child comes once over the pages, and a choice of members is kept."""
    for number in range(5):
        desk.put(f"note {number}.md")
    page = desk.get(f"{TOP}/children?$top=4&$select=id,name")
    more = desk.desk.get(page["@odata.nextLink"])
    assert len(page["value"]) == 4 and "@odata.nextLink" not in more
    assert {one["name"] for one in page["value"] + more["value"]} >= {"Meeting notes", "note 0.md"}
    assert "size" not in page["value"][0]


def test_a_download_needs_no_token_and_takes_none(desk: DriveDesk) -> None:
    """The redirection leads to another host, which refuses a token and, after some minutes, everything."""
    item = desk.item("Meeting notes/CSG B/one.docx")
    assert desk.content(item["id"]) == package()
    link = item["@microsoft.graph.downloadUrl"]
    assert desk.outside("GET", link, authorization="Bearer good").status == 401
    assert desk.outside("GET", link.replace("tempauth=", "tempauth=0")).status == 401
    desk.desk.later(minutes=6)
    assert desk.outside("GET", link).status == 401


def test_new_content_moves_both_tags_and_columns_only_one(desk: DriveDesk) -> None:
    """Content: eTag and cTag. A column: the eTag. A name: the eTag and, as seen live, the cTag."""
    path = "Meeting notes/CSG B/one.docx"
    service, anna, now = desk.desk.service, desk.desk.anna, desk.desk.now
    first = desk.item(path)
    service.describe_file(desk.documents, path, by=anna, at=now)
    described = desk.item(path)
    desk.put(path, package("other"))
    saved = desk.item(path)
    desk.ask("PATCH", f"/items/{first['id']}", {"name": "two.docx"})
    renamed = desk.item("Meeting notes/CSG B/two.docx")
    tags = [one["eTag"] for one in (first, described, saved, renamed)]
    assert len(set(tags)) == 4
    assert first["cTag"] == described["cTag"] != saved["cTag"] != renamed["cTag"]
    assert first["id"] == renamed["id"]


def test_an_upload_replaces_only_what_was_seen(desk: DriveDesk) -> None:
    """If-Match with the eTag or the cTag of now is taken, an older one refused with 412, a bare one with 400."""
    item = desk.put("a.md", b"one")
    seen = desk.item("a.md")
    assert error_of(desk.upload(f"/items/{item}/content", b"x", if_match="bare")) == (400, "invalidRequest")
    assert desk.upload(f"/items/{item}/content", b"two", if_match=seen["cTag"]).status == 200
    assert desk.upload(f"/items/{item}/content", b"three", if_match=seen["eTag"]).status == 412
    assert desk.content(item) == b"two"


def test_a_taken_name_is_replaced_refused_or_numbered(desk: DriveDesk) -> None:
    """PUT replaces unless told otherwise; "fail" gives 409, "rename" another name."""
    desk.put("a.md", b"one")
    assert desk.upload("/root:/A.md:/content", b"two").status == 200
    behavior = "/root:/a.md:/content?@microsoft.graph.conflictBehavior="
    assert error_of(desk.upload(behavior + "fail", b"x")) == (409, "nameAlreadyExists")
    assert desk.upload(behavior + "rename", b"x").body["name"] == "a 1.md"  # type: ignore[index]
    assert desk.upload("/root:/new.md:/content", b"x").status == 201
    assert desk.upload("/root:/no folder/new.md:/content", b"x").status == 404


@pytest.mark.parametrize("name", ["~$a.docx", 'a".md', "a*.md", " a.md", "con.md", "a|b.md", "x" * 256])
def test_bad_names_are_refused(desk: DriveDesk, name: str) -> None:
    """What SharePoint does not take as a name is refused for files and for folders."""
    root = desk.get("/root")["id"]
    body = {"name": name, "folder": {}}
    assert error_of(desk.ask("POST", f"/items/{root}/children", body)) == (400, "invalidRequest")
    item = desk.put("fine.md")
    assert error_of(desk.ask("PATCH", f"/items/{item}", {"name": name})) == (400, "invalidRequest")


def test_a_file_that_is_open_cannot_be_written(desk: DriveDesk) -> None:
    """While Anna has it open every write gets 423, in SharePoint's words; reading works."""
    path = "Meeting notes/CSG B/one.docx"
    item = desk.item(path)["id"]
    desk.desk.service.lock_file(desk.documents, path, by=desk.desk.anna)
    folder = desk.item("Meeting notes")["id"]
    refused = [
        desk.upload(f"/items/{item}/content", b"x"),
        desk.ask("PATCH", f"/items/{item}", {"name": "two.docx"}),
        desk.ask("DELETE", f"/items/{folder}"),
        desk.ask("POST", f"/items/{item}/createUploadSession", {}),
    ]
    assert {error_of(one) for one in refused} == {(423, "notAllowed")}
    assert desk.content(item) == package()
    desk.desk.service.lock_file(desk.documents, path, by=None)
    assert desk.upload(f"/items/{item}/content", b"x").status == 200


def test_every_save_is_a_version_that_can_be_read(desk: DriveDesk) -> None:
    """The newest comes first; older content opens by its own link, that of the current one does not."""
    item = desk.put("a.md", b"one")
    desk.desk.later(hours=1)
    desk.put("a.md", b"three")
    listed = desk.get(f"/items/{item}/versions")["value"]
    assert [(one["id"], one["size"]) for one in listed] == [("2.0", 5), ("1.0", 3)]
    answer = desk.ask("GET", f"/items/{item}/versions/1.0/content")
    assert desk.outside("GET", answer.headers["Location"]).raw == b"one"
    assert desk.ask("GET", f"/items/{item}/versions/2.0/content").status == 400


def test_sharepoint_writes_into_office_files(desk: DriveDesk) -> None:
    """An uploaded Word file is not what was sent, a text is; sent back as it came, it stays."""
    answer = desk.upload("/root:/new.docx:/content", package())
    body = answer.body
    assert isinstance(body, dict) and body["size"] > len(package())
    kept = desk.content(body["id"])
    assert body["file"]["hashes"]["quickXorHash"] == quick_xor(kept)
    with zipfile.ZipFile(io.BytesIO(kept)) as opened:
        assert opened.read("word/document.xml") == b"words"
    again = desk.upload(f"/items/{body['id']}/content", kept)
    assert again.body["size"] == len(kept)  # type: ignore[index]
    assert desk.upload("/root:/new.md:/content", b"abc").body["size"] == 3  # type: ignore[index]


def test_a_read_grant_reads_only() -> None:
    """With the role "read" files come and nothing is written; without a grant nothing comes."""
    desk = new_drive_desk()
    item = desk.put("a.md")
    desk.desk.service.grant(True, "read")
    assert desk.content(item) == b"words"
    assert error_of(desk.upload(f"/items/{item}/content", b"x")) == (403, "accessDenied")
    desk.desk.service.grant(False)
    assert error_of(desk.ask("GET", f"/items/{item}")) == (403, "accessDenied")


def test_units_are_those_of_the_guide(desk: DriveDesk) -> None:
    """One for one thing, a download or a feed with token; two for several, a write or a first feed."""
    service, call = desk.desk.service, desk.desk.call
    drive = f"/drives/{desk.drive}"
    ones = [TOP, f"{TOP}:/a.md", "/items/x/content", f"{FEED}?token=x", f"{FEED}(token='x')"]
    twos = [f"{TOP}/children", FEED, "/items/x/versions"]
    assert {service.cost(call("GET", drive + below)) for below in ones} == {1}
    assert {service.cost(call("GET", drive + below)) for below in twos} == {2}
    assert service.cost(call("PUT", f"{drive}/items/x/content")) == 2


def test_a_batch_reads_files_and_uploads_none(desk: DriveDesk) -> None:
    """Items come in a batch, content as a redirection; an upload in one is refused, not taken as empty."""
    item = f"/drives/{desk.drive}/items/{desk.put('a.md')}"
    reads = (
        {"id": "1", "method": "GET", "url": item},
        {"id": "2", "method": "GET", "url": f"{item}/content"},
    )
    answers = desk.desk.batch(*reads)
    assert (answers["1"]["status"], answers["2"]["status"]) == (200, 302)
    upload = {"id": "1", "method": "PUT", "url": f"{item}/content"}
    assert desk.desk.ask("POST", "/$batch", {"requests": [upload]}).status == 400


def test_the_state_survives_saving(desk: DriveDesk) -> None:
    """A library that went through JSON has the same files with the same bytes."""
    before = desk.item("Meeting notes/CSG B/one.docx")
    desk.desk.service.load(desk.desk.service.dump())
    assert desk.item("Meeting notes/CSG B/one.docx") == before
    assert desk.content(before["id"]) == package()
