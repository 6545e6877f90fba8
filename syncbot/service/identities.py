"""How publications are called in the store: "agenda/D/2026-11-26", or "digest/D/2026-W48/person-1" for one person."""

from dataclasses import dataclass

from syncbot.schedule.due import Identity


@dataclass(frozen=True, kw_only=True)
class Named:
    """What a publication's name in the store says."""

    identity: Identity
    person: str | None
    """Key; None: it is the group's."""


def key_of(identity: Identity, person: str | None = None) -> str:
    """Return what stands for a publication in the store."""
    key = f"{identity.what}/{identity.group}/{identity.period}"
    return key if person is None else f"{key}/{person}"


def named(key: str) -> Named:
    """Return what a name in the store stands for."""
    what, group, period, *person = key.split("/", 3)
    return Named(
        identity=Identity(what=what, group=group, period=period), person=person[0] if person else None
    )
