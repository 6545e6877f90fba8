"""How the real parts are judged before any of them is made."""

import pytest

from syncbot.app import opened
from syncbot.errors import SettingsError
from syncbot.service.parts import Quiet
from syncbot.settings import example_mappings


def test_all_that_is_not_set_is_named_at_once() -> None:
    """Somebody without any settings reads of tokens and of ids in one go, and that it is the settings that lack them."""
    variables = {"SYNCBOT_MAPPINGS": str(example_mappings())}
    with (
        pytest.raises(SettingsError) as told,
        opened(watch=Quiet(), on_wait=lambda _why, _seconds: None, variables=variables),
    ):
        pass
    said = str(told.value)
    for name in (
        "NOTION_TOKEN",
        "AZURE_TENANT_ID",
        "AZURE_CLIENT_ID",
        "SYNCBOT_NOTION_CITIES",
        "SYNCBOT_SHAREPOINT_SITE",
    ):
        assert name in said
