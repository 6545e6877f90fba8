"""The connections to the services, and what stands on them; `app` says which are needed."""

import hashlib
import random
import ssl
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial

import httpx
from pydantic import SecretStr

from syncbot.endpoints.base import ColumnType, Endpoint
from syncbot.endpoints.budget import SharedBudget
from syncbot.endpoints.documents.door import read_document
from syncbot.endpoints.exchange import Ear, Heard
from syncbot.endpoints.memo import Memo
from syncbot.endpoints.notion.bodies import PageNotes
from syncbot.endpoints.notion.connection import NotionConnection
from syncbot.endpoints.notion.endpoint import NotionEndpoint
from syncbot.endpoints.notion.writing import Patience
from syncbot.endpoints.outlets.notion import NotionOutlet
from syncbot.endpoints.outlets.teams import open_webhook
from syncbot.endpoints.sharepoint.connection import GraphConnection, open_client
from syncbot.endpoints.sharepoint.drive import Drive
from syncbot.endpoints.sharepoint.endpoint import SharePointEndpoint
from syncbot.endpoints.sharepoint.people import People
from syncbot.endpoints.sharepoint.sign_in import SignIn
from syncbot.endpoints.traffic import Traffic
from syncbot.endpoints.workbook import WorkbookEndpoint
from syncbot.errors import Forbidden
from syncbot.mapping.binding import as_bound
from syncbot.mapping.bound_text import from_text
from syncbot.mapping.note_sources import FilesSpec, PagesSpec, SourceSpec
from syncbot.mapping.spec import EndpointSpec, KindSpec, Mappings
from syncbot.model.fields import FieldType
from syncbot.notes.find import find
from syncbot.notes.habits import Habits
from syncbot.notes.people import match
from syncbot.service.lease import Lease
from syncbot.service.links import StoredLinks
from syncbot.service.note_sources import Find, FolderSource, Noting, PageSource
from syncbot.service.notes_endpoint import SERVICE as NOTES
from syncbot.service.notes_endpoint import NotesEndpoint
from syncbot.service.parts import Probe
from syncbot.service.turns import Turns
from syncbot.settings import Settings
from syncbot.store.base import Store

_HELD = {
    FieldType.NUMBER: ColumnType.NUMBER,
    FieldType.FLAG: ColumnType.FLAG,
    FieldType.DAY: ColumnType.DAY,
    FieldType.MOMENT: ColumnType.MOMENT,
    FieldType.LONG_TEXT: ColumnType.LONG_TEXT,
    FieldType.CHOICES: ColumnType.CHOICES,
    FieldType.WORDS: ColumnType.CHOICES,
}
"""What a column of a workbook holds, where it does not hold text."""


_OUTLOOK = 1_000
"""Requests a minute: Outlook takes 10,000 in ten minutes of an application for one mailbox (Graph throttling limits)."""
_TEAMS = 30
"""Cards a minute, to all channels together: far below any quota that is known."""
_SHORT = 300.0
"""Seconds after which a mail or card is given up for this time: what is in doubt must not be long ago."""


class Services:
    """The connections, made when the first endpoint needs them."""

    def __init__(
        self,
        *,
        settings: Settings,
        stack: ExitStack,
        on_wait: Callable[[str, float], None],
        sleep: Callable[[float], None],
        store: Store,
        lease: Lease,
        turns: Turns,
        now: Callable[[], datetime],
        heard: Heard = lambda _: None,
    ) -> None:
        """Connect to nothing yet; `heard` takes every request that is sent."""
        self._heard = heard
        self._now = now
        self._lease = lease
        self._store = store
        self._turns = turns
        self._sleep = sleep
        self._settings = settings
        self._stack = stack
        self._on_wait = on_wait
        self.requests: dict[str, Callable[[], int]] = {}
        self.probes: list[Probe] = []
        self._people: dict[str, People] = {}

    def place(self, spec: KindSpec, name: str, mappings: Mappings) -> Endpoint:
        """Make one endpoint of a kind; what notes tell needs no connection."""
        declared = spec.endpoints[name]
        if declared.service == NOTES:
            return NotesEndpoint(
                name=name, spec=spec, mappings=mappings, store=self._store, shelf=self._store
            )
        bound = as_bound(declared, self._store.binding(spec.kind, name))
        return self._workbook(spec, bound) if bound.service == "excel" else self.endpoint(bound)

    def _workbook(self, spec: KindSpec, place: EndpointSpec) -> WorkbookEndpoint:
        """Make the endpoint of an Excel table, whose columns hold what the fields are."""
        library, _, rest = place.container.partition("/")
        path, _, table = rest.rpartition("#")
        folder, _, file = path.rpartition("/")
        name = f"excel: {place.site}/{place.container}"
        return WorkbookEndpoint(
            name=place.name,
            files=self.drive(place.name, str(place.site), library, folder, (".xlsx",)),
            path=file,
            table=table,
            container=place.container,
            key_column=place.key_column,
            zone=self._settings.zone,
            types=self._held(spec, place),
            memo=Memo(partial(self._store.revise_memo, name)),
        )

    def _held(self, spec: KindSpec, place: EndpointSpec) -> dict[str, ColumnType]:
        """What the columns of a workbook hold, by name and, as people rename them, by the ids bound before."""
        bound = from_text(self._store.binding(spec.kind, place.name)).fields
        kinds = {field: _HELD.get(spec.fields[field].type) for field in place.columns}
        names = {place.columns[field].name: kind for field, kind in kinds.items() if kind}
        ids = {bound[field].id: kind for field, kind in kinds.items() if kind and field in bound}
        return {**ids, **names}

    def noting(self, places: Sequence[SourceSpec], mappings: Mappings, known: Habits) -> Noting | None:
        """Make what reading notes needs; None where none are declared."""
        if not places:
            return None

        def finder(cities: Sequence[str], people: Sequence[str]) -> Find:
            words = replace(known, cities=(*known.cities, *cities), people=tuple(people))
            return lambda note: find(note, words)

        made = [
            self._pages(one, mappings) if isinstance(one, PagesSpec) else self._folder(one) for one in places
        ]
        return Noting(sources=made, finder=finder, person=match)

    def _pages(self, one: PagesSpec, mappings: Mappings) -> PageSource:
        spec = mappings.kinds[one.kind]
        place = as_bound(spec.endpoints[one.endpoint], self._store.binding(one.kind, one.endpoint))
        titles = self._titles(mappings)
        reader = PageNotes(connection=self._notion, titles=titles)
        return PageSource(
            name=one.name,
            spec=spec,
            endpoint=self.endpoint(replace(place, edited_by_column=None)),
            store=self._store,
            links=lambda: StoredLinks(self._store, mappings),
            body=lambda note: reader.read(note.ref, title=note.title, day=note.day, url=note.url),
            group_field=one.group,
            day_field=one.day,
            groups=one.groups,
        )

    def _titles(self, mappings: Mappings) -> Callable[[str], str | None]:
        """What the pages are called that are rows of records of ours, by their ids."""
        links = StoredLinks(self._store, mappings)
        rows = [
            (kind, name)
            for kind, spec in mappings.kinds.items()
            for name, place in spec.endpoints.items()
            if place.service == "notion"
        ]

        def title(ref: str) -> str | None:
            found = ((kind, links.record_of(kind, name, ref)) for kind, name in rows)
            return next((links.title_of(kind, key) for kind, key in found if key), None)

        return title

    def _folder(self, one: FilesSpec) -> FolderSource:
        return FolderSource(
            name=one.name,
            files=self.drive(one.name, one.site, one.documents, one.folder, one.endings),
            document=lambda data, entry: read_document(data, name=entry.name, ref=entry.ref, url=entry.url),
            groups=one.groups,
            sort=one.meeting_type,
        )

    def drive(self, name: str, site: str, library: str, folder: str, endings: tuple[str, ...]) -> Drive:
        """Make a folder of a library."""
        return Drive(
            name=name,
            graph=self._graph,
            site_url=site,
            documents=library,
            folder=folder,
            suffixes=endings,
            app_id=str(self._settings.client_id),
        )

    def publication_pages(self, name: str, data_source: str, column: str) -> NotionOutlet:
        """Make the outlet that publishes as pages."""
        memo = self.outlet_memo(f"published on {name}")
        return NotionOutlet(name=name, notion=self._notion, data_source=data_source, column=column, memo=memo)

    def outlet_memo(self, what: str) -> Callable[[str], Memo]:
        """Return where an outlet keeps something about a publication, by its identity."""

        def memo(identity: str) -> Memo:
            return Memo(partial(self._store.revise_memo, f"{what}: {identity}"))

        return memo

    def endpoint(self, spec: EndpointSpec) -> Endpoint:
        """Make one endpoint; all of one service share its connection."""
        if spec.service == "notion":
            return NotionEndpoint(
                name=spec.name,
                connection=self._notion,
                data_source_id=spec.container,
                key_column=spec.key_column,
                edited_by_column=spec.edited_by_column,
                clock=self._now,
                patience=Patience(sleep=self._sleep),
            )
        return SharePointEndpoint(
            name=spec.name,
            graph=self._graph,
            site_url=str(spec.site),
            list_name=spec.container.rpartition("/")[2],
            key_column=spec.key_column,
            time_zone=self._settings.zone,
            app_id=str(self._settings.client_id),
            memo=self._people_memo,
            people=self._people,
        )

    def _people_memo(self, site: str) -> Memo:
        """Where it is kept whom a site knows."""
        name = f"sharepoint ({_fingerprint(self._whose_graph)}): people of {site}"
        return Memo(partial(self._store.revise_memo, name))

    @property
    def _whose_graph(self) -> Sequence[str]:
        settings = self._settings
        return settings.graph_base_url, str(settings.tenant_id), str(settings.client_id)

    @cached_property
    def _notion(self) -> NotionConnection:
        assert self._settings.notion_token is not None
        token = self._settings.notion_token
        whose = (self._settings.notion_base_url, token.get_secret_value())
        traffic = self._traffic("notion", whose, self._settings.notion_rate)
        connection = NotionConnection(
            token=token,
            traffic=traffic,
            monotonic=time.monotonic,
            base_url=self._settings.notion_base_url,
            ca_bundle=self._settings.ca_bundle,
        )
        self._stack.callback(connection.close)
        self.probes.append(Probe(what="Sign in to Notion", ask=lambda: _notion_identity(connection)))
        return connection

    @cached_property
    def _token(self) -> SignIn:
        return self._sign_in()

    @cached_property
    def outlook(self) -> GraphConnection:
        """The way to mailboxes and calendars: the same sign-in, and a budget of its own."""
        traffic = self._traffic("outlook", self._whose_graph, _OUTLOOK, patience=_SHORT)
        return GraphConnection(
            token=self._token,
            base_url=self._settings.graph_base_url,
            traffic=traffic,
            client=self._client(traffic),
            new_id=lambda: str(uuid.uuid4()),
            now=self._now,
            name="outlook",
        )

    @cached_property
    def teams_traffic(self) -> Traffic:
        """The queue of all channels."""
        return self._traffic("teams", self._whose_graph, _TEAMS, patience=_SHORT)

    def webhook(self, address: SecretStr) -> httpx.Client:
        """Return a client for one workflow."""
        bundle = self._settings.ca_bundle
        verify = ssl.create_default_context(cafile=bundle) if bundle else True
        client = open_webhook(address, httpx.HTTPTransport(verify=verify))
        self._stack.callback(client.close)
        self.teams_traffic.ear.attach(client)
        return client

    @property
    def now(self) -> Callable[[], datetime]:
        """The clock."""
        return self._now

    @cached_property
    def _graph(self) -> GraphConnection:
        token = self._token
        traffic = self._traffic("sharepoint", self._whose_graph, self._settings.graph_rate)
        connection = GraphConnection(
            token=token,
            base_url=self._settings.graph_base_url,
            traffic=traffic,
            client=self._client(traffic),
            new_id=lambda: str(uuid.uuid4()),
            now=self._now,
        )
        self.probes.append(Probe(what="Sign in to Microsoft 365", ask=lambda: _graph_identity(token)))
        return connection

    def _client(self, traffic: Traffic) -> httpx.Client:
        client = open_client(ca_bundle=self._settings.ca_bundle)
        self._stack.callback(client.close)
        traffic.ear.attach(client)
        return client

    def _sign_in(self) -> SignIn:
        password, secret = self._settings.certificate_password, self._settings.client_secret
        sign_in = SignIn(
            tenant=str(self._settings.tenant_id),
            client_id=str(self._settings.client_id),
            secret=secret.get_secret_value() if secret else None,
            certificate=self._settings.certificate_path,
            passphrase=password.get_secret_value() if password else None,
            login_base_url=self._settings.login_base_url,
            ca_bundle=self._settings.ca_bundle,
        )
        self._stack.callback(sign_in.close)
        return sign_in

    def _traffic(
        self, name: str, whose: Sequence[str], per_minute: float, *, patience: float = 900.0
    ) -> Traffic:
        """Make the queue of a connection, whose rate and turn are shared with all processes on this store."""
        connection = f"{name} ({_fingerprint(whose)})"
        self._turns.add(connection)
        revise = partial(self._store.revise_memo, connection)
        traffic = Traffic(
            name=name,
            units=per_minute,
            window_seconds=60.0,
            monotonic=time.monotonic,
            sleep=self._sleep,
            dice=random.Random(),
            on_wait=self._on_wait,
            shared=lambda limit, window: SharedBudget(revise, limit=limit, window=window),
            clock=lambda: self._now().timestamp(),
            before=self._before,
            give_up_after=patience,
            ear=Ear(name, time.monotonic, self._heard),
        )
        self.requests[name] = lambda: traffic.requests
        return traffic

    def _before(self, ahead: float) -> None:
        """Make sure of the run's lease, then of our turn, before a request or a wait of so many seconds."""
        self._lease.keep(ahead)
        self._turns.take(ahead)


def _fingerprint(whose: Sequence[str]) -> str:
    """Tell the same token or application from another without telling what it is."""
    return hashlib.sha256("\0".join(whose).encode()).hexdigest()[:8]


def _notion_identity(connection: NotionConnection) -> str:
    me = connection.ask("GET", "users/me")
    return f"as the connection {me.get('name') or 'without a name'}"


def _graph_identity(token: SignIn) -> str:
    """Say what the token allows; whether it may write to the site shows only when it does."""
    # It brings cryptography, 9 MB, for signatures that are not ours to verify; `check` alone asks for this.
    import jwt  # noqa: PLC0415

    claims = jwt.decode(token(), options={"verify_signature": False})
    roles = [str(role) for role in claims.get("roles", ())]
    if not any(role.startswith("Sites.") for role in roles):
        said = (
            f"the application has no permission for SharePoint sites (it has: {', '.join(roles) or 'none'})"
        )
        raise Forbidden(said, endpoint="sharepoint")
    return f"the application has a token with {', '.join(roles)}"
