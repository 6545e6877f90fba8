"""Columns are found once by name and then by id; what is wrong with one stops its field only."""

from dataclasses import replace
from pathlib import Path

import pytest

from syncbot.endpoints.base import Column, ColumnType
from syncbot.mapping.binding import as_bound, bind, restore
from syncbot.model.values import UNKNOWN
from tests.unit.mapping.mapped import CITIES, STATES, Links, changed, row, schema, spec


def _ids(folder: Path, *columns: Column, without: tuple[str, ...] = ()) -> dict[str, str]:
    bound = bind(spec(folder), "notion", schema(*columns, without=without), None)
    return {field: column.id for field, column in bound.columns.items()}


def test_first_contact(tmp_path: Path) -> None:
    """Every field finds its column by name; only what is needed is asked for from then on."""
    bound = bind(spec(tmp_path), "notion", schema(), None)
    assert {field: column.id for field, column in bound.columns.items()} == {
        "name": "title",
        "country": "a%3A",
        "population": "b",
        "ccc_state": "c",
        "lead": "d",
        "next_checkin": "e",
        "miro": "f",
    }
    assert not bound.faults
    assert not bound.notes
    assert set(bound.schema.columns) == {"title", "a%3A", "b", "c", "d", "e", "f", "k", "u"}


def test_names_are_found_without_regard_to_case_and_blanks(tmp_path: Path) -> None:
    """A column "population " is found for Population as long as there is no exact one."""
    loose = changed("b", name="POPULATION ")
    assert _ids(tmp_path, loose)["population"] == "b"
    assert _ids(tmp_path, loose, changed("b", id="b2"))["population"] == "b2"


def test_ids_come_before_names(tmp_path: Path) -> None:
    """A column whose internal name is the declared one wins over one that is only spelled alike."""
    internal = Column(id="Population", name="Inhabitants", type=ColumnType.NUMBER, native="number")
    assert _ids(tmp_path, internal, without=("b",))["population"] == "Population"
    assert _ids(tmp_path, internal, changed("b", name="population"))["population"] == "Population"


def test_two_columns_of_one_name(tmp_path: Path) -> None:
    """Two columns that the name fits are a fault of that field, with both ids; the others are bound."""
    twin = changed("b", id="b2")
    bound = bind(spec(tmp_path), "notion", schema(twin), None)
    assert bound.faults == {"population": "there are 2 columns called 'Population' (b or b2)"}
    assert len(bound.columns) == 6


def test_id_of_one_and_name_of_another(tmp_path: Path) -> None:
    """A word that is the id of one column and the name of another is no clear choice."""
    internal = Column(id="Population", name="Inhabitants", type=ColumnType.NUMBER, native="number")
    bound = bind(spec(tmp_path), "notion", schema(internal), None)
    assert "there are 2 columns called 'Population'" in bound.faults["population"]


def test_renamed_column_stays_bound(tmp_path: Path) -> None:
    """A renamed column is known by its id, even when another takes its old name."""
    kind = spec(tmp_path)
    first = bind(kind, "notion", schema(), None)
    usurper = changed("b", id="new")
    second = bind(kind, "notion", schema(changed("b", name="Inhabitants"), usurper), first.text)
    assert second.columns["population"].id == "b"
    assert second.columns["population"].name == "Inhabitants"
    assert not second.faults


def test_removed_column(tmp_path: Path) -> None:
    """A column that is gone stops its field, says so, and names the nearest column."""
    kind = spec(tmp_path)
    first = bind(kind, "notion", schema(), None)
    second = bind(
        kind, "notion", schema(changed("b", id="new", name="Populations"), without=("b",)), first.text
    )
    assert second.faults == {"population": "the column 'Population' was removed (nearest: 'Populations')"}
    assert second.read(row(), Links()).values["population"] is UNKNOWN
    assert "was removed" in second.read(row(), Links()).faults["population"]
    assert "was removed" in second.write({"population": 5}, Links()).refused["population"]


def test_column_made_again_is_another_column(tmp_path: Path) -> None:
    """A new, empty column under the old name is not taken for the old one: it would empty the field everywhere."""
    kind = spec(tmp_path)
    text: str | None = bind(kind, "notion", schema(), None).text
    for _ in range(3):
        bound = bind(kind, "notion", schema(changed("b", id="new"), without=("b",)), text)
        assert "the one of that name that is there now is another" in bound.faults["population"]
        text = bound.text
    back = bind(kind, "notion", schema(), text)
    assert back.columns["population"].id == "b"
    by_id = spec(tmp_path, CITIES.replace("notion: Population", "notion: new"))
    chosen = bind(by_id, "notion", schema(changed("b", id="new"), without=("b",)), text)
    assert chosen.columns["population"].id == "new"


def test_retyped_column(tmp_path: Path) -> None:
    """A column whose type changed stops its field, also when its new type could hold the values."""
    kind = spec(tmp_path)
    first = bind(kind, "notion", schema(), None)
    retyped = changed("a%3A", type=ColumnType.LONG_TEXT, native="rich_text", options=None)
    second = bind(kind, "notion", schema(retyped), first.text)
    assert second.faults == {
        "country": "the column 'Country' was of type select and is of type rich_text now"
    }
    assert "a%3A" not in second.schema.columns
    assert bind(kind, "notion", schema(), second.text).text == first.text


def test_type_that_cannot_hold_the_field(tmp_path: Path) -> None:
    """A column of the wrong type is a fault in words."""
    bound = bind(
        spec(tmp_path), "notion", schema(changed("d", type=ColumnType.NUMBER, native="number")), None
    )
    assert bound.faults == {"lead": "the column 'Lead' holds number (number), not record"}


def test_read_only_columns(tmp_path: Path) -> None:
    """A computed column may be a home but not a copy and not shared."""
    computed = [changed(one, writable=False) for one in ("b", "c", "a%3A")]
    bound = bind(spec(tmp_path), "notion", schema(*computed), None)
    reason = "is read-only, and the field has to be written there"
    assert bound.faults == {
        "population": f"the column 'Population' {reason}",
        "ccc_state": f"the column 'State' {reason}",
    }
    assert "country" in bound.columns
    assert bound.write({"country": "BE"}, Links()).refused == {"country": "the column 'Country' is read-only"}


def test_missing_option_stops_only_its_value(tmp_path: Path) -> None:
    """An option that the column lacks is noted, and refused when it comes to be written; the others go on."""
    fewer = changed("c", options=tuple(one for one in STATES if one != "Label"))
    bound = bind(spec(tmp_path), "notion", schema(fewer), None)
    assert bound.notes == {"ccc_state": "the column 'State' has no option 'Label'"}
    assert not bound.faults
    assert bound.write({"ccc_state": "drafting"}, Links()).cells == {"c": "Drafting"}
    refused = bound.write({"ccc_state": "label", "name": "Ghent"}, Links())
    assert refused.refused == {"ccc_state": "the column 'State' has no option 'Label'"}
    assert refused.cells == {"title": "Ghent"}


def test_two_fields_on_one_column(tmp_path: Path) -> None:
    """Two fields that end at one column (by its id and by its name) are both stopped."""
    kind = spec(tmp_path, CITIES.replace("notion: Miro", "notion: title"))
    bound = bind(kind, "notion", schema(), None)
    assert bound.faults == {
        "name": "its column is also that of miro",
        "miro": "its column is also that of name",
    }


def test_key_column_is_never_a_field(tmp_path: Path) -> None:
    """The column of our key is not bound to a field, whatever it is called."""
    kind = spec(tmp_path, CITIES.replace("notion: Miro", "notion: k"))
    assert bind(kind, "notion", schema(), None).faults == {"miro": "there is no column 'k'"}


@pytest.mark.parametrize(
    "columns",
    [(), (changed("c", options=("Drafting",)),), (changed("d", type=ColumnType.OTHER, native="button"),)],
)
def test_restored_from_text(tmp_path: Path, columns: tuple[Column, ...]) -> None:
    """What was bound is restored whole from its text, with its faults, without looking at the service."""
    kind = spec(tmp_path)
    bound = bind(kind, "notion", schema(*columns), None)
    assert restore(kind, "notion", bound.text) == bound
    assert bind(kind, "notion", schema(*columns), bound.text) == bound


def test_not_restored_after_the_declaration_changed(tmp_path: Path) -> None:
    """A changed declaration, or a text of another version, is not restored; what still fits stays bound by id."""
    bound = bind(spec(tmp_path), "notion", schema(), None)
    other = spec(tmp_path, CITIES.replace("notion: Population", "notion: Inhabitants"))
    assert restore(other, "notion", bound.text) is None
    assert restore(other, "notion", "{}") is None
    renamed = schema(changed("title", name="Town"), changed("b", id="new", name="Inhabitants"))
    again = bind(other, "notion", renamed, bound.text)
    assert again.columns["name"].id == "title"
    assert again.columns["population"].id == "new"


def test_text_does_not_depend_on_the_order_of_columns(tmp_path: Path) -> None:
    """Columns told in another order are the same binding, so that nothing is read again for it."""
    kind = spec(tmp_path)
    told = schema()
    turned = replace(told, columns=dict(reversed(list(told.columns.items()))))
    assert list(turned.columns) != list(told.columns)
    assert bind(kind, "notion", turned, None).text == bind(kind, "notion", told, None).text


def test_place_and_key_column_are_known_by_their_ids(tmp_path: Path) -> None:
    """The list and the column of our key may be renamed as well; a mapping that names others is obeyed."""
    kind = spec(tmp_path)
    place = kind.endpoints["notion"]
    text = bind(kind, "notion", replace(schema(), container="4711"), None).text
    assert as_bound(place, None) == place
    assert as_bound(place, text) == replace(place, container="4711", key_column="k")
    for old, new in (("key: syncbot key", "key: our key"), ("container: cities", "container: towns")):
        other = spec(tmp_path, CITIES.replace(old, new)).endpoints["notion"]
        assert as_bound(other, text) == other
