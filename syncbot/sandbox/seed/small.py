"""Eight cities and eight people of the demo: everything that can happen in a sync happens once or twice."""

from datetime import datetime

from .sides import Side, told

CITIES = frozenset(
    (
        "Milan",  # only in Notion
        "Lahti",  # only in Notion
        "Gabrovo",  # only in SharePoint
        "Lisbon",  # only in SharePoint
        "Klagenfurt",  # spelled in another way in SharePoint
        "Mannheim",  # two label dates
        "Kalamata",  # two populations, two alphabets
        "Podgorica",  # two states, which only a person can decide
    )
)
PEOPLE = frozenset(
    (
        "paivi.esimerkki@climate-kic.example",
        "klara.beispiel@iclei.example",
        "zofia.przykladowa@eurocities.example",
        "bozena.przyklad-wzorzec@climate-kic.example",
        "zara.namuna@rcn.example",
        "inigo.muestreo@rcn.example",
        "lucia.muestra@demsoc.example",  # only in Notion
        "gerda.fiktiv@bwb.example",  # only in SharePoint
    )
)


def small(side: str, when: datetime) -> Side:
    """Return what of the demo's side is about these."""
    whole = told(side, when)
    return Side(
        people=[row for row in whole.people if row.email in PEOPLE],
        cities=[row for row in whole.cities if row.city in CITIES],
    )
