"""Shows on stderr how a verb gets on: a bar where somebody looks, a line now and then elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from . import words

QUIET_SECONDS = 2.0
"""How long nothing is said where no bar can move."""


class Shown:
    """A watch for people. Also told by the queues when they wait for a service."""

    def __init__(self, console: Console, monotonic: Callable[[], float]) -> None:
        """Write to `console`; `monotonic` paces the lines where there is no bar."""
        self._console = console
        self._monotonic = monotonic
        self._said = monotonic()
        self._sent = self._total = 0
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._bar.add_task("Starting", total=None)

    @contextmanager
    def showing(self) -> Iterator[None]:
        """Show the bar while the verb works."""
        with self._bar:
            yield

    def reading(self, kind: str, endpoint: str) -> None:
        """Say what is being read."""
        self._say(f"Reading {words.records(kind).lower()} in {words.place(endpoint)}")

    def read(self, kind: str, endpoint: str, rows: int) -> None:
        """Say what was read."""
        self._say(f"{words.place(endpoint)}: {words.many(kind, rows)} read")

    def writing(self, kind: str, total: int) -> None:
        """Start counting."""
        self._sent, self._total = 0, total
        self._bar.update(self._task, description=f"Writing {kind}", total=total, completed=0)

    def wrote(self, kind: str, endpoint: str, title: str, *, worked: bool) -> None:
        """Count one more."""
        self._sent += 1
        verb = "written" if worked else "NOT written"
        text = f"{title} {verb} in {words.place(endpoint)} ({self._sent} of {self._total})"
        self._bar.update(self._task, description=f"{kind}: {title}", completed=self._sent)
        self._say(text)

    def counted(self, text: str) -> None:
        """Say how far it is."""
        self._say(text)

    def waiting(self, why: str, seconds: float) -> None:
        """Say why nothing moves."""
        if seconds >= 1:
            self._say(f"{why}: waiting {seconds:.0f} s", now=True)

    def _say(self, text: str, *, now: bool = False) -> None:
        if self._console.is_terminal:
            self._bar.update(self._task, description=text)
        elif now or self._monotonic() - self._said >= QUIET_SECONDS:
            self._said = self._monotonic()
            self._console.print(f"  .. {text}", highlight=False, markup=False, soft_wrap=True)
