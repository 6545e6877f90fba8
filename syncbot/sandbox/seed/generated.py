"""Cities that do not exist, in any number: for measuring."""

from datetime import datetime, timedelta

from .facts import cities
from .sides import CityRow, Side, complete
from .working import dice


def invented(number: int, side: str, when: datetime) -> Side:
    """Return `number` cities "Testville 00001", ..., each with the facts of some real city, and all people."""
    model = complete(side, when)
    last = len(cities()) - 1
    rows = []
    for count in range(1, number + 1):
        name = f"Testville {count:05d}"
        row = model.cities[dice(name, "model", last)]
        values = {field: value for field, value in row.values.items() if field != "geonames_id"}
        values |= {"name": name, "native_name": name, "geonames_id": str(90_000_000 + count)}
        written = when - timedelta(minutes=2 * (number - count) + 1)
        rows.append(CityRow(city=name, values=values, author=row.author, written=written))
    return Side(people=model.people, cities=rows)
