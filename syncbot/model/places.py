"""Countries and languages by their codes and English names.

The codes are those of ISO 3166-1 alpha-2 and ISO 639-1, the names those of the Unicode CLDR as Babel carries them.
"""

import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import cache

from babel import Locale


class Code(StrEnum):
    """A list of codes that a text field may be restricted to."""

    COUNTRY = "country"
    """ISO 3166-1 alpha-2, e.g. "BE"."""
    LANGUAGE = "language"
    """ISO 639-1, e.g. "nl"."""


_NOT_COUNTRIES = frozenset(
    ["AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"]
)
"""Two-letter territories of CLDR that ISO 3166-1 does not assign (reserved, user-assigned or macro regions)."""
_OTHER_NAMES = {
    "Bosnia": "BA",
    "Czech Republic": "CZ",
    "Great Britain": "GB",
    "Holland": "NL",
    "Republic of Ireland": "IE",
    "Republic of Moldova": "MD",
    "Slovak Republic": "SK",
    "The Netherlands": "NL",
    "Turkey": "TR",
    "UK": "GB",
}
"""English names that people write besides those of CLDR."""


def names_of(code: Code) -> Mapping[str, str]:
    """Return every code of a list with its English name."""
    return _countries() if code is Code.COUNTRY else _languages()


def code_of(said: str, code: Code) -> str | None:
    """Return the code that somebody said, by itself in any case, or by its English name; None when it is neither."""
    return _spoken(code).get(_fold(said))


@cache
def _countries() -> dict[str, str]:
    names = Locale("en").territories
    return {
        code: name
        for code, name in sorted(names.items())
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    }


@cache
def _languages() -> dict[str, str]:
    names = Locale("en").languages  # CLDR still lists "sh", which ISO 639-1 withdrew in 2000
    return {code: name for code, name in sorted(names.items()) if len(code) == 2 and code != "sh"}


@cache
def _spoken(code: Code) -> dict[str, str]:
    names = names_of(code)
    others = _OTHER_NAMES if code is Code.COUNTRY else {}
    said = {_fold(name): one for name, one in others.items()}
    said |= {_fold(name): one for one, name in names.items()}
    return said | {_fold(one): one for one in names}


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.replace("&", " and ")).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c)).split())
