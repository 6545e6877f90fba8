"""Errors in the words of Microsoft Entra ID, and the documents that describe the authority.

Source of codes, statuses and texts: Microsoft identity platform documentation, "Microsoft Entra authentication and
authorization error codes" and "OAuth 2.0 client credentials flow".
"""

import uuid
from dataclasses import dataclass
from datetime import datetime

from .frame import Answer, Call


@dataclass
class Refusal(Exception):
    """A refusal with its AADSTS number; `text` without the number."""

    number: int
    status: int
    error: str
    text: str

    def answer(self, call: Call, now: datetime) -> Answer:
        """Word the refusal as Entra does; a sent client-request-id comes back as the correlation id."""
        trace, stamp = str(uuid.uuid4()), now.strftime("%Y-%m-%d %H:%M:%SZ")
        correlation = call.headers.get("client-request-id", str(uuid.uuid4()))
        description = f"AADSTS{self.number}: {self.text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}"
        body = {
            "error": self.error,
            "error_description": description,
            "error_codes": [self.number],
            "timestamp": stamp,
            "trace_id": trace,
            "correlation_id": correlation,
            "error_uri": f"{call.host}/error?code={self.number}",
        }
        return Answer(status=self.status, body=body, headers={"Cache-Control": "no-store, no-cache"})


def unknown_tenant(tenant: str) -> Refusal:
    """Refuse a tenant that does not exist."""
    text = (
        f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the "
        "correct cloud. Check with your subscription administrator, this may happen if there are no active "
        "subscriptions for the tenant."
    )
    return Refusal(90002, 400, "invalid_tenant", text)


def unknown_application(client: str, tenant: str) -> Refusal:
    """Refuse a client id that the tenant does not know."""
    text = (
        f"Application with identifier '{client}' was not found in the directory '{tenant}'. This can happen if the "
        "application has not been installed by the administrator of the tenant or consented to by any user in the "
        "tenant. You may have sent your authentication request to the wrong tenant."
    )
    return Refusal(700016, 400, "unauthorized_client", text)


def wrong_secret(client: str) -> Refusal:
    """Refuse a secret that is not the application's."""
    text = (
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, "
        f"not the client secret ID, for a secret added to app '{client}'."
    )
    return Refusal(7000215, 401, "invalid_client", text)


def expired_secret(client: str) -> Refusal:
    """Refuse a secret that was the application's and has run out."""
    text = f"The provided client secret keys for app '{client}' are expired. Create new keys for your app."
    return Refusal(7000222, 401, "invalid_client", text)


def no_credential() -> Refusal:
    """Refuse a request that proves nothing."""
    text = "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type."
    return Refusal(7000216, 401, "invalid_client", text)


def unknown_certificate(thumbprint: str, client: str) -> Refusal:
    """Refuse an assertion signed with a certificate that is not registered."""
    text = (
        "The certificate with identifier used to sign the client assertion is not registered on application. "
        f"[Reason - The key was not found., Thumbprint of key used by client: '{thumbprint}', "
        f"Configured keys: [], app: '{client}']"
    )
    return Refusal(700027, 401, "invalid_client", text)


def bad_signature() -> Refusal:
    """Refuse an assertion whose signature does not fit its certificate."""
    return Refusal(700027, 401, "invalid_client", "Client assertion failed signature validation.")


def malformed_assertion() -> Refusal:
    """Refuse an assertion that is no signed token."""
    return Refusal(50027, 401, "invalid_client", "JWT token is invalid or malformed.")


def assertion_out_of_time() -> Refusal:
    """Refuse an assertion that is too old or not valid yet."""
    return Refusal(700024, 401, "invalid_client", "Client assertion is not within its valid time range.")


def wrong_assertion_audience() -> Refusal:
    """Refuse an assertion made for somebody else."""
    text = "Client assertion audience claim does not match Realm issuer."
    return Refusal(700023, 401, "invalid_client", text)


def wrong_assertion_issuer() -> Refusal:
    """Refuse an assertion that another application made."""
    text = "Client assertion contains an invalid issuer or subject: both must be the client's id."
    return Refusal(700021, 401, "invalid_client", text)


def wrong_scope(scope: str) -> Refusal:
    """Refuse a scope that an application cannot ask for."""
    text = (
        f"The provided value for scope {scope} is not valid. Client credential flows must have a scope value with "
        "/.default suffixed to the resource identifier (application ID URI)."
    )
    return Refusal(1002012, 400, "invalid_scope", text)


def unknown_resource(resource: str, tenant: str) -> Refusal:
    """Refuse a token for something the tenant does not have."""
    text = f"The resource principal named {resource} was not found in the tenant named {tenant}."
    return Refusal(500011, 400, "invalid_resource", text)


def unsupported_grant(grant: str) -> Refusal:
    """Refuse a grant type that this authority does not know."""
    return Refusal(
        70003, 400, "unsupported_grant_type", f"The app requested an unsupported grant type '{grant}'."
    )


def missing_parameter(name: str) -> Refusal:
    """Refuse a request that lacks a parameter."""
    return Refusal(
        900144, 400, "invalid_request", f"The request body must contain the following parameter: '{name}'."
    )


def busy(status: int) -> Refusal:
    """Word a passing fault of the authority itself."""
    return Refusal(
        90033, status, "temporarily_unavailable", "A transient error has occurred. Please try again."
    )


def discovery(host: str, tenant: str) -> dict[str, object]:
    """Return the OpenID configuration of a tenant, with links on the host that was asked."""
    base = f"{host}/{tenant}"
    return {
        "token_endpoint": f"{base}/oauth2/v2.0/token",
        "token_endpoint_auth_methods_supported": [
            "client_secret_post",
            "private_key_jwt",
            "client_secret_basic",
        ],
        "jwks_uri": f"{base}/discovery/v2.0/keys",
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": f"{base}/v2.0",
        "request_uri_parameter_supported": False,
        "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
        "device_authorization_endpoint": f"{base}/oauth2/v2.0/devicecode",
        "http_logout_supported": True,
        "end_session_endpoint": f"{base}/oauth2/v2.0/logout",
        "tenant_region_scope": "EU",
        "cloud_instance_name": "microsoftonline.com",
    }
