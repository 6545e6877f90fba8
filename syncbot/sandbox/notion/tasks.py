"""Writes that are answered before they are done. Here they are done at once, and said to be done a little later."""

from datetime import datetime, timedelta

from ..frame import Answer
from .place import Place
from .state import Task, Wire, stamp

_TAKES = timedelta(seconds=2)
_OPERATION = {"surface": "rest", "name": "PATCH /v1/pages/:page_id/markdown"}


def queued(place: Place, result: Wire) -> Answer:
    """Answer 202 with a task (recorded members); `result` is what it will have come to."""
    key = "task_" + place.new_id().replace("-", "")
    place.state.tasks[key] = Task(id=key, created=place.now, result=result)
    shown = _shown(place, place.state.tasks[key], "queued")
    return Answer(status=202, body={**shown, "poll_after_seconds": 2})


def one_task(place: Place, key: str) -> Answer:
    """Answer `GET /v1/async_tasks/{id}`."""
    place.may("read")
    task = place.state.tasks.get(key)
    if task is None:
        raise place.refuse("async_task", key)
    if not _done(task, place.now):
        return Answer(status=200, body={**_shown(place, task, "running"), "poll_after_seconds": 2})
    return Answer(status=200, body={**_shown(place, task, "succeeded"), "result": task.result})


def _done(task: Task, now: datetime) -> bool:
    return now >= task.created + _TAKES


def _shown(place: Place, task: Task, status: str) -> Wire:
    return {
        "object": "async_task",
        "id": task.id,
        "status": status,
        "status_url": f"{place.call.host}/v1/async_tasks/{task.id}",
        "created_time": stamp(task.created),
        "operation": _OPERATION,
    }
