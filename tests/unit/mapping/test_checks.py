"""Why a value may not stand in a field, in our own words."""

from datetime import date

import pytest

from syncbot.mapping.checks import complaint
from syncbot.model.kinds.city import City
from syncbot.model.kinds.person import Person
from syncbot.model.record import Record
from syncbot.model.values import Value


@pytest.mark.parametrize(
    ("model", "field", "value", "said"),
    [
        (City, "name", "", "is empty, and must not be"),
        (City, "languages", frozenset(), "is empty, and must not be"),
        (City, "languages", frozenset({"xx"}), "holds 'xx', which is no language code of ISO 639-1"),
        (City, "population", "many", "holds 'many', which is no whole number"),
        (City, "miro", "soon", "holds 'soon', which is no web address (https://...)"),
        (City, "label_date", date(24, 1, 1), "holds 0024-01-01, which is less than 1900-01-01"),
        (City, "label_date", date(3024, 1, 1), "holds 3024-01-01, which is not less than 2200-01-01"),
        (City, "csg", "E", "holds 'E', which is none of 'A', 'B', 'C' or 'D'"),
        (Person, "email", "anna at city", "holds 'anna at city', which is no e-mail address"),
        (Person, "email", "x" * 60, f"holds '{'x' * 39}…', which is no e-mail address"),
    ],
)
def test_a_value_that_does_not_fit_is_told_with_what_was_expected(
    model: type[Record], field: str, value: Value, said: str
) -> None:
    """What was found and what was expected, as the person would say it who has to correct it."""
    assert complaint(model, field, value) == said
