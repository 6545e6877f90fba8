"""What was sent is sent once more when somebody asks, where that renews it; nobody gets anything twice."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from syncbot.endpoints.outlets.base import Parcel, Receipt
from syncbot.endpoints.outlets.memory import MemoryOutlet
from syncbot.errors import EndpointError, OutcomeUnknown, Unavailable
from syncbot.publish.form import Publication
from syncbot.schedule.delivering import Standing
from syncbot.service.lease import Lease
from syncbot.service.posting import delivered
from syncbot.service.sending import Again, Post, Sent
from syncbot.service.ways import Way
from syncbot.store.memory import MemoryStore

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def agenda(title: str) -> Parcel:
    """Return an agenda as it is composed at some moment."""
    made = Publication(what="agenda", group="D", period="2026-11-26", language="en", title=title)
    return Parcel(identity="agenda/D/2026-11-26", publication=made)


class Killed(BaseException):
    """The process ends here."""


@dataclass(kw_only=True)
class Page(MemoryOutlet):
    """One page a publication; a page that is made is to be seen a minute later."""

    name: str = "pages"
    renews: bool = True
    appears_within: timedelta = timedelta(minutes=1)
    fails: list[BaseException] = field(default_factory=list)

    def send(self, parcel: Parcel) -> Receipt:
        """Make it, or bring it up to date when it is to be seen."""
        if self.fails:
            raise self.fails.pop()
        if self.look(parcel.identity) is None:
            return replace(super().send(parcel), url="https://pages.example/1")
        self.arrived[0] = parcel
        return Receipt(ref="1", url="https://pages.example/1")

    def look(self, identity: str) -> Receipt | None:
        """It has an address."""
        found = super().look(identity)
        return replace(found, url="https://pages.example/1") if found else None

    @property
    def titles(self) -> list[str]:
        """What its pages say."""
        return [one.publication.title for one in self.arrived]


class Scene:
    """An agenda that was sent at nine to a page, then by mail, then as a card."""

    def __init__(self) -> None:
        self.store, self.now, self.page = MemoryStore(), NOW, Page()
        self.page.hidden = lambda _: self.now < NOW + timedelta(minutes=1)
        self.mail = MemoryOutlet(name="mail")
        self.card = MemoryOutlet(name="card", can_look=False, proven=False)
        self.send("first", again=False)

    def send(self, title: str, *, again: bool = True) -> list[Sent]:
        """What `publish --send` does."""
        post = Post(store=self.store, now=lambda: self.now, lease=Lease())
        ways = [Way(outlet=self.page, whole=True), Way(outlet=self.mail), Way(outlet=self.card)]
        return list(delivered(post, agenda(title), ways, again=again))

    def later(self) -> None:
        """An hour passes."""
        self.now += timedelta(hours=1)

    def standing(self, outlet: str) -> tuple[Standing, str | None, str | None]:
        """How it stands, its address and what is said of it."""
        (one,) = (one for one in self.store.deliveries() if one.outlet == outlet)
        return one.standing, one.url, one.note


def test_a_page_is_renewed_and_mails_and_cards_are_not_repeated() -> None:
    """And for each of them it is told which."""
    scene = Scene()
    scene.later()
    sent = scene.send("second")
    assert [one.again for one in sent] == [Again.RENEWED, Again.NEVER, Again.NEVER]
    assert scene.page.titles == ["second"]
    assert len(scene.mail.arrived) == len(scene.card.arrived) == 1
    assert scene.standing("pages")[0] is Standing.SENT


def test_without_being_asked_again_nothing_is_renewed() -> None:
    """Once is once."""
    scene = Scene()
    scene.later()
    assert not any(one.fresh or one.again for one in scene.send("second", again=False))
    assert scene.page.titles == ["first"]


def test_a_page_that_was_made_just_now_is_not_made_a_second_time() -> None:
    """It is not to be seen yet, so it stays as it is and that is told; a minute later it is renewed."""
    scene = Scene()
    (page, *_) = scene.send("second")
    assert (page.again, page.standing) == (Again.AS_BEFORE, Standing.SENT)
    assert "not to be seen yet" in str(page.note)
    assert scene.page.titles == ["first"]
    scene.later()
    assert scene.send("second")[0].again is Again.RENEWED
    assert scene.page.titles == ["second"]


@pytest.mark.parametrize("kind", [Unavailable, EndpointError])
def test_what_could_not_be_renewed_is_still_there(kind: type[EndpointError]) -> None:
    """It stays sent, with its address, and says that it is not up to date; asked again it is renewed."""
    scene = Scene()
    scene.later()
    scene.page.fails = [kind("down", endpoint="pages")]
    (page, *_) = scene.send("second")
    assert (page.again, page.fresh) == (Again.AS_BEFORE, False)
    told = (Standing.SENT, "https://pages.example/1", "not brought up to date: down")
    assert scene.standing("pages") == told
    assert scene.send("second")[0].again is Again.RENEWED
    assert scene.standing("pages") == (Standing.SENT, "https://pages.example/1", None)


@pytest.mark.parametrize("trouble", [Killed(), OutcomeUnknown("cut off", endpoint="pages")])
@pytest.mark.parametrize("again", [True, False])
def test_cut_off_between_intent_and_record_it_is_found_there(trouble: BaseException, again: bool) -> None:
    """Who comes next finds the page: it is sent, one page, and up to date when that is asked for."""
    scene = Scene()
    scene.later()
    scene.page.fails = [trouble]
    if isinstance(trouble, Killed):
        with pytest.raises(Killed):
            scene.send("second")
    else:
        assert scene.send("second")[0].standing is Standing.INTENDED
    assert scene.standing("pages")[0] is Standing.INTENDED
    scene.send("third", again=again)
    assert scene.standing("pages")[0] is Standing.SENT
    assert scene.page.titles == ["third" if again else "first"]
    assert len(scene.mail.arrived) == len(scene.card.arrived) == 1


def test_a_page_that_people_deleted_is_made_anew() -> None:
    """Who asks for it again wants it."""
    scene = Scene()
    scene.later()
    scene.page.arrived.clear()
    assert scene.send("second")[0].standing is Standing.SENT
    assert scene.page.titles == ["second"]
