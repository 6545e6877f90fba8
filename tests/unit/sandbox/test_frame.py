"""The front of a service on the wire: reading, control routes, limits, faults, saved state."""

import asyncio
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from syncbot.sandbox.clock import Clock
from syncbot.sandbox.control import application
from syncbot.sandbox.frame import Answer, Call, RateLimit
from syncbot.sandbox.front import Front
from syncbot.sandbox.journal import RequestLog
from syncbot.sandbox.login import CLIENT_ID, CLIENT_SECRET, TENANT_ID, LoginService
from syncbot.sandbox.server import Options, Sandbox, start


class Notes:
    """A small service: each POST keeps its body; every call costs one unit of ten a minute."""

    name = "notion"
    rate = RateLimit(units=10, window_seconds=60)

    def __init__(self) -> None:
        """Start with one seeded note."""
        self.notes: list[object] = ["seed"]
        self.last: Call | None = None

    def handle(self, call: Call, now: datetime) -> Answer:  # noqa: ARG002
        """Keep what is posted."""
        self.last = call
        if call.path == "/refused":
            return Answer(status=400, body={})
        if call.method == "POST":
            self.notes.append(call.body)
        return Answer(status=200, body={"count": len(self.notes)}, headers={"X-Notes": "yes"})

    def cost(self, call: Call) -> float:  # noqa: ARG002
        """Every call costs the same."""
        return 1

    def throttled(self, call: Call, wait_seconds: int) -> Answer:  # noqa: ARG002
        """Word a 429."""
        return Answer(status=429, body={"wait": wait_seconds}, headers={"Retry-After": str(wait_seconds)})

    def fault(self, kind: str, call: Call, saved: Answer | None) -> Answer | None:  # noqa: ARG002
        """Know no 529."""
        body = {"kind": kind, "saved": saved.body if saved else None}
        return (
            None if kind == "529" else Answer(status=int(kind[:3]), body=body, headers={"retry-after": "9"})
        )

    def dump(self) -> object:
        """Return the notes."""
        return self.notes

    def load(self, state: object) -> None:
        """Take the notes."""
        assert isinstance(state, list)
        self.notes = state


class CountingNotes(Notes):
    """The same service, which says itself when it changed."""

    @property
    def revision(self) -> int:
        """Move with every note."""
        return len(self.notes)


@pytest.fixture(scope="module")
def running() -> Iterator[tuple[Sandbox, Notes]]:
    """One sandbox for all tests of this file."""
    notes = Notes()
    with start([notes], LoginService(Clock()), Options()) as sandbox:
        yield sandbox, notes


@pytest.fixture
def notes(running: tuple[Sandbox, Notes]) -> Notes:
    """The service behind `client`."""
    return running[1]


@pytest.fixture
def client(running: tuple[Sandbox, Notes]) -> Iterator[httpx.Client]:
    """A client of a service that is as good as new."""
    with httpx.Client(base_url=running[0].notion_url, trust_env=False) as client:
        client.post("/_sandbox/reset").raise_for_status()
        yield client


def order(client: httpx.Client, **fault: object) -> None:
    """Order one fault."""
    client.post("/_sandbox/faults", json={"faults": [fault]}).raise_for_status()


def requests(client: httpx.Client) -> list[dict[str, object]]:
    """Return the log."""
    entries: list[dict[str, object]] = client.get("/_sandbox/requests").json()
    return entries


def held(client: httpx.Client, wanted: int) -> list[dict[str, object]]:
    """Return the calls that are held, as soon as there are so many."""
    for _ in range(200):
        entries: list[dict[str, object]] = client.get("/_sandbox/held").json()
        if len(entries) == wanted:
            return entries
        time.sleep(0.01)
    raise AssertionError(entries)


def test_a_call_is_read_in_full(client: httpx.Client, notes: Notes) -> None:
    """Encoded ids, repeated and empty parameters, header names and the JSON arrive as they were sent."""
    client.post("/v1/p/a%2Fb?x=1&x=%C3%A9&y", json={"t": "Łódź"}, headers={"X-Thing": "1"})
    call = notes.last
    assert call is not None
    assert (call.method, call.path, call.raw_path) == ("POST", "/v1/p/a/b", "/v1/p/a%2Fb")
    assert dict(call.query) == {"x": ("1", "é"), "y": ("",)}
    assert (call.headers["x-thing"], call.body, call.bad_json) == ("1", {"t": "Łódź"}, False)


def test_links_carry_the_host_that_was_asked(client: httpx.Client, notes: Notes) -> None:
    """Asked directly the host is ours; behind a proxy it is the one the client asked the proxy for."""
    seen = []
    for headers in ({}, {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "graph.test:8443"}):
        client.get("/", headers=headers)
        seen.append(notes.last.host if notes.last else "")
    assert seen == [str(client.base_url).rstrip("/"), "https://graph.test:8443"]


@pytest.mark.parametrize(("kind", "bad"), [("application/json", True), ("text/plain", False)])
def test_broken_json_is_left_to_the_service(client: httpx.Client, notes: Notes, kind: str, bad: bool) -> None:
    """A body that claims to be JSON and is not reaches the service, marked; other bodies are not judged."""
    client.post("/", content=b'{"a":', headers={"Content-Type": kind})
    assert notes.last is not None
    assert (notes.last.body, notes.last.raw, notes.last.bad_json) == (None, b'{"a":', bad)


def test_the_log_shows_requests_without_credentials(client: httpx.Client) -> None:
    """The log tells order, status, cost and body of each call, keeps no credentials, and can be emptied."""
    client.post("/v1/pages", json={"a": 1}, headers={"Authorization": "Bearer s3cret", "Cookie": "s3cret"})
    client.get("/refused?q=1")
    first, second = requests(client)
    assert (first["n"], first["path"], first["status"], first["body"]) == (1, "/v1/pages", 200, {"a": 1})
    assert (second["n"], second["query"], second["status"], second["cost"]) == (2, {"q": ["1"]}, 400, 1)
    assert "s3cret" not in str(first)
    client.delete("/_sandbox/requests").raise_for_status()
    assert requests(client) == []


def test_half_a_request_did_not_happen(client: httpx.Client) -> None:
    """A connection that dies inside the request's body changes nothing and is not in the log."""
    with socket.create_connection((client.base_url.host, client.base_url.port or 0)) as line:
        line.sendall(b'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"half":')
    assert requests(client) == []
    assert client.get("/_sandbox/state").json() == ["seed"]


def test_the_log_is_not_moved_by_the_service(client: httpx.Client, notes: Notes) -> None:
    """What a service does to a body it was given later does not change what the log says was sent."""
    client.post("/", json={"tags": []})
    assert notes.last is not None and isinstance(notes.last.body, dict)
    notes.last.body["tags"].append("later")
    assert requests(client)[0]["body"] == {"tags": []}


def test_the_log_keeps_the_newest() -> None:
    """A full log drops its oldest entries and goes on counting."""
    log = RequestLog(keep=2)
    for _ in range(3):
        log.open(Call(method="GET", path="/"), Clock().now())
    assert [entry["n"] for entry in log.as_json()] == [2, 3]


def test_the_rate_limit_refuses_and_says_when_to_come_back(client: httpx.Client) -> None:
    """The eleventh call in a minute is a 429 that changes nothing; a minute later there is room again."""
    for _ in range(10):
        client.post("/", json=1)
    refused = client.post("/", json=1)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    assert len(client.get("/_sandbox/state").json()) == 11
    client.post("/_sandbox/clock", json={"advance": 60})
    assert client.get("/").status_code == 200


def test_the_wait_is_in_the_clients_seconds(client: httpx.Client) -> None:
    """In a sandbox that runs 30 times as fast, a minute's wait is asked for as two seconds."""
    client.post("/_sandbox/clock", json={"factor": 30})
    try:
        answers = [client.get("/") for _ in range(11)]
    finally:
        client.post("/_sandbox/clock", json={"factor": 1})
    assert answers[-1].json() == {"wait": 2}


def test_an_answer_is_dated_by_the_sandboxs_clock(client: httpx.Client) -> None:
    """What a client takes for the service's time fits the edit times that it is told, wherever the clock stands."""
    client.post("/_sandbox/clock", json={"set": "2031-05-06T07:08:09Z"})
    assert client.get("/").headers.get_list("date") == ["Tue, 06 May 2031 07:08:09 GMT"]


@pytest.mark.parametrize(("kind", "kept"), [("cut", 1), ("cut_saved", 2)])
def test_a_cut_drops_the_connection_before_or_after_the_effect(
    client: httpx.Client, kind: str, kept: int
) -> None:
    """The client sees a dead connection, not an answer; only `cut_saved` has changed something."""
    order(client, kind=kind, times=1)
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        client.post("/", json=1)
    assert len(client.get("/_sandbox/state").json()) == kept
    assert (requests(client)[0]["status"], requests(client)[0]["fault"]) == (None, kind)
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(("kind", "kept"), [("hold", 1), ("hold_saved", 2)])
def test_a_held_call_waits_before_or_after_its_effect(client: httpx.Client, kind: str, kept: int) -> None:
    """It is shown while it waits, other calls go on, and once let go it is answered as if nothing had been."""
    order(client, kind=kind, method="POST", times=1)
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(httpx.post, f"{client.base_url}/held", json=1, trust_env=False)
        assert [entry["path"] for entry in held(client, 1)] == ["/held"]
        assert client.get("/").json() == {"count": kept}
        client.delete("/_sandbox/held").raise_for_status()
        assert answer.result().json() == {"count": 2}
    assert held(client, 0) == []
    assert [entry["status"] for entry in requests(client)] == [200, 200]


@pytest.mark.parametrize(("kind", "kept"), [("hold", 1), ("hold_saved", 2)])
def test_a_held_call_whose_client_dies_goes_no_further(client: httpx.Client, kind: str, kept: int) -> None:
    """What had no effect yet never has one; what had one keeps it; nothing waits any more."""
    order(client, kind=kind, times=1)
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(str(client.base_url), json=1, timeout=0.1, trust_env=False)
    assert held(client, 0) == []
    assert len(client.get("/_sandbox/state").json()) == kept
    assert requests(client)[0]["status"] is None


def test_a_saved_fault_takes_effect_and_hides_it(client: httpx.Client) -> None:
    """After `503_saved` the note is there, and the service could word the fault from the lost answer."""
    order(client, kind="503_saved", retry_after=3)
    answer = client.post("/", json=1)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")
    assert answer.json() == {"kind": "503_saved", "saved": {"count": 2}}
    assert client.post("/refused").status_code == 400  # nothing was saved, so nothing is lost
    assert [entry["fault"] for entry in requests(client)] == ["503_saved", None]


def test_a_fault_before_the_effect_changes_nothing(client: httpx.Client) -> None:
    """A plain 503, a 429 with an ordered wait and the edge's HTML page leave the state alone."""
    seen = []
    for fault in ({"kind": "503"}, {"kind": "429", "retry_after": 120}, {"kind": "html"}):
        order(client, **fault)
        answer = client.post("/", json=1)
        seen.append((answer.status_code, answer.headers.get("retry-after")))
        assert answer.headers["content-type"].startswith("text/html") is (fault["kind"] == "html")
    assert seen == [(503, "9"), (429, "120"), (200, None)]
    assert client.get("/_sandbox/state").json() == ["seed"]


def test_a_fault_the_service_does_not_know_is_none(client: httpx.Client) -> None:
    """Ordering a 529 of a service that has none lets calls through, and the log says so."""
    order(client, kind="529")
    assert client.post("/", json=1).json() == {"count": 2}
    assert requests(client)[0]["fault"] is None


def test_a_slow_answer_outlasts_the_clients_patience(client: httpx.Client) -> None:
    """A client that gives up too early has changed something all the same."""
    order(client, kind="slow", seconds=0.3)
    with pytest.raises(httpx.ReadTimeout):
        client.post("/", json=1, timeout=0.1)
    assert len(client.get("/_sandbox/state").json()) == 2


def test_reset_goes_back_to_the_seed(client: httpx.Client) -> None:
    """A reset clears state, log, faults and the used budget."""
    order(client, kind="500")
    for _ in range(11):
        client.post("/", json=1)
    client.post("/_sandbox/reset")
    assert (client.get("/_sandbox/state").json(), requests(client)) == (["seed"], [])
    assert client.get("/").status_code == 200


@pytest.mark.parametrize(
    ("route", "body"), [("faults", {"faults": [{"kind": "418"}]}), ("clock", {"set": "2026-01-01T00:00:00"})]
)
def test_a_wrong_order_says_what_is_wrong(client: httpx.Client, route: str, body: object) -> None:
    """An unknown fault or a time without a zone is a 400 that names the place."""
    answer = client.post(f"/_sandbox/{route}", json=body)
    assert (answer.status_code, len(answer.json()["faults"])) == (400, 1)


def test_control_routes_are_for_this_machine_only() -> None:
    """Another machine can neither read nor steer the sandbox."""
    wire = httpx.ASGITransport(application(Front(Notes(), Clock())), client=("192.0.2.7", 4711))

    async def ask() -> int:
        async with httpx.AsyncClient(transport=wire, base_url="http://sandbox") as client:
            return (await client.get("/_sandbox/state")).status_code

    assert asyncio.run(ask()) == 403


def test_without_latency_an_answer_comes_at_once(client: httpx.Client) -> None:
    """No answer waits for the network's delayed acknowledgement (40 ms)."""
    taken = [client.post("/_sandbox/clock", json={}).elapsed.total_seconds() for _ in range(10)]
    assert sorted(taken)[5] < 0.03


def test_latency_delays_each_answer_and_not_the_next_one() -> None:
    """Three calls at once take one latency, not three: answers wait side by side."""
    with start([Notes()], LoginService(Clock()), Options(latency=0.2)) as sandbox:

        async def ask() -> float:
            async with httpx.AsyncClient(base_url=sandbox.notion_url, trust_env=False) as client:
                answers = await asyncio.gather(*(client.get("/") for _ in range(3)))
            return max(answer.elapsed.total_seconds() for answer in answers)

        assert 0.2 <= asyncio.run(ask()) < 0.5


@pytest.mark.parametrize("kind", [Notes, CountingNotes])
def test_a_folder_keeps_state_keys_and_time(tmp_path: Path, kind: type[Notes]) -> None:
    """After a restart the notes, the authority and tokens are the same, and time has not run backwards."""
    first, second = LoginService(Clock()), LoginService(Clock())
    with start([kind()], first, Options(data=tmp_path)) as sandbox:
        httpx.post(f"{sandbox.notion_url}/_sandbox/clock", json={"advance": 86_400})
        httpx.post(f"{sandbox.notion_url}/", json="kept")
        token = first.handle(_sign_in(), sandbox.clock.now()).body
        before, trusted = sandbox.clock.now(), sandbox.ca_path.read_bytes()
    with start([kind()], second, Options(data=tmp_path)) as sandbox:
        assert isinstance(token, dict) and second.verify(token["access_token"])
        assert httpx.get(f"{sandbox.notion_url}/_sandbox/state").json() == ["seed", "kept"]
        assert sandbox.ca_path.read_bytes() == trusted
        assert (before - sandbox.clock.now()).total_seconds() < 5
        httpx.post(f"{sandbox.notion_url}/_sandbox/reset")
        assert httpx.get(f"{sandbox.notion_url}/_sandbox/state").json() == ["seed"]


def test_what_was_answered_survives_a_kill(tmp_path: Path) -> None:
    """A sandbox killed right after an answer has that answer's effect when it comes back."""
    command = [sys.executable, __file__, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_path()) as process:
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        httpx.post(url, json="answered").raise_for_status()
        process.send_signal(signal.SIGKILL)
    with start([notes := Notes()], LoginService(Clock()), Options(data=tmp_path)):
        assert notes.notes == ["seed", "answered"]


def test_stopping_leaves_nothing_behind() -> None:
    """After the end there is no thread, no open port and no folder."""
    before = set(threading.enumerate())
    with start([Notes()], LoginService(Clock()), Options()) as sandbox:
        httpx.get(sandbox.notion_url)
        folder = sandbox.ca_path.parent
        assert sandbox.environment()["SYNCBOT_NOTION_BASE_URL"] == sandbox.notion_url
    assert set(threading.enumerate()) <= before
    assert not folder.exists()
    with pytest.raises(httpx.ConnectError):
        httpx.get(sandbox.notion_url)


def test_a_taken_port_is_said_at_once(running: tuple[Sandbox, Notes]) -> None:
    """Starting on a port in use fails with the system's error instead of waiting."""
    port = int(running[0].notion_url.rsplit(":", 1)[1])
    with pytest.raises(OSError, match="in use"):
        start([Notes()], LoginService(Clock()), Options(ports=(port, 0, 0)))


def _sign_in() -> Call:
    form = {
        "grant_type": "client_credentials",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "scope": "https://graph.microsoft.com/.default",
    }
    return Call(method="POST", path=f"/{TENANT_ID}/oauth2/v2.0/token", raw=urlencode(form).encode())


def _path() -> dict[str, str]:
    return {"PYTHONPATH": str(Path(__file__).parents[3]), "PATH": ""}


if __name__ == "__main__":
    with start([Notes()], LoginService(Clock()), Options(data=Path(sys.argv[1]))) as alive:
        print(alive.notion_url, flush=True)  # noqa: T201
        threading.Event().wait()
