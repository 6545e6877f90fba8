"""A sandbox inside the test's own process, seeded as asked."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from syncbot.sandbox.clock import Clock
from syncbot.sandbox.graph import GraphService
from syncbot.sandbox.lines import environment_lines
from syncbot.sandbox.login import LoginService
from syncbot.sandbox.notion import NotionService
from syncbot.sandbox.seed.story import Story, story
from syncbot.sandbox.server import Options, Sandbox, start


@dataclass(frozen=True, kw_only=True)
class Running:
    """A sandbox that serves; `environment` is what syncbot's settings read."""

    sandbox: Sandbox
    story: Story
    environment: Mapping[str, str]

    @property
    def notion(self) -> NotionService:
        """Notion's state, for looking at and for edits as a person."""
        return self.story.notion

    @property
    def graph(self) -> GraphService:
        """SharePoint's state, for looking at and for edits as a person."""
        return self.story.graph


@contextmanager
def running(
    seed: str = "demo",
    *,
    rate: float = 1000.0,
    time_factor: float = 1.0,
    latency: float = 0.0,
    when: datetime | None = None,
    data: Path | None = None,
) -> Iterator[Running]:
    """Start a sandbox and stop it afterwards.

    `rate` is the factor on the documented limits: 1 = as the real services, the default = practically none;
    `when` is the day of the story (default: now).
    """
    clock = Clock(factor=time_factor, start=when)
    login = LoginService(clock)
    told = story(seed, login, clock.now(), rate=rate)
    options = Options(latency=latency, rate=rate, time_factor=time_factor, data=data)
    with start([told.notion, told.graph], login, options) as sandbox:
        lines = environment_lines(sandbox, told.environment, rate=rate, time_factor=time_factor)
        yield Running(sandbox=sandbox, story=told, environment=lines)
