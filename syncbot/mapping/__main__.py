"""`python -m syncbot.mapping schema [FILE]`: JSON Schemas for editors; `.. reference [FILE]`: tables of docs/reference."""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

from . import calendars, control, layouts, notes
from .format import json_schema
from .reference import reference

SCHEMAS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "kinds": json_schema,
    "control": control.json_schema,
    "groups": calendars.json_schema,
    "notes": notes.json_schema,
    "publications": layouts.json_schema,
}
"""By the file of mappings/ that they are for; "kinds" for the files of kinds."""

REFERENCES: Mapping[str, Callable[[], str]] = {
    "control": control.reference,
    "kinds": reference,
    "notes": notes.reference,
}


def main(what: str, of: str = "kinds") -> str:
    """Return what is asked for."""
    if what == "reference":
        return REFERENCES[of]()
    return json.dumps(SCHEMAS[of](), indent=2, ensure_ascii=False)


if __name__ == "__main__":
    sys.stdout.write(main(*sys.argv[1:]) + "\n")
