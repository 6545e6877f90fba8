"""`python -m syncbot.mapping schema`: the JSON Schema for editors; `.. reference`: the tables of docs/reference."""

import json
import sys

from .format import json_schema
from .reference import reference


def main(what: str) -> str:
    """Return what is asked for."""
    return reference() if what == "reference" else json.dumps(json_schema(), indent=2, ensure_ascii=False)


if __name__ == "__main__":
    sys.stdout.write(main(sys.argv[-1]) + "\n")
