"""What the shipped mappings map."""

import re

from syncbot.settings import example_mappings

KINDS = sorted(
    found[1]
    for path in example_mappings().glob("*.yaml")
    if (found := re.search(r"^kind: (\w+)$", path.read_text(encoding="utf-8"), re.MULTILINE))
)
"""Their kinds."""
WORKBOOKS = sum(
    path.read_text(encoding="utf-8").count("service: excel") for path in example_mappings().glob("*.yaml")
)
"""How many tables of workbooks they name."""
ASKED = {
    "notion": len(KINDS) + 1,
    "sharepoint": len(KINDS) + 1 + WORKBOOKS,
    "graph": len(KINDS) + 1 + WORKBOOKS,
}
"""How often an idle run asks each place: once for each kind, once for its notes, once for a workbook."""
