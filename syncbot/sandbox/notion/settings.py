"""How the sandboxed Notion behaves where the real one varies or does not say."""

from dataclasses import dataclass
from typing import Literal

ALL_CAPABILITIES = frozenset({"read", "update", "insert", "users", "emails"})
"""What an integration may be allowed: content three ways, the list of users, their addresses."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """May be replaced at any time: `service.settings = replace(service.settings, query_cap=20)`."""

    query_cap: int = 10_000
    """Rows after which a query stops with `request_status` incomplete."""
    query_order: Literal["scrambled", "newest_first"] = "scrambled"
    """Of a query without sorts. Recorded is the newest first, promised is nothing."""
    short_pages: bool = False
    """Query pages come with fewer rows than asked and `has_more` true, as the documentation allows."""
    capabilities: frozenset[str] = ALL_CAPABILITIES
    """Of the integration; what is missing is answered with 403."""
    app_links: bool = True
    """Page addresses are app.notion.com/p/..; False = www.notion.so/.., as workspaces had until mid-2026."""
    empty_status: Literal["refused", "default", "empty"] = "refused"
    """What null does to a status: undocumented, so the answer that stops a client is the usual one."""
    blocks_move_page: bool = False
    """Whether an edit of blocks through the API moves the page's edit time (users report that it does not)."""
    flags_move_page: bool = False
    """Whether trash, archive and lock move the page's edit time: not recorded, so readers get no such help."""
    block_limit: int | None = None
    """Pages and blocks that a free workspace may ever have made (1,000 since September 2026); None = a paid one."""
    row_limit: int = 250_000
    """Rows of a data source; one more is answered with 409 row_limit_exceeded."""
    markdown_blocks: int = 20_000
    """Blocks after which Markdown is truncated (documented as about so many)."""
    response_cut: int = 25
    """References shown in a page object; the rest is only in the property item."""
    throttle_reason: str = "public_api_request_rate_limit"
    """`rate_limit_reason` of a 429."""
    bot_time_zone: str = "UTC"
    """In which days of relative date filters are counted."""
