"""What every outlet promises, whatever it is: one set of tests, run against each."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Protocol

import pytest

from syncbot.endpoints.outlets.base import Addressee, Outlet, Parcel
from syncbot.errors import EndpointError, OutcomeUnknown
from syncbot.publish.form import Line, Publication, Run, Section

PEOPLE = (
    Addressee(name="Anna Adler", email="anna@contoso.example"),
    Addressee(name="Ben Berg", email="Ben@contoso.example"),
)
TITLE = 'Agenda <b>"D"</b> & more'


def parcel(day: str = "2026-03-05", *, title: str = TITLE) -> Parcel:
    """Return an agenda for a day on which the contract's meeting takes place."""
    line = Line(runs=[Run(text="Ghent: budget <script>alert(1)</script>")])
    publication = Publication(
        what="agenda",
        group="D",
        period=day,
        language="en",
        title=title,
        sections=[Section(name="urgent", title="Urgent", lines=[line])],
    )
    return Parcel(
        identity=f"agenda/D/{day}",
        publication=publication,
        addressees=PEOPLE,
        reply_to=Addressee(name="Carla Cohn", email="carla@contoso.example"),
        whole="https://example.org/agenda?a=1&b=2",
    )


class Place(Protocol):
    """An outlet, and a look behind it."""

    outlet: Outlet

    def arrived(self) -> Sequence[str]:
        """Return the identities of what arrived, one for each thing that people see; not through the outlet."""

    def later(self) -> None:
        """Let pass as much time as the outlet needs to show what was taken."""

    def trouble(self, kind: str) -> bool:
        """Let the next call of the service fail in this way; False when there is no such failure here."""


class OutletContract:
    """Subclasses give a fixture `place`."""

    things: ClassVar[int] = 1
    """How many things one parcel becomes."""
    repeats: ClassVar[bool] = False
    """Sending the same twice makes two of them."""

    def test_what_was_sent_is_there(self, place: Place) -> None:
        """A receipt means that it arrived, and looking later says the same."""
        receipt = place.outlet.send(parcel())
        place.later()
        assert list(place.arrived()) == ["agenda/D/2026-03-05"] * self.things
        seen = place.outlet.look("agenda/D/2026-03-05")
        assert (seen is not None) == place.outlet.can_look
        assert seen is None or seen.proven
        assert receipt.note is None

    def test_what_was_not_sent_is_not_there(self, place: Place) -> None:
        """Looking finds nothing under another identity, also when something else was sent."""
        place.outlet.send(parcel())
        place.later()
        assert place.outlet.look("agenda/D/2026-03-12") is None
        assert place.outlet.look("agenda/D/2026-03") is None

    def test_sending_again_makes_no_second(self, place: Place) -> None:
        """Once it is to be seen, sending it again changes nothing for people, or brings it up to date."""
        place.outlet.send(parcel())
        place.later()
        place.outlet.send(parcel(title="Agenda, once more"))
        place.later()
        assert len(place.arrived()) == self.things * (2 if self.repeats else 1)

    def test_two_publications_stay_apart(self, place: Place) -> None:
        """Each has its own identity."""
        for day in ("2026-03-05", "2026-03-12"):
            place.outlet.send(parcel(day))
        place.later()
        expected = sorted(["agenda/D/2026-03-05", "agenda/D/2026-03-12"] * self.things)
        assert sorted(place.arrived()) == expected

    @pytest.mark.parametrize(
        "kind", ["429", "500", "503", "503_saved", "504", "504_saved", "cut", "cut_saved", "html"]
    )
    def test_a_failure_never_lies(self, place: Place, kind: str) -> None:
        """Without an error it arrived; with one that is certain nothing did; in doubt the outlet says so."""
        if not place.trouble(kind):
            pytest.skip("no such failure here")
        try:
            place.outlet.send(parcel())
        except OutcomeUnknown:
            return
        except EndpointError:
            assert not place.arrived()
        else:
            assert len(place.arrived()) == self.things

    def test_doubt_is_resolved_by_looking(self, place: Place) -> None:
        """After an answer got lost, looking and sending again ends with everybody having it once."""
        if not place.outlet.can_look or not place.trouble("cut_saved"):
            pytest.skip("nobody can look, or nothing gets lost here")
        with pytest.raises(OutcomeUnknown):
            place.outlet.send(parcel())
        place.later()
        if place.outlet.look(parcel().identity) is None:
            place.outlet.send(parcel())
        place.later()
        assert len(place.arrived()) == self.things
        assert place.outlet.look(parcel().identity) is not None

    def test_an_outlet_has_a_name_and_tells_no_secret(self, place: Place) -> None:
        """Names are for people; a repr may end in a log."""
        assert place.outlet.name
        assert "sig" not in repr(place.outlet)
        assert "Bearer" not in repr(place.outlet)


def without_people(given: Parcel) -> Parcel:
    """Return the same for nobody."""
    return replace(given, addressees=())
