"""Signing the application in with Microsoft Entra ID, by msal: with a certificate, or with a secret."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import msal
import requests
from msal.authority import WELL_KNOWN_AUTHORITY_HOSTS

from syncbot.errors import AuthFailed, EndpointError, Unavailable

SCOPE = "https://graph.microsoft.com/.default"
LOGIN = "https://login.microsoftonline.com"
_TIMEOUT = 30.0
_NUMBER = re.compile(r"AADSTS\d+")
_IDS = re.compile(r"\s*Trace ID:.*", re.DOTALL)
_CERTIFICATE = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
_KEY = re.compile(r"-----BEGIN (?P<kind>[A-Z ]*PRIVATE KEY)-----.+?-----END (?P=kind)-----", re.DOTALL)
_REMEMBERED = "the same request is answered from memory for a minute, so a cure may take that long to show"


class SignIn:
    """Hands out tokens for Graph; msal keeps them and gets new ones in time.

    Nothing is contacted before the first token is asked for. Only `sharepoint`'s connection uses it, one call at a
    time.
    """

    def __init__(
        self,
        *,
        tenant: str,
        client_id: str,
        secret: str | None = None,
        certificate: Path | None = None,
        passphrase: str | None = None,
        login_base_url: str = LOGIN,
        ca_bundle: Path | None = None,
        scope: str = SCOPE,
        endpoint: str = "sharepoint",
    ) -> None:
        """Take a certificate with its key (PFX, or PEM with both), else the secret.

        `tenant` is the tenant's id or domain: "common" is not reliable for applications (msal). With a CA bundle,
        proxies and bundles of the environment are ignored.
        """
        self._authority = f"{login_base_url.rstrip('/')}/{tenant}"
        self._client_id = client_id
        self._secret, self._certificate, self._passphrase = secret, certificate, passphrase
        self._scope, self._endpoint = scope, endpoint
        self._session = _Session(ca_bundle)
        self._app: msal.ConfidentialClientApplication | None = None

    def __repr__(self) -> str:
        how = "certificate" if self._certificate else "secret"
        return f"SignIn({self._authority}, {self._client_id}, by {how})"

    def __call__(self) -> str:
        """Return a token; raise `AuthFailed` with the service's code and words, or `Unavailable`."""
        result = self._reaching(lambda: self._application().acquire_token_for_client([self._scope]))
        token = result.get("access_token")
        if isinstance(token, str) and token:
            return token
        raise self._refused(result)

    def forget(self) -> None:
        """Drop the token that was refused; the next call gets a new one."""
        if self._app is not None:
            self._app.remove_tokens_for_client()

    def close(self) -> None:
        """Close the HTTP session."""
        self._session.close()

    def _application(self) -> Any:
        """Return msal's application; making it asks the authority for its addresses."""
        if self._app is None:
            self._app = msal.ConfidentialClientApplication(
                self._client_id,
                client_credential=self._credential(),
                authority=self._authority,
                http_client=self._session,
                # Other hosts are unknown to the list of authorities that Microsoft serves.
                instance_discovery=urlsplit(self._authority).hostname in WELL_KNOWN_AUTHORITY_HOSTS,
            )
        return self._app

    def _credential(self) -> str | dict[str, str]:
        if self._certificate is None:
            if not self._secret:
                raise AuthFailed("neither a certificate nor a secret is given", endpoint=self._endpoint)
            return self._secret
        content = self._read(self._certificate)
        pem = _pem(content)
        credential = pem or {"private_key_pfx_path": str(self._certificate)}
        return credential | ({"passphrase": self._passphrase} if self._passphrase else {})

    def _read(self, path: Path) -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            words = f"the certificate {path.name} cannot be read: {error.strerror}"
            raise AuthFailed(words, endpoint=self._endpoint) from None

    def _reaching(self, call: Callable[[], Mapping[str, Any]]) -> Mapping[str, Any]:
        """Call msal and translate what it raises; the texts may hold the request, so only parts are kept."""
        try:
            return call()
        except requests.RequestException as error:
            words = f"sign-in at {self._host()} cannot be reached ({type(error).__name__})"
            raise Unavailable(words, endpoint=self._endpoint) from None
        except (ValueError, TypeError) as error:
            raise self._misfit(error) from None

    def _misfit(self, error: Exception) -> EndpointError:
        """Word a certificate that cannot be used, or an authority that does not know the tenant."""
        number = _NUMBER.search(f"{error} {error.__context__}")
        if number:
            words = f"{number[0]}: {self._authority} is not a tenant that can be signed in to"
        elif self._app is None and self._certificate is not None and "authority" not in str(error).lower():
            words = f"the certificate {self._certificate.name} cannot be used (key missing, or another passphrase)"
        else:
            words = f"{self._authority} is not a tenant that can be signed in to"
        return AuthFailed(words, endpoint=self._endpoint)

    def _refused(self, result: Mapping[str, Any]) -> EndpointError:
        text = _IDS.sub("", str(result.get("error_description") or "")).strip()
        words = f"sign-in was refused: {result.get('error', 'no reason given')}: {self._without_secret(text)}"
        if result.get("error") == "temporarily_unavailable":
            return Unavailable(words, endpoint=self._endpoint)
        correlation = result.get("correlation_id")
        ids = f" [correlation id {correlation}]" if correlation else ""
        return AuthFailed(f"{words}{ids}; {_REMEMBERED}", endpoint=self._endpoint)

    def _without_secret(self, text: str) -> str:
        for secret in (self._secret, self._passphrase):
            if secret:
                text = text.replace(secret, "***")
        return text

    def _host(self) -> str:
        return urlsplit(self._authority).hostname or "?"


class _Session(requests.Session):
    """A session whose requests end in time: msal sets no time-out for a session that it is given."""

    def __init__(self, ca_bundle: Path | None) -> None:
        super().__init__()
        if ca_bundle is not None:
            self.verify = str(ca_bundle)
            self.trust_env = False  # else REQUESTS_CA_BUNDLE would silently win

    def request(self, *args: Any, **options: Any) -> requests.Response:
        """Send with a time-out."""
        options.setdefault("timeout", _TIMEOUT)
        if options["timeout"] is None:
            options["timeout"] = _TIMEOUT
        return super().request(*args, **options)


def _pem(content: bytes) -> dict[str, str] | None:
    """Return key and certificates of a PEM file as msal wants them, None for a PFX file."""
    text = content.decode("ascii", "replace")
    key, certificates = _KEY.search(text), _CERTIFICATE.findall(text)
    if key is None or not certificates:
        return None
    # Only the first: msal makes its thumbprint of it, and sends all as a chain.
    return {"private_key": key[0], "public_certificate": certificates[0]}
