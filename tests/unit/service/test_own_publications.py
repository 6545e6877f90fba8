"""Each person of a group gets his or her own digest once, and nobody gets what is not meant for him or her."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from syncbot.endpoints.outlets.base import Parcel
from syncbot.endpoints.outlets.memory import MemoryOutlet
from syncbot.errors import Unavailable
from syncbot.model.kinds.person import Person
from syncbot.publish.plain import plain
from syncbot.schedule.delivering import Standing
from syncbot.service.parts import Parts
from syncbot.service.personal import own_publication
from syncbot.service.posting import post_now
from syncbot.service.publishing import Asked, Names, NotPublishedError, people_of
from syncbot.service.standing import status
from syncbot.service.ticking import tick
from syncbot.service.ways import Way, Ways
from tests.fakes.four_groups import at, by_identity, four_groups, know

NAMES = Names(place=str, field=str)
FRIDAY = datetime(2026, 11, 27, 14, 1, tzinfo=UTC)
"""A minute after the digests are due in Brussels."""
ASKED = Asked(what="digest", group="D", week="2026-W48")


@pytest.fixture
def parts() -> Parts:
    """All that is known, an hour before the digests are due, seen by a service that ran before."""
    made = at(four_groups(), FRIDAY - timedelta(hours=1))
    tick(made, {}, NAMES)
    return at(made, FRIDAY)


def ways(mail: MemoryOutlet, group: str = "D") -> Ways:
    """To each person by mail, nothing for the group."""
    return {(group, "digest"): [Way(outlet=mail, each=True)]}


def test_each_member_gets_one_about_his_or_her_own_things(parts: Parts) -> None:
    """The identity names the person, the mail goes to that person alone, and officers get the answers."""
    mail = MemoryOutlet(name="mail")
    tick(parts, ways(mail), NAMES)
    found = by_identity(mail.arrived)
    people = people_of(parts, "D")
    assert found
    for identity, parcel in found.items():
        key = identity.removeprefix("digest/D/2026-W48/")
        assert [one.email for one in parcel.addressees] == [people[key].email]
        assert parcel.publication.person == key
        assert people[key].name in parcel.publication.title
    with_actions = {
        owner
        for one in parts.store.records("action").values()
        if not one.agreed["done"].value
        for owner in one.agreed["owners"].value  # type: ignore[union-attr]
    }
    assert {one.rsplit("/", 1)[1] for one in found} >= with_actions & set(people)


def test_nobody_gets_a_second_one(parts: Parts) -> None:
    """The rest of the day is looked at once a minute."""
    mail = MemoryOutlet(name="mail")
    for minutes in range(3):
        tick(at(parts, FRIDAY + timedelta(minutes=minutes)), ways(mail), NAMES)
    by_identity(mail.arrived)
    assert post_now(at(parts, FRIDAY), ways(mail), ASKED, NAMES, person=mail.arrived[0].addressees[0].email)
    by_identity(mail.arrived)


def test_who_has_nothing_to_hear_gets_none_and_is_not_asked_about_again(parts: Parts) -> None:
    """A person without cities and actions; it is remembered as skipped, without a complaint."""
    know(
        parts, "person", "person-new", {"name": "Zoë New", "email": "zoe@x.eu", "role": "advisor", "csg": "D"}
    )
    mail = MemoryOutlet(name="mail")
    tick(parts, ways(mail), NAMES)
    assert "digest/D/2026-W48/person-new" not in by_identity(mail.arrived)
    [kept] = parts.store.deliveries("digest/D/2026-W48/person-new")
    assert (kept.standing, kept.note) == (Standing.SKIPPED, None)


@pytest.mark.parametrize(
    "fields",
    [
        {"name": "No Role", "email": "n@x.eu", "csg": "D"},
        {"name": "No Address", "role": "advisor", "csg": "D"},
        {"name": "Gone", "email": "g@x.eu", "role": "advisor", "csg": "D", "status": "former"},
        {"name": "Elsewhere", "email": "e@x.eu", "role": "advisor", "csg": "C"},
    ],
    ids=lambda fields: fields["name"],
)
def test_mails_go_to_people_with_a_role_in_the_group_only(parts: Parts, fields: dict[str, str]) -> None:
    """Whoever is named in a note or left the group is no recipient, also of what concerns him or her."""
    know(parts, "person", "person-x", fields)
    know(parts, "action", "action-x", {"name": "Look", "owners": frozenset({"person-x"}), "csg": "D"})
    mail = MemoryOutlet(name="mail")
    tick(parts, ways(mail), NAMES)
    assert [one for one in mail.arrived if one.identity.endswith("person-x")] == []
    with pytest.raises(NotPublishedError, match="nobody in"):
        own_publication(parts, ASKED, fields.get("email", "n@x.eu"), NAMES)


def test_status_says_how_many_have_theirs(parts: Parts) -> None:
    """One line for the digest of a group, not one for each person."""
    mail = MemoryOutlet(name="mail")
    tick(parts, ways(mail), NAMES)
    told = {(one.group, one.what): one.last for one in status(parts).publications}
    assert told["D", "digest"] == f"2026-W48: mail to {len(mail.arrived)} of its people"


def _failing(times: int) -> Callable[[Parcel], None]:
    left = [times]

    def fail(_: Parcel) -> None:
        left[0] -= 1
        if left[0] >= 0:
            raise Unavailable("it is down", endpoint="mail")

    return fail


def test_a_mailbox_that_is_down_is_not_tried_once_for_everybody(parts: Parts) -> None:
    """After three that failed the rest waits for the next look, which begins with who was not tried."""
    mail = MemoryOutlet(name="mail", before=_failing(3))
    tick(parts, ways(mail), NAMES)
    failed = [one for one in parts.store.deliveries() if one.standing is Standing.FAILED]
    assert (len(failed), len(mail.arrived)) == (3, 0)
    tick(at(parts, FRIDAY + timedelta(minutes=1)), ways(mail), NAMES)
    assert mail.arrived[-1].identity in {one.publication for one in failed}
    assert {one.publication for one in failed} <= set(by_identity(mail.arrived))


class Killed(BaseException):
    """The process ends here."""


def _killed(_: Parcel) -> None:
    raise Killed


def test_after_a_crash_it_is_looked_for_each_person(parts: Parts) -> None:
    """The mail that was on its way when the process ended is there; the others follow, each once."""
    mail = MemoryOutlet(name="mail", after=_killed)
    with pytest.raises(Killed):
        tick(parts, ways(mail), NAMES)
    mail.after = lambda _: None
    tick(at(parts, FRIDAY + timedelta(minutes=1)), ways(mail), NAMES)
    assert len(by_identity(mail.arrived)) > 3


def test_what_came_too_late_is_skipped_for_everybody(parts: Parts) -> None:
    """A digest of Friday is worth nothing on Saturday."""
    mail = MemoryOutlet(name="mail")
    tick(at(parts, FRIDAY + timedelta(days=1)), ways(mail), NAMES)
    assert mail.arrived == []
    skipped = [one for one in parts.store.deliveries() if one.standing is Standing.SKIPPED]
    assert {one.publication.rsplit("/", 1)[1] for one in skipped} == set(people_of(parts, "D"))


def test_the_groups_own_is_not_composed_again_while_people_get_theirs(parts: Parts) -> None:
    """Both leave at the same time: the channel's card once, and a mail to each."""
    mail, teams = MemoryOutlet(name="mail"), MemoryOutlet(name="teams", can_look=False)
    both: Ways = {("D", "digest"): [Way(outlet=teams), Way(outlet=mail, each=True)]}
    for minutes in range(2):
        tick(at(parts, FRIDAY + timedelta(minutes=minutes)), both, NAMES)
    assert [one.identity for one in teams.arrived] == ["digest/D/2026-W48"]
    assert len(by_identity(mail.arrived)) > 3


def test_it_is_in_the_persons_language_where_we_speak_it(parts: Parts) -> None:
    """German for who reads German; a language that we do not speak is no reason for half a mail in it."""
    key, person = _busy(parts)
    assert "Your week" in plain(own_publication(parts, ASKED, str(person.email), NAMES))
    for language, words in (("de", "Ihre Woche"), ("pl", "Your week")):
        know(parts, "person", key, {"language": language})
        assert words in plain(own_publication(parts, ASKED, str(person.email), NAMES))


def _busy(parts: Parts) -> tuple[str, Person]:
    owners = [
        owner
        for one in parts.store.records("action").values()
        for owner in one.agreed["owners"].value  # type: ignore[union-attr]
    ]
    return next((key, one) for key, one in people_of(parts, "D").items() if key in owners)


def test_a_publication_without_a_layout_for_people_says_so(parts: Parts) -> None:
    """`to_each` for something that has no `each`."""
    bare = {name: dataclasses.replace(one, each=None) for name, one in parts.layouts.items()}
    ticked = tick(dataclasses.replace(parts, layouts=bare), ways(MemoryOutlet(name="mail")), NAMES)
    assert {"each" in str(one.note) for one in ticked.sent} == {True}
