"""What is each person's own: the same publication, narrowed to his or her actions and cities, in his or her language.

Each has an identity of its own, with the person's key in it, so that exactly once holds for every person. Only people
with a record, a role in the group and an address get one.
"""

from collections.abc import Mapping

from babel import Locale

from syncbot.endpoints.outlets.base import Parcel
from syncbot.mapping.groups import GroupSpec
from syncbot.mapping.tongues import languages
from syncbot.model.kinds.person import Person
from syncbot.publish.compose import Layout
from syncbot.publish.form import Publication
from syncbot.publish.languages import tag
from syncbot.publish.personal import narrowed
from syncbot.schedule.due import Slot

from .identities import key_of
from .known import Look, look
from .parts import Parts
from .publishing import (
    Asked,
    Names,
    NotPublishedError,
    addressee,
    filled,
    gather,
    people_of,
    reader_of,
    recipients,
    wanted,
)


class Own:
    """What is needed to make the publications of single people for one date; gathered once."""

    def __init__(
        self, parts: Parts, spec: GroupSpec, slot: Slot, names: Names, seen: Look | None = None
    ) -> None:
        """Gather what is known. Raises `NotPublishedError` where nothing is declared for single people."""
        self._spec = spec
        self._slot = slot
        self._layout = _layout(parts, slot.identity.what)
        self._facts = gather(parts, spec, slot, names, seen() if seen else look(parts))
        self._officer = recipients(parts, spec.group.name)[1]

    def publication(self, key: str, person: Person) -> Publication:
        """Return what somebody gets. Raises `NotPublishedError`."""
        facts = narrowed(self._facts, key)
        reader = reader_of(self._spec, locale_of(person, self._spec.locale))
        return filled(self._slot.identity.what, self._slot, self._layout, facts, reader)

    def parcel(self, key: str, person: Person) -> Parcel | None:
        """Return what is sent to somebody; None when there is nothing to say, and nothing is declared for that."""
        made = self.publication(key, person)
        if made.empty and not self._layout.nothing:
            return None
        return Parcel(
            identity=key_of(self._slot.identity, key),
            publication=made,
            addressees=[addressee(person)],
            reply_to=self._officer,
        )


def own_publication(parts: Parts, asked: Asked, email: str, names: Names) -> Publication:
    """Return what somebody would get now. Raises `NotPublishedError`."""
    spec, slot = wanted(parts, asked)
    key, person = somebody(people_of(parts, spec.group.name), spec, email)
    return Own(parts, spec, slot, names).publication(key, person)


def somebody(people: Mapping[str, Person], spec: GroupSpec, email: str) -> tuple[str, Person]:
    """Return the person of a group with an address. Raises `NotPublishedError`."""
    wanted_one = email.strip().casefold()
    for key, person in people.items():
        if (person.email or "").casefold() == wanted_one:
            return key, person
    raise NotPublishedError(f"nobody in {spec.title} with a role has the address {email}")


def locale_of(person: Person, groups: Locale) -> Locale:
    """Return in which language somebody reads: his or her own where we speak it, else the group's."""
    if person.language is None or person.language == groups.language or person.language not in languages():
        return groups
    return Locale.parse(tag(person.language), sep="-")


def _layout(parts: Parts, what: str) -> Layout:
    known = parts.layouts.get(what)
    if known is None or known.each is None:
        told = f"mappings/publications.yaml has no key `each` for the {what}: nothing is declared for single people"
        raise NotPublishedError(told)
    return known.each
