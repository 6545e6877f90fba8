"""What a sandboxed service is: a call comes in, already read, and an answer goes out.

`front` does everything that is the same for all services (reading the request, the log, latency, limits, faults,
control routes); a service only knows its own state and its own words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Protocol, runtime_checkable


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request, already read."""

    method: str
    """Upper case."""
    path: str
    """The whole path as asked, percent-decoded, with its version: "/v1/pages", "/v1.0/sites/root"."""
    raw_path: str = ""
    """The same path before percent-decoding, for ids that contain an encoded slash."""
    query: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Decoded parameters in the order asked; a parameter without a value has an empty one."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case; a header sent twice is joined with ", "."""
    body: object | None = None
    """The parsed JSON; None when there is no body, when it is not JSON, or when `bad_json`."""
    raw: bytes = b""
    """The body as it came (uploads, forms)."""
    host: str = "http://127.0.0.1"
    """scheme://host:port that the client asked (Host, or X-Forwarded-*): the start of every absolute link."""
    bad_json: bool = False
    """The body says it is JSON, or says nothing, and cannot be parsed."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer: `body` leaves as JSON; `raw`, when given, leaves as it is with `content_type`."""

    status: int
    body: object | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    raw: bytes | None = None
    content_type: str = "application/json; charset=utf-8"
    """Of `body` and of `raw`; an answer with neither has no content type (a 204)."""


@dataclass(frozen=True, kw_only=True)
class RateLimit:
    """The documented budget: `units` in any `window_seconds` (sandbox time)."""

    units: float
    window_seconds: float
    throttled_calls_count: bool = False
    """Whether a refused call uses up budget too (Graph: yes; Notion: no)."""


class Service(Protocol):
    """One sandboxed service; its methods are called one at a time, never from two threads at once."""

    @property
    def name(self) -> str:
        """One of "notion", "graph" and "login"."""

    @property
    def rate(self) -> RateLimit:
        """The documented default, before the sandbox's own factor."""

    def handle(self, call: Call, now: datetime) -> Answer:
        """Change the state as the call asks and answer; `now` is sandbox time, aware, UTC."""

    def cost(self, call: Call) -> float:
        """Return the units of the rate budget that the call uses."""

    def throttled(self, call: Call, wait_seconds: int) -> Answer:
        """Word a 429 that asks to wait `wait_seconds` (already the client's real seconds)."""

    def fault(self, kind: str, call: Call, saved: Answer | None) -> Answer | None:
        """Word a fault: "429", "500", "502", "503", "503_saved", "504", "504_saved", "529".

        For the kinds that end in "_saved" the call was carried out and `saved` is the answer that gets lost.
        None = this service knows no such fault; the call then goes on as if nothing were asked.
        """

    def dump(self) -> object:
        """Return the whole state as JSON-able data."""

    def load(self, state: object) -> None:
        """Replace the whole state by what `dump` returned once (it went through JSON)."""


@runtime_checkable
class CountsChanges(Protocol):
    """What a service may offer besides, so that its state is only dumped when it moved."""

    @property
    def revision(self) -> int:
        """A number that moves with every change of the state (also one that a GET makes)."""


@runtime_checkable
class NamesEnvironment(Protocol):
    """What a service may offer besides: its ids and credentials as environment lines."""

    def environment(self) -> dict[str, str]:
        """Return variables that point syncbot at what is in this service, e.g. NOTION_TOKEN."""


@runtime_checkable
class BoundsCrowds(Protocol):
    """What a service may offer besides: a limit on calls that are under way at the same time."""

    def crowded(self, call: Call, others: Sequence[Call]) -> Answer | None:
        """Refuse a call because of the others that are under way; None = it may go on."""


@runtime_checkable
class NamesAddresses(Protocol):
    """What a service may offer besides: addresses on its own host that clients are given whole, as secrets."""

    def addresses(self, url: str) -> dict[str, str]:
        """Return variables with addresses that begin with `url`, the service's own."""


@runtime_checkable
class ShowsArrivals(Protocol):
    """What a service may offer besides: a page on which a person looks at what was sent to people."""

    def arrivals(self) -> str:
        """Return the page, in HTML."""


@dataclass(frozen=True, kw_only=True)
class Edit:
    """What a person does in the browser, not the application through the API."""

    by: str
    """Name or e-mail address of somebody with an account."""
    container: str | None = None
    """List or data source, by id or title; needed for a new row."""
    row: str | None = None
    """Item or page; None = a new one."""
    cells: Mapping[str, Any] = field(default_factory=dict)
    action: Literal["save", "delete", "restore"] = "save"
    """To delete = to put into the recycle bin or the trash."""
    body: str | None = None
    """Of a page: what is typed as its whole body, in Markdown; None = the body stays."""
    lines: Mapping[str, str | bool | None] = field(default_factory=dict)
    """Of a page: the words of a line -> other words, its box ticked or not, or None to delete it."""


@runtime_checkable
class EditedByPeople(Protocol):
    """What a service may offer besides: to be edited as a person would."""

    def edit(self, edit: Edit, now: datetime) -> str:
        """Carry out the edit and return the row's id.

        Raises `LookupError` for a person, container, row or column that is not there, `TypeError` or `ValueError`
        for a value that does not fit.
        """


@dataclass(frozen=True, kw_only=True)
class FileEdit:
    """What a person does with a file or folder in the browser, in Word or in Excel."""

    by: str
    """Name or e-mail address of somebody with an account."""
    documents: str
    """The library, by id or title."""
    path: str
    """In the library: "Meeting notes/CSG B/note.docx"."""
    action: Literal["save", "folder", "describe", "move", "delete", "restore", "lock", "unlock"] = "save"
    """To describe = to fill in a column; to lock = to open it, so that nobody else can write it."""
    content: bytes = b""
    """What is saved."""
    to: str | None = None
    """Of a move: the new path, with the name."""


@runtime_checkable
class FiledByPeople(Protocol):
    """What a service may offer besides: libraries whose files people edit."""

    def file_edit(self, edit: FileEdit, now: datetime) -> str:
        """Carry out the edit and return the file's id. Raises `LookupError` or `ValueError` for what is not there."""

    def file_content(self, library: str, path: str) -> bytes:
        """Return what is in a file. Raises `LookupError`."""

    def file_paths(self, library: str) -> list[str]:
        """Return the paths of all files of a library. Raises `LookupError`."""
