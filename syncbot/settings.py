"""The environment, read once and judged whole; nothing below `app` reads it."""

import os
import ssl
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from dotenv import dotenv_values
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError

from syncbot.errors import Problem, SettingsError

DOT_ENV = Path(".env")
PACKAGED_MAPPINGS = Path(__file__).parent / "mappings"
"""Where an installed syncbot carries the example's mappings."""


_THIS_MACHINE = ("127.0.0.1", "localhost", "::1")
_KEPT_AS_GIVEN = ("AZURE_CLIENT_CERTIFICATE_PASSWORD",)
"""Blanks at the ends belong to the value."""
_NUMBERS = {
    "float_parsing": "a number",
    "int_parsing": "a whole number",
    "less_than_equal": "a smaller number",
    "greater_than": "a number above 0",
    "greater_than_equal": "0 or more",
}


def _web_address(text: str) -> str:
    address = urlsplit(text)
    safe = address.scheme == "https" or (address.scheme == "http" and address.hostname in _THIS_MACHINE)
    if not safe or not address.hostname or "@" in address.netloc:
        raise ValueError("an https address")
    return text.rstrip("/")


def _header_word(secret: SecretStr) -> SecretStr:
    """What is sent in a header has neither blanks nor letters outside ASCII."""
    text = secret.get_secret_value()
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("a secret as it was copied, in one piece and without quotation marks or blanks")
    return secret


def _zone(text: str) -> str:
    if text not in available_timezones():
        raise ValueError('the name of a time zone, such as "Europe/Brussels"')
    return text


def _own_address(text: str) -> str:
    try:
        return str(ip_address(text))
    except ValueError:
        raise ValueError('an address of this machine, such as "127.0.0.1" or "0.0.0.0"') from None


Address = Annotated[str, AfterValidator(_web_address)]


class Settings(BaseModel):
    """What the environment says; the names in capitals are the variables."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=False)

    notion_token: Annotated[
        Annotated[SecretStr, AfterValidator(_header_word)] | None, Field(alias="NOTION_TOKEN")
    ] = None
    tenant_id: Annotated[str | None, Field(alias="AZURE_TENANT_ID", min_length=1)] = None
    client_id: Annotated[str | None, Field(alias="AZURE_CLIENT_ID", min_length=1)] = None
    client_secret: Annotated[SecretStr | None, Field(alias="AZURE_CLIENT_SECRET", min_length=1)] = None
    certificate_path: Annotated[Path | None, Field(alias="AZURE_CLIENT_CERTIFICATE_PATH")] = None
    certificate_password: Annotated[SecretStr | None, Field(alias="AZURE_CLIENT_CERTIFICATE_PASSWORD")] = None
    database_url: Annotated[SecretStr, Field(alias="SYNCBOT_DATABASE_URL")] = SecretStr(
        "sqlite:///syncbot.sqlite"
    )
    """May hold a password."""
    notion_base_url: Annotated[Address, Field(alias="SYNCBOT_NOTION_BASE_URL")] = "https://api.notion.com"
    graph_base_url: Annotated[Address, Field(alias="SYNCBOT_GRAPH_BASE_URL")] = (
        "https://graph.microsoft.com/v1.0"
    )
    login_base_url: Annotated[Address, Field(alias="SYNCBOT_LOGIN_BASE_URL")] = (
        "https://login.microsoftonline.com"
    )
    ca_bundle: Annotated[Path | None, Field(alias="SYNCBOT_CA_BUNDLE")] = None
    notion_rate: Annotated[float, Field(alias="SYNCBOT_NOTION_REQUESTS_PER_MINUTE", gt=0)] = 180
    """180 for Free and Plus workspaces, 600 for Business and Enterprise (developers.notion.com, request limits)."""
    graph_rate: Annotated[float, Field(alias="SYNCBOT_GRAPH_UNITS_PER_MINUTE", gt=0)] = 1250
    """Resource units an app and tenant may use in a minute (SharePoint throttling limits; 1,250 is the lowest)."""
    wait_seconds: Annotated[float, Field(alias="SYNCBOT_WAIT_SECONDS", ge=0)] = 10
    """How long a verb waits for another process that works with the same service."""
    lease_seconds: Annotated[float, Field(alias="SYNCBOT_LEASE_SECONDS", gt=0)] = 120
    """How long a process that died keeps others out, where they cannot know that it died."""
    sync_minutes: Annotated[float, Field(alias="SYNCBOT_SYNC_MINUTES", ge=1)] = 15
    """How often the service syncs."""
    port: Annotated[int, Field(alias="SYNCBOT_PORT", ge=0, le=65535)] = 8787
    """Where the service answers how it is; 0 = nowhere."""
    bind: Annotated[str, AfterValidator(_own_address), Field(alias="SYNCBOT_BIND")] = "127.0.0.1"
    """For whom: this machine alone, unless another of its addresses is named."""
    teams_hosts: Annotated[str, Field(alias="SYNCBOT_TEAMS_HOSTS")] = "environment.api.powerplatform.com"
    """Where webhooks of Teams may be, parted by commas; hosts below these count too."""
    mappings: Annotated[Path | None, Field(alias="SYNCBOT_MAPPINGS")] = None
    site_time_zone: Annotated[str, AfterValidator(_zone), Field(alias="SYNCBOT_SITE_TIME_ZONE")] = (
        "Europe/Brussels"
    )
    """The SharePoint site's regional setting: the days of date-only columns begin there.

    On that clock people are told times, and type them.
    """

    @property
    def zone(self) -> ZoneInfo:
        """The site's time zone."""
        return ZoneInfo(self.site_time_zone)

    @property
    def teams_hosts_allowed(self) -> tuple[str, ...]:
        """The same, one by one."""
        return tuple(one.strip().lower() for one in self.teams_hosts.split(",") if one.strip())

    @property
    def mappings_folder(self) -> Path:
        """As set; else mappings/ where we stand; else the example that comes with syncbot."""
        here = self.mappings or Path("mappings")
        return here if self.mappings or here.is_dir() else example_mappings()


def example_mappings() -> Path:
    """The example's mappings: packaged with an installed syncbot, beside the code in a checkout."""
    return PACKAGED_MAPPINGS if PACKAGED_MAPPINGS.is_dir() else Path(__file__).parents[1] / "mappings"


def environment() -> Mapping[str, str]:
    """Return the variables of the process, and those of a file .env where we stand that the process does not set."""
    from_file = {name: value for name, value in dotenv_values(DOT_ENV).items() if value is not None}
    return {**from_file, **os.environ}  # noqa: TID251


def read_settings(variables: Mapping[str, str]) -> Settings:
    """Judge the variables. Raises `SettingsError` with every fault; no value of a secret is in it."""
    given = _given(variables)
    try:
        settings = Settings.model_validate(given)
    except ValidationError as error:
        raise SettingsError([_problem(fault, given) for fault in error.errors(include_url=False)]) from None
    faults = [
        _missing_file(name, path) for name, path in _files(settings).items() if path and not path.is_file()
    ]
    if not faults and settings.ca_bundle and not _holds_certificates(settings.ca_bundle):
        expected = "a PEM file with certificates"
        faults.append(Problem(place="SYNCBOT_CA_BUNDLE", expected=expected, found=str(settings.ca_bundle)))
    if faults:
        raise SettingsError(faults)
    return settings


def _given(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables that are read here, without blanks at their ends; a blank one is not set."""
    ours = {name: value for name, value in variables.items() if name in _names()}
    shorn = {name: value if name in _KEPT_AS_GIVEN else value.strip() for name, value in ours.items()}
    return {name: value for name, value in shorn.items() if value}


def setting_names() -> tuple[str, ...]:
    """Every variable that is read here, in order."""
    return tuple(_names())


def _names() -> dict[str, Any]:
    return {str(field.alias): field for field in Settings.model_fields.values()}


def _files(settings: Settings) -> dict[str, Path | None]:
    return {
        "SYNCBOT_CA_BUNDLE": settings.ca_bundle,
        "AZURE_CLIENT_CERTIFICATE_PATH": settings.certificate_path,
    }


def _problem(fault: Any, given: Mapping[str, str]) -> Problem:
    name = str(fault["loc"][0])
    secret = "SECRET" in name or "TOKEN" in name or "PASSWORD" in name or "DATABASE" in name
    found = "a value that is kept secret" if secret else repr(given.get(name, ""))
    expected = _NUMBERS.get(fault["type"]) or fault["msg"].removeprefix("Value error, ")
    return Problem(place=name, expected=expected, found=found)


def _holds_certificates(path: Path) -> bool:
    try:
        ssl.create_default_context(cafile=path)
    except (OSError, ValueError):
        return False
    return True


def _missing_file(name: str, path: Path) -> Problem:
    return Problem(place=name, expected="a file that is there", found=str(path))
