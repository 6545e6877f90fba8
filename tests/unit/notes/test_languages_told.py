"""Which language a note is in, and that it is said where it is none of those declared."""

import pytest

from syncbot.endpoints.documents.markdown import read_markdown
from syncbot.notes.find import find
from syncbot.notes.form import Note
from tests.unit.notes.noted import found_in, shipped

FOREIGN = {
    "pt": "A reunião foi aberta às nove com todos os sócios na sala. A Rita vai enviar o orçamento até sexta-feira e o "
    "Nuno fica com a tarefa de falar com a câmara sobre as obras. O telhado ainda não foi reparado e a chuva entra.",
    "it": "La seduta è aperta alle nove e tutti i soci sono in sala. Rita manda il preventivo entro venerdì e Nino si "
    "occupa di sentire il comune per i lavori. Il tetto non è ancora riparato e piove in cucina da due settimane.",
    "sv": "Mötet öppnades klockan nio och alla var på plats. Rut skickar budgeten till fredag och Nils ska prata med "
    "kommunen om arbetet på taket. Det regnar in i köket sedan två veckor och ingen har lagat det ännu.",
    "el": "Η συνεδρίαση άρχισε στις εννέα και όλα τα μέλη ήταν εδώ. Η Ρίτα θα στείλει τον προϋπολογισμό ως την Παρασκευή "
    "και ο Νίκος θα μιλήσει με τον δήμο για τα έργα στη στέγη. Βρέχει μέσα στην κουζίνα εδώ και δύο εβδομάδες.",
}


@pytest.mark.parametrize("language", FOREIGN)
def test_a_language_that_is_not_declared_is_told(language: str) -> None:
    """So that a note in which nothing is found says why."""
    note = Note(ref="n", title="n", blocks=read_markdown(FOREIGN[language]))
    (oddity,) = find(note, shipped()).oddities
    assert "not among those declared: en, de, fr, nl, es" in oddity


@pytest.mark.parametrize("language", ["en", "de", "fr", "nl", "es"])
def test_a_declared_language_is_no_oddity(language: str) -> None:
    """Nor a list of names, of jobs in few words, or of links, nor a short note."""
    names = "\n".join(f"- Tom Hall{n} https://example.org/a/b-{n} (voting member) @tom{n}" for n in range(9))
    assert found_in(names, language=language).oddities == ()
    assert find(Note(ref="n", title="n", blocks=read_markdown(FOREIGN["sv"][:60])), shipped()).oddities == ()
