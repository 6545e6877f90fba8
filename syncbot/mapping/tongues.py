"""Our own fixed words in other languages: the catalogues of publish/locale, read as translators wrote them."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = files("syncbot.publish") / "locale"


def translations(locale: Locale) -> NullTranslations:
    """Return the words in a language; English ones where we have no catalogue of it."""
    return _read(str(locale.language))


@cache
def _read(language: str) -> NullTranslations:
    source = LOCALES / f"{language}.po"
    if not source.is_file():
        return NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source.read_bytes()), locale=language))
    return GNUTranslations(BytesIO(compiled.getvalue()))


def languages() -> frozenset[str]:
    """Return the languages that we speak, by ISO 639-1."""
    found = {one.name.removesuffix(".po") for one in LOCALES.iterdir() if one.name.endswith(".po")}
    return frozenset(found | {"en"})
