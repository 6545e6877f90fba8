"""Each habit of telling an action, in each language: who, what, until when, and whether it is done."""

from dataclasses import replace

import pytest

from syncbot.endpoints.documents.markdown import read_markdown
from syncbot.notes.find import find
from syncbot.notes.finding import Confidence
from syncbot.notes.form import Block, BlockKind, Mark, MarkKind, Note
from tests.unit.notes.noted import DAY, shipped, sure_actions

TOLD = [
    # markers
    ("en", "ACTION: Anna to call the mayor", "Anna", "call the mayor", None),
    ("en", "Action item: Tom to book the hall by 3 May", "Tom", "book the hall", "2024-05-03"),
    ("en", "Action A12: send the letter (Ben)", "Ben", "send the letter", None),
    ("en", "A12 Send the letter (Ben)", "Ben", "Send the letter", None),
    ("en", "TODO [Anna] tidy the shed", "Anna", "tidy the shed", None),
    ("en", "TODO: tidy the shed", "", "tidy the shed", None),
    ("en", "AI (Lucia): ask the plumber", "Lucia", "ask the plumber", None),
    ("en", "ACTION ALL: read the draft", "ALL", "read the draft", None),
    ("en", "The pump is loud. Tom still to get quotes.", "Tom", "get quotes", None),
    ("en", "Ben has offered to drive the van.", "Ben", "drive the van", None),
    ("fr", "Anna demande à Tom de vérifier les comptes.", "Tom", "vérifier les comptes", None),
    ("de", "## TODOs bis zum nächsten Plenum\n\n- Pfand wegbringen (Tom)", "Tom", "Pfand wegbringen", None),
    ("en", "Mr. Hall will oil the gate.", "Hall", "oil the gate", None),
    ("de", "Die Lage ist gut. Fr. Marin lädt die Gäste ein.", "Marin", "lädt die Gäste ein", None),
    ("de", "Gäste: -\n\n1. Fest\nTom hilft beim Aufbau.", "Tom", "hilft beim Aufbau", None),
    ("nl", "Tom vraagt Anna om de lijst te mailen.", "Anna", "de lijst te mailen", None),
    (
        "nl",
        "| Actie | Wie | Wanneer |\n|--|--|--|\n| Dak maken | Tom | 17-5 |",
        "Tom",
        "Dak maken",
        "2024-05-17",
    ),
    ("en", "| AI | Owner |\n|--|--|\n| Oil the gate | Tom |", "Tom", "Oil the gate", None),
    ("fr", "Affiches : Anna s'en occupe", "Anna", "Affiches : Anna s'en occupe", None),
    ("fr", "À faire : Anna, contacter la mairie", "Anna", "contacter la mairie", None),
    ("nl", "Actie: poster ophangen (Anna en Tom)", "Anna;Tom", "poster ophangen", None),
    ("nl", "Anna vraagt een offerte op", "Anna", "Anna vraagt een offerte op", None),
    ("es", "Anna y Tom se ocupan de los permisos.", "Anna;Tom", "los permisos", None),
    ("es", "Se enviará una carta a los comercios.", "", "enviará una carta a los comercios", None),
    ("en", "Action on Ben: chase the invoice by end of June", "Ben", "chase the invoice", "2024-06-30"),
    ("en", "The gutter leaks. Action: Clerk", "Clerk", "The gutter leaks", None),
    ("en", "The gutter leaks. **ACTION AB**", "AB", "The gutter leaks", None),
    ("en", "[Action] Tom to paint the gate", "Tom", "paint the gate", None),
    ("en", "Action: revisit later", "", "revisit later", None),
    ("en", "Paint the gate (todo: Ben)", "Ben", "Paint the gate", None),
    ("de", "TODO Anna: Heizung prüfen", "Anna", "Heizung prüfen", None),
    ("de", "Aufgabe: Tom ruft den Klempner an (bis 3.5.)", "Tom", "ruft den Klempner an", "2024-05-03"),
    ("de", "Angebot für die Heizung --> ToDo Lucia", "Lucia", "Angebot für die Heizung", None),
    ("de", "Hausaufgabe: Satzung lesen", "", "Satzung lesen", None),
    ("fr", "Action : Tom contacte le plombier avant le 3 mai", "Tom", "contacte le plombier", "2024-05-03"),
    ("fr", "À faire par Anna : envoyer le devis", "Anna", "envoyer le devis", None),
    ("fr", "Action à mener : prévenir les voisins (Lucia)", "Lucia", "prévenir les voisins", None),
    ("fr", "Reste à faire : acheter les chaises", "", "acheter les chaises", None),
    ("nl", "Actiepunt voor Anna: offerte opvragen", "Anna", "offerte opvragen", None),
    ("nl", "Actie: Tom belt de loodgieter vóór 3 mei", "Tom", "belt de loodgieter", "2024-05-03"),
    ("es", "Tarea: Tom llama al fontanero antes del 3 de mayo", "Tom", "llama al fontanero", "2024-05-03"),
    ("es", "Pendiente: comprar sillas", "", "comprar sillas", None),
    # boxes
    ("en", "- [ ] @anna please send the slides", "anna", "send the slides", None),
    ("en", "- [ ] Tom: book the hall", "Tom", "book the hall", None),
    ("en", "- [ ] Book the hall - Tom", "Tom", "Book the hall", None),
    ("en", "- [ ] Draft the letter @tom (2024-05-03)", "tom", "Draft the letter", "2024-05-03"),
    ("de", "- [ ] Folien verschicken (Anna)", "Anna", "Folien verschicken", None),
    ("fr", "- [ ] Envoyer les photos (Anna)", "Anna", "Envoyer les photos", None),
    ("nl", "- [ ] Foto's versturen (Anna)", "Anna", "versturen", None),
    ("es", "- [ ] Enviar las fotos (Anna)", "Anna", "Enviar las fotos", None),
    # lists
    ("en", "Action items:\n* Call the mayor (Anna)", "Anna", "Call the mayor", None),
    ("en", "**Next steps**\n\n1. Lucia - check the budget", "Lucia", "check the budget", None),
    ("en", "This leads to the following actions:\n\n- Repair the roof", "", "Repair the roof", None),
    ("de", "Nächste Schritte:\n- Anna: Vertrag prüfen", "Anna", "Vertrag prüfen", None),
    ("fr", "Prochaines étapes :\n- Anna : relire le contrat", "Anna", "relire le contrat", None),
    ("nl", "Vervolgstappen:\n- Anna: contract nakijken", "Anna", "contract nakijken", None),
    ("es", "Próximos pasos:\n- Anna: revisar el contrato", "Anna", "revisar el contrato", None),
    ("en", "## Actions\n\n- Anna\n    - clean the filter\n", "Anna", "clean the filter", None),
    # tables
    (
        "en",
        "| Task | R | A | C | I |\n|--|--|--|--|--|\n| Write plan | Anna | Tom | Ben | Lucia |",
        "Anna",
        "Write plan",
        None,
    ),
    (
        "en",
        "| Action | Owner | Due |\n|--|--|--|\n| Write plan | Anna | 2024-05-03 |",
        "Anna",
        "Write plan",
        "2024-05-03",
    ),
    (
        "de",
        "| Was | Wer | Bis wann |\n|--|--|--|\n| Plan schreiben | Anna | 03.05.2024 |",
        "Anna",
        "Plan schreiben",
        "2024-05-03",
    ),
    (
        "fr",
        "| Action | Qui | Échéance |\n|--|--|--|\n| Écrire le plan | Anna | 03/05/2024 |",
        "Anna",
        "Écrire le plan",
        "2024-05-03",
    ),
    (
        "nl",
        "| Actie | Wie | Wanneer |\n|--|--|--|\n| Plan schrijven | Anna | 03-05-2024 |",
        "Anna",
        "Plan schrijven",
        "2024-05-03",
    ),
    (
        "es",
        "| Tarea | Responsable | Fecha límite |\n|--|--|--|\n| Escribir plan | Anna | 03/05/2024 |",
        "Anna",
        "Escribir plan",
        "2024-05-03",
    ),
    (
        "en",
        "| Item | Notes | Action |\n|--|--|--|\n| Roof | Leaks | Tom to call the roofer |\n| Door | Fine | None |",
        "Tom",
        "call the roofer",
        None,
    ),
    (
        "de",
        "| TOP | Thema | Verantwortlich |\n|--|--|--|\n| 1 | Grill kaufen | Anna |",
        "Anna",
        "Grill kaufen",
        None,
    ),
    # labels
    ("en", "Owner: Anna / Due: 2024-05-03 - Write the report", "Anna", "Write the report", "2024-05-03"),
    (
        "de",
        "Verantwortlich: Anna, Frist: 3.5.2024 - Bericht schreiben",
        "Anna",
        "Bericht schreiben",
        "2024-05-03",
    ),
    (
        "fr",
        "Responsable : Anna / Échéance : 3 mai 2024 - Rédiger le bilan",
        "Anna",
        "Rédiger le bilan",
        "2024-05-03",
    ),
    (
        "nl",
        "Verantwoordelijk: Anna, deadline: 3 mei 2024 - Verslag schrijven",
        "Anna",
        "Verslag schrijven",
        "2024-05-03",
    ),
    (
        "es",
        "Responsable: Anna / Plazo: 3 de mayo de 2024 - Escribir el informe",
        "Anna",
        "Escribir el informe",
        "2024-05-03",
    ),
    # arrows
    ("en", "Send the contract to the lawyer → Lucia (by 3 May)", "Lucia", "Send the contract", "2024-05-03"),
    ("de", "Angebote einholen -> Lucia", "Lucia", "Angebote einholen", None),
    ("de", "Filter besorgen (Tom)", "Tom", "Filter besorgen", None),
    ("de", "=> Tom schreibt eine Mail an alle", "Tom", "schreibt eine Mail", None),
    ("fr", "Relancer le fournisseur -> Lucia", "Lucia", "Relancer le fournisseur", None),
    ("nl", "Leverancier bellen -> Lucia", "Lucia", "Leverancier bellen", None),
    ("es", "Llamar al proveedor -> Lucia", "Lucia", "Llamar al proveedor", None),
    # sentences
    ("en", "Tom will write to the council.", "Tom", "write to the council", None),
    ("en", "Tom takes the action to write to the council.", "Tom", "write to the council", None),
    ("en", "Anna volunteered to draw the map.", "Anna", "draw the map", None),
    ("en", "Ben agreed to contact the mayor.", "Ben", "contact the mayor", None),
    ("en", "The clerk to write to the highways authority.", "clerk", "write to the highways authority", None),
    ("en", "Lucia: I'll look into it.", "Lucia", "look into it", None),
    ("en", "@tom please review the draft before next meeting.", "tom", "review the draft", None),
    ("fr", "Anna : relancer le traiteur avant vendredi", "Anna", "relancer le traiteur", "2024-04-26"),
    ("en", "The rota is unclear. TBD by Anna.", "Anna", "", None),
    ("de", "Anna kümmert sich um den Raum.", "Anna", "kümmert sich um den Raum", None),
    ("de", "Bis Freitag schickt Anna die Liste.", "Anna", "schickt Anna die Liste", "2024-04-26"),
    (
        "de",
        "Der Vorstand prüft die Verträge bis zum 15. Juni.",
        "Vorstand",
        "prüft die Verträge",
        "2024-06-15",
    ),
    ("de", "Ein Flyer wird bis Ende Juni erstellt.", "", "Ein Flyer", "2024-06-30"),
    ("fr", "Anna se charge de réserver la salle.", "Anna", "réserver la salle", None),
    ("fr", "Lucia enverra la liste d'ici vendredi.", "Lucia", "enverra la liste", "2024-04-26"),
    ("fr", "Une visite sera organisée en juin.", "", "Une visite", None),
    ("nl", "Anna neemt contact op met de gemeente.", "Anna", "neemt contact op", None),
    ("nl", "Tom zal de zaal reserveren.", "Tom", "de zaal reserveren", None),
    ("nl", "We gaan een enquête houden.", "", "een enquête houden", None),
    ("es", "Anna se encarga de reservar la sala.", "Anna", "reservar la sala", None),
    ("es", "Se enviará una carta a los vecinos.", "", "una carta a los vecinos", None),
    ("es", "Ben se compromete a dibujar el plano.", "Ben", "dibujar el plano", None),
]


@pytest.mark.parametrize(("language", "text", "owner", "job", "due"), TOLD, ids=[one[1][:40] for one in TOLD])
def test_an_action_is_told(language: str, text: str, owner: str, job: str, due: str | None) -> None:
    """An action told in this way is found once and surely, with who, what and until when."""
    (action,) = sure_actions(text, language=language)
    assert list(action.owners) == (owner.split(";") if owner else [])
    assert job in action.text
    assert (action.due.isoformat() if action.due else None) == due
    assert action.why


def test_several_people_share_an_action() -> None:
    """All who are named own it, each as one entry without "@" and title."""
    (action,) = sure_actions("ACTION: Mr Hall, Lucia & @ben to meet the contractor")
    assert list(action.owners) == ["Hall", "Lucia", "ben"]


@pytest.mark.parametrize(
    "text",
    [
        "- [x] Tom: book the hall",
        "ACTION: Tom to book the hall (DONE)",
        "~~TODO: Tom books the hall~~",
        "| Action | Owner | Status |\n|--|--|--|\n| Book the hall | Tom | closed |",
    ],
)
def test_what_is_done_is_told_as_done(text: str) -> None:
    """A ticked box, a word such as DONE, a struck line and a status say that it is done."""
    (action,) = sure_actions(text)
    assert action.done and "DONE" not in action.text


def test_two_people_of_one_sentence_have_two_actions() -> None:
    """Each clause that gives something to somebody is an action of its own."""
    first, second = sure_actions("Tom to share the slides, Anna to check the numbers")
    assert (first.owners, first.text) == (("Tom",), "share the slides")
    assert (second.owners, second.text) == (("Anna",), "check the numbers")


def test_a_marker_may_give_to_several() -> None:
    """What follows a marker is parted as any sentence is."""
    owners = {
        one.owners for one in sure_actions("**Action:** Tom and Anna to draft the letter; Ben to send it.")
    }
    assert owners == {("Tom", "Anna"), ("Ben",)}


def test_what_is_promised_and_then_marked_is_one() -> None:
    """The scribe marks what somebody has just promised."""
    (action,) = sure_actions(
        "Tom Hall: I'll send the plumber a mail.\n\nACTION: thall to send the plumber a mail"
    )
    assert len(action.places) == 2


def test_the_same_words_under_two_matters_are_two_jobs() -> None:
    """One "read the document" is asked for each of two documents."""
    text = "## Roof\n\n- Action items:\n    - Read the document\n\n## Wall\n\n- Action items:\n    - Read the document"
    assert [one.heading for one in sure_actions(text)] == ["Roof", "Wall"]


def test_mentions_of_people_and_days_are_owner_and_day() -> None:
    """What Notion marks as a person and as a date needs no words around it."""
    text = "Ask @Anna Berg for the plan May 3"
    person, day = (
        Mark(kind=MarkKind.PERSON, start=4, end=14),
        Mark(kind=MarkKind.DAY, start=28, end=33, value="2025-05-03"),
    )
    box = Block(kind=BlockKind.ITEM, text=text, address="0", checked=False, marks=(person, day))
    (action,) = find(Note(ref="n", title="n", blocks=[box], day=DAY), shipped()).actions
    assert action.owners == ("Anna Berg",) and str(action.due) == "2025-05-03"


def test_struck_rows_and_closed_ones_are_done() -> None:
    """A Dutch list of actions in which what is done is struck out or closed."""
    rows = (
        "| Actie | Wie | Status |\n|--|--|--|\n| Zaal boeken | Tom | gesloten |\n| ~~Brief~~ | ~~Anna~~ | |\n"
    )
    assert [one.done for one in sure_actions(rows, language="nl")] == [True, True]


def test_what_is_answered_to_an_earlier_action_is_its_state() -> None:
    """Who answers owns it where nobody was named; "done" is done, "TODO" is not, and neither is an action itself."""
    text = "## Review of actions\n\n> ACTION: write it\n\n* TH: Done.\n\n> ACTION: paint it\n\n* AB: TODO."
    written, painted = sure_actions(text)
    assert (written.owners, written.done) == (("TH",), True)
    assert (painted.owners, painted.done) == (("AB",), False)


def test_a_promise_is_found_under_the_name_of_who_speaks() -> None:
    """In a round of status each speaks below the own name."""
    (action,) = sure_actions("- Anna\n    - read the report\n        - will comment on it\n")
    assert list(action.owners) == ["Anna"]


def test_labels_below_a_job_belong_to_it() -> None:
    """Who and when may stand on the lines below, as in a template."""
    (action,) = sure_actions("Action items:\n- Write the plan\n    - Owner: Anna\n    - Due: 2024-05-03")
    assert list(action.owners) == ["Anna"] and str(action.due) == "2024-05-03"


def test_a_job_told_in_the_body_and_in_the_list_is_one() -> None:
    """It has both places, and the agenda item of the body as its heading."""
    (action,) = sure_actions(
        "Tom will repair the broken kitchen window.\n\n## Actions\n\n- Tom: repair kitchen window"
    )
    assert len(action.places) == 2 and action.heading == "1. Heating"


def test_two_jobs_of_one_list_stay_two() -> None:
    """Lines of one list are never joined, however alike."""
    assert len(sure_actions("## Actions\n\n- Tom: repair kitchen window\n- Tom: repair kitchen windows")) == 2


def test_the_review_of_earlier_actions_is_told_as_prior() -> None:
    """What stands in a review of last time's actions was promised then."""
    (action,) = sure_actions("## Actions from the last meeting\n\n- Ben to send the letter")
    assert action.prior


def test_a_star_alone_stands_for_some_words_of_a_title() -> None:
    """A list of earlier actions is known by the beginning of its title; what was done since is done."""
    text = (
        "Offene Punkte aus der letzten Sitzung:\n- Anna: Vertrag prüfen -> erledigt\n- Tom: Angebot einholen"
    )
    assert [(one.prior, one.done) for one in sure_actions(text, language="de")] == [
        (True, True),
        (True, False),
    ]


def test_topics_and_heading_are_told() -> None:
    """Declared words show the topic, in the job or in the agenda item."""
    (action,) = sure_actions("## 4. Pilot city\n\nACTION: Anna to check the budget")
    assert list(action.topics) == ["pilot", "finance"] and action.heading == "4. Pilot city"


def test_a_name_may_end_like_a_word_of_a_form() -> None:
    """Marshall may send something: the name is not cut where "shall" begins, and goodwill is nobody's promise."""
    (action,) = sure_actions("## Actions\n\n- Anna Marshall to send the list")
    assert action.owners == ("Anna Marshall",)
    assert sure_actions("Goodwill send the list of the gifts.") == []


def test_a_word_joined_to_done_says_nothing_of_the_job() -> None:
    """A fixed-term contract is not done."""
    (action,) = sure_actions("ACTION: fixed-term contract to be renewed (Anna)")
    assert not action.done


STRANGERS = [
    ("Actions", "Rana to polish the silver by Monday", "Rana", "polish the silver"),
    ("Actions", "zara.namuna@rcn.example to check the roof", "zara.namuna@rcn.example", "check the roof"),
    ("Aufgaben", "Fernão prüft die Zahlen bis Freitag", "Fernão", "prüft die Zahlen"),
    ("Aufgaben", "Karte bestellen bis Freitag", None, "Karte bestellen"),
    ("Actions à mener", "Rana appelle la mairie", "Rana", "appelle la mairie"),
    ("Actions à mener", "Rana se charge de la salle", "Rana", "la salle"),
    ("Tareas", "Tomás enviará la lista", "Tomás", "enviará la lista"),
    ("Actiepunten", "Rana belt de gemeente", "Rana", "belt de gemeente"),
]


@pytest.mark.parametrize(("title", "line", "owner", "job"), STRANGERS, ids=[one[1] for one in STRANGERS])
def test_a_stranger_who_begins_a_line_of_a_list_does_it(
    title: str, line: str, owner: str | None, job: str
) -> None:
    """Although no list says who is present; a thing before an infinitive is nobody."""
    note = Note(ref="n", title="n", blocks=read_markdown(f"## {title}\n\n- {line}\n"), day=DAY)
    (action,) = find(note, shipped()).actions
    assert (action.owners, action.text) == ((owner,) if owner else (), job)
    assert action.confidence is Confidence.HIGH


def test_people_of_the_records_are_known_by_their_names() -> None:
    """Also by first name, and where a capital shows nothing; without them a person is asked."""
    note = Note(
        ref="n",
        title="n",
        day=DAY,
        blocks=read_markdown(
            "Das Angebot ist für die Leitung nicht da.\n\nZara Namuna holt das Angebot ein.\n"
        ),
    )
    (asked,) = find(note, shipped()).actions
    (sure,) = find(note, replace(shipped(), people=("Zara Namuna",))).actions
    assert (asked.confidence, sure.confidence) == (Confidence.LOW, Confidence.HIGH)
    assert sure.owners == ("Zara Namuna",)


def test_a_word_for_the_state_is_no_part_of_who_does_it() -> None:
    """After a name in brackets, or behind it at the end of a line."""
    lines = (
        "## Offene Punkte\n\n- Schlüssel nachmachen lassen (Tom, erledigt)\n- Fotos hochladen - Anna - offen"
    )
    keys, photos = sure_actions(lines, language="de")
    assert (keys.owners, keys.text, keys.done) == (("Tom",), "Schlüssel nachmachen lassen", True)
    assert (photos.owners, photos.text, photos.done) == (("Anna",), "Fotos hochladen", False)


def test_a_name_that_begins_like_a_verb_is_a_name() -> None:
    """Holger does not fetch, and no Baumann builds."""
    assert sure_actions("Anna Holger und Tom Baumann", language="de") == []


def test_a_list_of_its_own_is_the_heading_below_the_title_of_the_page() -> None:
    """The title of the whole note says nothing of one action."""
    note = Note(ref="n", title="n", blocks=read_markdown("# Weekly\n\n## Actions\n\n- Call Ghent\n"), day=DAY)
    assert [one.heading for one in find(note, shipped()).actions] == ["Actions"]


@pytest.mark.parametrize("title", ["Protokoll", "Notulen", "Members", "Links"])
def test_the_title_of_a_note_says_nothing_of_its_lines(title: str) -> None:
    """A note that is called "Protokoll" is no list of people from beginning to end."""
    text = f"# {title}\n\n- ACTION: call the mayor\n\n## Talk\n\n- TODO: write to Ghent\n"
    note = Note(ref="n", title="n", blocks=read_markdown(text), day=DAY)
    assert [one.text for one in find(note, shipped()).actions] == ["call the mayor", "write to Ghent"]
