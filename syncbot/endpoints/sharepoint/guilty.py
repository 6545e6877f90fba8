"""Finding the column for which Graph refuses a write: it refuses the whole row and names nothing."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from syncbot.endpoints.base import ColumnId, Create, Delete, Ref, Row, Update
from syncbot.errors import AlreadyExists, EndpointError, Invalid, Precondition

from .connection import GraphConnection
from .jobs import Desk, Job
from .wire import Json

_TITLE = "Title"

Parts = Mapping[ColumnId, Json]


@dataclass(kw_only=True)
class _Verdict:
    """What writing the columns in smaller and smaller groups came to."""

    guilty: dict[ColumnId, EndpointError] = field(default_factory=dict)
    stopped: EndpointError | None = None
    """Why it went no further."""
    row: Row | None = None
    """The row after the last write that worked."""


@dataclass(frozen=True, kw_only=True)
class Blame:
    """Writes what can be written of a refused row and names the rest."""

    graph: GraphConnection
    desk: Desk
    settle: Callable[[Sequence[Job]], None]
    """Sends jobs until each is settled."""
    read_again: Callable[[Sequence[Job]], None]
    """Reads the rows of jobs whose answers did not tell them whole."""

    def find(self, job: Job, refused: EndpointError) -> None:
        """End a refused job: with the reason, naming columns; all other columns are written."""
        if self._key_is_taken(job):
            return
        job.refused = None
        match job.write:
            case Create():
                self._create(job, job.write, refused)
            case Update(ref=ref, version=version):
                if len(job.parts) == 1:
                    verdict = _Verdict(guilty=dict.fromkeys(job.parts, refused))
                else:
                    verdict = self._narrow(job, ref, version, _halves(job.parts))
                self._report(job, verdict)

    def _key_is_taken(self, job: Job) -> bool:
        """The key has to be unique in the list, so it may be the reason."""
        if job.key is None:
            return False
        ask = self.desk.asks.with_key(self.desk.reader.schema.key_column, job.key)
        others = [ref for ref in self.graph.ids(ask) if ref != job.ref]
        if others:
            words = f"row {others[0]} has the key {job.key!r} already"
            job.ends(error=AlreadyExists(words, endpoint=self.desk.endpoint, ref=job.ref))
        return bool(others)

    def _create(self, job: Job, write: Create, refused: EndpointError) -> None:
        """Make the row with less, then add what was left out piece by piece.

        First with key and title only; a list that requires more columns gets all but one, each in turn.
        """
        for left_out in self._attempts(job.parts):
            kept = {one: part for one, part in job.parts.items() if one not in left_out}
            trial = self._try(Job(write=write, parts=kept))
            if trial.refused is not None:
                continue
            if trial.done is None or trial.done.row is None:
                job.done, job.stuck = trial.done, trial.stuck
                return
            row = trial.done.row
            rest = {one: job.parts[one] for one in left_out}
            verdict = self._narrow(job, row.ref, row.version, [rest])
            verdict.row = verdict.row or row
            self._report(job, verdict)
            return
        words = f"Graph refuses the row whichever column is left out ({refused.detail})"
        job.ends(error=Invalid(words, endpoint=self.desk.endpoint))

    def _attempts(self, parts: Parts) -> list[set[ColumnId]]:
        key = self.desk.reader.schema.key_column
        most = set(parts) - {key, _TITLE}
        singles = [{one} for one in parts if one != key]
        return [most, *singles] if len(most) > 1 else singles

    def _narrow(self, job: Job, ref: Ref, version: str, groups: Iterable[Parts]) -> _Verdict:
        """Write groups of columns; halve those that are refused, down to single columns."""
        verdict = _Verdict()
        waiting = list(groups)
        while waiting and verdict.stopped is None:
            some = waiting.pop(0)
            trial = self._try(Job(write=self._part_of(job, some, ref, version), parts=some))
            if trial.refused is None:
                verdict.row = trial.done.row if trial.done else None
                verdict.stopped = trial.stuck or (trial.done.error if trial.done else None)
                version = verdict.row.version if verdict.row else version
            elif len(some) > 1:
                waiting[:0] = _halves(some)
            else:
                verdict.guilty |= dict.fromkeys(some, trial.refused)
        return verdict

    def _part_of(self, job: Job, some: Parts, ref: Ref, version: str) -> Update:
        """Return the update that writes only some columns of a write."""
        cells = {} if isinstance(job.write, Delete) else job.write.cells
        key = job.key if self.desk.reader.schema.key_column in some else None
        mine = {one: value for one, value in cells.items() if one in some}
        return Update(ref=ref, version=version, cells=mine, key=key)

    def _try(self, trial: Job) -> Job:
        self.settle([trial])
        self.read_again([trial])
        return trial

    def _report(self, job: Job, verdict: _Verdict) -> None:
        if verdict.stopped is not None and not isinstance(verdict.stopped, Precondition):
            job.stuck = verdict.stopped
        elif verdict.stopped is not None:
            job.ends(error=verdict.stopped)
        elif verdict.guilty:
            job.ends(error=Invalid(self._words(verdict.guilty), endpoint=self.desk.endpoint, ref=job.ref))
        else:
            job.ends(row=verdict.row)

    def _words(self, guilty: Mapping[ColumnId, EndpointError]) -> str:
        columns = self.desk.reader.schema.columns
        names = ", ".join(repr(columns[one].name) if one in columns else repr(one) for one in guilty)
        reason = next(iter(guilty.values())).detail
        return (
            f"SharePoint refuses the value of {names} and gives no reason; the others were written ({reason})"
        )


def _halves(parts: Parts) -> list[Parts]:
    names = list(parts)
    middle = len(names) // 2
    return [{one: parts[one] for one in half} for half in (names[:middle], names[middle:])]
