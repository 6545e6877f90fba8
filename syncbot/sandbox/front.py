"""The front of one service: what happens to a request before and after the service sees it.

In this order: log, latency, rate limit, fault before the effect, the service, state saved, fault after the effect,
answer. The control routes under `/_sandbox/` stand beside it (`control`).
"""

import asyncio
import json
import math
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import takewhile

from starlette.requests import ClientDisconnect, Request
from starlette.types import Receive, Scope, Send

from .clock import Clock
from .faults import Fault, FaultPlan, HasBatches, Orders
from .frame import (
    Answer,
    BoundsCrowds,
    Call,
    CountsChanges,
    Edit,
    EditedByPeople,
    FiledByPeople,
    FileEdit,
    Service,
)
from .holding import Holding
from .journal import Entry, RequestLog, StateFile
from .limits import Window
from .wire import read_call, written

EDGE_PAGE = (
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head>"
    "<body><h1>Please wait while your request is being verified</h1></body></html>"
)
EDGE_ANSWER = Answer(status=200, raw=EDGE_PAGE.encode(), content_type="text/html; charset=utf-8")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What the client gets: an answer after `delay` real seconds, or, without one, a closed connection."""

    answer: Answer | None
    delay: float = 0.0
    held: bool = False
    """First the call waits until it is let go; without an answer, it has then yet to take effect."""


class Front:
    """One service with its log, limits, faults and saved state: an ASGI application."""

    def __init__(
        self,
        service: Service,
        clock: Clock,
        *,
        latency: float = 0.0,
        rate_factor: float = 1.0,
        file: StateFile | None = None,
    ) -> None:
        """Take the service's present state as the one that a reset goes back to, then load `file`.

        `latency` is in real seconds; `rate_factor` multiplies the documented rate.
        """
        self.service = service
        self.clock = clock
        self.log = RequestLog()
        self.faults = FaultPlan()
        self.holding = Holding()
        self.window = Window(service.rate, factor=rate_factor)
        self.lock = threading.Lock()
        self._latency = latency
        self._under_way: list[Call] = []
        self._file = file
        self._seeded = json.dumps(service.dump())
        self._saved_revision: int | None = None
        self._load()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        try:
            call = await read_call(Request(scope, receive))
        except ClientDisconnect:
            return  # the request never came whole, so it never happened
        with self.lock:
            entry = self.log.open(call, self.clock.now())
            self._under_way.append(call)
        try:
            outcome = await self._answered(call, entry, receive)
        finally:
            self._under_way = [one for one in self._under_way if one is not call]
        if outcome is None:
            return
        if outcome.answer is None:
            await _cut(scope, receive)
        else:
            await written(outcome.answer, self.clock.now())(scope, receive, send)

    async def _answered(self, call: Call, entry: Entry, receive: Receive) -> Outcome | None:
        """Wait as long as it takes; None when the client did not."""
        await asyncio.sleep(self._latency)
        with self.lock:
            outcome = self._outcome(call, entry)
        if outcome.held:
            if not await self.holding.let_go(entry, receive):
                return None
            outcome = self._let_go(call, outcome, entry)
        await asyncio.sleep(outcome.delay)
        return outcome

    def order(self, orders: Orders) -> None:
        """Replace the ordered faults, of calls and of requests inside a batch."""
        whole, inside = orders.split()
        self.faults = FaultPlan(whole)
        if isinstance(self.service, HasBatches):
            self.service.order_inside(inside)

    def edit(self, edit: Edit) -> str | None:
        """Let the service be edited as by a person; None = it cannot. Raises as `EditedByPeople.edit`."""
        if not isinstance(self.service, EditedByPeople):
            return None
        row = self.service.edit(edit, self.clock.now())
        self._save()
        return row

    def file(self, edit: FileEdit) -> str | None:
        """Let a file be edited as by a person; None = there are no files. Raises as `FiledByPeople.file_edit`."""
        if not isinstance(self.service, FiledByPeople):
            return None
        ref = self.service.file_edit(edit, self.clock.now())
        self._save()
        return ref

    def reset(self) -> None:
        """Go back to the seeded state, with an empty log, no faults and a fresh budget; the clock stays."""
        self.service.load(json.loads(self._seeded))
        self._saved_revision = None
        self.log.clear()
        self.window.clear()
        self.order(Orders())
        self.holding.release()
        self._save()

    def _outcome(self, call: Call, entry: Entry) -> Outcome:
        """Decide and carry out; called under the lock."""
        refused = self._refused(call, entry)
        if refused is not None:
            outcome = Outcome(answer=refused)
        else:
            fault = self.faults.draw(call)
            outcome = self._faulty(call, fault, entry) if fault else Outcome(answer=self._handled(call))
        if outcome.answer and not outcome.held:
            entry.status = outcome.answer.status
        return outcome

    def _let_go(self, call: Call, held: Outcome, entry: Entry) -> Outcome:
        """What becomes of a call that was held: with an answer, its effect is there already."""
        with self.lock:
            answer = held.answer or self._handled(call)
            entry.status = answer.status
        return Outcome(answer=answer)

    def _refused(self, call: Call, entry: Entry) -> Answer | None:
        entry.cost = self.service.cost(call)
        wait = self.window.admit(entry.cost, self.clock.now())
        if wait == 0:
            return self._crowded(call)
        # The client sleeps in real seconds, however fast the sandbox's own time runs.
        return self.service.throttled(call, max(1, math.ceil(self.clock.real_sleep_for(wait))))

    def _crowded(self, call: Call) -> Answer | None:
        if not isinstance(self.service, BoundsCrowds):
            return None
        came_before = list(takewhile(lambda one: one is not call, self._under_way))
        return self.service.crowded(call, came_before)

    def _handled(self, call: Call) -> Answer:
        answer = self.service.handle(call, self.clock.now())
        self._save()
        return answer

    def _faulty(self, call: Call, fault: Fault, entry: Entry) -> Outcome:
        entry.fault = fault.kind
        unworded = self._unworded(call, fault)
        if unworded is not None:
            return unworded
        saved = self._handled(call) if fault.saved else None
        if saved and saved.status >= 400:  # nothing took effect, so nothing can get lost
            entry.fault = None
            return Outcome(answer=saved)
        if fault.kind == "cut_saved":
            return Outcome(answer=None)
        worded = self._worded(call, fault, saved)
        if worded is None:
            entry.fault = None
        return Outcome(answer=worded or saved or self._handled(call))

    def _unworded(self, call: Call, fault: Fault) -> Outcome | None:
        """What needs no words of the service; None for what does."""
        match fault.kind:
            case "slow":
                return Outcome(answer=self._handled(call), delay=fault.seconds)
            case "cut":
                return Outcome(answer=None)
            case "html":
                return Outcome(answer=EDGE_ANSWER)
            case "hold":
                return Outcome(answer=None, held=True)
            case "hold_saved":
                return Outcome(answer=self._handled(call), held=True)
        return None

    def _worded(self, call: Call, fault: Fault, saved: Answer | None) -> Answer | None:
        if fault.kind == "429" and fault.retry_after is not None:
            return self.service.throttled(call, fault.retry_after)
        answer = self.service.fault(fault.kind, call, saved)
        if answer is None or fault.retry_after is None:
            return answer
        others = {name: value for name, value in answer.headers.items() if name.lower() != "retry-after"}
        wait = str(fault.retry_after)
        body = _waiting(answer.body, wait)
        return replace(answer, body=body, headers=others | {"Retry-After": wait})

    def _load(self) -> None:
        saved = self._file.read() if self._file else None
        if saved is None:
            return
        state, at = saved
        self.service.load(state)
        if at > self.clock.now():  # time never runs backwards for what was already stamped
            self.clock.set(at)

    def _save(self) -> None:
        if self._file is None:
            return
        revision = self.service.revision if isinstance(self.service, CountsChanges) else None
        if revision is None or revision != self._saved_revision:
            self._file.write(self.service.dump(), self.clock.now())
            self._saved_revision = revision


def _waiting(body: object, wait: str) -> object:
    """Say the wait in the body too, where a service repeats it there (Notion does)."""
    data = body.get("additional_data") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(data, dict) or "retry_after" not in data:
        return body
    return {**body, "additional_data": {**data, "retry_after": wait}}


async def _cut(scope: Scope, receive: Receive) -> None:
    """Close the client's connection without an answer; the server put the closing into the scope."""
    close: Callable[[], None] = scope["state"]["cut"]
    close()
    while (await receive())["type"] != "http.disconnect":
        pass
