"""The one place where real parts are chosen and wired."""

import getpass
import hashlib
import random
import secrets
import time
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cached_property, partial

import jwt

from syncbot.endpoints.base import Endpoint
from syncbot.endpoints.budget import SharedBudget
from syncbot.endpoints.memo import Memo
from syncbot.endpoints.notion.connection import NotionConnection
from syncbot.endpoints.notion.endpoint import NotionEndpoint
from syncbot.endpoints.notion.writing import Patience
from syncbot.endpoints.sharepoint.connection import GraphConnection, open_client
from syncbot.endpoints.sharepoint.endpoint import SharePointEndpoint
from syncbot.endpoints.sharepoint.people import People
from syncbot.endpoints.sharepoint.sign_in import SignIn
from syncbot.endpoints.traffic import Traffic
from syncbot.errors import Forbidden, MappingError, Problem, SettingsError
from syncbot.mapping.binding import as_bound
from syncbot.mapping.load import load
from syncbot.mapping.spec import EndpointSpec, Mappings
from syncbot.service.lease import Lease
from syncbot.service.parts import Parts, Probe, Watch
from syncbot.service.turns import Turns
from syncbot.settings import Settings, environment, read_settings
from syncbot.store.base import Store
from syncbot.store.holders import is_gone, this_process
from syncbot.store.open import open_store

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""None that looks like another: people type ids."""
_LENGTHS = {"run": 6, "conflict": 7, "stray": 7, "match": 7, "decision": 7}
"""How many letters an id of what people type has; the ids of records have more."""
_RECORD_LETTERS = 16


@contextmanager
def opened(
    *,
    watch: Watch,
    on_wait: Callable[[str, float], None],
    variables: Mapping[str, str] | None = None,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Parts]:
    """Read settings and mappings, wire the real parts, and close them in the end. Contacts nobody yet.

    `variables` stand for the process's environment. Raises `SettingsError`, `MappingError` and `StoreError`.
    """
    variables = environment() if variables is None else variables
    settings = read_settings(variables)
    mappings = _mapped(settings, variables)
    holder = this_process(getpass.getuser(), secrets.token_hex(2))
    life = timedelta(seconds=settings.lease_seconds)
    lease = Lease(life)
    with ExitStack() as stack:
        store = open_store(settings.database_url.get_secret_value())
        stack.callback(store.close)
        turns = Turns(
            store=store,
            holder=holder,
            holder_is_dead=is_gone,
            now=_now,
            sleep=lambda seconds: _sleep_and_keep(seconds, lease, sleep),
            on_wait=on_wait,
            patience=settings.wait_seconds,
            life=life,
        )
        stack.callback(turns.give_back)
        services = _Services(settings, stack, on_wait, sleep, store, lease, turns)
        yield Parts(
            store=store,
            mappings=mappings,
            endpoints={
                kind: {
                    name: services.endpoint(as_bound(one, store.binding(kind, name)))
                    for name, one in spec.endpoints.items()
                }
                for kind, spec in mappings.kinds.items()
            },
            requests=services.requests,
            now=_now,
            new_id=_new_id,
            user=getpass.getuser(),
            holder=holder,
            holder_is_dead=is_gone,
            turn=turns.take,
            lease=lease,
            probes=services.probes,
            watch=watch,
        )


class _Services:
    """The connections, made when the first endpoint needs them."""

    def __init__(
        self,
        settings: Settings,
        stack: ExitStack,
        on_wait: Callable[[str, float], None],
        sleep: Callable[[float], None],
        store: Store,
        lease: Lease,
        turns: Turns,
    ) -> None:
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

    def endpoint(self, spec: EndpointSpec) -> Endpoint:
        """Make one endpoint; all of one service share its connection."""
        if spec.service == "notion":
            return NotionEndpoint(
                name=spec.name,
                connection=self._notion,
                data_source_id=spec.container,
                key_column=spec.key_column,
                edited_by_column=spec.edited_by_column,
                clock=_now,
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
    def _graph(self) -> GraphConnection:
        token = self._sign_in()
        client = open_client(ca_bundle=self._settings.ca_bundle)
        self._stack.callback(client.close)
        connection = GraphConnection(
            token=token,
            base_url=self._settings.graph_base_url,
            traffic=self._traffic("sharepoint", self._whose_graph, self._settings.graph_rate),
            client=client,
            new_id=lambda: str(uuid.uuid4()),
            now=_now,
        )
        self.probes.append(Probe(what="Sign in to Microsoft 365", ask=lambda: _graph_identity(token)))
        return connection

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

    def _traffic(self, name: str, whose: Sequence[str], per_minute: float) -> Traffic:
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
            clock=lambda: _now().timestamp(),
            before=self._before,
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
    claims = jwt.decode(token(), options={"verify_signature": False})
    roles = [str(role) for role in claims.get("roles", ())]
    if not any(role.startswith("Sites.") for role in roles):
        said = (
            f"the application has no permission for SharePoint sites (it has: {', '.join(roles) or 'none'})"
        )
        raise Forbidden(said, endpoint="sharepoint")
    return f"the application has a token with {', '.join(roles)}"


def _mapped(settings: Settings, variables: Mapping[str, str]) -> Mappings:
    """Read the mappings, and name every setting that they need and that is not there, all at once."""
    try:
        mappings = load(settings.mappings_folder, variables)
    except MappingError as error:
        unset = [one for one in error.problems if one.expected.startswith("the environment variable")]
        if len(unset) < len(error.problems):
            raise
        raise SettingsError([*_missing(settings, _needed(settings)), *unset]) from None
    services = {place.service for spec in mappings.kinds.values() for place in spec.endpoints.values()}
    missing = _missing(settings, services)
    if missing:
        raise SettingsError(missing)
    return mappings


def _missing(settings: Settings, services: Collection[str]) -> list[Problem]:
    return [
        Problem(place=name, expected=f"a value, because the mappings use {service}", found="nothing")
        for service, names in _needed(settings).items()
        if service in services
        for name, there in names.items()
        if not there
    ]


def _needed(settings: Settings) -> Mapping[str, Mapping[str, object]]:
    return {
        "notion": {"NOTION_TOKEN": settings.notion_token},
        "sharepoint": {
            "AZURE_TENANT_ID": settings.tenant_id,
            "AZURE_CLIENT_ID": settings.client_id,
            "AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH": settings.client_secret
            or settings.certificate_path,
        },
    }


def _sleep_and_keep(seconds: float, lease: Lease, sleep: Callable[[float], None]) -> None:
    """Wait for somebody else without losing the run's lease meanwhile."""
    lease.keep(seconds)
    sleep(seconds)


def _now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251  # here, and nowhere below


def _new_id(word: str) -> str:
    letters = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTHS.get(word, _RECORD_LETTERS)))
    return f"{word}-{letters}"
