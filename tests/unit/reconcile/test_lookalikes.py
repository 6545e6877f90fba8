"""Names of different places that look alike: never one record without a person."""

from itertools import count

import pytest

from syncbot.model.fields import FieldType
from syncbot.reconcile.identity import identify
from syncbot.reconcile.policy import EndpointPolicy, FieldPolicy, IdentityPolicy, KindPolicy
from syncbot.reconcile.state import SeenRow
from tests.referees.spellings import declared, geonames

LOOKALIKES = [
    # one name, two countries
    ("Valencia", "ES", "Valence", "FR"),
    ("Valencia", "ES", "Valencia", "VE"),
    ("Münster", "DE", "Munster", "FR"),
    ("Münster", "DE", "Munster", "IE"),
    ("Münster", "DE", "Münster", "CH"),
    ("Vitoria-Gasteiz", "ES", "Vitória", "BR"),
    ("Cork", "IE", "Cork", "US"),
    ("Dublin", "IE", "Dublin", "US"),
    ("Paris", "FR", "Paris", "US"),
    ("Rome", "IT", "Rome", "US"),
    ("Athens", "GR", "Athens", "US"),
    ("Florence", "IT", "Florence", "US"),
    ("Bristol", "GB", "Bristol", "US"),
    ("Barcelona", "ES", "Barcelona", "VE"),
    ("Cartagena", "ES", "Cartagena", "CO"),
    ("Santiago", "ES", "Santiago", "CL"),
    ("Lund", "SE", "Lund", "NO"),
    ("Halle", "DE", "Halle", "BE"),
    ("Haan", "DE", "De Haan", "BE"),
    ("Le Havre", "FR", "Havré", "BE"),
    ("Mons", "BE", "Mons", "FR"),
    ("Boulogne", "FR", "Bologna", "IT"),
    ("Nice", "FR", "Nis", "RS"),
    ("Brest", "FR", "Brest", "BY"),
    ("Vienna", "AT", "Vienne", "FR"),
    ("Rennes", "FR", "Rhenen", "NL"),
    ("Breda", "NL", "Breda", "ES"),
    ("Frankfurt", "DE", "Frankfort", "US"),
    ("Lille", "FR", "Lille", "BE"),
    ("Tours", "FR", "Tournai", "BE"),
    ("Limassol", "CY", "Limoges", "FR"),
    ("Riga", "LV", "Rigas", "GR"),
    ("Sofia", "BG", "Sofia", "MD"),
    ("Smyrna", "US", "Izmir", "TR"),
    ("Breslau", "CA", "Wrocław", "PL"),
    ("Cracow", "AU", "Krakow", "PL"),
    # two places of one country
    ("Frankfurt am Main", "DE", "Frankfurt (Oder)", "DE"),
    ("Frankfurt", "DE", "Frankfurt am Main", "DE"),
    ("Frankfurt/Main", "DE", "Frankfurt/Oder", "DE"),
    ("Halle", "DE", "Halle (Saale)", "DE"),
    ("Halle (Westf.)", "DE", "Halle (Saale)", "DE"),
    ("Halle - Westfalen", "DE", "Halle", "DE"),
    ("Neustadt an der Weinstraße", "DE", "Neustadt in Holstein", "DE"),
    ("Neustadt", "DE", "Neustadt an der Weinstraße", "DE"),
    ("Rothenburg ob der Tauber", "DE", "Rotenburg (Wümme)", "DE"),
    ("Freiburg im Breisgau", "DE", "Freiberg", "DE"),
    ("Freiburg", "DE", "Freyburg", "DE"),
    ("Offenbach", "DE", "Offenburg", "DE"),
    ("Magdeburg", "DE", "Marburg", "DE"),
    ("Essen", "DE", "Bad Essen", "DE"),
    ("Mülheim", "DE", "Müllheim", "DE"),
    ("Lindau", "DE", "Landau", "DE"),
    ("Aachen", "DE", "Städteregion Aachen", "DE"),
    ("Brussels", "BE", "Brussels-Capital Region", "BE"),
    ("City of Brussels", "BE", "Brussels Region", "BE"),
    ("Brussels City", "BE", "Brussels-Capital Region", "BE"),
    ("Antwerp", "BE", "Province of Antwerp", "BE"),
    ("Leuven", "BE", "Louvain-la-Neuve", "BE"),
    ("La Louvière", "BE", "Louvain", "BE"),
    ("Lyon", "FR", "Grand Lyon", "FR"),
    ("Lyon", "FR", "Métropole de Lyon", "FR"),
    ("Nantes", "FR", "Nantes Métropole", "FR"),
    ("Saint-Denis", "FR", "Saint-Étienne", "FR"),
    ("La Palma", "ES", "Palma", "ES"),
    ("Las Palmas", "ES", "La Palma", "ES"),
    ("Valencia", "ES", "Palencia", "ES"),
    ("Valladolid", "ES", "Valladolid (province)", "ES"),
    ("Vitoria", "ES", "Victoria", "ES"),
    ("Cork", "IE", "County Cork", "IE"),
    ("Dublin", "IE", "South Dublin", "IE"),
    ("Galway City", "IE", "County Galway", "IE"),
    ("London", "GB", "City of London", "GB"),
    ("Newcastle upon Tyne", "GB", "Newcastle-under-Lyme", "GB"),
    ("Glasgow", "GB", "Port Glasgow", "GB"),
    ("Istanbul", "TR", "İstanbul Metropolitan Municipality", "TR"),
    ("Reggio Emilia", "IT", "Reggio Calabria", "IT"),
    ("Parma", "IT", "Palma", "IT"),
    ("Prato", "IT", "Prata", "IT"),
    ("Groningen", "NL", "Provincie Groningen", "NL"),
    ("Utrecht", "NL", "Provincie Utrecht", "NL"),
    ("Eindhoven", "NL", "Helmond", "NL"),
    ("Göteborg", "SE", "Göteborgs Stift", "SE"),
    ("Helsingborg", "SE", "Helsingör", "SE"),
    ("Tartu", "EE", "Tartumaa", "EE"),
    ("Warsaw", "PL", "Warsaw West", "PL"),
    ("Łódź", "PL", "Łowicz", "PL"),
    ("Bucharest", "RO", "Bucharest 2nd District", "RO"),
    ("Lisbon", "PT", "Lisbon District", "PT"),
    ("Porto", "PT", "Porto Santo", "PT"),
    ("Eilat", "IL", "Elad", "IL"),
]

NAMES = ("one", "other")


def city_policy(*, variants: bool, gazetteer: bool = False) -> KindPolicy:
    """Cities by name and country, with the spellings that ship or with none, with GeoNames or without."""
    return KindPolicy(
        kind="city",
        title_field="name",
        fields={
            label: FieldPolicy(name=label, type=FieldType.TEXT, home=None, places=dict.fromkeys(NAMES, True))
            for label in ("name", "country")
        },
        endpoints={name: EndpointPolicy(name=name) for name in NAMES},
        identity=IdentityPolicy(
            name="name",
            within=("country",),
            variants=declared() if variants else {},
            gazetteer=geonames() if gazetteer else None,
        ),
    )


def row(ref: str, name: str, country: str) -> SeenRow:
    """A row that was never linked."""
    return SeenRow(ref=ref, version="1", key=None, values={"name": name, "country": country})


SPELLED_SO = {
    ("Nantes", "Nantes Métropole"),
    ("Istanbul", "İstanbul Metropolitan Municipality"),
    ("Eindhoven", "Helmond"),
}
"""What the shipped spellings say on purpose is one participant of the Mission: a larger body that goes by a shorter
name, and a joint entry of two cities that goes by either."""


@pytest.mark.parametrize(("name", "country", "alike", "where"), LOOKALIKES)
def test_places_that_look_alike_stay_apart(name: str, country: str, alike: str, where: str) -> None:
    """No record ever holds both, whichever side each is on; at most a person is asked."""
    assert not _linked(city_policy(variants=False), (name, country), (alike, where))
    assert not _linked(city_policy(variants=False), (alike, where), (name, country))


@pytest.mark.parametrize(
    ("name", "country", "alike", "where"), [one for one in LOOKALIKES if (one[0], one[2]) not in SPELLED_SO]
)
def test_declared_spellings_join_no_lookalikes(name: str, country: str, alike: str, where: str) -> None:
    """Nor do the spellings that ship make one record of them."""
    assert not _linked(city_policy(variants=True), (name, country), (alike, where))
    assert not _linked(city_policy(variants=True), (alike, where), (name, country))


@pytest.mark.parametrize(("name", "country", "alike", "where"), LOOKALIKES)
def test_the_gazetteer_joins_no_lookalikes(name: str, country: str, alike: str, where: str) -> None:
    """Nor what GeoNames knows of the places of a country, also beside the spellings that ship."""
    for variants in (False, True):
        if variants and (name, alike) in SPELLED_SO:
            continue
        policy = city_policy(variants=variants, gazetteer=True)
        assert not _linked(policy, (name, country), (alike, where))
        assert not _linked(policy, (alike, where), (name, country))


def _linked(policy: KindPolicy, one: tuple[str, str], other: tuple[str, str]) -> bool:
    keys = count()
    found = identify(
        policy,
        seen={"one": [row("1", *one)], "other": [row("2", *other)]},
        gone={},
        known={},
        refs={},
        new_key=lambda: f"k{next(keys)}",
    )
    return any(len(case.seen) > 1 for case in found.cases)


def test_there_are_enough_of_them() -> None:
    """At least sixty pairs, each once."""
    assert len(set(LOOKALIKES)) == len(LOOKALIKES) >= 60
