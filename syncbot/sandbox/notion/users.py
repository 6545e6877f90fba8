"""Answers about the users of the workspace."""

from ..frame import Answer
from .paging import listed, paged
from .place import Place, asked_page
from .state import User, Wire


def user_list(place: Place) -> Answer:
    """Answer `GET /v1/users`: all but guests."""
    place.may("users")
    size, cursor = asked_page(place)
    members = [user for user in place.state.users.values() if not (user.guest or user.group)]
    page = paged([user.id for user in members], size, cursor)
    users = [whole_user(place, place.state.users[key]) for key in page.keys]
    return listed("user", users, page.cursor)


def one_user(place: Place, key: str) -> Answer:
    """Answer `GET /v1/users/{id}`."""
    place.may("users")
    user = place.user(key, "path.user_id")
    return Answer(status=200, body=whole_user(place, user))


def me(place: Place) -> Answer:
    """Answer `GET /v1/users/me`: the integration itself, whatever it was allowed."""
    return Answer(status=200, body=whole_user(place, place.state.users[place.state.bot]))


def whole_user(place: Place, user: User) -> Wire:
    """Return a user as the users' own addresses answer."""
    shown = _named(place, user)
    if user.id == place.state.bot:
        shown["bot"] = {
            "owner": {"type": "workspace", "workspace": True},
            "workspace_name": place.workspace,
            "workspace_id": place.state.workspace_id,
            "workspace_limits": {"max_file_upload_size_in_bytes": 5242880},
        }
    return shown


def shown_user(place: Place, key: str) -> Wire:
    """Return a user as cells and mentions do: in part when nothing more may be seen."""
    user = place.state.users.get(key)
    if user is None or "users" not in place.settings.capabilities:
        return partial_user(key)
    if user.group:
        return {"object": "group", "id": key, "name": user.name}
    return _named(place, user)


def partial_user(key: str) -> Wire:
    """Return no more than who it is."""
    return {"object": "user", "id": key}


def _named(place: Place, user: User) -> Wire:
    shown = partial_user(user.id) | {"name": user.name, "avatar_url": None}
    if user.email is None:
        return shown | {"type": "bot", "bot": {}}
    may_see = "emails" in place.settings.capabilities
    return shown | {"type": "person", "person": {"email": user.email} if may_see else {}}
