"""What concerns one person: his or her actions, and what happened in the cities that he or she looks after."""

from dataclasses import replace

from .material import Material


def narrowed(material: Material, person: str) -> Material:
    """Return what concerns a person (a key), whichever group it belongs to; every source then speaks of that alone."""
    mine = frozenset(key for key, one in material.cities.items() if person in (one.lead, one.follower))
    actions = {key: one for key, one in material.actions.items() if person in (one.owners or ())}
    needs = {key: one for key, one in material.needs.items() if one.specialist == person or one.city in mine}
    concerned = {*mine, *actions, *needs}
    return replace(
        material,
        person=person,
        listed=mine,
        actions=actions,
        needs=needs,
        ahead=(),
        changes=[one for one in material.changes if one.record in concerned],
        questions=[one for one in material.questions if one.record in concerned],
        unclear=(),
    )
