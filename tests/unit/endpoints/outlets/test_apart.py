"""Office files that are made in another process are the same files."""

import subprocess
import sys
from dataclasses import replace

import pytest

from syncbot.endpoints.outlets.apart import apart
from syncbot.mapping.templates import templates
from syncbot.publish.form import Publication, Section
from syncbot.publish.forms import SLIDES, WORD, forms
from syncbot.publish.wording import WordingFault
from syncbot.settings import example_mappings

TEMPLATE = templates(example_mappings(), example_mappings())
AGENDA = Publication(
    what="agenda",
    group="D",
    period="2026-W48",
    language="de",
    title="Tagesordnung für Gävle & <Łódź> \N{BICYCLE}",
    opening=[],
    sections=[Section(name="actions", title="Übertragen", lines=[])],
)


@pytest.mark.parametrize("suffix", [WORD, SLIDES])
def test_they_are_made_elsewhere_and_equal(suffix: str) -> None:
    """To the byte, with letters of any language."""
    publication = replace(AGENDA, slides=suffix == SLIDES)
    assert apart(TEMPLATE)[suffix](publication) == forms(TEMPLATE)[suffix](publication)


def test_a_template_that_cannot_be_filled_in_is_told() -> None:
    """In the same words."""
    with pytest.raises(WordingFault) as here:
        forms(lambda _: b"none")[WORD](AGENDA)
    with pytest.raises(WordingFault) as there:
        apart(lambda _: b"none")[WORD](AGENDA)
    assert str(there.value) == str(here.value)


def test_their_libraries_stay_away() -> None:
    """A process that had one made has not loaded what makes it."""
    program = (
        "import sys\n"
        "from tests.unit.endpoints.outlets.test_apart import AGENDA, TEMPLATE, WORD, apart\n"
        "assert apart(TEMPLATE)[WORD](AGENDA)\n"
        "print([one for one in ('docx', 'docxtpl', 'pptx') if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
