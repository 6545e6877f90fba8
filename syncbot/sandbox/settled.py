"""What a sandbox with a folder settles once, so that the lines it printed stay true when it comes back."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

_FILE = "sandbox.json"
_ANY = (0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Settled:
    """The story that is told and where it is served."""

    seed: str
    when: datetime
    """The day of the story: ids and dates follow from it."""
    ports: tuple[int, int, int] = _ANY
    """Of notion, graph and login."""

    def keep(self, folder: Path | None, ports: tuple[int, int, int]) -> None:
        """Write it down with the ports that were taken; without a folder nothing is kept."""
        if folder is not None:
            kept = {"seed": self.seed, "when": self.when.isoformat(), "ports": list(ports)}
            (folder / _FILE).write_text(json.dumps(kept) + "\n", "utf-8")


def settled(folder: Path | None, seed: str | None, ports: tuple[int, int, int], now: datetime) -> Settled:
    """Return what was settled in a folder, or settle it now.

    Ports that are asked for win over those kept. Raises `ValueError` when another seed is asked for than the folder
    was made with, or when its file cannot be read.
    """
    path = folder / _FILE if folder is not None else None
    if path is None or not path.exists():
        return Settled(seed=seed or "demo", when=now, ports=ports)
    kept = _read(path)
    if seed not in (None, kept.seed):
        raise ValueError(f"{folder} was filled with {kept.seed!r}; take another folder for {seed!r}")
    notion, graph, login = (asked or old for asked, old in zip(ports, kept.ports, strict=True))
    return Settled(seed=kept.seed, when=kept.when, ports=(notion, graph, login))


def _read(path: Path) -> Settled:
    try:
        kept = json.loads(path.read_text("utf-8"))
        notion, graph, login = (int(port) for port in kept["ports"])
        when = datetime.fromisoformat(kept["when"])
        return Settled(seed=str(kept["seed"]), when=when, ports=(notion, graph, login))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from None
