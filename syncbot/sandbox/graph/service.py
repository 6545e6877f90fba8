"""The sandboxed Microsoft Graph as the front serves it."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from ..faults import FaultPlan, Orders
from ..frame import Answer, Call, RateLimit
from . import arrivals, batch, mail_routes, prelinks, webhook
from .auth import Verify, claims_of
from .errors import Refused, broken, throttled
from .mail_people import Offices
from .people_files import PeopleWithFiles
from .place import Place
from .routes import cost_of, handled
from .settings import Settings
from .state import State

_DIAGNOSTIC = {
    "DataCenter": "West Europe",
    "Slice": "E",
    "Ring": "5",
    "ScaleUnit": "000",
    "RoleInstance": "SANDBOX",
}
_NO_LETTER = re.compile(r"[^A-Za-z0-9]+")
_NEVER = datetime(2000, 1, 1, tzinfo=UTC)
_NEAR_LIMIT = 0.8
"""From this share of the minute's units on the answers carry RateLimit headers."""


class GraphService(PeopleWithFiles, Offices):
    """Graph for the lists and libraries of one SharePoint site, for mailboxes and calendars; besides, Teams' webhooks.

    `service.settings` says how it behaves; the methods of `People` do what persons do in the browser.
    """

    name = "graph"
    rate = RateLimit(units=1250, window_seconds=60, throttled_calls_count=True)

    def __init__(
        self,
        *,
        verify: Verify,
        ids: Callable[[], str],
        site: str = "contoso.sharepoint.com",
        path: str = "/sites/cities",
        title: str = "Cities",
        time_zone: str = "Europe/Brussels",
        app_id: str = "",
        settings: Settings | None = None,
        rate_factor: float = 1.0,
        real_seconds: Callable[[float], float] = lambda seconds: seconds,
    ) -> None:
        """Make an empty site at https://{site}{path}, with its hidden list of people.

        `verify` judges bearer tokens; `ids` makes GUIDs; `time_zone` is the site's regional setting;
        `app_id` is the client id that stands behind the application's writes. `rate_factor` and
        `real_seconds` are the front's own and the clock's, for the RateLimit headers.
        """
        super().__init__(State(site_guid=ids(), web_guid=ids()), ZoneInfo(time_zone), ids)
        self.settings = settings or Settings()
        self._verify = verify
        self._host_name, self._path, self._title = site, path, title
        self._app_id = app_id
        self._limit = self.rate.units * rate_factor
        self._real_seconds = real_seconds
        self._restart_dice()

    @property
    def settings(self) -> Settings:
        """How it behaves; setting it starts the dice of the faults afresh."""
        return self._settings

    @settings.setter
    def settings(self, settings: Settings) -> None:
        self._settings = settings
        self._sub_faults = FaultPlan(settings.sub_faults)

    @property
    def revision(self) -> int:
        """Moves with every change of the state."""
        return self.state.revision

    def handle(self, call: Call, now: datetime) -> Answer:
        """Answer one call, or each request of a batch."""
        answer = self._answer(call, now)
        self.state.use(self.cost(call), now)
        if call.method != "GET" and answer.status < 400:
            self.state.revision += 1
        return self._stamped(call, answer, now)

    def cost(self, call: Call) -> float:
        """Return resource units; a batch costs what its requests cost."""
        if not batch.is_batch(call):
            return cost_of(call)
        try:
            return sum(cost_of(step.call) for step in batch.steps_of(call))
        except Refused:
            return 1

    def throttled(self, call: Call, wait_seconds: int) -> Answer:
        """Word a 429; a batch is answered with 200 and a 429 for each of its requests."""
        headers = {
            "RateLimit-Limit": str(int(self._limit)),
            "RateLimit-Remaining": "0",
            "RateLimit-Reset": str(wait_seconds),
        }
        self.state.use(self.cost(call), self._last_now)
        refusal = throttled(wait_seconds).answer(self._last_now, "", "")
        if batch.is_batch(call):
            try:
                return self._with_ids(call, batch.all_throttled(call, refusal))
            except Refused:
                pass
        return self._with_ids(call, replace(refusal, headers=dict(refusal.headers) | headers))

    def crowded(self, call: Call, others: Sequence[Call]) -> Answer | None:
        """Word a 429 for a mailbox of which too much is asked at once."""
        refusal = mail_routes.crowded(call, others)
        return None if refusal is None else self._refusal(call, refusal, self._last_now)

    def fault(self, kind: str, call: Call, saved: Answer | None) -> Answer | None:  # noqa: ARG002
        """Word a fault of the whole call; for one request of a batch see `Settings.sub_faults`."""
        refusal = broken(kind)
        if refusal is None:
            return None
        return self._refusal(call, refusal, self._last_now)

    def order_inside(self, orders: Orders) -> None:
        """Draw these faults for each request of a batch from now on."""
        self.settings = replace(self.settings, sub_faults=orders)

    def dump(self) -> object:
        """Return the whole state as JSON-able data."""
        return self.state.model_dump(mode="json")

    def load(self, state: object) -> None:
        """Replace the whole state by what `dump` returned."""
        self.state = State.model_validate(state)
        self._restart_dice()

    def arrivals(self) -> str:
        """Return a page that shows people what arrived."""
        return arrivals.page(
            self.state, {one.title: self.file_paths(one.id) for one in self.state.libraries.values()}
        )

    def addresses(self, url: str) -> dict[str, str]:
        """Return variables that hold whole addresses below the service's own."""
        return {
            f"SYNCBOT_TEAMS_{_NO_LETTER.sub('_', flow.channel).strip('_').upper()}": url + flow.path
            for flow in self.state.teams.flows.values()
        }

    def environment(self) -> dict[str, str]:
        """Return the lines that point syncbot at the site and say where its days begin."""
        return {
            "SYNCBOT_SHAREPOINT_SITE": f"https://{self._host_name}{self._path}",
            "SYNCBOT_SITE_TIME_ZONE": self.zone.key,
        }

    def _restart_dice(self) -> None:
        self._dice = Random(1)
        self._sub_faults = FaultPlan(self._settings.sub_faults)
        self._last_now = _NEVER

    def _answer(self, call: Call, now: datetime) -> Answer:
        self._last_now = now
        try:
            if prelinks.is_prelink(call):
                return prelinks.prelinked(self._place(call, now))
            if webhook.is_webhook(call):
                return webhook.posted(self.state.teams, self.settings, call, now.replace(microsecond=0))
            claims = claims_of(call.headers.get("authorization"), self._verify, now)
            if batch.is_batch(call):
                return self._batch(call, claims, now)
            return handled(self._place(call, now), claims)
        except Refused as refused:
            return self._refusal(call, refused, now)

    def _batch(self, call: Call, claims: Mapping[str, object], now: datetime) -> Answer:
        def one(inner: Call) -> Answer:
            return self._sub_answer(inner, claims, now)

        return batch.answered(batch.steps_of(call), self._dice, one, bare_204=self.settings.bare_204)

    def _sub_answer(self, call: Call, claims: Mapping[str, object], now: datetime) -> Answer:
        """Answer one request of a batch, unless a fault hits it."""
        fault = self._sub_faults.draw(call)
        if fault is not None and not fault.saved and (refusal := broken(fault.kind)) is not None:
            return self._refusal(call, _waiting(refusal, fault.retry_after), now)
        try:
            answer = handled(self._place(call, now), claims)
        except Refused as refused:
            return self._refusal(call, refused, now)
        if fault is not None and fault.saved and (refusal := broken(fault.kind)) is not None:
            return self._refusal(call, _waiting(refusal, fault.retry_after), now)
        return answer

    def _place(self, call: Call, now: datetime) -> Place:
        return Place(
            state=self.state,
            settings=self.settings,
            call=call,
            now=now.replace(microsecond=0),
            zone=self.zone,
            host_name=self._host_name,
            path=self._path,
            title=self._title,
            app_id=self._app_id,
            new_id=self._ids,
            site_key="",
        )

    def _refusal(self, call: Call, refused: Refused, now: datetime) -> Answer:
        ids = self._new_ids(call)
        answer = refused.answer(now, ids["request-id"], ids["client-request-id"])
        return replace(answer, headers=dict(answer.headers) | ids)

    def _new_ids(self, call: Call) -> dict[str, str]:
        request_id = self._ids()
        return {
            "request-id": request_id,
            "client-request-id": call.headers.get("client-request-id", request_id),
        }

    def _with_ids(self, call: Call, answer: Answer) -> Answer:
        diagnostic = json.dumps({"ServerInfo": _DIAGNOSTIC}, separators=(",", ":"))
        own = self._new_ids(call) | {"x-ms-ags-diagnostic": diagnostic}
        return replace(answer, headers=own | dict(answer.headers))

    def _stamped(self, call: Call, answer: Answer, now: datetime) -> Answer:
        """Add what every answer carries, and the budget when most of it is used."""
        answer = self._with_ids(call, answer)
        used = sum(units for _, units in self.state.spent)
        if used < self._limit * _NEAR_LIMIT:
            return answer
        oldest = self.state.spent[0][0] + timedelta(seconds=self.rate.window_seconds)
        budget = {
            "RateLimit-Limit": str(int(self._limit)),
            "RateLimit-Remaining": str(max(0, int(self._limit - used))),
            "RateLimit-Reset": str(max(1, round(self._real_seconds((oldest - now).total_seconds())))),
        }
        return replace(answer, headers=dict(answer.headers) | budget)


def _waiting(refusal: Refused, seconds: int | None) -> Refused:
    if seconds is not None:
        refusal.headers["Retry-After"] = str(seconds)
    return refusal
