"""What every store promises of publications that were sent."""

from syncbot.schedule.delivering import Standing
from syncbot.store.base import Store
from syncbot.store.deliveries import Delivery
from tests.contract.store_shelf import OnAShelf
from tests.contract.store_values import NOW, later

AGENDA = "agenda/D/2026-11-26"


class DeliveriesContract(OnAShelf):
    """Deliveries."""

    def test_an_intent_is_known_until_it_is_settled(self, store: Store) -> None:
        """Who comes after a crash sees that something was about to be sent, when, and for the how manieth time."""
        store.intend_delivery(AGENDA, "mail", at=NOW)
        known = Delivery(
            publication=AGENDA, outlet="mail", standing=Standing.INTENDED, attempts=1, intended=NOW
        )
        assert store.deliveries(AGENDA) == [known]
        store.settle_delivery(AGENDA, "mail", standing=Standing.FAILED, at=later(1), note="no 'é' %s")
        [failed] = store.deliveries(AGENDA)
        assert (failed.standing, failed.note, failed.ended) == (Standing.FAILED, "no 'é' %s", later(1))
        store.intend_delivery(AGENDA, "mail", at=later(2))
        [again] = store.deliveries()
        assert (again.attempts, again.intended, again.ended, again.note) == (2, later(2), None, None)
        store.settle_delivery(
            AGENDA, "mail", standing=Standing.SENT, at=later(3), ref="r", url="https://x.y/z"
        )
        [sent] = store.deliveries(AGENDA)
        assert (sent.standing, sent.ref, sent.url, sent.attempts) == (Standing.SENT, "r", "https://x.y/z", 2)

    def test_outlets_and_publications_do_not_mix(self, store: Store) -> None:
        """The same agenda goes to several outlets, and each stands for itself; all are told in a fixed order."""
        store.settle_delivery("digest/D/2026-W48", "mail", standing=Standing.SKIPPED, at=NOW, note="too late")
        store.intend_delivery(AGENDA, "teams", at=NOW)
        store.intend_delivery(AGENDA, "mail", at=NOW)
        store.settle_delivery(AGENDA, "teams", standing=Standing.ACCEPTED, at=later(1))
        told = [(one.publication, one.outlet, one.standing, one.attempts) for one in store.deliveries()]
        assert told == [
            (AGENDA, "mail", Standing.INTENDED, 1),
            (AGENDA, "teams", Standing.ACCEPTED, 1),
            ("digest/D/2026-W48", "mail", Standing.SKIPPED, 0),
        ]
