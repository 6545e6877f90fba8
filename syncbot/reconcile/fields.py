"""Decide one field of one record: the table of docs/decisions.md, for any number of places.

No order of places matters, nothing is concluded from UNKNOWN, and when nothing is new nothing comes out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from syncbot.model.values import UNKNOWN, Cell, Value

from .plan import Agree, Conflict, Drift, Finding, Homeless, Side, StrayEdit, Unread
from .settling import base_of, settle
from .state import PERSON
from .voices import Clash, Outcome, Question, Settled, Voice, Write

_WORN = "its row there is another one now"
"""Why a place is written that says the right thing by pointing at the wrong row."""


def decide(question: Question) -> Outcome:
    """Return what is to be written where, what is agreed from then on, and what a person should see."""
    if question.conflict is not None and not question.voices:
        return Outcome(ended={question.conflict: "no place has the record any more"})
    unread = tuple(_unread(question, voice) for voice in question.voices.values() if _is_unread(voice))
    heard = {name: voice for name, voice in question.voices.items() if voice.heard}
    outcome = _decide(question, heard) if heard else Outcome(value=_last(question))
    return replace(outcome, findings=unread + outcome.findings) if unread else outcome


def _decide(question: Question, heard: Mapping[str, Voice]) -> Outcome:
    decision, over = question.decision, None
    if decision is not None:
        over = _why_in_vain(question, heard, decision.value)
        if over is None:
            return _by_person(question, heard) if _home_is_heard(question, heard) else Outcome()
    if question.conflict is None:
        return _by_policy(question, heard)
    over = over or _why_over(question, heard)
    if over is None:
        return _waiting(question, heard)
    return replace(_by_policy(question, heard), ended={question.conflict: over})


def _by_policy(question: Question, heard: Mapping[str, Voice]) -> Outcome:
    home = question.policy.home
    if home is None or (home not in question.voices and question.home_may_come):
        return _stands(question, heard, settle(question, heard))
    if home not in question.voices:
        agree = _word_of_copies(question, heard) if question.home_comes_empty else None
        return Outcome(
            value=_agreed_so_far(question), agree=agree, findings=_homeless(question, heard.values())
        )
    if home not in heard:
        return Outcome(value=_last(question))
    return _from_home(question, heard, heard[home])


def _from_home(question: Question, heard: Mapping[str, Voice], home: Voice) -> Outcome:
    copies = {name: voice for name, voice in heard.items() if voice is not home}
    never_agreed = question.agreed is None or not home.joined or _never_said(question, home)
    if home.cell is None and never_agreed and _is_filled(question, home, copies):
        if not home.writable:
            return Outcome(
                agree=_word_of_copies(question, copies),
                findings=_homeless(question, copies.values()),
            )
        return _stands(question, heard, settle(question, copies or heard))
    reason = f"{home.endpoint} is the home of this field"
    settled = Settled(value=home.value, source=home.endpoint, reason=reason, overrules=True)
    agreed = question.agreed
    if home.only_tells and not home.new and agreed is not None and agreed.source == PERSON:
        reason = "a person decided it, and the home cannot be told"
        settled = Settled(value=agreed.value, source=PERSON, reason=reason, overrules=True)
    return _stands(question, heard, settled)


def _is_filled(question: Question, home: Voice, copies: Mapping[str, Voice]) -> bool:
    """Whether there is something to fill an empty home with: what a copy says, or, where all are new, what was agreed."""
    if any(copy.cell is not None for copy in copies.values()):
        return True
    all_new = not home.joined and not any(copy.joined for copy in copies.values())
    return all_new and question.agreed is not None and question.agreed.value is not None


def _never_said(question: Question, home: Voice) -> bool:
    """Whether what was agreed is a copy's word, which its home never had and which we may not write there."""
    agreed = question.agreed
    if agreed is None or home.writable or agreed.source in (home.endpoint, PERSON):
        return False
    had_it = agreed.value is not None and home.was == agreed.value  # as a copy, before it became the home
    return not had_it


def _word_of_copies(question: Question, copies: Mapping[str, Voice]) -> Agree | None:
    """Keep that a fact is the copies' word from now on: else its empty home would empty them the next time."""
    agreed, home = question.agreed, question.policy.home
    filled = [name for name, copy in copies.items() if copy.cell is not None]
    if agreed is None or agreed.source not in (home, PERSON) or not filled:
        return None
    return Agree(
        kind=question.kind,
        record=question.record,
        field=question.policy.name,
        value=agreed.value,
        source=filled[0],
        after=frozenset(),
        closes=None,
    )


def _stands(question: Question, heard: Mapping[str, Voice], settled: Settled | Clash) -> Outcome:
    """Bring every place to the value that stands; or, where none does, ask."""
    drifts = _drifts(question, heard)
    if isinstance(settled, Clash):
        asked = _conflict(question, heard, first_sight=settled.first_sight)
        return Outcome(findings=(*drifts, asked))
    writes = _writes(heard, settled.value, settled.reason)
    strays = _strays(question, heard, settled) if settled.overrules else ()
    return Outcome(
        value=settled.value,
        writes=writes,
        agree=_agree(question, settled.value, settled.source, writes),
        findings=(*drifts, *strays, *_left_behind(question, heard, settled.value)),
    )


def _home_is_heard(question: Question, heard: Mapping[str, Voice]) -> bool:
    """Whether an answer can be told to the home: else what that said before would win over it once it is heard again."""
    home = question.policy.home
    return home not in question.voices or home in heard


def _why_in_vain(question: Question, heard: Mapping[str, Voice], answer: Value) -> str | None:
    """Say why an answer cannot stand: its home is not ours to write and says something else, which would win at once."""
    home = heard.get(question.policy.home or "")
    if home is None or home.writable or home.only_tells or home.cell == answer:
        return None
    return f"{home.endpoint} is the home of this field, and it may not be written there"


def _by_person(question: Question, heard: Mapping[str, Voice]) -> Outcome:
    """Carry out a person's answer; what was edited after the question was put is kept as a stray edit."""
    decision = question.decision
    assert decision is not None
    writes = _writes(heard, decision.value, f"decided by {decision.by}")
    strays = [
        _stray(question, voice, home=PERSON, kept=decision.value)
        for voice in heard.values()
        if question.unshown(voice) and voice.cell != decision.value
    ]
    return Outcome(
        value=decision.value,
        writes=writes,
        agree=Agree(
            kind=question.kind,
            record=question.record,
            field=question.policy.name,
            value=decision.value,
            source=PERSON,
            after=frozenset(writes),
            closes=decision.conflict,
        ),
        findings=(*strays, *_left_behind(question, heard, decision.value)),
        ended={decision.conflict: f"decided by {decision.by}"},
    )


def _why_over(question: Question, heard: Mapping[str, Voice]) -> str | None:
    """Say why a conflict needs no answer any more; None while it does."""
    home = heard.get(question.policy.home or "")
    if question.held is None and home is not None and home.cell is not None:
        return f"{home.endpoint} is the home of this field now"
    kept = [voice for voice in heard.values() if question.held or not voice.only_tells] or list(
        heard.values()
    )
    if len(heard) < len(question.voices) or len({voice.cell for voice in kept}) > 1:
        return None
    if len(heard) == 1:
        return f"only {next(iter(heard))} has the record now"
    return "the places say the same now"


def _waiting(question: Question, heard: Mapping[str, Voice]) -> Outcome:
    """Leave the field as it is everywhere; say again what the places say only when that is something new."""
    if any(question.unshown(voice) for voice in heard.values()):
        return Outcome(findings=(_conflict(question, heard, first_sight=question.agreed is None),))
    return Outcome()


def _writes(heard: Mapping[str, Voice], value: Value, reason: str) -> dict[str, Write]:
    return {
        name: Write(value=value, reason=reason if voice.cell != value else _WORN)
        for name, voice in heard.items()
        if voice.writable and (voice.cell != value or voice.worn)
    }


def _agree(question: Question, value: Value, source: str, writes: Mapping[str, Write]) -> Agree | None:
    """Move the baseline when it is another one and every place is known to follow."""
    if question.conflict is None:
        if question.agreed is not None and question.agreed.value == value:
            return None
        if not all(voice.heard for voice in question.voices.values()):
            return None
    return Agree(
        kind=question.kind,
        record=question.record,
        field=question.policy.name,
        value=value,
        source=source,
        after=frozenset(writes),
        closes=question.conflict,
    )


def _last(question: Question) -> Cell:
    """What a record says while nobody is heard: what was last agreed, unless that is in question."""
    return UNKNOWN if question.conflict is not None else _agreed_so_far(question)


def _agreed_so_far(question: Question) -> Cell:
    return UNKNOWN if question.agreed is None else question.agreed.value


# -- findings


def _is_unread(voice: Voice) -> bool:
    return not voice.heard and voice.read and not voice.told


def _unread(question: Question, voice: Voice) -> Unread:
    return Unread(
        kind=question.kind,
        record=question.record,
        title=question.title,
        endpoint=voice.endpoint,
        field=question.policy.name,
        reason=voice.fault or "it could not be read",
    )


def _left_behind(question: Question, heard: Mapping[str, Voice], value: Value) -> tuple[Finding, ...]:
    """Places that differ and may not be written; said only when something is new."""
    if not any(voice.new for voice in heard.values()):
        return ()
    return tuple(
        replace(
            _unread(question, voice), reason="it may not be written there and says something else than agreed"
        )
        for voice in heard.values()
        if not voice.writable and not voice.only_tells and voice.cell != value
    )


def _homeless(question: Question, voices: Iterable[Voice]) -> tuple[Finding, ...]:
    return tuple(
        Homeless(
            kind=question.kind,
            record=question.record,
            title=question.title,
            field=question.policy.name,
            endpoint=voice.endpoint,
            value=voice.value,
        )
        for voice in voices
        if voice.new and voice.cell is not None
    )


def _drifts(question: Question, heard: Mapping[str, Voice]) -> tuple[Finding, ...]:
    """Places whose row nobody touched and which yet say something else than they did."""
    base = base_of(question, heard)
    if base is None:
        return ()
    return tuple(
        Drift(
            kind=question.kind,
            record=question.record,
            title=question.title,
            field=question.policy.name,
            endpoint=voice.endpoint,
            base=base.value,
            value=voice.value,
        )
        for voice in heard.values()
        if voice.still and voice.new and voice.was is not UNKNOWN and voice.cell != base.value
    )


def _strays(question: Question, heard: Mapping[str, Voice], settled: Settled) -> tuple[Finding, ...]:
    """Edits that do not stand: what differs from what stands and is not just the old value."""
    base = None if question.agreed is None else base_of(question, heard)
    # what copies had in common before their home joined is in no history
    old = None if base is None else base.value
    return tuple(
        _stray(question, voice, home=settled.source, kept=settled.value)
        for voice in heard.values()
        if voice.cell not in (settled.value, old) and (voice.writable or voice.new)
        if voice.joined or voice.cell is not None  # nobody emptied what is filled for the first time
    )


def _stray(question: Question, voice: Voice, *, home: str, kept: Value) -> StrayEdit:
    return StrayEdit(
        kind=question.kind,
        record=question.record,
        title=question.title,
        field=question.policy.name,
        endpoint=voice.endpoint,
        home=home,
        value=voice.value,
        kept=kept,
        edited_at=None if voice.by_us else voice.edited_at,
        edited_by=None if voice.by_us else voice.edited_by,
        first_sight=not voice.joined or question.agreed is None,
    )


def _conflict(question: Question, heard: Mapping[str, Voice], *, first_sight: bool) -> Conflict:
    base = base_of(question, heard)
    return Conflict(
        kind=question.kind,
        record=question.record,
        title=question.title,
        field=question.policy.name,
        base=None if base is None else base.value,
        sides={
            name: Side(
                value=voice.value,
                edited_at=None if voice.by_us else voice.edited_at,
                edited_by=None if voice.by_us else voice.edited_by,
                url=voice.url,
            )
            for name, voice in heard.items()
        },
        first_sight=first_sight,
        id=question.conflict,
        held=question.held,
    )
