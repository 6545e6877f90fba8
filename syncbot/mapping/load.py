"""Reads the folder of mappings: every fault of every file at once, or the specs of all kinds."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from syncbot.errors import MappingError, Problem
from syncbot.model.record import Record, known_kinds

from .build import model_of, spec_of
from .checks import complaint
from .faults import declared as declared_in
from .faults import nearest
from .format import KindDeclaration
from .marks import MAX_BYTES, Document, parse
from .rules import Judged, judge, unknown_kind
from .spec import KindSpec, Mappings
from .variants import Variants, declared_spellings


def load(folder: Path, environment: Mapping[str, str]) -> Mappings:
    """Read all mappings. Raises `MappingError` with every fault of every file; contacts nobody."""
    problems: list[Problem] = []
    documents = _documents(folder, problems)
    mapped = [kind for one in documents if (kind := _said_kind(one)) is not None]
    problems += _kinds_twice(documents)
    specs: dict[str, KindSpec] = {}
    for document in documents:
        found: list[Problem] = list(document.problems)
        spec = _read(folder, document, mapped, environment, found)
        problems += sorted(found, key=in_order)
        if spec is not None:
            specs[spec.kind] = spec
    if problems:
        raise MappingError(problems)
    return Mappings(kinds=_ordered(specs))


NO_KINDS = frozenset({"notes", "groups", "publications", "control"})
"""Files of mappings/ that declare something else than a kind, and are read by modules of their own."""


def _documents(folder: Path, problems: list[Problem]) -> list[Document]:
    files = sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]) if folder.is_dir() else []
    paths = [path for path in files if path.stem not in NO_KINDS]
    if not paths:
        problems.append(
            Problem(place=str(folder), expected="a folder with a .yaml file for each kind", found="none")
        )
    return [document_at(path) for path in paths]


def document_at(path: Path) -> Document:
    """Read one file of declarations; what is wrong with it stands in its problems."""
    try:
        with path.open("rb") as file:
            text = file.read(MAX_BYTES + 1).decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = "bytes that are not UTF-8" if isinstance(error, UnicodeDecodeError) else str(error.strerror)
        fault = Problem(place=str(path), expected="a readable text file", found=why)
        return Document(name=str(path), problems=[fault])
    return parse(text, name=path.as_posix())


def _said_kind(document: Document) -> str | None:
    kind = document.data.get("kind") if isinstance(document.data, dict) else None
    return kind if isinstance(kind, str) else None


def _kinds_twice(documents: Iterable[Document]) -> list[Problem]:
    first: dict[str, Document] = {}
    problems: list[Problem] = []
    for document in documents:
        kind = _said_kind(document)
        if kind is not None and first.setdefault(kind, document) is not document:
            found = f"{kind!r} again, first in {first[kind].name}"
            problems.append(
                Problem(place=document.at(("kind",)), expected="one file for each kind", found=found)
            )
    return problems


def _read(
    folder: Path,
    document: Document,
    mapped: list[str],
    environment: Mapping[str, str],
    problems: list[Problem],
) -> KindSpec | None:
    if document.data is None:
        return None
    declared, faults = declared_in(document, KindDeclaration)
    problems += faults
    if declared is None:
        return None
    if declared.kind not in known_kinds():
        problems.append(unknown_kind(document, declared.kind))
        return None
    model = model_of(declared)
    problems += judge(
        Judged(document=document, declared=declared, model=model, mapped=mapped, environment=environment)
    )
    variants = _variants(folder, document, declared, model, problems)
    return None if problems else spec_of(declared, model, variants, environment)


def _variants(
    folder: Path, document: Document, declared: KindDeclaration, model: type[Record], problems: list[Problem]
) -> Variants:
    named = declared.identity.variants
    if named is None:
        return {}
    path = folder / named
    if not path.is_file() or folder.resolve() not in path.resolve().parents:
        files = [one.relative_to(folder).as_posix() for one in folder.rglob("*.y*ml")]
        place = document.at(("identity", "variants"))
        expected = f"a file in {folder.as_posix()}"
        problems.append(
            Problem(place=place, expected=expected, found=repr(named), nearest=nearest(named, files))
        )
        return {}
    within = declared.identity.within
    spellings = document_at(path)
    found = declared_spellings(spellings, levels=len(within))
    problems += found.problems
    problems += _bad_values(spellings, [field for field in within if field in model.fields()], model)
    return found.variants


def _bad_values(document: Document, within: list[str], model: type[Record]) -> list[Problem]:
    if len(within) == 0 or not isinstance(document.data, dict):
        return []
    said = {value: complaint(model, within[0], value) for value in document.data}
    return [
        Problem(
            place=document.at_key((value,)),
            expected=f"a value of {within[0]}",
            found=why.removeprefix("holds "),
        )
        for value, why in said.items()
        if why
    ]


def in_order(problem: Problem) -> tuple[str, int, int]:
    """Return by what faults are sorted: file, line, column."""
    name, line, column = (*problem.place.rsplit(":", 2), "0", "0")[:3]
    return (name, int(line), int(column)) if line.isdigit() and column.isdigit() else (problem.place, 0, 0)


def _ordered(specs: Mapping[str, KindSpec]) -> dict[str, KindSpec]:
    """Return the kinds so that those pointed at come first; kinds that point at each other stand by name."""
    done: dict[str, KindSpec] = {}
    waiting = set(specs)

    def put(kind: str) -> None:
        waiting.discard(kind)
        for info in specs[kind].fields.values():
            if info.target in waiting:
                put(info.target)
        done[kind] = specs[kind]

    for kind in sorted(specs):
        if kind in waiting:
            put(kind)
    return done
