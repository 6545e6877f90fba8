"""Where a call stands: the site it names, the address it came by, and the moment."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from zoneinfo import ZoneInfo

from ..frame import Call
from .settings import Settings
from .state import SharePointList, State


@dataclass(frozen=True, kw_only=True)
class Place:
    """What a handler needs to know besides the list."""

    state: State
    settings: Settings
    call: Call
    now: datetime
    zone: ZoneInfo
    host_name: str
    path: str
    title: str
    app_id: str
    new_id: Callable[[], str]
    """Makes a new GUID."""
    site_key: str
    """How the call named the site."""
    list_key: str = ""
    """How the call named the list."""

    @property
    def site_id(self) -> str:
        """host,site collection,web."""
        return f"{self.host_name},{self.state.site_guid},{self.state.web_guid}"

    @property
    def web_url(self) -> str:
        """The site's address in a browser."""
        return f"https://{self.host_name}{self.path}"

    @property
    def metadata(self) -> str:
        """The start of every context; Graph's own name stands there whatever proxy was asked."""
        return "https://graph.microsoft.com/v1.0/$metadata"

    @property
    def context(self) -> str:
        """The start of the contexts below a site."""
        return f"{self.metadata}#sites('{quote(self.site_key, safe='')}')"

    @property
    def base(self) -> str:
        """The start of links that a client follows: the host that it asked."""
        return f"{self.call.host}/v1.0/sites/{self.site_id}"

    def folder(self, owner: SharePointList) -> str:
        """Return where the list lives below the site."""
        return "_catalogs/users" if owner.hidden else f"Lists/{quote(owner.name)}"
