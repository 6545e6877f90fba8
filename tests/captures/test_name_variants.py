"""How well the ladder knows the 112 Mission Cities by the ways in which they are really spelled."""

import csv
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import count
from pathlib import Path

import pytest

from syncbot.model.fields import FieldType
from syncbot.reconcile.identity import identify
from syncbot.reconcile.policy import EndpointPolicy, FieldPolicy, Gazetteer, IdentityPolicy, KindPolicy
from syncbot.reconcile.state import KnownRecord, SeenRow
from tests.referees.spellings import declared, geonames

CITIES = Path(__file__).parents[2].parent / "shared/data/cities"
"""The seed data, outside the project; it may be absent."""
NOT_THE_SAME = "lookalike"
"""The kind of line that names another body."""
PLAIN = frozenset({"ascii", "case", "native-script"})
"""Kinds of spelling that are the same letters written with less."""

pytestmark = pytest.mark.skipif(not CITIES.is_dir(), reason=f"the seed data is not at {CITIES}")

Variants = Mapping[tuple[str, ...], frozenset[str]]


@dataclass(frozen=True, kw_only=True)
class Spelling:
    """One line of name_variants.csv."""

    city: str
    country: str
    spelled: str
    kind: str
    source: str


@dataclass(kw_only=True)
class Score:
    """What became of a number of spellings."""

    right: list[Spelling] = field(default_factory=list)
    wrong: list[Spelling] = field(default_factory=list)
    first: list[Spelling] = field(default_factory=list)
    """Asked about, with the right city as the first answer."""
    other: list[Spelling] = field(default_factory=list)
    """Asked about, with another city first."""
    new: list[Spelling] = field(default_factory=list)
    """Taken for a new city."""

    def line(self, what: str) -> str:
        """The figures in one line."""
        total = sum(map(len, (self.right, self.wrong, self.first, self.other, self.new)))
        linked = len(self.right) + len(self.wrong)
        precision = len(self.right) / linked if linked else 1.0
        rest = total - linked
        return (
            f"{what}: precision {precision:.1%}, recall {len(self.right) / total:.1%} of {total}; of the other "
            f"{rest}, right one proposed first {len(self.first)}, another first {len(self.other)}, "
            f"not recognised {len(self.new)}"
        )


@cache
def countries() -> Mapping[str, str]:
    """City -> country code."""
    with (CITIES / "mission_cities.csv").open(encoding="utf-8", newline="") as file:
        return {line["name"]: line["country_code"] for line in csv.DictReader(file)}


@cache
def spellings() -> Sequence[Spelling]:
    """Every line of name_variants.csv."""
    with (CITIES / "name_variants.csv").open(encoding="utf-8", newline="") as file:
        return [
            Spelling(
                city=one["city"],
                country=countries()[one["city"]],
                spelled=one["variant"],
                kind=one["kind"],
                source=one["source"],
            )
            for one in csv.DictReader(file)
        ]


def same() -> list[Spelling]:
    """The spellings that do mean the city."""
    return [one for one in spellings() if one.kind != NOT_THE_SAME]


def declaring(chosen: Sequence[Spelling]) -> Variants:
    """These spellings, as a mapping would declare them."""
    found: dict[tuple[str, ...], set[str]] = {}
    for one in chosen:
        found.setdefault((one.country, one.city), set()).add(one.spelled)
    return {key: frozenset(names) for key, names in found.items()}


def score(tried: Sequence[Spelling], variants: Variants, gazetteer: Gazetteer | None = None) -> Score:
    """Read each spelling as a new row beside the 112 cities that are known at the other endpoint."""
    result = Score()
    policy = _policy(variants, gazetteer)
    known = {
        name: KnownRecord(key=name, rows={"one": _row(f"1-{name}", name, country)})
        for name, country in countries().items()
    }
    refs = {"one": {name: f"1-{name}" for name in known}}
    for one in tried:
        keys = count()
        found = identify(
            policy,
            seen={"other": [_row("2", one.spelled, one.country)]},
            gone={},
            known=known,
            refs=refs,
            new_key=lambda: f"new-{next(keys)}",  # noqa: B023
        )
        linked = [case.record for case in found.cases if "other" in case.seen]
        if found.proposals:
            best = found.proposals[0].candidates[0][0]
            (result.first if best == one.city else result.other).append(one)
        elif linked == [one.city]:
            result.right.append(one)
        else:
            (result.new if linked[0].startswith("new-") else result.wrong).append(one)
    return result


def _row(ref: str, name: str, country: str) -> SeenRow:
    return SeenRow(ref=ref, version="1", key=None, values={"name": name, "country": country})


def _policy(variants: Variants, gazetteer: Gazetteer | None) -> KindPolicy:
    places = {"one": True, "other": True}
    return KindPolicy(
        kind="city",
        title_field="name",
        fields={
            label: FieldPolicy(name=label, type=FieldType.TEXT, home=None, places=places)
            for label in ("name", "country")
        },
        endpoints={name: EndpointPolicy(name=name) for name in places},
        identity=IdentityPolicy(name="name", within=("country",), variants=variants, gazetteer=gazetteer),
    )


def test_plain_letters_need_no_declaration(capsys: pytest.CaptureFixture[str]) -> None:
    """Without any declared spelling nothing is linked wrongly, and marks, case and scripts are seen through."""
    every = score(same(), {})
    letters = score([one for one in same() if one.kind in PLAIN], {})
    with capsys.disabled():
        sys.stdout.write(
            f"\n{every.line('no spelling declared')}\n{letters.line('  of which only marks, case or script')}\n"
        )
    assert not every.wrong
    assert len(every.right) >= 45


def test_declared_spellings_are_recognised(capsys: pytest.CaptureFixture[str]) -> None:
    """With the file itself declared, at least 95 % are linked, and none wrongly."""
    every = score(same(), declaring(same()))
    with capsys.disabled():
        sys.stdout.write(f"\n{every.line('all spellings declared')}\n")
    assert not every.wrong
    assert len(every.right) >= 0.95 * len(same())


def test_spellings_held_back_are_never_linked_wrongly(capsys: pytest.CaptureFixture[str]) -> None:
    """With one half declared, the other half shows what declaring helps those that nobody declared: honest figures."""
    result = Score()
    for part in (0, 1):
        held = score(same()[part::2], declaring(same()[1 - part :: 2]))
        for label in ("right", "wrong", "first", "other", "new"):
            getattr(result, label).extend(getattr(held, label))
    with capsys.disabled():
        sys.stdout.write(f"\n{result.line('one half declared, the other tried')}\n")
    assert not result.wrong


def test_the_gazetteer_knows_what_nobody_declared(capsys: pytest.CaptureFixture[str]) -> None:
    """Without any declared spelling, GeoNames links most and none wrongly; and of what is asked, the right one is first.

    Half of the list was itself collected from GeoNames, so the lines that other documents gave are counted alone too.
    """
    gazetteer = geonames()
    every = score(same(), {}, gazetteer)
    others = score([one for one in same() if "S85" not in one.source], {}, gazetteer)
    result = Score()
    for part in (0, 1):
        held = score(same()[part::2], declaring(same()[1 - part :: 2]), gazetteer)
        for label in ("right", "wrong", "first", "other", "new"):
            getattr(result, label).extend(getattr(held, label))
    with capsys.disabled():
        sys.stdout.write(
            f"\n{every.line('gazetteer, no spelling declared')}\n"
            f"{others.line('  of which spellings that were not collected from it')}\n"
            f"{result.line('gazetteer, one half declared, the other tried')}\n"
        )
    assert not every.wrong
    assert not result.wrong
    assert len(every.right) >= 0.8 * len(same())
    assert len(every.first) >= 0.95 * (len(every.first) + len(every.other))


def test_what_ships_recognises_nearly_all(capsys: pytest.CaptureFixture[str]) -> None:
    """With the shipped spellings and the gazetteer: at least 95 % linked, none wrongly, the rest asked rightly."""
    every = score(same(), declared(), geonames())
    with capsys.disabled():
        sys.stdout.write(f"\n{every.line('shipped spellings and gazetteer')}\n")
    assert not every.wrong
    assert len(every.right) >= 0.95 * len(same())
    assert len(every.first) >= 0.95 * (len(same()) - len(every.right))


def test_another_body_is_not_the_city() -> None:
    """What the file itself calls a lookalike is not linked, whatever is declared or listed."""
    others = [one for one in spellings() if one.kind == NOT_THE_SAME]
    result = score(others, declaring(same()), geonames())
    assert others
    assert not result.right
    assert not result.wrong
