"""The command `health` as the container asks it, every minute: answered from the store alone, in a tenth of the time."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from syncbot.errors import SyncbotError
from syncbot.service.pulse import HEARTBEAT, KINDS, LAST_RUNS, Health, LastSync, judged
from syncbot.settings import read_settings
from syncbot.store.pulse import Traces, traces


def pulse(variables: Mapping[str, str], now: datetime) -> Health | None:
    """Return whether the service is well; None where that takes the whole of syncbot, which then says why."""
    try:
        settings = read_settings(variables)
    except SyncbotError:
        return None
    found = traces(settings.database_url.get_secret_value(), (HEARTBEAT, KINDS), LAST_RUNS)
    if found is None:
        return None
    beat, kinds = found.memos
    if beat and not kinds:
        return None
    return judged(
        beat=datetime.fromisoformat(beat) if beat else None,
        last=_last(found, frozenset(kinds.split())),
        now=now,
        every=timedelta(minutes=settings.sync_minutes),
    )


def _last(found: Traces, kinds: frozenset[str]) -> LastSync | None:
    wanted = (one for one in found.syncs if one.kinds == kinds)
    return next((LastSync(started=one.started, running=one.status == "running") for one in wanted), None)


def told(found: Health, *, as_json: bool) -> str:
    """Say it as `syncbot health` does."""
    if not as_json:
        return found.words
    return json.dumps(
        {"what": "Health", "well": found.well, "words": found.words}, ensure_ascii=False, indent=2
    )
