"""What a note says twice in the same words is said once, with all its places."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TypeAlias

from .mention import Said
from .threads_alike import names, normal

_Same: TypeAlias = tuple[str, str, frozenset[str], date | None, str, frozenset[str]]


def said_once(said: Sequence[Said]) -> tuple[Said, ...]:
    """Join what says the same job for the same people, day and cities; anything else stays as many findings."""
    found: dict[_Same, Said] = {}
    for one in said:
        mark = _mark(one)
        found[mark] = _joined(found[mark], one) if mark in found else one
    return tuple(found.values())


def _mark(one: Said) -> _Same:
    when = normal(one.due_text or "") if one.due is None else ""
    return one.strand, normal(one.text), names(one.owners), one.due, when, names(one.cities)


def _joined(one: Said, again: Said) -> Said:
    return replace(
        one,
        addresses=tuple(dict.fromkeys((*one.addresses, *again.addresses))),
        done=one.done or again.done,
        prior=one.prior and again.prior,
        heading=one.heading or again.heading,
        topics=tuple(dict.fromkeys((*one.topics, *again.topics))),
        sure=one.sure or again.sure,
        why=one.why if one.sure or not again.sure else again.why,
    )
