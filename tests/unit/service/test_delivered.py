"""One publication to several outlets: those that come later link to where it stands in full."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from syncbot.endpoints.outlets.base import Parcel, Receipt
from syncbot.endpoints.outlets.memory import MemoryOutlet
from syncbot.errors import Unavailable
from syncbot.publish.form import Publication
from syncbot.schedule.delivering import Standing
from syncbot.service.lease import Lease
from syncbot.service.posting import delivered
from syncbot.service.sending import Post
from syncbot.service.ways import Way
from syncbot.store.memory import MemoryStore

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PARCEL = Parcel(
    identity="agenda/D/2026-11-26",
    publication=Publication(what="agenda", group="D", period="2026-11-26", language="en", title="Agenda"),
)


@dataclass(kw_only=True)
class Page(MemoryOutlet):
    """A place where people can read it, with an address."""

    url: str = "https://example.eu/page"

    def send(self, parcel: Parcel) -> Receipt:
        """Keep it and say where."""
        return replace(super().send(parcel), url=self.url, note="by the side door")


def post() -> Post:
    """Return what sending works with."""
    return Post(store=MemoryStore(), now=lambda: NOW, lease=Lease())


def test_what_comes_later_links_to_the_first_place_where_it_stands_in_full() -> None:
    """Also when that was sent by an earlier process."""
    before, page, second, mail = (
        MemoryOutlet(name="a"),
        Page(name="b"),
        Page(name="c", url="https://x.eu"),
        MemoryOutlet(name="d"),
    )
    ways = [
        Way(outlet=before),
        Way(outlet=page, whole=True),
        Way(outlet=second, whole=True),
        Way(outlet=mail),
    ]
    work = post()
    list(delivered(work, PARCEL, ways[:2]))
    list(delivered(work, PARCEL, ways))
    assert before.arrived[0].whole is None
    assert page.arrived[0].whole is None
    assert mail.arrived[0].whole == second.arrived[0].whole == "https://example.eu/page"


def test_an_outlet_that_fails_holds_up_no_other_and_has_no_address() -> None:
    """The mail goes out without a link."""
    page, mail = Page(name="page"), MemoryOutlet(name="mail")

    def down(_: Parcel) -> None:
        raise Unavailable("down", endpoint="page")

    page.before = down
    sent = list(delivered(post(), PARCEL, [Way(outlet=page, whole=True), Way(outlet=mail)]))
    assert [one.standing for one in sent] == [Standing.FAILED, Standing.SENT]
    assert mail.arrived[0].whole is None


def test_what_a_receipt_has_to_say_is_kept_and_said() -> None:
    """Who reads `status` tomorrow sees it as well as who sent it."""
    work = post()
    (sent,) = delivered(work, PARCEL, [Way(outlet=Page(name="page"))])
    assert sent.note == "by the side door"
    assert work.store.deliveries(PARCEL.identity)[0].note == "by the side door"
