"""Kills a round of the real service, starts again, and tells from outside what people have of the publications."""

import random
import re
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from syncbot.sandbox.notion.text import raw
from syncbot.schedule.delivering import Standing
from syncbot.service.parts import Parts
from syncbot.service.standing import status
from syncbot.service.ways import Ways
from syncbot.settings import example_mappings
from syncbot.store.open import open_store
from tests.fakes.running_sandbox import Running
from tests.system.killing import VARIANTS, Controls, Cut, Databases, Scene, kill, until
from tests.system.nursery import Child, Nursery
from tests.system.rounds import go_round

SETTLED = (1, 18, 45)
"""Minutes after a kill at which it goes round: at once, when mails are to be seen, when made-up mails are."""
_PATIENCE = 60.0
_DOCUMENTS = "Shared Documents"
_FOLDER = "Publications/"
_IDENTITY = "SyncbotPublication"


@dataclass(frozen=True, kw_only=True)
class Outside:
    """What people have, and how syncbot says that it stands."""

    mails: Mapping[str, int]
    """By publication, addressee and subject: how many."""
    cards: Mapping[str, int]
    """By channel and content: how many."""
    pages: Mapping[str, Sequence[str]]
    """By identity: the title and body of each page."""
    files: Mapping[str, int]
    """By path: how many versions."""
    meetings: Mapping[str, str]
    """By series and day: what it says; and how often people were told of a change."""
    stands: Mapping[str, str]
    """By publication and outlet."""
    said: str
    """What `status` calls not well."""

    def wrong(self, right: "Outside", *, kills: int, twice: Sequence[str] = ()) -> list[str]:
        """Say what is not as after an undisturbed round; `twice` are the channels that may have a card again.

        A card that may have been posted is not posted again, and whoever looks is told so: at most one for each kill.
        """
        doubts = [key.rpartition(" to ") for key, how in self.stands.items() if how == "unsure"]
        unsure = {outlet for _, _, outlet in doubts}
        # What a channel may have is not made up for by mails.
        mails = {
            key: count
            for key, count in right.mails.items()
            if not any(key.startswith(f"{publication} to ") for publication, _, _ in doubts)
        }
        faults = [*_other("mail", self.mails, mails), *_other("page", self.pages, right.pages)]
        faults += [
            *_other("file", self.files, right.files),
            *_other("meeting", self.meetings, right.meetings),
        ]
        for card in {*self.cards, *right.cards}:
            channel = card.partition(":")[0]
            count, wanted = self.cards.get(card, 0), right.cards.get(card, 0)
            allowed = {wanted, 0} if _outlet(channel) in unsure else {wanted}
            allowed |= {wanted + number for number in range(kills + 1)} if channel in twice else set()
            if count not in allowed:
                faults.append(f"card {card[:60]}: {count} instead of {sorted(allowed)}")
        faults += [f"too many are unsure: {sorted(unsure)}"] if len(unsure) > kills else []
        faults += [f"status does not tell of {one}" for one in unsure if f"to {one}: " not in self.said]
        sure = {key: how for key, how in right.stands.items() if self.stands.get(key) != "unsure"}
        told = {key: how for key, how in self.stands.items() if how != "unsure"}
        return [*faults, *_other("delivery", told, sure)]


def _other(what: str, found: Mapping[str, object], right: Mapping[str, object]) -> Iterator[str]:
    for key in sorted({*found, *right}):
        if found.get(key) != right.get(key):
            yield f"{what} {key}: {found.get(key)!r} instead of {right.get(key)!r}"


def _outlet(channel: str) -> str:
    """What the shipped mapping calls the outlet to a channel of the sandbox's."""
    letter = re.fullmatch(r"CSG ([A-D])", channel)
    return f"channel_{letter[1].lower()}" if letter else "channel_all"


@dataclass(kw_only=True)
class Rounds(Scene):
    """A sandbox and a database as they stand before the round that is disturbed."""

    moment: datetime
    mappings: Path
    later: timedelta = timedelta(0)
    """How much after `moment` the next process goes round."""

    def variables(self, url: str) -> dict[str, str]:
        """With mappings of the scene's own."""
        return {**super().variables(url), "SYNCBOT_MAPPINGS": str(self.mappings)}

    @contextmanager
    def begun(self) -> Iterator[str]:
        """Everything as it was, the clock too."""
        self.later = timedelta(0)
        with super().begun() as url:
            yield url

    @contextmanager
    def process(self, url: str) -> Iterator[Child]:
        """Start a round as a process of its own."""
        at = self.moment + self.later
        self.world.sandbox.clock.set(at)
        child = self.nursery.start([at.isoformat()], self.variables(url), self.world.sandbox.ca_path.parent)
        try:
            yield child
        finally:
            child.signal(signal.SIGKILL)
            child.finished(_PATIENCE)

    def round_after(self, parts: Parts, at: datetime, ways: Ways | None = None) -> None:
        """Go round undisturbed at a moment."""
        self.world.sandbox.clock.set(at)
        heard = go_round(parts, ways or parts.ways(), at)
        assert not heard.trouble, heard.trouble

    def settled(self, url: str) -> Outside:
        """Go round until all is settled, and once more, which sends nothing; tell what people have."""
        with self.wired(url) as parts:
            at, ways = self.moment + self.later, parts.ways()
            for minutes in SETTLED:
                self.round_after(parts, at + timedelta(minutes=minutes), ways)
                if all(one.standing is not Standing.INTENDED for one in parts.store.deliveries()):
                    break
            self.controls.forget()
            self.round_after(parts, at + timedelta(minutes=SETTLED[-1] + 1), ways)
            self._nothing_written()
            return self.outside(parts)

    def outside(self, parts: Parts) -> Outside:
        """Tell what people have."""
        return Outside(
            mails=_mails(self.world),
            cards=_cards(self.world),
            pages=_pages(self.world),
            files=_files(self.world),
            meetings=dict(_meetings(self.world)),
            stands={
                f"{one.publication} to {one.outlet}": "there"
                if one.standing.value in ("sent", "accepted")
                else one.standing.value
                for one in parts.store.deliveries()
            },
            said="\n".join(status(parts).failures),
        )

    def _nothing_written(self) -> None:
        for service in ("notion", "graph"):
            asked = [(one["method"], one["path"]) for one in self.controls.requests(service)]
            writes = [(how, path) for how, path in asked if how != "GET" and not path.endswith("/query")]
            assert not writes, f"a further round wrote {writes}"


def _mails(world: Running) -> dict[str, int]:
    return Counter(
        f"{_value(one.properties)} to {one.to[0]['emailAddress']['address']}: {one.subject}"
        for one in world.graph.messages
    )


def _value(properties: Sequence[Mapping[str, Any]]) -> str:
    return next((str(one["value"]) for one in properties if str(one["id"]).endswith(_IDENTITY)), "?")


def _cards(world: Running) -> dict[str, int]:
    assert not [one.why for one in world.graph.posted if one.why]
    return Counter(_without_ids(f"{one.channel}: {one.content}") for one in world.graph.posted)


def _without_ids(text: str) -> str:
    """Pages have another id each time that they are made."""
    return re.sub(r"[0-9a-f]{32}", "#", text)


def _pages(world: Running) -> dict[str, list[str]]:
    source, found = world.environment["SYNCBOT_NOTION_PUBLICATIONS"], dict[str, list[str]]()
    state = world.notion.state
    key = world.notion.property_id(source, "syncbot key")
    for page in state.rows(source):
        lines = [raw(getattr(one, "content", {}).get("rich_text", [])) for one in state.children_of(page)]
        found.setdefault(raw(page.values.get(key, [])), []).append("\n".join(lines))
    return found


def _files(world: Running) -> dict[str, int]:
    libraries = world.graph.state.libraries.values()
    (documents,) = [one for one in libraries if _DOCUMENTS in (one.name, one.title)]
    nodes = [one for one in documents.nodes.values() if not one.is_folder]
    paths = {documents.path(one): len(one.versions) for one in nodes}
    return {path: count for path, count in paths.items() if path.lstrip("/").startswith(_FOLDER)}


def _meetings(world: Running) -> Iterator[tuple[str, str]]:
    for series in world.graph.state.outlook.series.values():
        if series.changes:
            yield f"{series.subject}, people told", str(series.updates)
        for day, change in series.changes.items():
            yield (
                f"{series.subject} {day}",
                _without_ids(f"{_value(change.properties)} {change.online} {change.content}"),
            )


def killed_and_settled(scene: Rounds, cut: Cut, cuts: list[Cut]) -> Outside:
    """Kill a process there, then start again; note in `cuts` where it was killed."""
    cuts.append(cut)
    with scene.begun() as url:
        kill(scene, url, cut)
        scene.controls.let_go()
        return scene.settled(url)


def killed_again_and_again(scene: Rounds, dice: random.Random, cuts: list[Cut]) -> Outside:
    """Kill each process a few requests on, start another a minute later, until one comes to its end."""
    with scene.begun() as url:
        while _killed(scene, url, cut := _near(dice)):
            cuts.append(cut)
            scene.later += timedelta(minutes=1)
        return scene.settled(url)


def _near(dice: random.Random) -> Cut:
    later = dice.choice([None, None, dice.uniform(0.0, 0.05)])
    return Cut(
        service=dice.choices(("graph", "notion"), (8, 1))[0],
        number=dice.randint(2, 9),
        variant=dice.choice(VARIANTS),
        later=later,
    )


def _killed(scene: Rounds, url: str, cut: Cut) -> bool:
    """Whether the process came there, and was killed."""
    scene.controls.forget()
    if cut.later is None:
        scene.controls.hold(cut.service, cut.number, cut.variant)
    with scene.process(url) as process:
        until(lambda: _there(scene, cut) or process.poll() is not None)
        time.sleep(cut.later or 0.0)
        process.signal(signal.SIGKILL)
        said = process.finished(_PATIENCE)
    scene.controls.let_go()
    assert process.returncode in (0, -signal.SIGKILL), said
    return process.returncode != 0


def _there(scene: Rounds, cut: Cut) -> bool:
    if cut.later is None:
        return scene.controls.held(cut.service)
    return len(scene.controls.requests(cut.service)) >= cut.number


def undisturbed(scene: Rounds) -> tuple[Outside, dict[str, int]]:
    """What people have after a round that nothing disturbed, and how many requests it makes at each service."""
    with scene.begun() as url:
        with scene.process(url) as process:
            said = process.finished(_PATIENCE)
            assert process.returncode == 0, said
        counts = {one: len(scene.controls.requests(one)) for one in ("login", "notion", "graph")}
        return scene.settled(url), counts


@contextmanager
def new_rounds(
    name: str,
    world: Running,
    databases: Databases,
    moment: datetime,
    mappings: Path,
    before: Callable[[Rounds], None],
) -> Iterator[Rounds]:
    """Make the scene: what `before` makes of empty tables and of the sandbox."""
    model = databases.fresh(None)
    open_store(model).close()
    folder = world.sandbox.ca_path.parent
    with closing(Controls(world)) as controls, closing(Nursery(folder, "tests.system.rounds")) as nursery:
        scene = Rounds(
            name=name,
            world=world,
            databases=databases,
            model=model,
            controls=controls,
            nursery=nursery,
            moment=moment,
            mappings=mappings,
        )
        before(scene)
        scene.keep()
        yield scene


def mappings_in(folder: Path, changes: Mapping[str, str]) -> Path:
    """Copy the shipped mappings into a folder, with other words in groups.yaml.

    Without what says how notes are read and where ticks are made: that is much to read at each start, and not tried here.
    """
    made = folder / "mappings"
    shutil.copytree(example_mappings(), made, ignore=shutil.ignore_patterns("notes.yaml", "control.yaml"))
    groups = (made / "groups.yaml").read_text(encoding="utf-8")
    for old, new in changes.items():
        assert old in groups, old
        groups = groups.replace(old, new)
    (made / "groups.yaml").write_text(groups, encoding="utf-8")
    return made


def some_moments(counts: Mapping[str, int], dice: random.Random, number: int) -> list[Cut]:
    """Moments between requests, when the store is written: a few milliseconds behind a request."""
    places = [(service, one) for service, count in counts.items() for one in range(1, count + 1)]
    return [
        Cut(service=service, number=one, variant="hold", later=dice.uniform(0.0, 0.05))
        for service, one in dice.choices(places, k=number)
    ]
