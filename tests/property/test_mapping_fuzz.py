"""Whatever stands in the files, the answer is specs or a list of faults."""

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from syncbot.errors import MappingError
from syncbot.mapping.load import load
from syncbot.mapping.spec import Mappings

SHIPPED = (Path(__file__).parents[2] / "mappings/person.yaml").read_text(encoding="utf-8")
ENVIRONMENT = {
    "SYNCBOT_NOTION_PEOPLE": "people",
    "SYNCBOT_SHAREPOINT_SITE": "https://contoso.sharepoint.com/sites/x",
}

SCRAPS = st.one_of(
    st.sampled_from(
        [
            "{}",
            "[]",
            "null",
            "5",
            "{a: b}",
            "[[x]]",
            ":",
            "&a ",
            "*a",
            "!!x ",
            "\n",
            "  ",
            "'",
            "{",
            "- ",
            "true",
        ]
    ),
    st.text(max_size=8),
    st.sampled_from(SHIPPED.split()),
)


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    edits=st.lists(
        st.tuples(st.integers(0, len(SHIPPED)), st.integers(0, 30), SCRAPS), min_size=1, max_size=6
    )
)
def test_any_slip_of_the_keyboard_is_a_fault_or_nothing(
    tmp_path: Path, edits: list[tuple[int, int, str]]
) -> None:
    """A file with random slips loads, or its faults have places with line and column; nothing else is ever raised."""
    text = SHIPPED
    for start, length, scrap in edits:
        text = text[:start] + scrap + text[start + length :]
    path = tmp_path / "person.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        assert isinstance(load(tmp_path, ENVIRONMENT), Mappings)
    except MappingError as error:
        lines = (
            text.count("\n")
            + text.count("\r")
            + text.count("\x85")
            + text.count("\u2028")
            + text.count("\u2029")
            + 2
        )
        for problem in error.problems:
            assert problem.expected
            assert problem.found
            if problem.place != path.as_posix():
                line = int(problem.place.removeprefix(f"{path.as_posix()}:").split(":")[0])
                assert 1 <= line <= lines
