"""One note read again: which of its lines is which, although it may have been edited, moved or ticked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from .mention import Mention, Move, MoveKind, Said, id_of
from .threads_alike import normal, same_words

_AT_ITS_PLACE = 0.5
"""How much of a line must stay for it to be the same line, where it stands at the same address."""
_ELSEWHERE = 0.6
"""The same where its address is another: some sources derive it from the words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Renewed:
    """The lines of a note after it was read again."""

    mentions: tuple[Mention, ...]
    """All that the note ever had; those that are not in it any more are marked."""
    moves: tuple[Move, ...]


def renew(note: str, reading: int, before: Sequence[Mention], said: Sequence[Said]) -> Renewed:
    """Recognise the lines of a note that was read for the `reading`-th time (counted from 0)."""
    which = _recognised(before, said)
    taken = {one.id for one in before}
    mentions: list[Mention] = []
    moves: list[Move] = []
    for place, one in enumerate(said):
        old = which.get(place)
        fresh = _born(note, reading, place, one, taken) if old is None else _aged(old, place, one)
        taken.add(fresh.id)
        moves += (
            [Move(mention=fresh.id, what=MoveKind.NEW, after=one.text)] if old is None else _moved(old, one)
        )
        mentions.append(fresh)
    kept = {one.id for one in mentions}
    for old in before:
        if old.id not in kept:
            mentions.append(replace(old, gone=True))
            if not old.gone:
                moves.append(Move(mention=old.id, what=MoveKind.GONE, before=old.said.text))
    return Renewed(mentions=tuple(mentions), moves=tuple(moves))


def removed(before: Sequence[Mention]) -> Renewed:
    """Say that the whole note is not there any more."""
    return Renewed(
        mentions=tuple(replace(one, gone=True) for one in before),
        moves=tuple(
            Move(mention=one.id, what=MoveKind.GONE, before=one.said.text) for one in before if not one.gone
        ),
    )


def _recognised(before: Sequence[Mention], said: Sequence[Said]) -> dict[int, Mention]:
    """By place among the findings: the line that it was before. First by address, then by words, then by likeness."""
    found: dict[int, Mention] = {}
    free = {one.id: one for one in sorted(before, key=lambda one: (one.gone, one.place, one.id))}
    for pick in (_by_address_and_words, _by_address, _by_words, _by_likeness):
        for place, old in pick(free, {n: one for n, one in enumerate(said) if n not in found}):
            if place not in found and old.id in free:
                found[place] = free.pop(old.id)
    return found


def _by_address_and_words(free: dict[str, Mention], left: dict[int, Said]) -> Iterator[tuple[int, Mention]]:
    for place, one in left.items():
        for old in list(free.values()):
            if _shares_address(old, one) and _words_of(old) == _words_of_said(one):
                yield place, old


def _by_address(free: dict[str, Mention], left: dict[int, Said]) -> Iterator[tuple[int, Mention]]:
    scored = [
        (same_words(old.said.text, one.text), place, old)
        for place, one in left.items()
        for old in free.values()
        if _shares_address(old, one) and old.said.strand == one.strand
    ]
    yield from _best_first([pair for pair in scored if pair[0] >= _AT_ITS_PLACE])


def _by_words(free: dict[str, Mention], left: dict[int, Said]) -> Iterator[tuple[int, Mention]]:
    for place, one in left.items():
        for old in list(free.values()):
            if _words_of(old) == _words_of_said(one):
                yield place, old


def _by_likeness(free: dict[str, Mention], left: dict[int, Said]) -> Iterator[tuple[int, Mention]]:
    scored = [
        (same_words(old.said.text, one.text), place, old)
        for place, one in left.items()
        for old in free.values()
        if old.said.strand == one.strand and not old.gone
    ]
    yield from _best_first([pair for pair in scored if pair[0] >= _ELSEWHERE])


def _best_first(scored: Sequence[tuple[float, int, Mention]]) -> Iterator[tuple[int, Mention]]:
    for _, place, old in sorted(scored, key=lambda one: (-one[0], abs(one[1] - one[2].place), one[1])):
        yield place, old


def _shares_address(old: Mention, one: Said) -> bool:
    return not set(old.said.addresses).isdisjoint(one.addresses)


def _words_of(old: Mention) -> tuple[str, str]:
    return _words_of_said(old.said)


def _words_of_said(one: Said) -> tuple[str, str]:
    return one.strand, normal(one.text)


def _born(note: str, reading: int, place: int, said: Said, taken: set[str]) -> Mention:
    made = id_of((note, said.strand, said.addresses[0], str(reading)))
    again = 0
    while made in taken:  # two findings in one line
        again += 1
        made = id_of((note, said.strand, said.addresses[0], str(reading), str(again)))
    return Mention(id=made, note=note, said=said, wordings=(said.text,), born=reading, place=place)


def _aged(old: Mention, place: int, said: Said) -> Mention:
    known = said.text in old.wordings
    wordings = old.wordings if known else (*old.wordings, said.text)
    return replace(old, said=said, wordings=wordings, place=place, gone=False)


def _moved(old: Mention, said: Said) -> Iterator[Move]:
    """Say what is different about a line; where it stands, and why it was found, is nothing to tell."""
    before, kind = old.said, MoveKind
    if old.gone:
        yield Move(mention=old.id, what=kind.BACK, after=said.text)
    if before.text != said.text:
        yield Move(mention=old.id, what=kind.REWORDED, before=before.text, after=said.text)
    if before.done != said.done:
        yield Move(mention=old.id, what=kind.TICKED if said.done else kind.UNTICKED)
    if (before.due, before.due_text) != (said.due, said.due_text):
        yield Move(mention=old.id, what=kind.DUE, before=_when(before), after=_when(said))
    if before.owners != said.owners:
        who = ", ".join(before.owners), ", ".join(said.owners)
        yield Move(mention=old.id, what=kind.OWNERS, before=who[0], after=who[1])


def _when(said: Said) -> str:
    return said.due.isoformat() if said.due else said.due_text or ""
