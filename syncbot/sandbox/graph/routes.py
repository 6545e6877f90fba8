"""From the path of a call to the handler that answers it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from ..frame import Answer, Call
from . import delta, drives, items, mail_routes, sites, webhook
from .auth import check_access
from .drive_routes import below_drive, cost_of_drive, default_library, library_by_drive
from .errors import Refused, denied, no_segment, not_found
from .place import Place
from .state import SharePointList

_PREFIX = "/v1.0"
_DRIVES = "/v1.0/drives/"
_BY_PATH = re.compile(r"/sites/(?P<host>[^/:]+):/(?P<path>[^:]*)(?::(?P<rest>/.*)?)?")
_BY_ID = re.compile(r"/sites/(?P<key>[^/:]+)(?P<rest>/.*)?")
_WRITES = ("POST", "PATCH", "PUT", "DELETE")
_KNOWN_BELOW_LIST = ("columns", "items")


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a path means: a site, as named, and what is wanted below it."""

    site_key: str
    host: str = ""
    path: str = ""
    rest: str = ""
    """What comes after the site, as it was written."""

    @property
    def below(self) -> tuple[str, ...]:
        """The same, part by part."""
        return tuple(part for part in self.rest.split("/") if part)

    def after(self, parts: int) -> str:
        """Return what comes after so many parts."""
        kept = self.rest.split("/")[1 + parts :]
        return "".join(f"/{part}" for part in kept)

    @property
    def is_collection(self) -> bool:
        """Whether several things are read."""
        odd = len(self.below) in (1, 3)
        return odd and not self.is_delta

    @property
    def is_delta(self) -> bool:
        """Whether it is the change feed of a list."""
        return self.below[2:] == ("items", "delta")


def target_of(path: str) -> Target:
    """Take a path apart; refuse what is not below a site."""
    if not path.startswith(_PREFIX + "/"):
        raise Refused(400, "BadRequest", f"Invalid version: {path.split('/')[1] if '/' in path else path}.")
    rest = path.removeprefix(_PREFIX)
    match = _BY_PATH.fullmatch(rest)
    if match:
        where = f"/{match['path'].strip('/')}"
        key = f"{match['host']}:{where}:"
        return Target(site_key=key, host=match["host"], path=where, rest=match["rest"] or "")
    match = _BY_ID.fullmatch(rest)
    if match is None:
        raise no_segment(rest.strip("/").split("/")[0])
    return Target(site_key=match["key"], rest=match["rest"] or "")


def cost_of(call: Call) -> float:
    """Return resource units (SharePoint's throttling guide: 1 for one thing or a delta with token); Outlook costs none."""
    if mail_routes.is_about_users(call.path) or webhook.is_webhook(call):
        return 0
    if call.method in _WRITES:
        return 2
    of_drive = cost_of_drive(call)
    if of_drive is not None:
        return of_drive
    try:
        target = target_of(call.path)
    except Refused:
        return 1
    if target.is_delta:
        return 1 if "token" in call.query else 2
    return 2 if target.is_collection else 1


def handled(place: Place, claims: Mapping[str, object]) -> Answer:
    """Check the right to it, find the handler and let it answer."""
    if mail_routes.is_about_users(place.call.path):
        return mail_routes.below_user(place, claims)
    return _of_sharepoint(place, claims)


def _of_sharepoint(place: Place, claims: Mapping[str, object]) -> Answer:
    call = place.call
    if call.path.startswith(_DRIVES):
        check_access(claims, place.state, writes=call.method in _WRITES)
        key, slash, rest = call.path.removeprefix(_DRIVES).partition("/")
        return below_drive(place, library_by_drive(place, key), slash + rest)
    target = target_of(call.path)
    if "drive" in (*target.below[:1], *target.below[2:3]) or target.below[:1] == ("drives",):
        check_access(claims, place.state, writes=call.method in _WRITES)
        _check_site(place, target)
        return _drive_of_site(replace(place, site_key=target.site_key), target)
    manages = call.method in _WRITES and "items" not in target.below[2:3]
    check_access(claims, place.state, writes=call.method in _WRITES, manages=manages)
    _check_site(place, target)
    place = replace(place, site_key=target.site_key)
    if target.below == ():
        return _only_get(call, sites.site(place))
    if target.below[0] != "lists":
        raise no_segment(target.below[0])
    if len(target.below) == 1:
        return _only_get(call, sites.lists(place))
    owner = place.state.list_of(target.below[1])
    if owner is None:
        library = place.state.documents_of(target.below[1])
        if library is not None and len(target.below) == 2:
            return _only_get(call, sites.answered(sites.documents_as_list(place, library)))
        raise not_found("The specified list was not found.")
    return _below_list(replace(place, list_key=target.below[1]), owner, target.below[2:])


def _drive_of_site(place: Place, target: Target) -> Answer:
    """Answer a call to the site's own drive, to one of its drives, or to the drive of one of its libraries."""
    match target.below[:3]:
        case ("drives",):
            return _only_get(place.call, drives.drives(place))
        case ("drives", key, *_):
            return below_drive(place, library_by_drive(place, key), target.after(2))
        case ("drive", *_):
            return below_drive(place, default_library(place), target.after(1))
        case ("lists", key, "drive"):
            library = place.state.documents_of(key)
            if library is not None:
                return below_drive(place, library, target.after(3))
    raise not_found()


def _below_list(place: Place, owner: SharePointList, below: tuple[str, ...]) -> Answer:
    if below[:1] == ("items",) and place.call.method != "GET":
        return _written(place, owner, below[1:])
    answer = _read(place, owner, below) if place.call.method == "GET" else None
    if answer is not None:
        return answer
    if below and below[0] not in _KNOWN_BELOW_LIST:
        raise no_segment(below[0])
    raise _wrong_method()


def _read(place: Place, owner: SharePointList, below: tuple[str, ...]) -> Answer | None:
    match below:
        case ():
            return sites.one_list(place, owner)
        case ("columns",):
            return sites.columns(place, owner)
        case ("columns", key):
            return sites.one_column(place, owner, key)
        case ("items",):
            return items.item_list(place, owner)
        case ("items", "delta"):
            return delta.delta(place, owner)
        case ("items", key):
            return items.one_item(place, owner, key)
        case ("items", key, "fields"):
            return items.one_fields(place, owner, key)
    return None


def _written(place: Place, owner: SharePointList, below: tuple[str, ...]) -> Answer:
    """Carry out a write to the items of a list; people are not written here."""
    if owner.hidden:
        raise denied()
    match (place.call.method, *below):
        case ("POST",):
            return items.create(place, owner)
        case ("PATCH", key, "fields"):
            return items.update(place, owner, key)
        case ("DELETE", key):
            return items.delete(place, owner, key)
    if len(below) > 2 or (len(below) == 2 and below[1] != "fields"):
        raise no_segment(below[1])
    raise _wrong_method()


def _check_site(place: Place, target: Target) -> None:
    """There is one site; the root of the host exists too, but the application has no grant on it."""
    if target.site_key in ("root", place.host_name) or (
        target.host == place.host_name and target.path == "/"
    ):
        raise denied()
    by_path = (target.host, target.path.lower()) == (place.host_name, place.path.lower())
    if not by_path and target.site_key.lower() != place.site_id.lower():
        raise not_found("Requested site could not be found")


def _only_get(call: Call, answer: Answer) -> Answer:
    if call.method != "GET":
        raise _wrong_method()
    return answer


def _wrong_method() -> Refused:
    return Refused(405, "notAllowed", "The specified HTTP method is not allowed for the request target.")
