"""The people whom a site knows: its hidden list, by which person columns name them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from syncbot.errors import Forbidden, NotFound

from .cells import Misread
from .connection import GraphConnection
from .wire import inside, query

_SYSTEM_ROWS = 1_073_741_820
"""Rows from here on stand for the system and for applications."""
_TEMPLATE = "userInformation"


@dataclass(frozen=True, kw_only=True)
class _Person:
    name: str | None
    email: str | None


@dataclass(kw_only=True)
class People:
    """Read when first needed, and once more in each reading that meets somebody new."""

    connection: GraphConnection
    site: str
    """The site's path."""
    _known: dict[int, _Person] | None = None
    _by_email: dict[str, int] = field(default_factory=dict)
    _may_ask: bool = True
    _trouble: str | None = None
    """Why the list cannot be read."""

    def refresh(self) -> None:
        """Allow one more reading of the list, should somebody unknown turn up."""
        self._may_ask = True

    def email_of(self, number: int) -> str | None:
        """Return the address of a row; None for groups, for rows without one and for people who are gone."""
        person = self._person(number)
        if self._trouble is not None and person is None:
            raise Misread(self._trouble)
        return person.email if person else None

    def name_of(self, number: int) -> str | None:
        """Return a person's name, or the address, or None."""
        person = self._person(number)
        return (person.name or person.email) if person else None

    def row_of(self, email: str) -> int | None:
        """Return the row of an address in lower case; None for whoever never opened the site."""
        if email not in self._by_email:
            self._ask()
        return self._by_email.get(email)

    def _person(self, number: int) -> _Person | None:
        if number >= _SYSTEM_ROWS:
            return None
        if self._known is None or number not in self._known:
            self._ask()
        return (self._known or {}).get(number)

    def _ask(self) -> None:
        if not self._may_ask:
            return
        self._may_ask = False
        try:
            known = dict(self._read())
        except (Forbidden, NotFound) as error:
            self._trouble = f"the site's list of people cannot be read: {error.detail}"
            return
        self._trouble, self._known = None, known
        self._by_email = {one.email: number for number, one in known.items() if one.email}

    def _read(self) -> Iterator[tuple[int, _Person]]:
        expand = "fields($select=Title,EMail,UserName)"
        path = f"{self.site}/lists/{self._list_id()}/items" + query(expand=expand, top=5000)
        for page in self.connection.pages(path, units=2):
            for item in page["value"]:
                number = str(inside(item, "id"))
                if number.isdecimal():
                    yield int(number), _person(item)

    def _list_id(self) -> str:
        """Find the list by what it is: its title depends on the site's language, and it is hidden."""
        path = f"{self.site}/lists" + query(select="id,list,system")
        for page in self.connection.pages(path, units=2):
            for one in page["value"]:
                if inside(one, "list", "template") == _TEMPLATE:
                    return str(inside(one, "id"))
        raise NotFound("no list of that kind is shown", endpoint=self.connection.name)


def _person(item: object) -> _Person:
    email = inside(item, "fields", "EMail") or inside(item, "fields", "UserName")
    name = inside(item, "fields", "Title")
    address = str(email).lower() if email and "@" in str(email) else None
    return _Person(name=str(name) if name else None, email=address)
