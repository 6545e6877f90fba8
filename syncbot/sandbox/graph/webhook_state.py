"""What the sandboxed Teams remembers: workflows with their secrets, and what was posted to them."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

ROOT = "/powerautomate/automations/direct/workflows/"
SUFFIX = "/triggers/manual/paths/invoke"


class Flow(BaseModel):
    """A workflow "post to a channel when a webhook request is received"."""

    id: str
    sig: str
    """The secret of its address."""
    channel: str
    known: list[str] = Field(default_factory=list)
    """UPNs and object ids of people who can be mentioned."""
    on: bool = True
    """False: its owner left, or it was not used for long."""
    asked: list[datetime] = Field(default_factory=list)
    """When it was called in the last minute."""

    @property
    def path(self) -> str:
        """The path and query of its address."""
        permissions = "%2Ftriggers%2Fmanual%2Frun"
        return f"{ROOT}{self.id}{SUFFIX}?api-version=1&sp={permissions}&sv=1.0&sig={self.sig}"


class Posted(BaseModel):
    """One request that was taken with 202, and what became of it; the sender never hears of that."""

    at: datetime
    channel: str
    content: Any
    """As it came."""
    why: str | None = None
    """Why Teams refused it; None = it is shown in the channel."""


class Teams(BaseModel):
    """Everything of Teams."""

    flows: dict[str, Flow] = Field(default_factory=dict)
    posted: list[Posted] = Field(default_factory=list)
