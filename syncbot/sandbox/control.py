"""The control routes of one service, for tests and the demo: never throttled, for this machine only."""

import ipaddress
from datetime import datetime
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from .faults import FaultPlan, Orders
from .front import Front


class ClockOrder(BaseModel):
    """The body of `POST /_sandbox/clock`; carried out in this order: set, advance, factor."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    set: AwareDatetime | None = None
    advance: float | None = None
    factor: Annotated[float, Field(gt=0)] | None = None


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
            self._front.faults = FaultPlan(orders)
        return JSONResponse(orders.model_dump(mode="json"))

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
            Route("/clock", controls.clock, methods=["POST"]),
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
