"""Finding a site and a list by name, by means of office365-rest-python-client.

The library only builds the requests and reads the answers: its transport is replaced by one that sends through our
connection, so that the queue, the retries, the time-outs, the CA bundle and the token are ours. Its own ways of
those were measured wrong (3.3.0: Retry-After ignored, no read time-out, a fresh transport for batches), and it does
not escape names in addresses, so they come escaped. Its client for all of Graph is passed over, and its collections,
which ask for that: it imports 1,400 modules, which take half a second and stay with 18 MB, and sites and lists need a
fifth of them. Import this module late.
"""

import json
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from office365.graph_request import GraphRequest
from office365.onedrive.internal.paths.site import SitePath
from office365.onedrive.lists.list import List
from office365.onedrive.sites.site import Site
from office365.runtime.client_runtime_context import ClientRuntimeContext
from office365.runtime.http.request_options import RequestOptions
from office365.runtime.paths.resource_path import ResourcePath
from office365.runtime.paths.v4.entity import EntityPath
from office365.runtime.transport.base import BaseTransport
from requests import Response

from syncbot.errors import EndpointError, Fatal, NotFound, SchemaChanged

from .connection import GraphConnection
from .wire import Ask, segment


@dataclass(frozen=True, kw_only=True)
class Found:
    """Where a list is."""

    site: str
    """The site's id: "host,site collection,web"."""
    list: str
    """The list's id."""
    title: str

    @property
    def container(self) -> str:
        """How a schema names it."""
        return f"{self.site}/{self.list}"


def discover(connection: GraphConnection, *, site_url: str, list_name: str) -> Found:
    """Find the list by its title or id on the site at `site_url`; raise `SchemaChanged` when it is not there."""
    client = _OurClient(connection)
    try:
        site = _site(client, site_url).get().execute_query()
    except NotFound as error:
        raise _absent(f"there is no site {site_url}", error) from None
    try:
        owner = _list(client, site, list_name).get().execute_query()
    except NotFound as error:
        raise _absent(f"the site {site_url} has no list {list_name!r}", error) from None
    if not site.id or not owner.id:
        raise Fatal("a site or list was answered without its id", endpoint=connection.name)
    return Found(site=site.id, list=owner.id.lower(), title=owner.display_name or list_name)


class _OurClient(ClientRuntimeContext):
    """The library's client, of which every request goes through our connection."""

    def __init__(self, connection: GraphConnection) -> None:
        super().__init__()
        self._ours = GraphRequest()
        self._ours.with_access_token(lambda: {"access_token": "of the connection", "token_type": "Bearer"})
        self._ours.transport = _OurTransport(connection)

    def pending_request(self) -> GraphRequest:
        """Return the request that all go through."""
        return self._ours


class _OurTransport(BaseTransport):
    """Sends what the library asks for through our connection."""

    def __init__(self, connection: GraphConnection) -> None:
        self._connection = connection

    def execute(self, request: RequestOptions) -> Response:
        """Send a reading; the library's own headers (its token among them) stay behind."""
        parts = urlsplit(request.url)
        below = parts.path.removeprefix("/v1.0")
        answer = self._connection.ask(Ask(path=below + (f"?{parts.query}" if parts.query else "")))
        response = Response()
        response.status_code, response.url = answer.status, request.url
        response.headers["Content-Type"] = "application/json"
        response._content = json.dumps(answer.body).encode()  # noqa: SLF001  # requests has no public way
        return response


def _site(client: _OurClient, site_url: str) -> Site:
    """Address a site by its URL as a person may paste it; the root of a host has no path, so its name is its id."""
    parts = urlsplit(site_url.strip())
    path, sites = quote(parts.path.rstrip("/"), safe="/%"), ResourcePath("sites")
    if path:
        return Site(client, SitePath(parts.hostname, path, sites))  # type: ignore[no-untyped-call]
    return Site(client, EntityPath(str(parts.hostname), sites))


def _list(client: _OurClient, site: Site, name: str) -> List:
    return List(client, EntityPath(segment(name), ResourcePath("lists", site.resource_path)))


def _absent(words: str, error: EndpointError) -> SchemaChanged:
    return SchemaChanged(f"{words}, or it is not shared with us ({error.detail})", endpoint=error.endpoint)
