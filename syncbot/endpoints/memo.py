"""A text that an endpoint keeps for itself between runs: what it would otherwise have to ask for again."""

from collections.abc import Callable
from typing import TypeAlias

Revise: TypeAlias = Callable[[Callable[[str], str]], None]
"""Turns a kept text into another; it is "" before the first time."""


class Memo:
    """One kept text; it may be lost at any time, which costs requests and nothing else."""

    def __init__(self, revise: Revise) -> None:
        """`revise` keeps the text, wherever that is."""
        self._revise = revise

    def recall(self) -> str:
        """Return the text, "" when there is none."""
        found: list[str] = []

        def look(text: str) -> str:
            found.append(text)
            return text

        self._revise(look)
        return found[-1]

    def keep(self, text: str) -> None:
        """Keep this text in place of the other."""
        self._revise(lambda _: text)


def forgetful(name: str) -> Memo:  # noqa: ARG001
    """Return a memo that keeps nothing."""

    def revise(change: Callable[[str], str]) -> None:
        change("")

    return Memo(revise)
