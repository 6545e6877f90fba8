"""The Laws of deciding, on a small world that people, broken columns and failing writes do their worst to."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import replace
from itertools import permutations
from typing import Any

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from syncbot.model.fields import SETS, FieldType
from syncbot.model.values import UNKNOWN, Value
from syncbot.reconcile.plan import CreateRow, Plan, UpdateRow
from syncbot.reconcile.policy import (
    EndpointPolicy,
    FieldPolicy,
    IdentityPolicy,
    KindPolicy,
    OnConflict,
    OnDeletion,
)
from syncbot.reconcile.state import KnownRecord
from tests.fakes.sync_world import World

Draw = Callable[[st.SearchStrategy[Any]], Any]
TEXTS = st.sampled_from([None, "u", "v", "w", "x"])
LINES = st.lists(st.sampled_from("abcd"), max_size=6).map(lambda lines: "\n".join(lines) or None)
SETTERS = st.sets(st.sampled_from("pqrs")).map(lambda one: frozenset(one) or None)


@st.composite
def _places(draw: st.DrawFn, names: list[str]) -> dict[str, bool]:
    mine = draw(st.lists(st.sampled_from(names), min_size=2, unique=True))
    return {name: draw(st.sampled_from([True, True, True, False])) for name in mine}


@st.composite
def _field(draw: st.DrawFn, name: str, kind: FieldType, names: list[str]) -> FieldPolicy:
    places = draw(_places(names))
    some = st.sampled_from(sorted(places))
    return FieldPolicy(
        name=name,
        type=kind,
        home=draw(st.none() | some),
        places=places,
        on_conflict=draw(st.sampled_from(OnConflict)),
        prefers=draw(some),
        initial=draw(st.none() | some),
    )


@st.composite
def policies(draw: st.DrawFn) -> KindPolicy:
    """Two or three places, fields of every sort under every policy."""
    names = ["east", "north", "west"][: draw(st.integers(2, 3))]
    fields = [
        FieldPolicy(name="id", type=FieldType.TEXT, home=None, places=dict.fromkeys(names, True)),
        draw(_field("word", FieldType.TEXT, names)),
        draw(_field("other", FieldType.CHOICE, names)),
        draw(_field("tags", FieldType.WORDS, names)),
        draw(_field("text", FieldType.LONG_TEXT, names)),
    ]
    return KindPolicy(
        kind="thing",
        title_field="id",
        fields={one.name: one for one in fields},
        endpoints={
            name: EndpointPolicy(
                name=name,
                creates=draw(st.sampled_from([True, True, False])),
                updates=draw(st.sampled_from([True, True, True, False])),
            )
            for name in names
        },
        identity=IdentityPolicy(keys=(("id",),)),
        deletes=draw(st.sampled_from(OnDeletion)),
    )


def _value_of(kind: FieldType) -> st.SearchStrategy[Value]:
    if kind in SETS:
        return SETTERS
    return LINES if kind is FieldType.LONG_TEXT else TEXTS


def _row(draw: Draw, policy: KindPolicy, endpoint: str, number: int) -> dict[str, Value]:
    values: dict[str, Value] = {"id": f"thing {number}"}
    for label, place in policy.fields.items():
        if label != "id" and endpoint in place.places:
            values[label] = draw(_value_of(place.type))
    return values


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A policy, and rows of up to two things at any of the places."""
    policy = draw(policies())
    world = World(policy=policy, places={name: {} for name in policy.endpoints})
    for number in range(draw(st.integers(1, 2))):
        for name in policy.endpoints:
            if draw(st.booleans()):
                world.add(name, _row(draw, policy, name, number))
    return world


def _disturb(draw: Draw, world: World) -> None:
    """Let somebody or something do one thing."""
    draw(st.sampled_from([_edit] * 6 + [_remove, _blind, _see, _fail, _work, _answer]))(draw, world)


def _edit(draw: Draw, world: World) -> None:
    if rows := _rows(world):
        name, ref = draw(st.sampled_from(rows))
        label = draw(st.sampled_from(_labels(world)))
        if name in world.policy.fields[label].places:
            world.edit(name, ref, label, draw(_value_of(world.policy.fields[label].type)))


def _remove(draw: Draw, world: World) -> None:
    if rows := _rows(world):
        world.remove(*draw(st.sampled_from(rows)))


def _answer(draw: Draw, world: World) -> None:
    if world.conflicts:
        key = draw(st.sampled_from(sorted(world.conflicts)))
        asked = world.conflicts[key]
        world.answer(key, draw(_value_of(world.policy.fields[asked.field].type)))


def _fail(draw: Draw, world: World) -> None:
    world.failing = {draw(st.sampled_from(sorted(world.places)))}


def _work(_: Draw, world: World) -> None:
    world.failing = set()


def _blind(draw: Draw, world: World) -> None:
    """A column breaks; a full reading of the endpoint follows, as after every change of a schema."""
    name, label = draw(st.sampled_from(sorted(world.places))), draw(st.sampled_from(_labels(world)))
    world.blind.add((name, label))
    world.unread.setdefault(name, set()).update(world.places[name])


def _see(_: Draw, world: World) -> None:
    """All columns are mended."""
    for name, _label in world.blind:
        world.unread.setdefault(name, set()).update(world.places[name])
    world.blind = set()


def _rows(world: World) -> list[tuple[str, str]]:
    return [(name, ref) for name, mine in world.places.items() for ref in sorted(mine)]


def _labels(world: World) -> list[str]:
    return [label for label in world.policy.fields if label != "id"]


def _cells(world: World, record: KnownRecord, label: str) -> dict[str, Value]:
    """What really stands at each place that has a row of the record."""
    places = world.policy.fields[label].places
    return {
        name: world.places[name][row.ref].values.get(label)
        for name, row in record.rows.items()
        if name in places and row.ref in world.places[name]
    }


def _may_differ(world: World, record: KnownRecord, label: str) -> bool:
    """Whether a person or a declaration stands between the places."""
    place = world.policy.fields[label]
    cells = _cells(world, record, label)
    homeless = place.home is not None and place.home not in cells
    return (
        label in record.conflicts
        or homeless
        or any((name, label) in world.blind for name in cells)
        or any(not (place.places[name] and world.policy.endpoints[name].updates) for name in cells)
    )


def _check_places_agree(world: World) -> None:
    for record in world.known.values():
        for label in world.policy.fields:
            cells = _cells(world, record, label)
            if not _may_differ(world, record, label):
                assert len(set(cells.values())) <= 1, (record.key, label, cells)


def _check_only_writes_what_may_be(policy: KindPolicy, made: Plan) -> None:
    for action in made.actions:
        endpoint = policy.endpoints[action.endpoint]
        if isinstance(action, CreateRow):
            assert endpoint.creates
            assert all(policy.fields[label].places.get(action.endpoint) for label in action.values)
        elif isinstance(action, UpdateRow):
            assert endpoint.updates
            assert all(policy.fields[one.field].places.get(action.endpoint) for one in action.changes)
        else:
            assert endpoint.deletes


def _check_written_values_come_from_somebody(before: World, made: Plan) -> None:
    """A single value that is written was seen somewhere, agreed before, or decided by a person."""
    for action in made.actions:
        if not isinstance(action, UpdateRow):
            continue
        assert not {(action.endpoint, one.field) for one in action.changes} & before.blind
        for change in action.changes:
            place = before.policy.fields[change.field]
            if place.type in (FieldType.TEXT, FieldType.CHOICE):
                assert change.after in _said(before, action.record, change.field), change


def _said(world: World, key: str, label: str) -> set[object]:
    record = world.known.get(key) or KnownRecord(key=key, rows={})
    said: set[object] = {
        row.values.get(label)
        for name, rows in world.places.items()
        for row in rows.values()
        if (name, label) not in world.blind
    }
    said |= {row.values.get(label, UNKNOWN) for row in record.rows.values()}
    if label in record.decisions:
        said.add(record.decisions[label].value)
    if label in record.agreed:
        said.add(record.agreed[label].value)
    return said


def _edits(world: World) -> dict[tuple[str, str, str], Value]:
    """By endpoint, ref and field: what is not what was agreed, and can be read."""
    found: dict[tuple[str, str, str], Value] = {}
    linked = {(name, row.ref): record for record in world.known.values() for name, row in record.rows.items()}
    for name, rows in world.places.items():
        for ref, row in rows.items():
            record = linked.get((name, ref))
            for label, value in row.values.items():
                agreed = record.agreed.get(label) if record else None
                if (name, label) not in world.blind and value != (agreed.value if agreed else None):
                    found[name, ref, label] = value
    return found


def _check_no_edit_disappears(
    edits: Mapping[tuple[str, str, str], Value], before: World, world: World
) -> None:
    """Each edit still stands where it was made, or was merged, or is kept for a person to see."""
    kept = [(one.endpoint, one.field, one.value) for one in world.strays]
    kept += [
        (name, one.field, side.value)
        for asked in (before.conflicts, world.conflicts)
        for one in asked.values()
        for name, side in one.sides.items()
    ]
    for (name, ref, label), value in edits.items():
        row = world.places[name].get(ref)
        if row is None or (name, label, value) in kept:
            continue
        now = row.values.get(label)
        place = world.policy.fields[label]
        base = _base(before, name, ref, label)
        if place.home is None and place.type in SETS:
            assert _set(value) - _set(base) <= _set(now), (label, value, now)
        elif place.home is None and place.type is FieldType.LONG_TEXT:
            assert _lines(value) - _lines(base) <= _lines(now), (label, value, now)
        else:
            assert now == value, (name, ref, label, value, now)


def _base(world: World, name: str, ref: str, label: str) -> Value:
    for record in world.known.values():
        if name in record.rows and record.rows[name].ref == ref and label in record.agreed:
            return record.agreed[label].value
    return None


def _set(value: Value) -> frozenset[str]:
    return value if isinstance(value, frozenset) else frozenset()


def _lines(value: Value) -> frozenset[str]:
    return frozenset(str(value).split("\n")) if value else frozenset()


def _plain(made: Plan) -> tuple[object, ...]:
    """A plan without the order in which Python keeps a mapping."""
    return (
        made.actions,
        made.links,
        made.unlinks,
        made.agrees,
        made.findings,
        dict(sorted(made.ended.items())),
    )


def _run_and_check(world: World) -> None:
    edits, before = _edits(world), deepcopy_of(world)
    made = world.run()
    note(f"{made}")
    _check_only_writes_what_may_be(world.policy, made)
    _check_written_values_come_from_somebody(before, made)
    _check_no_edit_disappears(edits, before, world)


def deepcopy_of(world: World) -> World:
    """A copy that does not move when the world does."""
    numbers, world.numbers = world.numbers, iter(())
    copied = deepcopy(world)
    world.numbers = numbers
    return copied


LAWS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@LAWS
@given(st.data())
def test_after_a_run_all_places_agree(data: st.DataObject) -> None:
    """Whatever people did, places agree on every field that no conflict, reader or declaration holds back."""
    world = data.draw(worlds())
    for _ in range(data.draw(st.integers(0, 3))):
        _run_and_check(world)
        for _ in range(data.draw(st.integers(0, 4))):
            _disturb(data.draw, world)
    world.failing = set()
    _run_and_check(world)
    world.run(full=True)
    _check_places_agree(world)


@LAWS
@given(st.data())
def test_a_run_with_nothing_new_does_nothing(data: st.DataObject) -> None:
    """Reading everything once more right after a run plans nothing, also while conflicts wait."""
    world = data.draw(worlds())
    for _ in range(data.draw(st.integers(0, 3))):
        world.run()
        for _ in range(data.draw(st.integers(0, 4))):
            _disturb(data.draw, world)
    world.failing = set()
    note(f"{world.run()}")
    note(f"{world.run(full=True)}")
    again = world.look(full=True)
    assert again.empty, again
    assert not again.agrees
    assert not again.ended


@LAWS
@given(st.data())
def test_the_order_of_endpoints_makes_no_difference(data: st.DataObject) -> None:
    """Every order in which the places are read gives the same plan, word for word."""
    world = data.draw(worlds())
    world.run()
    for _ in range(data.draw(st.integers(0, 5))):
        _disturb(data.draw, world)
    full = data.draw(st.booleans())
    plans = []
    for order in permutations(world.places):
        turned = replace(
            world.policy,
            endpoints={name: world.policy.endpoints[name] for name in order},
            fields={
                label: replace(one, places={name: one.places[name] for name in order if name in one.places})
                for label, one in world.policy.fields.items()
            },
        )
        plans.append(_plain(replace(world, policy=turned).look(full=full, order=order)))
    assert all(one == plans[0] for one in plans)
