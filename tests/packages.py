"""System packages that only tests use, and how a test says that one is missing."""

from collections.abc import Iterable
from typing import Final

_HOW: Final = {"postgresql": "apt-get install --no-install-recommends postgresql"}
"""Package -> how to get it on Debian."""

_WORDS: Final = "needs the system package "


def reason(package: str) -> str:
    """The reason to give to `pytest.skip` when a system package is missing: `needs the system package postgresql`."""
    if package not in _HOW:
        raise KeyError(f"name {package!r} and how to get it in {__name__}")
    return _WORDS + package


def cures(reasons: Iterable[str]) -> list[str]:
    """One line a missing package: how many tests skipped for it and how to get it."""
    named = [text.partition(_WORDS)[2].split()[0] for text in reasons if _WORDS in text]
    return [f"{named.count(one)} skipped without {one}: {_HOW.get(one, one)}" for one in sorted(set(named))]
