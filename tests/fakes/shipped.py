"""What the shipped mappings map."""

import re

from syncbot.settings import example_mappings

KINDS = sorted(
    found[1]
    for path in example_mappings().glob("*.yaml")
    if (found := re.search(r"^kind: (\w+)$", path.read_text(encoding="utf-8"), re.MULTILINE))
)
"""Their kinds."""
ASKED = len(KINDS) + 1
"""How often an idle run asks each place: once for each kind, and once for its notes."""
