"""Names as people spell them: which spellings are surely one name.

What is folded here makes two rows one record without asking, so only what never changes the meaning is: case, marks,
punctuation, ö = oe = o, an office put before or after the name ("Stadt Leipzig"), the order of the halves of a
bilingual name. A half alone ("Halle" of "Halle (Saale)"), an article ("La Palma"), a word such as "metropolitan" or
"county" may mean another place and is never dropped.
"""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

_DIGRAPHS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe", "ß": "ss"}
)
_SHORT = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"))
_MARKS = re.compile(r"[®™©]")
_BETWEEN = re.compile(r"[^0-9a-z]+")
_SPLIT = re.compile(r"\s*/\s*|\s+[-\u2013\u2014|]\s+|\s*[()\[\];]\s*")
_BEFORE = (
    "the city of|city of|municipality of|town of|stadt|hansestadt|landeshauptstadt|ville de|ville d|mairie de"
    "|commune de|comune di|gemeente|ayuntamiento de|ajuntament de|camara municipal de|municipio de"
    "|grad|opcina|mestna obcina|miasto|gmina|dimos|statutarni mesto|mesto|primaria"
)
_AFTER = "city council|city hall|municipality|kommun|kommune|belediyesi"
_OFFICE = re.compile(rf"^(?:(?:{_BEFORE}) )?(.+?)(?: (?:{_AFTER}))?$")
_NOT_THE_TOWN = frozenset({"city of london"})
"""Names in which the office is the meaning: the City is a square mile of London."""


@lru_cache(maxsize=65536)
def strict(name: str) -> str:
    """Return the name without what a keyboard leaves to chance: case, kinds of spaces, dashes and quotes."""
    text = unicodedata.normalize("NFKC", _MARKS.sub("", name)).casefold()
    return " ".join("".join(one if one.isalnum() or _is_mark(one) else " " for one in text).split())


def _is_mark(one: str) -> bool:
    return unicodedata.combining(one) != 0


@lru_cache(maxsize=65536)
def folded(name: str) -> frozenset[str]:
    """Return the ways to write the name in plain letters; two names that share one are the same name."""
    text = unicodedata.normalize("NFKC", _MARKS.sub("", name)).casefold()
    plain, long = _plain(text), _plain(text.translate(_DIGRAPHS))
    return frozenset(form for form in (plain, long, _shortened(plain)) if form)


@lru_cache(maxsize=65536)
def halves(name: str) -> frozenset[str]:
    """Return the parts of a name that is written as several ("Bruxelles / Brussel"), else nothing."""
    parts = [
        _shortened(_plain(part.casefold())) for part in _SPLIT.split(_MARKS.sub("", name)) if part.strip()
    ]
    return frozenset(parts) if len(parts) > 1 and all(parts) else frozenset()


def parts(name: str) -> list[str]:
    """Return the parts of a name that is written as several, as they stand; else the name alone."""
    return [part for part in _SPLIT.split(name) if part and part.strip()] or [name]


def short(name: str) -> str:
    """Return the shortest way to write the name in plain letters."""
    return _shortened(_plain(name.casefold()))


def _plain(text: str) -> str:
    words = _BETWEEN.sub(" ", anyascii(text).lower()).strip()
    if words in _NOT_THE_TOWN:
        return words
    match = _OFFICE.match(words)
    return match[1] if match else words


def _shortened(text: str) -> str:
    for pair, single in _SHORT:
        text = text.replace(pair, single)
    return text
