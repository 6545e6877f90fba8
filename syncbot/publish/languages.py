"""The names of languages that Office knows them by."""

from babel.core import get_global


def tag(language: str) -> str:
    """Return "de-DE" for "de": Office checks spelling by language and country; ours for English is the British."""
    if language == "en":
        return "en-GB"
    likely = str(get_global("likely_subtags").get(language, language)).split("_")
    return f"{language}-{likely[-1]}" if len(likely) > 1 else language
