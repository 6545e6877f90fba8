"""The host of Workflows webhooks: whoever knows the address may post, and is answered 202 before anything is looked at.

Refused at once is only what the host itself sees: the address, its secret, the version, a body that is no JSON
(codes as Azure Logic Apps names them). Everything else fails later, inside the flow (msteams-docs #11274).
"""

import hmac
import json
from datetime import datetime, timedelta

from ..frame import Answer, Call
from .errors import Refused
from .settings import Settings
from .webhook_card import fault
from .webhook_state import ROOT, SUFFIX, Flow, Posted, Teams

_MINUTE = timedelta(minutes=1)


def is_webhook(call: Call) -> bool:
    """Whether a call goes to the host of workflows."""
    return call.path.startswith(ROOT)


def posted(teams: Teams, settings: Settings, call: Call, now: datetime) -> Answer:
    """Take what is posted, or refuse it as the host does."""
    flow = _authorised(teams, call)
    if call.method != "POST":
        raise Refused(404, "WorkflowTriggerRequestMethodNotValid", "The trigger expects the method POST.")
    flow.asked = [at for at in flow.asked if at > now - _MINUTE]
    flow.asked.append(now)
    if len(flow.asked) > settings.posts_per_minute:
        said = "Rate limit is exceeded. Try again later."
        raise Refused(429, "429", said, headers={"Retry-After": "20"}, bare=True)
    content = _content(call)
    why = fault(content, known={one.lower() for one in flow.known})
    teams.posted.append(Posted(at=now, channel=flow.channel, content=content, why=why))
    return Answer(status=202)


def _authorised(teams: Teams, call: Call) -> Flow:
    query = {name: values[0] for name, values in call.query.items()}
    if "api-version" not in query:
        said = "The api-version query parameter (?api-version=) is required for all requests."
        raise Refused(400, "MissingApiVersionParameter", said, bare=True)
    if not {"sp", "sv", "sig"} <= set(query):
        said = "The request must be authenticated only by Shared Access scheme."
        raise Refused(401, "DirectApiAuthorizationRequired", said, bare=True)
    flow = teams.flows.get(call.path.removeprefix(ROOT).removesuffix(SUFFIX))
    if flow is None or not flow.on:
        raise Refused(404, "WorkflowNotFound", "The workflow could not be found.", bare=True)
    if not hmac.compare_digest(query["sig"].encode(), flow.sig.encode()):
        raise Refused(401, "AuthorizationFailed", "The authentication credentials are not valid.", bare=True)
    return flow


def _content(call: Call) -> object:
    if "json" not in call.headers.get("content-type", ""):
        raise Refused(400, "InvalidRequestContent", "The content type is not JSON.", bare=True)
    try:
        return json.loads(call.raw)
    except ValueError:
        said = "The request content is not valid and could not be deserialized."
        raise Refused(400, "InvalidRequestContent", said, bare=True) from None
