"""The control routes of one service, for tests and the demo: never throttled, for this machine only.

GET  /_sandbox/state      everything the service remembers
GET  /_sandbox/requests   the log of requests; DELETE empties it
POST /_sandbox/faults     what shall go wrong from now on (`faults.Orders`)
GET  /_sandbox/held       the calls that a fault of kind "hold" holds now; DELETE lets them go on
POST /_sandbox/clock      move the clock that all services share (`ClockOrder`)
POST /_sandbox/reset      back to the state at the start
POST /_sandbox/edit       change a row as a person would in the browser (`EditOrder`), for instance
    {"list": "Mission Cities", "item": "7", "fields": {"CCCState": "Submitted"}, "by": "Zara Namuna"}
    {"page": "<id>", "properties": {"Note": {"rich_text": [...]}}, "by": "zara.namuna@rcn.example"}
    {"page": "<id>", "action": "delete", "by": "Zara Namuna"}
    {"page": "<id>", "body": "- [ ] Call Ghent", "by": "Zara Namuna"}
    {"page": "<id>", "lines": {"Call Ghent": true}, "by": "Zara Namuna"}
GET  /_sandbox/arrived    a page for people: mails, cards, changed meetings, files
     /_sandbox/files      files of libraries as people see them, see `control_files`
"""

import ipaddress
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AliasChoices, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from .control_files import FileControls
from .faults import Orders
from .frame import Edit, ShowsArrivals
from .front import Front


class ClockOrder(BaseModel):
    """The body of `POST /_sandbox/clock`; carried out in this order: set, advance, factor."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    set: AwareDatetime | None = None
    advance: float | None = None
    factor: Annotated[float, Field(gt=0)] | None = None


class EditOrder(BaseModel):
    """The body of `POST /_sandbox/edit`, in SharePoint's words or in Notion's; without a row it makes a new one.

    Cells of SharePoint are plain values (a day as "2026-03-02", a moment with its offset, a person or a looked-up row
    by its id, several as a list, null empties); cells of Notion are as its API takes them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: str
    container: str | None = Field(default=None, validation_alias=AliasChoices("list", "data_source"))
    row: str | None = Field(
        default=None, validation_alias=AliasChoices("item", "page"), coerce_numbers_to_str=True
    )
    cells: dict[str, Any] = Field(default_factory=dict, validation_alias=AliasChoices("fields", "properties"))
    action: Literal["save", "delete", "restore"] = "save"
    body: str | None = None
    lines: dict[str, str | bool | None] = Field(default_factory=dict)

    def edit(self) -> Edit:
        """Return what the service is told."""
        return Edit(**{name: getattr(self, name) for name in type(self).model_fields})


class Controls:
    """What may be asked of a front from outside."""

    def __init__(self, front: Front) -> None:
        """Steer this front."""
        self._front = front

    async def state(self, _: Request) -> Response:
        """Show the service's whole state."""
        with self._front.lock:
            return JSONResponse(self._front.service.dump())

    async def requests(self, request: Request) -> Response:
        """Show or empty the log."""
        with self._front.lock:
            if request.method != "DELETE":
                return JSONResponse(self._front.log.as_json())
            self._front.log.clear()
        return Response(status_code=204)

    async def faults(self, request: Request) -> Response:
        """Replace the ordered faults."""
        orders = Orders.model_validate_json(await request.body())
        with self._front.lock:
            self._front.order(orders)
        return JSONResponse(orders.model_dump(mode="json"))

    async def held(self, request: Request) -> Response:
        """Show the calls that are held, or let them go on."""
        if request.method != "DELETE":
            return JSONResponse(self._front.holding.as_json())
        self._front.holding.release()
        return Response(status_code=204)

    async def clock(self, request: Request) -> Response:
        """Move the sandbox's clock, which all services share, and say what it shows."""
        order = ClockOrder.model_validate_json(await request.body())
        clock = self._front.clock
        if order.set is not None:
            clock.set(order.set)
        if order.advance is not None:
            clock.advance(order.advance)
        if order.factor is not None:
            clock.run_at(order.factor)
        return JSONResponse(_shown(clock.now(), clock.factor))

    async def edit(self, request: Request) -> Response:
        """Change a row as a person and say which it was."""
        order = EditOrder.model_validate_json(await request.body())
        try:
            with self._front.lock:
                row = self._front.edit(order.edit())
        except (LookupError, TypeError, ValueError) as error:
            return JSONResponse({"error": "cannot be done", "reason": str(error.args[0])}, 400)
        if row is None:
            return JSONResponse({"error": "nothing to edit here"}, 404)
        return JSONResponse({"id": row})

    async def arrived(self, _: Request) -> Response:
        """Show people what arrived."""
        service = self._front.service
        if not isinstance(service, ShowsArrivals):
            return JSONResponse({"error": "nothing arrives here"}, 404)
        with self._front.lock:
            page = service.arrivals()
        # Nothing is loaded or run, whatever somebody managed to write.
        policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        return HTMLResponse(page, headers={"Content-Security-Policy": policy})

    async def reset(self, _: Request) -> Response:
        """Go back to the seeded state."""
        with self._front.lock:
            self._front.reset()
        return Response(status_code=204)


def application(front: Front) -> Starlette:
    """Return the service behind its front, with the control routes beside it."""
    controls = Controls(front)
    control = Starlette(
        routes=[
            Route("/state", controls.state, methods=["GET"]),
            Route("/requests", controls.requests, methods=["GET", "DELETE"]),
            Route("/faults", controls.faults, methods=["POST"]),
            Route("/held", controls.held, methods=["GET", "DELETE"]),
            Route("/clock", controls.clock, methods=["POST"]),
            Route("/edit", controls.edit, methods=["POST"]),
            Route("/files", FileControls(front).files, methods=["GET", "POST"]),
            Route("/arrived", controls.arrived, methods=["GET"]),
            Route("/reset", controls.reset, methods=["POST"]),
        ],
        exception_handlers={ValidationError: _not_understood},
    )
    return Starlette(routes=[Mount("/_sandbox", _LoopbackOnly(control)), Route("/{path:path}", front)])


class _LoopbackOnly:
    """Lets only this machine through."""

    def __init__(self, inner: ASGIApp) -> None:
        self._inner = inner

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        allowed = ipaddress.ip_address(scope["client"][0]).is_loopback
        app = self._inner if allowed else JSONResponse({"error": "for this machine only"}, 403)
        await app(scope, receive, send)


def _shown(now: datetime, factor: float) -> dict[str, object]:
    return {"now": now.isoformat(), "factor": factor}


async def _not_understood(_: Request, error: Exception) -> Response:
    faults = (
        error.errors(include_url=False, include_context=False) if isinstance(error, ValidationError) else []
    )
    return JSONResponse({"error": "not understood", "faults": faults}, 400)
