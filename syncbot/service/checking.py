"""The verb `check`: everything that must be right before a sync, one line each, nothing written."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from syncbot.endpoints.base import Endpoint
from syncbot.endpoints.outlets.base import Tried
from syncbot.errors import EndpointError, SyncbotError
from syncbot.mapping.binding import Bound, bind
from syncbot.mapping.spec import KindSpec

from .control_place import Place
from .parts import Parts
from .shut import told


@dataclass(frozen=True, kw_only=True)
class Tick:
    """One thing that was looked at."""

    what: str
    """What was tried, in words; "" where a place is meant."""
    right: bool
    """False: a sync cannot do all that it should."""
    left_out: bool = False
    """Something is not set up, or not everywhere; that is no fault, and `detail` says what is left out."""
    detail: str
    """What was found, in words."""
    error: SyncbotError | None = None
    """Why not, for the edge to add the cure."""
    kind: str | None = None
    endpoint: str | None = None
    field: str | None = None


def check(parts: Parts) -> Iterator[Tick]:
    """Ask everything, one after the other, as it becomes known."""
    yield Tick(
        what="Mappings",
        right=True,
        detail=", ".join(
            f"{spec.kind} ({len(spec.policy.fields)} fields)" for spec in parts.mappings.kinds.values()
        ),
    )
    for probe in parts.probes:
        yield _tried(probe.what, probe.ask)
    for spec in parts.mappings.kinds.values():
        for endpoint in parts.endpoints[spec.kind].values():
            yield from _looked_at(parts, spec, endpoint)
    if any(spec.to for spec in parts.groups.values()):
        yield from _outlets(parts)
    yield from _controls(parts)
    yield from _alerts(parts)


def _outlets(parts: Parts) -> Iterator[Tick]:
    """A sync needs none of them: what is not set is told and is no fault."""
    for sentence in told(parts.shut()):
        yield Tick(what="Outlets", right=True, left_out=True, detail=sentence)
    ways = parts.ways()
    outlets = {way.outlet.name: way.outlet for several in ways.values() for way in several}
    for name, outlet in sorted(outlets.items()):
        if isinstance(outlet, Tried):
            yield _tried(f"Outlet {name}", outlet.found)


def _controls(parts: Parts) -> Iterator[Tick]:
    """A sync needs none of them either."""
    controls = parts.controls()
    if controls is None:
        return
    if controls.unset:
        unset = ", ".join(problem.place for problem in controls.unset)
        detail = f"nobody can ask everywhere until this is right: {unset}"
        yield Tick(what="Manual sync", right=True, left_out=True, detail=detail)
    for endpoint, columns in controls.places:
        yield _tried(f"Manual sync in {endpoint.name}", partial(_described, Place(endpoint, columns)))


def _described(place: Place) -> str:
    return f'"{place.describe().title}", all columns found'


def _alerts(parts: Parts) -> Iterator[Tick]:
    """Nor who is told of failures."""
    alarm = parts.alarm()
    if alarm is None:
        return
    names = ", ".join(way.outlet.name for way in alarm.ways)
    told = f"who looks after syncbot is told by {names}" if names else "nobody is told of failures"
    unset = ", ".join(problem.place for problem in alarm.unset)
    lacks = f"; not everywhere until this is right: {unset}" if names else f" until this is right: {unset}"
    detail = f"{told}{lacks if unset else ''}"
    yield Tick(what="Alerts", right=True, left_out=bool(unset) or not names, detail=detail)


def _tried(what: str, ask: Callable[[], str]) -> Tick:
    try:
        return Tick(what=what, right=True, detail=ask())
    except SyncbotError as error:
        return Tick(what=what, right=False, detail=str(error), error=error)


def _looked_at(parts: Parts, spec: KindSpec, endpoint: Endpoint) -> Iterator[Tick]:
    place = Tick(what="", right=True, detail="", kind=spec.kind, endpoint=endpoint.name)
    try:
        schema = endpoint.describe()
    except EndpointError as error:
        yield replace(place, right=False, detail=error.detail, error=error)
        return
    bound = bind(spec, endpoint.name, schema, parts.store.binding(spec.kind, endpoint.name))
    yield replace(place, right=not bound.faults, detail=f'"{schema.title}", {_counted(bound)}')
    for field, note in bound.notes.items():
        yield replace(place, right=False, detail=f"{note}; add it there, or correct mappings/", field=field)
    for field, reason in bound.faults.items():
        yield replace(place, right=False, detail=reason, field=field)


def _counted(bound: Bound) -> str:
    found, wanted = len(bound.columns), len(bound.columns) + len(bound.faults)
    return f"{found} columns found" if found == wanted else f"{found} of {wanted} columns found"
