"""The Office templates of an organisation: mappings/templates, or those that ship where it has none."""

from pathlib import Path

from syncbot.publish.forms import Template
from syncbot.publish.wording import WordingFault

FOLDER = "templates"


def templates(mappings: Path, shipped: Path) -> Template:
    """Return what reads a template, each time anew: somebody may be changing it."""

    def read(name: str) -> bytes:
        for place in (mappings, shipped):
            path = place / FOLDER / name
            try:
                return path.read_bytes()
            except FileNotFoundError:
                continue
            except OSError as error:
                raise WordingFault(f"{path} cannot be read: {error.strerror}") from error
        raise WordingFault(f"there is no {mappings / FOLDER / name}")

    return read
