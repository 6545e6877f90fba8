"""Start the sandbox: three servers on loopback in one background thread."""

import asyncio
import shutil
import socket
import tempfile
import threading
import time
from asyncio import BaseTransport
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self, cast

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from .certificates import Keyring, keyring
from .clock import Clock
from .control import application
from .frame import NamesAddresses, NamesEnvironment, RateLimit, Service
from .front import Front
from .journal import StateFile
from .login import LoginService

NOTION_TOKEN = "ntn_sandbox"  # opens nothing but this sandbox
_ORDER = ("notion", "graph", "login")
_START_SECONDS = 15.0
_STOP_SECONDS = 15.0


@dataclass(frozen=True, kw_only=True)
class Options:
    """How the sandbox behaves."""

    latency: float = 0.0
    """Real seconds before each answer."""
    rate: float = 1.0
    """Factor on the documented rate limits."""
    time_factor: float = 1.0
    """Sandbox seconds per real second."""
    data: Path | None = None
    """A folder that keeps state and keys; without one both vanish with the sandbox."""
    ports: tuple[int, int, int] = (0, 0, 0)
    """Of notion, graph and login; 0 = any free one. Kept links hold the port: name it when you keep `data`."""
    host: str = "127.0.0.1"
    """Only loopback is allowed."""


class Sandbox:
    """A running sandbox; leaving it as a context manager stops it."""

    def __init__(self, clock: Clock, ring: Keyring, *, keeps: bool) -> None:
        """Make an empty one; `start` is the way to get one that runs. `keeps` = the keyring's folder stays."""
        self.clock = clock
        self.keyring = ring
        self._keeps = keeps
        self._servers: dict[str, _Server] = {}
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="syncbot-sandbox", daemon=True)

    @property
    def ca_path(self) -> Path:
        """The certificate that a client must trust to sign in (PEM)."""
        return self.keyring.ca_path

    @property
    def notion_url(self) -> str:
        """Base address of Notion, without /v1."""
        return self.url("notion")

    @property
    def graph_url(self) -> str:
        """Base address of Graph, with /v1.0."""
        return self.url("graph") + "/v1.0"

    @property
    def login_url(self) -> str:
        """Base address of the sign-in authority (HTTPS), without a tenant."""
        return self.url("login")

    def url(self, service: str) -> str:
        """Return scheme://host:port of a service; its control routes are under /_sandbox/ there."""
        return self._servers[service].url

    def environment(self) -> dict[str, str]:
        """Return the variables that point syncbot at this sandbox."""
        lines = {"SYNCBOT_CA_BUNDLE": str(self.ca_path), "NOTION_TOKEN": NOTION_TOKEN}
        for name, server in self._servers.items():
            lines[f"SYNCBOT_{name.upper()}_BASE_URL"] = self.graph_url if name == "graph" else server.url
            if isinstance(server.front.service, NamesEnvironment):
                lines |= server.front.service.environment()
            if isinstance(server.front.service, NamesAddresses):
                lines |= server.front.service.addresses(server.url)
        return lines

    def rates(self) -> dict[str, RateLimit]:
        """Return the documented limit of each service."""
        return {name: server.front.service.rate for name, server in self._servers.items()}

    def ports(self) -> tuple[int, int, int]:
        """Return the ports of notion, graph and login; 0 = that service does not run."""
        notion, graph, login = (self._servers[name].port if name in self._servers else 0 for name in _ORDER)
        return notion, graph, login

    def add(self, front: Front, options: Options) -> None:
        """Take a front's port; `run` starts to answer on it. Raises `OSError` when the port is taken."""
        self._servers[front.service.name] = _Server(front, options, self.keyring)

    def run(self) -> None:
        """Start the thread and wait until all servers answer; raise `RuntimeError` when they do not."""
        self._thread.start()
        end = time.monotonic() + _START_SECONDS
        while not all(server.uvicorn.started for server in self._servers.values()):
            if not self._thread.is_alive() or time.monotonic() > end:
                raise RuntimeError("the sandbox did not start") from self._failure
            time.sleep(0.005)

    def stop(self) -> None:
        """Stop all servers and wait for the thread; calls under way get a second to end."""
        for server in self._servers.values():
            server.uvicorn.should_exit = True
        if self._thread.is_alive():
            self._thread.join(_STOP_SECONDS)
        for server in self._servers.values():
            server.socket.close()
        if not self._keeps:
            shutil.rmtree(self.keyring.folder, ignore_errors=True)

    def __enter__(self) -> Self:
        """Return the running sandbox."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self.stop()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except (OSError, RuntimeError, ValueError) as error:  # the starting thread tells it
            self._failure = error

    async def _serve(self) -> None:
        await asyncio.gather(
            *(server.uvicorn.serve(sockets=[server.socket]) for server in self._servers.values())
        )


def start(services: Sequence[Service], login: LoginService, options: Options) -> Sandbox:
    """Start the given services and the login; all share the login's clock.

    Raises `OSError` when a port is taken and `ValueError` for a host that is not loopback.
    """
    if options.host != "127.0.0.1":
        raise ValueError("the sandbox serves on 127.0.0.1 only")
    ring = keyring(options.data or Path(tempfile.mkdtemp(prefix="syncbot-sandbox-")))
    login.sign_with(ring.signing_key())
    login.register(ring.client_certificate())
    login.clock.run_at(options.time_factor)
    sandbox = Sandbox(login.clock, ring, keeps=options.data is not None)
    try:
        for service in (*services, login):
            sandbox.add(_front(service, login.clock, options), options)
        sandbox.run()
    except BaseException:
        sandbox.stop()
        raise
    return sandbox


def _front(service: Service, clock: Clock, options: Options) -> Front:
    file = StateFile(options.data / f"{service.name}.json") if options.data else None
    return Front(service, clock, latency=options.latency, rate_factor=options.rate, file=file)


class _CuttableProtocol(H11Protocol):
    """Uvicorn's protocol that also hands the application a way to drop the connection."""

    def connection_made(self, transport: BaseTransport) -> None:
        super().connection_made(cast(asyncio.Transport, transport))
        self.app_state = {**self.app_state, "cut": cast(asyncio.Transport, transport).abort}

    def shutdown(self) -> None:
        idle = self.cycle is None or self.cycle.response_complete
        if idle and self.transport.is_closing():
            self.transport.abort()  # closed twice, a TLS transport forgets its connection (CPython 3.11)
            return
        super().shutdown()
        if idle and not self.transport.get_write_buffer_size():
            self.transport.abort()  # an idle TLS client would be waited for to say goodbye


class _Server:
    """One service on its socket."""

    def __init__(self, front: Front, options: Options, ring: Keyring) -> None:
        self.front = front
        secure = front.service.name == "login"
        self.socket = _listening(options.host, options.ports[_ORDER.index(front.service.name)])
        self.port: int = self.socket.getsockname()[1]
        self.url = f"https://localhost:{self.port}" if secure else f"http://{options.host}:{self.port}"
        self.uvicorn = uvicorn.Server(
            uvicorn.Config(
                application(front),
                http=_CuttableProtocol,
                loop="asyncio",
                lifespan="off",
                ws="none",
                log_config=None,
                log_level="warning",
                access_log=False,
                proxy_headers=False,
                server_header=False,
                date_header=False,
                timeout_graceful_shutdown=1,
                ssl_certfile=ring.server_path if secure else None,
            )
        )


def _listening(host: str, port: int) -> socket.socket:
    # asyncio turns Nagle's algorithm off only for sockets that name TCP; with it each answer takes 40 ms more.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener
