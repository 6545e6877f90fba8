"""mappings/publications.yaml: every mistake at once, also those inside the templates."""

from pathlib import Path

import pytest

from syncbot.errors import MappingError
from syncbot.mapping.layouts import layouts

WRONG = """\
publications:
  agenda:
    title: "{{ groop }}"
    sections:
      one: {title: One, from: carried_ovr}
      two: {title: Two, from: carried_over, line: "{{ nmae }}"}
      three: {title: Three, from: carried_over, line: "{{ name"}
      four: {title: Four}
      five: {title: Five, from: carried_over, line: "{{ name.__class__.__mro__ }}"}
      six: {title: Six, from: coming, line: "{{ when | dya }}"}
      seven: {title: Seven, from: coming, at_most: 0}
"""


def test_every_mistake_is_told_with_its_place_and_the_nearest_word(tmp_path: Path) -> None:
    """A template that asks for what is not there is found by `check`, not on the day the agenda is due."""
    (tmp_path / "publications.yaml").write_text(WRONG)
    with pytest.raises(MappingError) as caught:
        layouts(tmp_path)
    said = [str(one) for one in caught.value.problems]
    for line, words in {
        3: "'groop' is undefined",
        5: "did you mean 'carried_over'?",
        6: "'nmae' is undefined",
        7: "unexpected end of template",
        8: "one of `from`, `texts`, `free`",
        9: "unsafe",
        10: "No filter named 'dya'",
        11: "a number of at least 1",
    }.items():
        assert any(f"publications.yaml:{line}:" in one and words in one for one in said), (line, said)


def test_no_file_is_no_publications(tmp_path: Path) -> None:
    """An organisation that only syncs has no such file."""
    assert layouts(tmp_path) == {}
