"""Which value stands when several places may say what a field is: three-way against what was last agreed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from syncbot.model.fields import SETS, FieldType
from syncbot.model.values import UNKNOWN, Cell, Value

from .policy import FieldPolicy, OnConflict
from .text import merge_lines
from .voices import Clash, Question, Settled, Voice


@dataclass(frozen=True, kw_only=True, slots=True)
class Base:
    """What the places that are compared last agreed on."""

    value: Value
    source: str


def base_of(question: Question, voices: Mapping[str, Voice]) -> Base | None:
    """Return what edits are measured against; None when these places never agreed.

    A baseline stays behind while one place cannot be read, so that its edits can still be told from its age. What
    the others have in common since then is their baseline among themselves.
    """
    joined = [voice for voice in voices.values() if voice.joined]
    common = {voice.was for voice in joined}
    if len(joined) > 1 and len(common) == 1:
        [value] = common
        if value is not UNKNOWN and (question.agreed is None or question.agreed.value != value):
            return Base(value=value, source=joined[0].endpoint)
    if question.agreed is None:
        return None
    return Base(value=question.agreed.value, source=question.agreed.source)


def settle(question: Question, voices: Mapping[str, Voice]) -> Settled | Clash:
    """Decide a field that may be edited in any of these places; all of them were heard, and there is at least one."""
    speaking = _speaking(question, voices)
    if not speaking and (agreed := question.agreed):
        return Settled(value=agreed.value, source=agreed.source, reason="last agreed")
    base = base_of(question, speaking)
    joined = [voice for voice in speaking.values() if voice.joined]
    if base is None or not (joined or _leaves_room(speaking)):
        return _meet(question.policy, None, list(speaking.values()))
    stands = _three_way(question.policy, base, joined)
    newcomers = [voice for voice in speaking.values() if not voice.joined]
    if isinstance(stands, Clash) or not newcomers:
        return stands
    if stands.value is None and base.value is not None and any(v.cell is not None for v in newcomers):
        return Clash(first_sight=True)  # just emptied by one, and filled by a place that never heard of it
    if any(voice.back and voice.cell not in (None, stands.value) for voice in newcomers):
        return Clash(first_sight=False)  # nobody can tell an edit of a row out of sight from its age
    return _meet(question.policy, stands, newcomers)


def _leaves_room(newcomers: Mapping[str, Voice]) -> bool:
    """Whether places that all met the record only now leave something to what was agreed: not where all say one thing."""
    said = {voice.cell for voice in newcomers.values()}
    return len(said) > 1 or None in said


def _speaking(question: Question, voices: Mapping[str, Voice]) -> Mapping[str, Voice]:
    """Leave out places that cannot be kept in step and say nothing new: theirs is an old word, not an edit."""
    speaking = {name: voice for name, voice in voices.items() if voice.writable or voice.new}
    if question.agreed is None and all(voice.cell is None for voice in speaking.values()):
        return voices
    return speaking


def _meet(policy: FieldPolicy, stands: Settled | None, newcomers: list[Voice]) -> Settled | Clash:
    """First sight: equal is agreed, empty is filled, different is for `initial` or for a person."""
    first = newcomers[0]
    filled = {voice.cell: voice for voice in reversed(newcomers) if voice.cell is not None}
    if stands is not None and stands.value is not None:
        filled = {cell: voice for cell, voice in filled.items() if cell != stands.value}
        if not filled:
            return stands
    elif len(filled) <= 1:
        if not filled:
            return stands or Settled(value=None, source=first.endpoint, reason="empty everywhere")
        [voice] = filled.values()
        return Settled(value=voice.value, source=voice.endpoint, reason=f"first seen in {voice.endpoint}")
    return _initial(policy, stands, newcomers)


def _initial(policy: FieldPolicy, stands: Settled | None, newcomers: list[Voice]) -> Settled | Clash:
    name = policy.initial
    if name is None:
        return Clash(first_sight=True)
    reason = f"{name} is declared to win at first sight"
    for voice in newcomers:
        if voice.endpoint == name and voice.cell is not None:
            return Settled(value=voice.value, source=name, reason=reason, overrules=True)
    if stands is not None and stands.value is not None and name not in {v.endpoint for v in newcomers}:
        return Settled(value=stands.value, source=stands.source, reason=reason, overrules=True)
    return Clash(first_sight=True)


def _three_way(policy: FieldPolicy, base: Base, voices: list[Voice]) -> Settled | Clash:
    changed = [voice for voice in voices if voice.cell != base.value]
    if not changed:
        return Settled(value=base.value, source=base.source, reason="last agreed")
    if len({voice.cell for voice in changed}) == 1:
        first = changed[0]
        return Settled(value=first.value, source=first.endpoint, reason=f"changed in {first.endpoint}")
    return _merged(policy, base, voices, changed) or _kept_before_told(changed) or _ruled(policy, changed)


def _kept_before_told(changed: list[Voice]) -> Settled | None:
    """What people wrote where the record is kept goes before what they noted elsewhere, when they agree on it."""
    kept = [voice for voice in changed if not voice.only_tells]
    if not kept or len({voice.cell for voice in kept}) > 1:
        return None
    reason = f"edited in {kept[0].endpoint}, which goes before what was noted"
    return Settled(value=kept[0].value, source=kept[0].endpoint, reason=reason, overrules=True)


def _merged(policy: FieldPolicy, base: Base, voices: list[Voice], changed: list[Voice]) -> Settled | None:
    names = " and ".join(voice.endpoint for voice in changed)
    source, reason = changed[0].endpoint, f"the edits of {names} put together"
    if policy.type in SETS:
        value: Value = _merge_sets(_set(base.value), [_set(voice.cell) for voice in voices])
        return Settled(value=value, source=source, reason=reason)
    if policy.type is FieldType.LONG_TEXT:
        text = _merge_texts(str(base.value or ""), [str(voice.value or "") for voice in changed])
        if text is not None:
            return Settled(value=text or None, source=source, reason=reason)
    return None


def _merge_sets(base: frozenset[str], sets: list[frozenset[str]]) -> frozenset[str] | None:
    """Added by anybody stays added; removed by anybody and added by nobody is removed."""
    kept = base.intersection(*sets)
    added = frozenset[str]().union(*sets) - base
    return kept | added or None


def _merge_texts(base: str, texts: Iterable[str]) -> str | None:
    merged: str | None = base
    for text in texts:
        if merged is not None:
            merged = merge_lines(base, merged, text)
    return merged


def _ruled(policy: FieldPolicy, changed: list[Voice]) -> Settled | Clash:
    if policy.on_conflict is OnConflict.HOME:
        for voice in changed:
            if voice.endpoint == policy.prefers:
                reason = f"{voice.endpoint} wins where two places were edited"
                return Settled(value=voice.value, source=voice.endpoint, reason=reason, overrules=True)
    if policy.on_conflict is OnConflict.NEWEST and (newest := _newest(changed)):
        reason = f"the edit in {newest.endpoint} is the newest"
        return Settled(value=newest.value, source=newest.endpoint, reason=reason, overrules=True)
    return Clash(first_sight=False)


def _newest(changed: list[Voice]) -> Voice | None:
    """The latest edit, if it is later than every other by more than either clock can blur.

    A row that we wrote last does not tell when a person edited it.
    """
    timed: list[tuple[datetime, str, Voice]] = []
    for voice in changed:
        if voice.edited_at is None or voice.by_us:
            return None
        timed.append((voice.edited_at, voice.endpoint, voice))
    moment, _, newest = max(timed, key=lambda one: (one[0], one[1]))
    for other_moment, _, other in timed:
        if other.cell != newest.cell and moment - other_moment <= max(newest.grain, other.grain):
            return None
    return newest


def _set(cell: Cell) -> frozenset[str]:
    return cell if isinstance(cell, frozenset) else frozenset()
