"""What the environment may say, and what is said of its mistakes."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from syncbot.errors import SettingsError
from syncbot.settings import read_settings


def refused(variables: Mapping[str, str]) -> str:
    """What is said of these variables."""
    with pytest.raises(SettingsError) as caught:
        read_settings(variables)
    return str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "http://notion.example",
        "http://127.0.0.1.notion.example",
        "http://localhost.notion.example:80",
        "http://127.0.0.1@notion.example",
        "https://me:word@notion.example",
        "https://",
        "notion.example",
    ],
)
def test_a_token_is_sent_in_the_clear_to_this_machine_only(address: str) -> None:
    """An address that merely begins like this machine's is a foreign one."""
    assert "SYNCBOT_NOTION_BASE_URL: expected an https address" in refused(
        {"SYNCBOT_NOTION_BASE_URL": address}
    )


def test_addresses_of_this_machine_may_go_without_certificates() -> None:
    """The sandbox serves there."""
    for address in ("http://127.0.0.1:8080", "http://localhost:1/v1.0", "http://[::1]:8080"):
        assert read_settings({"SYNCBOT_GRAPH_BASE_URL": address}).graph_base_url == address


def test_blanks_around_a_value_are_none_of_it_and_a_blank_value_is_not_set() -> None:
    """A line break copied along with a token would make a header that cannot be sent."""
    token = read_settings({"NOTION_TOKEN": " ntn_1\n"}).notion_token
    assert token is not None
    assert token.get_secret_value() == "ntn_1"
    assert read_settings({"NOTION_TOKEN": "  "}).notion_token is None
    password = read_settings({"AZURE_CLIENT_CERTIFICATE_PASSWORD": " x "}).certificate_password
    assert password is not None
    assert password.get_secret_value() == " x "


@pytest.mark.parametrize("token", ["ntn_1 ntn_2", "ntn_\n2", "ntn_ü", "“ntn_1”"])
def test_a_token_that_no_header_can_carry_is_told_without_showing_it(token: str) -> None:
    """Sent anyway it would look like a service that does not answer."""
    said = refused({"NOTION_TOKEN": token})
    assert "NOTION_TOKEN: expected a secret as it was copied" in said
    assert "ntn_" not in said


def test_a_bundle_without_certificates_is_told(tmp_path: Path) -> None:
    """Else the first connection falls over it."""
    (tmp_path / "bundle.pem").write_text("nonsense")
    said = refused({"SYNCBOT_CA_BUNDLE": str(tmp_path / "bundle.pem")})
    assert "SYNCBOT_CA_BUNDLE: expected a PEM file with certificates" in said
    assert "expected a file that is there" in refused({"SYNCBOT_CA_BUNDLE": str(tmp_path / "none.pem")})


def test_numbers_are_asked_for_in_plain_words() -> None:
    """What a library says of them is not for people."""
    said = refused(
        {
            "SYNCBOT_NOTION_REQUESTS_PER_MINUTE": "abc",
            "SYNCBOT_GRAPH_UNITS_PER_MINUTE": "0",
            "SYNCBOT_WAIT_SECONDS": "-3",
        }
    )
    assert "SYNCBOT_NOTION_REQUESTS_PER_MINUTE: expected a number, found 'abc'" in said
    assert "SYNCBOT_GRAPH_UNITS_PER_MINUTE: expected a number above 0, found '0'" in said
    assert "SYNCBOT_WAIT_SECONDS: expected 0 or more, found '-3'" in said


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("SYNCBOT_PORT", "x", "expected a whole number"),
        ("SYNCBOT_PORT", "65536", "expected a smaller number"),
        ("SYNCBOT_PORT", "-1", "expected 0 or more"),
        ("SYNCBOT_BIND", "everywhere", "expected an address of this machine"),
    ],
)
def test_a_port_or_address_that_cannot_be_is_told(name: str, text: str, said: str) -> None:
    """Else nobody would notice that nothing can be asked."""
    assert f"{name}: {said}" in refused({name: text})
    assert read_settings({"SYNCBOT_BIND": "::1", "SYNCBOT_PORT": "0"}).bind == "::1"
