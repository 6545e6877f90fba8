"""Who is told of failures: by the outlets that can be used, and what the others lack is said."""

import shutil
from pathlib import Path

import pytest

from syncbot.app import opened
from syncbot.service.checking import _alerts
from syncbot.service.parts import Quiet
from syncbot.settings import example_mappings

SIGN_IN = {
    "NOTION_TOKEN": "ntn_1",
    "AZURE_TENANT_ID": "t",
    "AZURE_CLIENT_ID": "c",
    "AZURE_CLIENT_SECRET": "s",
    "SYNCBOT_SHAREPOINT_SITE": "https://contoso.sharepoint.com/sites/cities",
    **{
        f"SYNCBOT_NOTION_{kind}": kind
        for kind in ("CITIES", "PEOPLE", "MEETINGS", "ACTIONS", "DECISIONS", "NEEDS")
    },
}
HOOK = {"SYNCBOT_TEAMS_ALERTS": "https://x.environment.api.powerplatform.com/w/1?sig=topsecret"}
BOX, PEOPLE = (
    {"SYNCBOT_MAILBOX": "office@contoso.example"},
    {"WHO": "it@contoso.example, , b@contoso.example"},
)


@pytest.mark.parametrize(
    ("variables", "by", "unset", "said"),
    [
        ({**HOOK, **BOX, **PEOPLE}, ["channel_alerts", "mail"], [], "is told by channel_alerts, mail"),
        ({**HOOK, **BOX}, ["channel_alerts"], ["WHO"], "not everywhere until this is right: WHO"),
        ({**BOX, **PEOPLE}, ["mail"], ["SYNCBOT_TEAMS_ALERTS"], "is told by mail; not everywhere"),
        ({}, [], ["SYNCBOT_TEAMS_ALERTS", "SYNCBOT_MAILBOX", "WHO"], "nobody is told of failures until"),
        (
            {**PEOPLE, "SYNCBOT_TEAMS_ALERTS": "https://evil.example/?sig=topsecret"},
            [],
            ["SYNCBOT_TEAMS_ALERTS", "SYNCBOT_MAILBOX"],
            "nobody",
        ),
    ],
)
def test_alerts_leave_by_what_is_set_up_and_the_rest_is_named(
    tmp_path: Path, variables: dict[str, str], by: list[str], unset: list[str], said: str
) -> None:
    """One channel without its address does not keep the mail from leaving; no secret is in what is said."""
    shutil.copytree(example_mappings(), tmp_path / "mappings")
    file = tmp_path / "mappings/groups.yaml"
    declared = "alerts: {to: [channel_alerts, mail], people: {env: WHO}}"
    file.write_text(file.read_text().replace("alerts: {to: [channel_alerts]}", declared))
    where = {
        "SYNCBOT_DATABASE_URL": f"sqlite:///{tmp_path / 'syncbot.sqlite'}",
        "SYNCBOT_MAPPINGS": str(tmp_path / "mappings"),
    }
    with opened(
        watch=Quiet(), on_wait=lambda _, __: None, variables={**SIGN_IN, **where, **variables}
    ) as parts:
        alarm = parts.alarm()
        [tick] = _alerts(parts)
    assert alarm is not None
    assert [way.outlet.name for way in alarm.ways] == by
    assert [one.place for one in alarm.unset] == unset
    assert [one.email for one in alarm.people] == (
        ["it@contoso.example", "b@contoso.example"] if "WHO" in variables else []
    )
    assert said in tick.detail
    assert tick.left_out == bool(unset)
    assert tick.right
    assert "topsecret" not in f"{alarm} {tick}"
