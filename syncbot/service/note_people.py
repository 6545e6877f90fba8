"""Who is meant by a name as somebody wrote it: only what leads to one person alone."""

import re
from collections.abc import Callable, Iterator, Sequence

from syncbot.reconcile.names import folded

from .note_sources import Person

_BETWEEN = re.compile(r"[\s.\-_,]+")


def person_meant(written: str, people: Sequence[Person]) -> str | None:
    """Return the person's key: by address, whole name, the names in another order, first or last name, or initials.

    What several people go by says nobody; a better way to say a name goes before a worse one.
    """
    said = written.strip().removeprefix("@").strip()
    for way in (_by_address, _by_name, _by_order, _by_initial, _by_part, _by_initials):
        found = {key for key, name, mail in people if way(said, name, mail)}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _by_address(said: str, _: str, mail: str | None) -> bool:
    return mail is not None and said.casefold() == mail.casefold()


def _by_name(said: str, name: str, _: str | None) -> bool:
    return bool(folded(said) & folded(name))


def _by_order(said: str, name: str, _: str | None) -> bool:
    """Such as "Janssens, Anna" or "JANSSENS Anna" for "Anna Janssens"."""
    ones, others = _parts(said), _parts(name)
    return len(ones) > 1 and len(ones) == len(others) and _each_is_in(ones, others, _same)


def _by_initial(said: str, name: str, _: str | None) -> bool:
    """Such as "Anna J." or "A. Janssens" for "Anna Janssens"."""
    ones, others = _parts(said), _parts(name)
    if len(ones) < 2 or len(others) < 2 or max(map(len, ones)) < 2:
        return False
    first, last = (ones[0], others[0]), (ones[-1], others[-1])
    return all(_same(*pair) or (len(pair[0]) == 1 and _begins(*pair)) for pair in (first, last))


def _by_part(said: str, name: str, _: str | None) -> bool:
    """The first name, or all that follows it."""
    ones, others = _parts(said), _parts(name)
    if not ones or max(map(len, ones)) < 2 or len(others) < 2:
        return False
    tails = [others[:1], others[1:], others[-1:]]
    return any(len(ones) == len(tail) and all(map(_same, ones, tail)) for tail in tails)


def _by_initials(said: str, name: str, _: str | None) -> bool:
    """Such as "AJ" for "Anna Janssens"; only in capitals, since words are not names."""
    letters = said.replace(".", "").replace(" ", "")
    if not (2 <= len(letters) <= 4 and letters.isupper()):
        return False
    return letters == "".join(part[0] for part in _parts(name)).upper()


def _parts(name: str) -> list[str]:
    return list(_split(name))


def _split(name: str) -> Iterator[str]:
    for part in _BETWEEN.split(name):
        if part:
            yield part


def _same(one: str, other: str) -> bool:
    return bool(folded(one) & folded(other))


def _begins(one: str, other: str) -> bool:
    return other.casefold().startswith(one.casefold())


def _each_is_in(ones: Sequence[str], others: Sequence[str], same: Callable[[str, str], bool]) -> bool:
    left = list(others)
    for one in ones:
        found = next((other for other in left if same(one, other)), None)
        if found is None:
            return False
        left.remove(found)
    return True
