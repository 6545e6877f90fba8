"""The forms of a publication as files: by the end of a file's name, what is in it."""

import json
from collections.abc import Callable, Mapping
from typing import TypeAlias

from .card import card, message
from .form import Publication
from .html import html
from .plain import plain

Form: TypeAlias = Callable[[Publication], bytes]
"""Makes the content of a file. Raises `WordingFault` where a template of the organisation cannot be filled in."""
Template: TypeAlias = Callable[[str], bytes]
"""Returns a template by its name. Raises `WordingFault` when there is none."""
WORD, SLIDES = ".docx", ".pptx"
DOCUMENT, DECK = "publication.docx", "deck.pptx"
"""Names of the templates."""


def forms(template: Template) -> Mapping[str, Form]:
    """Return all forms. A deck has no Word file, and what is no deck has no slides (see `fitting`)."""

    # Their libraries take half a second and 50 MB; a service that sends mails needs neither.
    def document(publication: Publication) -> bytes:
        from .word import word  # noqa: PLC0415

        return word(publication, template(DOCUMENT))

    def deck(publication: Publication) -> bytes:
        from .slides import slides  # noqa: PLC0415

        return slides(publication, template(DECK))

    return {
        ".html": lambda publication: html(publication).encode(),
        ".txt": lambda publication: plain(publication).encode(),
        ".card.json": _card,
        WORD: document,
        SLIDES: deck,
    }


def fitting(known: Mapping[str, Form], publication: Publication) -> Mapping[str, Form]:
    """Return the forms that a publication has."""
    other = WORD if publication.slides else SLIDES
    return {suffix: form for suffix, form in known.items() if suffix != other}


def office(publication: Publication) -> str:
    """Return the end of the name of a publication's Office file."""
    return SLIDES if publication.slides else WORD


def _card(publication: Publication) -> bytes:
    return json.dumps(message(card(publication)), ensure_ascii=False, indent=2).encode()
