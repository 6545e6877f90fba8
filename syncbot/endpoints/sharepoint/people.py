"""Whom a site knows: people, by its hidden list that person columns point into, and applications."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from syncbot.endpoints.memo import Memo
from syncbot.errors import Forbidden, NotFound

from .cells import Misread
from .connection import GraphConnection
from .directory import Directory, Person, recalled
from .wire import Json, inside, query

_SYSTEM_ROWS = 1_073_741_820
"""Rows from here on stand for the system and for applications."""
_TEMPLATE = "userInformation"


@dataclass(kw_only=True)
class People:
    """Recalls the site's people from an earlier run, and reads their list when somebody new turns up.

    It is read at most once in each reading of rows. What is recalled is good for a day (`directory.KEPT_FOR`).
    """

    connection: GraphConnection
    site: str
    """The site's path."""
    memo: Memo
    _directory: Directory | None = None
    _by_email: dict[str, int] = field(default_factory=dict)
    _kept: str = ""
    _may_ask: bool = True
    _trouble: str | None = None
    """Why the list cannot be read."""

    def refresh(self) -> None:
        """Allow one more reading of the list, should somebody unknown turn up; recall, and forget what is old."""
        self._may_ask = True
        now = self.connection.now()
        if self._directory is None:
            self._kept = self.memo.recall()
            self._know(recalled(self._kept, now))
        elif not self._directory.is_good(now):
            self._know(Directory(since=now))

    def keep(self) -> None:
        """Keep what we know for the runs to come."""
        text = self._known.text()
        if text != self._kept:
            self.memo.keep(text)
            self._kept = text

    def is_ours(self, app: str) -> bool | None:
        """Say whether an application's row is ours; None where that is not known yet."""
        return self._known.apps.get(app)

    def note(self, item: Json, *, ours: bool) -> None:
        """Remember whose an application's row is, from an item that says who changed it last."""
        app = inside(item, "fields", "AppEditorLookupId")
        if app is not None and self.is_ours(str(app)) is not ours:
            self._know(replace(self._known, apps={**self._known.apps, str(app): ours}))

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

    def _person(self, number: int) -> Person | None:
        if number >= _SYSTEM_ROWS:
            return None
        if number not in self._known.people:
            self._ask()
        return self._known.people.get(number)

    @property
    def _known(self) -> Directory:
        if self._directory is None:
            self.refresh()
        assert self._directory is not None
        return self._directory

    def _know(self, directory: Directory) -> None:
        self._directory = directory
        self._by_email = {one.email: row for row, one in directory.people.items() if one.email}

    def _ask(self) -> None:
        if not self._may_ask:
            return
        self._may_ask = False
        try:
            people = dict(self._read())
        except (Forbidden, NotFound) as error:
            self._trouble = f"the site's list of people cannot be read: {error.detail}"
            return
        self._trouble = None
        self._know(Directory(since=self.connection.now(), people=people, apps=self._known.apps))

    def _read(self) -> Iterator[tuple[int, Person]]:
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


def _person(item: object) -> Person:
    email = inside(item, "fields", "EMail") or inside(item, "fields", "UserName")
    name = inside(item, "fields", "Title")
    address = str(email).lower() if email and "@" in str(email) else None
    return Person(name=str(name) if name else None, email=address)
