"""What concerns one person, and nothing else."""

import dataclasses
from datetime import timedelta

from syncbot.model.kinds.action import Action
from syncbot.model.kinds.city import City
from syncbot.model.kinds.need import Need
from syncbot.publish.example import example
from syncbot.publish.material import Change, Material, Question
from syncbot.publish.personal import narrowed
from syncbot.publish.sources import carried_over, changes, questions, silent_cities, urgent_needs

TODAY = example().today


def _material() -> Material:
    cities = {
        "led": City(name="Led", csg="D", lead="me"),
        "followed": City(name="Followed", csg="D", lead="you", follower="me"),
        "other": City(name="Other", csg="D", lead="you"),
    }
    actions = {
        "late": Action(name="late", owners=frozenset({"me", "you"}), due=TODAY - timedelta(days=1), csg="D"),
        "first": Action(name="first", owners=frozenset({"me"}), due=TODAY - timedelta(days=9), csg="D"),
        "open": Action(name="open", owners=frozenset({"me"}), csg="all", city="other"),
        "yours": Action(name="yours", owners=frozenset({"you"}), csg="D", city="led"),
    }
    needs = {
        "mine": Need(name="mine", specialist="me", city="other", csg="D", urgency="high"),
        "of my city": Need(name="of my city", city="led", csg="D", urgency="high"),
        "another": Need(name="another", city="other", csg="D", urgency="high"),
    }
    keys = (*cities, *actions)
    base = example()
    return dataclasses.replace(
        base,
        cities=cities,
        actions=actions,
        needs=needs,
        changes=[_change(key) for key in keys],
        questions=[Question(subject=key, field="f", said=[], csg="D", record=key) for key in keys],
    )


def _change(key: str) -> Change:
    return Change(
        day=TODAY, kind="city", record=key, subject=key, field="f", before="a", after="b", keeper="k", csg="D"
    )


def test_somebody_hears_of_his_or_her_own_things_only() -> None:
    """Own actions by date, whichever meeting they came from; cities led or followed; needs seen to or of those cities."""
    mine = narrowed(_material(), "me")
    assert [one["name"] for one in carried_over(mine)] == ["First", "Late", "Open"]
    assert carried_over(mine)[2]["city"] == "Other"
    assert {one["name"].casefold() for one in urgent_needs(mine)} == {"mine", "of my city"}
    assert [one["name"] for one in silent_cities(mine)] == ["Followed", "Led"]
    concerned = {"first", "followed", "late", "led", "open"}
    assert {one["subject"].casefold() for one in changes(mine)} == concerned
    assert {one["subject"].casefold() for one in questions(mine)} == concerned


def test_who_has_nothing_hears_nothing() -> None:
    """Not even of the group's meetings."""
    nobody = narrowed(_material(), "nobody")
    for source in (carried_over, urgent_needs, silent_cities, changes, questions):
        assert source(nobody) == []
    assert nobody.ahead == ()
