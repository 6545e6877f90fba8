"""The sign-in authority, asked by an unpatched msal and by hand."""

import ssl
import time
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import jwt
import msal
import pytest
import requests

from syncbot.sandbox import certificates
from syncbot.sandbox.clock import Clock
from syncbot.sandbox.login import CLIENT_ID, CLIENT_SECRET, TENANT_ID, LoginService
from syncbot.sandbox.server import Options, Sandbox, start

SCOPE = "https://graph.microsoft.com/.default"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@pytest.fixture(scope="module")
def login() -> LoginService:
    """The authority of all tests of this file."""
    return LoginService(Clock())


@pytest.fixture(scope="module")
def sandbox(login: LoginService) -> Iterator[Sandbox]:
    """The authority on the wire."""
    with start([], login, Options()) as sandbox:
        yield sandbox


@pytest.fixture
def web(sandbox: Sandbox) -> Iterator[requests.Session]:
    """A session that trusts the sandbox only, whatever the environment says about certificates."""
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(sandbox.ca_path)
        yield session


def sign_in(sandbox: Sandbox, web: requests.Session, credential: object, **other: Any) -> dict[str, Any]:
    """Sign in as msal does it."""
    app = msal.ConfidentialClientApplication(
        other.pop("client_id", CLIENT_ID),
        client_credential=credential,
        authority=f"{sandbox.login_url}/{other.pop('tenant', TENANT_ID)}",
        instance_discovery=False,
        http_client=web,
    )
    answer: dict[str, Any] = app.acquire_token_for_client([other.pop("scope", SCOPE)])
    return answer


def post_token(sandbox: Sandbox, web: requests.Session, **form: str) -> tuple[int, dict[str, Any]]:
    """Ask for a token by hand; a value of "" leaves a parameter out."""
    whole = {"grant_type": "client_credentials", "client_id": CLIENT_ID, "scope": SCOPE} | form
    answer = web.post(
        f"{sandbox.login_url}/{TENANT_ID}/oauth2/v2.0/token", data={k: v for k, v in whole.items() if v}
    )
    return answer.status_code, answer.json()


def test_a_secret_signs_in(sandbox: Sandbox, web: requests.Session, login: LoginService) -> None:
    """With the printed environment msal gets a token for an hour; Graph's check finds who and which roles."""
    lines = sandbox.environment()
    tenant, client = lines["AZURE_TENANT_ID"], lines["AZURE_CLIENT_ID"]
    answer = sign_in(sandbox, web, lines["AZURE_CLIENT_SECRET"], tenant=tenant, client_id=client)
    assert (answer["token_type"], answer["expires_in"]) == ("Bearer", 3599)
    claims = login.verify(answer["access_token"]) or {}
    assert (claims["appid"], claims["tid"], claims["aud"]) == (
        CLIENT_ID,
        TENANT_ID,
        "https://graph.microsoft.com",
    )
    assert "Sites.Selected" in claims["roles"]


def test_a_certificate_signs_in(sandbox: Sandbox, web: requests.Session, login: LoginService) -> None:
    """By certificate msal (PKCS#12, PS256, SHA-256 thumbprint) gets a token too."""
    answer = sign_in(sandbox, web, {"private_key_pfx_path": str(sandbox.keyring.client_pfx_path)})
    assert (login.verify(answer["access_token"]) or {})["appidacr"] == "2"


def test_anybody_can_check_a_token_with_the_published_keys(sandbox: Sandbox, web: requests.Session) -> None:
    """The key set at the discovered address verifies the token's signature."""
    token = sign_in(sandbox, web, CLIENT_SECRET)["access_token"]
    about = web.get(f"{sandbox.login_url}/{TENANT_ID}/v2.0/.well-known/openid-configuration").json()
    keys = jwt.PyJWKSet.from_dict(web.get(about["jwks_uri"]).json())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(token, key, algorithms=["RS256"], audience="https://graph.microsoft.com")
    assert claims["exp"] - claims["iat"] == 3600


def test_tokens_end_with_sandbox_time(sandbox: Sandbox, web: requests.Session, login: LoginService) -> None:
    """A token is good for an hour of the sandbox, and not a second longer."""
    token, made = sign_in(sandbox, web, CLIENT_SECRET)["access_token"], login.clock.now()
    control = f"{sandbox.login_url}/_sandbox/clock"
    try:
        web.post(control, json={"advance": 3500})
        assert login.verify(token)
        web.post(control, json={"advance": 101})
        assert login.verify(token) is None
    finally:
        web.post(control, json={"set": made.isoformat()})


def test_expires_in_is_in_the_clients_seconds(sandbox: Sandbox, web: requests.Session) -> None:
    """In a sandbox sixty times as fast a token lasts a real minute, and the client is told so."""
    control = f"{sandbox.login_url}/_sandbox/clock"
    web.post(control, json={"factor": 60})
    try:
        assert sign_in(sandbox, web, CLIENT_SECRET)["expires_in"] == 59
    finally:
        web.post(control, json={"factor": 1})


def test_foreign_tokens_are_no_tokens(login: LoginService) -> None:
    """Another authority's token, an unsigned one and plain rubbish are all refused."""
    foreign = LoginService(login.clock, signing_key=certificates.new_rsa_key())
    claims = {"aud": "https://graph.microsoft.com", "nbf": 0, "exp": 9_999_999_999}
    signed = jwt.encode(claims, certificates.new_rsa_key(), algorithm="RS256")
    unsigned = jwt.encode(claims, "", algorithm="none")
    assert [login.verify(token) for token in (signed, unsigned, "rubbish", "")] == [None] * 4
    assert foreign.verify(signed) is None


@pytest.mark.parametrize(
    ("form", "status", "error", "number"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_secret": "last-years-secret"}, 401, "invalid_client", 7000222),
        ({}, 401, "invalid_client", 7000216),
        ({"client_id": TENANT_ID, "client_secret": "x"}, 400, "unauthorized_client", 700016),
        ({"client_secret": CLIENT_SECRET, "grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"client_secret": CLIENT_SECRET, "grant_type": ""}, 400, "invalid_request", 900144),
        ({"client_secret": CLIENT_SECRET, "scope": "User.Read"}, 400, "invalid_scope", 1002012),
        (
            {"client_secret": CLIENT_SECRET, "scope": "https://x.test/.default"},
            400,
            "invalid_resource",
            500011,
        ),
        ({"client_assertion_type": ASSERTION, "client_assertion": "a.b"}, 401, "invalid_client", 50027),
    ],
)
def test_refusals_in_entras_words(
    sandbox: Sandbox, web: requests.Session, form: Mapping[str, str], status: int, error: str, number: int
) -> None:
    """Each mistake gets its own AADSTS number, in the text and in `error_codes`, and never the secret back."""
    got, body = post_token(sandbox, web, **form)
    assert (got, body["error"], body["error_codes"]) == (status, error, [number])
    assert body["error_description"].startswith(f"AADSTS{number}: ")
    assert {"timestamp", "trace_id", "correlation_id"} <= body.keys()
    assert CLIENT_SECRET not in str(body)


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({}, None),
        ({"exp": -10}, 700024),
        ({"nbf": +600}, 700024),
        ({"aud": "https://login.test/other/oauth2/v2.0/token"}, 700023),
        ({"sub": "somebody-else"}, 700021),
        ({"thumbprint": "AAAA"}, 700027),
        ({"key": "another"}, 700027),
    ],
)
def test_assertions_are_checked(
    sandbox: Sandbox, web: requests.Session, change: Mapping[str, Any], number: int | None
) -> None:
    """An assertion must be fresh, made by and for the right ones, and signed with the registered certificate."""
    status, body = post_token(
        sandbox, web, client_assertion_type=ASSERTION, client_assertion=assertion(sandbox, **change)
    )
    assert (status, body.get("error_codes")) == ((401, [number]) if number else (200, None))


def test_an_unknown_tenant_stops_msal_at_once(sandbox: Sandbox, web: requests.Session) -> None:
    """Discovery for a tenant that does not exist is a 400 with Entra's number; msal makes a ValueError of it."""
    with pytest.raises(ValueError, match="double check your tenant name"):
        sign_in(sandbox, web, CLIENT_SECRET, tenant="contoso.example")
    answer = web.get(f"{sandbox.login_url}/contoso.example/v2.0/.well-known/openid-configuration")
    assert (answer.status_code, answer.json()["error_codes"]) == (400, [90002])


def test_the_authority_may_only_speak_for_this_machine(sandbox: Sandbox) -> None:
    """The certificate covers localhost and 127.0.0.1, and nobody trusts it without being told."""
    address = f"{sandbox.login_url}/{TENANT_ID}/v2.0/.well-known/openid-configuration"
    for host in ("localhost", "127.0.0.1"):
        with httpx.Client(verify=_trusting(sandbox), trust_env=False) as web:
            assert web.get(address.replace("localhost", host)).status_code == 200
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(address, trust_env=False)


def test_an_idle_client_does_not_hold_up_the_end() -> None:
    """Stopping does not wait for a client that keeps its secure connection open."""
    sandbox = start([], LoginService(Clock()), Options())
    with httpx.Client(verify=_trusting(sandbox), trust_env=False) as client:
        client.get(sandbox.login_url)
        began = time.monotonic()
        sandbox.stop()
    assert time.monotonic() - began < 0.9


def test_secrets_stay_out_of_state_and_log(
    sandbox: Sandbox, web: requests.Session, login: LoginService
) -> None:
    """Neither the log of requests nor the state nor a repr shows what a client signed in with."""
    sign_in(sandbox, web, CLIENT_SECRET)
    for route in ("requests", "state"):
        assert CLIENT_SECRET not in web.get(f"{sandbox.login_url}/_sandbox/{route}").text
    assert CLIENT_SECRET not in repr(vars(login))


def test_keys_are_for_their_owner_only(sandbox: Sandbox) -> None:
    """No other user of the machine can read a private key."""
    ring = sandbox.keyring
    for path in (ring.server_path, ring.client_path, ring.client_pfx_path, ring.signing_path):
        assert path.stat().st_mode & 0o077 == 0


def assertion(sandbox: Sandbox, **change: Any) -> str:
    """Sign an assertion as msal would, with one thing changed."""
    now = int(sandbox.clock.real_now().timestamp())
    ring = sandbox.keyring
    pem = ring.client_path.read_bytes()
    key = certificates.new_rsa_key() if "key" in change else pem[pem.index(b"-----BEGIN PRIVATE") :]
    claims = {
        "iss": CLIENT_ID,
        "sub": change.get("sub", CLIENT_ID),
        "aud": change.get("aud", f"{sandbox.login_url}/{TENANT_ID}/oauth2/v2.0/token"),
        "nbf": now + change.get("nbf", 0),
        "exp": now + change.get("exp", 600),
    }
    thumbprint = change.get("thumbprint", certificates.thumbprint(ring.client_certificate()))
    return jwt.encode(claims, key, algorithm="PS256", headers={"x5t#S256": thumbprint})


def _trusting(sandbox: Sandbox) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(sandbox.ca_path))
    context.verify_flags |= ssl.VERIFY_X509_STRICT  # the default from Python 3.13 on
    return context
