"""Looks at the sandbox from outside: what its services saw and hold, and edits as people make them."""

import base64
import ssl
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

import httpx

_READS = ("/query", "/token")
"""Ends of POST addresses that change nothing."""


class Onlooker:
    """Stands beside the sandbox that these environment lines point at."""

    def __init__(self, lines: Mapping[str, str]) -> None:
        """Know where the services are and which places hold the cities and people."""
        self._lines = lines
        self._came = datetime.now(UTC).replace(second=0, microsecond=0)  # noqa: TID251  # a watch of its own
        self._services = {
            "Notion": lines["SYNCBOT_NOTION_BASE_URL"],
            "SharePoint": lines["SYNCBOT_GRAPH_BASE_URL"].removesuffix("/v1.0"),
        }

    def requests(self) -> dict[str, int]:
        """How many requests each service saw since `forget`."""
        return {name: len(self._log(name)) for name in self._services}

    def bodies(self) -> list[str]:
        """The ids of the Notion pages whose body was asked for since `forget`."""
        paths = [str(entry["path"]) for entry in self._log("Notion")]
        return [path.split("/")[-2] for path in paths if path.endswith(("/markdown", "/children"))]

    def for_bodies(self) -> int:
        """How many requests were for bodies: these, and the list of members where a body mentions some."""
        return len(self.bodies()) + sum(str(entry["path"]) == "/v1/users" for entry in self._log("Notion"))

    def fresh_pages(self, what: str) -> set[str]:
        """The ids of pages that were edited since the onlooker came."""
        return {
            page["id"]
            for page in self.pages(what)
            if datetime.fromisoformat(page["last_edited_time"]) >= self._came
        }

    def writes(self) -> int:
        """How many of them could have changed anything."""
        return sum(_writes(entry) for name in self._services for entry in self._log(name))

    def forget(self) -> None:
        """Start counting anew."""
        for url in self._services.values():
            httpx.delete(f"{url}/_sandbox/requests", trust_env=False).raise_for_status()

    def keys(self) -> dict[str, list[str]]:
        """Our key on every row of the cities, as any reader of the two services sees them."""
        texts = [said(page["properties"]["syncbot key"]) for page in self.pages("CITIES")]
        items = self.items("Mission Cities")
        return {"Notion": texts, "SharePoint": [item["fields"].get("SyncbotKey", "") for item in items]}

    def city(self, name: str) -> Mapping[str, str]:
        """The rows of the city of that name in one of the places, by place: they carry the same key."""
        rows = [
            ("notion", page["id"], said(page["properties"]["City"]), said(page["properties"]["syncbot key"]))
            for page in self.pages("CITIES")
        ]
        rows += [
            ("sharepoint", item["id"], item["fields"]["Title"], item["fields"].get("SyncbotKey", ""))
            for item in self.items("Mission Cities")
        ]
        keys = {key for _, _, title, key in rows if title == name}
        return {place: str(ref) for place, ref, _, key in rows if key in keys}

    def pages(self, what: str) -> list[dict[str, Any]]:
        """All pages of a data source, by the end of its variable: "CITIES", "PEOPLE", "ACTIONS" .."""
        address, body = f"data_sources/{self._lines[f'SYNCBOT_NOTION_{what}']}/query", {"page_size": 100}
        found: list[dict[str, Any]] = []
        while True:
            answer = self._notion("POST", address, body)
            found += answer["results"]
            if not answer["has_more"]:
                return found
            body = {"page_size": 100, "start_cursor": answer["next_cursor"]}

    def items(self, title: str) -> list[dict[str, Any]]:
        """All items of a list."""
        address: str | None = f"{self._lists}/{title}/items?$expand=fields&$top=200"
        found: list[dict[str, Any]] = []
        while address:
            answer = self._graph(address)
            found += answer["value"]
            address = answer.get("@odata.nextLink")
        return found

    def page(self, page: str) -> dict[str, Any]:
        """The properties of a Notion page."""
        properties: dict[str, Any] = self._notion("GET", f"pages/{page}")["properties"]
        return properties

    def item(self, item: str) -> dict[str, Any]:
        """The fields of an item of the list of cities."""
        fields: dict[str, Any] = self._graph(f"{self._lists}/Mission Cities/items/{item}?$expand=fields")[
            "fields"
        ]
        return fields

    def edit_page(self, page: str, properties: Mapping[str, Any], *, by: str) -> None:
        """Edit a Notion page as a person does."""
        self._edit("Notion", {"page": page, "properties": properties, "by": by})

    def edit_item(self, item: str, fields: Mapping[str, Any], *, by: str, of: str = "Mission Cities") -> None:
        """Edit an item of a list as a person does."""
        self._edit("SharePoint", {"list": of, "item": item, "fields": fields, "by": by})

    def blocks(self, page: str) -> list[dict[str, Any]]:
        """The blocks of the body of a Notion page."""
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            answer = self._notion("GET", f"blocks/{page}/children?page_size=100{cursor}")
            found += answer["results"]
            if not answer["has_more"]:
                return found
            cursor = f"&start_cursor={answer['next_cursor']}"

    def boxes(self, page: str) -> list[str]:
        """The lines with a box in the body of a Notion page."""
        boxes = [block["to_do"]["rich_text"] for block in self.blocks(page) if block["type"] == "to_do"]
        return ["".join(part["plain_text"] for part in box) for box in boxes]

    def tick(self, page: str, line: str, *, by: str) -> None:
        """Tick the box of a line on a Notion page as a person does."""
        self._edit("Notion", {"page": page, "lines": {line: True}, "by": by})

    def events(self, mailbox: str, first: date, last: date) -> list[dict[str, Any]]:
        """The events of somebody's calendar, from the first day on and before the last."""
        window = f"startDateTime={first}T00:00:00Z&endDateTime={last}T00:00:00Z&$top=200"
        base = self._lines["SYNCBOT_GRAPH_BASE_URL"]
        events: list[dict[str, Any]] = self._graph(f"{base}/users/{mailbox}/calendarView?{window}")["value"]
        return events

    def remembered(self) -> dict[str, Any]:
        """Everything that the sandbox's Microsoft 365 remembers."""
        url = f"{self._services['SharePoint']}/_sandbox/state"
        kept: dict[str, Any] = httpx.get(url, trust_env=False).raise_for_status().json()
        return kept

    @property
    def arrived(self) -> str:
        """The address of the page on which a person can look at what arrived, while the sandbox runs."""
        return f"{self._services['SharePoint']}/_sandbox/arrived"

    def arrived_page(self) -> bytes:
        """That page."""
        return httpx.get(self.arrived, trust_env=False).raise_for_status().content

    def files(self) -> list[str]:
        """The paths of all files in the library."""
        paths: list[str] = self._files().json()
        return paths

    def file(self, path: str) -> bytes:
        """What is in a file."""
        return self._files(path=path).content

    def save_file(self, path: str, data: bytes, *, by: str) -> None:
        """Save a file as a person does."""
        order = {"path": path, "content": base64.b64encode(data).decode(), "by": by}
        url = f"{self._services['SharePoint']}/_sandbox/files"
        httpx.post(url, json=order, trust_env=False).raise_for_status()

    def _files(self, **which: str) -> httpx.Response:
        url = f"{self._services['SharePoint']}/_sandbox/files"
        params = {"library": "Documents", **which}
        return httpx.get(url, params=params, trust_env=False).raise_for_status()

    def _notion(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        headers = {"Authorization": f"Bearer {self._lines['NOTION_TOKEN']}", "Notion-Version": "2026-03-11"}
        address = f"{self._services['Notion']}/v1/{path}"
        answer = httpx.request(method, address, headers=headers, json=body, trust_env=False)
        return answer.raise_for_status().json()

    def _graph(self, address: str) -> Any:
        headers = {"Authorization": f"Bearer {self._token}"}
        return httpx.get(address, headers=headers, trust_env=False).raise_for_status().json()

    @property
    def _lists(self) -> str:
        site = self._lines["SYNCBOT_SHAREPOINT_SITE"].removeprefix("https://").split("/", 1)
        return f"{self._lines['SYNCBOT_GRAPH_BASE_URL']}/sites/{site[0]}:/{site[1]}:/lists"

    @cached_property
    def _token(self) -> str:
        form = {
            "client_id": self._lines["AZURE_CLIENT_ID"],
            "client_secret": self._lines["AZURE_CLIENT_SECRET"],
            "grant_type": "client_credentials",
            "scope": "https://graph.microsoft.com/.default",
        }
        address = (
            f"{self._lines['SYNCBOT_LOGIN_BASE_URL']}/{self._lines['AZURE_TENANT_ID']}/oauth2/v2.0/token"
        )
        trust = ssl.create_default_context(cafile=self._lines["SYNCBOT_CA_BUNDLE"])
        answer = httpx.post(address, data=form, verify=trust, trust_env=False).raise_for_status()
        return str(answer.json()["access_token"])

    def _edit(self, service: str, order: Mapping[str, Any]) -> None:
        answer = httpx.post(f"{self._services[service]}/_sandbox/edit", json=order, trust_env=False)
        answer.raise_for_status()

    def _log(self, service: str) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = httpx.get(
            f"{self._services[service]}/_sandbox/requests", trust_env=False
        ).json()
        return entries


def said(cell: Mapping[str, Any]) -> str:
    """What stands in a text of Notion."""
    return "".join(part["plain_text"] for part in cell[cell["type"]])


def _writes(entry: Mapping[str, Any]) -> bool:
    return entry["method"] != "GET" and not str(entry["path"]).endswith(_READS)
