"""Templates of mappings/ and a reader's language: from facts to lines.

A template is Jinja, always in its sandbox: it sees the facts it is given and the filters below, and nothing of Python.
What it writes may hold `<a href>` and `<strong>`; everything that came from a person is escaped before, so a city that
is called "<b>" is called so. Links that lead elsewhere than https, http or mailto lose their address and keep their text.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from gettext import NullTranslations
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_decimal
from jinja2 import StrictUndefined, Template, TemplateError
from jinja2.ext import InternationalizationExtension
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from .form import Line, Run

_NAMES = 10
SAFE = frozenset({"https", "http", "mailto"})
_LINK = Markup('<a href="{url}">{text}</a>')


class WordingFault(ValueError):
    """A template that cannot be read or that asks for what is not there; the text says what."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Whom a publication is for, as far as words go."""

    locale: Locale
    zone: ZoneInfo
    translations: NullTranslations

    @property
    def language(self) -> str:
        """ISO 639-1."""
        return str(self.locale.language)


class Wording:
    """Templates in one reader's language."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._environment = ImmutableSandboxedEnvironment(
            autoescape=True, undefined=StrictUndefined, extensions=[InternationalizationExtension]
        )
        self._environment.install_gettext_translations(reader.translations, newstyle=True)  # type: ignore[attr-defined]
        self._environment.globals["_"] = self._translated
        self._environment.filters.update(_filters(reader))
        self._read: dict[str, Template] = {}

    def line(self, template: str, facts: Mapping[str, Any]) -> Line:
        """Return what a template says of the facts. Raises `WordingFault`."""
        try:
            said = self._template(template).render(facts)
        except Exception as error:  # a template can divide by nothing, ask for too long a range, call itself
            raise WordingFault(f"{template!r}: {error}") from error
        return Line(runs=_runs(said))

    def _template(self, template: str) -> Template:
        """To read a template takes far longer than to fill it in, and each is filled in for every line."""
        if template not in self._read:
            self._read[template] = self._environment.from_string(template)
        return self._read[template]

    def text(self, template: str, facts: Mapping[str, Any]) -> str:
        """Return the words alone: titles and subjects have no links. Raises `WordingFault`."""
        return self.line(template, facts).text

    def word(self, fixed: str) -> str:
        """Return one of our own fixed words in the reader's language; for "" a catalogue would tell its own heading."""
        return self.reader.translations.gettext(fixed) if fixed else ""

    def _translated(self, fixed: str, **facts: object) -> Markup:
        """Jinja's own takes a column's name for markup, and reads a per cent sign where nothing is to be filled in."""
        said = escape(self.word(str(fixed)))
        return said % facts if facts else said

    def fault(self, template: str) -> str | None:
        """Return why a template cannot be read, or None; nothing is rendered."""
        try:
            self._environment.parse(template)
        except TemplateError as error:
            return str(error)
        return None


class _Said:
    """Values as one reader writes them."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._locale = reader.locale

    def day(self, value: date) -> str:
        return str(format_skeleton("MMMEd", self._here(value), locale=self._locale))

    def long_day(self, value: date) -> str:
        return str(format_date(self._here(value), "full", locale=self._locale))

    def moment(self, value: date) -> str:
        """A day without a time is a day."""
        return f"{self.day(value)}, {self._time(value)}" if isinstance(value, datetime) else self.day(value)

    def number(self, value: float) -> str:
        return str(format_decimal(value, locale=self._locale))

    def names(self, values: Iterable[str]) -> str:
        """Of many names the first ones, and how many more there are."""
        every = list(values)
        left = len(every) - _NAMES
        if left <= 1:
            return str(format_list(every, locale=self._locale))
        more = self._reader.translations.ngettext("and %(num)d more", "and %(num)d more", left)
        return f"{', '.join(every[:_NAMES])} {more % {'num': left}}"

    def told(self, value: object) -> str:
        """A value of any record."""
        match value:
            case bool():
                return self._reader.translations.gettext("yes" if value else "no")
            case int() | float():
                return self.number(value)
            case datetime():
                return f"{self.told(self._here(value))}, {self._time(value)}"
            case date():
                return str(format_date(value, "medium", locale=self._locale))
        return str(value)

    def _here(self, value: date) -> date:
        return value.astimezone(self._reader.zone).date() if isinstance(value, datetime) else value

    def _time(self, value: datetime) -> str:
        local = value.astimezone(self._reader.zone)
        return str(format_time(local.time(), "short", locale=self._locale))


def _filters(reader: Reader) -> dict[str, Callable[..., Any]]:
    said = _Said(reader)
    own = (said.day, said.long_day, said.moment, said.number, said.names, said.told)
    return {**{one.__name__: _of_something(one) for one in own}, "link": _linked, "fitting": _fitting}


def _of_something(write: Callable[[Any], str]) -> Callable[[Any], str]:
    """Of nothing nothing is said: babel would write today for a day that is not known."""
    return lambda value: "" if value is None else write(value)


def _linked(text: object, url: str | None) -> Markup:
    return _LINK.format(url=url, text=text) if url else Markup.escape(text)


def _fitting(word: str, instead: Mapping[str, str]) -> str:
    """Return what is said in place of one of our words."""
    return instead.get(word, word)


class _Runs(HTMLParser):
    """Reads what a template wrote; tags other than `a` and `strong` are dropped, their text stays."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.runs: list[Run] = []
        self._url: str | None = None
        self._strong = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self._url = _safe(dict(attrs).get("href"))
        elif tag in {"strong", "b"}:
            self._strong += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._url = None
        elif tag in {"strong", "b"}:
            self._strong = max(0, self._strong - 1)

    def handle_data(self, data: str) -> None:
        self.runs.append(Run(text=data, url=self._url, strong=self._strong > 0))


def _safe(url: str | None) -> str | None:
    if not url:
        return None
    try:
        scheme = urlsplit(url.strip()).scheme.lower()
    except ValueError:
        return None
    return url.strip() if scheme in SAFE else None


def _runs(markup: str) -> tuple[Run, ...]:
    parser = _Runs()
    parser.feed(" ".join(markup.split()))
    parser.close()
    return tuple(parser.runs)
