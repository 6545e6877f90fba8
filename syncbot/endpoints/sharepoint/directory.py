"""Whom a site knows, as a text that is kept between runs; no I/O."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

KEPT_FOR = timedelta(days=1)
"""A row always stands for the same person, but people take other names and addresses."""


@dataclass(frozen=True, kw_only=True)
class Person:
    """One row of the site's list of people."""

    name: str | None
    email: str | None


@dataclass(frozen=True, kw_only=True)
class Directory:
    """The site's people and applications, by their rows."""

    since: datetime
    """When it was read."""
    people: Mapping[int, Person] = field(default_factory=dict)
    apps: Mapping[str, bool] = field(default_factory=dict)
    """Whether an application is ours."""

    def text(self) -> str:
        """Return what is kept."""
        people = {str(row): [one.name, one.email] for row, one in sorted(self.people.items())}
        return json.dumps({"since": self.since.isoformat(), "people": people, "apps": dict(self.apps)})

    def is_good(self, now: datetime) -> bool:
        """Whether it is young enough; one of the future tells of a clock that was set back."""
        return timedelta() <= now - self.since < KEPT_FOR


def recalled(text: str, now: datetime) -> Directory:
    """Read what was kept; nobody, where that is too old or cannot be read."""
    nobody = Directory(since=now)
    try:
        found = _parsed(json.loads(text))
        return found if found.is_good(now) else nobody
    except (ValueError, TypeError, LookupError, AttributeError):
        return nobody


def _parsed(told: Any) -> Directory:
    people = told["people"].items()
    return Directory(
        since=datetime.fromisoformat(told["since"]),
        people={int(row): Person(name=name, email=email) for row, (name, email) in people},
        apps={str(row): ours is True for row, ours in told["apps"].items()},
    )
