"""What people and administrators do in Outlook and Teams, and what they see there; nothing here goes through HTTP."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time

from .calendar_shown import Event
from .calendar_text import cleaned, joining
from .mail import Mailbox, Message, Series
from .state import State
from .webhook_state import Flow, Posted

_FIRST = datetime(2020, 1, 1, tzinfo=UTC)


class Offices:
    """Mailboxes, calendars and Teams channels of the organisation."""

    state: State
    _ids: Callable[[], str]

    def add_mailbox(self, name: str, address: str) -> str:
        """Give somebody a mailbox and return its id."""
        box = Mailbox(id=self._ids(), address=address, name=name)
        self.state.outlook.mailboxes[address.lower()] = box
        self.state.revision += 1
        return box.id

    def limit_scope(self, addresses: Sequence[str] | None) -> None:
        """Let the application reach these mailboxes only, or all."""
        self.state.outlook.scope = None if addresses is None else list(addresses)
        self.state.revision += 1

    def add_series(
        self,
        owner: str,
        subject: str,
        *,
        first: date,
        until: date,
        at: time,
        minutes: int = 60,
        weeks: int = 1,
        zone: str = "Europe/Brussels",
        join_url: str | None = None,
        text: str = "",
        cancelled: Sequence[date] = (),
    ) -> str:
        """Put a meeting into somebody's calendar for every so many weeks and return the id of the series."""
        body = f"<div>{text}</div>" + (joining(join_url) if join_url else "")
        one = Series(
            id=f"AAMkS{self._ids().replace('-', '')}AAA=",
            owner=owner,
            subject=subject,
            first=first,
            until=until,
            weeks=weeks,
            at=at,
            minutes=minutes,
            zone=zone,
            content=cleaned(body),
            join_url=join_url,
            created=_FIRST,
            cancelled=list(cancelled),
        )
        self.state.outlook.series[one.id] = one
        self.state.revision += 1
        return one.id

    def add_flow(self, channel: str, *, known: Sequence[str] = ()) -> str:
        """Make a workflow that posts into a channel; return the path of its webhook, with its secret.

        `known` are the ids of people who can be mentioned.
        """
        flow = Flow(
            id=self._ids().replace("-", ""),
            sig=self._ids().replace("-", ""),
            channel=channel,
            known=list(known),
        )
        self.state.teams.flows[flow.id] = flow
        self.state.revision += 1
        return flow.path

    def switch_off(self, channel: str) -> None:
        """Delete the workflow, as happens when its owner leaves."""
        for flow in self.state.teams.flows.values():
            if flow.channel == channel:
                flow.on = False
        self.state.revision += 1

    @property
    def messages(self) -> Sequence[Message]:
        """All messages that were sent, in order."""
        return self.state.outlook.messages

    @property
    def posted(self) -> Sequence[Posted]:
        """All that was posted to workflows, in order, with what became of it."""
        return self.state.teams.posted

    def meeting(self, series: str, day: date) -> Event:
        """Return one occurrence as it stands in the calendar."""
        return Event(series=self.state.outlook.series[series], day=day)
