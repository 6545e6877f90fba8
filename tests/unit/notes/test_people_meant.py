"""Which record a name as written means."""

import pytest

from syncbot.notes.people import KnownPerson, match

PEOPLE = [
    KnownPerson(key="a", name="Anna Maria Berg", email="anna.berg@example.org"),
    KnownPerson(key="t", name="Tom Hall", email="thall@example.org"),
    KnownPerson(key="l", name="Lucía Marín", email=None),
    KnownPerson(key="b", name="Ben Okoro", email="ben@example.org"),
    KnownPerson(key="n", name="Ben Stone", email="stone@example.org"),
]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("anna.berg@example.org", "a"),
        ("@thall", "t"),
        ("Anna Berg", "a"),
        ("Berg, Anna Maria", "a"),
        ("Anna", "a"),
        ("lucia", "l"),
        ("Lucia Marin", "l"),
        ("A. Berg", "a"),
        ("Tom H.", "t"),
        ("TH", "t"),
        ("AMB", "a"),
        ("Ben Okoro", "b"),
    ],
)
def test_a_name_means_one_person(written: str, key: str) -> None:
    """By e-mail, @mention, whole name, part of it, initials; marks and case do not count."""
    assert match(written, PEOPLE) == key


@pytest.mark.parametrize("written", ["Ben", "", "@", "the board", "Maria Hall", "XY", "al", "th"])
def test_a_name_that_means_nobody_or_several_is_nobody(written: str) -> None:
    """What could mean two people is left as written."""
    assert match(written, PEOPLE) is None


def test_who_is_called_just_so_is_meant_before_who_is_only_alike() -> None:
    """A handle that is an address decides before first names do."""
    assert match("@ben", PEOPLE) == "b"
