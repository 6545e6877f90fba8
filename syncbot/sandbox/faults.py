"""Faults on demand: which call goes wrong, drawn so that a run repeats."""

import re
from dataclasses import dataclass, field
from random import Random
from typing import Annotated, Literal, Protocol, runtime_checkable

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from .frame import Call

Kind = Literal[
    "409",
    "429",
    "500",
    "502",
    "503",
    "503_saved",
    "504",
    "504_saved",
    "529",
    "cut",
    "cut_saved",
    "slow",
    "html",
    "hold",
    "hold_saved",
]
"""What goes wrong. `_saved`: after the effect. A call on "hold" waits before its effect, one on "hold_saved" between
effect and answer, until `DELETE /_sandbox/held`; when its client is gone by then, nothing more happens."""


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return text


class Fault(BaseModel):
    """One kind of fault and the calls it may hit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Kind
    rate: float = Field(default=1.0, ge=0, le=1)
    """The chance that a matching call is hit."""
    times: int | None = Field(default=None, ge=0)
    """How often at most; None = without end."""
    method: str | None = None
    path: Annotated[str, AfterValidator(_pattern)] | None = None
    """A regular expression, searched for in the path."""
    after: int = Field(default=0, ge=0)
    """How many matching calls pass first."""
    retry_after: int | None = Field(default=None, ge=0)
    """Seconds for the answer's Retry-After; None = what the service says by itself."""
    inside: bool = False
    """Meant for each request inside a batch, where a service has batches; not for the call that brings them."""
    seconds: float = Field(default=1.0, ge=0)
    """Of "slow": real seconds between the effect of the call and its answer."""

    def matches(self, call: Call) -> bool:
        """Say whether the call is of the method and path meant."""
        wrong_method = self.method is not None and self.method.upper() != call.method
        return not wrong_method and (self.path is None or re.search(self.path, call.path) is not None)

    @property
    def saved(self) -> bool:
        """Whether the call takes effect although the client is not told so."""
        return self.kind.endswith("_saved")


class Orders(BaseModel):
    """The body of `POST /_sandbox/faults`: it replaces what was ordered before."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    seed: int = 1
    faults: tuple[Fault, ...] = ()

    def split(self) -> tuple["Orders", "Orders"]:
        """Return what is meant for whole calls and what for requests inside a batch."""
        inside = tuple(fault for fault in self.faults if fault.inside)
        whole = tuple(fault for fault in self.faults if not fault.inside)
        return Orders(seed=self.seed, faults=whole), Orders(seed=self.seed, faults=inside)


@dataclass
class _Drawn:
    """A fault with its own dice, so that faults do not disturb each other's sequence."""

    fault: Fault
    dice: Random
    passed: int = field(default=0)
    hits: int = field(default=0)

    def hits_now(self) -> bool:
        """Roll for one matching call."""
        self.passed += 1
        if self.passed <= self.fault.after:
            return False
        lucky = self.dice.random() >= self.fault.rate
        return not lucky and (self.fault.times is None or self.hits < self.fault.times)


class FaultPlan:
    """The ordered faults; the first in order that hits a call wins."""

    def __init__(self, orders: Orders | None = None) -> None:
        """Start the dice from the seed; the same calls then meet the same faults. No orders, no faults."""
        orders = orders or Orders()
        self._drawn = [
            _Drawn(fault, Random(f"{orders.seed}/{place}")) for place, fault in enumerate(orders.faults)
        ]

    def draw(self, call: Call) -> Fault | None:
        """Return the fault that hits this call; every matching fault rolls once, hit or not."""
        hit = [drawn for drawn in self._drawn if drawn.fault.matches(call) and drawn.hits_now()]
        if not hit:
            return None
        hit[0].hits += 1
        return hit[0].fault


@runtime_checkable
class HasBatches(Protocol):
    """What a service may offer besides: faults for single requests inside a batch."""

    def order_inside(self, orders: Orders) -> None:
        """Draw these faults from now on; they replace those ordered before."""
