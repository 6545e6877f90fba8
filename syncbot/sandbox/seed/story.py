"""A whole sandbox, ready to start: both services filled, and the lines that point syncbot at what is in them."""

import itertools
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ..graph import GraphService
from ..login import CLIENT_ID, LoginService
from ..notion import NotionService
from ..server import NOTION_TOKEN
from .generated import invented
from .notion import Workspace, seed_notion
from .offices import seed_offices
from .sharepoint import Sites, seed_graph
from .sides import Side, complete, told
from .small import small

SEEDS = "demo, small, empty-notion, none, a number N, or empty-notion:N"


class Ids:
    """Makes GUIDs: the same ones in every run while the sandbox is filled, after `loosen` ones never used before."""

    def __init__(self, name: str) -> None:
        """Begin the sequence of that name."""
        self._name = name
        self._numbers = itertools.count(1)
        self._loose = False

    def __call__(self) -> str:
        """Return the next GUID."""
        if self._loose:
            return str(uuid.uuid4())
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"syncbot sandbox/{self._name}/{next(self._numbers)}"))

    def loosen(self) -> None:
        """Stop repeating: a sandbox that comes back with its old state must not give an old id again."""
        self._loose = True


@dataclass(frozen=True, kw_only=True)
class Story:
    """Two filled services; a side that was left empty has no ids."""

    notion: NotionService
    graph: GraphService
    workspace: Workspace | None
    sites: Sites | None
    environment: Mapping[str, str] = field(default_factory=dict)
    """Lines that the services do not know by themselves."""


def story(seed: str, login: LoginService, when: datetime, *, rate: float = 1.0) -> Story:
    """Make both services and fill them as `seed` says (see `SEEDS`).

    `when` is the day of the demo; `rate` is the sandbox's factor on the documented limits. Raises `ValueError`
    for a seed that is not known.
    """
    on_notion, on_graph = sides(seed, when)
    notion_ids, graph_ids = Ids("notion"), Ids("graph")
    notion = NotionService(token=NOTION_TOKEN, ids=notion_ids)
    graph = GraphService(
        verify=login.verify,
        ids=graph_ids,
        app_id=CLIENT_ID,
        rate_factor=rate,
        real_seconds=login.clock.real_sleep_for,
    )
    workspace = None if on_notion is None else seed_notion(notion, on_notion, when)
    sites = None if on_graph is None else seed_graph(graph, on_graph, when)
    lines = seed_offices(graph, on_graph.people if on_graph else (), when)
    notion_ids.loosen()
    graph_ids.loosen()
    lines |= workspace.environment() if workspace else {}
    return Story(notion=notion, graph=graph, workspace=workspace, sites=sites, environment=lines)


def sides(seed: str, when: datetime) -> tuple[Side | None, Side | None]:
    """Return what stands in Notion and in SharePoint; None = not even a list, an empty side = lists without rows."""
    shape, _, number = seed.partition(":")
    if shape == "none" and not number:
        return None, None
    if shape == "demo" and not number:
        return told("notion", when), told("sharepoint", when)
    if shape == "small" and not number:
        return small("notion", when), small("sharepoint", when)
    if shape == "empty-notion":
        count = _count(number, seed) if number else None
        return Side(), complete("sharepoint", when) if count is None else invented(count, "sharepoint", when)
    return invented(_count(seed, seed), "notion", when), invented(_count(seed, seed), "sharepoint", when)


def _count(text: str, seed: str) -> int:
    if not text.isdecimal() or not 0 < int(text) <= 100_000:
        raise ValueError(f"no such seed: {seed!r}; there are {SEEDS}")
    return int(text)
