"""A page on which a person can look at what arrived: mails, cards, meetings, files. Everything on it is escaped.

Bodies of mails stand in frames without scripts or addresses of their own.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import Any

from .calendar_shown import Event
from .mail import Message
from .state import State, stamp
from .webhook_state import Posted

_STYLE = (
    "body{font-family:Calibri,Carlito,Arial,sans-serif;margin:24px;max-width:960px}"
    "article{border:1px solid #cbd2d9;border-radius:6px;padding:12px;margin:12px 0}"
    "iframe{width:100%;height:420px;border:1px solid #e4e7eb}pre{overflow:auto;background:#f5f7fa;padding:8px}"
    ".failed{border-color:#b42318}h3{margin:0 0 6px}.card p{margin:5px 0}"
    "dl{display:grid;grid-template-columns:max-content auto;gap:2px 12px;margin:6px 0}"
    "dt{color:#52606d}dd{margin:0;white-space:pre-line}"
)
_MARKDOWN = re.compile(
    r"\\(?P<kept>.)|\*\*(?P<strong>.+?)\*\*|\[(?P<text>(?:\\.|[^\]])*)\]\((?P<url>[^)]*)\)"
)
"""What our cards use of Teams' Markdown."""


def page(state: State, files: Mapping[str, Iterable[str]]) -> str:
    """Return the page; `files` are the paths of each library's files."""
    parts = [
        "<h1>What arrived</h1>",
        *_section("Mails", map(_mails, _alike(state.outlook.messages)), len(state.outlook.messages)),
        *_section("Cards in Teams", map(_card, reversed(state.teams.posted))),
        *_section("Meetings that were changed", map(_meeting, _changed(state))),
        *_section("Files", (_library(name, paths) for name, paths in files.items())),
    ]
    head = f'<meta charset="utf-8"><title>What arrived</title><style>{_STYLE}</style>'
    return (
        f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n'
        + "\n".join(parts)
        + "\n</body></html>\n"
    )


def _section(title: str, articles: Iterable[str], count: int | None = None) -> Iterator[str]:
    found = list(articles)
    yield f"<h2>{escape(title)} ({len(found) if count is None else count})</h2>"
    yield from found or ["<p>Nothing.</p>"]


def _alike(messages: Sequence[Message]) -> list[list[Message]]:
    """Mails that say the same stand together, the latest first."""
    found: dict[tuple[str, str, str, str], list[Message]] = {}
    for one in reversed(messages):
        headers = json.dumps(one.headers)
        found.setdefault((one.subject, one.content, one.sender, headers), []).append(one)
    return list(found.values())


def _mails(alike: Sequence[Message]) -> str:
    """Show what several messages say once, and each of them with whom it reached and when."""
    message = alike[0]
    content = message.content if message.kind == "html" else f"<pre>{escape(message.content)}</pre>"
    facts = {
        "From": message.sender,
        "Reply to": _people(message.reply_to),
        **{str(one["name"]): str(one["value"]) for one in message.headers},
        f"{len(alike)} messages to" if len(alike) > 1 else "To": "\n".join(
            f"{_people(one.to)}, sent {stamp(one.at)}" for one in reversed(alike)
        ),
    }
    frame = f'<iframe sandbox="" srcdoc="{escape(content)}" title="{escape(message.subject)}"></iframe>'
    return f"<article><h3>{escape(message.subject)}</h3>{_facts(facts)}{frame}</article>"


def _people(given: Iterable[Mapping[str, Any]]) -> str:
    return ", ".join(f"{one['emailAddress']['name']} <{one['emailAddress']['address']}>" for one in given)


def _facts(facts: Mapping[str, str]) -> str:
    lines = "".join(f"<dt>{escape(name)}</dt><dd>{escape(text)}</dd>" for name, text in facts.items() if text)
    return f"<dl>{lines}</dl>"


def _card(one: Posted) -> str:
    kept = "" if one.why is None else f"<p>Not shown: {escape(one.why)}.</p>"
    said = "".join(f"<p>{_shown(text)}</p>" for text in _texts(one.content))
    code = escape(json.dumps(one.content, indent=1, ensure_ascii=False))
    style = "" if one.why is None else ' class="failed"'
    facts = _facts({"Channel": one.channel, "Posted": stamp(one.at)})
    inside = f"<details><summary>JSON</summary><pre>{code}</pre></details>"
    return f'<article{style}>{facts}{kept}<div class="card">{said}</div>{inside}</article>'


def _texts(node: Any) -> Iterator[str]:
    """What a card says, in order."""
    if isinstance(node, dict):
        if isinstance(node.get("text"), str):
            yield f"**{node['text']}**" if node.get("weight") == "Bolder" else node["text"]
        for value in node.values():
            yield from _texts(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts(value)


def _shown(text: str) -> str:
    """Return text of a card as HTML: bold words, links to the web, and what was escaped as it is meant."""
    said, at = "", 0
    for found in _MARKDOWN.finditer(text):
        said += escape(text[at : found.start()]) + _marked(found)
        at = found.end()
    return said + escape(text[at:])


def _marked(found: re.Match[str]) -> str:
    if found["kept"] is not None:
        return escape(found["kept"])
    if found["strong"] is not None:
        return f"<strong>{_shown(found['strong'])}</strong>"
    words, url = _shown(found["text"]), found["url"]
    web = url.startswith(("https://", "http://"))
    return f'<a href="{escape(url)}" rel="noreferrer">{words}</a>' if web else words


def _changed(state: State) -> Iterator[Event]:
    for series in state.outlook.series.values():
        yield from (Event(series=series, day=day) for day in sorted(series.changes))


def _meeting(event: Event) -> str:
    facts = {
        "Begins": stamp(event.start),
        "Teams": "can be joined" if event.online else "can NOT be joined",
    }
    style = "" if event.online or event.series.join_url is None else ' class="failed"'
    frame = f'<iframe sandbox="" srcdoc="{escape(event.content)}" title="{escape(event.subject)}"></iframe>'
    return f"<article{style}><h3>{escape(event.subject)}</h3>{_facts(facts)}{frame}</article>"


def _library(name: str, paths: Iterable[str]) -> str:
    lines = "".join(f"<li>{escape(path)}</li>" for path in sorted(paths))
    return f"<article><h3>{escape(name)}</h3><ul>{lines}</ul></article>"
