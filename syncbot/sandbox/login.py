"""The sign-in authority: application sign-in as Microsoft Entra ID does it, with real signed tokens.

What is built: discovery, the signing keys, and the client credentials grant with a secret or with an assertion
signed by a registered certificate. People's sign-in is not built yet.
"""

import hmac
import math
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa

from . import entra
from .certificates import base64url, new_rsa_key, thumbprint
from .clock import Clock
from .frame import Answer, Call, RateLimit

TENANT_ID = "6f6a9d1c-3b1e-4c57-9a52-0c5d2f1e7a10"
TENANT_DOMAIN = "sandbox.example"
CLIENT_ID = "b7f3a2d4-5c60-4f1b-8e29-d1a4c3e5f607"
CLIENT_SECRET = "sandbox-client-secret"  # opens nothing but this sandbox
GRAPH = "https://graph.microsoft.com"
TOKEN_LIFE = timedelta(hours=1)

_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000"


@dataclass(frozen=True, kw_only=True)
class Application:
    """An application registered in the tenant."""

    client_id: str
    name: str
    secret: str | None = field(default=None, repr=False)
    expired_secret: str | None = field(default=None, repr=False)
    certificates: tuple[x509.Certificate, ...] = ()
    roles: tuple[str, ...] = ()
    """Application permissions that the administrator consented to: the `roles` of its tokens."""


DEMO_APPLICATION = Application(
    client_id=CLIENT_ID,
    name="syncbot",
    secret=CLIENT_SECRET,
    expired_secret="last-years-secret",  # noqa: S106  # opens nothing
    roles=("Sites.Selected", "Mail.Send", "Mail.Read", "Calendars.ReadWrite"),
)


class LoginService:
    """The authority of one tenant."""

    name = "login"
    rate = RateLimit(units=math.inf, window_seconds=60)

    def __init__(
        self,
        clock: Clock,
        *,
        tenant_id: str = TENANT_ID,
        application: Application = DEMO_APPLICATION,
        signing_key: rsa.RSAPrivateKey | None = None,
    ) -> None:
        """Judge tokens by `clock`; make a signing key unless one is given."""
        self.clock = clock
        self.tenant_id = tenant_id
        self._application = application
        self._key = signing_key or new_rsa_key()
        self._issued = 0

    def register(self, certificate: x509.Certificate) -> None:
        """Let the application sign in with this certificate too."""
        certificates = (*self._application.certificates, certificate)
        self._application = replace(self._application, certificates=certificates)

    def sign_with(self, key: rsa.RSAPrivateKey) -> None:
        """Sign with `key` from now on; tokens signed before are foreign then."""
        self._key = key

    def verify(self, token: str) -> Mapping[str, Any] | None:
        """Return the claims of a token of ours for Graph that is valid now, else None."""
        try:
            claims = jwt.decode(
                token,
                self._key.public_key(),
                algorithms=["RS256"],
                audience=GRAPH,
                # PyJWT would ask the machine's clock.
                options={"verify_exp": False, "verify_nbf": False, "verify_iat": False},
            )
        except jwt.InvalidTokenError:
            return None
        now = self.clock.now().timestamp()
        return claims if claims["nbf"] <= now < claims["exp"] else None

    def handle(self, call: Call, now: datetime) -> Answer:
        """Answer discovery, keys and token requests."""
        tenant, _, what = call.path.lstrip("/").partition("/")
        try:
            if tenant.lower() not in (self.tenant_id, TENANT_DOMAIN):
                raise entra.unknown_tenant(tenant)
            return self._routed(call, what, now)
        except entra.Refusal as refusal:
            return refusal.answer(call, now)

    def cost(self, call: Call) -> float:  # noqa: ARG002
        """No budget is documented for an application's sign-in."""
        return 0

    def throttled(self, call: Call, wait_seconds: int) -> Answer:
        """Word a 429."""
        answer = entra.busy(429).answer(call, self.clock.now())
        return replace(answer, headers={"Retry-After": str(wait_seconds)})

    def fault(self, kind: str, call: Call, saved: Answer | None) -> Answer | None:  # noqa: ARG002
        """Word a 429 or a fault of the server; there is no 529."""
        if kind == "429":
            return self.throttled(call, 5)
        status = kind.removesuffix("_saved")
        return entra.busy(int(status)).answer(call, self.clock.now()) if status != "529" else None

    def dump(self) -> object:
        """Return what is registered, without secrets and keys, and how many tokens were issued."""
        application = {
            "client_id": self._application.client_id,
            "name": self._application.name,
            "roles": list(self._application.roles),
            "certificates": [thumbprint(each) for each in self._application.certificates],
        }
        return {"tenant_id": self.tenant_id, "application": application, "tokens_issued": self._issued}

    def load(self, state: object) -> None:
        """Take over the count of tokens; what is registered comes from the constructor."""
        self._issued = state["tokens_issued"] if isinstance(state, dict) else 0

    def environment(self) -> dict[str, str]:
        """Return what syncbot needs to sign in."""
        return {
            "AZURE_TENANT_ID": self.tenant_id,
            "AZURE_CLIENT_ID": self._application.client_id,
            "AZURE_CLIENT_SECRET": self._application.secret or "",
        }

    def _routed(self, call: Call, what: str, now: datetime) -> Answer:
        match call.method, what:
            case "GET", "v2.0/.well-known/openid-configuration":
                return Answer(status=200, body=entra.discovery(call.host, self.tenant_id))
            case "GET", "discovery/v2.0/keys":
                return Answer(status=200, body={"keys": [self._public_key()]})
            case "POST", "oauth2/v2.0/token":
                return self._token(call, now)
        return Answer(status=404, raw=b"", content_type="text/html")

    def _token(self, call: Call, now: datetime) -> Answer:
        form = {name: values[-1] for name, values in parse_qs(call.raw.decode("utf-8", "replace")).items()}
        self._check_grant(form)
        proof = self._check_credential(form, call.host)
        self._check_scope(form)
        self._issued += 1
        # The client counts in real seconds; Entra says one second less than the hour.
        lasts = math.floor(self.clock.real_sleep_for(TOKEN_LIFE.total_seconds())) - 1
        body = {
            "token_type": "Bearer",
            "expires_in": lasts,
            "ext_expires_in": lasts,
            "access_token": self._signed(now, proof),
        }
        return Answer(status=200, body=body, headers={"Cache-Control": "no-store, no-cache"})

    def _check_grant(self, form: Mapping[str, str]) -> None:
        for name in ("grant_type", "client_id", "scope"):
            if name not in form:
                raise entra.missing_parameter(name)
        if form["grant_type"] != "client_credentials":
            raise entra.unsupported_grant(form["grant_type"])
        if form["client_id"].lower() != self._application.client_id:
            raise entra.unknown_application(form["client_id"], self.tenant_id)

    def _check_credential(self, form: Mapping[str, str], host: str) -> str:
        """Return how the application proved itself, as the token's `appidacr` says it."""
        if form.get("client_assertion_type") == _ASSERTION_TYPE and "client_assertion" in form:
            self._check_assertion(form["client_assertion"], host)
            return "2"
        if "client_secret" in form:
            self._check_secret(form["client_secret"])
            return "1"
        raise entra.no_credential()

    def _check_secret(self, secret: str) -> None:
        if _same(secret, self._application.expired_secret):
            raise entra.expired_secret(self._application.client_id)
        if not _same(secret, self._application.secret):
            raise entra.wrong_secret(self._application.client_id)

    def _check_assertion(self, assertion: str, host: str) -> None:
        """Check as Entra does; the time is the machine's, since the client stamps its own."""
        client = self._application.client_id
        certificate = self._certificate_of(assertion)
        audiences = [
            f"{host}/{part}" for part in (f"{self.tenant_id}/oauth2/v2.0/token", f"{self.tenant_id}/v2.0")
        ]
        try:
            claims = jwt.decode(
                assertion,
                certificate.public_key(),  # type: ignore[arg-type]  # registered ones are RSA; others fail below
                algorithms=["PS256", "RS256"],
                audience=audiences,
                options={"require": ["exp", "iss", "sub", "aud"]},
            )
        except (jwt.ExpiredSignatureError, jwt.ImmatureSignatureError):
            raise entra.assertion_out_of_time() from None
        except jwt.InvalidAudienceError:
            raise entra.wrong_assertion_audience() from None
        except jwt.InvalidSignatureError:
            raise entra.bad_signature() from None
        except jwt.InvalidTokenError:
            raise entra.malformed_assertion() from None
        if (claims["iss"], claims["sub"]) != (client, client):
            raise entra.wrong_assertion_issuer()

    def _certificate_of(self, assertion: str) -> x509.Certificate:
        """Find the registered certificate that the assertion names by its thumbprint."""
        try:
            header = jwt.get_unverified_header(assertion)
        except jwt.InvalidTokenError:
            raise entra.malformed_assertion() from None
        named = str(header.get("x5t#S256") or header.get("x5t") or "").rstrip(
            "="
        )  # msal pads, RFC 7515 does not
        for certificate in self._application.certificates:
            # x5t is SHA-1 by definition (RFC 7515, 4.1.7); it only names, the signature proves.
            if named in (thumbprint(certificate), thumbprint(certificate, hashes.SHA1())):  # noqa: S303
                return certificate
        raise entra.unknown_certificate(named, self._application.client_id)

    def _check_scope(self, form: Mapping[str, str]) -> None:
        resource, dot, rest = form["scope"].partition("/.default")
        if not dot or rest:
            raise entra.wrong_scope(form["scope"])
        if resource not in (GRAPH, _GRAPH_APP_ID):
            raise entra.unknown_resource(resource, self.tenant_id)

    def _signed(self, now: datetime, proof: str) -> str:
        """Make an access token for Graph in the shape of Entra's version 1.0."""
        begins = math.floor(now.timestamp())
        owner = str(uuid.uuid5(uuid.UUID(self.tenant_id), self._application.client_id))
        claims = {
            "aud": GRAPH,
            "iss": f"https://sts.windows.net/{self.tenant_id}/",
            "iat": begins,
            "nbf": begins,
            "exp": begins + int(TOKEN_LIFE.total_seconds()),
            "app_displayname": self._application.name,
            "appid": self._application.client_id,
            "appidacr": proof,
            "idtyp": "app",
            "oid": owner,
            "sub": owner,
            "roles": list(self._application.roles),
            "tid": self.tenant_id,
            "uti": uuid.uuid4().hex[:22],
            "ver": "1.0",
        }
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self._public_key()["kid"]})

    def _public_key(self) -> dict[str, Any]:
        public = self._key.public_key()
        number = public.public_numbers().n
        kid = base64url(uuid.uuid5(uuid.NAMESPACE_OID, str(number)).bytes)
        shown = jwt.algorithms.RSAAlgorithm.to_jwk(public, as_dict=True)
        return {"kty": "RSA", "use": "sig", "kid": kid, "n": shown["n"], "e": shown["e"]}


def _same(given: str, ours: str | None) -> bool:
    return ours is not None and hmac.compare_digest(given.encode(), ours.encode())
