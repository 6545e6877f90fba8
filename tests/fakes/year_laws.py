"""What must hold of a year of publications, whatever happened in it."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias, cast

from syncbot.schedule.delivering import OVER, Standing
from syncbot.schedule.due import Slot, slots
from syncbot.service.identities import key_of
from syncbot.service.ways import Way
from tests.fakes.outlets import Arrived, Pages
from tests.fakes.year import AGAIN, CHANNELS, Year

Stands: TypeAlias = Mapping[tuple[str, str], Standing]
_THERE = (Standing.SENT, Standing.ACCEPTED)
_SETTLED = timedelta(minutes=40)
"""After the end of its time what became of a publication is known after so long, when nothing goes wrong."""


def faults(year: Year) -> Iterator[str]:
    """Yield what is not as it must be; nothing when all is well."""
    stands = {(one.publication, one.outlet): one.standing for one in year.store.deliveries()}
    yield from _doubles(year)
    unsure = list(stands.values()).count(Standing.UNSURE)
    if unsure > sum(year.danger.came_true.values()):
        yield f"{unsure} are in doubt, after {year.danger.came_true}"
    arrived, pages = _arrived(year), cast(Pages, year.outside["pages"])
    unfinished = {one.identity for one in pages.arrived} - pages.finished
    for spec in year.groups.values():
        for slot in slots(spec.group, (year.began - timedelta(days=40)).date(), year.now.date()):
            for way in year.ways[slot.identity.group, slot.identity.what]:
                sight = _Sight(slot=slot, way=way, stands=stands, arrived=arrived, unfinished=unfinished)
                yield from _of_way(year, sight)


def _doubles(year: Year) -> Iterator[str]:
    for name, outside in year.outside.items():
        seen = Counter((one.identity, one.to) for one in outside.arrived)
        if name != AGAIN:
            yield from (f"{name} has {key} {count} times" for key, count in seen.items() if count > 1)
    cards = {one.identity for name in CHANNELS if name != AGAIN for one in year.outside[name].arrived}
    mails = {one.identity for one in year.outside["mail"].arrived}
    yield from (f"{identity} came as a card and as mails" for identity in cards & mails)


def _arrived(year: Year) -> Mapping[tuple[str, str], list[Arrived]]:
    found: dict[tuple[str, str], list[Arrived]] = {}
    for name, outside in year.outside.items():
        for one in outside.arrived:
            found.setdefault((one.identity, name), []).append(one)
    return found


@dataclass(frozen=True, kw_only=True)
class _Sight:
    """One publication at one outlet."""

    slot: Slot
    way: Way
    stands: Stands
    arrived: Mapping[tuple[str, str], list[Arrived]]
    unfinished: Collection[str]
    """Pages that are there in part."""

    @property
    def outlet(self) -> str:
        return self.way.outlet.name

    def there(self, identity: str) -> list[Arrived]:
        found = self.arrived.get((identity, self.outlet), [])
        return [*found, *(self.arrived.get((identity, "mail"), []) if self.outlet in CHANNELS else ())]

    def _in_part(self, identity: str) -> bool:
        return self.outlet == "pages" and identity in self.unfinished

    def whole(self, identity: str) -> bool:
        """Whether everybody has it who should, and all of it."""
        there = [one for one in self.there(identity) if not self._in_part(identity)]
        reached = {one.to for one in there if one.to}
        return any(not one.to or len(reached) == one.of for one in there)


def _of_way(year: Year, sight: _Sight) -> Iterator[str]:
    """Each person gets his or her own; Ben has nothing to do, so of him there is nothing to say."""
    identity = sight.slot.identity
    if not sight.way.each:
        yield from _of_one(year, sight, key_of(identity))
        return
    yield from _of_one(year, sight, key_of(identity, f"anna-{identity.group}"))
    if sight.there(key_of(identity, f"ben-{identity.group}")):
        yield f"Ben got {identity}, and there was nothing to say"


def _of_one(year: Year, sight: _Sight, identity: str) -> Iterator[str]:
    slot, where = sight.slot, f"{identity} to {sight.outlet}"
    standing, whole = sight.stands.get((identity, sight.outlet)), sight.whole(identity)
    for one in sight.there(identity):
        if not slot.due <= one.at < slot.until:
            yield f"{where} came at {one.at}, not from {slot.due} to {slot.until}"
    unsure = standing is Standing.UNSURE and sight.outlet.startswith("channel")
    if any(slot.due <= one < slot.until for one in year.calm) and not whole and not unsure:
        yield f"{where} was worth sending from {slot.due} to {slot.until} and is not there, but {standing}"
    if (standing in _THERE and not whole) or (standing is Standing.SKIPPED and whole):
        yield f"{where} is called {standing}"
    if year.began < slot.until <= year.calm[-1] - _SETTLED and standing not in OVER:
        yield f"{where} is over, and stands as {standing}"
