"""One write on its way: what it asks of Graph, and what its answers mean; no I/O."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from syncbot.endpoints.base import ColumnId, Create, Delete, Done, Ref, Row, Update, Write
from syncbot.endpoints.fits import refusal
from syncbot.errors import EndpointError, Invalid, OutcomeUnknown, Precondition, Unavailable, VersionChanged

from .asks import ListAsks, ids_of, version_of
from .cells import Unwritable
from .refusals import Opaque
from .rows import RowReader, says
from .wire import Answer, Ask, Json

PATIENCE = 4
"""So often a write is sent again after looking showed that it was not saved."""
_OPAQUE_PATIENCE = 2
"""A 500 that comes twice, and the row is as before, is taken for a refusal of a value."""


@dataclass(kw_only=True)
class Job:
    """One write; when `done`, `refused` or `stuck` is set, it is not sent any more."""

    write: Write
    parts: Mapping[ColumnId, Json]
    """Members of `fields` by column."""
    done: Done | None = None
    refused: EndpointError | None = None
    """Graph refuses it without saying which column is to blame."""
    stuck: EndpointError | None = None
    """A passing failure that did not pass."""
    doubt: EndpointError | None = None
    """Why nobody knows whether it was saved; to be looked at."""
    doubts: int = 0
    made: Ref | None = None
    """The row that a create is known to have made, if its row has still to be read."""

    @property
    def open(self) -> bool:
        """Whether it is still to be sent."""
        return self.done is None and self.refused is None and self.stuck is None and self.made is None

    @property
    def fields(self) -> Json:
        """All members of `fields` together."""
        return {name: value for part in self.parts.values() for name, value in part.items()}

    def ends(self, *, row: Row | None = None, error: EndpointError | None = None) -> None:
        """Note how it ended."""
        self.done = Done(write=self.write, row=row, error=error)
        self.doubt = self.made = None

    @property
    def key(self) -> str | None:
        """The key that it puts on the row."""
        return None if isinstance(self.write, Delete) else self.write.key

    @property
    def ref(self) -> Ref | None:
        """The row that it is about, None for a create."""
        return None if isinstance(self.write, Create) else self.write.ref


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What judging the jobs of one list needs."""

    asks: ListAsks
    reader: RowReader
    names: Sequence[str]
    """What a look-up selects."""
    endpoint: str
    followed_up: bool = False
    """The answers to writes leave columns out (references to several), so that rows have to be read again."""

    def job(self, write: Write) -> Job:
        """Word a write; one that cannot be worded is done, with the reason."""
        try:
            error, parts = self._refusal(write), self._parts(write)
        except Unwritable as unwritable:
            error, parts = Invalid(str(unwritable), endpoint=self.endpoint), {}
        job = Job(write=write, parts=parts)
        if error is not None:
            job.ends(error=error)
        elif isinstance(write, Update) and not parts:
            job.made = write.ref  # nothing to write, and Graph refuses to be told so: only read
        return job

    def ask(self, job: Job) -> Ask:
        """Return the request that carries the job out."""
        match job.write:
            case Create():
                return self.asks.create(job.fields)
            case Update(ref=ref, version=version):
                return self.asks.update(ref, version, job.fields)
            case Delete(ref=ref, version=version):
                return self.asks.delete(ref, version)

    def look(self, job: Job) -> Ask:
        """Return the request that shows whether the job was carried out after all."""
        if job.ref is not None:
            return self.asks.item(job.ref, self.names)
        assert isinstance(job.write, Create)
        return self.asks.with_key(self.reader.schema.key_column, job.write.key)

    def take(self, job: Job, outcome: Answer | EndpointError) -> None:
        """Note what sending came to."""
        match outcome:
            case Answer():
                self._worked(job, outcome.body)
            case Invalid():
                job.refused = outcome
            case Precondition():
                job.ends(error=outcome)
            case OutcomeUnknown():
                job.doubt, job.doubts = outcome, job.doubts + 1
            case _:
                job.stuck = outcome

    def take_look(self, job: Job, outcome: Answer | EndpointError) -> None:
        """Note what looking came to: saved, not saved (it is sent again, or given up), or changed by somebody."""
        if isinstance(outcome, EndpointError):
            self._not_seen(job, outcome)
        elif isinstance(job.write, Create):
            self._searched(job, outcome.body)
        elif version_of(outcome.body.get("eTag")) == job.write.version:
            self._again(job)
        else:
            self._moved(job, self.reader.row(outcome.body, job.ref or ""))

    def take_row(self, job: Job, outcome: Answer | EndpointError) -> None:
        """Note the row that was read again after a write."""
        if isinstance(outcome, Answer):
            job.ends(row=self.reader.row(outcome.body, job.made or ""))
        elif isinstance(outcome, Precondition):
            job.ends(error=outcome)
        else:
            words = f"written, but the row could not be read again: {outcome.detail}"
            job.stuck = OutcomeUnknown(words, endpoint=self.endpoint, ref=job.made)

    def _refusal(self, write: Write) -> EndpointError | None:
        if isinstance(write, Delete):
            return None
        ref = write.ref if isinstance(write, Update) else None
        faults = [self.reader.faults[one] for one in write.cells if one in self.reader.faults]
        if faults:
            return Precondition("; ".join(faults), endpoint=self.endpoint, ref=ref)
        return refusal(self.reader.schema, write.cells, endpoint=self.endpoint, ref=ref)

    def _parts(self, write: Write) -> dict[ColumnId, Json]:
        if isinstance(write, Delete):
            return {}
        columns = self.reader.schema.columns
        known = {one: value for one, value in write.cells.items() if one in columns}
        parts = {}
        for one, value in known.items():
            parts[one] = self.reader.translator.write(columns[one], value)
        key = self.reader.schema.key_column
        return parts | ({key: {key: write.key}} if write.key is not None else {})

    def _worked(self, job: Job, body: Any) -> None:
        if isinstance(job.write, Delete):
            job.ends()
        elif not isinstance(body, dict) or (job.ref is None and "id" not in body):
            # Microsoft's metadata promises a 204 for an update; live it is a 200.
            job.made = job.ref
            job.doubt = None if job.made else OutcomeUnknown("no content", endpoint=self.endpoint)
        elif self.followed_up:
            job.made = job.ref or str(body.get("id"))
        elif isinstance(job.write, Update):
            job.ends(row=self.reader.row_of_fields(job.write.ref, body))
        else:
            job.ends(row=replace(self.reader.row(body), by_us=True, edited_by=None))

    def _searched(self, job: Job, body: Any) -> None:
        try:
            found = ids_of(body)
        except ValueError as error:
            self._not_seen(job, Unavailable(str(error), endpoint=self.endpoint))
            return
        if found:
            job.made = found[0]
        else:
            self._again(job)

    def _not_seen(self, job: Job, error: EndpointError) -> None:
        """A row that is not there any more was deleted: by us, if that is what was wanted.

        When looking fails too, it is the write's own doubt that is told: the caller has to look later.
        """
        if not isinstance(error, Precondition):
            job.stuck = job.doubt or error
        elif isinstance(job.write, Delete):
            job.ends()
        else:
            job.ends(error=error)

    def _again(self, job: Job) -> None:
        most = _OPAQUE_PATIENCE if isinstance(job.doubt, Opaque) else PATIENCE
        if job.doubts >= most:
            if isinstance(job.doubt, Opaque) and not isinstance(job.write, Delete):
                job.refused = job.doubt
            else:
                job.stuck = job.doubt
        job.doubt = None

    def _moved(self, job: Job, row: Row) -> None:
        """The row has another version than we wrote on: by our own write, or by somebody's."""
        reader, write = self.reader, job.write
        if isinstance(write, Update) and row.by_us and says(reader.translator, reader.schema, row, write):
            job.ends(row=row)
        else:
            job.ends(error=VersionChanged("somebody changed the row", endpoint=self.endpoint, ref=job.ref))
