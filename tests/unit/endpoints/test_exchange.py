"""What is told of a request: enough to find it again at the service, and nothing that was in it."""

import random
from dataclasses import replace

import httpx
import pytest

from syncbot.endpoints.exchange import Ear, Exchange, shape
from syncbot.endpoints.traffic import Traffic
from syncbot.errors import AuthFailed, Unavailable

REQUEST, OURS = "8d15b3f4-3c8e-4f9e-9a44-0a4f3b1f7c11", "0f4a7f6e-8f0b-4f5d-9d7a-2f1d54d6a001"


class Heard:
    """One connection whose requests are answered as told; what was heard of them."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.told: list[Exchange] = []
        self.now = 0.0
        self.traffic = Traffic(
            name="place",
            units=1000,
            window_seconds=60,
            monotonic=lambda: self.now,
            sleep=self._sleep,
            dice=random.Random(1),
            ear=Ear("place", lambda: self.now, self.told.append),
        )
        self.client = httpx.Client(transport=httpx.MockTransport(self._answer))
        self.traffic.ear.attach(self.client)

    def _sleep(self, seconds: float) -> None:
        self.now += seconds

    def _answer(self, _: httpx.Request) -> httpx.Response:
        self.now += 0.25
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def send(self, path: str = "/v1/pages/secret-page", method: str = "PATCH") -> httpx.Response:
        """Send one request."""
        headers = {"client-request-id": OURS, "Authorization": "Bearer topsecret"}

        def once() -> httpx.Response:
            try:
                answer = self.client.request(method, f"https://x.example{path}", headers=headers)
            except httpx.ConnectError:
                raise Unavailable("no connection", endpoint="place") from None
            if answer.status_code >= 500:
                raise Unavailable("broken: topsecret", endpoint="place")
            return answer

        return self.traffic.call(once, repeatable=True)


def test_each_attempt_is_told_with_its_ids_and_how_long_it_took() -> None:
    """The one that failed and the one that worked are two: a failure that is made up for is seen all the same."""
    heard = Heard(httpx.Response(503, headers={"request-id": REQUEST}), httpx.Response(200))
    heard.send()
    worked = Exchange(
        place="place", method="PATCH", path="v1/pages/*", status=200, client_request=OURS, seconds=0.25
    )
    assert heard.told == [replace(worked, status=503, request=REQUEST, error="Unavailable"), worked]


def test_a_request_without_an_answer_is_told_too() -> None:
    """What never arrived has no status."""
    heard = Heard(httpx.ConnectError("https://x.example/topsecret"), httpx.Response(200))
    heard.send()
    assert [(one.status, one.error) for one in heard.told] == [(None, "Unavailable"), (200, None)]


def test_a_refused_token_and_the_second_sending_are_two() -> None:
    """Within one turn a connection may send once more with a new token."""
    heard = Heard(httpx.Response(401), httpx.Response(200))

    def twice() -> None:
        if heard.client.get("https://x.example/v1.0/users").status_code == 401:
            heard.client.get("https://x.example/v1.0/users")

    heard.traffic.call(twice, repeatable=True)
    assert [(one.status, one.error) for one in heard.told] == [(401, "AuthFailed"), (200, None)]


def test_what_a_library_sends_is_told_without_particulars() -> None:
    """A sender that is not listened to leaves the place and what became of it."""
    heard = Heard()

    def refused() -> None:
        raise AuthFailed("no", endpoint="place")

    with pytest.raises(AuthFailed):
        heard.traffic.call(refused, repeatable=True)
    assert heard.told == [Exchange(place="place", error="AuthFailed")]


@pytest.mark.parametrize(
    "hostile",
    ["Bearer topsecret", "secret_abc", "a" * 400, "x\r\nforged: 1", "", "ntn_123456789012345678901234567890"],
)
def test_an_id_that_is_none_is_left_out(hostile: str) -> None:
    """A server that sends something else in place of the id puts nothing into the log."""
    response = httpx.Response(200, headers=[(b"request-id", hostile.encode())])
    heard = Heard(response)
    heard.send()
    assert heard.told[0].request is None


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/v1/pages/1c2d", "v1/pages/*"),
        ("/v1.0/users/ada@example.eu/sendMail", "v1.0/users/*/sendMail"),
        ("/v1.0/drives/b!x/root:/Meeting notes/Ada leaves.docx:/content", "v1.0/drives/*/root:/*/*/content"),
        ("/", "*"),
        ("/workflows/1/triggers/manual/paths/invoke", "*/*/*/*/*/*"),
    ],
)
def test_of_an_address_only_the_services_own_words_are_kept(path: str, told: str) -> None:
    """Names of files, people and workflows are not among them."""
    assert shape(path) == told


@pytest.mark.parametrize(
    ("method", "path", "changes"),
    [("GET", "v1/pages/*", False), ("POST", "v1/data_sources/*/query", False), ("PATCH", "v1/pages/*", True)],
)
def test_a_question_that_is_posted_is_no_change(method: str, path: str, *, changes: bool) -> None:
    """Notion is asked for rows by POST."""
    assert Exchange(place="notion", method=method, path=path).changes is changes
