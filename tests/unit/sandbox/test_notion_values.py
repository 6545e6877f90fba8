"""What the sandboxed Notion takes into cells, and how it answers them."""

from typing import Any

import pytest

from tests.unit.sandbox.notion_desk import (
    Desk,
    error_of,
    message_of,
    new_desk,
    title,
    words,
)


@pytest.fixture
def desk() -> Desk:
    """A fresh desk."""
    return new_desk()


def texts(cell: Any) -> list[str]:
    """Return the pieces of a rich text cell."""
    return [piece["plain_text"] for piece in cell[cell["type"]]]


def test_every_kind_of_cell_is_read_back(desk: Desk) -> None:
    """A page holds all properties of its data source, empty ones too; what was written comes back."""
    lead, group = desk.person("Lea"), desk.group("North")
    page = desk.create(
        Note={"rich_text": [words("Hello")]},
        Country={"select": {"name": "Spain"}},
        Topics={"multi_select": [{"name": "Heat"}]},
        State={"status": {"name": "Submitted"}},
        Population={"number": 12.5},
        Pilot={"checkbox": True},
        Label_date={"date": {"start": "2026-07-01"}},
        Board={"url": "https://miro.example/b"},
        Mail={"email": "a@b.example"},
        Phone={"phone_number": "+32 9"},
        Team={"people": [{"id": desk.anna}]},
        Lead={"relation": [{"id": lead}]},
        Groups={"relation": [{"id": group}]},
        Papers={"files": [{"name": "Plan", "external": {"url": "https://x.example/plan.pdf"}}]},
    )
    cells = desk.cells(page["id"])
    assert set(cells) == set(desk.schema())
    assert cells == page["properties"]
    assert list(cells)[-1] == "City"
    assert cells["State"]["status"]["name"] == "Submitted"
    assert cells["Team"]["people"][0]["person"] == {"email": "anna@contoso.example"}
    assert cells["Lead"]["relation"] == [{"id": lead}]
    assert cells["Number"]["unique_id"] == {"prefix": "CITY", "number": 1}
    assert cells["Made"]["created_time"] == "2026-03-02T08:30:00.000Z"
    assert cells["Edited by"]["last_edited_by"]["id"] == desk.service.bot_id
    assert cells["Again"]["formula"] == {"type": "string", "string": "Ghent"}
    assert cells["Group names"]["rollup"]["array"][0]["title"][0]["plain_text"] == "North"
    assert cells["Group count"]["rollup"] == {"type": "number", "number": 1, "function": "count"}


def test_an_empty_page_has_no_absent_cells(desk: Desk) -> None:
    """Empty cells are null, false or an empty list; a status is never empty, as recorded."""
    cells = desk.create()["properties"]
    empty = {name: cell[cell["type"]] for name, cell in cells.items()}
    assert (empty["Country"], empty["Population"], empty["Label date"], empty["Pilot"]) == (
        None,
        None,
        None,
        False,
    )
    assert (empty["Topics"], empty["Team"], empty["Lead"], empty["Note"]) == ([], [], [], [])
    assert empty["State"]["name"] == "Drafting"


@pytest.mark.parametrize(
    "cell",
    [
        {"Made": {"created_time": "2026-01-01T00:00:00Z"}},
        {"Edited by": {"last_edited_by": {"id": "x"}}},
        {"Again": {"formula": {"string": "x"}}},
        {"Group count": {"rollup": {"number": 1}}},
        {"Number": {"unique_id": {"number": 7}}},
        {"Proof": {"verification": {"state": "verified"}}},
    ],
)
def test_read_only_cells_are_refused(desk: Desk, cell: dict[str, Any]) -> None:
    """Writing what Notion computes is a 400, and nothing of that write happens."""
    page = desk.create()["id"]
    answer = desk.patch(page, properties={"Population": {"number": 1}, **cell})
    assert error_of(answer) == (400, "validation_error")
    assert "should be not present" in message_of(answer)
    assert desk.cells(page)["Population"]["number"] is None


def test_wrong_names_and_kinds_are_told_together(desk: Desk) -> None:
    """One answer names every unknown column and every wrong kind, in the recorded words."""
    answer = desk.attempt(Cuntry={"select": {"name": "Spain"}}, Note={"select": {"name": "x"}})
    assert message_of(answer) == "Cuntry is not a property that exists. Note is expected to be rich_text."


def test_long_text_is_refused_by_the_piece(desk: Desk) -> None:
    """A piece may hold 2,000 UTF-16 units; 100 pieces make a value, 101 do not."""
    answer = desk.attempt(Note={"rich_text": [words("a"), words("x" * 2001)]})
    assert message_of(answer) == (
        "body failed validation: body.properties.Note.rich_text[1].text.content.length "
        "should be ≤ `2000`, instead was `2001`."
    )
    assert desk.attempt(Note={"rich_text": [words("\N{GRINNING FACE}" * 1001)]}).status == 400
    assert desk.attempt(Note={"rich_text": [words("x")] * 101}).status == 400
    page = desk.create(Note={"rich_text": [words("x" * 2000)] * 100})
    # Neighbours merge, so what is read could not be written back.
    assert [len(piece) for piece in texts(page["properties"]["Note"])] == [200_000]
    assert error_of(desk.write(page["id"], Note={"rich_text": page["properties"]["Note"]["rich_text"]})) == (
        400,
        "validation_error",
    )


def test_rich_text_comes_back_normalised(desk: Desk) -> None:
    """Neighbours of the same looks merge, empty pieces vanish, bare hosts get a slash, defaults are filled in."""
    pieces = [
        words("one "),
        words(""),
        words("two"),
        words(" bold", bold=True),
        {"text": {"content": "link", "link": {"url": "https://a.example"}}, "plain_text": "?", "href": None},
        {"type": "equation", "equation": {"expression": "e=mc^2"}},
    ]
    shown = desk.create(Note={"rich_text": pieces})["properties"]["Note"]["rich_text"]
    assert [piece["plain_text"] for piece in shown] == ["one two", " bold", "link", "e=mc^2"]
    assert shown[1]["annotations"]["bold"] and shown[0]["annotations"]["color"] == "default"
    assert (shown[2]["href"], shown[2]["text"]["link"]) == (
        "https://a.example/",
        {"url": "https://a.example/"},
    )
    assert desk.attempt(Note={"rich_text": [words("x", bold="yes")]}).status == 400
    bad_link = {"text": {"content": "x", "link": {"url": "not an address"}}}
    assert message_of(desk.attempt(Note={"rich_text": [bad_link]})) == "Invalid URL for link."


def test_mentions_are_shown_with_names(desk: Desk) -> None:
    """A mention is sent as an id and read as what may be seen of it."""
    lead = desk.person("Lea")
    mentions = [
        {"mention": {"user": {"id": desk.ben}}},
        {"mention": {"type": "page", "page": {"id": lead}}},
        {"mention": {"date": {"start": "2026-07-01"}}},
    ]
    page = desk.create(Note={"rich_text": mentions})
    assert texts(page["properties"]["Note"]) == ["@Ben Berg", "Lea", "2026-07-01"]
    desk.service.unshare_page(lead)
    assert texts(desk.cells(page["id"])["Note"])[1] == "Untitled"


def test_an_unknown_choice_becomes_an_option(desk: Desk) -> None:
    """A new name is added to the schema, so a slip of spelling makes an option of its own."""
    desk.create(
        Country={"select": {"name": "belgium", "color": "blue"}}, Topics={"multi_select": [{"name": "Water"}]}
    )
    schema = desk.schema()
    assert [one["name"] for one in schema["Country"]["select"]["options"]] == ["Belgium", "Spain", "belgium"]
    assert schema["Topics"]["multi_select"]["options"][-1]["name"] == "Water"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Spain, north", "Invalid select option, commas not allowed: Spain, north"),
        ("x" * 101, "should be ≤ `100`"),
        ("", "should be populated"),
    ],
)
def test_odd_names_of_options_are_refused(desk: Desk, name: str, said: str) -> None:
    """Commas, more than 100 characters and nothing at all make no option."""
    answer = desk.attempt(Country={"select": {"name": name}})
    assert said in message_of(answer)


def test_a_refused_write_adds_no_option(desk: Desk) -> None:
    """When a later value is wrong, the options of the earlier ones are not left behind."""
    assert desk.attempt(Country={"select": {"name": "Italy"}}, Population={"number": "many"}).status == 400
    assert len(desk.schema()["Country"]["select"]["options"]) == 2


def test_a_new_option_needs_the_right_to_update(desk: Desk) -> None:
    """An integration that may only insert cannot add to the schema."""
    desk.set(capabilities=frozenset({"read", "insert"}))
    assert desk.attempt(Country={"select": {"name": "Spain"}}).status == 200
    assert error_of(desk.attempt(Country={"select": {"name": "Italy"}})) == (403, "restricted_resource")


def test_a_status_takes_only_what_is_there(desk: Desk) -> None:
    """A new name is refused, and null too, unless the settings say otherwise."""
    page = desk.create(State={"status": {"name": "Submitted"}})["id"]
    answer = desk.write(page, State={"status": {"name": "Approved"}})
    assert message_of(answer) == 'Invalid status option. Status option "Approved" does not exist.'
    assert desk.write(page, State={"status": None}).status == 400
    desk.set(empty_status="default")
    desk.write(page, State={"status": None})
    assert desk.cells(page)["State"]["status"]["name"] == "Drafting"
    desk.set(empty_status="empty")
    desk.write(page, State={"status": None})
    assert desk.cells(page)["State"]["status"] is None


@pytest.mark.parametrize(
    ("given", "start"),
    [
        ({"start": "2026-07-01"}, "2026-07-01"),
        ({"start": "2026-07-01T10:20:42+02:00"}, "2026-07-01T10:20:00.000+02:00"),
        ({"start": "2026-07-01T10:20:42.5Z"}, "2026-07-01T10:20:00.000+00:00"),
        ({"start": "2026-07-01T10:20"}, "2026-07-01T10:20:00.000+00:00"),
        ({"start": "2026-06-27T17:57:32.42", "time_zone": "Europe/London"}, "2026-06-27T17:57:00.000+01:00"),
        ({"start": "2024-01-08T12:00:00Z", "time_zone": "UTC"}, "2024-01-08T12:00:00.000+00:00"),
    ],
)
def test_dates_keep_their_day_and_lose_their_seconds(desk: Desk, given: dict[str, str], start: str) -> None:
    """A day stays a day; a moment is cut to the minute, its zone becomes an offset (recorded)."""
    date = desk.create(Label_date={"date": given})["properties"]["Label date"]["date"]
    assert date == {"start": start, "end": None, "time_zone": None}


@pytest.mark.parametrize(
    "given",
    [
        {"start": "2026-07-01", "time_zone": "Europe/Brussels"},
        {"start": "2026-07-01T10:00:00+02:00", "time_zone": "Europe/Brussels"},
        {"start": "2026-07-01T10:00:00", "time_zone": "Brussels"},
        {"start": "2026-02-30"},
        {"start": "1 July 2026"},
        {"start": "2026-07-02", "end": "2026-07-01"},
        {"start": "2026-07-01", "end": "2026-07-02T10:00:00Z"},
        {"end": "2026-07-01"},
        {"start": None},
        {"start": "2026-07-01", "days": 1},
    ],
)
def test_odd_dates_are_refused(desk: Desk, given: dict[str, Any]) -> None:
    """A zone beside a day or an offset, days that do not exist, ends before starts: all 400."""
    assert error_of(desk.attempt(Label_date={"date": given})) == (400, "validation_error")


@pytest.mark.parametrize(
    "cell",
    [
        {"Population": {"number": "12"}},
        {"Population": {"number": True}},
        {"Pilot": {"checkbox": None}},
        {"Board": {"url": ""}},
        {"Board": {"url": "https://x.example/" + "x" * 2000}},
        {"Mail": {"email": "x" * 201}},
        {"Country": {"select": "Spain"}},
        {"Country": {"select": {"id": "nowhere"}}},
        {"Topics": {"multi_select": {"name": "Heat"}}},
        {"Topics": {"multi_select": [{"name": "Heat"}, {"name": "Heat"}]}},
        {"Topics": {"multi_select": [{"name": f"T{n}"} for n in range(101)]}},
        {"Team": {"people": [{"id": "not-an-id"}]}},
        {"Team": {"people": [{"object": "user", "id": "", "name": "Anna"}]}},
        {"Papers": {"files": [{"name": "x", "type": "file", "file": {"url": "https://x.example"}}]}},
        {"Note": "text"},
        {"Note": {"rich_text": "text"}},
        {"Note": {}},
        {"Note": {"rich_text": [], "surprise": 1}},
    ],
)
def test_odd_values_are_refused(desk: Desk, cell: dict[str, Any]) -> None:
    """Wrong JSON types, too long and too many: all 400, none cut or guessed."""
    answer = desk.attempt(**{name.replace(" ", "_"): value for name, value in cell.items()})
    assert error_of(answer) == (400, "validation_error")


def test_a_person_must_exist(desk: Desk) -> None:
    """People are written by id alone; an unknown one is a 404, a whole user object a 400."""
    stranger = "3f2b1c4d-5e6f-4a8b-9c0d-1e2f3a4b5c6d"
    assert error_of(desk.attempt(Team={"people": [{"id": stranger}]})) == (404, "object_not_found")
    whole = desk.get(f"/users/{desk.anna}")
    assert error_of(desk.attempt(Team={"people": [whole]})) == (400, "validation_error")


def test_each_named_value_is_replaced_whole(desk: Desk) -> None:
    """An update leaves other cells alone and replaces the lists it names."""
    page = desk.create(Topics={"multi_select": [{"name": "Heat"}]}, Population={"number": 0})["id"]
    desk.write(page, Topics={"multi_select": [{"name": "Cycling"}]})
    cells = desk.cells(page)
    assert [one["name"] for one in cells["Topics"]["multi_select"]] == ["Cycling"]
    assert cells["Population"]["number"] == 0
    desk.write(page, Topics={"multi_select": []}, Population={"number": None})
    assert (desk.cells(page)["Topics"]["multi_select"], desk.cells(page)["Population"]["number"]) == (
        [],
        None,
    )


def test_relations_are_cut_at_25_with_a_flag(desk: Desk) -> None:
    """A page shows 25 of 30 and says so; the property item, page by page, has them all."""
    people = [desk.person(f"P{n}") for n in range(30)]
    page = desk.create(Lead={"relation": [{"id": one} for one in people]})["id"]
    cell = desk.cells(page)["Lead"]
    assert (len(cell["relation"]), cell["has_more"]) == (25, True)
    first = desk.get(f"/pages/{page}/properties/{cell['id']}?page_size=20")
    assert (len(first["results"]), first["has_more"]) == (20, True)
    assert first["property_item"]["next_url"].endswith(f"start_cursor={first['next_cursor']}&page_size=20")
    rest = desk.get(f"/pages/{page}/properties/{cell['id']}?page_size=20&start_cursor={first['next_cursor']}")
    found = [one["relation"]["id"] for one in first["results"] + rest["results"]]
    assert (found, rest["has_more"], rest["next_cursor"]) == (people, False, None)
    # Whoever writes back what was read loses five.
    desk.write(page, Lead={"relation": cell["relation"]})
    assert desk.cells(page)["Lead"]["has_more"] is False


def test_people_are_cut_without_a_flag(desk: Desk) -> None:
    """Of 30 people a page shows 25 and does not say so (documented); the property item has all."""
    users = [desk.service.add_user(f"U{n}", f"u{n}@contoso.example") for n in range(30)]
    page = desk.create(Team={"people": [{"id": one} for one in users]})["id"]
    cell = desk.cells(page)["Team"]
    assert len(cell["people"]) == 25 and "has_more" not in cell
    assert len(desk.get(f"/pages/{page}/properties/{cell['id']}")["results"]) == 30


def test_the_property_item_of_each_kind(desk: Desk) -> None:
    """Every property of a page can be asked for alone, by its id as the schema gives it."""
    page = desk.create(Groups={"relation": [{"id": desk.group("North")}]})["id"]
    listed = {"title", "rich_text", "relation", "people", "rollup"}
    for cell in desk.cells(page).values():
        answer = desk.get(f"/pages/{page}/properties/{cell['id']}")
        assert (answer["object"] == "list") == (cell["type"] in listed)
    rolled = desk.get(f"/pages/{page}/properties/{desk.cells(page)['Group names']['id']}")
    assert rolled["property_item"]["rollup"]["array"] == [] and len(rolled["results"]) == 1
    assert error_of(desk.ask("GET", f"/pages/{page}/properties/nope")) == (404, "object_not_found")
    assert error_of(desk.ask("GET", f"/pages/{page}/properties/title?page_size=0")) == (
        400,
        "validation_error",
    )
    wrong = desk.ask("GET", f"/pages/{page}/properties/title?start_cursor=x")
    assert message_of(wrong) == "The start_cursor provided is invalid: x"


def test_both_sides_of_a_two_way_relation_agree(desk: Desk) -> None:
    """A change on one side shows on the other, whose edit time does not move."""
    north, south = desk.group("North"), desk.group("South")
    desk.later(minutes=5)
    page = desk.create(Groups={"relation": [{"id": north}, {"id": south}]})["id"]
    back = "Related to Mission Cities (Groups)"
    assert desk.cells(north)[back]["relation"] == [{"id": page}]
    desk.write(page, Groups={"relation": [{"id": south}]})
    assert desk.cells(north)[back]["relation"] == []
    desk.write(north, **{back.replace(" ", "_"): {"relation": [{"id": page}]}})
    assert [one["id"] for one in desk.cells(page)["Groups"]["relation"]] == [south, north]
    assert desk.page(south)["last_edited_time"] == "2026-03-02T08:30:00.000Z"


def test_relations_to_what_is_not_seen_are_left_out(desk: Desk) -> None:
    """Rows in the trash or not shared vanish from a relation and cannot be written into one."""
    lea, max_ = desk.person("Lea"), desk.person("Max")
    page = desk.create(Lead={"relation": [{"id": lea}, {"id": max_}]})["id"]
    desk.service.unshare_page(lea)
    desk.service.trash_page(max_, by=desk.anna, at=desk.now)
    assert desk.cells(page)["Lead"]["relation"] == []
    for hidden in (lea, max_):
        assert error_of(desk.write(page, Lead={"relation": [{"id": hidden}]})) == (404, "object_not_found")
    desk.service.share_page(lea)
    assert desk.cells(page)["Lead"]["relation"] == [{"id": lea}]
    assert error_of(desk.attempt(Lead={"relation": [{"id": page}]})) == (404, "object_not_found")


def test_hosted_files_change_their_address_on_each_read(desk: Desk) -> None:
    """Two reads of an untouched page differ in the signature of a file's address and in nothing else."""
    page = desk.add("Ghent", Papers={"files": [{"name": "Plan.pdf", "type": "file"}]})
    first, second = desk.cells(page), desk.cells(page)
    [one], [other] = first.pop("Papers")["files"], second.pop("Papers")["files"]
    assert one["file"]["url"].split("?")[0] == other["file"]["url"].split("?")[0]
    assert one["file"]["url"] != other["file"]["url"]
    assert one["file"]["expiry_time"] == "2026-03-02T09:30:17.000Z"
    assert first == second


def test_numbers_are_those_of_javascript(desk: Desk) -> None:
    """Whole numbers lose their point, and beyond 2**53 their last digits; what is no number is refused."""
    shown = {1.0: 1, 2.5: 2.5, 2**53 + 1: 2**53, 1e16: 10**16}
    for given, read in shown.items():
        number = desk.create(Population={"number": given})["properties"]["Population"]["number"]
        assert (number, type(number)) == (read, type(read))
    assert desk.attempt(Population={"number": float("nan")}).status == 400


def test_groups_and_gone_people_stand_in_cells(desk: Desk) -> None:
    """A people cell may hold a group; of somebody who left only the id is told; neither can be written."""
    group = desk.service.add_group("Advisors")
    page = desk.add("Ghent", Team={"people": [{"id": group}, {"id": desk.ben}]})
    desk.service.remove_user(desk.ben)
    first, second = desk.cells(page)["Team"]["people"]
    assert first == {"object": "group", "id": group, "name": "Advisors"}
    assert second == {"object": "user", "id": desk.ben}
    for one in (group, desk.ben):
        assert error_of(desk.write(page, Team={"people": [{"id": one}]})) == (404, "object_not_found")
    assert group not in [one["id"] for one in desk.get("/users")["results"]]


def test_half_a_character_is_no_text(desk: Desk) -> None:
    """A lone half of a surrogate pair cannot be answered, so it is not taken."""
    assert error_of(desk.attempt(Note={"rich_text": [words("\ud83d")]})) == (400, "invalid_json")


def test_the_unique_id_counts_for_ever(desk: Desk) -> None:
    """Numbers rise by one and are not given again after a page went to the trash."""
    numbers = []
    for name in ("A", "B", "C"):
        page = desk.create(name)
        numbers.append(page["properties"]["Number"]["unique_id"]["number"])
        desk.patch(page["id"], in_trash=True)
    assert numbers == [1, 2, 3]


def test_the_seed_sets_what_is_computed(desk: Desk) -> None:
    """Results of formulas and rollups that the sandbox cannot compute are given with the page."""
    page = desk.add("Ghent", Score={"formula": {"type": "number", "number": 2}})
    assert desk.cells(page)["Score"]["formula"] == {"type": "number", "number": 2}


def test_properties_are_named_by_id_as_well(desk: Desk) -> None:
    """Keys of a write may be ids, percent-encoded as in the schema."""
    writable = ("number", "rich_text", "select", "multi_select", "url", "email")
    odd = next(one for one in desk.schema().values() if "%" in one["id"] and one["type"] in writable)
    empty: dict[str, Any] = {odd["type"]: [] if odd["type"] in ("multi_select", "rich_text") else None}
    page = desk.create()["id"]
    assert desk.patch(page, properties={odd["id"]: empty, "title": title("Gent")}).status == 200
    assert texts(desk.cells(page)["City"]) == ["Gent"]
