"""Writing to a list: batches, looking before repeating, and finding the column that Graph does not name."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from syncbot.endpoints.base import Done, Write
from syncbot.errors import EndpointError, Fatal, NotFound

from .asks import ListAsks
from .cells import REFERENCES
from .connection import GraphConnection
from .guilty import Blame
from .jobs import PATIENCE, Desk, Job
from .rows import RowReader
from .wire import Answer, Ask, Json

_ROUNDS = PATIENCE + 1


@dataclass(kw_only=True)
class Writer:
    """Carries out the writes of one call."""

    graph: GraphConnection
    asks: ListAsks
    reader: RowReader
    names: Sequence[str]
    """What a look-up selects."""
    ensure_list: Callable[[], None]
    """Raises `SchemaChanged` when it is the list that is not there."""
    learn: Callable[[Json, bool], None]
    """Told of each item that a write of ours answered: it shows our row among the site's applications."""

    def __post_init__(self) -> None:
        """Set the desk up."""
        several = any(one.type in REFERENCES and one.many for one in self.reader.schema.columns.values())
        self._desk = Desk(
            asks=self.asks,
            reader=self.reader,
            names=self.names,
            endpoint=self.graph.name,
            followed_up=several,
        )

    def run(self, writes: Sequence[Write]) -> Iterator[Done]:
        """Yield how each write ended, in the order given; raise at the first one that stays unknown."""
        jobs = [self._desk.job(write) for write in writes]
        self._settle(jobs)
        blame = Blame(graph=self.graph, desk=self._desk, settle=self._settle, read_again=self._read_again)
        for job in jobs:
            if job.refused is not None:
                blame.find(job, job.refused)
        self._read_again(jobs)
        if any(job.done and isinstance(job.done.error, NotFound) for job in jobs):
            self.ensure_list()
        for job in jobs:
            if job.done is None:
                raise job.stuck or Fatal("a write did not end", endpoint=self.graph.name)
            yield job.done

    # -- sending

    def _settle(self, jobs: Sequence[Job]) -> None:
        """Send what is open, look at what is in doubt, and so on until each is settled one way or the other."""
        for _ in range(_ROUNDS):
            still = [job for job in jobs if job.open]
            if not still:
                return
            for job, outcome in self._batch(still, [self._desk.ask(job) for job in still]):
                self._learn_from(outcome)
                self._desk.take(job, outcome)
            self._look([job for job in still if job.doubt is not None and job.open])

    def _look(self, jobs: Sequence[Job]) -> None:
        for job, outcome in self._batch(jobs, [self._desk.look(job) for job in jobs]):
            self._desk.take_look(job, outcome)

    def _read_again(self, jobs: Sequence[Job]) -> None:
        """Read rows whose write did not tell them whole."""
        made = [(job, job.made) for job in jobs if job.made is not None]
        asks = [self.asks.item(ref, self.names) for _, ref in made]
        for job, outcome in self._batch([job for job, _ in made], asks):
            self._desk.take_row(job, outcome)

    def _batch(self, jobs: Sequence[Job], asks: Sequence[Ask]) -> list[tuple[Job, Answer | EndpointError]]:
        return list(zip(jobs, self.graph.batch(asks), strict=True)) if jobs else []

    def _learn_from(self, outcome: Answer | EndpointError) -> None:
        """Whatever a write of ours answered was last changed by us."""
        if isinstance(outcome, Answer) and isinstance(outcome.body, dict):
            fields = outcome.body.get("fields", outcome.body)
            self.learn({"fields": fields}, True)
