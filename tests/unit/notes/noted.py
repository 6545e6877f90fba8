"""Small notes in Markdown with a few people present, for tests of what is found."""

from datetime import date
from functools import cache
from pathlib import Path

from syncbot.endpoints.documents.markdown import read_markdown
from syncbot.mapping.notes import habits
from syncbot.notes.find import find
from syncbot.notes.finding import Confidence, Found, FoundAction, FoundDecision
from syncbot.notes.form import Note
from syncbot.notes.habits import Habits

MAPPINGS = Path(__file__).parents[3] / "mappings"
DAY = date(2024, 4, 20)
"""The day of the meeting: a Saturday."""
_OPENINGS = {
    "en": "The chair opened the meeting of the board and the agenda is for this week.\n\nPresent: {}",
    "de": "Die Sitzung wird von der Leitung eröffnet und das Protokoll ist für die Gruppe.\n\nAnwesend: {}",
    "fr": "La réunion est ouverte et les membres sont dans la salle pour le projet.\n\nPrésents : {}",
    "nl": "De vergadering is geopend en het verslag is voor de leden van de groep.\n\nAanwezig: {}",
    "es": "La reunión se abre y el acta es para los miembros de la asociación.\n\nAsistentes: {}",
}
_PEOPLE = "Anna Berg, Tom Hall, Lucia Marin, Ben Okoro"


@cache
def shipped() -> Habits:
    """Return the habits that ship."""
    return habits(MAPPINGS)


def note_of(text: str, *, language: str = "en", day: date | None = DAY) -> Note:
    """Return a note in a language, with an attendance list and then a text."""
    whole = f"{_OPENINGS[language].format(_PEOPLE)}\n\n## 1. Heating\n\n{text}\n"
    return Note(ref="n", title="n", blocks=read_markdown(whole), day=day)


def found_in(text: str, *, language: str = "en", day: date | None = DAY) -> Found:
    """Return what is found in it."""
    return find(note_of(text, language=language, day=day), shipped())


def sure_actions(text: str, *, language: str = "en") -> list[FoundAction]:
    """Return the actions that become records at once."""
    return [one for one in found_in(text, language=language).actions if one.confidence is Confidence.HIGH]


def sure_decisions(text: str, *, language: str = "en") -> list[FoundDecision]:
    """Return the decisions that become records at once."""
    return [one for one in found_in(text, language=language).decisions if one.confidence is Confidence.HIGH]
