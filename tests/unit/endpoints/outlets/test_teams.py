"""Cards: the address of a workflow is a secret, and what is not certain is said to be so."""

import logging
from collections.abc import Iterator

import httpx
import pytest
from pydantic import SecretStr

from syncbot.endpoints.outlets.teams import TeamsOutlet, address_fault, open_webhook
from syncbot.errors import AuthFailed, EndpointError, Invalid, NotFound, OutcomeUnknown, Unavailable
from tests.contract.office_place import Office, running_office, traffic
from tests.contract.outlet_contract import parcel
from tests.unit.sandbox.graph_desk import START

ADDRESS = "https://x.environment.api.powerplatform.com/workflows/1/invoke?api-version=1&sig=topsecret"


@pytest.fixture(scope="module")
def running() -> Iterator[Office]:
    """Run one sandbox for all tests here."""
    with running_office() as office:
        yield office


@pytest.fixture
def office(running: Office) -> Office:
    """Return it as it was at the beginning."""
    running.control("POST", "reset")
    return running


def outlet(transport: httpx.BaseTransport, address: str = ADDRESS) -> TeamsOutlet:
    """Return an outlet on a transport."""
    client = open_webhook(SecretStr(address), transport)
    return TeamsOutlet(name="teams", client=client, traffic=traffic("teams"), now=lambda: START)


def answering(status: int) -> httpx.MockTransport:
    """Return a transport that answers so, with the whole address in its body."""
    return httpx.MockTransport(lambda request: httpx.Response(status, text=str(request.url)))


def test_the_real_address_is_what_is_asked() -> None:
    """Host, path and query arrive whole, with the card as JSON in UTF-8."""
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(202)

    outlet(httpx.MockTransport(answer)).send(parcel())
    assert str(seen[0].url) == ADDRESS
    assert seen[0].headers["host"] == "x.environment.api.powerplatform.com"
    assert seen[0].headers["content-type"] == "application/json; charset=utf-8"
    assert "authorization" not in seen[0].headers


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (200, OutcomeUnknown),
        (302, Invalid),
        (400, Invalid),
        (401, AuthFailed),
        (403, AuthFailed),
        (404, NotFound),
        (500, OutcomeUnknown),
        (503, OutcomeUnknown),
    ],
)
def test_only_202_is_accepted_and_no_refusal_tells_the_secret(
    status: int, error: type[EndpointError], caplog: pytest.LogCaptureFixture
) -> None:
    """Not in the error, its cause, or anything that libraries write into their logs."""
    caplog.set_level(logging.DEBUG)
    place = outlet(answering(status))
    with pytest.raises(error) as caught:
        place.send(parcel())
    told = f"{caught.value!r} {caught.value} {caught.value.__cause__!r} {place!r} {caplog.text}"
    assert "topsecret" not in told
    assert "powerplatform" not in told


def test_nothing_tells_the_secret_on_a_real_connection(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """The libraries' own words for a request that works, and for one that does not, are without it."""
    caplog.set_level(logging.DEBUG)
    place = office.teams()
    place.send(parcel())
    secret = office.flow.rpartition("sig=")[2]
    closed = outlet(httpx.HTTPTransport(), f"http://127.0.0.1:9/x?sig={secret}")
    with pytest.raises(Unavailable) as caught:
        closed.send(parcel())
    closed.client.close()
    assert secret not in f"{caplog.text} {place!r} {caught.value!r} {caught.value.__cause__!r}"
    assert len(office.service.posted) == 1


def test_a_lost_answer_leaves_a_doubt_that_nobody_can_resolve(office: Office) -> None:
    """It may be there: so it is not called a failure."""
    office.fail_next("cut_saved", "^/powerautomate/")
    with pytest.raises(OutcomeUnknown):
        office.teams().send(parcel())
    assert not office.teams().can_look
    office.fail_next("cut_saved", "^/powerautomate/")
    with pytest.raises(OutcomeUnknown):
        office.fallback().send(parcel())
    assert not office.service.messages


def test_the_second_is_used_when_the_first_failed_for_certain(office: Office) -> None:
    """And the receipt says by which way it went."""
    office.service.switch_off("CSG D")
    receipt = office.fallback().send(parcel())
    assert "sent by mail, because teams failed" in str(receipt.note)
    assert len(office.service.messages) == 2


@pytest.mark.parametrize(
    "address",
    [
        "http://x.environment.api.powerplatform.com/?sig=s",
        "https://environment.api.powerplatform.com.evil.example/?sig=s",
        "https://evilenvironment.api.powerplatform.com/?sig=s",
        "https://x.environment.api.powerplatform.com@evil.example/?sig=s",
        "https://x.environment.api.powerplatform.com:8443/?sig=s",
        "https://prod-01.westeurope.logic.azure.com/?sig=s",
        "https://169.254.169.254/?sig=s",
        "ftp://127.0.0.1/?sig=s",
        "https://[::1/?sig=s",
        "https://x.environment.api.powerplatform.com/a b?sig=s",
        "https://x.environment.api.powerplatform.com/?sig=s\n",
        "sig=s",
        "",
    ],
)
def test_cards_go_to_no_other_host(address: str) -> None:
    """What is wrong is said without repeating the address."""
    wrong = address_fault(address)
    assert wrong is not None
    assert "sig" not in wrong


@pytest.mark.parametrize(
    "address", [ADDRESS, ADDRESS.replace(".com/", ".com:443/"), "http://127.0.0.1:8080/x?sig=s"]
)
def test_workflows_and_this_machine_are_allowed(address: str) -> None:
    """The sandbox runs on this machine."""
    assert address_fault(address) is None
