"""Who may call: the token, its roles, and the grant on the site."""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from .errors import denied, no_token
from .state import State

Verify = Callable[[str], Mapping[str, object] | None]
_AUDIENCES = ("https://graph.microsoft.com", "00000003-0000-0000-c000-000000000000")
_READING = frozenset({"Sites.Selected"})
_EVERYWHERE = frozenset(
    {"Sites.Read.All", "Sites.ReadWrite.All", "Sites.Manage.All", "Sites.FullControl.All"}
)
_WRITING = ("write", "owner", "manage", "fullcontrol")


def claims_of(header: str | None, verify: Verify, now: datetime) -> Mapping[str, object]:
    """Return the claims of a good bearer token, or refuse with 401."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise no_token("Access token is empty.")
    claims = verify(token.strip())
    if claims is None:
        raise no_token(_reason(token.strip(), now))
    if str(claims.get("aud", "")).rstrip("/") not in _AUDIENCES:
        raise no_token("Access token validation failure. Invalid audience.")
    return claims


def check_access(claims: Mapping[str, object], state: State, *, writes: bool, manages: bool = False) -> None:
    """Refuse with 403 what the roles and the grant do not allow; `manages` = lists and columns themselves."""
    roles = claims.get("roles")
    held = set(roles) if isinstance(roles, list | tuple) else set()
    if not held & (_READING | _EVERYWHERE):
        raise denied()
    if held & _EVERYWHERE:
        return
    role = state.role
    allowed = role is not None and (not writes or role in _WRITING) and (not manages or role in _WRITING[1:])
    if not allowed:
        raise denied()


def _reason(token: str, now: datetime) -> str:
    """Say why a token is no good, as far as its unproven content tells."""
    claims = _unproven(token)
    if claims is None:
        return "IDX14100: JWT is not well formed, there are no dots (.)."
    if str(claims.get("aud", "")).rstrip("/") not in _AUDIENCES:
        return "Access token validation failure. Invalid audience."
    expires = claims.get("exp")
    if isinstance(expires, int | float) and expires <= now.timestamp():
        return "Lifetime validation failed, the token is expired."
    return "Signing key is invalid."


def _unproven(token: str) -> Mapping[str, Any] | None:
    try:
        middle = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    except (IndexError, ValueError):
        return None
    return claims if isinstance(claims, dict) else None
