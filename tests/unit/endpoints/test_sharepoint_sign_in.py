"""Signing in by msal, unpatched, at the sandbox's authority."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from syncbot.endpoints.sharepoint.sign_in import SignIn
from syncbot.errors import AuthFailed, Unavailable
from syncbot.sandbox.login import CLIENT_ID, CLIENT_SECRET, TENANT_ID
from tests.contract.sharepoint_place import Site, connected, endpoint_on, running_site


@pytest.fixture(scope="module")
def running() -> Iterator[Site]:
    """One sandbox for all tests of this file."""
    with running_site() as site:
        yield site


@pytest.fixture
def site(running: Site) -> Iterator[Site]:
    """The sandbox without faults; its clock is put back."""
    start = running.sandbox.clock.now()
    yield running
    running.sandbox.clock.set(start)


def sign_in(site: Site, **options: Any) -> SignIn:
    """Return a sign-in at the sandbox, by secret unless told otherwise."""
    if not {"secret", "certificate"} & set(options):
        options["secret"] = CLIENT_SECRET
    given: dict[str, Any] = {
        "tenant": TENANT_ID,
        "client_id": CLIENT_ID,
        "login_base_url": site.sandbox.login_url,
        "ca_bundle": site.sandbox.ca_path,
    }
    return SignIn(**(given | options))


@pytest.mark.parametrize("kind", ["secret", "pem", "pfx"])
def test_each_credential_signs_in(site: Site, kind: str) -> None:
    """A secret, a PEM file with key and certificate, a PFX file: each gets a token that Graph takes."""
    ring = site.sandbox.keyring
    options: dict[str, Any] = {
        "secret": {},
        "pem": {"certificate": ring.client_path},
        "pfx": {"certificate": ring.client_pfx_path},
    }[kind]
    with connected(site) as graph, closing(sign_in(site, **options)) as signed:
        graph.token = signed
        assert endpoint_on(graph).describe().title == "Mission Cities"


def test_a_token_is_kept_until_it_is_refused(site: Site) -> None:
    """One token for all calls; when Graph refuses it (here: it ran out), one new one."""
    with connected(site) as graph:
        endpoint = endpoint_on(graph)
        schema = endpoint.describe()
        first = graph.token()
        endpoint.changes(None, schema)
        assert graph.token() == first
        site.sandbox.clock.advance(3601)
        endpoint.changes(None, schema)
        assert graph.token() != first


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"secret": "wrong-secret-value"}, "AADSTS7000215"),
        ({"secret": "last-years-secret"}, "AADSTS7000222"),
        ({"client_id": "11111111-0000-0000-0000-000000000000"}, "AADSTS700016"),
        ({"tenant": "22222222-0000-0000-0000-000000000000"}, "AADSTS90002"),
        ({"secret": None, "certificate": Path("nowhere.pem")}, r"nowhere\.pem cannot be read"),
        ({"secret": ""}, "neither a certificate nor a secret"),
    ],
)
def test_a_refusal_says_why(site: Site, options: dict[str, Any], words: str) -> None:
    """With the number that the administrator can look up; a secret is in no text and no repr."""
    with closing(sign_in(site, **options)) as signed:
        with pytest.raises(AuthFailed, match=words) as caught:
            signed()
        for secret in (CLIENT_SECRET, "wrong-secret-value", "last-years-secret"):
            assert secret not in str(caught.value) + repr(caught.value) + repr(signed)


def test_a_file_that_is_no_certificate(site: Site, tmp_path: Path) -> None:
    """Named, as what it is."""
    wrong = tmp_path / "wrong.pfx"
    wrong.write_bytes(b"not a certificate")
    with closing(sign_in(site, certificate=wrong)) as signed, pytest.raises(AuthFailed, match=r"wrong\.pfx"):
        signed()


def test_an_authority_that_is_down_can_be_tried_again(site: Site) -> None:
    """Nothing is contacted before the first token; a network failure is no refusal."""
    with (
        closing(sign_in(site, login_base_url="https://localhost:9")) as signed,
        pytest.raises(Unavailable, match="localhost"),
    ):
        signed()


def test_another_authority_is_not_trusted(site: Site) -> None:
    """Without the sandbox's CA its certificate is refused."""
    with closing(sign_in(site, ca_bundle=None)) as signed, pytest.raises(Unavailable, match="SSLError"):
        signed()
