"""An organisation's own Office templates come first; what it has not is what ships."""

from pathlib import Path

import pytest

from syncbot.cli.publish import keep
from syncbot.mapping.templates import templates
from syncbot.publish.example import example
from syncbot.publish.wording import WordingFault
from syncbot.service.publishing import NotPublishedError
from tests.unit.publish.test_compose import published

SHIPPED = Path(__file__).parents[3] / "mappings"


def own(tmp_path: Path, name: str, content: bytes) -> Path:
    """Return a folder of mappings with one template of its own."""
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / name).write_bytes(content)
    return tmp_path


def test_own_templates_come_first(tmp_path: Path) -> None:
    """One that was changed is used; the others are those that ship."""
    read = templates(own(tmp_path, "publication.docx", b"ours"), SHIPPED)
    assert read("publication.docx") == b"ours"
    assert read("deck.pptx") == (SHIPPED / "templates/deck.pptx").read_bytes()
    with pytest.raises(WordingFault, match=r"other\.docx"):
        read("other.docx")


@pytest.mark.parametrize(("what", "office"), [("agenda", ".docx"), ("deck", ".pptx")])
def test_files_of_a_publication(tmp_path: Path, what: str, office: str) -> None:
    """An agenda is a document, a deck is slides; both are a page, a text and a card."""
    written = keep(published(what, example()), tmp_path, templates(SHIPPED, SHIPPED))
    assert [path.name.partition(".")[2] for path in written] == ["html", "txt", "card.json", office[1:]]
    assert all(path.stat().st_size > 100 for path in written)


def test_a_broken_template_leaves_no_half_of_the_files(tmp_path: Path) -> None:
    """Who damaged the template is told so, and no file of the others is replaced."""
    read = templates(own(tmp_path, "publication.docx", b"no Word file"), SHIPPED)
    with pytest.raises(NotPublishedError, match="Word template"):
        keep(published("agenda", example()), tmp_path / "out", read)
    assert not (tmp_path / "out").exists()
