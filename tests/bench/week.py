"""The week of four groups and 112 cities: everything that is published is composed from the store, in every form.

That is: agendas, summaries, digests and a deck of each group, the agenda across groups, and each person's own digest;
as mail (HTML and text), card, Word file and slides. Nothing is sent.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from time import process_time

from syncbot.endpoints.outlets.notion_lines import spoken
from syncbot.mapping.groups import GroupSpec
from syncbot.publish.form import Publication
from syncbot.publish.forms import Form, Template, fitting, forms
from syncbot.schedule.due import Slot, slots
from syncbot.service.known import Known, look
from syncbot.service.parts import Parts
from syncbot.service.personal import Own
from syncbot.service.posting import parcel_of
from syncbot.service.publishing import Names, people_of
from syncbot.store.open import open_store
from tests.bench.measure import cost, tell
from tests.fakes.four_groups import four_groups

_DAYS = (date(2026, 11, 23), date(2026, 11, 29))
"""Week 48."""
NAMES = Names(place=str.capitalize, field=lambda name: name.replace("_", " "))


@dataclass
class Reading:
    """Reads the store, and counts the time that this takes."""

    parts: Parts
    seconds: float = 0.0

    def look(self) -> Known:
        """Return what is known."""
        began = process_time()
        found = look(self.parts)
        self.seconds += process_time() - began
        return found


def week(parts: Parts, reading: Reading) -> int:
    """Compose everything that is due in a week, look by look, and return how many forms were made."""
    known = forms(_once(parts.template))
    due = [(slot, spec) for spec in parts.groups.values() for slot in slots(spec.group, *_DAYS)]
    moments = sorted({slot.due for slot, _ in due if _DAYS[0] <= slot.due.date() <= _DAYS[1]})
    return sum(_at(reading, known, [one for one in due if one[0].due == moment]) for moment in moments)


def _at(reading: Reading, known: Mapping[str, Form], due: Sequence[tuple[Slot, GroupSpec]]) -> int:
    """What is due at the same time is read from the store once, as the service does."""
    parts, seen, made = reading.parts, cache(reading.look), 0
    for slot, spec in due:
        made += _forms(known, parcel_of(parts, spec, slot, NAMES, seen).publication)
        if spec.to_each.get(slot.identity.what):
            own = Own(parts, spec, slot, NAMES, seen)
            people = people_of(parts, spec.group.name).items()
            parcels = [own.parcel(key, person) for key, person in people]
            made += sum(_forms(known, one.publication) for one in parcels if one is not None)
    return made


def _once(template: Template) -> Template:
    """Templates lie on a disk; what is measured is the composing."""
    kept: dict[str, bytes] = {}

    def read(name: str) -> bytes:
        if name not in kept:
            kept[name] = template(name)
        return kept[name]

    return read


def _forms(known: Mapping[str, Form], made: Publication) -> int:
    """Every form that leaves: of one person's own only the mail does."""
    if made.person is not None:
        found = {name: form for name, form in known.items() if name in (".html", ".txt")}
    else:
        found = dict(fitting(known, made))
        spoken(made)
    return sum(bool(form(made)) for form in found.values())


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        shelf = open_store(f"sqlite:///{folder}/syncbot.sqlite")
        everything = four_groups(store=shelf)
        reading = Reading(everything)
        measured = cost(lambda: week(everything, reading), int)
        tell(replace(measured, cpu=measured.cpu - reading.seconds, load=reading.seconds))
        shelf.close()
