"""Where the demo leaves its files: a folder that is looked at before anything begins."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from syncbot.errors import UserError

NAME = "demo-output"
_OURS = ("agenda-*", "summary-*", "digest-*", "deck-*", "arrived.html")
_PROBE = ".syncbot-demo"


class NotKeptError(UserError):
    """The folder for the demo's files cannot be used."""


def made_ready(folder: Path) -> None:
    """Make the folder, and take away what an earlier demo left there. Raises `NotKeptError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _PROBE).touch()
        (folder / _PROBE).unlink()
        for old in _ours(folder):
            old.unlink()
    except OSError as error:
        told = f"the demo leaves files in {folder}, where it cannot write ({error.strerror})"
        raise NotKeptError(f"{told}; name a folder for them with --output") from None


def brought(source: Path, folder: Path) -> list[Path]:
    """Copy what the demo wrote, and return where it lies now. Raises `NotKeptError`."""
    try:
        if source.resolve() != folder.resolve():
            for one in _ours(source):
                shutil.copyfile(one, folder / one.name)
        return list(_ours(folder))
    except OSError as error:
        raise NotKeptError(f"the demo's files cannot be kept in {folder} ({error.strerror})") from None


def _ours(folder: Path) -> Iterator[Path]:
    found = {one for pattern in _OURS for one in folder.glob(pattern) if one.is_file()}
    return iter(sorted(found))
