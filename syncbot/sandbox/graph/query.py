"""Reading `$expand`, `$select`, `$top` and their like."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from .errors import Refused, bad_request, invalid

DEFAULT_PAGE = 200
LARGEST_PAGE = 5000
_FIELDS = re.compile(r"fields(?:\(\$select=(?P<names>[^()]*)\))?", re.IGNORECASE)
_PAGED = ("listItem", "driveItem")
_NAMED = re.compile(r"^\$?(expand|select|top|filter|orderby|skiptoken|token|skip|search|count)$")


@dataclass(frozen=True, kw_only=True)
class Query:
    """The options of one call, by their names without the dollar sign."""

    options: Mapping[str, str]
    expands_fields: bool = False
    names: tuple[str, ...] | None = None
    """What `fields($select=...)` chose."""
    select: tuple[str, ...] | None = None

    @property
    def top(self) -> int:
        """Rows of a page: 200 unless asked; never more than 5,000."""
        text = self.options.get("top")
        if text is None:
            return DEFAULT_PAGE
        if not text.isdecimal() or int(text) == 0:
            raise invalid(f"Invalid value '{text}' for $top query option found.")
        return min(int(text), LARGEST_PAGE)

    def link(self, base: str, **more: str) -> str:
        """Return an address that carries the options on, as Graph's own links do."""
        kept = {name: text for name, text in self.options.items() if name not in ("skiptoken", "token")}
        pairs = [f"${name}={_quoted(text)}" for name, text in kept.items()]
        pairs += [f"{name}={_quoted(text)}" for name, text in more.items()]
        return f"{base}?{'&'.join(pairs)}"


def read_query(query: Mapping[str, tuple[str, ...]], *, kind: str = "listItem") -> Query:
    """Read and judge the options of a call; `kind` is what it reads, for the message."""
    options = {match[1]: values[0] for name, values in query.items() if (match := _NAMED.match(name))}
    _check_options(query, options, kind)
    expands, names = _expanded(options.get("expand", ""), kind)
    select = options.get("select")
    return Query(
        options=options,
        expands_fields=expands,
        names=names,
        select=tuple(part.strip() for part in select.split(",")) if select else None,
    )


def _check_options(query: Mapping[str, object], options: Mapping[str, str], kind: str) -> None:
    """Refuse what would be ignored; that only items can be filtered and paged is the stricter reading."""
    for name in query:
        if name.startswith("$") and not _NAMED.match(name):
            raise bad_request(f"The query parameter '{name}' is not supported.")
    odd = set(options) - {"expand", "select"} if kind not in _PAGED else set()
    if odd:
        raise invalid(f"${min(odd)} is not supported on this API.")


def _expanded(text: str, kind: str) -> tuple[bool, tuple[str, ...] | None]:
    if not text or kind != "listItem":
        return False, None
    if text.lower().startswith("fields(select"):
        code = "-1, Microsoft.SharePoint.Client.InvalidClientQueryException"
        raise Refused(400, code, 'The expression "fields(select" is not valid.')
    match = _FIELDS.fullmatch(text.strip())
    if match is None:
        raise bad_request(
            f"Parsing OData Select and Expand failed: Could not find a property named '{text}' "
            "on type 'microsoft.graph.listItem'."
        )
    if match["names"] is None:
        return True, None
    return True, tuple(name.strip() for name in match["names"].split(",") if name.strip())


def _quoted(text: str) -> str:
    return quote(text, safe="$(),'/*:")
