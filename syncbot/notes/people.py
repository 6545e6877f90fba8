"""Which person is meant by a name as it was written: by e-mail, @mention, full name, first name or initials."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from anyascii import anyascii

_LETTERS = re.compile(r"[^a-z]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownPerson:
    """A person that there is a record of."""

    key: str
    """Of the record."""
    name: str
    email: str | None = None


def match(written: str, people: Sequence[KnownPerson]) -> str | None:
    """Return the key of the one person that a name means; None where it means nobody, or could mean several.

    Ways are tried from the surest on: the first that fits anybody decides.
    """
    said = written.strip().lstrip("@").strip()
    if not said:
        return None
    mention = (_by_handle,) if written.strip().startswith("@") else ()
    for way in (_by_email, *mention, _by_name, _by_part, _by_handle, _by_short, _by_initials):
        found = {one.key for one in people if way(said, one)}
        if found:
            return found.pop() if len(found) == 1 else None
    return None


@lru_cache(maxsize=4096)
def plain(text: str) -> tuple[str, ...]:
    """Return the words of a name in small letters without marks."""
    return tuple(word for word in _LETTERS.split(anyascii(text).casefold()) if word)


def _by_email(said: str, one: KnownPerson) -> bool:
    return "@" in said and one.email is not None and said.casefold() == one.email.casefold()


def _by_handle(said: str, one: KnownPerson) -> bool:
    """Compare "anna.berg" or "aberg" with the address."""
    local = (one.email or "").partition("@")[0].casefold()
    return bool(local) and " " not in said and said.casefold() == local


def _by_name(said: str, one: KnownPerson) -> bool:
    """Compare whole names, in either order: "Berg, Anna"."""
    words, name = plain(said), plain(one.name)
    return len(words) > 1 and (words == name or sorted(words) == sorted(name))


def _by_part(said: str, one: KnownPerson) -> bool:
    """Compare names of which one leaves words of the other out: "Anna", "Berg", "Anna Berg" of "Anna Maria Berg"."""
    words, name = plain(said), plain(one.name)
    return (
        bool(words) and len(words[0]) > 1 and set(words) <= set(name) and all(len(word) > 2 for word in words)
    )


def _by_short(said: str, one: KnownPerson) -> bool:
    """Compare names with a letter for a word: "Anna B.", "A. Berg"."""
    words, name = plain(said), plain(one.name)
    if len(words) < 2 or len(name) < 2 or not any(len(word) > 2 for word in words):
        return False
    ends = (words[0], name[0]), (words[-1], name[-1])
    return all(full == short or (len(short) == 1 and full.startswith(short)) for short, full in ends)


def _by_initials(said: str, one: KnownPerson) -> bool:
    """Compare initials: "AB", "AMB", "A.B.", "ABe"."""
    letters, name = "".join(plain(said)), plain(one.name)
    if not 2 <= len(letters) <= 4 or not said[0].isupper() or len(name) < 2:
        return False
    all_words = "".join(word[0] for word in name)
    return letters in {
        all_words,
        name[0][0] + name[-1][0],
        name[0][0] + name[-1][:2],
        name[0][:2] + name[-1][0],
    }
