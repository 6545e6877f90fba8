"""Office files that are made in another process are the same files."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

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


_MAKE = "from tests.unit.endpoints.outlets.test_apart import AGENDA, TEMPLATE, WORD, WordingFault, apart\n"
_ROOT = Path(__file__).parents[4]


def _said(program: str, folder: Path) -> str:
    begin = f"import sys\nsys.path[0] = {str(_ROOT)!r}\n{_MAKE}"
    done = subprocess.run(
        [sys.executable, "-c", begin + program], capture_output=True, text=True, check=True, cwd=folder
    )
    return done.stdout.strip()


def test_no_file_of_the_folder_it_runs_in_passes_for_a_module(tmp_path: Path) -> None:
    """The container runs in the one folder that can be written."""
    (tmp_path / "pickle.py").write_text("raise SystemExit(7)")
    assert _said("print(len(apart(TEMPLATE)[WORD](AGENDA)) > 1000)", tmp_path) == "True"


def test_a_process_that_cannot_be_started_is_told_like_a_form_that_cannot_be_made(tmp_path: Path) -> None:
    """No file or process is left of those that the machine allows: the service tries again, and does not end."""
    program = (
        "import resource\n"
        "resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))\n"
        "try:\n"
        "    apart(lambda _: b'any')[WORD](AGENDA)\n"
        "except WordingFault as fault:\n"
        "    print(fault)\n"
    )
    assert "cannot be started" in _said(program, tmp_path)
