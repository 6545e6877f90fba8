"""The stage of the demo: commands typed as somebody would type them, and claims judged from outside.

Every step is the real command in a process of its own. What happened is judged by what the sandbox's services saw
and hold, not by what syncbot says of itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.text import Text

from syncbot.settings import environment, example_mappings

from .onlooker import Onlooker
from .prompter import Prompter

_OURS = ("SYNCBOT_", "AZURE_", "NOTION_")
"""Beginnings of the variables that must not reach the demo from outside."""
_LONG = 400
"""Characters of what was found that are shown."""
_SAID = "said.json"


@dataclass(frozen=True, kw_only=True)
class Claim:
    """Something that must be so, and whether it is."""

    what: str
    right: bool
    found: str


@dataclass(kw_only=True)
class Result:
    """How the demo went."""

    claims: list[Claim] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    """What it leaves behind."""
    seconds: float = 0.0

    @property
    def right(self) -> bool:
        """Whether everything is as it should be."""
        return all(claim.right for claim in self.claims)


class Stopped(Exception):
    """A command ended in another way than it should: going on would show nothing."""


class Stage:
    """Types the commands and looks on."""

    def __init__(
        self,
        console: Console,
        lines: Mapping[str, str],
        folder: Path,
        result: Result,
        prompter: Prompter,
    ) -> None:
        """Play in `folder` against the sandbox that these environment lines point at."""
        self._console = console
        self._prompter = prompter
        self._claims = result.claims
        self.onlooker = Onlooker(lines)
        self.environment = {
            **{name: value for name, value in environment().items() if not name.startswith(_OURS)},
            **lines,
            "SYNCBOT_DATABASE_URL": f"sqlite:///{folder.resolve() / 'syncbot.sqlite'}",
            "SYNCBOT_MAPPINGS": str(example_mappings()),
        }
        self.folder = folder

    def today(self) -> date:
        """The day where the groups are."""
        return datetime.now(ZoneInfo(self.environment["SYNCBOT_SITE_TIME_ZONE"])).date()  # noqa: TID251

    def say(self, text: str) -> None:
        """Tell what comes."""
        self._console.print()
        self._console.print(Text(text, style="bold magenta"))

    def type(self, *words: str, ends: int = 0) -> None:
        """Type a command and show what it says. Raises `Stopped` when it ends otherwise than expected."""
        self._console.print(Text(f"$ syncbot {' '.join(words)}", style="bold green"))
        self._console.file.flush()
        ended = self._prompter.run(words, self.environment, self.folder)
        if ended != ends:
            raise Stopped(f"`syncbot {' '.join(words)}` ended with {ended} instead of {ends}")

    def output(self, *words: str) -> str:
        """Return what a command says. Raises `Stopped` when it fails."""
        said = self.folder / _SAID
        ended = self._prompter.run(words, self.environment, self.folder, said)
        if ended:
            raise Stopped(f"`syncbot {' '.join(words)}` ended with {ended}")
        return said.read_text(encoding="utf-8")

    def claim(self, what: str, found: object, wanted: object, *, also: bool = True) -> None:
        """Judge what was found, and say so."""
        right = found == wanted and also
        self._claims.append(Claim(what=what, right=right, found=_short(found)))
        if right:
            self._console.print(Text(f"  ✓ {what}", style="green"))
        else:
            told = f"expected {_short(wanted)}, found {_short(found)}"
            self._console.print(Text(f"  ✗ {what}: {told}", style="red"))


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= _LONG else f"{text[:_LONG]}…"
