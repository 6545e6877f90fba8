"""`POST /$batch`: up to twenty requests in one, answered in any order."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from ..frame import Answer, Call
from .errors import Refused, bad_request
from .state import Wire

PATH = "/v1.0/$batch"
MOST = 20
_METHODS = ("GET", "POST", "PATCH", "PUT", "DELETE")
_SHAPE = "Invalid batch payload format."


@dataclass(frozen=True, kw_only=True)
class Step:
    """One request of a batch."""

    id: str
    call: Call
    needs: tuple[str, ...] = ()


def is_batch(call: Call) -> bool:
    """Say whether the call is a batch."""
    return call.path == PATH and call.method == "POST"


def steps_of(call: Call) -> list[Step]:
    """Read the requests; refuse the whole batch with 400 when its form is wrong."""
    requests = call.body.get("requests") if isinstance(call.body, dict) else None
    if not isinstance(requests, list) or not requests:
        raise bad_request(_SHAPE)
    if len(requests) > MOST:
        raise bad_request(f"Number of batch request steps exceeds the maximum value of {MOST}.")
    steps = [_step(call, request) for request in requests]
    ids = [step.id for step in steps]
    if len(set(ids)) < len(ids) or any(set(step.needs) - set(ids) for step in steps):
        raise bad_request(_SHAPE)
    return steps


def answered(steps: list[Step], dice: Random, handle: Callable[[Call], Answer], *, bare_204: bool) -> Answer:
    """Carry the requests out, in any order that respects what each needs, and answer in that order."""
    answers: dict[str, Answer] = {}
    for step in _any_order(steps, dice):
        failed = [need for need in step.needs if answers[need].status >= 400]
        answers[step.id] = _failed_dependency() if failed else handle(step.call)
    bare = bare_204
    responses: list[Wire] = []
    for step_id, answer in answers.items():
        responses.append(_response(step_id, answer, bare=bare))
        bare = bare_204 and (not bare if answer.status == 204 else bare)
    return Answer(status=200, body={"responses": responses}, content_type="application/json")


def all_throttled(call: Call, refusal: Answer) -> Answer:
    """Answer a batch that is above the budget: 200 outside, 429 for each request (recorded)."""
    responses = [_response(step.id, refusal, bare=False) for step in steps_of(call)]
    return Answer(status=200, body={"responses": responses}, content_type="application/json")


def _step(call: Call, request: Any) -> Step:
    if not isinstance(request, dict):
        raise bad_request(_SHAPE)
    step_id, method, url = (request.get(name) for name in ("id", "method", "url"))
    needs = request.get("dependsOn") or []
    if not (isinstance(step_id, str) and step_id and isinstance(url, str) and isinstance(needs, list)):
        raise bad_request(_SHAPE)
    if str(method).upper() not in _METHODS or urlsplit(url).scheme or "$batch" in url:
        raise bad_request(_SHAPE)
    if str(method).upper() == "PUT" and urlsplit(url).path.endswith("/content"):
        raise bad_request("Content cannot be uploaded in a batch here.")  # the real one takes it in base64
    headers = {str(name).lower(): str(text) for name, text in (request.get("headers") or {}).items()}
    body = request.get("body")
    if body is not None and "content-type" not in headers:
        raise bad_request(f"Write request id : {step_id} does not contain Content-Type header or body.")
    inner = _inner(call, str(method).upper(), url, headers, body)
    return Step(id=step_id, call=inner, needs=tuple(map(str, needs)))


def _inner(call: Call, method: str, url: str, headers: Mapping[str, str], body: object) -> Call:
    """Make the call that the request stands for; it goes by the batch's own token and host."""
    parts = urlsplit(url)
    query: dict[str, tuple[str, ...]] = {}
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        query[name] = (*query.get(name, ()), value)
    outer = {
        name: call.headers[name] for name in ("authorization", "client-request-id") if name in call.headers
    }
    return Call(
        method=method,
        path="/v1.0/" + unquote(parts.path).lstrip("/"),
        query=query,
        headers=outer | dict(headers),
        body=body,
        host=call.host,
    )


def _any_order(steps: list[Step], dice: Random) -> list[Step]:
    """Shuffle, then put everything after what it needs; a circle is refused."""
    waiting = dice.sample(steps, len(steps))
    if waiting == steps and not any(step.needs for step in steps):
        waiting.reverse()  # an order that looks kept invites clients to rely on it
    done: list[Step] = []
    while waiting:
        known = {step.id for step in done}
        ready = next((step for step in waiting if set(step.needs) <= known), None)
        if ready is None:
            raise bad_request(_SHAPE)
        waiting.remove(ready)
        done.append(ready)
    return done


def _failed_dependency() -> Answer:
    refusal = Refused(424, "FailedDependency", "Failed Dependency")
    return Answer(status=424, body={"error": {"code": refusal.code, "message": refusal.message}})


def _response(step_id: str, answer: Answer, *, bare: bool) -> Wire:
    if answer.status == 204:
        headers = {} if bare else {"headers": {"Cache-Control": "no-cache"}}
        return {"id": step_id, "status": 204, **headers, "body": None}
    kept = {name: text for name, text in answer.headers.items() if name not in _OUTER}
    headers = {"headers": kept | {"Content-Type": answer.content_type}}
    return {"id": step_id, "status": answer.status, **headers, "body": answer.body}


_OUTER = ("request-id", "client-request-id", "x-ms-ags-diagnostic", "Location-Absolute")
