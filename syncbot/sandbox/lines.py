"""The environment lines that point syncbot at a running sandbox."""

from collections.abc import Mapping

from .frame import RateLimit
from .server import Sandbox

_LIMITS = {"notion": "SYNCBOT_NOTION_REQUESTS_PER_MINUTE", "graph": "SYNCBOT_GRAPH_UNITS_PER_MINUTE"}


def environment_lines(
    sandbox: Sandbox, more: Mapping[str, str], *, rate: float, time_factor: float
) -> dict[str, str]:
    """Return variable -> value: addresses, credentials, `more` (ids), and the limits in real minutes."""
    limits = {
        _LIMITS[service]: f"{_per_minute(limit) * rate * time_factor:.10g}"
        for service, limit in sandbox.rates().items()
        if service in _LIMITS
    }
    return sandbox.environment() | dict(more) | limits


def _per_minute(limit: RateLimit) -> float:
    return limit.units * 60 / limit.window_seconds
