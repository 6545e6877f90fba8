"""Tells what both places of the sandbox say of each city, read as anybody would read them, in comparable words.

Nothing of syncbot's reading is used here: a mistake there must not hide itself.
"""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from syncbot.cli.onlooker import Onlooker

MAPPING = yaml.safe_load((Path(__file__).parents[2] / "mappings/city.yaml").read_text(encoding="utf-8"))
FIELDS: Mapping[str, Any] = MAPPING["fields"]
ZONE = ZoneInfo("Europe/Brussels")
COUNTRIES = {"Türkiye": "TR", "Turkey": "TR", "Bosnia and Herzegovina": "BA", "Bosnia & Herzegovina": "BA"}

Story = dict[str, dict[str, object]]
"""City by its key -> field -> what is said, in words of the mapping."""


def told_by_notion(lines: Mapping[str, str]) -> Story:
    """What Notion says."""
    onlooker = Onlooker(lines)
    people = {page["id"]: _notion_value(page["properties"]["Name"]) for page in onlooker.pages("PEOPLE")}
    cities = onlooker.pages("CITIES")
    return {
        str(_notion_value(page["properties"]["syncbot key"])): {
            field: _in_words(
                field, "notion", _notion_value(page["properties"][_column(field, "notion")], people)
            )
            for field in FIELDS
            if "notion" in FIELDS[field]
        }
        for page in cities
    }


def told_by_sharepoint(lines: Mapping[str, str]) -> Story:
    """What SharePoint says."""
    onlooker = Onlooker(lines)
    people = {str(item["id"]): item["fields"]["Title"] for item in onlooker.items("People")}
    return {
        item["fields"].get("SyncbotKey", ""): {
            field: _in_words(field, "sharepoint", _sharepoint_value(item["fields"], field, people))
            for field in FIELDS
            if "sharepoint" in FIELDS[field]
        }
        for item in onlooker.items("Mission Cities")
    }


def _column(field: str, place: str) -> str:
    declared = FIELDS[field][place]
    return declared if isinstance(declared, str) else declared["column"]


def _in_words(field: str, place: str, value: object) -> object:
    """Say options in the mapping's words, so that both places can be compared."""
    declared = FIELDS[field][place]
    options = declared.get("options", {}) if isinstance(declared, dict) else {}
    words = {str(option): str(word) for word, option in options.items()}
    if isinstance(value, frozenset):
        return frozenset(words.get(str(one), one) for one in value)
    return words.get(str(value), value) if isinstance(value, str) else value


def _notion_value(cell: Mapping[str, Any], people: Mapping[str, Any] | None = None) -> object:
    kind = cell["type"]
    held = cell[kind]
    match kind:
        case "title" | "rich_text":
            return "".join(part["plain_text"] for part in held) or None
        case "select" | "status":
            return held["name"] if held else None
        case "multi_select":
            return frozenset(one["name"] for one in held) or None
        case "date":
            return _moment(held["start"]) if held else None
        case "relation":
            return next(((people or {})[one["id"]] for one in held), None)
        case _:
            return held


def _sharepoint_value(fields: Mapping[str, Any], field: str, people: Mapping[str, str]) -> object:
    column = _column(field, "sharepoint")
    if f"{column}LookupId" in fields:
        return people[str(fields[f"{column}LookupId"])]
    held = fields.get(column)
    if isinstance(held, list):
        return frozenset(held) or None
    if isinstance(held, str) and field in ("label_date", "last_contact", "next_checkin"):
        return _moment(held)
    return held or (held if held == 0 else None)


def _moment(text: str) -> str:
    """Say a day as a day: SharePoint gives the instant of the site's midnight."""
    if len(text) == len("2026-03-02"):
        return text
    moment = datetime.fromisoformat(text).astimezone(ZONE)
    return moment.date().isoformat() if (moment.hour, moment.minute) == (0, 0) else moment.isoformat()
