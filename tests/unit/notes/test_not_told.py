"""What looks like an action or a decision and is none."""

import pytest

from tests.unit.notes.noted import sure_actions, sure_decisions

NO_ACTION = [
    ("en", "AI: none"),
    ("en", "ACTION: comments, questions?"),
    ("en", "TODO: who books the hall?"),
    ("en", "Anna has completed the report."),
    ("en", "Tom is working on the plan."),
    ("en", "Tom said the road is closed in May."),
    ("en", "We could perhaps ask the university."),
    ("en", "The next meeting will be held on 4 June."),
    ("en", "AI tools change how people write."),
    ("en", "How to assign reviewers is unclear."),
    ("en", "## Attendance\n\n- [ ] Anna Berg\n- [x] Tom Hall"),
    ("en", "- [x] https://example.org/pull/12"),
    ("en", "| Name | Role |\n|--|--|\n| Anna Berg | Chair |"),
    ("en", "Anna will not be able to come."),
    ("en", "## Actions\n\n- [Name]: [what is to be done]"),
    ("en", "| Agenda item | Lead | Time |\n|--|--|--|\n| Budget | Tom | 10 min |"),
    ("en", "The TODO Club has a new logo, and the AI Group likes it."),
    ("en", "Tom met with Anna and Ben to talk about it."),
    ("en", "- Update on the website (Tom)"),
    ("en", "This is their plan, and people will like it."),
    ("de", "Die Rechnung wurde bezahlt."),
    ("de", "Man könnte vielleicht die Uni fragen."),
    ("de", "Wir sollten mal einen Workshop machen."),
    ("de", "Aufgaben: keine"),
    ("fr", "La facture a été payée."),
    ("fr", "Il faudrait peut-être demander à la mairie."),
    ("fr", "Actions : aucune"),
    ("nl", "De rekening is betaald."),
    ("nl", "Misschien zou de universiteit kunnen helpen."),
    ("nl", "Actiepunten: geen"),
    ("es", "La factura ha sido pagada."),
    ("es", "Quizás podríamos preguntar a la universidad."),
    ("es", "Tareas: ninguna"),
]
DECIDED = [
    ("en", "**Decision:** We meet on Mondays."),
    ("en", "It was resolved that the fee be raised."),
    ("en", "The motion was carried unanimously."),
    ("en", "It was agreed to purchase a new bench."),
    ("en", "No objections were raised."),
    ("en", "8.2 Resolved – that the hall be painted"),
    ("en", "## Decisions\n\n- Meet on Mondays in future"),
    ("en", "Proposal: meet on Tuesdays. Agreed."),
    ("de", "Beschluss: Der Beitrag wird erhöht."),
    ("de", "Der Antrag wird einstimmig angenommen."),
    ("de", "Es wurde beschlossen, dass wir umziehen."),
    ("de", "Es gibt keine Einwände."),
    ("de", "Anna wird zur Vorsitzenden gewählt."),
    ("fr", "Il est décidé d'augmenter la cotisation."),
    ("fr", "La motion est adoptée à l'unanimité."),
    ("fr", "Le bureau décide de louer une salle."),
    ("fr", "Anna est élue présidente."),
    ("nl", "Besluit: de contributie gaat omhoog."),
    ("nl", "Het voorstel wordt met algemene stemmen aangenomen."),
    ("nl", "De leden gaan akkoord met het voorstel."),
    ("es", "Se acuerda subir la cuota."),
    ("es", "La moción se aprueba por unanimidad."),
    ("es", "Hemos decidido usar otra sala."),
    ("es", "| # | Acuerdo | Responsable |\n|--|--|--|\n| 1 | Subir la cuota | Todos |"),
]
NOT_DECIDED = [
    ("en", "The date is to be decided."),
    ("en", "As agreed last year, the hall is open."),
    ("en", "PROPOSED RESOLUTION: Use the new form"),
    ("en", "Tom: Agreed"),
    ("de", "Der Antrag muss noch beschlossen werden."),
    ("fr", "La date n'a pas été décidée."),
    ("nl", "Er is nog niet besloten."),
    ("es", "La fecha está por decidir."),
]


@pytest.mark.parametrize(("language", "text"), NO_ACTION, ids=[one[1][:40] for one in NO_ACTION])
def test_no_action_is_told(language: str, text: str) -> None:
    """Status, wishes, questions, empty lists and attendance become no record by themselves."""
    assert sure_actions(text, language=language) == []


@pytest.mark.parametrize(("language", "text"), DECIDED, ids=[one[1][:40] for one in DECIDED])
def test_a_decision_is_told(language: str, text: str) -> None:
    """A decision told in this way is found once, and is no action."""
    (decision,) = sure_decisions(text, language=language)
    assert decision.why
    assert sure_actions(text, language=language) == []


@pytest.mark.parametrize(("language", "text"), NOT_DECIDED, ids=[one[1][:40] for one in NOT_DECIDED])
def test_no_decision_is_told(language: str, text: str) -> None:
    """What is postponed, restated or still to be decided is no decision."""
    assert sure_decisions(text, language=language) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The minutes of the previous meeting were approved."),
        ("de", "Das Protokoll wird genehmigt."),
        ("fr", "Le compte rendu est approuvé."),
        ("nl", "De notulen worden vastgesteld."),
        ("es", "Se aprueba el acta."),
    ],
)
def test_approving_the_minutes_is_only_procedure(language: str, text: str) -> None:
    """Approving the minutes is a decision about the meeting itself."""
    (decision,) = sure_decisions(text, language=language)
    assert decision.procedural


def test_what_a_meeting_agrees_that_somebody_does_is_both() -> None:
    """Agreed that somebody will do something: a decision and an action."""
    text = "Agreed: Tom will paint the gate."
    assert len(sure_actions(text)) == len(sure_decisions(text)) == 1


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Date of next meeting: 14 May 2024, Tom will host"),
        ("de", "Nächstes Plenum: 24.5., Tom kocht"),
        ("fr", "Prochaine réunion le 12 mai à 18h"),
        ("nl", "Volgende vergadering: 14 mei"),
        ("es", "Próxima reunión: 14 de mayo"),
    ],
)
def test_the_day_of_the_next_meeting_is_no_job(language: str, line: str) -> None:
    """Also at the end of a list of actions."""
    title = {"en": "Actions", "de": "Aufgaben", "fr": "Actions", "nl": "Acties", "es": "Tareas"}[language]
    found = sure_actions(f"## {title}\n\n- Tom: 3 Mails\n- {line}", language=language)
    assert len(found) == 1


def test_works_that_are_carried_out_are_no_decision() -> None:
    """A motion is carried, a survey is carried out."""
    assert sure_decisions("Tom said that the survey will be carried out by the county.") == []
    assert sure_decisions("The proposal was carried.")
